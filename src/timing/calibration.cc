#include "timing/calibration.h"

#include <algorithm>
#include <utility>

#include "facts/data_file.h"
#include "text/ascii.h"
#include "text/number.h"

namespace sluice::timing {
namespace {

using facts::Chip;
using facts::DataFile;
using facts::Format;
using facts::Node;
using facts::TableReader;
using workload::Precision;

struct Unit {
    std::string_view name;
    double factor;
};
constexpr Unit units[] = {{"ns", 1e-9}, {"us", 1e-6},  {"ms", 1e-3},
                          {"s", 1},     {"GB/s", 1e9}, {"TB/s", 1e12}};

// "2.58 us" or "153 GB/s" when the parameter has a unit, a bare number when it is a share.
void read_parameter(TableReader& table, std::string_view key, double& out, bool has_unit) {
    const auto* node = table.take(key);
    if (!node) return;
    const auto number = text::leading_number<double>(table.file().plain(*node));
    if (!number) return table.fail(*node, "`" + std::string{key} + "` is a number");
    const auto written = text::trimmed(number->rest);
    if (!has_unit && written.empty()) {
        out = number->value;
        return;
    }
    const auto unit = std::ranges::find(units, written, &Unit::name);
    if (!has_unit || unit == std::end(units))
        return table.fail(
            *node, has_unit ? "`" + std::string{key} + "` needs a unit: ns, us, ms, s, GB/s or TB/s"
                            : "`" + std::string{key} + "` is a share and has no unit");
    out = number->value * unit->factor;
}

struct Parameter {
    std::string_view key;
    double* value;
    bool has_unit;
};

bool read_kind(TableReader& table, std::string_view key,
               std::initializer_list<Parameter> parameters) {
    const auto* node = table.take(key);
    if (!node) return false;
    TableReader kind(table.file(), *node, "a parameter table", table.problems());
    for (const auto& p : parameters) read_parameter(kind, p.key, *p.value, p.has_unit);
    kind.finish();
    return true;
}

bool read_gemm(TableReader& table, std::string_view key, GemmParameters& g) {
    return read_kind(table, key,
                     {{"eta_c", &g.eta_c, false},
                      {"eta_r", &g.eta_r, false},
                      {"eta_w", &g.eta_w, false},
                      {"t0", &g.t0, true},
                      {"t_split", &g.t_split, true},
                      {"theta", &g.theta, false},
                      {"p", &g.p, false},
                      {"eta_sustained", &g.eta_sustained, false},
                      {"tau", &g.tau, true},
                      {"eta_q", &g.eta_q, false}});
}

bool read_prefill(TableReader& table, PrefillParameters& a) {
    return read_kind(table, "prefill",
                     {{"block", &a.block, false},
                      {"eta_a", &a.eta_a, false},
                      {"c_x", &a.c_x, true},
                      {"t0", &a.t0, true},
                      {"t_p", &a.t_p, true},
                      {"eta_r", &a.eta_r, false},
                      {"p", &a.p, false},
                      {"eta_sustained", &a.eta_sustained, false},
                      {"tau", &a.tau, true},
                      {"phi", &a.phi, false},
                      {"w_kv", &a.w_kv, false}});
}

bool read_decode(TableReader& table, DecodeParameters& a) {
    return read_kind(table, "decode",
                     {{"t0", &a.t0, true},
                      {"t_p", &a.t_p, true},
                      {"b_sm", &a.b_sm, true},
                      {"eta_r", &a.eta_r, false},
                      {"p", &a.p, false},
                      {"t_split", &a.t_split, true},
                      {"eta_a", &a.eta_a, false},
                      {"chunk", &a.chunk, false},
                      {"t_b", &a.t_b, true},
                      {"mla_t0", &a.mla_t0, true},
                      {"mla_eta_a", &a.mla_eta_a, false},
                      {"mla_eta_r", &a.mla_eta_r, false},
                      {"mla_t_p", &a.mla_t_p, true},
                      {"mla_p", &a.mla_p, false}});
}

bool read_grouped(TableReader& table, GroupedParameters& g) {
    return read_kind(table, "grouped",
                     {{"eta_c", &g.eta_c, false},
                      {"eta_r", &g.eta_r, false},
                      {"eta_w", &g.eta_w, false},
                      {"t0", &g.t0, true},
                      {"theta", &g.theta, false},
                      {"p", &g.p, false},
                      {"b_sm", &g.b_sm, true},
                      {"eta_sustained", &g.eta_sustained, false},
                      {"tau", &g.tau, true}});
}

// Three protocols: a = ["4.8 us", …], c = [… a rank], share = [… of one-way link bandwidth].
void read_protocols(TableReader& table, std::string_view key, Protocols& lines) {
    const auto* node = table.take(key);
    if (!node) return;
    TableReader inner(table.file(), *node, "a collective", table.problems());
    static constexpr std::string_view keys[3][3] = {
        {"a1", "c1", "share1"}, {"a2", "c2", "share2"}, {"a3", "c3", "share3"}};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        read_parameter(inner, keys[i][0], lines[i].a, true);
        read_parameter(inner, keys[i][1], lines[i].c, true);
        read_parameter(inner, keys[i][2], lines[i].bandwidth, false);
    }
    inner.finish();
}

bool read_collective(TableReader& table, CollectiveParameters& c) {
    const auto* node = table.take("collective");
    if (!node) return false;
    TableReader inner(table.file(), *node, "collectives", table.problems());
    read_protocols(inner, "all_reduce", c.all_reduce);
    read_protocols(inner, "gather", c.gather);
    read_protocols(inner, "all_to_all", c.all_to_all);
    inner.finish();
    return true;
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
    read_parameter(table, "error_median", c.error_median, false);
    read_parameter(table, "error_p90", c.error_p90, false);
    c.has_gemm = read_gemm(table, "gemm", c.gemm);
    c.has_low = read_gemm(table, "gemm_low", c.gemm_low);
    c.has_prefill = read_prefill(table, c.prefill);
    c.has_decode = read_decode(table, c.decode);
    c.has_grouped = read_grouped(table, c.grouped);
    c.has_collective = read_collective(table, c.collective);
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

double middle(const facts::Measured& m) {
    using facts::Known;
    if (m.value.known != Known::exact && m.value.known != Known::range) return 0;
    return static_cast<double>(m.value.lo + m.value.hi) / 2e6;
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

void scale_lines(Protocols& lines, double link) {
    for (auto& line : lines) line.bandwidth *= link;
}

}  // namespace

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
    const auto inherit = [&](bool Calibration::* has, auto Calibration::* part, auto& to) {
        const Calibration* best = nullptr;
        for (const auto& c : calibrations)
            if (c.*has && nearness(c, chip) > (best ? nearness(*best, chip) : 0)) best = &c;
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
    inherit(&Calibration::has_gemm, &Calibration::gemm, t.gemm);
    inherit(&Calibration::has_low, &Calibration::gemm_low, t.gemm_low);
    inherit(&Calibration::has_prefill, &Calibration::prefill, t.prefill);
    inherit(&Calibration::has_decode, &Calibration::decode, t.decode);
    inherit(&Calibration::has_grouped, &Calibration::grouped, t.grouped);
    inherit(&Calibration::has_collective, &Calibration::collective, t.collective);
    t.provenance = from;

    double link = fabric ? fabric->scale_up.bandwidth : 0;
    if (link <= 0)
        link = (middle(chip.scaleup_bandwidth) > 0 ? middle(chip.scaleup_bandwidth)
                                                   : middle(chip.pcie_bandwidth)) /
               2 * 1e9;
    if (link <= 0) link = 32e9;
    for (auto* lines : {&t.collective.all_reduce, &t.collective.gather, &t.collective.all_to_all})
        scale_lines(*lines, link);
    if (fabric) {
        t.collective.domain = fabric->domain;
        t.collective.out_bandwidth = fabric->scale_out.bandwidth * fabric->scale_out.efficiency;
        t.collective.out_latency = fabric->scale_out.latency;
    }
    return out;
}

}  // namespace sluice::timing
