#include "facts/chip.h"

#include <algorithm>
#include <utility>

namespace sluice::facts {
namespace {

using quantity::Decimal;

constexpr std::array<std::string_view, format_count> format_names = {
    "fp64", "fp64_tensor", "fp32", "tf32", "bf16", "fp8", "int8", "fp6", "fp4", "int4"};
constexpr std::array<int, format_count> format_bits = {64, 64, 32, 32, 16, 8, 8, 6, 4, 4};

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

}  // namespace sluice::facts
