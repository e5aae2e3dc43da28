// Units. A dimension has one canonical unit in which its Decimal is kept; a value in a file or on
// the command line carries its unit ("4000 GB/s") and is refused without one.
//
// GB/s (bytes) and Gb/s (bits) are different dimensions: they differ eight-fold, and no conversion
// happens by itself.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "quantity/decimal.h"

namespace sluice::quantity {

enum class Dimension : std::uint8_t {
    number,             // plain: TPP, counts
    percent,            // %
    area,               // mm2
    byte_rate,          // GB/s   (kB/s MB/s GB/s TB/s, powers of ten)
    bit_rate,           // Gb/s   (Mb/s Gb/s Tb/s)
    capacity,           // GB     (MB GB TB and MiB GiB, exact)
    power,              // W      (mW W kW MW)
    frequency,          // MHz    (kHz MHz GHz)
    operation_rate,     // TOPS or TFLOPS: 1e12 operations a second (GFLOPS TFLOPS PFLOPS GOPS TOPS
                        // POPS)
    byte_rate_density,  // GB/s/mm2
    tpp_density,        // TPP/mm2 (performance density)
    money,              // USD
    count_billion,      // billion: transistors ("80 billion"; also "bn")
    duration,           // days
};

// "mm2", "GB/s", … the unit in which the Decimal of this dimension is kept and printed; "" for
// number.
std::string_view canonical_unit(Dimension dimension);
// "an area", "a byte rate", … for messages.
std::string_view describe(Dimension dimension);
// Every unit that may be written for this dimension.
std::vector<std::string_view> units_of(Dimension dimension);

struct AnyQuantity {
    Decimal value{};  // in canonical_unit(dimension)
    Dimension dimension = Dimension::number;
    friend bool operator==(AnyQuantity, AnyQuantity) = default;
};

// What is wrong with a written quantity, for a diagnostic's message, label and hint.
struct QuantityProblem {
    std::string message{};
    std::string label{};
    std::string hint{};
};
// A value, or what is wrong with how it is written.
template <class T>
using Reading = std::expected<T, QuantityProblem>;
std::unexpected<QuantityProblem> problem(std::string message, std::string label = {},
                                         std::string hint = {});

// "814 mm2", "4 TB/s", "2368", "50 %". Never negative. A missing unit is reported by parse_as, not
// here.
Reading<AnyQuantity> parse_quantity(std::string_view text);

// A value of the wanted dimension; `name` is the field, for the message ("`memory_bandwidth` needs
// a unit", "`interconnect` is a byte rate, found a capacity").
Reading<Decimal> parse_as(Dimension wanted, std::string_view name, std::string_view text);

// A closed interval; both ends equal for an exact value. No upper bound: hi == Decimal::largest().
struct Range {
    Decimal lo{};
    Decimal hi{};
    constexpr bool exact() const { return lo == hi; }
    friend constexpr bool operator==(Range, Range) = default;
};

// "600..800 mm2", "600 mm2..800 mm2", ">= 600 mm2", or a single value.
Reading<Range> parse_range_as(Dimension wanted, std::string_view name, std::string_view text);

// "814 mm2"; "600..800 mm2"; "at least 600 mm2". Thousands are grouped when `grouped`.
std::string to_string(Decimal value, Dimension dimension, bool grouped = false);
std::string to_string(Range range, Dimension dimension, bool grouped = false);

}  // namespace sluice::quantity
