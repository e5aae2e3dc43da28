// Measured kernel times: tables in the formats of aiconfigurator and InferSim, what the committed
// calibration says of each row, and a fit of the kernel model to them.
//
// A table is known by its columns and its path: `m,n,k,latency` products,
// `batch_size,isl,…,latency` attention, `num_gpus,message_size,latency` collectives (milliseconds);
// InferSim's folders gemm, grouped_gemm, mha, mla, each with a folder of the chip (microseconds,
// fp8 products).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "run/measured.h"

namespace sluice::run {

struct KernelSample {
    workload::Operator op{};
    double seconds = 0;
    std::uint64_t split = 0;  // the same for rows that may not be torn apart: (n,k), heads, size
};
struct KernelTable {
    std::string name{};  // path below the folder that was read
    std::string kind{};  // gemm, gemm_low, grouped, prefill, decode, mla, all_reduce, gather, …
    std::string chip{};  // id
    std::vector<KernelSample> samples{};
};
struct KernelTables {
    std::vector<KernelTable> tables{};              // one for each file, chip and kind
    std::map<std::string, std::size_t> left_out{};  // files, or rows outside the scope, by reason
};
text::Result<KernelTables> read_kernel_tables(const std::filesystem::path& dir);

// Shares of |predicted / measured - 1|.
// `half`: 0 the rows that a fit learns from, 1 the others, 2 all.
ClassScore kernel_score(const timing::ChipTiming& chip,
                        const std::vector<const KernelTable*>& tables, int half = 2);

// The parameters of one kind fitted to half of the tables, from several starts.
timing::ChipTiming fit_kernels(const timing::ChipTiming& start, const std::string& kind,
                               const std::vector<const KernelTable*>& tables, std::uint64_t seed);
// They as they stand in data/calibration: `gemm = { … }`. `link`: byte/s that shares are of.
std::string kernels_toml(timing::ChipTiming chip, const std::string& kind, double link);

}  // namespace sluice::run
