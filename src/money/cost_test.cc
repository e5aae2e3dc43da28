#include "money/cost.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace sluice::money {
namespace {

using facts::Price;
using facts::PriceKind;
using quantity::Decimal;
using quantity::make_date;

constexpr const char* h20 = "nvidia-h20-sxm-96gb";
constexpr const char* h800 = "nvidia-h800-sxm-80gb";

const std::vector<Price>& committed() {
    static const auto prices = [] {
        auto loaded = facts::load_prices(std::filesystem::path(SLUICE_SOURCE_DIR) / "data/prices");
        if (loaded) return std::move(*loaded);
        ADD_FAILURE() << text::render(loaded.error());
        return std::vector<Price>{};
    }();
    return prices;
}

std::string shown(const std::optional<Range>& usd) {
    return usd ? to_string(*usd, quantity::Dimension::money) : "none";
}

Price price(PriceKind kind, const std::string& item, std::string place, double lo, double hi,
            quantity::Date since, std::string terms = {}) {
    return {.id = item + place + to_string(since),
            .item = item,
            .kind = kind,
            .place = std::move(place),
            .terms = std::move(terms),
            .value = about(lo, hi),
            .stated = "a price",
            .since = since,
            .on = to_string(since),
            .sources = {"one", "two"},
            .confidence = "secondary"};
}

// A place where everything has a round price.
std::vector<Price> small_market() {
    const auto day = make_date(2025, 1, 1);
    return {price(PriceKind::unit_price, "x1", "US", 1000, 2000, day),
            price(PriceKind::server_price, "x1", "US", 35'040, 70'080, day),
            price(PriceKind::rent, "x1", "", 1, 3, day),
            price(PriceKind::rent, "x1", "", 0.5, 0.5, day, "1 year"),
            price(PriceKind::capex_per_mw, "building", "US", 13'140'000, 26'280'000, day),
            price(PriceKind::construction_tariff, "building", "US", 10, 20, day),
            price(PriceKind::electricity, "electricity", "US", 0.1, 0.2, day),
            price(PriceKind::pue, "hyperscale", "", 1, 1.5, day)};
}

Fleet small_fleet() {
    return {.chip = "x1", .chips = 100, .place = "US", .watts = 1000, .peak_watts = 2000};
}

TEST(FindPrice, TakesTheNearestEarlierOne) {
    const std::vector<Price> all{price(PriceKind::rent, "x1", "", 5, 5, make_date(2024, 1, 1)),
                                 price(PriceKind::rent, "x1", "", 4, 4, make_date(2025, 1, 1)),
                                 price(PriceKind::rent, "x1", "", 3, 3, make_date(2026, 1, 1))};
    struct Case {
        quantity::Date on;
        const char* expected;
        int age_days;
    };
    const Case cases[] = {{make_date(2024, 1, 1), "5 USD", 0},
                          {make_date(2024, 12, 31), "5 USD", 365},
                          {make_date(2025, 1, 1), "4 USD", 0},
                          {make_date(2027, 1, 1), "3 USD", 365}};
    for (const Case& c : cases) {
        const auto quote = find_price({all, c.on}, PriceKind::rent, "x1", "US");
        ASSERT_TRUE(quote) << quote.error();
        EXPECT_EQ(shown(quote->price->value), c.expected) << to_string(c.on);
        EXPECT_EQ(quote->age_days, c.age_days);
    }
    const auto none = find_price({all, make_date(2023, 12, 31)}, PriceKind::rent, "x1", "US");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error(), "rent of `x1` by 2023-12-31 (first known: 2024-01-01)");
}

