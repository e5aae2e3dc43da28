#include "facts/place.h"

#include <gtest/gtest.h>

#include "facts/read_data.h"

namespace sluice::facts {
namespace {

using quantity::make_date;

constexpr const char* three_places = R"toml(
[place]
CN = { name = "China", ear_name = "China (PRC)", aliases = ["PRC"] }
HK = { name = "Hong Kong", looked_up_as = "CN", since = 2020-12-23, source = "85 FR 83765" }
UA-43 = { name = "Crimea" }
)toml";

// Problems as a user reads them.
std::string read_two(std::string countries, std::string groups, Places& places) {
    text::Diagnostics problems;
    const auto first = parse_data("countries.toml", std::move(countries));
    const auto second = parse_data("groups.toml", std::move(groups));
    if (!first) return text::render(first.error());
    if (!second) return text::render(second.error());
    read_countries(*first, places, problems);
    read_groups(*second, places, problems);
    return text::render(problems);
}

TEST(Place, IsFoundByCodeNameAndAlias) {
    Places places;
    ASSERT_EQ(read_two(three_places, "", places), "");
    ASSERT_EQ(places.all.size(), 3U);
    for (const char* name : {"CN", "cn", "China", "china", "PRC", "China (PRC)"})
        EXPECT_EQ(places.find(name), 0) << name;
    EXPECT_EQ(places.find("hong-kong"), 1);
    EXPECT_EQ(places.find("UA-43"), 2);
    for (const char* name : {"", "C", "Chinaa", "()"}) EXPECT_EQ(places.find(name), -1) << name;
}

TEST(Place, IsGovernedByAnotherFromItsDay) {
    Places places;
    ASSERT_EQ(read_two(three_places, "", places), "");
    EXPECT_EQ(places.governing(1, make_date(2020, 12, 22)), 1);
    EXPECT_EQ(places.governing(1, make_date(2020, 12, 23)), 0);
    EXPECT_EQ(places.governing(0, make_date(2020, 12, 23)), 0);
}

TEST(PlaceGroup, HoldsItsMembersOverTheirPeriods) {
    Places places;
    ASSERT_EQ(read_two(three_places, R"(
[[group]]
name = "D:5"
title = "US arms embargo"
source = "740 Supp. 1"
confidence = "primary"
members = ["CN"]
[[group.member]]
place = "UA-43"
from = 2024-03-15
until = 2024-05-30
source = "89 FR 1"
[[group.uncertain]]
place = "HK"
note = "not said"
)",
                       places),
              "");
    const PlaceGroup& group = *places.group("D:5");
    EXPECT_EQ(group.members[0].source, "740 Supp. 1");
    EXPECT_EQ(group.members[1].source, "89 FR 1");
    EXPECT_EQ(group.on(make_date(2024, 3, 14)), PlaceSet{0b001});
    EXPECT_EQ(group.on(make_date(2024, 3, 15)), PlaceSet{0b101});
    EXPECT_EQ(group.on(make_date(2024, 5, 29)), PlaceSet{0b101});
    EXPECT_EQ(group.on(make_date(2024, 5, 30)), PlaceSet{0b001});
    EXPECT_EQ(places.group("D:6"), nullptr);
}

TEST(PlaceFiles, ReportWhatIsNotToml) {
    Places places;
    EXPECT_EQ(read_two(R"([place]
CN = { name = "China", aliases = ["PRC"] }
HK = { name = "Hong Kong", looked_up_as = "CH", since = 2020-13-01x, source = "x" }
)",
                       "", places),
              R"(error: not TOML: expected month between 1 and 12 (inclusive), saw 13
  --> countries.toml:3:64
   |
 3 | HK = { name = "Hong Kong", looked_up_as = "CH", since = 2020-13-01x, source = "x" }
   |                                                                ^
)");
}

TEST(PlaceFiles, ReportEveryProblem) {
    Places places;
    EXPECT_EQ(read_two(R"([place]
china = { name = "China", aliases = ["PRC"] }
HK = { name = "Hong Kong", looked_up_as = "CH", source = "x" }
TW = { name = "PRC", ear = "Taiwan" }
)",
                       R"([[group]]
name = "D:5"
title = "arms embargo"
source = "740 Supp. 1"
confidence = "primary"
members = ["HK", "Hong Kong", "HK"]
[[group.member]]
place = "TW"
from = 2024-03-15
until = 2024-03-15
)",
                       places),
              R"(error: a place has no key `ear`
  --> countries.toml:4:22
   |
 4 | TW = { name = "PRC", ear = "Taiwan" }
   |                      ^^^ not known
hint: did you mean `ear_name`?

error: `china` is not an ISO 3166 code
  --> countries.toml:2:1
   |
 2 | china = { name = "China", aliases = ["PRC"] }
   | ^^^^^ expected two capitals, as in CN, or a region, as in UA-43

error: no place has the code `CH`
  --> countries.toml:3:43
   |
 3 | HK = { name = "Hong Kong", looked_up_as = "CH", source = "x" }
   |                                           ^^^^ expected a code of countries.toml
hint: did you mean `china`?

error: `PRC` names two places
  --> countries.toml:2:1
   |
 2 | china = { name = "China", aliases = ["PRC"] }
   | ^^^^^ and `TW`
hint: the other is at countries.toml:4

error: no place has the code `Hong Kong`
  --> groups.toml:6:18
   |
 6 | members = ["HK", "Hong Kong", "HK"]
   |                  ^^^^^^^^^^^ expected a code of countries.toml
hint: did you mean `HK`?

error: `HK` is a member twice at a time
  --> groups.toml:6:31
   |
 6 | members = ["HK", "Hong Kong", "HK"]
   |                               ^^^^ also stated above

error: `until` is not after `from`
  --> groups.toml:10:9
   |
10 | until = 2024-03-15
   |         ^^^^^^^^^^ the first day outside
)");
}

}  // namespace
}  // namespace sluice::facts
