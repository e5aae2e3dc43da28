#include "facts/price.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "facts/world.h"

namespace sluice::facts {
namespace {

namespace fs = std::filesystem;
using quantity::Decimal;

class PriceFiles : public testing::Test {
protected:
    void SetUp() override {
        dir_ = fs::temp_directory_path() / ("sluice-prices-" + std::to_string(getpid()));
        fs::create_directories(dir_);
        write("exchange.toml",
              "[exchange]\ncny_per_usd = \"7..8\"\non = \"2026\"\nsource = \"a bank\"\n");
    }
    void TearDown() override { fs::remove_all(dir_); }

    void write(const std::string& name, const std::string& text) {
        std::ofstream(dir_ / name) << text;
    }
    // One row of a chip's price with these lines put in place of the same keys.
    static std::string row(std::map<std::string, std::string> keys = {}) {
        keys.insert({{"item", "\"x1\""},
                     {"kind", "\"unit_price\""},
                     {"value", "\"100 USD\""},
                     {"on", "\"2025\""},
                     {"source", "\"s\""},
                     {"confidence", "\"primary\""}});
        std::string out = "[[price]]\n";
        for (const auto& [key, value] : keys)
            if (!value.empty()) out.append(key).append(" = ").append(value).append("\n");
        return out;
    }
    std::vector<Price> prices_of(const std::string& text) {
        write("p.toml", text);
        auto prices = load_prices(dir_);
        if (!prices) ADD_FAILURE() << text::render(prices.error());
        return prices ? *prices : std::vector<Price>{};
    }
    std::string problems_of(const std::string& text) {
        write("p.toml", text);
        const auto prices = load_prices(dir_);
        if (prices) return "";
        std::string out = text::render(prices.error());
        const std::string prefix = dir_.string() + "/";
        for (std::size_t at = out.find(prefix); at != std::string::npos; at = out.find(prefix))
            out.erase(at, prefix.size());
        return out;
    }

