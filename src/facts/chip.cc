#include "facts/chip.h"

#include <algorithm>
#include <optional>

namespace sluice::facts {
namespace {

using quantity::Decimal;

constexpr std::array<std::string_view, format_count> format_names = {
    "fp64", "fp64_tensor", "fp32", "tf32", "bf16", "fp8", "int8", "fp6", "fp4", "int4"};
constexpr std::array<int, format_count> format_bits = {64, 64, 32, 32, 16, 8, 8, 6, 4, 4};

constexpr std::int64_t unbounded = Decimal::largest().millionths();

Value product_of(const Value& rate, int bits) {
    if (!rate.is_number()) return rate;
    const auto times = [bits](std::int64_t end) {
        return quantity::exact_product(Decimal::from_millionths(end), Decimal{bits})
            .value_or(Decimal::largest())
            .millionths();
    };
    return {rate.known, times(rate.lo), times(rate.hi)};
}

Value between(std::int64_t lo, std::int64_t hi) {
    return Value::range({Decimal::from_millionths(lo), Decimal::from_millionths(hi)});
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
                     .product = product_of(rate, bits_of(format)),
                     .counted = format != Format::tf32,
                     .why = {}};
        // Counting TF32 by its 32 stored bits would double the TPP of chips that run it at the
        // BF16 rate; no published TPP does.
        if (!term.counted) term.why = "TF32 multiplies 19 of the 32 bits that it stores";
        if (term.counted && term.product.is_number()) {
            if (!tpp.format || term.product.lo > tpp.value.lo) tpp.format = format;
            tpp.value = between(std::max(tpp.value.lo, term.product.lo),
                                std::max(tpp.value.hi, term.product.hi));
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
    quantity::Wide lo = 0;
    quantity::Wide hi = 0;
    for (const Value* part : {&scaleup, &pcie}) {
        if (part->is_number()) lo += part->lo;
        hi += part->is_number() ? part->hi : part->known == Known::unknown ? unbounded : 0;
    }
    const auto bounded = [](quantity::Wide sum) {
        return static_cast<std::int64_t>(std::min<quantity::Wide>(sum, unbounded));
    };
    return between(bounded(lo), bounded(hi));
}

}  // namespace sluice::facts
