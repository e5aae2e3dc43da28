#include "text/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "text/file.h"

namespace sluice::text {
namespace {

void write_sample(JsonWriter& json) {
    json.begin_object();
    json.field("outcome", "licence_required");
    json.field("enforced", true);
    json.field("quantity", 16000);
    json.field_or_null("lane", "");
    json.key("missing");
    json.begin_array();
    json.end_array();
    json.key("margins");
    json.begin_array();
    json.begin_object();
    json.key("value");
    json.literal("2.91");
    json.end_object();
    json.string("x");
    json.end_array();
    json.key("empty");
    json.begin_object();
    json.end_object();
    json.end_object();
}

TEST(Json, Indented) {
    JsonWriter json;
    write_sample(json);
    EXPECT_EQ(json.text(),
              "{\n"
              "  \"outcome\": \"licence_required\",\n"
              "  \"enforced\": true,\n"
              "  \"quantity\": 16000,\n"
              "  \"lane\": null,\n"
              "  \"missing\": [],\n"
              "  \"margins\": [\n"
              "    {\n"
              "      \"value\": 2.91\n"
              "    },\n"
              "    \"x\"\n"
              "  ],\n"
              "  \"empty\": {}\n"
              "}");
}

TEST(Json, OneLine) {
    JsonWriter json{0};
    write_sample(json);
    EXPECT_EQ(
        json.text(),
        "{\"outcome\":\"licence_required\",\"enforced\":true,\"quantity\":16000,\"lane\":null,"
        "\"missing\":[],\"margins\":[{\"value\":2.91},\"x\"],\"empty\":{}}");
}

TEST(Json, Strings) {
    struct Row {
        std::string value;
        const char* json;
    };
    const Row rows[] = {
        {"", "\"\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"\n\t\r\x01\x7f", "\"\\n\\t\\u000d\\u0001\\u007f\""},
        {std::string("\0", 1), "\"\\u0000\""},
        {"\u534e\U0001F600", "\"\u534e\U0001F600\""},
        {"a\xff"
         "b",
         "\"a\uFFFDb\""},
        {"\xed\xa0\x80", "\"\uFFFD\uFFFD\uFFFD\""},  // a surrogate
        {"\xe5\x8d", "\"\uFFFD\uFFFD\""},            // cut short
    };
    for (const Row& row : rows) {
        JsonWriter json{0};
        json.string(row.value);
        EXPECT_EQ(json.text(), row.json);
        EXPECT_EQ(first_invalid_utf8(json.text()), std::string::npos);
    }
}

TEST(Json, Numbers) {
    struct Row {
        double value;
        const char* json;
    };
    const Row rows[] = {
        {0, "0"},
        {-0.5, "-0.5"},
        {0.1, "0.1"},
        {1e6, "1000000"},
        {5.92, "5.92"},
        {1e-6, "0.000001"},
        {1e300, "1e+300"},
        {1e-9, "1e-09"},
        {123456789012345, "123456789012345"},
        {std::numeric_limits<double>::infinity(), "null"},
        {std::nan(""), "null"},
    };
    for (const Row& row : rows) {
        JsonWriter json;
        json.number(row.value);
        EXPECT_EQ(json.text(), row.json);
    }
    JsonWriter json{0};
    json.begin_array();
    json.value(std::numeric_limits<std::int64_t>::min());
    json.null();
    json.end_array();
    EXPECT_EQ(json.text(), "[-9223372036854775808,null]");
}

enum class Size : unsigned char { small };
std::string_view to_string(Size) { return "small"; }

TEST(Json, AValueIsWrittenAsWhatItIs) {
    struct Part {
        std::string name;
        std::optional<int> count;
    };
    const std::vector<Part> parts{{"bolt", 3}, {"nut", {}}};
    EXPECT_EQ(json_object([&](JsonWriter& json) {
                  json.field("size", std::optional{Size::small});
                  json.field("words", std::vector<std::string_view>{"a", "b"});
                  json.object("none", [] {});
                  json.objects("parts", parts, [](JsonWriter& one, const Part& part) {
                      one.field("name", part.name);
                      one.field("count", part.count);
                  });
              }),
              R"json({
  "size": "small",
  "words": [
    "a",
    "b"
  ],
  "none": {},
  "parts": [
    {
      "name": "bolt",
      "count": 3
    },
    {
      "name": "nut",
      "count": null
    }
  ]
}
)json");
}

TEST(Json, RefusesBrokenNesting) {
    JsonWriter json;
    EXPECT_DEATH(json.key("k"), "internal error: `depth_ > 0 && !after_key_` does not hold");
    json.begin_object();
    json.key("k");
    EXPECT_DEATH(json.end_object(), "depth_ > 0 && !after_key_");
}

}  // namespace
}  // namespace sluice::text
