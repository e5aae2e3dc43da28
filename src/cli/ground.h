// What predictions rest on, loaded without any law, and the doors that use it.
#pragma once

#include "cli/door.h"
#include "run/measured.h"

namespace sluice::cli {

struct Ground {
    std::filesystem::path data{};
    facts::World world{};
    std::vector<facts::Model> models{};
    std::vector<facts::Fabric> fabrics{};
    std::vector<timing::Calibration> calibrations{};
    std::vector<run::Engine> engines{};
    run::Bench bench() const { return {&world, &models, &fabrics, &calibrations, &engines}; }
};
text::Result<Ground> load_ground(const Command& command);

// Data to --out, whole or not at all; to standard output without it.
int deliver(const Command& command, const std::string& data);

int validate_kernels(const Command& command, const std::filesystem::path& dir);
int calibrate_kernels(const Command& command, const std::filesystem::path& dir, std::uint64_t seed);

}  // namespace sluice::cli
