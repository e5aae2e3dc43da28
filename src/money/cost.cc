#include "money/cost.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "text/check.h"

namespace sluice::money {
namespace {

using facts::Price;
using facts::PriceKind;
using quantity::Decimal;

constexpr double hours_a_year = 8760;

Decimal nearest(double value) {
    const Decimal most = Decimal::largest();
    return value < most.approximate() ? Decimal::from_millionths(std::llround(value * 1e6)) : most;
}

Range scaled(Range a, double lo, double hi) {
    return about(a.lo.approximate() * lo, a.hi.approximate() * hi);
}
Range scaled(Range a, double factor) { return scaled(a, factor, factor); }
Range product(Range a, Range b, double factor) {
    return scaled(a, b.lo.approximate() * factor, b.hi.approximate() * factor);
}

// 0 the place itself, 1 its country, 2 not stated, 3 elsewhere, 4 of no use here. What a grid or a
// customs office charges says nothing about another country.
int distance(const Price& price, std::string_view place) {
    if (price.place == place) return 0;
    if (price.place == place.substr(0, 2)) return 1;
    if (price.place.empty()) return 2;
    const bool local =
        price.kind == PriceKind::electricity || price.kind == PriceKind::construction_tariff;
    return local ? 4 : 3;
}

std::string name_of(PriceKind kind, std::string_view item, std::string_view place) {
    const std::string where = place.empty() ? "no stated place" : fmt::format("`{}`", place);
    if (kind == PriceKind::electricity) return fmt::format("price of electricity in {}", where);
    std::string spoken{to_string(kind)};
    std::ranges::replace(spoken, '_', ' ');
    return fmt::format("{} of `{}`", spoken, item);
}

CostLine line_of(std::string label, Range usd, const Quote& quote) {
    const Price& price = *quote.price;
    std::string basis = price.stated;
    if (price.chips > 1) basis += fmt::format(" for {} chips", price.chips);
    if (price.kind == PriceKind::pue) basis.insert(0, "PUE ");
    if (!price.terms.empty()) basis += ", " + price.terms;
    if (!price.place.empty()) basis += ", " + price.place;
    if (quote.elsewhere) basis += " (a stand-in)";
    const bool young = quote.age_days < 61;
    basis +=
        fmt::format(", {}, {} {} old", price.on, young ? quote.age_days : quote.age_days * 12 / 365,
                    young ? "days" : "months");
    std::string sources = fmt::format("{}", fmt::join(price.sources, "; "));
    return {std::move(label),   usd,      std::move(basis),
            std::move(sources), price.on, price.confidence};
}

// The chips of a fleet by the kind of price wanted, or by the other kind, which the label says.
std::optional<CostLine> goods_line(const PricesOn& prices, const Fleet& fleet, PriceKind wanted,
                                   double factor, Cost& cost) {
    const bool servers = wanted == PriceKind::server_price;
    auto quote = find_price(prices, wanted, fleet.chip, fleet.place);
    std::string label = servers ? "servers" : "chips";
    if (!quote) {
        cost.missing.push_back(quote.error());
        quote = find_price(prices, servers ? PriceKind::unit_price : PriceKind::server_price,
                           fleet.chip, fleet.place);
        if (!quote) return std::nullopt;
        cost.missing.pop_back();
        label = servers ? "chips, without the servers around them" : "chips, in their servers";
    }
    return line_of(std::move(label), scaled(quote->price->value, fleet.chips * factor), *quote);
}

void add_duty(Cost& cost, const CostLine& goods, const std::optional<Duty>& duty) {
    if (!duty) return;
    const std::string percent = to_string(duty->percent, quantity::Dimension::percent);
    std::string basis = fmt::format("{} of the line `{}`", percent, goods.label);
    cost.lines.push_back({duty->label, product(goods.usd, duty->percent, 0.01), std::move(basis),
                          duty->source, duty->date, "law"});
}

void add_site(const PricesOn& prices, const Fleet& fleet, const Assumptions& assume, Cost& cost) {
    const auto found = [&](PriceKind kind, std::string_view item) {
        auto quote = find_price(prices, kind, item, fleet.place);
        if (!quote) cost.missing.push_back(quote.error());
        return quote;
    };
    const double peak = fleet.chips * fleet.peak_watts;
    const auto capex = found(PriceKind::capex_per_mw, "building");
    if (peak <= 0) cost.missing.push_back(fmt::format("peak power of `{}`", fleet.chip));
    if (peak > 0 && capex) {
        const Range usd =
            scaled(capex->price->value, peak / 1e6 / (assume.building_years * hours_a_year));
        cost.lines.push_back(line_of("building", usd, *capex));
        // Where nobody states a tariff there is none to add: the one price that may be absent.
        const auto tariff =
            find_price(prices, PriceKind::construction_tariff, "building", fleet.place);
        if (tariff)
            cost.lines.push_back(line_of("tariffs on the building",
                                         product(usd, tariff->price->value, 0.01), *tariff));
    }
    const auto power = found(PriceKind::electricity, "electricity");
    const auto pue = found(PriceKind::pue, assume.pue);
    if (fleet.watts <= 0) cost.missing.push_back(fmt::format("power of `{}` at work", fleet.chip));
    if (fleet.watts <= 0 || !power || !pue) return;
    CostLine line = line_of(
        "electricity",
        product(power->price->value, pue->price->value, fleet.chips * fleet.watts / 1000), *power);
    line.basis += "; " + line_of({}, {}, *pue).basis;
    cost.lines.push_back(std::move(line));
}

Cost scaled(Cost cost, std::string unit, double lo, double hi) {
    cost.unit = std::move(unit);
    for (CostLine& line : cost.lines) line.usd = scaled(line.usd, lo, hi);
    return cost;
}

}  // namespace

Range about(double lo, double hi) {
    CHECK(0 <= lo && lo <= hi);
    return {nearest(lo), nearest(hi)};
}

std::expected<Quote, std::string> find_price(const PricesOn& prices, PriceKind kind,
                                             std::string_view item, std::string_view place,
                                             std::string_view terms) {
    const Price* best = nullptr;
    const Price* later = nullptr;  // the first that comes too late, for the message
    const auto rank = [&](const Price& price) {
        return std::pair(distance(price, place), -price.since.days);
    };
    for (const Price& price : prices.all) {
        if (price.kind != kind || price.item != item || price.terms != terms) continue;
        if (distance(price, place) > 3) continue;
        if (price.since <= prices.date)
            best = best == nullptr || rank(price) < rank(*best) ? &price : best;
        else if (later == nullptr || price.since < later->since)
            later = &price;
    }
    if (best != nullptr)
        return Quote{.price = best,
                     .age_days = prices.date.days - best->since.days,
                     .elsewhere = distance(*best, place) == 3};
    std::string what = name_of(kind, item, place);
    if (!terms.empty()) what += fmt::format(" for {}", terms);
    if (later != nullptr)
        what += fmt::format(" by {} (first known: {})", to_string(prices.date), later->on);
    return std::unexpected(std::move(what));
}

std::optional<Range> Cost::total() const {
    if (lines.empty() || !missing.empty()) return std::nullopt;
    Range sum{};
    for (const CostLine& line : lines)
        sum = {quantity::capped_sum(sum.lo, line.usd.lo),
               quantity::capped_sum(sum.hi, line.usd.hi)};
    return sum;
}

std::optional<Range> ad_valorem_percent(std::string_view rate) {
    constexpr std::string_view tail = " ad valorem";
    if (!rate.ends_with(tail)) return std::nullopt;
    rate.remove_suffix(tail.size());
    const auto percent = quantity::parse_range_as(quantity::Dimension::percent, "rate", rate);
    return percent ? std::optional{*percent} : std::nullopt;
}

Cost cost_of_renting(const PricesOn& prices, const Fleet& fleet, const Assumptions& assume) {
    Cost cost{.unit = "USD/h"};
    const auto rent = find_price(prices, PriceKind::rent, fleet.chip, fleet.place, assume.terms);
    if (!rent)
        cost.missing.push_back(rent.error());
    else
        cost.lines.push_back(line_of("rent", scaled(rent->price->value, fleet.chips), *rent));
    return cost;
}

Cost cost_of_owning(const PricesOn& prices, const Fleet& fleet, const Assumptions& assume,
                    const std::optional<Duty>& duty) {
    Cost cost{.unit = "USD/h"};
    const double an_hour = 1 / (assume.years * hours_a_year);
    if (const auto goods = goods_line(prices, fleet, PriceKind::server_price, an_hour, cost)) {
        cost.lines.push_back(*goods);
        const std::string share = to_string(assume.network, quantity::Dimension::number);
        cost.lines.push_back({"network", product(goods->usd, assume.network, 1),
                              fmt::format("{} of the line `{}`", share, goods->label),
                              "an assumption", "", "judgement"});
        add_duty(cost, *goods, duty);
    }
    add_site(prices, fleet, assume, cost);
    return cost;
}

Cost cost_per_million_tokens(const Cost& hourly, Range tokens_per_second,
                             const Assumptions& assume) {
    const double worked = 3600 * assume.utilisation / 1e6;
    return scaled(hourly, "USD per million tokens",
                  1 / (worked * tokens_per_second.hi.approximate()),
                  1 / (worked * tokens_per_second.lo.approximate()));
}

Cost cost_of_run(const Cost& hourly, double chips, Range chip_hours) {
    return scaled(hourly, "USD", chip_hours.lo.approximate() / chips,
                  chip_hours.hi.approximate() / chips);
}

Cost cost_of_deal(const PricesOn& prices, const Fleet& bought, const std::optional<Duty>& duty) {
    Cost cost{.unit = "USD"};
    if (const auto goods = goods_line(prices, bought, PriceKind::unit_price, 1, cost)) {
        cost.lines.push_back(*goods);
        add_duty(cost, *goods, duty);
    }
    return cost;
}

}  // namespace sluice::money
