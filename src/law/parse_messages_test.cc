#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "law/lawbook.h"
#include "law/small_world_test.h"
#include "text/diagnostic.h"

namespace sluice::law {
namespace {

struct BadLaw {
    std::string_view name;
    std::string text;
    std::string_view message;
};

void PrintTo(const BadLaw& bad, std::ostream* out) { *out << bad.name; }

class LawMessages : public testing::TestWithParam<BadLaw> {};

TEST_P(LawMessages, AreExact) {
    const auto parsed = parse_law(small_world(), "x.law", GetParam().text);
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(text::render(parsed.error()), GetParam().message);
}

const BadLaw bad_laws[] = {
    {"EmptyFile", "",
     R"(error: the file holds no provision
  --> x.law:1:1
hint: begin with `provision ID "title"`
)"},
    {"OnlyComments", "# nothing yet\n",
     R"(error: the file holds no provision
  --> x.law:2:1
hint: begin with `provision ID "title"`
)"},
    {"UnknownFact", defined_as("tppp >= 4800"),
     R"(error: no fact is called `tppp`
  --> x.law:9:14
   |
 9 |     met when tppp >= 4800
   |              ^^^^
hint: did you mean `tpp`?
)"},
    {"MissingUnit", defined_as("memory_bandwidth >= 4000"),
     R"(error: `memory_bandwidth` is a byte rate, found a number without a unit
  --> x.law:9:34
   |
 9 |     met when memory_bandwidth >= 4000
   |                                  ^^^^ write `4000 GB/s`
)"},
    {"WrongUnit", defined_as("memory_bandwidth >= 4000 GB"),
     R"(error: `memory_bandwidth` is a byte rate, found a capacity
  --> x.law:9:34
   |
 9 |     met when memory_bandwidth >= 4000 GB
   |                                  ^^^^^^^ expected a byte rate
)"},
    {"BitsForBytes", defined_as("io_bandwidth >= 600 Gb/s"),
     R"(error: `io_bandwidth` is a byte rate, found a bit rate
  --> x.law:9:30
   |
 9 |     met when io_bandwidth >= 600 Gb/s
   |                              ^^^^^^^^ expected a byte rate
)"},
    {"UnitOnAPlainNumber", defined_as("tpp >= 4800 mm2"),
     R"(error: `tpp` is a plain number, found an area
  --> x.law:9:21
   |
 9 |     met when tpp >= 4800 mm2
   |                     ^^^^^^^^ expected a plain number
)"},
    {"TwoDimensions", defined_as("memory_bandwidth >= die_area"),
     R"(error: `memory_bandwidth` is a byte rate, found an area
  --> x.law:9:34
   |
 9 |     met when memory_bandwidth >= die_area
   |                                  ^^^^^^^^ expected a byte rate
)"},
    {"DensityOfAnotherFact", defined_as("memory_bandwidth >= 5.92 * die_area"),
     R"(error: `memory_bandwidth` is a byte rate, found an area
  --> x.law:9:34
   |
 9 |     met when memory_bandwidth >= 5.92 * die_area
   |                                  ^^^^^^^^^^^^^^^ expected a byte rate
)"},
    {"DensityWithoutFactor", defined_as("tpp >= die_area"),
     R"(error: `tpp` is a plain number, found an area
  --> x.law:9:21
   |
 9 |     met when tpp >= die_area
   |                     ^^^^^^^^ expected a plain number
)"},
    {"SumOfTwoDimensions", defined_as("memory_bandwidth + die_area >= 600 GB/s"),
     R"(error: cannot add an area to a byte rate
  --> x.law:9:33
   |
 9 |     met when memory_bandwidth + die_area >= 600 GB/s
   |                                 ^^^^^^^^ expected a byte rate
)"},
    {"UnknownUnit", defined_as("io_bandwidth >= 600 GBs"),
     R"(error: `600 GBs` has an unknown unit, `GBs`
  --> x.law:9:30
   |
 9 |     met when io_bandwidth >= 600 GBs
   |                              ^^^^^^^
hint: did you mean `GB` or `GB/s`?
)"},
    {"HugeNumber", defined_as("tpp >= 99999999999999999999"),
     R"(error: `99999999999999999999` is too large
  --> x.law:9:21
   |
 9 |     met when tpp >= 99999999999999999999
   |                     ^^^^^^^^^^^^^^^^^^^^ at most 9,000,000,000,000
)"},
    {"HugeFactor", defined_as("tpp >= 1000000001 * die_area"),
     R"(error: a factor is at most 1_000_000_000
  --> x.law:9:34
   |
 9 |     met when tpp >= 1000000001 * die_area
   |                                  ^^^^^^^^ times this
)"},
    {"HugeSum", defined_as("tpp >= 9_000_000_000_000 + 1"),
     R"(error: the sum is too large
  --> x.law:9:41
   |
 9 |     met when tpp >= 9_000_000_000_000 + 1
   |                                         ^
)"},
    {"CommaInANumber", defined_as("tpp >= 4,800"),
     R"(error: a number has no commas
  --> x.law:9:22
   |
 9 |     met when tpp >= 4,800
   |                      ^
hint: write `4_800`
)"},
    {"UnknownGroup", defined_as("destination in D:9"),
     R"(error: no place or country group is called `D:9`
  --> x.law:9:29
   |
 9 |     met when destination in D:9
   |                             ^^^
hint: did you mean `D:4` or `D:5`?
)"},
    {"PlaceByName", defined_as("destination in China"),
     R"(error: no place or country group is called `China`
  --> x.law:9:29
   |
 9 |     met when destination in China
   |                             ^^^^^
hint: write `CN`
)"},
    {"PlaceWithIs", defined_as("destination is CN"),
     R"(error: `destination` is a place and takes no `is`
  --> x.law:9:14
   |
 9 |     met when destination is CN
   |              ^^^^^^^^^^^
hint: write `destination in D:5 + MO`
)"},
    {"PlacesInBraces", defined_as("destination in {CN, MO}"),
     R"(error: `destination` is a place and takes no `in {…}`
  --> x.law:9:14
   |
 9 |     met when destination in {CN, MO}
   |              ^^^^^^^^^^^
hint: write `destination in D:5 + MO`
)"},
    {"UnknownParty", defined_as("seller is nvidai"),
     R"(error: no party has the id `nvidai`
  --> x.law:9:24
   |
 9 |     met when seller is nvidai
   |                        ^^^^^^
hint: did you mean `nvidia`?
)"},
    {"PartyByName", defined_as("seller is NVIDIA"),
     R"(error: no party has the id `NVIDIA`
  --> x.law:9:24
   |
 9 |     met when seller is NVIDIA
   |                        ^^^^^^
hint: write its id, `nvidia`
)"},
    {"UnknownChoice", defined_as("act is exprt"),
     R"(error: `act` is never `exprt`
  --> x.law:9:21
   |
 9 |     met when act is exprt
   |                     ^^^^^ expected one of export, reexport, transfer, export_from_abroad
hint: did you mean `export`?
)"},
    {"UnknownChip", defined_as("chip is nvidia-h2"),
     R"(error: no chip has the id `nvidia-h2`
  --> x.law:9:22
   |
 9 |     met when chip is nvidia-h2
   |                      ^^^^^^^^^
hint: did you mean `nvidia-h20`?
)"},
    {"UnknownList", defined_as("seller in list approved_designer"),
     R"(error: no list of parties is called `approved_designer`
  --> x.law:9:29
   |
 9 |     met when seller in list approved_designer
   |                             ^^^^^^^^^^^^^^^^^
hint: did you mean `approved_designers`?
)"},
    {"ListOfANumber", defined_as("tpp in list approved_designers"),
     R"(error: `tpp` is a plain number and takes no `in list`
  --> x.law:9:14
   |
 9 |     met when tpp in list approved_designers
   |              ^^^
hint: compare it, as in `tpp >= 100`
)"},
    {"NumberAlone", defined_as("tpp"),
     R"(error: `tpp` alone is no condition: it is a plain number
  --> x.law:9:14
   |
 9 |     met when tpp
   |              ^^^
hint: compare it, as in `tpp >= 100`
)"},
    {"FlagCompared", defined_as("has_hbm >= 3"),
     R"(error: `has_hbm` is yes or no and cannot be compared as a number
  --> x.law:9:14
   |
 9 |     met when has_hbm >= 3
   |              ^^^^^^^ expected a number
hint: write `has_hbm` or `not has_hbm`
)"},
    {"FlagWithIs", defined_as("has_hbm is yes"),
     R"(error: `has_hbm` is yes or no and takes no `is`
  --> x.law:9:14
   |
 9 |     met when has_hbm is yes
   |              ^^^^^^^
hint: write `has_hbm` or `not has_hbm`
)"},
    {"Chain", defined_as("1600 <= tpp < 4800"),
     R"(error: comparisons do not chain
  --> x.law:9:26
   |
 9 |     met when 1600 <= tpp < 4800
   |                          ^
hint: join two with `and`
)"},
    {"OneEqualsSign", defined_as("tpp = 3"),
     R"(error: unexpected `=`
  --> x.law:9:18
   |
 9 |     met when tpp = 3
   |                  ^ no word of the language starts like this
hint: write `==`
)"},
    {"MathematicalSign", defined_as("tpp ≥ 3"),
     R"(error: unexpected `≥`
  --> x.law:9:18
   |
 9 |     met when tpp ≥ 3
   |                  ^ no word of the language starts like this
hint: write `>=`
)"},
    {"NothingAfterAComparison", defined_as("tpp >"),
     R"(error: expected a number or a fact, found the end of the file
  --> x.law:9:19
   |
 9 |     met when tpp >
   |                   ^
)"},
    {"OpenParenthesis", defined_as("(tpp > 3"),
     R"(error: expected `)`, found the end of the file
  --> x.law:9:22
   |
 9 |     met when (tpp > 3
   |                      ^
)"},
    {"TwoAnds", defined_as("tpp > 3 and and tpp < 4"),
     R"(error: expected a condition, found `and`
  --> x.law:9:26
   |
 9 |     met when tpp > 3 and and tpp < 4
   |                          ^^^
)"},
    {"FactorBehind", defined_as("tpp * 2 > 3"),
     R"(error: a factor stands before its fact
  --> x.law:9:18
   |
 9 |     met when tpp * 2 > 3
   |                  ^
hint: write `2 * tpp`, not `tpp * 2`
)"},
    {"UnitOnAFactor", defined_as("2 mm2 * die_area > 3"),
     R"(error: an area cannot multiply `die_area`, an area
  --> x.law:9:22
   |
 9 |     met when 2 mm2 * die_area > 3
   |                      ^^^^^^^^
hint: write the number without a unit
)"},
    {"FactTwice", defined_as("tpp > tpp"),
     R"(error: `tpp` stands twice in one comparison
  --> x.law:9:20
   |
 9 |     met when tpp > tpp
   |                    ^^^
hint: write each fact once
)"},
    {"NoFact", defined_as("1 < 2"),
     R"(error: two numbers are compared, and no fact
  --> x.law:9:14
   |
 9 |     met when 1 < 2
   |              ^^^^^
)"},
    {"AllFactsOfAClause", defined_as("tppp > 3 and seler is nvidia or not has_hmb"),
     R"(error: no fact is called `tppp`
  --> x.law:9:14
   |
 9 |     met when tppp > 3 and seler is nvidia or not has_hmb
   |              ^^^^
hint: did you mean `tpp`?

error: no fact is called `seler`
  --> x.law:9:27
   |
 9 |     met when tppp > 3 and seler is nvidia or not has_hmb
   |                           ^^^^^
hint: did you mean `seller`?

error: no fact is called `has_hmb`
  --> x.law:9:50
   |
 9 |     met when tppp > 3 and seler is nvidia or not has_hmb
   |                                                  ^^^^^^^
hint: did you mean `has_hbm`?
)"},
    {"UnclosedString",
     "provision test.a \"A\n"
     "  kind definition\n"
     "  at \"15 CFR 1\"\n",
     R"(error: string not closed
  --> x.law:1:18
   |
 1 | provision test.a "A
   |                  ^ opened here
hint: close it with `"`
)"},
    {"SeveralAtOnce",
     "provision test.a \"A\"\n"
     "  kind definition\n"
     "  at \"15 CFR 1\n"
     "\n"
     "  version published 2023-02-30 effective 2023-01-01\n"
     "    source \"88 FR 1\"\n"
     "    confidence sure\n"
     "    text \"T.\"\n"
     "    mett when tpp > 3\n"
     "\n"
     "provision test.b \"B\"\n"
     "  kind defintion\n"
     "  at \"15 CFR 2\"\n",
     R"(error: string not closed
  --> x.law:3:6
   |
 3 |   at "15 CFR 1
   |      ^ opened here
hint: close it with `"`

error: `2023-02-30` is not a date
  --> x.law:5:21
   |
 5 |   version published 2023-02-30 effective 2023-01-01
   |                     ^^^^^^^^^^ February 2023 has 28 days

error: expected a confidence, found `sure`
  --> x.law:7:16
   |
 7 |     confidence sure
   |                ^^^^
hint: one of primary, secondary, single, memory, inferred

error: no clause of a version is called `mett`
  --> x.law:9:5
   |
 9 |     mett when tpp > 3
   |     ^^^^
hint: did you mean `met`?

error: expected a kind, found `defintion`
  --> x.law:12:8
   |
12 |   kind defintion
   |        ^^^^^^^^^
hint: did you mean `definition`?
)"},
    {"NoClauses", "provision test.a \"A\"\n",
     R"(error: the provision has no `kind`
  --> x.law:1:11
   |
 1 | provision test.a "A"
   |           ^^^^^^
hint: add `kind …`

error: the provision has no `at`
  --> x.law:1:11
   |
 1 | provision test.a "A"
   |           ^^^^^^
hint: add `at …`

error: the provision has no `version`
  --> x.law:1:11
   |
 1 | provision test.a "A"
   |           ^^^^^^
hint: add `version …`
)"},
    {"NoId", "provision\n",
     R"(error: expected the id of a provision, found the end of the file
  --> x.law:1:10
   |
 1 | provision
   |          ^
hint: an id is like `us.ear.3a090.a`
)"},
    {"NoProvision", "kind definition\n",
     R"(error: expected `provision`, found `kind`
  --> x.law:1:1
   |
 1 | kind definition
   | ^^^^
)"},
    {"BareVersion",
     "provision test.a \"A\"\n"
     "  kind definition\n"
     "  at \"15 CFR 1\"\n"
     "  version published 2023-01-01\n"
     "    met when always\n",
     R"(error: the version has no `effective`
  --> x.law:4:3
   |
 4 |   version published 2023-01-01
   |   ^^^^^^^
hint: add `effective …`

error: the version has no `source`
  --> x.law:4:3
   |
 4 |   version published 2023-01-01
   |   ^^^^^^^
hint: add `source …`

error: the version has no `confidence`
  --> x.law:4:3
   |
 4 |   version published 2023-01-01
   |   ^^^^^^^
hint: add `confidence …`

error: the version has no `text`
  --> x.law:4:3
   |
 4 |   version published 2023-01-01
   |   ^^^^^^^
hint: add `text …`
)"},
    {"DatesOutOfOrder",
     "provision test.a \"A\"\n"
     "  kind definition\n"
     "  at \"15 CFR 1\"\n"
     "  version published 2023-01-01 released 2023-02-01 effective 2023-01-01 until 2023-01-01\n"
     "    source \"88 FR 1\" confidence primary text \"T.\"\n"
     "    met when always\n",
     R"(error: a version is released no later than it is published (2023-02-01 and 2023-01-01)
  --> x.law:4:3
   |
 4 |   version published 2023-01-01 released 2023-02-01 effective 2023-01-01 until 2023-01-01
   |   ^^^^^^^

error: a version ends after its effective day (2023-01-01 and 2023-01-01)
  --> x.law:4:3
   |
 4 |   version published 2023-01-01 released 2023-02-01 effective 2023-01-01 until 2023-01-01
   |   ^^^^^^^
)"},
    {"DateTwice",
     "provision test.a \"A\"\n"
     "  kind definition\n"
     "  at \"15 CFR 1\"\n"
     "  version published 2023-01-01 effective 2023-01-01 effective 2023-01-02\n",
     R"(error: `effective` stands twice
  --> x.law:4:63
   |
 4 |   version published 2023-01-01 effective 2023-01-01 effective 2023-01-02
   |                                                               ^^^^^^^^^^
)"},
    {"NoDate",
     "provision test.a \"A\"\n"
     "  kind definition\n"
     "  at \"15 CFR 1\"\n"
     "  version published April effective 2023-01-01\n",
     R"(error: expected a date after `published`, found `April`
  --> x.law:4:21
   |
 4 |   version published April effective 2023-01-01
   |                     ^^^^^
hint: write the date as 2025-04-09
)"},
    {"UnknownOutcome", defined_as("always") + std::string("    then licence_reqired\n"),
     R"(error: expected an outcome, a lane or `rate`, found `licence_reqired`
  --> x.law:10:10
   |
10 |     then licence_reqired
   |          ^^^^^^^^^^^^^^^
hint: did you mean `licence_required`?
)"},
    {"Cases",
     defined_as("always") +
         std::string("  case \"a\" on 2024-01-02 tpp 20..10 => met\n"
                     "  case \"b\" on 2024-01-01 not tpp 3 => met\n"
                     "  case \"c\" on 2024-01-01 memory_bandwidth 600 mm2 => met\n"
                     "  case \"d\" on 2024-01-01 act export, act export => met\n"
                     "  case \"e\" on 2024-01-01 act export => maybe\n"
                     "  case \"f\" on 2024-01-01 tpp 2_000, die_area ~ => met\n"),
     R"(error: `tpp` runs down, from 20 to 10
  --> x.law:10:30
   |
10 |   case "a" on 2024-01-02 tpp 20..10 => met
   |                              ^^^^^^ write "10..20"

error: `not` needs a fact that is yes or no, and `tpp` is not
  --> x.law:11:30
   |
11 |   case "b" on 2024-01-01 not tpp 3 => met
   |                              ^^^

error: `memory_bandwidth` is a byte rate, found an area
  --> x.law:12:43
   |
12 |   case "c" on 2024-01-01 memory_bandwidth 600 mm2 => met
   |                                           ^^^^^^^ expected bytes per second, as in "600 GB/s"

error: `act` is stated twice
  --> x.law:13:38
   |
13 |   case "d" on 2024-01-01 act export, act export => met
   |                                      ^^^

error: expected `met`, `not_met` or `unknown` after `=>`, found `maybe`
  --> x.law:14:40
   |
14 |   case "e" on 2024-01-01 act export => maybe
   |                                        ^^^^^

error: unexpected `~`
  --> x.law:15:46
   |
15 |   case "f" on 2024-01-01 tpp 2_000, die_area ~ => met
   |                                              ^ no word of the language starts like this

error: expected a number for `die_area`, found `=>`
  --> x.law:15:48
   |
15 |   case "f" on 2024-01-01 tpp 2_000, die_area ~ => met
   |                                                ^^
)"},
    {"Stay",
     defined_as("always") +
         std::string(
             "  stayed published 2025-11-12 from 2025-11-10 until 2025-11-10 unless extnded\n"
             "    source \"90 FR 2\" text \"T.\"\n"),
     R"(error: expected `extended`, found `extnded`
  --> x.law:10:71
   |
10 |   stayed published 2025-11-12 from 2025-11-10 until 2025-11-10 unless extnded
   |                                                                       ^^^^^^^
)"},
    {"Posture",
     defined_as("always") +
         std::string(
             "  posture published 2025-05-13 effective 2025-05-13 source \"Press\" text \"T.\"\n"),
     R"(error: the posture has no `enforced when`
  --> x.law:10:3
   |
10 |   posture published 2025-05-13 effective 2025-05-13 source "Press" text "T."
   |   ^^^^^^^
hint: add `enforced when …`
)"},
    {"Escape", defined_as("always") + std::string("  case \"a \\n\" on 2024-01-02 tpp 3 => met\n"),
     R"(error: unknown escape in a string
  --> x.law:10:11
   |
10 |   case "a \n" on 2024-01-02 tpp 3 => met
   |           ^ only `\"` and `\\` are escapes
hint: write `\\` for a backslash
)"},
    {"WindowsLineEnds",
     "provision test.a \"A\"\r\n"
     "  kind\tdefinitio\r\n"
     "  at \"15 CFR 1\"\r\n",
     R"(error: expected a kind, found `definitio`
  --> x.law:2:8
   |
 2 |   kind  definitio
   |         ^^^^^^^^^
hint: did you mean `definition`?
)"},
    {"InvalidUtf8", "provision test.a \"\xff\"\n",
     R"(error: byte 0xff is not UTF-8
  --> x.law:1:19
   |
 1 | provision test.a "�"
   |                   ^
hint: save the file as UTF-8
)"},
};

INSTANTIATE_TEST_SUITE_P(, LawMessages, testing::ValuesIn(bad_laws),
                         [](const auto& bad) { return std::string(bad.param.name); });

std::string repeat(std::string_view text, int times) {
    std::string all;
    while (times-- > 0) all += text;
    return all;
}

struct Limit {
    std::string within, beyond;
    std::string_view message;
};

TEST(LawLimits, RefuseWhatIsTooDeepOrTooLong) {
    const std::string has("has_hbm");
    const Limit limits[] = {
        {repeat("(", 100) + has + repeat(")", 100), repeat("(", 101) + has + repeat(")", 101),
         "conditions nest deeper than 100 levels"},
        {repeat("not ", 100) + has, repeat("not ", 101) + has,
         "conditions nest deeper than 100 levels"},
        {"destination in CN" + repeat(" + CN", 99), "destination in CN" + repeat(" + CN", 100),
         "a set of more than 100 parts"},
        {"destination in " + repeat("(", 98) + "CN - MO" + repeat(")", 98),
         "destination in " + repeat("(", 200'000) + "CN - MO" + repeat(")", 200'000),
         "a set of more than 100 parts"},
        {"tpp > 1" + repeat(" + 1", 99), "tpp > 1" + repeat(" + 1", 100),
         "a sum of more than 100 parts"},
    };
    const auto world = small_world();
    for (const auto& limit : limits) {
        EXPECT_TRUE(parse_law(world, "x.law", defined_as(limit.within))) << limit.message;
        const auto refused = parse_law(world, "x.law", defined_as(limit.beyond));
        ASSERT_FALSE(refused) << limit.message;
        EXPECT_EQ(refused.error().front().message, limit.message);
        EXPECT_EQ(refused.error().size(), 1U) << text::render(refused.error());
    }
}

}  // namespace
}  // namespace sluice::law
