#include "facts/data_file.h"
#include "run/measured.h"
#include "text/ascii.h"
#include "text/number.h"

namespace sluice::run {
namespace {

void read(facts::TableReader& table, std::string_view key, double& out, std::string_view unit) {
    const auto* node = table.take(key);
    if (!node) return;
    const auto number = text::leading_number<double>(table.file().plain(*node));
    if (!number || text::trimmed(number->rest) != unit)
        return table.fail(*node,
                          "`" + std::string{key} + "` is a number" +
                              (unit.empty() ? "" : " with the unit `" + std::string{unit} + "`"));
    const double value = number->value;
    out = unit == "us" ? value * 1e-6 : unit == "GB/s" ? value * 1e9 : value;
}

void read(facts::TableReader& table, std::string_view key, int& out) {
    double value = out;
    read(table, key, value, "");
    out = static_cast<int>(value);
}

}  // namespace

text::Result<std::vector<Engine>> load_engines(const std::filesystem::path& path) {
    auto file = facts::read_data_file(path);
    if (!file) return std::unexpected(file.error());
    std::vector<Engine> engines;
    text::Diagnostics problems;
    if (const auto* list = file->root.child("engine"))
        for (const auto& node : list->children) {
            facts::TableReader table(*file, node, "an engine", problems);
            Engine e;
            e.id = table.required_text("id");
            e.software = table.texts("software");
            read(table, "prefill_factor", e.prefill_factor, "");
            read(table, "decode_factor", e.decode_factor, "");
            read(table, "gap", e.gap, "us");
            read(table, "host_step", e.host_step, "us");
            read(table, "host_sequence", e.host_sequence, "us");
            read(table, "request_cost", e.request_cost, "us");
            read(table, "communication_factor", e.communication_factor, "");
            read(table, "hidden_traffic", e.hidden_traffic, "");
            read(table, "one_shot", e.one_shot, "us");
            read(table, "expert_factor", e.expert_factor, "");
            read(table, "element_factor", e.element_factor, "");
            read(table, "mma_only", e.mma_only, "");
            read(table, "reserved", e.reserved, "");
            read(table, "vector_read", e.vector_read, "GB/s");
            read(table, "memory_fraction", e.memory_fraction, "");
            read(table, "most_sequences", e.most_sequences);
            read(table, "most_batched_tokens", e.most_batched_tokens);
            read(table, "training_factor", e.training_factor, "");
            read(table, "training_overlap", e.training_overlap, "");
            read(table, "rows", e.rows);
            e.provenance = table.required_text("source");
            table.finish();
            engines.push_back(std::move(e));
        }
    if (engines.empty())
        problems.push_back({.message = "no engine is described", .where = {.file = path.string()}});
    return text::result_of(std::move(engines), std::move(problems));
}

}  // namespace sluice::run
