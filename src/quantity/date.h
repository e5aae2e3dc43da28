// Civil days. No time of day, no zone, no clock: "today" is given to the program at its door.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace sluice::quantity {

// A day, counted from 1970-01-01. Ordered; differences are days.
struct Date {
    std::int32_t days = 0;
    friend constexpr auto operator<=>(Date, Date) = default;
};

constexpr Date make_date(int year, unsigned month, unsigned day) {
    return {static_cast<std::int32_t>(std::chrono::sys_days{
        std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}}
                                          .time_since_epoch()
                                          .count())};
}

inline constexpr Date start_of_time{INT32_MIN};
inline constexpr Date end_of_time{INT32_MAX};

// The ends of time have no neighbour: always and never stay what they are.
constexpr Date next_day(Date d) { return d == end_of_time ? d : Date{d.days + 1}; }
constexpr Date previous_day(Date d) { return d == start_of_time ? d : Date{d.days - 1}; }

// ISO 8601 "2025-04-09" only. The error says what is wrong in words:
// "February 2023 has 28 days", "write the date as 2025-04-09".
std::expected<Date, std::string> parse_date(std::string_view text);

// The first day of a day, a month ("2025-04") or a year.
std::expected<Date, std::string> first_day_of(std::string_view text);

// "2025-04-09"; "always" and "never" for the ends of time.
std::string to_string(Date date);

// The days d with from <= d < until.
struct Period {
    Date from = start_of_time;
    Date until = end_of_time;
    constexpr bool contains(Date d) const { return from <= d && d < until; }
    constexpr bool overlaps(Period p) const { return from < p.until && p.from < until; }
    constexpr bool empty() const { return from >= until; }
    friend constexpr bool operator==(Period, Period) = default;
};

}  // namespace sluice::quantity
