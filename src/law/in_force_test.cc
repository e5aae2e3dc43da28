#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "law/lawbook.h"
#include "law/small_world_test.h"
#include "text/diagnostic.h"

namespace sluice::law {
namespace {

using quantity::parse_date;
using quantity::to_string;

// Version 0 until its own end, a gap, version 1 stayed and then scheduled, version 2, repealed.
constexpr std::string_view stayed_history = R"(provision test.a "A" kind definition at "15 CFR 1"
  version published 2022-10-13 released 2022-10-07 effective 2022-10-21 until 2023-10-01
    source "87 FR 1" confidence primary text "T." met when always
  version published 2023-10-25 released 2023-10-17 effective 2023-11-17 compliance 2024-01-01
    source "88 FR 1" confidence primary text "T." met when always
  version published 2026-06-01 effective 2026-07-01
    source "91 FR 1" confidence primary text "T." met when always
  version published 2026-11-01 effective 2027-01-01 repealed source "91 FR 2" confidence primary
  stayed published 2024-06-03 from 2024-06-01 until 2025-06-01 unless extended
    source "89 FR 1" text "T."
  posture published 2024-03-01 effective 2024-03-05 source "Press" text "T." enforced when always
  posture published 2026-09-01 effective 2026-08-01 until 2026-10-01
    source "Press" text "T." enforced when always
)";

struct Day {
    std::string_view on;
    std::string_view known_on;  // "" for everything
    int version;
    std::string_view state;  // "", "stayed", "scheduled"
    int posture;             // -1 for none
    std::string_view from, until;
};

TEST(InForce, OnEachSideOfEveryDate) {
    const Day days[] = {
        {"2022-10-20", "", -1, "", -1, "always", "2022-10-21"},
        {"2022-10-21", "", 0, "", -1, "2022-10-21", "2023-10-01"},
        {"2023-09-30", "", 0, "", -1, "2022-10-21", "2023-10-01"},
        {"2023-10-01", "", -1, "", -1, "2023-10-01", "2023-11-17"},
        {"2023-11-16", "", -1, "", -1, "2023-10-01", "2023-11-17"},
        {"2023-11-17", "", 1, "", -1, "2023-11-17", "2024-01-01"},
        {"2024-01-01", "", 1, "", -1, "2024-01-01", "2024-03-05"},
        {"2024-03-04", "", 1, "", -1, "2024-01-01", "2024-03-05"},
        {"2024-03-05", "", 1, "", 0, "2024-03-05", "2024-06-01"},
        {"2024-05-31", "", 1, "", 0, "2024-03-05", "2024-06-01"},
        {"2024-06-01", "", 1, "stayed", 0, "2024-06-01", "2025-06-01"},
        {"2025-05-31", "", 1, "stayed", 0, "2024-06-01", "2025-06-01"},
        {"2025-06-01", "", 1, "scheduled", 0, "2025-06-01", "2026-07-01"},
        {"2026-06-30", "", 1, "scheduled", 0, "2025-06-01", "2026-07-01"},
        {"2026-07-01", "", 2, "", 0, "2026-07-01", "2026-08-01"},
        {"2026-08-01", "", 2, "", 1, "2026-08-01", "2026-10-01"},
        {"2026-10-01", "", 2, "", 0, "2026-10-01", "2027-01-01"},
        {"2026-12-31", "", 2, "", 0, "2026-10-01", "2027-01-01"},
        {"2027-01-01", "", -1, "", -1, "2027-01-01", "never"},
        // What was not published yet does not exist: version 1 was known before its page.
        {"2022-11-01", "2022-10-06", -1, "", -1, "always", "never"},
        {"2022-11-01", "2022-10-07", 0, "", -1, "2022-10-21", "2023-10-01"},
        {"2023-12-01", "2023-10-16", -1, "", -1, "2023-10-01", "never"},
        {"2023-12-01", "2023-10-17", 1, "", -1, "2023-11-17", "2024-01-01"},
        {"2024-06-02", "2024-06-02", 1, "", 0, "2024-03-05", "never"},
        {"2024-06-02", "2024-06-03", 1, "stayed", 0, "2024-06-01", "2025-06-01"},
        {"2027-02-01", "2026-10-31", 2, "", 0, "2026-10-01", "never"},
    };
    const auto parsed = parse_law(small_world(), "x.law", stayed_history);
    ASSERT_TRUE(parsed) << text::render(parsed.error());
    const auto& p = parsed->front();
    for (const auto& day : days) {
        SCOPED_TRACE(std::string(day.on) + " known on " + std::string(day.known_on));
        const auto known_on =
            day.known_on.empty() ? std::optional<Date>{} : std::optional(*parse_date(day.known_on));
        const auto now = in_force(p, *parse_date(day.on), known_on);
        EXPECT_EQ(now.version, day.version);
        EXPECT_EQ(now.stayed ? "stayed" : now.scheduled ? "scheduled" : "", day.state);
        EXPECT_EQ(now.posture ? now.posture - p.postures.data() : -1, day.posture);
        EXPECT_EQ(to_string(now.period.from), day.from);
        EXPECT_EQ(to_string(now.period.until), day.until);
    }
}

TEST(InForce, AStayEndsForGoodUnlessItSaysSo) {
    std::string text(stayed_history);
    text.erase(text.find(" unless extended"), 16);
    const auto parsed = parse_law(small_world(), "x.law", text);
    ASSERT_TRUE(parsed) << text::render(parsed.error());
    const auto now = in_force(parsed->front(), *parse_date("2025-06-01"), {});
    EXPECT_FALSE(now.scheduled);
}

TEST(InForce, AVersionMayBeScheduledByItself) {
    std::string text(stayed_history);
    text.insert(text.find("effective 2026-07-01") + 20, " scheduled");
    const auto parsed = parse_law(small_world(), "x.law", text);
    ASSERT_TRUE(parsed) << text::render(parsed.error());
    EXPECT_TRUE(in_force(parsed->front(), *parse_date("2026-07-01"), {}).scheduled);
}

TEST(Lawbook, ChangesOnEveryDateOfItsProvisions) {
    const auto book = book_of(small_world(), stayed_history);
    ASSERT_TRUE(book) << text::render(book.error());
    EXPECT_EQ(to_string(book->first_day()), "2022-10-21");
    std::string days;
    for (const auto day : book->change_days()) days += to_string(day) + " ";
    EXPECT_EQ(days,
              "2022-10-21 2023-10-01 2023-11-17 2024-01-01 2024-03-05 2024-06-01 2025-06-01 "
              "2026-07-01 2026-08-01 2026-10-01 2027-01-01 ");
}

}  // namespace
}  // namespace sluice::law
