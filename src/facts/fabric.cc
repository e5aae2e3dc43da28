#include "facts/fabric.h"

#include <charconv>

#include "facts/data_file.h"
#include "quantity/unit.h"

namespace sluice::facts {
namespace {

void read_number(TableReader& table, std::string_view key, double& out) {
    const auto* node = table.take(key);
    if (!node) return;
    const auto written = table.file().written(*node);
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), out);
    if (error != std::errc{}) table.fail(*node, "`" + std::string{key} + "` is a number");
}

// A quantity with its unit, in SI units: byte/s or W.
void read_quantity(TableReader& table, std::string_view key, quantity::Dimension dimension,
                   double scale, double& out) {
    const auto* node = table.take(key);
    if (!node) return;
    const auto parsed = quantity::parse_as(dimension, key, table.text_of(key, *node));
    if (!parsed)
        table.fail(*node, parsed.error());
    else
        out = parsed->approximate() * scale;
}

// "2 us", "500 ns".
void read_latency(TableReader& table, double& out) {
    const auto* node = table.take("latency");
    if (!node) return;
    std::string_view written = node->text;
    double value = 0;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), value);
    const std::string_view unit{end, written.data() + written.size()};
    const double scale = unit == " us" ? 1e-6 : unit == " ns" ? 1e-9 : unit == " ms" ? 1e-3 : 0;
    if (error != std::errc{} || scale == 0)
        return table.fail(*node, "`latency` needs a number and a unit", "as in \"2 us\"");
    out = value * scale;
}

Link read_link(TableReader& table, std::string_view key) {
    Link link;
    const auto* node = table.take(key);
    if (!node) return link;
    TableReader inner(table.file(), *node, "a link", table.problems());
    read_quantity(inner, "bandwidth", quantity::Dimension::byte_rate, 1e9, link.bandwidth);
    read_latency(inner, link.latency);
    read_number(inner, "efficiency", link.efficiency);
    if (const auto* flag = inner.take("in_network_reduction"))
        link.in_network_reduction = flag->flag;
    inner.finish();
    return link;
}

Fabric read_fabric(const DataFile& file, const Node& node, text::Diagnostics& problems) {
    TableReader table(file, node, "a fabric", problems);
    Fabric fabric;
    fabric.id = table.required_text("id");
    fabric.name = table.required_text("name");
    fabric.chips = table.texts("chips");
    double domain = 1;
    read_number(table, "domain", domain);
    fabric.domain = static_cast<int>(domain);
    fabric.scale_up = read_link(table, "scale_up");
    fabric.scale_out = read_link(table, "scale_out");
    read_quantity(table, "host_power", quantity::Dimension::power, 1, fabric.host_power);
    if (table.required("source")) fabric.sources = table.texts("source");
    fabric.date = table.required_text("date");
    fabric.confidence = table.required_text("confidence");
    fabric.note = table.text("note");
    table.finish();
    return fabric;
}

}  // namespace

text::Result<std::vector<Fabric>> load_fabrics(const std::filesystem::path& dir) {
    std::vector<Fabric> fabrics;
    text::Diagnostics problems;
    for (const auto& file : read_data_files(dir, problems))
        for (const auto& node : file.root.list("fabric"))
            fabrics.push_back(read_fabric(file, node, problems));
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return fabrics;
}

}  // namespace sluice::facts
