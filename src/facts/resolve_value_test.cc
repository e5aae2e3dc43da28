#include "facts/resolve.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::facts {
namespace {

TEST(Listings, FootnotesAndTheStrictestLaneAddUp) {
    Listings all;
    ASSERT_TRUE(read_listing("listed", "entity_list:fn4:presumption_of_denial", all));
    ASSERT_TRUE(read_listing("listed", "entity_list:case_by_case", all));
    ASSERT_TRUE(read_listing("listed", "entity_list:not_stated:fn1", all));
    ASSERT_TRUE(read_listing("listed", "unverified", all));
    EXPECT_EQ(info(FactId::entity_lane).choices[static_cast<std::size_t>(all.lane)],
              "presumption_of_denial");
    EXPECT_TRUE(all.named[index(FactId::entity_listed)]);
    EXPECT_TRUE(all.named[index(FactId::unverified_listed)]);
    EXPECT_TRUE(all.named[index(FactId::footnote_1)]);
    EXPECT_TRUE(all.named[index(FactId::footnote_4)]);
    EXPECT_EQ(all.named.count(), 4U);
    EXPECT_FALSE(all.none);
}

TEST(Listings, AStatedLaneReplacesNoneStated) {
    Listings all;
    ASSERT_TRUE(read_listing("listed", "entity_list:not_stated", all));
    ASSERT_TRUE(read_listing("listed", "entity_list:presumption_of_approval", all));
    EXPECT_EQ(all.lane, 0);
}

struct Wrong {
    const char* text;
    const char* message;
    const char* label;
    const char* hint;
};

TEST(Listings, Problems) {
    const std::vector<Wrong> wrongs = {
        {"entity_lst", "`listed` is never `entity_lst`",
         "expected one of none, unknown, entity_list, meu_list, sdn, unverified, denied",
         "did you mean `entity_list`?"},
        {"entity_list:fn2", "an Entity List entry has no `fn2`",
         "expected fn1, fn3, fn4, fn5 or one of presumption_of_approval, case_by_case, "
         "presumption_of_denial, policy_of_denial, not_stated",
         ""},
        {"sdn:fn4", "`sdn` takes nothing after it, found `fn4`", "expected `sdn`", ""},
    };
    for (const Wrong& wrong : wrongs) {
        Listings all;
        const auto read = read_listing("listed", wrong.text, all);
        ASSERT_FALSE(read) << wrong.text;
        EXPECT_EQ(read.error().message, wrong.message);
        EXPECT_EQ(read.error().label, wrong.label);
        EXPECT_EQ(read.error().hint, wrong.hint);
    }
}

Value shares(std::initializer_list<const char*> texts, Owners& owners) {
    for (const char* text : texts) EXPECT_TRUE(read_owner("owner", text, owners)) << text;
    return ownership_of(owners);
}

TEST(Owners, SharesAddUpAndTheStrictestListSpeaks) {
    Owners owners;
    EXPECT_EQ(shares({"entity_list:30", "sdn:20.5 %", "meu_list:1"}, owners),
              Value::number(quantity::Decimal::from_millionths(51'500'000)));
    EXPECT_EQ(info(FactId::listed_owner).choices[static_cast<std::size_t>(owners.strictest)],
              "sdn");
}

TEST(Owners, AnUnknownShareLeavesAFloor) {
    Owners some, nothing, spread, unknown;
    using quantity::Decimal;
    EXPECT_EQ(shares({"entity_list:30", "entity_list"}, some),
              Value::range({Decimal(30), Decimal(100)}));
    EXPECT_EQ(shares({"entity_list"}, nothing), Value::unknown());
    EXPECT_EQ(shares({"entity_list:40..60"}, spread), Value::range({Decimal(40), Decimal(60)}));
    EXPECT_EQ(shares({"unknown"}, unknown), Value::unknown());
}

TEST(Owners, Problems) {
    Owners owners;
    auto read = read_owner("owner", "SMIC:60", owners);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "`owner` is never `SMIC`");
    EXPECT_EQ(read.error().label, "expected one of none, meu_list, entity_list, sdn");
    ASSERT_TRUE(read_owner("owner", "entity_list:60", owners));
    read = read_owner("owner", "sdn:50", owners);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "the listed owners hold 110 % together");
    Owners others;
    read = read_owner("owner", "sdn:-1", others);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "`owner` is negative");
}

}  // namespace
}  // namespace sluice::facts
