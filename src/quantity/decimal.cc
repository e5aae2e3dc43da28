#include "quantity/decimal.h"

#include <fmt/format.h>

#include "text/check.h"

namespace sluice::quantity {
namespace {

constexpr std::int64_t one = 1'000'000;
constexpr int places_kept = 6;

std::int64_t checked(Wide millionths) {
    const Wide most = Decimal::largest().millionths();
    CHECK(millionths >= -most && millionths <= most);
    return static_cast<std::int64_t>(millionths);
}

// Digits with single underscores between them; appends their value to `value`.
bool read_digits(std::string_view& text, Wide& value, int& count, bool underscores) {
    count = 0;
    bool after_digit = false;
    while (!text.empty()) {
        const char c = text.front();
        if (c == '_' && underscores && after_digit) {
            after_digit = false;
        } else if (c >= '0' && c <= '9') {
            value = value * 10 + (c - '0');
            if (value > Decimal::largest().millionths()) return false;
            ++count;
            after_digit = true;
        } else {
            break;
        }
        text.remove_prefix(1);
    }
    return after_digit;
}

}  // namespace

Decimal operator+(Decimal a, Decimal b) {
    return Decimal::from_millionths(checked(Wide{a.millionths_} + b.millionths_));
}

Decimal operator-(Decimal a, Decimal b) {
    return Decimal::from_millionths(checked(Wide{a.millionths_} - b.millionths_));
}

std::optional<Decimal> parse_decimal(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    Wide value = 0;
    int digits = 0;
    int places = 0;
    if (!read_digits(text, value, digits, true)) return std::nullopt;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!read_digits(text, value, places, false)) return std::nullopt;
    }
    if (!text.empty() || places > places_kept) return std::nullopt;
    for (; places < places_kept; ++places) value *= 10;
    if (value > Decimal::largest().millionths()) return std::nullopt;
    return Decimal::from_millionths(static_cast<std::int64_t>(negative ? -value : value));
}

Decimal rounded_ratio(Decimal a, Decimal b, int places) {
    CHECK(b.millionths() != 0 && places >= 0 && places <= places_kept);
    Wide scale = 1;
    for (int i = 0; i < places; ++i) scale *= 10;
    const bool negative = (a.millionths() < 0) != (b.millionths() < 0);
    const auto magnitude = [](Decimal d) {
        return d.millionths() < 0 ? -Wide{d.millionths()} : Wide{d.millionths()};
    };
    // Half away from zero, as people round.
    const Wide steps = (2 * magnitude(a) * scale + magnitude(b)) / (2 * magnitude(b));
    Wide millionths = steps * (one / scale);
    const Wide most = Decimal::largest().millionths();
    if (millionths > most) millionths = most;
    return Decimal::from_millionths(static_cast<std::int64_t>(negative ? -millionths : millionths));
}

std::optional<Decimal> exact_product(Decimal a, Decimal b) {
    const Wide product = wide_product(a, b);
    const Wide most = Decimal::largest().millionths();
    if (product % one != 0 || product / one > most || product / one < -most) return std::nullopt;
    return Decimal::from_millionths(static_cast<std::int64_t>(product / one));
}

Decimal capped_sum(Decimal a, Decimal b) {
    return b > Decimal::largest() - a ? Decimal::largest() : a + b;
}

std::string to_string(Decimal value) {
    // Through unsigned, since the most negative integer has no positive counterpart.
    const bool negative = value.millionths() < 0;
    const auto bits = static_cast<std::uint64_t>(value.millionths());
    const std::uint64_t magnitude = negative ? 0 - bits : bits;
    std::string out =
        fmt::format("{}{}.{:06}", negative ? "-" : "", magnitude / one, magnitude % one);
    out.resize(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) out.pop_back();
    return out;
}

}  // namespace sluice::quantity
