#include <gtest/gtest.h>

#include <string>

#include "facts/deal.h"

namespace sluice::facts {
namespace {

std::string problems_of(std::string_view toml) {
    const auto deal = parse_deal("deal.toml", toml);
    return deal ? "no problem" : text::render(deal.error());
}

TEST(ReadDeal, ValuesOfEveryKindKeepTheirOrderAndPlace) {
    const auto deal = parse_deal("deal.toml",
                                 "# news\n"
                                 "to = \"CN\"\n"
                                 "chip = \"H20\"     # é\n"
                                 "quantity = 16_000\n"
                                 "tpp = 2368.5\n"
                                 "on = 2025-04-09\n"
                                 "has_hbm = true\n"
                                 "advanced_node = false\n"
                                 "certify = [\"us_supply=yes\", \"share_cap=no\"]\n"
                                 "red_flag = \"one\"\n");
    ASSERT_TRUE(deal) << text::render(deal.error());
    std::string all;
    for (const DealField& field : deal->fields) all += field.key + "=" + field.value + ";";
    EXPECT_EQ(all,
              "to=CN;chip=H20;quantity=16_000;tpp=2368.5;on=2025-04-09;has_hbm=yes;"
              "advanced_node=no;certify=us_supply=yes;certify=share_cap=no;red_flag=one;");
    const DealField* chip = deal->find("chip");
    EXPECT_EQ(chip->where.file, "deal.toml");
    EXPECT_EQ(chip->where.line, 3);
    EXPECT_EQ(chip->where.column, 8);
    EXPECT_EQ(chip->where.width, 5);
    EXPECT_EQ(deal->fields[8].where.column, 29);
}

struct BadFile {
    const char* name;
    std::string toml;
    std::string message;
};
void PrintTo(const BadFile& bad, std::ostream* out) { *out << bad.name; }

class ReadDealProblems : public testing::TestWithParam<BadFile> {};

TEST_P(ReadDealProblems, AreReportedExactly) {
    EXPECT_EQ(problems_of(GetParam().toml), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, ReadDealProblems,
    testing::Values(BadFile{"UnknownKeyNearMiss", "quantty = 5\n",
                            "error: a deal has no key `quantty`\n"
                            "  --> deal.toml:1:1\n"
                            "   |\n"
                            " 1 | quantty = 5\n"
                            "   | ^^^^^^^ not known\n"
                            "hint: did you mean `quantity`?\n"},
                    BadFile{"FactNameForKey", "destination = \"CN\"\n",
                            "error: a deal has no key `destination`\n"
                            "  --> deal.toml:1:1\n"
                            "   |\n"
                            " 1 | destination = \"CN\"\n"
                            "   | ^^^^^^^^^^^ not known\n"
                            "hint: did you mean `to`?\n"},
                    BadFile{"DuplicateKey", "chip = \"H20\"\nto = \"CN\"\nchip = \"H100\"\n",
                            "error: `chip` is stated twice\n"
                            "  --> deal.toml:3:1\n"
                            "   |\n"
                            " 3 | chip = \"H100\"\n"
                            "   | ^^^^ stated again here\n"
                            "hint: keep one of the two\n"},
                    BadFile{"ImpossibleDate", "on = 2023-02-30\n",
                            "error: `2023-02-30` is not a date\n"
                            "  --> deal.toml:1:6\n"
                            "   |\n"
                            " 1 | on = 2023-02-30\n"
                            "   |      ^^^^^^^^^^ February 2023 has 28 days\n"},
                    BadFile{"NoQuotes", "to = CN\n",
                            "error: not TOML: could not determine value type\n"
                            "  --> deal.toml:1:6\n"
                            "   |\n"
                            " 1 | to = CN\n"
                            "   |      ^\n"
                            "hint: put words and units in double quotes: `to = \"CN\"`\n"},
                    BadFile{"ListForOneValue", "chip = [\"H20\"]\n",
                            "error: `chip` takes one value, found a list\n"
                            "  --> deal.toml:1:8\n"
                            "   |\n"
                            " 1 | chip = [\"H20\"]\n"
                            "   |        ^^^^^^^ expected CHIP\n"},
                    BadFile{"TableInList", "certify = [\"a=yes\", { b = true }]\n",
                            "error: `certify` takes one value, found a table\n"
                            "  --> deal.toml:1:21\n"
                            "   |\n"
                            " 1 | certify = [\"a=yes\", { b = true }]\n"
                            "   |                     ^^^^^^^^^^^^ expected NAME=yes|no\n"},
                    BadFile{"TimeForDay", "on = 2025-04-09T12:00:00\n",
                            "error: `on` takes one value, found a time\n"
                            "  --> deal.toml:1:6\n"
                            "   |\n"
                            " 1 | on = 2025-04-09T12:00:00\n"
                            "   |      ^^^^^^^^^^^^^^^^^^^ expected DATE\n"},
                    BadFile{"EveryProblemFromTopToBottom", "zzzzzz = 1\nchip = []\n",
                            "error: a deal has no key `zzzzzz`\n"
                            "  --> deal.toml:1:1\n"
                            "   |\n"
                            " 1 | zzzzzz = 1\n"
                            "   | ^^^^^^ not known\n"
                            "hint: `sluice check --help` lists every key, as a flag\n"
                            "\n"
                            "error: `chip` takes one value, found a list\n"
                            "  --> deal.toml:2:8\n"
                            "   |\n"
                            " 2 | chip = []\n"
                            "   |        ^^ expected CHIP\n"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ReadDeal, InvalidUtf8IsNamedWithItsPlace) {
    const std::string problems = problems_of("chip = \"H20\"\nbuyer = \"\xff\"\n");
    EXPECT_TRUE(problems.starts_with("error: byte 0xff is not UTF-8\n  --> deal.toml:2:10\n"))
        << problems;
}

TEST(ReadDeal, AFileThatIsNotThere) {
    const auto deal = read_deal("no/such/deal.toml");
    ASSERT_FALSE(deal);
    EXPECT_EQ(deal.error()[0].message, "cannot read `no/such/deal.toml`: it does not exist");
}

TEST(ReadDeal, NoTextMakesItCrash) {
    for (const char* toml : {"", "=", "[[", "a.b.c = 1", "chip =", "'", "on = 2025-", "\xc3",
                             "[chip]", "chip.x = 1", "on = 2025-04-09 # é\nto = \xc3\xa9"}) {
        const auto deal = parse_deal("deal.toml", toml);
        EXPECT_TRUE(deal || !deal.error().empty()) << toml;
    }
}

}  // namespace
}  // namespace sluice::facts