    fs::path dir_{};
};

TEST_F(PriceFiles, EveryKindHasItsUnit) {
    struct Case {
        const char* kind;
        const char* value;
        const char* chips;
        const char* expected;
    };
    const Case cases[] = {
        {"unit_price", "12_000..15_000 USD", "", "12000..15000"},
        {"unit_price", "1_120_000 CNY", "8", "17500..20000"},  // at 8 and at 7 yuan a dollar
        {"server_price", "8000 USD", "8", "1000"},
        {"rent", "2.00 USD/h", "", "2"},
        {"rent", "5.6 CNY/h", "", "0.7..0.8"},
        {"rent", "6 USD/h", "8", "0.75"},
        {"capex_per_mw", "9_300_000..15_000_000 USD/MW", "", "9300000..15000000"},
        {"electricity", "0.56 CNY/kWh", "", "0.07..0.08"},
        {"pue", "1.08..1.18", "", "1.08..1.18"},
        {"construction_tariff", "3..15 %", "", "3..15"},
    };
    for (const Case& c : cases) {
        const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
        const auto prices = prices_of(
            row({{"kind", quoted(c.kind)}, {"value", quoted(c.value)}, {"chips", c.chips}}));
        ASSERT_EQ(prices.size(), 1U) << c.value;
        EXPECT_EQ(to_string(prices[0].value, quantity::Dimension::number), c.expected) << c.value;
        EXPECT_EQ(prices[0].stated, c.value);
        EXPECT_EQ(to_string(prices[0].kind), c.kind);
    }
}

TEST_F(PriceFiles, ADateHoldsFromItsFirstDay) {
    struct Case {
        const char* on;
        quantity::Date since;
    };
    const Case cases[] = {{"\"2025\"", quantity::make_date(2025, 1, 1)},
                          {"\"2025-07\"", quantity::make_date(2025, 7, 1)},
                          {"\"2025-07-31\"", quantity::make_date(2025, 7, 31)}};
    for (const Case& c : cases) {
        const auto prices = prices_of(row({{"on", c.on}}));
        ASSERT_EQ(prices.size(), 1U);
        EXPECT_EQ(prices[0].since, c.since) << c.on;
    }
}

TEST_F(PriceFiles, ListsOfItemsAndPlacesAreRows) {
    const auto prices = prices_of(
        row({{"item", "[\"x1\", \"x2\"]"}, {"place", "[\"CN\", \"US\"]"}, {"terms", "\"spot\""}}));
    ASSERT_EQ(prices.size(), 4U);
    EXPECT_EQ(prices[0].id, "x1/unit_price/CN/spot/2025");
    EXPECT_EQ(prices[3].id, "x2/unit_price/US/spot/2025");
    EXPECT_EQ(prices_of(row())[0].id, "x1/unit_price//2025");
}

TEST_F(PriceFiles, EveryProblemOfAFileAtOnce) {
    EXPECT_EQ(
        problems_of(
            row({{"kind", "\"unit_prise\""}, {"on", "\"2025-13\""}}) +
            row({{"item", "\"x2\""}, {"value", "\"100 EUR\""}, {"chips", "0"}}) +
            row({{"item", "\"x3\""}, {"value", "\"15..12 USD\""}, {"confidence", "\"sure\""}}) +
            row({{"item", "\"x4\""},
                 {"value", "\"0 USD\""},
                 {"colour", "\"red\""},
                 {"source", ""}})),
        R"(error: no kind is called `unit_prise`
  --> p.toml:4:8
   |
 4 | kind = "unit_prise"
   |        ^^^^^^^^^^^^ expected unit_price, server_price, rent, capex_per_mw, electricity, )"
        R"(pue or construction_tariff
hint: did you mean `unit_price`?

error: `on` is not a date
  --> p.toml:5:6
   |
 5 | on = "2025-13"
   |      ^^^^^^^^^ there is no month 13
hint: a month or a year will do: 2026-11, 2026

error: `chips` is a whole number above 0
  --> p.toml:9:9
   |
 9 | chips = 0
   |         ^

error: a `unit_price` is in USD or CNY
  --> p.toml:15:9
   |
15 | value = "100 EUR"
   |         ^^^^^^^^^ another unit or none

error: `value` runs down, from 15 to 12
  --> p.toml:22:9
   |
22 | value = "15..12 USD"
   |         ^^^^^^^^^^^^ write "12..15"

error: no confidence is called `sure`
  --> p.toml:17:14
   |
17 | confidence = "sure"
   |              ^^^^^^ expected primary, secondary, estimate or rumour

error: `value` is a number above 0
  --> p.toml:29:9
   |
29 | value = "0 USD"
   |         ^^^^^^^

error: a price needs `source`
  --> p.toml:23:1
   |
23 | [[price]]
   | ^^^^^^^^^ no `source` here

error: a price has no key `colour`
  --> p.toml:24:1
   |
24 | colour = "red"
   | ^^^^^^ not known
)");
}

TEST_F(PriceFiles, AKindRefusesTheUnitOfAnother) {
    EXPECT_EQ(problems_of(row({{"kind", "\"rent\""}, {"value", "\"2 USD\""}})),
              R"(error: a `rent` is in USD/h or CNY/h
  --> p.toml:7:9
   |
 7 | value = "2 USD"
   |         ^^^^^^^ another unit or none
)");
}

TEST_F(PriceFiles, NothingIsPassedOverInSilence) {
    struct Case {
        const char* text;
        const char* expected;
    };
    const Case cases[] = {
        {"[[prices]]\nitem = \"x1\"\n", R"(error: a file of prices has no key `prices`
  --> p.toml:1:3
   |
 1 | [[prices]]
   |   ^^^^^^ not known
hint: did you mean `price`?
)"},
        {"[price]\nitem = \"x1\"\n", R"(error: `price` is a list, found a table
  --> p.toml:1:1
   |
 1 | [price]
   | ^^^^^^^
)"},
        {"[[price]]\nitem =\n", R"(error: not TOML: expected value, saw '\n'
  --> p.toml:2:7
   |
 2 | item =
   |       ^
)"},
    };
    for (const Case& c : cases) EXPECT_EQ(problems_of(c.text), c.expected) << c.text;
}

TEST_F(PriceFiles, YuanNeedTheRate) {
    fs::remove(dir_ / "exchange.toml");
    EXPECT_EQ(problems_of(row({{"value", "\"100 CNY\""}})), R"(error: yuan without a rate
  --> p.toml:7:9
   |
 7 | value = "100 CNY"
   |         ^^^^^^^^^
hint: state `cny_per_usd` in exchange.toml
)");
}

TEST_F(PriceFiles, ARateIsDatedAndSourced) {
    write("exchange.toml", "[exchange]\ncny_per_usd = \"seven\"\n");
    EXPECT_EQ(problems_of(row()), R"(error: an exchange rate needs `on`
  --> exchange.toml:1:1
   |
 1 | [exchange]
   | ^^^^^^^^^^ no `on` here

error: an exchange rate needs `source`
  --> exchange.toml:1:1
   |
 1 | [exchange]
   | ^^^^^^^^^^ no `source` here

error: `cny_per_usd` does not start with a number
  --> exchange.toml:2:15
   |
 2 | cny_per_usd = "seven"
   |               ^^^^^^^ expected a plain number, as in "2368"
)");
}

TEST_F(PriceFiles, TwoPricesOfOneThingAreOneRange) {
    const std::string problems = problems_of(row() + row({{"value", "\"200 USD\""}}));
    EXPECT_EQ(problems, R"(error: two prices are `x1/unit_price//2025`
  --> p.toml:8:1
   |
 8 | [[price]]
   | ^^^^^^^^^
hint: make them one range; the other is at p.toml:1
)");
}

// The committed prices.
const std::vector<Price>& committed_prices() {
    static const auto prices = [] {
        auto loaded = load_prices(fs::path(SLUICE_SOURCE_DIR) / "data/prices");
        if (loaded) return std::move(*loaded);
        ADD_FAILURE() << text::render(loaded.error());
        return std::vector<Price>{};
    }();
    return prices;
}

TEST(CommittedPrices, AreOfKnownChipsAndPlaces) {
    const auto world = load(fs::path(SLUICE_SOURCE_DIR) / "data");
    ASSERT_TRUE(world) << text::render(world.error());
    EXPECT_GT(committed_prices().size(), 90U);
    for (const Price& price : committed_prices()) {
        const bool chip = price.kind == PriceKind::unit_price ||
                          price.kind == PriceKind::server_price || price.kind == PriceKind::rent;
        if (chip) {
            const bool known = std::ranges::any_of(
                world->chips, [&](const Chip& one) { return one.id == price.item; });
            EXPECT_TRUE(known) << price.id;
        }
        if (!price.place.empty()) {
            EXPECT_GE(world->places.find(price.place.substr(0, 2)), 0) << price.id;
        }
        EXPECT_GT(price.value.lo, Decimal{}) << price.id;
        EXPECT_LE(price.value.lo, price.value.hi) << price.id;
    }
}

// Figures of the survey, in dollars for one chip.
TEST(CommittedPrices, SayWhatTheSurveySays) {
    struct Case {
        const char* id;
        const char* usd;
    };
    const Case cases[] = {
        {"nvidia-h20-sxm-96gb/unit_price/CN/2024-02", "12000..15000"},
        {"nvidia-h800-sxm-80gb/rent/CN/2025-02", "2"},
        {"nvidia-h100-sxm-80gb/server_price//2023-05", "33625"},
        {"nvidia-h20-sxm-96gb/server_price/CN/2024-02", "24305.555556..24647.887324"},
        {"huawei-ascend-910b4-32gb/unit_price/CN/2024-02", "15277.777778..16901.408451"},
        {"nvidia-a100-sxm-80gb/rent/US/2024-09", "1.25"},
        {"electricity/electricity/US/2025-12", "0.091"},
    };
    for (const Case& c : cases) {
        const auto at = std::ranges::find(committed_prices(), c.id, &Price::id);
        ASSERT_NE(at, committed_prices().end()) << c.id;
        EXPECT_EQ(to_string(at->value, quantity::Dimension::number), c.usd) << c.id;
    }
}

}  // namespace
}  // namespace sluice::facts
