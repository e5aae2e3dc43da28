// What the verbs that predict share.
#pragma once

#include <algorithm>

#include "cli/door.h"
#include "report/performance.h"
#include "run/arrivals.h"

namespace sluice::cli {

// What a flag's word names, where the parser has refused every other word.
template <class Choice>
Choice named(const auto& names, std::string_view word) {
    return static_cast<Choice>(std::ranges::find(names, word) - std::begin(names));
}

// "tp8 ep8"; the work that perf's flags state, and simulate's; prices of --on, else of the last day
// for which there is one; the traffic that --arrivals, --lengths and their like make.
text::Result<run::Degrees> degrees_of(std::string_view plan);
text::Result<report::Work> asked_work(const Command& command, const Ground& ground);
text::Result<report::Bill> asked_bill(const Command& command, const Ground& ground);
text::Result<run::Arrivals> asked_arrivals(const Command& command,
                                           const std::filesystem::path& data);

// Data to --out, whole or not at all; to standard output without it.
int deliver(const Command& command, const std::string& data);

int validate_kernels(const Command& command, const Ground& ground);
int calibrate_kernels(const Command& command, const Ground& ground);

}  // namespace sluice::cli
