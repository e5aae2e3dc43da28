#include "facts/deal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace sluice::facts {
namespace {

Deal deal_with(std::initializer_list<std::pair<const char*, const char*>> fields) {
    Deal deal;
    for (const auto& [key, value] : fields) deal.fields.push_back({key, value, {}});
    return deal;
}

TEST(DealKeys, EveryKeyHasItsFlagAndIsFound) {
    std::set<std::string_view> names;
    for (const DealKey& key : deal_keys()) {
        std::string flag = "--" + std::string(key.name);
        std::ranges::replace(flag, '_', '-');
        EXPECT_EQ(key.flag, flag);
        EXPECT_EQ(find_deal_key(key.name), &key);
        EXPECT_FALSE(key.help.empty()) << key.name;
        EXPECT_FALSE(key.value.empty()) << key.name;
        EXPECT_TRUE(names.insert(key.name).second) << key.name << " twice";
    }
    EXPECT_EQ(find_deal_key("destination"), nullptr);
}

TEST(DealKeys, RepeatableAndOwnChip) {
    for (const char* name : {"certify", "red_flag", "listed", "owner", "assume"})
        EXPECT_TRUE(find_deal_key(name)->repeatable) << name;
    EXPECT_TRUE(find_deal_key("die_area")->own_chip);
    EXPECT_TRUE(find_deal_key("chip_file")->own_chip);
    EXPECT_FALSE(find_deal_key("chip")->own_chip);
}

TEST(Overlay, FlagsReplaceSingleKeysAndAddToRepeatedOnes) {
    const Deal merged = overlay(deal_with({{"chip", "H20"}, {"to", "CN"}, {"certify", "a=yes"}}),
                                deal_with({{"to", "SG"}, {"certify", "b=no"}}));
    ASSERT_EQ(merged.fields.size(), 4U);
    EXPECT_EQ(merged.find("to")->value, "SG");
    EXPECT_EQ(merged.find("chip")->value, "H20");
    EXPECT_EQ(merged.fields[1].value, "a=yes");
    EXPECT_EQ(merged.fields[3].value, "b=no");
    EXPECT_EQ(merged.find("price"), nullptr);
}

}  // namespace
}  // namespace sluice::facts
