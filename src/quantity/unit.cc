#include "quantity/unit.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "text/ascii.h"
#include "text/suggest.h"
#include "text/table.h"

namespace sluice::quantity {
namespace {

using text::trimmed;

struct DimensionRow {
    Dimension dimension;
    std::string_view canonical;
    std::string_view description;  // "is a byte rate, found a capacity"
    std::string_view wanted;       // "expected bytes per second"
    std::string_view example;
};

constexpr auto dimension_rows = std::to_array<DimensionRow>({
    {Dimension::number, "", "a plain number", "a plain number", "2368"},
    {Dimension::percent, "%", "a percentage", "a percentage", "50 %"},
    {Dimension::area, "mm2", "an area", "an area", "814 mm2"},
    {Dimension::byte_rate, "GB/s", "a byte rate", "bytes per second", "900 GB/s"},
    {Dimension::bit_rate, "Gb/s", "a bit rate", "bits per second", "400 Gb/s"},
    {Dimension::capacity, "GB", "a capacity", "bytes", "96 GB"},
    {Dimension::power, "W", "a power", "a power", "700 W"},
    {Dimension::frequency, "MHz", "a frequency", "a frequency", "1830 MHz"},
    {Dimension::operation_rate, "TOPS", "an operation rate", "operations per second", "148 TOPS"},
    {Dimension::byte_rate_density, "GB/s/mm2", "a byte rate per area", "bytes per second and area",
     "3.3 GB/s/mm2"},
    {Dimension::tpp_density, "TPP/mm2", "a performance density", "a performance density",
     "5.92 TPP/mm2"},
    {Dimension::money, "USD", "an amount of money", "an amount of money", "30000 USD"},
    {Dimension::count_billion, "billion", "a count in billions", "a count in billions",
     "80 billion"},
    {Dimension::duration, "days", "a duration", "a duration", "180 days"},
});

constexpr const DimensionRow& row_of(Dimension dimension) {
    return dimension_rows[static_cast<std::size_t>(dimension)];
}
static_assert(std::ranges::all_of(dimension_rows, [](const DimensionRow& row) {
    return &row == &row_of(row.dimension);
}));

// One `symbol` is times / per of the canonical unit, exactly.
struct UnitRow {
    std::string_view symbol;
    Dimension dimension;
    std::int64_t times = 1;
    std::int64_t per = 1;
};

constexpr auto unit_rows = std::to_array<UnitRow>({
    {"%", Dimension::percent},
    {"mm2", Dimension::area},
    {"mm\u00b2", Dimension::area},
    {"kB/s", Dimension::byte_rate, 1, 1'000'000},
    {"MB/s", Dimension::byte_rate, 1, 1'000},
    {"GB/s", Dimension::byte_rate},
    {"TB/s", Dimension::byte_rate, 1'000},
    {"Mb/s", Dimension::bit_rate, 1, 1'000},
    {"Gb/s", Dimension::bit_rate},
    {"Tb/s", Dimension::bit_rate, 1'000},
    {"MB", Dimension::capacity, 1, 1'000},
    {"GB", Dimension::capacity},
    {"TB", Dimension::capacity, 1'000},
    {"MiB", Dimension::capacity, 1 << 20, 1'000'000'000},
    {"GiB", Dimension::capacity, 1 << 30, 1'000'000'000},
    {"mW", Dimension::power, 1, 1'000},
    {"W", Dimension::power},
    {"kW", Dimension::power, 1'000},
    {"MW", Dimension::power, 1'000'000},
    {"kHz", Dimension::frequency, 1, 1'000},
    {"MHz", Dimension::frequency},
    {"GHz", Dimension::frequency, 1'000},
    {"GOPS", Dimension::operation_rate, 1, 1'000},
    {"TOPS", Dimension::operation_rate},
    {"POPS", Dimension::operation_rate, 1'000},
    {"GFLOPS", Dimension::operation_rate, 1, 1'000},
    {"TFLOPS", Dimension::operation_rate},
    {"PFLOPS", Dimension::operation_rate, 1'000},
    {"GB/s/mm2", Dimension::byte_rate_density},
    {"TPP/mm2", Dimension::tpp_density},
    {"USD", Dimension::money},
    {"billion", Dimension::count_billion},
    {"bn", Dimension::count_billion},
    {"days", Dimension::duration},
    {"day", Dimension::duration},
});

constexpr UnitRow no_unit{"", Dimension::number};

const UnitRow* find_unit(std::string_view symbol) {
    if (symbol.empty()) return &no_unit;
    const auto at = std::ranges::find(unit_rows, symbol, &UnitRow::symbol);
    return at == unit_rows.end() ? nullptr : &*at;
}

std::string with_unit(std::string_view number, std::string_view unit) {
    return unit.empty() ? std::string{number} : fmt::format("{} {}", number, unit);
}

using Problem = std::unexpected<QuantityProblem>;

// A number and the text after it, before the unit is looked up.
struct Written {
    Decimal number{};
    std::string_view unit{};
};

// Why parse_decimal refused a text of digits, underscores, points and commas.
Problem number_problem(const std::string& subject, std::string_view number, std::string_view unit) {
    std::string plain{number};
    std::erase(plain, ',');
    if (text::group_thousands(plain) != number) {
        plain = number;
        std::ranges::replace(plain, ',', '.');
    }
    if (plain != number && parse_decimal(plain))
        return problem(subject + " has a comma",
                       fmt::format("write \"{}\"", with_unit(plain, unit)));
    std::string_view fraction = number;
    const std::string_view whole = text::take_until(fraction, '.');
    if (fraction.find_first_not_of("0123456789") == std::string_view::npos) {
        if (fraction.size() > 6)
            return problem(subject + " has more than six decimal places", "write at most six");
        const auto digits = std::ranges::count_if(whole, [](char c) { return c != '_'; });
        if (!whole.contains(',') && digits > 12)
            return problem(subject + " is too large", "at most 9,000,000,000,000");
    }
    return problem(fmt::format("{} is not a number", subject), "write digits, as in 26900 or 5.92");
}

// What begins like no number of ours, in small letters.
struct Misfit {
    std::string_view begin, what, label;
};
constexpr std::string_view endless = "an end that is open is written as in \">= 600 mm2\"";
constexpr Misfit misfits[] = {
    {"-", "is negative", "expected 0 or more"},
    {"\u2212", "is negative", "expected 0 or more"},
    {"\u221e", "is infinite", endless},
    {"inf", "is infinite", endless},
    {"+inf", "is infinite", endless},
    {"nan", "is not a number", "`nan` states nothing; leave out what is unknown"},
};

Reading<Written> read_written(const std::string& subject, std::string_view text,
                              std::string_view expected) {
    text = trimmed(text);
    if (text.empty()) return problem(subject + " is empty", std::string{expected});
    const std::size_t end = std::min(text.find_first_not_of("0123456789_.,"), text.size());
    const std::string_view number = text.substr(0, end);
    const std::string_view rest = text.substr(end);
    if (number.empty()) {
        for (const std::string small = text::lower(text);
             const auto& [begin, what, label] : misfits)
            if (small.starts_with(begin))
                return problem(fmt::format("{} {}", subject, what), std::string{label});
        return problem(subject + " does not start with a number", std::string{expected});
    }
    if (text::lower(rest).starts_with('e') && rest.find_first_of("+-0123456789") == 1)
        return problem(subject + " has an exponent", "write the number out, as in 26900");
    const std::optional<Decimal> value = parse_decimal(number);
    if (!value) return number_problem(subject, number, trimmed(rest));
    return Written{.number = *value, .unit = trimmed(rest)};
}

Reading<Decimal> in_canonical_unit(const std::string& subject, const Written& written,
                                   const UnitRow& unit) {
    const std::string_view canonical = canonical_unit(unit.dimension);
    const Wide most = Decimal::largest().millionths();
    const Wide scaled = Wide{written.number.millionths()} * unit.times;
    if (scaled / unit.per > most) {
        const auto whole = static_cast<std::int64_t>(most / 1'000'000 * unit.per / unit.times);
        return problem(subject + " is too large",
                       fmt::format("at most {} {}", text::group_thousands(std::to_string(whole)),
                                   unit.symbol));
    }
    const bool between_steps = scaled % unit.per != 0;
    const Wide nearest = (2 * scaled + unit.per) / (Wide{2} * unit.per);
    const Decimal value = Decimal::from_millionths(static_cast<std::int64_t>(nearest));
    if (between_steps) {
        return problem(
            fmt::format("{} is finer than 0.000001 {}, the smallest step", subject, canonical),
            "expected a whole number of steps",
            nearest == 0 ? "" : fmt::format("write \"{}\"", to_string(value, unit.dimension)));
    }
    return value;
}

// Bytes and bits a second differ in the case of one letter, so a near miss offers both.
bool is_rate(Dimension d) { return d == Dimension::byte_rate || d == Dimension::bit_rate; }

Problem unknown_unit(const std::string& subject, const Written& written,
                     std::optional<Dimension> wanted) {
    std::vector<std::string> candidates;
    for (const UnitRow& row : unit_rows) {
        const bool fits =
            !wanted || row.dimension == *wanted || (is_rate(*wanted) && is_rate(row.dimension));
        if (fits) candidates.emplace_back(row.symbol);
    }
    std::vector<std::string> near = text::nearest(written.unit, candidates, 2);
    if (written.unit.ends_with("ps")) {
        const std::string slashed =
            fmt::format("{}/s", written.unit.substr(0, written.unit.size() - 2));
        if (find_unit(slashed) != nullptr) near = {slashed};
    }
    std::string label;
    if (wanted == Dimension::number) {
        label = fmt::format("write \"{}\"", to_string(written.number));
    } else if (wanted) {
        const auto all = units_of(*wanted);
        std::vector<std::string> units(all.begin(), all.end());
        std::erase(units, "mm\u00b2");  // understood, but mm2 is what we print
        label = "expected " + text::one_of(units);
    }
    return problem(fmt::format("{} has an unknown unit, `{}`", subject, written.unit),
                   std::move(label), text::did_you_mean(near));
}

// `shown` is what was written, a number or a range, without its unit.
Problem missing_unit(const std::string& subject, std::string_view shown, Dimension wanted) {
    std::string label = fmt::format("write \"{} {}\"", shown, canonical_unit(wanted));
    if (is_rate(wanted)) {
        label = fmt::format("write \"{0} GB/s\" (bytes) or \"{0} Gb/s\" (bits); they differ 8-fold",
                            shown);
    }
    return problem(subject + " needs a unit", std::move(label));
}

Problem wrong_dimension(const std::string& subject, const Written& written, const UnitRow& unit,
                        Dimension wanted) {
    const DimensionRow& want = row_of(wanted);
    std::string shown = with_unit(to_string(written.number), want.canonical);
    std::string hint;
    if (is_rate(wanted) && is_rate(unit.dimension)) {
        const auto found = in_canonical_unit(subject, written, unit);
        if (!found) return Problem{found.error()};
        const std::optional<Decimal> converted = wanted == Dimension::byte_rate
                                                     ? rounded_ratio(*found, Decimal{8}, 6)
                                                     : exact_product(*found, Decimal{8});
        if (converted) {
            shown = with_unit(to_string(*converted), want.canonical);
            hint =
                fmt::format("{} is {}", with_unit(to_string(written.number), unit.symbol), shown);
        }
    }
    return problem(fmt::format("{} is {}, found {}", subject, want.description,
                               row_of(unit.dimension).description),
                   fmt::format("expected {}, as in \"{}\"", want.wanted, shown), std::move(hint));
}

Reading<Decimal> convert(Dimension wanted, const std::string& subject, const Written& written,
                         std::string_view shown) {
    const UnitRow* unit = find_unit(written.unit);
    if (unit == nullptr) return unknown_unit(subject, written, wanted);
    if (unit->dimension == wanted) return in_canonical_unit(subject, written, *unit);
    if (written.unit.empty()) return missing_unit(subject, shown, wanted);
    return wrong_dimension(subject, written, *unit, wanted);
}

std::string expectation(Dimension wanted) {
    return fmt::format("expected {}, as in \"{}\"", row_of(wanted).wanted, row_of(wanted).example);
}

// One value, where `before` stands between the name and the number: ">= ".
Reading<Decimal> read_value(Dimension wanted, const std::string& subject, std::string_view text,
                            std::string_view before = {}) {
    const auto written = read_written(subject, text, expectation(wanted));
    if (!written) return Problem{written.error()};
    return convert(wanted, subject, *written,
                   fmt::format("{}{}", before, to_string(written->number)));
}

Reading<Range> parse_interval(Dimension wanted, const std::string& subject, std::string_view left,
                              std::string_view right) {
    const std::string expected = expectation(wanted);
    if (left.empty() && right.empty()) return problem(subject + " is empty", expected);
    if (left.empty())
        return problem(subject + " has no lower end", fmt::format("write \"0..{}\"", right));
    if (right.empty())
        return problem(subject + " has no upper end", fmt::format("write \">= {}\"", left));
    auto low = read_written(subject, left, expected);
    if (!low) return Problem{low.error()};
    const auto high = read_written(subject, right, expected);
    if (!high) return Problem{high.error()};
    if (low->unit.empty()) low->unit = high->unit;
    const std::string shown = to_string(low->number) + ".." + to_string(high->number);
    const auto hi = convert(wanted, subject, *high, shown);
    if (!hi) return Problem{hi.error()};
    const auto lo = convert(wanted, subject, *low, shown);
    if (!lo) return Problem{lo.error()};
    if (*lo > *hi) {
        return problem(fmt::format("{} runs down, from {} to {}", subject, to_string(*lo, wanted),
                                   to_string(*hi, wanted)),
                       fmt::format("write \"{}\"", to_string(Range{*hi, *lo}, wanted)));
    }
    return Range{*lo, *hi};
}

}  // namespace

std::unexpected<QuantityProblem> problem(std::string message, std::string label, std::string hint) {
    return Problem{{std::move(message), std::move(label), std::move(hint)}};
}

std::string_view canonical_unit(Dimension dimension) { return row_of(dimension).canonical; }

std::string_view describe(Dimension dimension) { return row_of(dimension).description; }

std::vector<std::string_view> units_of(Dimension dimension) {
    std::vector<std::string_view> units;
    for (const UnitRow& row : unit_rows)
        if (row.dimension == dimension) units.push_back(row.symbol);
    return units;
}

Reading<AnyQuantity> parse_quantity(std::string_view text) {
    const std::string subject =
        trimmed(text).empty() ? "the quantity" : fmt::format("`{}`", trimmed(text));
    const auto written =
        read_written(subject, text, "expected a number and a unit, as in \"814 mm2\"");
    if (!written) return Problem{written.error()};
    const UnitRow* unit = find_unit(written->unit);
    if (unit == nullptr) return unknown_unit(subject, *written, std::nullopt);
    const auto value = in_canonical_unit(subject, *written, *unit);
    if (!value) return Problem{value.error()};
    return AnyQuantity{.value = *value, .dimension = unit->dimension};
}

Reading<Decimal> parse_as(Dimension wanted, std::string_view name, std::string_view text) {
    const std::string subject = fmt::format("`{}`", name);
    if (text.contains(".."))
        return problem(subject + " is one value, found a range", expectation(wanted));
    return read_value(wanted, subject, text);
}

Reading<Range> parse_range_as(Dimension wanted, std::string_view name, std::string_view text) {
    const std::string subject = fmt::format("`{}`", name);
    text = trimmed(text);
    if (text.starts_with(">=")) {
        const auto low = read_value(wanted, subject, text.substr(2), ">= ");
        if (!low) return Problem{low.error()};
        return Range{*low, Decimal::largest()};
    }
    if (text.starts_with('>')) {
        return problem(subject + " leaves out its lower end",
                       fmt::format("write \">= {}\"", trimmed(text.substr(1))));
    }
    if (text.starts_with('<')) {
        const std::string_view high = trimmed(text.substr(text.starts_with("<=") ? 2 : 1));
        return problem(subject + " has no lower end", fmt::format("write \"0..{}\"", high));
    }
    if (const std::size_t dots = text.find(".."); dots != std::string_view::npos) {
        return parse_interval(wanted, subject, trimmed(text.substr(0, dots)),
                              trimmed(text.substr(dots + 2)));
    }
    const auto value = parse_as(wanted, name, text);
    if (!value) return Problem{value.error()};
    return Range{*value, *value};
}

std::string to_string(Decimal value, Dimension dimension, bool grouped) {
    const std::string number = to_string(value);
    if (dimension == Dimension::duration && value == Decimal{1}) return "1 day";
    return with_unit(grouped ? text::group_thousands(number) : number, canonical_unit(dimension));
}

std::string to_string(Range range, Dimension dimension, bool grouped) {
    if (range.exact()) return to_string(range.lo, dimension, grouped);
    if (range.hi == Decimal::largest())
        return "at least " + to_string(range.lo, dimension, grouped);
    const std::string low = to_string(range.lo);
    return (grouped ? text::group_thousands(low) : low) + ".." +
           to_string(range.hi, dimension, grouped);
}

}  // namespace sluice::quantity
