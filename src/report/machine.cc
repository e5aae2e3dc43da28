#include "report/machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/ascii.h"
#include "text/suggest.h"

namespace sluice::report {
namespace {

using facts::Format;
using workload::Formats;
using workload::Precision;

// Which arithmetic a format's products need. Formats of weights alone are unpacked to 16 bits.
constexpr std::pair<Precision, Format> arithmetic[] = {
    {Precision::fp32, Format::fp32}, {Precision::bf16, Format::bf16},
    {Precision::fp8, Format::fp8},   {Precision::int8, Format::int8},
    {Precision::mxfp8, Format::fp8}, {Precision::nvfp4, Format::fp4},
    {Precision::mxfp4, Format::fp4}};

bool multiplies(const facts::Chip& chip, Precision precision) {
    const auto* needed =
        std::ranges::find(arithmetic, precision, &std::pair<Precision, Format>::first);
    return needed != std::end(arithmetic) &&
           chip.rate[static_cast<std::size_t>(needed->second)].value.is_number();
}

// The engine whose "CHIP serving" has the longest beginning of the chip's id, a maker's name at the
// least; "serving" alone fits every chip.
const run::Engine* default_engine(const std::vector<run::Engine>& engines, const facts::Chip& chip,
                                  std::string_view work) {
    const run::Engine* best = &engines.front();
    std::size_t longest = 0;
    for (const auto& engine : engines)
        for (std::string_view fits : engine.default_for) {
            if (!fits.ends_with(work)) continue;
            fits = text::trimmed(fits.substr(0, fits.size() - work.size()));
            if (!chip.id.starts_with(fits) || fits.size() + 1 <= longest) continue;
            longest = fits.size() + 1;
            best = &engine;
        }
    return best;
}

// An engine of this id, else the first whose id or software begins so.
text::Result<const run::Engine*> engine_named(const std::vector<run::Engine>& engines,
                                              std::string_view name) {
    const auto asked = text::lower(name);
    const auto begins = [&](const std::string& known) { return known.starts_with(asked); };
    if (const auto exact = std::ranges::find(engines, asked, &run::Engine::id);
        exact != engines.end())
        return &*exact;
    for (const auto& engine : engines)
        if (begins(engine.id) || std::ranges::any_of(engine.software, begins)) return &engine;
    std::vector<std::string> ids;
    for (const auto& engine : engines) ids.push_back(engine.id);
    return std::unexpected{text::no_such("engine", name, ids, "`data/engines` holds all")};
}

// With the products' format where nobody says: weights of four bits are widened to 16, or to 8
// where the tensor cores take them.
Formats of_weights(const facts::Chip& chip, Precision weights) {
    auto products = weights;
    if (weights == Precision::int4 || weights == Precision::q4) products = Precision::bf16;
    if (weights == Precision::mxfp4)
        products = multiplies(chip, weights) ? Precision::fp8 : Precision::bf16;
    return {.weights = weights, .activations = products};
}

// Formats in which a model can run on this chip, best first: the model's native one where the chip
// has it, else 16 bits. Weight-only formats are not offered unless asked for.
std::vector<Formats> formats_for(const facts::Model& model, const facts::Chip& chip,
                                 bool training) {
    const auto native = workload::precision_named(model.native_precision).value_or(Precision::bf16);
    const bool eight = native == Precision::fp8;
    if (eight ? multiplies(chip, native) : !training) return {of_weights(chip, native)};
    std::vector<Formats> formats{of_weights(chip, Precision::bf16)};
    // What is run where there is no FP8: a checkpoint converted to integers of as many bits.
    if (!training && multiplies(chip, Precision::int8))
        formats.push_back(of_weights(chip, Precision::int8));
    return formats;
}

}  // namespace

text::Result<ComputeGround> load_ground(const std::filesystem::path& data, facts::World world) {
    ComputeGround g{.data = data, .world = std::move(world)};
    text::Diagnostics problems;
    text::keep(facts::load_models(data / "models"), g.models, problems);
    text::keep(facts::load_fabrics(data / "fabrics"), g.fabrics, problems);
    text::keep(timing::load_calibrations(data / "calibration"), g.calibrations, problems);
    text::keep(run::load_engines(data / "engines/engines.toml"), g.engines, problems);
    text::keep(facts::load_prices(data / "prices"), g.prices, problems);
    return text::result_of(std::move(g), std::move(problems));
}

text::Result<Published> load_published(const ComputeGround& ground) {
    auto rows = run::read_measured(ground.data / published_file);
    if (!rows) return std::unexpected{std::move(rows.error())};
    return Published{ground.bench(), std::move(*rows)};
}

text::Result<Machine> machine(const ComputeGround& ground, std::string_view chip,
                              std::string_view software, bool training) {
    const auto named = chip_named(ground.world, chip);
    if (!named) return std::unexpected{named.error()};
    return machine(ground, **named, software, training);
}

text::Result<Machine> machine(const ComputeGround& ground, const facts::Chip& chip,
                              std::string_view software, bool training) {
    Machine m{.chip = &chip};
    m.engine = default_engine(ground.engines, chip, training ? "training" : "serving");
    if (!software.empty()) {
        const auto named = engine_named(ground.engines, software);
        if (!named) return std::unexpected{named.error()};
        m.engine = *named;
    }
    m.fabric = facts::fabric_of(ground.fabrics, chip.id);
    auto prepared = timing::prepare(*m.chip, m.fabric, ground.calibrations);
    m.timing = run::with_engine(std::move(prepared.timing), *m.engine);
    m.missing = std::move(prepared.missing);
    m.memory = timing::memory_bytes(*m.chip);
    if (m.memory <= 0) m.missing.emplace_back("memory_capacity");
    return m;
}

text::Result<std::vector<Formats>> formats_asked(const facts::Model& model, const Machine& machine,
                                                 std::string_view name, bool training) {
    const auto& chip = *machine.chip;
    if (name.empty()) return formats_for(model, chip, training);
    std::vector<Precision> parts;
    for (std::string_view rest = name; parts.size() < 3;) {
        const auto slash = rest.find('/');
        const auto part = workload::precision_named(rest.substr(0, slash));
        if (!part)
            return text::refused(
                {.message = fmt::format("`{}` is not a number format", rest.substr(0, slash)),
                 .hint = "one of bf16, fp16, fp8, int8, mxfp8, nvfp4, mxfp4, int4, q4, fp32; or "
                         "weights/products/cache, as in `fp8/bf16/fp8`"});
        parts.push_back(*part);
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    auto formats = of_weights(chip, parts[0]);
    if (parts.size() > 1) formats.activations = parts[1];
    if (parts.size() > 2) formats.kv = parts[2];
    if (multiplies(chip, formats.activations)) return std::vector{formats};
    std::vector<std::string_view> has;
    for (const auto& [precision, format] : arithmetic)
        if (multiplies(chip, precision)) has.push_back(workload::to_string(precision));
    return text::refused(
        {.message = fmt::format("`{}` has no {} arithmetic", chip.id,
                                workload::to_string(formats.activations)),
         .hint = has.empty() ? "no rate of it is known"
                             : fmt::format("it has {0}; `--format {1}/bf16` keeps only the weights "
                                           "in {1}",
                                           fmt::join(has, ", "), workload::to_string(parts[0]))});
}

double watts_of(const Machine& machine) {
    const double chip = timing::middle(machine.chip->power);
    return chip > 0 ? chip + (machine.fabric ? machine.fabric->host_power : 0) : 0;
}

text::Result<const facts::Chip*> chip_named(const facts::World& world, std::string_view name) {
    if (const auto at = world.find_chip(name); at >= 0)
        return &world.chips[static_cast<std::size_t>(at)];
    return std::unexpected{text::no_such(
        "chip", name, facts::names_of(&facts::Chip::id, world.chips), "`sluice chips` lists all")};
}

text::Result<const facts::Model*> model_named(const ComputeGround& ground, std::string_view name) {
    const auto* model = facts::find_model(ground.models, name);
    if (!model)
        return std::unexpected{text::no_such("model", name,
                                             facts::names_of(&facts::Model::id, ground.models),
                                             "`sluice models` lists all")};
    if (!model->described())
        return text::refused(
            {.message = fmt::format("the dimensions of `{}` are not published: it cannot be "
                                    "counted",
                                    model->id),
             .hint = "`sluice models` shows which models have theirs"});
    return model;
}

}  // namespace sluice::report
