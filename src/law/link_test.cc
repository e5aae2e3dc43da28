#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "law/lawbook.h"
#include "law/small_world_test.h"
#include "text/diagnostic.h"

namespace sluice::law {
namespace {

// A provision whose one version says `clauses`.
std::string provision(std::string_view id, std::string_view kind, std::string_view head,
                      std::string_view clauses, std::string_view dates = "effective 2023-01-01") {
    std::string text = "provision " + std::string(id) + " \"T\" kind " + std::string(kind) +
                       " at \"15 CFR 1\"" + (head.empty() ? "" : " ") + std::string(head) +
                       "\n  version published 2023-01-01 ";
    text += dates;
    text += "\n    source \"88 FR 1\" confidence primary text \"T.\"\n    ";
    text += clauses;
    return text + "\n";
}

const std::string requirement =
    provision("r", "requirement", "", "met when always then licence_required");

std::string review(std::string_view id, std::string_view lane, std::string_view when,
                   std::string_view over = "", std::string_view dates = "effective 2023-01-01") {
    return provision(id, "review", "for r " + std::string(over),
                     "met when " + std::string(when) + " then " + std::string(lane), dates);
}

struct BadBook {
    std::string_view name;
    std::string text;
    std::string_view message;
};

void PrintTo(const BadBook& bad, std::ostream* out) { *out << bad.name; }

class LinkMessages : public testing::TestWithParam<BadBook> {};

TEST_P(LinkMessages, AreExact) {
    const auto book = book_of(small_world(), GetParam().text);
    ASSERT_FALSE(book.has_value());
    EXPECT_EQ(text::render(book.error()), GetParam().message);
}

const BadBook bad_books[] = {
    {"UnknownProvision",
     provision("a", "definition", "", "met when met us.ear.tier or has_hbm") +
         provision("us.ear.tiers", "definition", "", "met when always"),
     R"(error: no provision has the id `us.ear.tier`
  --> x.law:4:14
   |
 4 |     met when met us.ear.tier or has_hbm
   |              ^^^^^^^^^^^^^^^
hint: did you mean `us.ear.tiers`?
)"},
    {"CircleOfMet",
     provision("a", "definition", "", "met when met b") +
         provision("b", "definition", "", "limb x when has_hbm except y when not met c") +
         provision("c", "definition", "", "met when met a"),
     R"(error: a circle: `a` asks `b` which asks `c` which asks `a`
  --> x.law:1:11
   |
 1 | provision a "T" kind definition at "15 CFR 1"
   |           ^ `b` stands at x.law:5, `c` stands at x.law:9
hint: break the circle: one of them must not use `met` here
)"},
    {"AsksItself", provision("a", "definition", "", "met when met a"),
     R"(error: a circle: `a` asks `a`
  --> x.law:1:11
   |
 1 | provision a "T" kind definition at "15 CFR 1"
   |           ^
hint: break the circle: one of them must not use `met` here
)"},
    {"CircleOfExceptions",
     requirement + review("a", "case_by_case", "has_hbm", "over b") +
         review("b", "policy_of_denial", "tpp > 3", "over a"),
     R"(error: a circle: `a` is over `b` which is over `a`
  --> x.law:5:11
   |
 5 | provision a "T" kind review at "15 CFR 1" for r over b
   |           ^ `b` stands at x.law:9
hint: take one `over` away
)"},
    {"ReviewsDisagree",
     requirement + review("a", "case_by_case", "has_hbm") +
         review("b", "policy_of_denial", "tpp > 3", "", "effective 2023-11-17"),
     R"(error: `a` and `b` give `r` different lanes from 2023-11-17 on, neither over the other
  --> x.law:10:3
   |
10 |   version published 2023-01-01 effective 2023-11-17
   |   ^^^^^^^ policy_of_denial here, case_by_case at x.law:6
hint: add `over b` to `a` if that one prevails, or the other way round
)"},
    {"ForADefinition",
     provision("d", "definition", "", "met when always") +
         provision("a", "exception", "code \"NAC\" for d", "met when always"),
     R"(error: `d` in the `for` of `a` is no requirement
  --> x.law:5:11
   |
 5 | provision a "T" kind exception at "15 CFR 1" code "NAC" for d
   |           ^ a definition, at x.law:1
)"},
    {"OverARequirement",
     requirement + provision("a", "review", "for r over r", "met when always then case_by_case"),
     R"(error: `r` in the `over` of `a` is no review
  --> x.law:5:11
   |
 5 | provision a "T" kind review at "15 CFR 1" for r over r
   |           ^ a requirement, at x.law:1
)"},
    {"BareKinds",
     provision("a", "requirement", "", "met when always") +
         provision("b", "review", "", "met when always") +
         provision("c", "exception", "", "met when always") +
         provision("d", "classification", "", "met when always"),
     R"(error: this version of the requirement `a` needs an outcome
  --> x.law:2:3
   |
 2 |   version published 2023-01-01 effective 2023-01-01
   |   ^^^^^^^
hint: add `then licence_required`

error: the review `b` needs `for`
  --> x.law:5:11
   |
 5 | provision b "T" kind review at "15 CFR 1"
   |           ^
hint: add `for` with the ids of its requirements

error: this version of the review `b` needs a lane
  --> x.law:6:3
   |
 6 |   version published 2023-01-01 effective 2023-01-01
   |   ^^^^^^^
hint: add `then case_by_case`

error: the exception `c` needs `for`
  --> x.law:9:11
   |
 9 | provision c "T" kind exception at "15 CFR 1"
   |           ^
hint: add `for` with the ids of its requirements

error: the exception `c` needs a code
  --> x.law:9:11
   |
 9 | provision c "T" kind exception at "15 CFR 1"
   |           ^
hint: add `code "NAC"`

error: the classification `d` needs a tier
  --> x.law:13:11
   |
13 | provision d "T" kind classification at "15 CFR 1"
   |           ^
hint: add `tier "3A090.a"`
)"},
    {"WrongPlace",
     requirement +
         provision("a", "definition", "tier \"x\" code \"x\" for r over r",
                   "met when always then licence_required") +
         provision("b", "requirement", "", "met when always then case_by_case"),
     R"(error: `r` in the `over` of `a` is no review
  --> x.law:5:11
   |
 5 | provision a "T" kind definition at "15 CFR 1" tier "x" code "x" for r over r
   |           ^ a requirement, at x.law:1

error: the definition `a` cannot have `for`
  --> x.law:5:11
   |
 5 | provision a "T" kind definition at "15 CFR 1" tier "x" code "x" for r over r
   |           ^
hint: only exceptions, reviews and obligations are for requirements

error: the definition `a` cannot have `over`
  --> x.law:5:11
   |
 5 | provision a "T" kind definition at "15 CFR 1" tier "x" code "x" for r over r
   |           ^
hint: only reviews are over others

error: the definition `a` cannot have a tier
  --> x.law:5:11
   |
 5 | provision a "T" kind definition at "15 CFR 1" tier "x" code "x" for r over r
   |           ^
hint: only classifications put an item in a tier

error: the definition `a` cannot have a code
  --> x.law:5:11
   |
 5 | provision a "T" kind definition at "15 CFR 1" tier "x" code "x" for r over r
   |           ^
hint: only exceptions and import measures have one

error: this version of the definition `a` cannot have an outcome
  --> x.law:6:3
   |
 6 |   version published 2023-01-01 effective 2023-01-01
   |   ^^^^^^^
hint: only requirements have one

error: this version of the requirement `b` needs an outcome
  --> x.law:10:3
   |
10 |   version published 2023-01-01 effective 2023-01-01
   |   ^^^^^^^
hint: add `then licence_required`

error: this version of the requirement `b` cannot have a lane
  --> x.law:10:3
   |
10 |   version published 2023-01-01 effective 2023-01-01
   |   ^^^^^^^
hint: only reviews have one
)"},
    {"NeverMet", provision("a", "definition", "", "except x when has_hbm"),
     R"(error: this version of the definition `a` needs a `met when`
  --> x.law:2:3
   |
 2 |   version published 2023-01-01 effective 2023-01-01
   |   ^^^^^^^
hint: add `met when …`, or `met when always`
)"},
    {"TwoPlainLimbs",
     provision("a", "definition", "",
               "met when has_hbm met when tpp > 3 limb x when has_hbm limb x when tpp > 4"),
     R"(error: a second `met when` in one version
  --> x.law:4:31
   |
 4 |     met when has_hbm met when tpp > 3 limb x when has_hbm limb x when tpp > 4
   |                               ^^^^^^^
hint: join them with `or`, or give each limb a label of its own

error: two limbs are called `x`
  --> x.law:4:71
   |
 4 |     met when has_hbm met when tpp > 3 limb x when has_hbm limb x when tpp > 4
   |                                                                       ^^^^^^^
hint: join them with `or`, or give each limb a label of its own
)"},
    {"OneNameTwoMeanings",
     provision("a", "definition", "", "met when always condition x \"One.\"") +
         provision("b", "definition", "", "met when always condition x \"Two.\""),
     R"(error: the condition `x` has two texts
  --> x.law:8:31
   |
 8 |     met when always condition x "Two."
   |                               ^ the first stands at x.law:4
hint: one name has one meaning: use another name or the same text
)"},
    {"VersionsOutOfOrder",
     provision("a", "definition", "", "met when always") +
         "  version published 2022-01-01 effective 2022-01-01\n    source \"87 FR 1\" "
         "confidence primary text \"T.\"\n    met when has_hbm\n",
     R"(error: the versions of `a` do not stand in the order of their effective days
  --> x.law:5:3
   |
 5 |   version published 2022-01-01 effective 2022-01-01
   |   ^^^^^^^ the other stands at x.law:2
hint: write the earlier version first
)"},
    {"VersionsOfOneDay",
     provision("a", "definition", "", "met when always") +
         "  version published 2022-01-01 effective 2023-01-01\n    source \"87 FR 1\" "
         "confidence primary text \"T.\"\n    met when has_hbm\n",
     R"(error: two versions of `a` take effect on 2023-01-01
  --> x.law:5:3
   |
 5 |   version published 2022-01-01 effective 2023-01-01
   |   ^^^^^^^ the other stands at x.law:2
hint: give one of them another day, or make one of the two
)"},
};

INSTANTIATE_TEST_SUITE_P(, LinkMessages, testing::ValuesIn(bad_books),
                         [](const auto& bad) { return std::string(bad.param.name); });

TEST(Link, ReviewsThatExcludeEachOtherNeedNoOrder) {
    const auto world = small_world();
    const auto agree = [&](std::string_view a, std::string_view b) {
        const auto book = book_of(world, requirement + review("a", "case_by_case", a) +
                                             review("b", "policy_of_denial", b));
        return book.has_value();
    };
    EXPECT_TRUE(agree("act is export", "act is not export"));
    EXPECT_TRUE(agree("act is export and has_hbm", "tpp > 3 and not act is export"));
    EXPECT_TRUE(agree("act is export", "act in {reexport, transfer}"));
    EXPECT_TRUE(agree("tpp < 21000", "tpp >= 21000"));
    EXPECT_TRUE(agree("met r", "has_hbm and not met r"));
    EXPECT_TRUE(agree("not (has_hbm or tpp > 3)", "has_hbm"));
    EXPECT_TRUE(agree("not (has_hbm and tpp > 3)", "tpp > 5 and has_hbm"));
    EXPECT_TRUE(agree("(tpp > 5 or has_hbm) and not advanced_node",
                      "tpp < 3 and not has_hbm or advanced_node"));
    EXPECT_FALSE(agree("act is export", "act in {export, transfer}"));
    EXPECT_FALSE(agree("tpp <= 21000", "tpp >= 21000"));
    EXPECT_FALSE(agree("tpp < 21000", "memory_bandwidth >= 21000 GB/s"));
    EXPECT_FALSE(agree("has_hbm", "tpp > 3"));
    // An absent fact meets neither comparison, and so both of their opposites.
    EXPECT_FALSE(agree("not tpp < 21000", "not tpp >= 21000"));
}

TEST(Link, AnOrderMayRunThroughAThirdReview) {
    const auto world = small_world();
    const auto both = requirement + review("a", "case_by_case", "has_hbm", "over b") +
                      review("b", "case_by_case", "tpp > 2", "over c") +
                      review("c", "policy_of_denial", "tpp > 3");
    const auto book = book_of(world, both);
    ASSERT_TRUE(book) << text::render(book.error());
    EXPECT_EQ(book->provisions[0].overrides_index, std::vector<std::int32_t>{1});
    EXPECT_EQ(book->provisions[0].covers_index, std::vector<std::int32_t>{3});
}

TEST(Link, ReviewsOfDifferentTimesNeedNoOrder) {
    const auto world = small_world();
    const auto earlier = "effective 2023-01-01 until 2024-01-01";
    const auto book =
        book_of(world, requirement + review("a", "case_by_case", "always", "", earlier) +
                           review("b", "policy_of_denial", "always", "", "effective 2024-01-01"));
    EXPECT_TRUE(book) << text::render(book.error());
}

TEST(Link, NamesAndConditionsAreFound) {
    const auto book = book_of(
        small_world(), provision("b", "definition", "", "met when met a and (has_hbm or met a)") +
                           provision("a", "definition", "",
                                     "met when always condition z \"Z.\" condition y \"Y.\""));
    ASSERT_TRUE(book) << text::render(book.error());
    EXPECT_EQ(book->find("a"), 0);
    EXPECT_EQ(book->find("b"), 1);
    EXPECT_EQ(book->find("c"), -1);
    EXPECT_EQ(book->condition_names, (std::vector<std::string>{"y", "z"}));
    const auto& when = book->provisions[1].versions[0].limbs[0].when;
    EXPECT_EQ(when.children[0].reference, 0);
    EXPECT_EQ(when.children[1].children[1].reference, 0);
}

// A lawbook as files in a directory that is removed afterwards.
class LoadLawbook : public testing::Test {
protected:
    LoadLawbook() : dir_(std::filesystem::path(testing::TempDir()) / "sluice-lawbook") {
        std::filesystem::remove_all(dir_);
        write("law/known.toml", "federal_register = 2026-09-19\ntext = 2026-09-01\n");
    }
    ~LoadLawbook() override { std::filesystem::remove_all(dir_); }

