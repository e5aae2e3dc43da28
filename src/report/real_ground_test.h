// The data that come with the program, read once, for tests of answers about compute.
#pragma once

#include <filesystem>

#include "report/performance.h"

namespace sluice::report {

struct RealGround {
    std::filesystem::path data = std::filesystem::path{SLUICE_SOURCE_DIR} / "data";
    ComputeGround ground = *load_ground(data, *facts::load(data));
    Published published = *load_published(ground);
    Work work(std::string_view model, double input, double output, int chips) const {
        return {.model = *model_named(ground, model),
                .model_name = std::string{model},
                .demand = {.input = input, .output = output},
                .chips = chips};
    }
};
inline const RealGround& real() {
    static const RealGround ground;
    return ground;
}

inline Machine machine_of(std::string_view chip, std::string_view engine = {},
                          bool training = false) {
    return *machine(real().ground, chip, engine, training);
}

}  // namespace sluice::report
