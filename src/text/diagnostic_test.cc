#include "text/diagnostic.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::text {
namespace {

TEST(Locate, CountsLinesAndColumnsFromOne) {
    const std::string text = "a = 1\r\nchip = \"x\"\n\nend";
    struct Row {
        std::size_t begin, width;
        int line, column, underlined;
        const char* excerpt;
    };
    const Row rows[] = {
        {0, 1, 1, 1, 1, "a = 1"},
        {4, 99, 1, 5, 1, "a = 1"},
        {5, 1, 1, 6, 1, "a = 1"},
        {7, 4, 2, 1, 4, "chip = \"x\""},
        {14, 3, 2, 8, 3, "chip = \"x\""},
        {17, 1, 2, 11, 1, "chip = \"x\""},
        {18, 1, 3, 1, 1, ""},
        {19, 3, 4, 1, 3, "end"},
        {22, 0, 4, 4, 1, "end"},
    };
    for (const Row& row : rows) {
        const Location at = locate("f", text, row.begin, row.width);
        EXPECT_EQ(at.line, row.line) << row.begin;
        EXPECT_EQ(at.column, row.column) << row.begin;
        EXPECT_EQ(at.width, row.underlined) << row.begin;
        EXPECT_EQ(at.excerpt, row.excerpt) << row.begin;
    }
    EXPECT_EQ(locate("f", "", 0, 1).line, 1);
}

TEST(Locate, RefusesAPlaceBehindTheEnd) {
    EXPECT_DEATH(locate("f", "ab", 3, 1),
                 "internal error: `begin <= text.size\\(\\)` does not hold");
}

TEST(Render, PlaceCaretLabelHint) {
    const std::string deal = "on = 2025-04-09\nto = \"CN\"\nchip = \"h200-nvl8\"\n";
    const Diagnostic d{.message = "no chip named `h200-nvl8`",
                       .where = locate("deal.toml", deal, deal.find("\"h200"), 11),
                       .label = "not in data/chips (214 chips)",
                       .hint = "did you mean `h200-nvl`?"};
    EXPECT_EQ(render(d),
              "error: no chip named `h200-nvl8`\n"
              "  --> deal.toml:3:8\n"
              "   |\n"
              " 3 | chip = \"h200-nvl8\"\n"
              "   |        ^^^^^^^^^^^ not in data/chips (214 chips)\n"
              "hint: did you mean `h200-nvl`?\n");
}

struct Rendered {
    const char* what;
    Diagnostic diagnostic;
    const char* text;
};

TEST(Render, Table) {
    const Rendered rows[] = {
        {"message only", {.message = "m"}, "error: m\n"},
        {"warning and label",
         {.severity = Severity::warning, .message = "m", .label = "l"},
         "warning: m\n  l\n"},
        {"note, file, label",
         {.severity = Severity::note, .message = "m", .where = {.file = "f"}, .label = "l"},
         "note: m\n  --> f   l\n"},
        {"flag with its value",
         {.message = "m",
          .where = {.file = "--die-area", .column = 1, .width = 3, .excerpt = "814"},
          .label = "l"},
         "error: m\n  --> --die-area\n   |\n   | 814\n   | ^^^ l\n"},
        {"line without column",
         {.message = "m", .where = {.file = "f", .line = 7, .excerpt = "abc"}, .label = "l"},
         "error: m\n  --> f:7\n   |\n 7 | abc\n   | l\n"},
        {"wide gutter",
         {.message = "m", .where = {.file = "f", .line = 12345, .column = 2, .excerpt = "abc"}},
         "error: m\n     --> f:12345:2\n      |\n12345 | abc\n      |  ^\n"},
        {"tabs",
         {.message = "m",
          .where = {.file = "f", .line = 1, .column = 4, .width = 2, .excerpt = "\ta\tbc"}},
         "error: m\n  --> f:1:4\n   |\n 1 |     a   bc\n   |         ^^\n"},
        {"caret under wide characters",
         {.message = "m",
          .where =
              {.file = "f", .line = 1, .column = 7, .width = 3, .excerpt = "\u534e\u4e3a\u6280x"}},
         "error: m\n  --> f:1:7\n   |\n 1 | \u534e\u4e3a\u6280x\n   |     ^^\n"},
        {"caret behind the end",
         {.message = "m",
          .where = {.file = "f", .line = 1, .column = 9, .width = 9, .excerpt = "ab"}},
         "error: m\n  --> f:1:9\n   |\n 1 | ab\n   |   ^\n"},
        {"nothing steers the terminal",
         {.message = "a\x1b[2Jb",
          .where = {.file = "f", .line = 1, .column = 3, .excerpt = "\xff\u202e!\x07"}},
         "error: a\uFFFD[2Jb\n  --> f:1:3\n   |\n 1 | \uFFFD\uFFFD!\uFFFD\n   |  ^\n"},
        {"several lines",
         {.message = "first\nsecond", .hint = "one\ntwo"},
         "error: first\n  second\nhint: one\n  two\n"},
    };
    for (const Rendered& row : rows) EXPECT_EQ(render(row.diagnostic), row.text) << row.what;
}

TEST(Render, CutsLongLinesAroundTheCaret) {
    // Two bytes a letter, so that a careless cut would split one.
    std::string line;
    for (int i = 0; i < 500; ++i) line += "\u00e9";
    line.replace(600, 2, "!!");
    const std::size_t at = line.find('!');
    const Location cut = locate("f", line, at, 2);
    EXPECT_EQ(cut.column, 601);
    EXPECT_LT(cut.excerpt.size(), 180U);
    const std::string from_locate = render(Diagnostic{.message = "m", .where = cut});
    const Location whole{.file = "f", .line = 1, .column = 601, .width = 2, .excerpt = line};
    EXPECT_EQ(render(Diagnostic{.message = "m", .where = whole}), from_locate);

    std::string left, right;
    for (int i = 0; i < 25; ++i) left += "\u00e9";
    for (int i = 0; i < 54; ++i) right += "\u00e9";
    EXPECT_EQ(from_locate, "error: m\n  --> f:1:601\n   |\n 1 | \u2026" + left + "!!" + right +
                               "\u2026\n   | " + std::string(26, ' ') + "^^\n");
}

TEST(Render, ListsEveryProblem) {
    const Diagnostics two{{.message = "a", .hint = "h"}, {.message = "b"}};
    EXPECT_EQ(render(two), "error: a\nhint: h\n\nerror: b\n");
    EXPECT_EQ(render(Diagnostics{}), "");
}

TEST(Render, ColourAddsCodesAndNothingElse) {
    const Diagnostic d{.message = "m",
                       .where = {.file = "f", .line = 3, .column = 2, .excerpt = "abc"},
                       .label = "l",
                       .hint = "h"};
    const std::string coloured = render(d, true);
    EXPECT_NE(coloured, render(d));
    std::string plain = coloured;
    for (std::size_t at; (at = plain.find("\x1b[")) != std::string::npos;)
        plain.erase(at, plain.find('m', at) + 1 - at);
    EXPECT_EQ(plain, render(d));
}

}  // namespace
}  // namespace sluice::text
