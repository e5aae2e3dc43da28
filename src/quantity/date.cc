#include "quantity/date.h"

#include <array>
#include <optional>

#include <fmt/format.h>

namespace sluice::quantity {
namespace {

constexpr std::array<std::string_view, 12> month_names{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

struct WrittenDate {
    int year;
    unsigned month;
    unsigned day;
};

// Year, month and day apart by `separator`; month and day of one or two digits.
std::optional<WrittenDate> year_first(std::string_view text, char separator) {
    std::array<unsigned, 3> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::size_t digits = 0;
        while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 4) {
            parts[i] = parts[i] * 10 + static_cast<unsigned>(text[digits++] - '0');
        }
        if (i == 0 ? digits != 4 : digits < 1 || digits > 2) return std::nullopt;
        text.remove_prefix(digits);
        if (i == 2) break;
        if (!text.starts_with(separator)) return std::nullopt;
        text.remove_prefix(1);
    }
    if (!text.empty()) return std::nullopt;
    return WrittenDate{static_cast<int>(parts[0]), parts[1], parts[2]};
}

unsigned days_in(int year, unsigned month) {
    const auto last = std::chrono::year{year} / std::chrono::month{month} / std::chrono::last;
    return static_cast<unsigned>(last.day());
}

}  // namespace

std::expected<Date, std::string> parse_date(std::string_view text) {
    std::optional<WrittenDate> written;
    for (const char separator : {'-', '/', '.'}) {
        if (!written) written = year_first(text, separator);
    }
    if (!written) return std::unexpected{std::string{"write the date as 2025-04-09"}};
    const auto [year, month, day] = *written;
    if (month < 1 || month > 12) {
        return std::unexpected{fmt::format("there is no month {}", month)};
    }
    if (day < 1) return std::unexpected{fmt::format("there is no day {}", day)};
    if (const unsigned days = days_in(year, month); day > days) {
        const std::string_view name = month_names[month - 1];
        return std::unexpected{fmt::format("{} {:04} has {} days", name, year, days)};
    }
    const std::string iso = fmt::format("{:04}-{:02}-{:02}", year, month, day);
    if (text != iso) return std::unexpected{fmt::format("write the date as {}", iso)};
    return make_date(year, month, day);
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