TEST(FindPrice, PrefersThePlace) {
    const auto old = make_date(2024, 1, 1), young = make_date(2025, 1, 1);
    const std::vector<Price> all{price(PriceKind::rent, "x1", "CN", 1, 1, young),
                                 price(PriceKind::rent, "x1", "US", 2, 2, old),
                                 price(PriceKind::rent, "x1", "US-IA", 3, 3, old),
                                 price(PriceKind::rent, "x2", "", 4, 4, old),
                                 price(PriceKind::rent, "x2", "CN", 5, 5, young),
                                 price(PriceKind::electricity, "electricity", "CN", 6, 6, old)};
    struct Case {
        const char* item;
        const char* place;
        const char* expected;
        bool elsewhere;
    };
    const Case cases[] = {{"x1", "US", "2 USD", false},    {"x1", "US-IA", "3 USD", false},
                          {"x1", "US-NY", "2 USD", false}, {"x1", "MY", "1 USD", true},
                          {"x1", "", "1 USD", true},       {"x2", "US", "4 USD", false},
                          {"x2", "CN", "5 USD", false}};
    for (const Case& c : cases) {
        const auto quote = find_price({all, young}, PriceKind::rent, c.item, c.place);
        ASSERT_TRUE(quote) << quote.error();
        EXPECT_EQ(shown(quote->price->value), c.expected) << c.item << " in " << c.place;
        EXPECT_EQ(quote->elsewhere, c.elsewhere);
    }
    // The grid of one country says nothing about another's.
    const auto power = find_price({all, young}, PriceKind::electricity, "electricity", "MY");
    ASSERT_FALSE(power);
    EXPECT_EQ(power.error(), "price of electricity in `MY`");
}

TEST(CostOfOwning, LinesFollowTheFormulasAndAddUpExactly) {
    const auto market = small_market();
    const Duty duty{.percent = about(25, 25),
                    .label = "Section 232 duty",
                    .source = "law",
                    .date = "2026-01-15"};
    const Cost cost = cost_of_owning({market, make_date(2025, 3, 1)}, small_fleet(), {}, duty);
    struct Expected {
        const char* label;
        const char* usd;
        const char* basis;
    };
    const Expected expected[] = {
        {"servers", "100..200 USD", "a price, US, 2025-01-01, 59 days old"},  // 35,040 / 35,040 h
        {"network", "15..66.6666 USD", "0.15..0.333333 of the line `servers`"},
        {"Section 232 duty", "25..50 USD", "25 % of the line `servers`"},
        {"building", "20..40 USD", "a price, US, 2025-01-01, 59 days old"},  // 0.2 MW, 131,400 h
        {"tariffs on the building", "2..8 USD", "a price, US, 2025-01-01, 59 days old"},
        {"electricity", "10..30 USD",
         "a price, US, 2025-01-01, 59 days old; PUE a price, 2025-01-01, 59 days old"},
    };
    EXPECT_EQ(cost.unit, "USD/h");
    EXPECT_TRUE(cost.missing.empty());
    ASSERT_EQ(cost.lines.size(), std::size(expected));
    Range sum{};
    for (std::size_t i = cost.lines.size(); i-- > 0;) {  // in any order
        const CostLine& line = cost.lines[i];
        EXPECT_EQ(line.label, expected[i].label);
        EXPECT_EQ(shown(line.usd), expected[i].usd) << line.label;
        EXPECT_EQ(line.basis, expected[i].basis) << line.label;
        sum = {sum.lo + line.usd.lo, sum.hi + line.usd.hi};
    }
    EXPECT_EQ(cost.total(), sum);
    EXPECT_EQ(shown(cost.total()), "172..394.6666 USD");
    EXPECT_EQ(cost.lines[0].source, "one; two");
    EXPECT_EQ(cost.lines[0].date, "2025-01-01");
    EXPECT_EQ(cost.lines[1].confidence, "judgement");
}

TEST(CostOfOwning, SaysWhichPricesStandIn) {
    auto market = small_market();
    std::erase_if(market, [](const Price& p) { return p.kind == PriceKind::server_price; });
    market.push_back(
        price(PriceKind::electricity, "electricity", "MY", 0.1, 0.1, make_date(2025, 1, 1)));
    Fleet fleet = small_fleet();
    fleet.place = "MY";
    const Cost cost = cost_of_owning({market, make_date(2026, 1, 1)}, fleet, {});
    ASSERT_EQ(cost.lines.size(), 4U);  // no tariffs on a building in Malaysia are known
    EXPECT_EQ(cost.lines[0].label, "chips, without the servers around them");
    EXPECT_EQ(cost.lines[0].basis, "a price, US (a stand-in), 2025-01-01, 12 months old");
    EXPECT_TRUE(cost.total());
}

