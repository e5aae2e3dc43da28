// Calibration: fitted parameters of chips, each with what it was fitted on and how well it does.
//
// data/calibration/*.toml, one [[calibration]] each: the chips it was fitted on, the family and
// maker it may stand in for, and one table a kernel kind (src/timing/kernels.h names the
// parameters; times "2.58 us", byte rates "153 GB/s", shares as bare numbers). A chip without its
// own parameters inherits, kind by kind: from its family, then its maker's generation, then the
// set marked `generic`; ChipTiming::provenance says from where.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "facts/fabric.h"
#include "facts/world.h"
#include "text/diagnostic.h"
#include "timing/kernels.h"

namespace sluice::timing {

struct Calibration {
    std::string id{};
    std::vector<std::string> chips{};     // ids it was fitted on
    std::vector<std::string> families{};  // prefixes of Chip::family: "Hopper"
    bool generic = false;
    std::string library{};  // "vLLM 0.24.0", "DeepGEMM", …
    std::vector<std::string> sources{};
    std::string date{};
    double error_median = 0, error_p90 = 0;  // GEMM on held-out shapes, as shares
    std::vector<std::string> tables{};       // that it states; the rest is inherited
    GemmParameters gemm{}, gemm_low{};
    PrefillParameters prefill{};
    DecodeParameters decode{}, mla = latent_decode;
    GroupedParameters grouped{};
    CollectiveParameters collective{};  // bandwidths are shares of one-way link bandwidth
    text::Location where{};
};

text::Result<std::vector<Calibration>> load_calibrations(const std::filesystem::path& dir);

// A chip made ready for timing: datasheet rates, fitted or inherited parameters, the links of its
// fabric. Facts that nobody knows are named in `missing` (memory bandwidth, every matrix rate).
struct Prepared {
    ChipTiming timing{};
    std::vector<std::string> missing{};
};
Prepared prepare(const facts::Chip& chip, const facts::Fabric* fabric,
                 const std::vector<Calibration>& calibrations);

// The middle of what is known of a figure, in its own unit; 0 when nothing is.
double middle(const facts::Measured& figure);
// Of a chip, in bytes. Makers print GiB as GB: an "80 GB" part holds 80 x 2^30 bytes.
double memory_bytes(const facts::Chip& chip);

}  // namespace sluice::timing
