#include "run/engine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "text/ascii.h"
#include "timing/parameters.h"

namespace sluice::run {
namespace {

constexpr double sequences[] = {128, 256, 512, 1024, 2048, 4096};
constexpr double batched_tokens[] = {2048, 4096, 8192, 16384, 32768};
constexpr double fractions[] = {0.85, 0.9, 0.95};

constexpr EngineParameter parameters[] = {
    {"prefill_factor", "", &Engine::prefill_factor, 0, 0.5, 0.2},
    {"decode_factor", "", &Engine::decode_factor, 0, 0.5, 0.2},
    {"gap", "us", &Engine::gap, 3e-7, 1.5, 0.5},
    {"eager", "us", &Engine::eager, 0, 1, 0.3},
    {"host_step", "us", &Engine::host_step, 0, 1.5, 0.5},
    {"host_sequence", "us", &Engine::host_sequence, 1e-7, 2, 0.7},
    {"request_cost", "us", &Engine::request_cost, 1e-5, 2, 0.7},
    {"client_latency", "us", &Engine::client_latency},
    {"communication_factor", "", &Engine::communication_factor, 0, 0.5, 0.3},
    {"hidden_traffic", "", &Engine::hidden_traffic, 0.2, 1, 0.3, 1},
    {"one_shot", "us", &Engine::one_shot, 0, 1, 0.3},
    {"expert_factor", "", &Engine::expert_factor, 0, 0.5, 0.3},
    {"element_factor", "", &Engine::element_factor, 0, 1, 0.4},
    {"unpack_factor", "", &Engine::unpack_factor, 0, 0.5, 0.2},
    {"unpack_read", "", &Engine::unpack_read, 0, 0.5, 0.2},
    {"mma_only", "", &Engine::mma_only},
    {"reserved", "", &Engine::reserved},
    {"vector_read", "GB/s", &Engine::vector_read, 0, 0.5, 0.15},
    {"memory_fraction", "", &Engine::memory_fraction, 0, 0, 0, 1, fractions},
    {"most_sequences", "", &Engine::most_sequences, 0, 0, 0, 1e9, sequences},
    {"most_batched_tokens", "", &Engine::most_batched_tokens, 0, 0, 0, 1e9, batched_tokens},
    {"recompute", "", &Engine::recompute},
    {"training_factor", "", &Engine::training_factor, 0, 0.5, 0.2},
    {"training_overlap", "", &Engine::training_overlap, 0.2, 1, 0.3, 1},
};

}  // namespace

std::span<const EngineParameter> engine_parameters() { return parameters; }

text::Result<std::vector<Engine>> load_engines(const std::filesystem::path& path) {
    auto file = facts::read_data_file(path);
    if (!file) return std::unexpected(file.error());
    std::vector<Engine> engines;
    text::Diagnostics problems;
    for (const auto& node : file->root.list("engine")) {
        facts::TableReader table(*file, node, "an engine", problems);
        Engine e;
        e.id = table.required_text("id");
        e.software = table.texts("software");
        e.makers = table.texts("makers");
        e.default_for = table.texts("default_for");
        e.schedule = table.text("schedule");
        for (const auto& p : parameters)
            timing::read_parameter(table, {p.key, &(e.*p.value), p.unit});
        table.count("rows", e.rows);
        e.provenance = table.required_text("source");
        table.finish();
        engines.push_back(std::move(e));
    }
    if (engines.empty())
        problems.push_back({.message = "no engine is described", .where = {.file = path.string()}});
    return text::result_of(std::move(engines), std::move(problems));
}

std::string engines_toml(const std::vector<Engine>& engines, const std::string& fitted_on) {
    std::string out =
        "# How engines behave around their kernels; names and units: src/run/engine.h. Written by "
        "`sluice calibrate --measured`.\n";
    const auto listed = [](const std::vector<std::string>& words) {
        return words.empty() ? "" : fmt::format("\"{}\"", fmt::join(words, "\", \""));
    };
    for (const auto& e : engines) {
        out += fmt::format(
            "\n[[engine]]\nid = \"{}\"\nsoftware = [{}]\nmakers = [{}]\ndefault_for = [{}]\n", e.id,
            listed(e.software), listed(e.makers), listed(e.default_for));
        if (!e.schedule.empty()) out += fmt::format("schedule = \"{}\"\n", e.schedule);
        for (const auto& p : parameters) out += timing::written(p.key, e.*p.value, p.unit) + '\n';
        out += fmt::format("rows = {}\nsource = \"{}\"\n", e.rows,
                           e.rows > 0 ? fitted_on : e.provenance);
    }
    return out;
}

const Engine& engine_for(const std::vector<Engine>& engines, std::string_view software,
                         std::string_view maker) {
    const auto name = text::lower(software);
    const Engine* best = &engines.front();
    std::size_t length = 0;
    for (const auto& engine : engines) {
        const bool its = std::ranges::find(engine.makers, maker) != engine.makers.end();
        if (!engine.makers.empty() && !its) continue;
        for (const auto& beginning : engine.software)
            // Twice the length, and one more for an engine of this very maker.
            if (name.starts_with(beginning) && 2 * beginning.size() + its > length) {
                best = &engine;
                length = 2 * beginning.size() + its;
            }
    }
    return *best;
}

}  // namespace sluice::run