TEST(CostOfOwning, NamesWhatIsMissingAndGivesNoTotal) {
    const Fleet fleet{.chip = "x9", .place = "FR"};
    const Cost cost = cost_of_owning({small_market(), make_date(2024, 1, 1)}, fleet, {});
    const std::vector<std::string> missing{
        "server price of `x9`",
        "capex per mw of `building` by 2024-01-01 (first known: 2025-01-01)",
        "peak power of `x9`",
        "price of electricity in `FR`",
        "pue of `hyperscale` by 2024-01-01 (first known: 2025-01-01)",
        "power of `x9` at work"};
    EXPECT_EQ(cost.missing, missing);
    EXPECT_EQ(cost.total(), std::nullopt);
}

TEST(CostOfRenting, IsAnIntervalByTerms) {
    const auto market = small_market();
    const PricesOn prices{market, make_date(2025, 1, 1)};
    EXPECT_EQ(shown(cost_of_renting(prices, small_fleet(), {}).total()), "100..300 USD");
    EXPECT_EQ(shown(cost_of_renting(prices, small_fleet(), {.terms = "1 year"}).total()), "50 USD");
    const Cost none = cost_of_renting(prices, small_fleet(), {.terms = "3 years"});
    EXPECT_EQ(none.missing, std::vector<std::string>{"rent of `x1` for 3 years"});
    EXPECT_EQ(none.total(), std::nullopt);
}

TEST(CostPerMillionTokens, FollowsTheRateAndTheUse) {
    const auto market = small_market();
    const Cost hourly =
        cost_of_renting({market, make_date(2025, 1, 1)}, small_fleet(), {});  // 100..300 USD/h
    struct Case {
        Range tokens_per_second;
        double utilisation;
        const char* expected;
    };
    const Case cases[] = {{about(100'000, 100'000), 1, "0.277778..0.833333 USD"},
                          {about(100'000, 200'000), 1, "0.138889..0.833333 USD"},
                          {about(100'000, 100'000), 0.5, "0.555556..1.666667 USD"}};
    for (const Case& c : cases) {
        const Cost cost =
            cost_per_million_tokens(hourly, c.tokens_per_second, {.utilisation = c.utilisation});
        EXPECT_EQ(cost.unit, "USD per million tokens");
        EXPECT_EQ(shown(cost.total()), c.expected);
    }
    // What is missing an hour is missing a token.
    const Cost unknown =
        cost_per_million_tokens({.unit = "USD/h", .missing = {"rent of `x9`"}}, about(1, 1), {});
    EXPECT_EQ(unknown.total(), std::nullopt);
    EXPECT_EQ(unknown.missing, std::vector<std::string>{"rent of `x9`"});
}

TEST(CostOfRun, OfTheKnownTrainingRun) {
    const PricesOn prices{committed(), make_date(2025, 2, 28)};
    for (const double chips : {1.0, 2048.0}) {
        const Cost hourly =
            cost_of_renting(prices, {.chip = h800, .chips = chips, .place = "CN"}, {});
        const Cost run = cost_of_run(hourly, chips, about(2'664'000, 2'664'000));
        EXPECT_EQ(shown(run.total()), "5328000 USD");
        EXPECT_EQ(run.unit, "USD");
    }
    const Cost hourly = cost_of_renting(prices, {.chip = h800, .place = "CN"}, {});
    EXPECT_EQ(shown(cost_of_run(hourly, 1, about(10, 20)).total()), "20..40 USD");
}

