#include "quantity/date.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "text/ascii.h"
#include "text/number.h"

namespace sluice::quantity {
namespace {

constexpr std::array<std::string_view, 12> month_names{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

// Year, month and day apart by `separator`; month and day of one or two digits.
std::optional<std::array<unsigned, 3>> year_first(std::string_view text, char separator) {
    std::array<unsigned, 3> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string_view part = i < 2 ? text::take_until(text, separator) : text;
        const auto number = text::parse_number<unsigned>(part);
        if (!number || (i == 0 ? part.size() != 4 : part.size() > 2)) return std::nullopt;
        parts[i] = *number;
    }
    return parts;
}

}  // namespace

std::expected<Date, std::string> parse_date(std::string_view text) {
    std::optional<std::array<unsigned, 3>> written;
    for (const char separator : {'-', '/', '.'})
        if (!written) written = year_first(text, separator);
    if (!written) return std::unexpected{std::string{"write the date as 2025-04-09"}};
    const auto [year, month, day] = *written;
    if (month < 1 || month > 12) return std::unexpected{fmt::format("there is no month {}", month)};
    if (day < 1) return std::unexpected{fmt::format("there is no day {}", day)};
    const std::chrono::year_month_day_last last{
        std::chrono::year{static_cast<int>(year)},
        std::chrono::month_day_last{std::chrono::month{month}}};
    if (const auto days = static_cast<unsigned>(last.day()); day > days)
        return std::unexpected{
            fmt::format("{} {:04} has {} days", month_names[month - 1], year, days)};
    const std::string iso = fmt::format("{:04}-{:02}-{:02}", year, month, day);
    if (text != iso) return std::unexpected{fmt::format("write the date as {}", iso)};
    return make_date(static_cast<int>(year), month, day);
}

std::expected<Date, std::string> first_day_of(std::string_view text) {
    const std::string_view rest = text.size() == 4 ? "-01-01" : text.size() == 7 ? "-01" : "";
    return parse_date(fmt::format("{}{}", text, rest));
}

std::string to_string(Date date) {
    if (date == start_of_time) return "always";
    if (date == end_of_time) return "never";
    const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{date.days}}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

}  // namespace sluice::quantity
