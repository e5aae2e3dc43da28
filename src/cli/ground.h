// What predictions rest on, loaded without any law, and the doors that use it.
#pragma once

#include <algorithm>

#include "cli/door.h"
#include "report/machine.h"

namespace sluice::cli {

struct Ground {
    std::filesystem::path data{};
    facts::World world{};
    std::vector<facts::Model> models{};
    std::vector<facts::Fabric> fabrics{};
    std::vector<timing::Calibration> calibrations{};
    std::vector<run::Engine> engines{};
    std::vector<facts::Price> prices{};
    std::vector<run::MeasuredRow> published{};  // measurements that come with the program
    run::Bench bench() const { return {&world, &models, &fabrics, &calibrations, &engines}; }
    report::ComputeGround compute() const { return {bench(), &prices, &published}; }
};
text::Result<Ground> load_ground(const Command& command);
// Of a world that is read already, without measurements.
text::Result<Ground> load_ground(const Command& command, facts::World world);

// What a flag's word names, where the parser has refused every other word.
template <class Choice>
Choice named(const auto& names, std::string_view word) {
    return static_cast<Choice>(std::ranges::find(names, word) - std::begin(names));
}

// Data to --out, whole or not at all; to standard output without it.
int deliver(const Command& command, const std::string& data);

int validate_kernels(const Command& command, const Ground& ground);
int calibrate_kernels(const Command& command, const Ground& ground);

}  // namespace sluice::cli
