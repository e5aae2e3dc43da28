#include "facts/fact.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sluice::facts {
namespace {

TEST(Fact, EveryFactIsFoundByItsName) {
    std::set<std::string_view> names;
    for (const FactInfo& fact : all_facts()) {
        EXPECT_EQ(find_fact(fact.name), fact.id) << fact.name;
        EXPECT_TRUE(names.insert(fact.name).second) << fact.name << " twice";
    }
    EXPECT_EQ(names.size(), fact_count);
    EXPECT_EQ(info(FactId::supp8_approved).name, "supp8_approved");
}

TEST(Fact, NoOtherNameIsFound) {
    for (const char* name : {"", "Tpp", "tpp ", "price", "zzz", "a"})
        EXPECT_FALSE(find_fact(name)) << name;
}

TEST(Fact, ChoicesAloneHaveChoices) {
    for (const FactInfo& fact : all_facts())
        EXPECT_EQ(fact.type == FactType::choice, !fact.choices.empty()) << fact.name;
}

TEST(Fact, NumbersCarryTheDimensionTheyAreComparedIn) {
    using quantity::Dimension;
    EXPECT_EQ(info(FactId::die_area).dimension, Dimension::area);
    EXPECT_EQ(info(FactId::memory_bandwidth).dimension, Dimension::byte_rate);
    EXPECT_EQ(info(FactId::io_bandwidth).dimension, Dimension::byte_rate);
    EXPECT_EQ(info(FactId::memory_bandwidth_density).dimension, Dimension::byte_rate_density);
    EXPECT_EQ(info(FactId::transistor_count).dimension, Dimension::count_billion);
    EXPECT_EQ(info(FactId::listed_ownership).dimension, Dimension::percent);
    EXPECT_EQ(info(FactId::tpp).dimension, Dimension::number);
}

TEST(Fact, ChoicesKeepTheirOrder) {
    EXPECT_EQ(info(FactId::act).choices[0], "export");
    EXPECT_EQ(info(FactId::end_use).choices[0], "civil");
    EXPECT_EQ(info(FactId::entity_lane).choices[4], "not_stated");
    // The strictest owner has the largest code.
    EXPECT_EQ(info(FactId::listed_owner).choices[0], "none");
    EXPECT_EQ(info(FactId::listed_owner).choices[3], "sdn");
}

}  // namespace
}  // namespace sluice::facts
