#include "text/table.h"

#include <gtest/gtest.h>

namespace sluice::text {
namespace {

TEST(Table, AlignsAndWraps) {
    EXPECT_EQ(
        table(
            {{.title = "chip"},
             {.title = "tpp", .align = Align::right},
             {.title = "note", .most = 12}},
            {{"H20", "2,368", "same die as the H100"}, {"\u6607\u817e 910C", "12,032", ""}, {"x"}}),
        "chip          tpp  note\n"
        "---------  ------  -----------\n"
        "H20         2,368  same die as\n"
        "                   the H100\n"
        "\u6607\u817e 910C  12,032\n"
        "x\n");
    EXPECT_EQ(table({{.title = "a"}}, {}), "a\n-\n");
}

TEST(Table, ColourTakesNoRoom) {
    EXPECT_EQ(table({{.title = "a"}, {.title = "b"}}, {{paint("no", Style::red, true), "1"}}),
              "a   b\n--  -\n\x1b[31mno\x1b[0m  1\n");
}

TEST(Table, RefusesARowThatIsTooLong) {
    EXPECT_DEATH(table({{.title = "a"}}, {{"1", "2"}}), "row.size\\(\\) <= columns.size\\(\\)");
}

TEST(Wrap, Table) {
    struct Row {
        const char* paragraph;
        int width, indent;
        const char* wrapped;
    };
    const Row rows[] = {
        {"", 10, 0, ""},
        {"one two three", 7, 0, "one two\nthree"},
        {"one two three", 8, 2, "one two\n  three"},
        {"one   two", 20, 0, "one two"},
        {"a https://example.org/long b", 6, 0, "a\nhttps://example.org/long\nb"},
        {"first\nsecond line", 20, 2, "first\n  second line"},
        {"\u00e9\u00e9\u00e9 \u00e9\u00e9", 6, 0, "\u00e9\u00e9\u00e9 \u00e9\u00e9"},
    };
    for (const Row& row : rows) EXPECT_EQ(wrap(row.paragraph, row.width, row.indent), row.wrapped);
}

TEST(DisplayWidth, Table) {
    EXPECT_EQ(display_width(""), 0);
    EXPECT_EQ(display_width("abc"), 3);
    EXPECT_EQ(display_width("\u00e9\u2026"), 2);
    EXPECT_EQ(display_width("e\u0301"), 1);  // a combining accent
    EXPECT_EQ(display_width("\u534e\u4e3a"), 4);
    EXPECT_EQ(display_width("\xff"), 1);
    EXPECT_EQ(display_width("\x1b[1;31mab\x1b[0m"), 2);
}

TEST(GroupThousands, Table) {
    struct Row {
        const char *plain, *grouped;
    };
    const Row rows[] = {{"", ""},
                        {"7", "7"},
                        {"999", "999"},
                        {"16000", "16,000"},
                        {"-1234567", "-1,234,567"},
                        {"5005.3", "5,005.3"},
                        {"0.1234567", "0.1234567"},
                        {"100000", "100,000"}};
    for (const Row& row : rows) EXPECT_EQ(group_thousands(row.plain), row.grouped);
}

TEST(Paint, IsDecoration) {
    EXPECT_EQ(paint("x", Style::red, false), "x");
    EXPECT_EQ(paint("x", Style::plain, true), "x");
    EXPECT_EQ(paint("x", Style::bold, true), "\x1b[1mx\x1b[0m");
}

}  // namespace
}  // namespace sluice::text
