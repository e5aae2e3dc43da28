// Exact decimals, for everything that a statute compares.
//
// A Decimal is a whole number of millionths, so 5.92, 3.2 and 0.0026 are exact, addition is exact,
// and a product of two is exact as a Wide (millionths of millionths). There is no division
// and no rounding: law multiplies out (tpp >= 5.92 * die_area), it never divides.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::quantity {

__extension__ typedef __int128 Wide;  // no ISO C++ type is wide enough

class Decimal {
public:
    constexpr Decimal() = default;
    // Whole numbers. Requires: |whole| <= 9,000,000,000,000.
    constexpr explicit Decimal(std::int64_t whole) : millionths_(whole * 1'000'000) {}
    static constexpr Decimal from_millionths(std::int64_t millionths) {
        Decimal d;
        d.millionths_ = millionths;
        return d;
    }

    constexpr std::int64_t millionths() const { return millionths_; }
    double approximate() const { return static_cast<double>(millionths_) / 1e6; }

    friend constexpr auto operator<=>(Decimal, Decimal) = default;
    // Requires: the result is representable (CHECKed).
    friend Decimal operator+(Decimal a, Decimal b);
    friend Decimal operator-(Decimal a, Decimal b);
    // Exact, in 1e-12 steps.
    friend constexpr Wide wide_product(Decimal a, Decimal b) {
        return static_cast<Wide>(a.millionths_) * b.millionths_;
    }

    static constexpr Decimal largest() { return from_millionths(9'000'000'000'000'000'000); }

private:
    std::int64_t millionths_ = 0;
};

// "4800", "5.92", "-0.5", "26_900_000" (no commas). Refuses blanks, exponents, more
// than six places after the point, magnitudes above 9e12, "nan" and "inf": nullopt.
std::optional<Decimal> parse_decimal(std::string_view text);

// Nearest Decimal to a ratio, for display only (performance density is printed, never compared).
// Half away from zero; at most largest(). Requires: b != 0, 0 <= places <= 6.
Decimal rounded_ratio(Decimal a, Decimal b, int places = 3);

// The product; nullopt when it needs more than six places or does not fit. For derived facts (tpp =
// rate x bits), whose inputs have few enough places.
std::optional<Decimal> exact_product(Decimal a, Decimal b);

// The sum; at most largest().
Decimal capped_sum(Decimal a, Decimal b);

// Shortest text that reads back the same: "2368", "5.92".
std::string to_string(Decimal value);

}  // namespace sluice::quantity
