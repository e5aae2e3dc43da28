#include "report/rules.h"

#include <gtest/gtest.h>

#include "report/small_assessment_test.h"

namespace sluice::report {
namespace {

class RulesTest : public testing::Test {
protected:
    void SetUp() override { assess_small(small_, "CN", "2024-06-01", {}, {.flips = false}); }
    SmallAssessment small_;
};

TEST_F(RulesTest, ListsWhatIsInForce) {
    EXPECT_EQ(to_text(sheet_of(small_.rules, law::Kind::requirement), false),
              "provision  kind         since       status    citation\n"
              "---------  -----------  ----------  --------  --------\n"
              "t.dense    requirement  2023-02-01  in_force  Part 3\n"
              "t.need     requirement  2023-02-01  in_force  Part 2\n"
              "  2 provisions on 2024-06-01\n");
}

TEST_F(RulesTest, ShowsTheVersionOfADay) {
    const auto& provision =
        small_.book.provisions[static_cast<std::size_t>(small_.book.find("t.class"))];
    const auto day = [](int year) { return ShowOptions{.on = quantity::make_date(year, 6, 1)}; };
    const auto now = to_text(sheet_of(small_.world, provision, day(2024)), false);
    EXPECT_TRUE(now.contains("    limb T.1 when tpp >= 2000\n")) << now;
    const auto before = to_text(sheet_of(small_.world, provision, day(2022)), false);
    EXPECT_TRUE(before.ends_with("\n# says nothing on 2022-06-01\n")) << before;
    EXPECT_FALSE(before.contains("limb")) << before;
}

TEST_F(RulesTest, DiffNamesProvisionsChipsAndPlaces) {
    const law::DiffQuestion question{.from = quantity::make_date(2023, 2, 15),
                                     .to = quantity::make_date(2023, 3, 15)};
    const auto diff = law::diff(small_.world, small_.book, question);
    EXPECT_EQ(diff_to_text(small_.world, small_.book, question, diff),
              "2023-02-15 to 2023-03-15: 1 provisions changed\n"
              "  posture · 88 FR 1: t.dense\n"
              "\n"
              "6 deals compared\n"
              "\n"
              "licence required, presumption of denial → licence required, presumption of denial, "
              "not enforced\n"
              "  to AE HK MO VN\n"
              "  chips: nvidia-h20\n"
              "  because of t.dense\n"
              "\n"
              "licence required, case by case → licence required, case by case, not enforced\n"
              "  to PL\n"
              "  chips: nvidia-h20\n"
              "  because of t.dense\n");
}

}  // namespace
}  // namespace sluice::report