TEST(CostOfDeal, OfSixteenThousandH20) {
    for (const auto on : {make_date(2024, 2, 1), make_date(2024, 12, 31), make_date(2025, 4, 9)}) {
        const Cost deal =
            cost_of_deal({committed(), on}, {.chip = h20, .chips = 16'000, .place = "CN"});
        EXPECT_EQ(shown(deal.total()), "192000000..240000000 USD") << to_string(on);
    }
    const auto unit =
        find_price({committed(), make_date(2024, 6, 1)}, PriceKind::unit_price, h20, "CN");
    ASSERT_TRUE(unit);
    EXPECT_EQ(shown(unit->price->value), "12000..15000 USD");
}

TEST(CostOfDeal, BearsTheDuty) {
    const auto market = small_market();
    const PricesOn prices{market, make_date(2026, 2, 1)};
    const Fleet bought{.chip = "x1", .chips = 10, .place = "CN"};
    const Duty sure{.percent = *ad_valorem_percent("25 % ad valorem"), .label = "Section 232 duty"};
    EXPECT_EQ(shown(cost_of_deal(prices, bought).total()), "10000..20000 USD");
    EXPECT_EQ(shown(cost_of_deal(prices, bought, sure).total()), "12500..25000 USD");
    const Duty perhaps{.percent = about(0, 25), .label = "Section 232 duty"};
    EXPECT_EQ(shown(cost_of_deal(prices, bought, perhaps).total()), "10000..25000 USD");
}

TEST(CostOfDeal, UnknownChipsAreNamed) {
    const PricesOn prices{committed(), make_date(2026, 11, 1)};
    const Cost deal = cost_of_deal(prices, {.chip = "cerebras-wse-3", .chips = 4, .place = "AE"});
    EXPECT_EQ(deal.missing, std::vector<std::string>{"unit price of `cerebras-wse-3`"});
    EXPECT_EQ(deal.total(), std::nullopt);
    const Cost rent = cost_of_renting(prices, {.chip = h20, .place = "CN"}, {});
    EXPECT_EQ(rent.missing, std::vector<std::string>{"rent of `nvidia-h20-sxm-96gb`"});
}

TEST(CostOfDeal, WithoutAUnitPriceTakesTheServers) {
    const PricesOn prices{committed(), make_date(2024, 3, 1)};
    const Cost deal = cost_of_deal(prices, {.chip = h800, .chips = 8, .place = "CN"});
    ASSERT_EQ(deal.lines.size(), 1U);
    EXPECT_EQ(deal.lines[0].label, "chips, in their servers");
    EXPECT_EQ(deal.lines[0].basis, "2_000_000 CNY for 8 chips, CN, 2024-02, 29 days old");
    EXPECT_EQ(shown(deal.total()), "277777.777776..281690.140848 USD");
}

TEST(AdValorem, ReadsTheRateOfTheLaw) {
    EXPECT_EQ(ad_valorem_percent("25 % ad valorem"), about(25, 25));
    EXPECT_EQ(ad_valorem_percent("0..25 % ad valorem"), about(0, 25));
    EXPECT_EQ(ad_valorem_percent("25 % of value"), std::nullopt);
    EXPECT_EQ(ad_valorem_percent("much ad valorem"), std::nullopt);
}

TEST(Totals, OfAbsurdFleetsStayAtTheLargest) {
    const auto market = small_market();
    Fleet fleet = small_fleet();
    fleet.chips = 1e15;
    const auto total = cost_of_owning({market, make_date(2025, 3, 1)}, fleet, {}).total();
    ASSERT_TRUE(total);
    EXPECT_EQ(total->hi, Decimal::largest());
}

// A fleet of today's chips can be owned in China and the United States.
TEST(CommittedPrices, CoverOwnershipWhereItMatters) {
    for (const char* chip :
         {h20, h800, "nvidia-h100-sxm-80gb", "nvidia-a100-sxm-80gb", "nvidia-b300-sxm-270gb",
          "huawei-ascend-910c-128gb", "amd-mi300x-192gb"}) {
        for (const char* place : {"CN", "US"}) {
            const Fleet fleet{
                .chip = chip, .chips = 8, .place = place, .watts = 700, .peak_watts = 1300};
            const Cost cost = cost_of_owning({committed(), make_date(2026, 11, 1)}, fleet, {});
            EXPECT_TRUE(cost.total()) << chip << " in " << place;
        }
    }
}

}  // namespace
}  // namespace sluice::money
