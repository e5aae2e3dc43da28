#include "text/suggest.h"

#include <gtest/gtest.h>

namespace sluice::text {
namespace {

TEST(EditDistance, Table) {
    struct Row {
        const char *a, *b;
        int distance;
    };
    const Row rows[] = {
        {"", "", 0},           {"", "abc", 3},      {"abc", "", 3},
        {"h20", "H20", 0},     {"h20", "h200", 1},  {"kitten", "sitting", 3},
        {"ab", "ba", 1},       {"ca", "abc", 3},    {"die_area", "dei_area", 1},
        {"china", "chian", 1}, {"abcd", "badc", 2},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(edit_distance(row.a, row.b), row.distance) << row.a << " " << row.b;
        EXPECT_EQ(edit_distance(row.b, row.a), row.distance) << row.b << " " << row.a;
    }
}

TEST(Nearest, Table) {
    using Names = std::vector<std::string>;
    struct Row {
        const char* name;
        Names candidates;
        Names nearest;
    };
    const Row rows[] = {
        {"chian", {"china", "chile", "japan"}, {"china"}},
        {"h200",
         {"h100", "nvidia-h200-nvl", "h20", "b200", "mi300"},
         {"nvidia-h200-nvl", "h20", "b200"}},
        {"h200", {"h200"}, {}},
        {"H200", {"h200"}, {"h200"}},
        {"x", {"y", "yy"}, {"y"}},
        {"", {"a", "b"}, {}},
        {"quantity", {}, {}},
        {"dei_area", {"die_area", "die_area"}, {"die_area"}},
        {"gb/s", {"GB/s", "Gb/s", "TB/s"}, {"GB/s", "Gb/s", "TB/s"}},
    };
    for (const Row& row : rows)
        EXPECT_EQ(nearest(row.name, row.candidates), row.nearest) << row.name;
    EXPECT_EQ(nearest("ab", {"abc", "abd", "abe"}, 2), (Names{"abc", "abd"}));
    EXPECT_TRUE(nearest(std::string(1 << 20, 'a'), {std::string(1 << 20, 'b')}).empty());
}

TEST(DidYouMean, Table) {
    EXPECT_EQ(did_you_mean({}), "");
    EXPECT_EQ(did_you_mean({"x"}), "did you mean `x`?");
    EXPECT_EQ(did_you_mean({"x", "y"}), "did you mean `x` or `y`?");
    EXPECT_EQ(did_you_mean({"x", "y", "z"}), "did you mean `x`, `y` or `z`?");
}

}  // namespace
}  // namespace sluice::text