    void write(const std::filesystem::path& name, std::string_view text) {
        std::filesystem::create_directories((dir_ / name).parent_path());
        std::ofstream(dir_ / name, std::ios::binary) << text;
    }
    // Every message without its path, which differs from run to run.
    std::string problems(const std::optional<std::filesystem::path>& overlay = {}) {
        const auto book = load_lawbook(world_, dir_ / "law", overlay);
        std::string all;
        if (book) return all;
        for (const auto& problem : book.error()) {
            all += std::filesystem::path(problem.where.file).filename().string() + ":" +
                   std::to_string(problem.where.line) + ": " + problem.message + "\n";
        }
        return all;
    }

    std::filesystem::path dir_;
    facts::World world_ = small_world();
};

TEST_F(LoadLawbook, ReportsTheProblemsOfEveryFile) {
    write("law/a.law", provision("a", "definition", "", "met when tppp > 3"));
    write("law/deep/b.law", provision("b", "definition", "", "met when met a and met c"));
    write("law/deep/bytes.law", "provision x \xff");
    write("law/deep/twice.law", provision("b", "definition", "", "met when met a"));
    EXPECT_EQ(problems(),
              "a.law:4: no fact is called `tppp`\n"
              "bytes.law:1: byte 0xff is not UTF-8\n"
              "twice.law:1: two provisions have the id `b`\n"
              "b.law:4: no provision has the id `c`\n");
}

TEST_F(LoadLawbook, LaysProvisionsOverTheRulebook) {
    write("law/a.law", provision("a", "definition", "", "met when has_hbm") +
                           provision("b", "definition", "", "met when met a"));
    write("mine/a.law", provision("a", "definition", "", "met when not has_hbm") +
                            provision("c", "definition", "", "met when met b"));
    const auto plain = load_lawbook(world_, dir_ / "law");
    const auto laid = load_lawbook(world_, dir_ / "law", dir_ / "mine");
    ASSERT_TRUE(plain && laid);
    EXPECT_EQ(plain->provisions.size(), 2U);
    ASSERT_EQ(laid->provisions.size(), 3U);
    EXPECT_EQ(laid->provisions[0].versions[0].limbs[0].when.op, Expr::Op::negate);
    EXPECT_NE(plain->hash, laid->hash);
    EXPECT_EQ(plain->hash.size(), 64U);
    EXPECT_EQ(quantity::to_string(laid->register_known_to), "2026-09-19");
    EXPECT_EQ(quantity::to_string(laid->text_known_to), "2026-09-01");
    EXPECT_EQ(laid->files.size(), 2U);
}

TEST_F(LoadLawbook, NeedsItsDirectoriesAndDays) {
    write("law/known.toml", "federal_register = 2026-09-19\n");
    EXPECT_EQ(problems(), "known.toml:1: known.toml needs `text`\n");
    EXPECT_EQ(problems(dir_ / "absent"), ":0: no directory `" + (dir_ / "absent").string() + "`\n");
}

TEST_F(LoadLawbook, TheRulebookLoads) {
    const std::filesystem::path data = SLUICE_SOURCE_DIR "/data";
    const auto world = facts::load(data);
    ASSERT_TRUE(world) << text::render(world.error());
    const auto book = load_lawbook(*world, data / "law");
    ASSERT_TRUE(book) << text::render(book.error());
    EXPECT_GT(book->provisions.size(), 100U);
}

}  // namespace
}  // namespace sluice::law
