#include "report/sheet.h"

#include <gtest/gtest.h>

namespace sluice::report {
namespace {

TEST(Sheet, CellsSayUnitsAndKeepNumbers) {
    EXPECT_EQ(figure(2368.4, "tokens/s").text, "2,368 tokens/s");
    EXPECT_EQ(figure(0.25).text, "0.25");
    EXPECT_EQ(figure(NAN).text, "");
    EXPECT_EQ(span_of_time(0.0672).text, "67.2 ms");
    EXPECT_EQ(span_of_time(2).text, "2 s");
    EXPECT_EQ(bytes_of_memory(96 * 1073741824.0).text, "96 GiB");
    EXPECT_EQ(percent(0.125).text, "12.5 %");
    EXPECT_EQ(between(1, 2, "W").text, "1 .. 2 W");
    EXPECT_EQ(between(2, 2, "W").text, "2 W");
    EXPECT_EQ(between(1, 2).number, 1);
    EXPECT_EQ(between(1, 2).most, 2);
}

Section example() {
    Section s{.key = "example", .title = "Example"};
    s.set_columns("part=part|seconds=time>|source|=words");
    s.row("attention", span_of_time(0.5), "https://example.org", "half");
    s.row("host", Cell{}, "", "");
    return s;
}

TEST(Sheet, OneTableInThreeForms) {
    const auto s = example();
    EXPECT_EQ(to_text(s, false),
              "\nExample\n"
              "part         time  words\n"
              "---------  ------  -----\n"
              "attention  500 ms  half\n"
              "host            -  -\n");
    EXPECT_EQ(to_markdown(s),
              "| part | time | words |\n|---|---:|---|\n"
              "| attention | 500 ms | half |\n| host | - | - |\n");
    EXPECT_EQ(to_json(Sheet{.head = {{"outcome", "", "answered"}}, .sections = {s}}),
              "{\n  \"outcome\": \"answered\",\n  \"example\": [\n    {\n"
              "      \"part\": \"attention\",\n      \"seconds\": 0.5,\n"
              "      \"source\": \"https://example.org\"\n    },\n    {\n"
              "      \"part\": \"host\",\n      \"seconds\": null,\n      \"source\": null\n    }\n"
              "  ]\n}\n");
}

TEST(Sheet, FieldsOfTextAloneAndOfJsonAlone) {
    Section s{
        .key = "k", .fields = {{"n", "", figure(3)}, {"", "said", "three"}}, .notes = {"why"}};
    EXPECT_EQ(to_text(s, false), "  said  three\n  why\n");
    text::JsonWriter json{0};
    json.begin_object();
    to_json(json, s);
    json.end_object();
    EXPECT_EQ(json.text(), R"({"k":{"n":3,"notes":["why"]}})");
}

}  // namespace
}  // namespace sluice::report
