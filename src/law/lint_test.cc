#include "law/lint.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "law/small_world_test.h"
#include "text/diagnostic.h"

namespace sluice::law {
namespace {

constexpr std::string_view sound = R"(provision a "A" kind definition at "15 CFR 1"
  version published 2023-01-01 effective 2023-01-01 source "88 FR 1" confidence primary text "T."
    limb 1 when tpp >= 4800
    limb 2 when tpp >= 1600 and has_hbm
    except note when not marketed_for_datacentre and tpp < 4800
  case "c" on 2024-01-01 tpp 4800 => unknown
)";

std::string lines_of(const text::Diagnostics& found) {
    std::string all;
    for (const auto& each : found) {
        all += each.severity == text::Severity::note ? "note " : "";
        all += std::to_string(each.where.line) + ": " + each.message;
        all += each.label.empty() ? "\n" : " (" + each.label + ")\n";
    }
    return all;
}

std::string linted(std::string_view text) {
    const auto world = small_world();
    const auto book = book_of(world, text);
    EXPECT_TRUE(book) << text::render(book.error());
    return book ? lines_of(lint(*book)) : std::string{};
}

std::string with(std::string_view clause, std::string_view instead) {
    std::string text(sound);
    text.replace(text.find(clause), clause.size(), instead);
    return text;
}

TEST(Lint, HasNothingToSayOfASoundBook) { EXPECT_EQ(linted(sound), ""); }

struct Flaw {
    std::string text;
    std::string_view said;
};

TEST(Lint, FindsClausesThatNeverDecide) {
    const Flaw flaws[] = {
        {with("tpp >= 4800", "tpp >= 4800 and tpp < 1600"),
         "3: limb `1` can never hold (its conditions exclude each other)\n"},
        {with("tpp >= 4800", "tpp >= 1600 and has_hbm"), "4: limb `2` says the same as limb `1`\n"},
        {with("tpp >= 4800", "tpp >= 1700 and has_hbm and advanced_node"),
         "3: limb `1` adds nothing to limb `2` (the other holds whenever this one does)\n"},
        {with("not marketed_for_datacentre and", "tpp > 9000 and"),
         "5: except `note` can never hold (its conditions exclude each other)\n"},
        {with("not marketed_for_datacentre and tpp < 4800", "tpp < 1600"),
         "5: except `note` can never decide (it excludes every limb of its version)\n"},
        {with("not marketed_for_datacentre and tpp < 4800", "tpp > 4000"),
         "3: limb `1` can never decide (an `except` takes all of it away)\n"},
        {with("  case",
              "    unclear when has_hbm and not has_hbm \"?\"\n"
              "    ambiguity when act is export and act is transfer \"?\"\n  case"),
         "6: unclear can never hold (its conditions exclude each other)\n"
         "7: ambiguity can never hold (its conditions exclude each other)\n"},
    };
    for (const auto& [text, said] : flaws) EXPECT_EQ(linted(text), said) << text;
}

TEST(Lint, FindsWeakSources) {
    const Flaw flaws[] = {
        {with("88 FR 1", "the rule"),
         "2: the source `the rule` cites nothing that can be looked up\n"},
        {with("88 FR 1", "BIS press release"), ""},
        {with("88 FR 1", "Commerce statement of 2025-05-13"), ""},
        {with("text \"T.\"", "text \"\""), "2: this version has an empty text\n"},
        {with("confidence primary", "confidence memory"), "note 2: this version rests on memory\n"},
        {with("confidence primary", "confidence inferred"),
         "note 2: this version rests on inference\n"},
        {with("  case", "    condition x \"\"\n  case"), "6: the condition `x` has no text\n"},
        {with("  case \"c\" on 2024-01-01 tpp 4800 => unknown\n", ""), "1: `a` has no case\n"},
    };
    for (const auto& [text, said] : flaws) EXPECT_EQ(linted(text), said) << text;
}

TEST(Lint, FindsDaysWithoutAVersion) {
    const std::string later =
        "  version published 2024-01-01 effective 2024-06-01 source \"89 FR 1\" confidence "
        "primary\n"
        "    text \"T.\" met when has_hbm\n";
    EXPECT_EQ(linted(with("effective 2023-01-01", "effective 2023-01-01 until 2024-02-01") + later),
              "7: `a` says nothing from 2024-02-01 until 2024-06-01 (the version before this one "
              "ends earlier)\n");
    EXPECT_EQ(linted(with("effective 2023-01-01", "effective 2023-01-01 until 2024-06-01") + later),
              "");
}

std::string plain_review(std::string_view id, std::string_view head, std::string_view when) {
    return "provision " + std::string(id) + " \"T\" kind review at \"15 CFR 1\" for r " +
           std::string(head) +
           "\n  version published 2023-01-01 effective 2023-01-01 source \"88 FR 1\"\n"
           "    confidence primary text \"T.\" met when " +
           std::string(when) +
           "\n    then case_by_case\n  case \"c\" on 2024-01-01 tpp 1 => unknown\n";
}

TEST(Lint, FindsReviewsOfOneLaneWithoutAnOrder) {
    const std::string r =
        "provision r \"R\" kind requirement at \"15 CFR 1\"\n"
        "  version published 2023-01-01 effective 2023-01-01 source \"88 FR 1\"\n"
        "    confidence primary text \"T.\" met when always then licence_required\n"
        "  case \"c\" on 2024-01-01 tpp 1 => met\n";
    EXPECT_EQ(linted(r + plain_review("x", "", "has_hbm") + plain_review("y", "", "advanced_node")),
              "11: `x` and `y` review `r` in the same lane and have no order (the other stands at "
              "x.law:6)\n");
    EXPECT_EQ(
        linted(r + plain_review("x", "over y", "has_hbm") + plain_review("y", "", "advanced_node")),
        "");
    EXPECT_EQ(linted(r + plain_review("x", "", "has_hbm") + plain_review("y", "", "not has_hbm")),
              "");
}

}  // namespace
}  // namespace sluice::law
