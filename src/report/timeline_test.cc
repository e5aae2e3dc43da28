#include "report/timeline.h"

#include <gtest/gtest.h>

#include "report/small_assessment_test.h"

namespace sluice::report {
namespace {

TEST(Timeline, MergesDaysWithOneAnswerAndNamesTheRule) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01", {}, {.flips = false});  // for its book
    facts::Deal deal;
    deal.fields = {{.key = "chip", .value = "H20"}, {.key = "to", .value = "Poland"}};
    const auto line = timeline(small.world, small.book, deal);
    ASSERT_TRUE(line.has_value()) << text::render(line.error());
    ASSERT_EQ(line->stretches.size(), 2U);
    using quantity::make_date;
    const auto& [before, after] = std::pair{line->stretches[0], line->stretches[1]};
    EXPECT_EQ(before.period, (quantity::Period{make_date(2023, 2, 1), make_date(2023, 3, 1)}));
    EXPECT_EQ(after.period.until, quantity::end_of_time);
    EXPECT_EQ(before.enforced, true);
    EXPECT_EQ(after.enforced, false);  // the posture of March
    EXPECT_EQ(before.because,
              (std::vector<std::pair<std::string, std::string>>{{"t.dense", "Part 3"}}));
    EXPECT_EQ(line->assumptions[0], "headquarters of the buyer in Poland (not stated)");
    EXPECT_EQ(line->subject, "H20 to Poland");
}

TEST(Timeline, AStatedBuyerIsNotMovedHome) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01", {}, {.flips = false});
    facts::Deal deal;
    deal.fields = {{.key = "chip", .value = "H20"},
                   {.key = "to", .value = "PL"},
                   {.key = "headquarters", .value = "CN"},
                   {.key = "parent_headquarters", .value = "none"}};
    const auto line = timeline(small.world, small.book, deal);
    ASSERT_TRUE(line.has_value());
    for (const auto& assumption : line->assumptions)
        EXPECT_FALSE(assumption.contains("of the buyer in")) << assumption;
}

TEST(Timeline, ReportsWhatTheDealLacks) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01", {}, {.flips = false});
    facts::Deal deal;
    deal.fields = {{.key = "chip", .value = "H20"}};
    const auto line = timeline(small.world, small.book, deal);
    ASSERT_FALSE(line.has_value());
    EXPECT_TRUE(text::render(line.error()).contains("--to")) << text::render(line.error());
}

}  // namespace
}  // namespace sluice::report
