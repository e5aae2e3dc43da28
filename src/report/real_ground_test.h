// The data that come with the program, read once, for tests of answers about compute.
#pragma once

#include <filesystem>

#include "report/performance.h"

namespace sluice::report {

struct RealGround {
    std::filesystem::path data = std::filesystem::path{SLUICE_SOURCE_DIR} / "data";
    facts::World world = *facts::load(data);
    std::vector<facts::Model> models = *facts::load_models(data / "models");
    std::vector<facts::Fabric> fabrics = *facts::load_fabrics(data / "fabrics");
    std::vector<timing::Calibration> calibrations =
        *timing::load_calibrations(data / "calibration");
    std::vector<run::Engine> engines = *run::load_engines(data / "engines/engines.toml");
    std::vector<facts::Price> prices = *facts::load_prices(data / "prices");
    std::vector<run::MeasuredRow> published = *run::read_measured(data / "measured/published.csv");
    ComputeGround compute() const {
        return {{&world, &models, &fabrics, &calibrations, &engines}, &prices, &published};
    }
    Work work(std::string_view model, double input, double output, int chips) const {
        return {.model = *model_named(compute(), model),
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
    return *machine(real().compute(), chip, engine, training);
}

}  // namespace sluice::report
