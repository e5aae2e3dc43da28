#include "quantity/date.h"

#include <gtest/gtest.h>

namespace sluice::quantity {
namespace {

TEST(Date, Parses) {
    EXPECT_EQ(parse_date("2025-04-09"), make_date(2025, 4, 9));
    EXPECT_EQ(parse_date("2024-02-29"), make_date(2024, 2, 29));
    EXPECT_EQ(parse_date("1970-01-01")->days, 0);
    EXPECT_EQ(parse_date("1969-12-31")->days, -1);
    EXPECT_EQ(parse_date("2000-02-29")->days, 11016);
}

TEST(Date, SaysWhatIsWrong) {
    struct Row {
        const char *text, *message;
    };
    const Row rows[] = {
        {"2023-02-30", "February 2023 has 28 days"},
        {"2024-02-30", "February 2024 has 29 days"},
        {"1900-02-29", "February 1900 has 28 days"},
        {"2025-04-31", "April 2025 has 30 days"},
        {"2025-13-01", "there is no month 13"},
        {"2025-00-01", "there is no month 0"},
        {"2025-01-00", "there is no day 0"},
        {"2025-4-9", "write the date as 2025-04-09"},
        {"2023/11/7", "write the date as 2023-11-07"},
        {"2023.11.17", "write the date as 2023-11-17"},
        {"", "write the date as 2025-04-09"},
        {"09/04/2025", "write the date as 2025-04-09"},
        {"20250409", "write the date as 2025-04-09"},
        {"2025-04", "write the date as 2025-04-09"},
        {"2025-04-09 ", "write the date as 2025-04-09"},
        {"2025-04-09T00:00", "write the date as 2025-04-09"},
        {"-2025-04-09", "write the date as 2025-04-09"},
        {"12025-04-09", "write the date as 2025-04-09"},
        {"today", "write the date as 2025-04-09"},
        {"always", "write the date as 2025-04-09"},
    };
    for (const Row& row : rows) {
        const auto date = parse_date(row.text);
        ASSERT_FALSE(date) << row.text;
        EXPECT_EQ(date.error(), row.message) << row.text;
    }
}

TEST(Date, PrintsWhatItReads) {
    for (Date day = make_date(1999, 12, 1); day < make_date(2105, 1, 1); day = next_day(day))
        ASSERT_EQ(parse_date(to_string(day)), day);
    EXPECT_EQ(to_string(make_date(999, 1, 2)), "0999-01-02");
    EXPECT_EQ(to_string(start_of_time), "always");
    EXPECT_EQ(to_string(end_of_time), "never");
}

TEST(Date, NeighboursStopAtTheEndsOfTime) {
    EXPECT_EQ(to_string(next_day(make_date(2024, 2, 28))), "2024-02-29");
    EXPECT_EQ(to_string(previous_day(make_date(2024, 3, 1))), "2024-02-29");
    EXPECT_EQ(next_day(end_of_time), end_of_time);
    EXPECT_EQ(previous_day(start_of_time), start_of_time);
}

TEST(Period, IsHalfOpen) {
    const Period period{.from = make_date(2023, 11, 17), .until = make_date(2024, 4, 4)};
    EXPECT_FALSE(period.contains(make_date(2023, 11, 16)));
    EXPECT_TRUE(period.contains(make_date(2023, 11, 17)));
    EXPECT_TRUE(period.contains(make_date(2024, 4, 3)));
    EXPECT_FALSE(period.contains(make_date(2024, 4, 4)));
    EXPECT_FALSE(period.empty());
    EXPECT_TRUE((Period{.from = make_date(2024, 1, 1), .until = make_date(2024, 1, 1)}.empty()));
    EXPECT_TRUE(Period{}.contains(make_date(2024, 1, 1)));
}

}  // namespace
}  // namespace sluice::quantity
