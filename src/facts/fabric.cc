#include "facts/fabric.h"

#include <algorithm>

#include "facts/data_file.h"
#include "quantity/unit.h"
#include "text/number.h"
#include "text/sequence.h"

namespace sluice::facts {
namespace {

// "2 us", "500 ns".
void read_latency(TableReader& table, double& out) {
    const auto* node = table.take("latency");
    if (!node) return;
    const auto [value, unit] =
        text::leading_number<double>(node->text).value_or(text::LeadingNumber<double>{});
    const double scale = unit == " us" ? 1e-6 : unit == " ns" ? 1e-9 : unit == " ms" ? 1e-3 : 0;
    if (scale == 0)
        return table.fail(*node, "`latency` needs a number and a unit", "as in \"2 us\"");
    out = value * scale;
}

Link read_link(TableReader& table, std::string_view key) {
    Link link;
    const auto* node = table.take(key);
    if (!node) return link;
    TableReader inner(table.file(), *node, "a link", table.problems());
    inner.quantity("bandwidth", quantity::Dimension::byte_rate, 1e9, link.bandwidth);
    read_latency(inner, link.latency);
    if (const auto* share = inner.take("efficiency", Node::Kind::number))
        link.efficiency = text::parse_number<double>(table.file().written(*share)).value_or(1);
    inner.finish();
    return link;
}

Fabric read_fabric(const DataFile& file, const Node& node, text::Diagnostics& problems) {
    TableReader table(file, node, "a fabric", problems);
    Fabric fabric;
    fabric.id = table.required_text("id");
    fabric.name = table.required_text("name");
    fabric.chips = table.texts("chips");
    table.count("domain", fabric.domain, 1);
    fabric.scale_up = read_link(table, "scale_up");
    fabric.scale_out = read_link(table, "scale_out");
    table.quantity("host_power", quantity::Dimension::power, 1, fabric.host_power);
    fabric.sources = table.required_texts("source");
    for (const auto key : {"date", "confidence"}) table.required_text(key);
    table.text("note");
    table.finish();
    return fabric;
}

}  // namespace

text::Result<std::vector<Fabric>> load_fabrics(const std::filesystem::path& dir) {
    return read_each<Fabric>(dir, "fabric", read_fabric);
}

const Fabric* fabric_of(const std::vector<Fabric>& fabrics, std::string_view chip) {
    const auto found = std::ranges::find_if(
        fabrics, [&](const Fabric& fabric) { return text::contains(fabric.chips, chip); });
    return found == fabrics.end() ? nullptr : &*found;
}

}  // namespace sluice::facts
