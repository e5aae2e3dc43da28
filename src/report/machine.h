// A chip as it is bought, made ready to be timed: its facts, its links, the kernels' parameters and
// the engine that runs on it. What perf, train, compare and check's compute section start from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "facts/fabric.h"
#include "facts/model.h"
#include "facts/price.h"
#include "facts/world.h"
#include "run/measured.h"
#include "text/diagnostic.h"

namespace sluice::report {

// What every answer about compute rests on, as it comes with the program; it outlives the answers.
struct ComputeGround {
    std::filesystem::path data{};
    facts::World world{};
    std::vector<facts::Model> models{};
    std::vector<facts::Fabric> fabrics{};
    std::vector<timing::Calibration> calibrations{};
    std::vector<run::Engine> engines{};
    std::vector<facts::Price> prices{};
    run::Bench bench() const { return {&world, &models, &fabrics, &calibrations, &engines}; }
};
// All but the world, which is of the same folder.
text::Result<ComputeGround> load_ground(const std::filesystem::path& data, facts::World world);
inline constexpr std::string_view published_file = "measured/published.csv";
// Published measurements, beside which a prediction stands.
struct Published {
    run::Bench bench{};
    std::vector<run::MeasuredRow> rows{};
};
text::Result<Published> load_published(const ComputeGround& ground);

struct Machine {
    const facts::Chip* chip = nullptr;
    const facts::Fabric* fabric = nullptr;  // null: no node of this chip is described
    const run::Engine* engine = nullptr;
    timing::ChipTiming timing{};         // with the engine's own kernels
    double memory = 0;                   // bytes
    std::vector<std::string> missing{};  // facts without which nothing is timed; then undetermined
};

// `chip` as chip_named takes it; `software` begins an engine's name in data/engines, empty
// for `default_engine`. A name that is not known is an error with the nearest ones.
text::Result<Machine> machine(const ComputeGround& ground, std::string_view chip,
                              std::string_view software, bool training);
// The same of a chip at hand, also one that is in no catalogue; it outlives the machine.
text::Result<Machine> machine(const ComputeGround& ground, const facts::Chip& chip,
                              std::string_view software, bool training);

// Formats in which a model can run on this chip, best first: all of it in the named one; without a
// name the model's native one where the chip has it, else 16 bits. Errors: not a format; no such
// arithmetic on this chip ("no FP8 on A100": the hint names what it has).
text::Result<std::vector<workload::Formats>> formats_asked(const facts::Model& model,
                                                           const Machine& machine,
                                                           std::string_view name, bool training);

// W of a chip with its share of its host, both at their most; 0 when the chip's is not known.
double watts_of(const Machine& machine);

// The chip of this id, alias or name, or the nearest names.
text::Result<const facts::Chip*> chip_named(const facts::World& world, std::string_view name);
// The model of this name, or the nearest names. Errors also where its dimensions are not published.
text::Result<const facts::Model*> model_named(const ComputeGround& ground, std::string_view name);

}  // namespace sluice::report
