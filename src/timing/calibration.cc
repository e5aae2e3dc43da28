#include "timing/calibration.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/ascii.h"
#include "text/number.h"
#include "text/sequence.h"
#include "timing/parameters.h"

namespace sluice::timing {
namespace {

struct Unit {
    std::string_view name;
    double factor;
};
constexpr Unit units[] = {{"ns", 1e-9}, {"us", 1e-6},  {"ms", 1e-3},
                          {"s", 1},     {"GB/s", 1e9}, {"TB/s", 1e12}};

using facts::Chip;
using facts::DataFile;
using facts::Format;
using facts::Node;
using facts::TableReader;
using workload::Precision;
// The table of one kind of kernel where it is there, or the table of several tables.
void read_kind(TableReader& table, std::string_view key, Calibration& c) {
    const auto* node = table.take(key);
    if (!node) return;
    c.tables.emplace_back(key);
    const bool several = key == "collective";
    TableReader kind(table.file(), *node, several ? "collectives" : "a parameter table",
                     table.problems());
    if (several)
        for (const auto* inner : {"all_reduce", "gather", "all_to_all"}) read_kind(kind, inner, c);
    else
        for (const auto& p : parameters_of(c, key)) read_parameter(kind, p);
    if (key == "decode")
        for (const auto& p : parameters_of(c, "mla")) read_parameter(kind, p);
    kind.finish();
}

Calibration read_calibration(const DataFile& file, const Node& node, text::Diagnostics& problems) {
    TableReader table(file, node, "a calibration", problems);
    Calibration c{.where = file.where(node)};
    c.id = table.required_text("id");
    c.chips = table.texts("chips");
    c.families = table.texts("families");
    if (const auto* flag = table.take("generic")) c.generic = flag->flag;
    c.library = table.text("library");
    c.sources = table.required_texts("source");
    c.date = table.required_text("date");
    read_parameter(table, {"error_median", &c.error_median});
    read_parameter(table, {"error_p90", &c.error_p90});
    for (const auto* key : {"gemm", "gemm_low", "prefill", "decode", "grouped", "collective"})
        read_kind(table, key, c);
    table.text("note");
    table.finish();
    return c;
}

// How near a calibration is to a chip: 3 the chip itself, 2 its family, 1 generic, 0 another's.
int nearness(const Calibration& c, const Chip& chip) {
    if (std::ranges::find(c.chips, chip.id) != c.chips.end()) return 3;
    if (std::ranges::any_of(c.families, [&](const auto& f) { return chip.family.starts_with(f); }))
        return 2;
    return c.generic ? 1 : 0;
}

// Rates by number format; a format the chip lacks runs at the next wider one that it has.
void fill_peaks(const Chip& chip, ChipTiming& t) {
    const auto rate = [&](Format f) {
        return middle(chip.rate[static_cast<std::size_t>(f)]) * 1e12;
    };
    const auto set = [&](Precision p, double v) { t.peak[static_cast<std::size_t>(p)] = v; };
    const double fp32 = rate(Format::fp32);
    const double bf16 = rate(Format::bf16) > 0 ? rate(Format::bf16) : fp32;
    const double fp8 = rate(Format::fp8), int8 = rate(Format::int8), fp4 = rate(Format::fp4);
    const double eight = fp8 > 0 ? fp8 : int8 > 0 ? int8 : bf16;
    set(Precision::fp32, fp32 > 0 ? fp32 : bf16);
    set(Precision::bf16, bf16);
    set(Precision::fp8, eight);
    set(Precision::mxfp8, eight);
    set(Precision::int8, std::max({int8, fp8, bf16}));
    set(Precision::nvfp4, fp4 > 0 ? fp4 : eight);
    set(Precision::mxfp4, fp4 > 0 ? fp4 : eight);
    set(Precision::int4, bf16);
    set(Precision::q4, bf16);
}

}  // namespace

double middle(const facts::Measured& figure) {
    if (!figure.value.is_number()) return 0;
    return static_cast<double>(figure.value.lo + figure.value.hi) / 2e6;
}

double memory_bytes(const Chip& chip) { return middle(chip.memory_capacity) * 1073741824.0; }

std::string written(std::string_view key, double value, std::string_view unit) {
    const auto* known = std::ranges::find(units, unit, &Unit::name);
    return known == std::end(units)
               ? fmt::format("{} = {:.4g}", key, value)
               : fmt::format("{} = \"{:.4g} {}\"", key, value / known->factor, unit);
}

void read_parameter(TableReader& table, const Parameter& parameter) {
    const auto* node = table.take(parameter.key);
    if (!node) return;
    const auto number = text::leading_number<double>(table.file().plain(*node));
    const auto key = "`" + std::string{parameter.key} + "`";
    if (!number) return table.fail(*node, key + " is a number");
    const auto unit = text::trimmed(number->rest);
    const auto* known = std::ranges::find(units, unit, &Unit::name);
    if (parameter.unit.empty() != unit.empty() || (!unit.empty() && known == std::end(units)))
        return table.fail(
            *node, key + (parameter.unit.empty() ? " is a share and has no unit"
                                                 : " needs a unit: ns, us, ms, s, GB/s or TB/s"));
    *parameter.value = number->value * (unit.empty() ? 1 : known->factor);
}

std::vector<Parameter> named(std::string_view keys, std::initializer_list<double*> values) {
    std::vector<Parameter> out;
    for (auto* value : values) {
        const auto key = keys.substr(0, keys.find(' '));
        keys.remove_prefix(std::min(keys.size(), key.size() + 1));
        const auto unit = std::min(key.find(':'), key.size());
        out.push_back({key.substr(0, unit), value, key.substr(std::min(unit + 1, key.size()))});
    }
    return out;
}

text::Result<std::vector<Calibration>> load_calibrations(const std::filesystem::path& dir) {
    return facts::read_each<Calibration>(dir, "calibration", read_calibration);
}

Prepared prepare(const Chip& chip, const facts::Fabric* fabric,
                 const std::vector<Calibration>& calibrations) {
    Prepared out;
    auto& t = out.timing;
    fill_peaks(chip, t);
    t.bandwidth = middle(chip.memory_bandwidth) * 1e9;
    t.vector_rate = middle(chip.rate[static_cast<std::size_t>(Format::fp32)]) * 1e12;
    // GeForce parts halve the 16-bit rate with 32-bit accumulators; their 8-bit rate shows it.
    const double sixteen = t.peak[static_cast<std::size_t>(Precision::bf16)];
    t.half_accumulate = t.peak[static_cast<std::size_t>(Precision::int8)] > 3.5 * sixteen ? 2 : 1;
    t.mma_share =
        chip.family.starts_with("Hopper") || chip.family.starts_with("Blackwell") ? 0.5 : 1;
    t.l2 = middle(chip.cache) * 1e6;
    t.multiprocessors = middle(chip.unit_count) > 0 ? middle(chip.unit_count) : 128;
    if (t.bandwidth <= 0) out.missing.emplace_back("memory_bandwidth");
    if (t.peak[static_cast<std::size_t>(Precision::bf16)] <= 0)
        out.missing.emplace_back("rate.bf16");

    std::string from;
    const auto inherit = [&](std::string_view table, auto Calibration::* part, auto& to) {
        const Calibration* best = nullptr;
        for (const auto& c : calibrations)
            if (text::contains(c.tables, table) &&
                nearness(c, chip) > (best ? nearness(*best, chip) : 0))
                best = &c;
        if (!best) return;
        to = best->*part;
        if (from.contains(best->id)) return;
        from += (from.empty() ? "" : ", ") +
                std::string{nearness(*best, chip) == 3 ? "fitted: " : "inherited: "} + best->id;
        if (t.error_median == 0) {
            t.error_median = best->error_median;
            t.error_p90 = best->error_p90;
        }
    };
    inherit("gemm", &Calibration::gemm, t.gemm);
    inherit("gemm_low", &Calibration::gemm_low, t.gemm_low);
    inherit("prefill", &Calibration::prefill, t.prefill);
    inherit("decode", &Calibration::decode, t.decode);
    inherit("decode", &Calibration::mla, t.mla);
    inherit("grouped", &Calibration::grouped, t.grouped);
    inherit("collective", &Calibration::collective, t.collective);
    t.provenance = from;

    double link = fabric ? fabric->scale_up.bandwidth : 0;
    if (link <= 0)
        link = (middle(chip.scaleup_bandwidth) > 0 ? middle(chip.scaleup_bandwidth)
                                                   : middle(chip.pcie_bandwidth)) /
               2 * 1e9;
    if (link <= 0) link = 32e9;
    for (auto* lines : {&t.collective.all_reduce, &t.collective.gather, &t.collective.all_to_all})
        for (auto& line : *lines) line.bandwidth *= link;
    if (fabric) {
        t.collective.domain = fabric->domain;
        t.collective.out_bandwidth = fabric->scale_out.bandwidth * fabric->scale_out.efficiency;
        t.collective.out_latency = fabric->scale_out.latency;
    }
    return out;
}

}  // namespace sluice::timing
