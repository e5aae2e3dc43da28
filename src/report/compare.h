// The same work on several chips: per chip, per watt, per dollar, per TPP.
#pragma once

#include <string>
#include <vector>

#include "report/performance.h"

namespace sluice::report {

// What is compared: generated tokens alone, prompts alone, both on the same chips, or a training
// step of 15,360 sequences of 4,096 tokens (DeepSeek-V3's published one).
enum class WorkKind : unsigned char { decode, prefill, serve, train };
inline constexpr std::string_view kind_names[] = {"decode", "prefill", "serve", "train"};

// The best plan found of one chip for one kind of work; `why` when there is none.
struct Rated {
    double rate = 0;            // tokens/s a chip in use
    double chips = 0;           // of one instance
    double tpot = 0, ttft = 0;  // s, of serving
    std::string plan{};
    std::string formats{};
    std::string why{};
};
// Plans of the most tokens a chip, on at most `work.chips` of them (0: 128, training 2,048).
Rated rate(const Machine& machine, const Work& work, WorkKind kind);

// One row a kind and chip. Errors: names that are not known. `engine`: as machine() takes it.
text::Result<Section> compare(const ComputeGround& ground, const std::vector<std::string>& chips,
                              std::string_view engine, const Work& work,
                              const std::vector<WorkKind>& kinds, const Bill& bill);

}  // namespace sluice::report
