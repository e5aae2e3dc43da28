#include "quantity/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace sluice::quantity {
namespace {

Decimal of(std::string_view text) { return parse_decimal(text).value(); }

TEST(Decimal, Parses) {
    struct Row {
        const char* text;
        std::int64_t millionths;
    };
    const Row rows[] = {
        {"0", 0},
        {"4800", 4'800'000'000},
        {"5.92", 5'920'000},
        {"-0.5", -500'000},
        {"-0", 0},
        {"0.000001", 1},
        {"1.50", 1'500'000},
        {"007", 7'000'000},
        {"26_900_000", 26'900'000'000'000},
        {"9000000000000", 9'000'000'000'000'000'000},
        {"-9000000000000", -9'000'000'000'000'000'000},
        {"8999999999999.999999", 8'999'999'999'999'999'999},
    };
    for (const Row& row : rows) {
        ASSERT_TRUE(parse_decimal(row.text)) << row.text;
        EXPECT_EQ(parse_decimal(row.text)->millionths(), row.millionths) << row.text;
    }
}

TEST(Decimal, Refuses) {
    for (const char* text : {"",
                             "-",
                             ".",
                             "1.",
                             ".5",
                             "1.2.3",
                             " 1",
                             "1 ",
                             "1e3",
                             "+1",
                             "--1",
                             "1,000",
                             "nan",
                             "inf",
                             "0x1",
                             "_1",
                             "1_",
                             "1__0",
                             "1_.5",
                             "1.5_0",
                             "1.0000001",
                             "9000000000000.000001",
                             "9000000000001",
                             "99999999999999999999999999999999999999999999999999",
                             "-9000000000001",
                             "١"}) {
        EXPECT_FALSE(parse_decimal(text)) << text;
    }
}

TEST(Decimal, Prints) {
    struct Row {
        std::int64_t millionths;
        const char* text;
    };
    const Row rows[] = {
        {0, "0"},
        {2'368'000'000, "2368"},
        {5'920'000, "5.92"},
        {1, "0.000001"},
        {-1, "-0.000001"},
        {-500'000, "-0.5"},
        {10'000'010, "10.00001"},
        {1'000'000'000, "1000"},
        {std::numeric_limits<std::int64_t>::min(), "-9223372036854.775808"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(to_string(Decimal::from_millionths(row.millionths)), row.text);
}

TEST(Decimal, ExactProduct) {
    EXPECT_EQ(exact_product(of("148"), of("16")), of("2368"));
    EXPECT_EQ(exact_product(of("5.92"), of("-0.5")), of("-2.96"));
    EXPECT_EQ(exact_product(of("0.001"), of("0.001")), of("0.000001"));
    EXPECT_EQ(exact_product(of("0.001"), of("0.0001")), std::nullopt);
    EXPECT_EQ(exact_product(of("3000000"), of("3000000")), Decimal::largest());
    EXPECT_EQ(exact_product(of("3000000"), of("3000001")), std::nullopt);
    EXPECT_EQ(exact_product(of("-3000000"), of("3000001")), std::nullopt);
}

TEST(Decimal, RoundedRatio) {
    struct Row {
        const char *a, *b;
        int places;
        const char* ratio;
    };
    const Row rows[] = {
        {"2368", "814", 3, "2.909"},
        {"2368", "814", 2, "2.91"},
        {"1", "2", 0, "1"},
        {"-1", "2", 0, "-1"},
        {"1", "-3", 3, "-0.333"},
        {"2", "3", 6, "0.666667"},
        {"0", "7", 3, "0"},
        {"5", "10", 1, "0.5"},
        {"9000000000000", "0.000001", 6, "9000000000000"},
        {"9000000000000", "9000000000000", 6, "1"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(to_string(rounded_ratio(of(row.a), of(row.b), row.places)), row.ratio)
            << row.a << "/" << row.b;
    }
    EXPECT_DEATH(rounded_ratio(of("1"), of("0")), "b.millionths\\(\\) != 0");
}

TEST(Decimal, RefusesToOverflow) {
    EXPECT_DEATH(Decimal::largest() + of("0.000001"), "internal error");
    EXPECT_DEATH(of("-9000000000000") - of("0.000001"), "internal error");
    EXPECT_EQ(Decimal::largest() - Decimal::largest(), Decimal{});
}

// Against whole numbers of millionths in wider arithmetic, over magnitudes of every size.
TEST(Decimal, AgreesWithWiderArithmetic) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random{seed};
    const auto draw = [&] {
        const auto bits = static_cast<std::int64_t>(random() >> (2 + random() % 60));
        return random() % 2 == 0 ? bits : -bits;
    };
    const Wide most = Decimal::largest().millionths();
    const auto fits = [&](Wide v) { return v >= -most && v <= most; };
    for (int i = 0; i < 200'000; ++i) {
        const Wide x = draw();
        const Wide y = draw();
        if (!fits(x) || !fits(y)) continue;
        const auto a = Decimal::from_millionths(static_cast<std::int64_t>(x));
        const auto b = Decimal::from_millionths(static_cast<std::int64_t>(y));
        ASSERT_EQ(parse_decimal(to_string(a)), a);
        ASSERT_EQ(a < b, x < y);
        const Wide sum = x + y;
        const Wide difference = x - y;
        ASSERT_TRUE(!fits(sum) || (a + b).millionths() == sum)
            << to_string(a) << " " << to_string(b);
        ASSERT_TRUE(!fits(difference) || (a - b).millionths() == difference)
            << to_string(a) << " " << to_string(b);
        ASSERT_TRUE(wide_product(a, b) == x * y);
        const bool exact = x * y % 1'000'000 == 0 && fits(x * y / 1'000'000);
        const auto product = exact_product(a, b);
        ASSERT_EQ(product.has_value(), exact) << to_string(a) << " " << to_string(b);
        ASSERT_TRUE(!exact || product->millionths() == x * y / 1'000'000);
        if (y != 0 && fits(x * 1'000'000 / y * 2)) {
            // |ratio * b - a| <= |b| / 2 millionths, in millionths of millionths.
            const Wide error = Wide{rounded_ratio(a, b, 6).millionths()} * y - x * 1'000'000;
            ASSERT_TRUE(2 * (error < 0 ? -error : error) <= (y < 0 ? -y : y))
                << to_string(a) << "/" << to_string(b);
        }
    }
}

// Texts of every shape: parse_decimal agrees with long double where that is exact enough.
TEST(Decimal, AgreesWithStrtold) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random{seed};
    for (int i = 0; i < 100'000; ++i) {
        std::string text = random() % 4 == 0 ? "-" : "";
        for (auto n = 1 + random() % 12; n > 0; --n) text += static_cast<char>('0' + random() % 10);
        const auto places = random() % 7;
        if (places > 0) text += '.';
        for (auto n = places; n > 0; --n) text += static_cast<char>('0' + random() % 10);
        const long double expected = std::roundl(std::strtold(text.c_str(), nullptr) * 1e6L);
        const auto found = parse_decimal(text);
        ASSERT_TRUE(found) << text;
        ASSERT_EQ(found->millionths(), static_cast<std::int64_t>(expected)) << text;
    }
}

}  // namespace
}  // namespace sluice::quantity
