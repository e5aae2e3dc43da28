#include "facts/chip.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "facts/resolve.h"
#include "text/ascii.h"
#include "text/number.h"

namespace sluice::facts {
namespace {

using quantity::Decimal;

constexpr std::array<std::string_view, format_count> format_names = {
    "fp64", "fp64_tensor", "fp32", "tf32", "bf16", "fp8", "int8", "fp6", "fp4", "int4"};
constexpr std::array<int, format_count> format_bits = {64, 64, 32, 32, 16, 8, 8, 6, 4, 4};

// Pieces between any of the separators, empty ones left out.
std::vector<std::string_view> pieces(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// Nanometres that one word of a process name states: "12nm", "N5", "4NP", "LP4X", "SF3".
std::optional<int> node_of(std::string_view word) {
    const std::size_t digit = word.find_first_of("0123456789");
    if (digit == std::string_view::npos) return std::nullopt;
    const auto node = text::leading_number<int>(word.substr(digit));
    if (!node) return std::nullopt;
    const std::string_view before = word.substr(0, digit);
    const bool named_before = before == "n" || before == "sf" || before == "lp";
    const bool named_after =
        before.empty() && (node->rest.starts_with("n") || node->rest.starts_with("lp"));
    return named_before || named_after ? std::optional(node->value) : std::nullopt;
}

// Logic at 16/14 nm or below, or with non-planar transistors (15 CFR 772.1, advanced-node IC).
Value advanced_node_of(const Chip& chip) {
    const std::string process = text::lower(chip.process_node);
    // SMIC N+1 to N+3 and everything that Intel names by a number alone are FinFET or later.
    if (process.contains("n+")) return Value::boolean(true);
    const std::size_t intel = process.find("intel ");
    if (intel != std::string::npos && text::leading_number<unsigned>(process.substr(intel + 6)) &&
        !process.contains("nm"))
        return Value::boolean(true);
    std::optional<int> smallest;
    for (const std::string_view word : pieces(process, " +/(),"))
        if (const auto node = node_of(word)) smallest = std::min(*node, smallest.value_or(*node));
    if (!smallest) return Value::unknown();
    if (*smallest <= 16) return Value::boolean(true);
    // Between 16 and 28 nm both kinds of transistor were sold (Intel's 22 nm is FinFET).
    return *smallest >= 28 ? Value::boolean(false) : Value::unknown();
}

Value has_hbm_of(const Chip& chip) {
    if (chip.memory_bandwidth.value.known == Known::absent) return Value::boolean(false);
    if (chip.memory_type.empty()) return Value::unknown();
    return Value::boolean(text::lower(chip.memory_type).contains("hbm"));
}

}  // namespace

std::string_view to_string(Format format) { return format_names[static_cast<std::size_t>(format)]; }

int bits_of(Format format) { return format_bits[static_cast<std::size_t>(format)]; }

Tpp tpp_of(const Chip& chip) {
    Tpp tpp;
    tpp.terms.reserve(format_count);
    for (std::size_t i = 0; i < format_count; ++i) {
        const auto format = static_cast<Format>(i);
        const Value& rate = chip.rate[i].value;
        TppTerm term{.format = format,
                     .rate = rate,
                     .bits = bits_of(format),
                     .product = product(rate, Value::number(Decimal{bits_of(format)})),
                     .counted = format != Format::tf32,
                     .why = {}};
        // Counting TF32 by its 32 stored bits would double the TPP of chips that run it at the
        // BF16 rate; no published TPP does.
        if (!term.counted) term.why = "TF32 multiplies 19 of the 32 bits that it stores";
        if (term.counted && term.product.is_number()) {
            if (!tpp.format || term.product.lo > tpp.value.lo) tpp.format = format;
            const auto [so_far, one] = std::pair(range_of(tpp.value), range_of(term.product));
            tpp.value = Value::range({std::max(so_far.lo, one.lo), std::max(so_far.hi, one.hi)});
        }
        tpp.terms.push_back(term);
    }
    return tpp;
}

Value io_bandwidth_of(const Chip& chip) {
    const Value& scaleup = chip.scaleup_bandwidth.value;
    const Value& pcie = chip.pcie_bandwidth.value;
    if (!scaleup.is_number() && !pcie.is_number()) {
        return scaleup.known == Known::absent && pcie.known == Known::absent ? Value::absent()
                                                                             : Value::unknown();
    }
    quantity::Range sum{};
    for (const Value& part : {scaleup, pcie}) {
        // An absent part has the ends 0 and 0; an unknown one may be of any size.
        const auto [lo, hi] = range_of(part);
        sum.lo = quantity::capped_sum(sum.lo, lo);
        sum.hi =
            quantity::capped_sum(sum.hi, part.known == Known::unknown ? Decimal::largest() : hi);
    }
    return Value::range(sum);
}

Value performance_density(const Value& tpp, const Value& die_area) {
    if (tpp.known == Known::unknown || die_area.known == Known::unknown) return Value::unknown();
    if (!tpp.is_number() || !die_area.is_number() || die_area.lo <= 0) return Value::absent();
    const auto [least, most] = range_of(tpp);
    const auto [small, large] = range_of(die_area);
    return Value::range(
        {large == Decimal::largest() ? Decimal{} : quantity::rounded_ratio(least, large),
         quantity::rounded_ratio(most, small)});
}

ChipFacts facts_of(const World& world, const Chip& chip) {
    ChipFacts out;
    const auto set = [&](FactId fact, const Value& value) { out.facts[index(fact)] = value; };
    set(FactId::tpp, tpp_of(chip).value);
    set(FactId::die_area, chip.die_area.value);
    set(FactId::memory_bandwidth, chip.memory_bandwidth.value);
    set(FactId::io_bandwidth, io_bandwidth_of(chip));
    set(FactId::marketed_for_datacentre, chip.marketed_for_datacentre);
    set(FactId::transistor_count, chip.transistor_count.value);
    set(FactId::has_hbm, has_hbm_of(chip));
    set(FactId::advanced_node, advanced_node_of(chip));
    if (chip.vendor >= 0) set(FactId::designer, Value::code(chip.vendor));
    for (const std::string_view name : pieces(chip.foundry, "/,+")) {
        const int party = world.find_party(text::trimmed(name));
        if (party >= 0) out.foundries.push_back(party);
    }
    return out;
}

std::vector<ChipFacts> chip_facts(const World& world) {
    std::vector<ChipFacts> all;
    all.reserve(world.chips.size());
    for (const Chip& chip : world.chips) all.push_back(facts_of(world, chip));
    return all;
}

}  // namespace sluice::facts
