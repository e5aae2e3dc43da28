// Money: what a fleet costs an hour, rented or owned, and from that a token, a run; and a deal.
//
//   const PricesOn prices{all, date};                     // the only way in: prices have a date
//   const Cost hourly = cost_of_owning(prices, fleet, assume, duty);
//   const Cost tokens = cost_per_million_tokens(hourly, tokens_per_second, assume);
//
// A Cost is a list of labelled lines, each an interval in USD, dated and sourced; its total is
// their exact sum. A price that nobody stated is named in `missing`, and then there is no total:
// unknown is never zero. Interest, staff, taxes and the resale of old chips are left out.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/price.h"

namespace sluice::money {

using quantity::Range;  // an interval; exact in millionths of its unit

// The nearest number of millionths, and at most the largest: a Range from doubles, for what
// was computed. Requires: 0 <= lo <= hi.
Range about(double lo, double hi);

struct PricesOn {
    std::span<const facts::Price> all{};
    quantity::Date date{};
};

// The nearest earlier price. Its place is, in this order: the place asked for, the country of that
// place ("US" for "US-IA"), not stated, and for what can be shipped or built alike, any other.
struct Quote {
    const facts::Price* price = nullptr;  // lives as long as PricesOn::all
    int age_days = 0;                     // from the first day of its date; never negative
    bool elsewhere = false;               // of another place: a stand-in
};
// Or the name of what is missing: "rent of `nvidia-h20-sxm-96gb`".
std::expected<Quote, std::string> find_price(const PricesOn& prices, facts::PriceKind kind,
                                             std::string_view item, std::string_view place,
                                             std::string_view terms = {});

struct CostLine {
    std::string label{};  // "servers", "electricity"
    Range usd{};          // in the unit of its Cost
    std::string basis{};  // "12000..15000 USD, CN, 2024-02, 14 months old"; or the assumption
    std::string source{};
    std::string date{};        // as the price states it; "" for an assumption
    std::string confidence{};  // of the price; "judgement" for an assumption
};

struct Cost {
    std::string unit{};  // "USD/h", "USD per million tokens", "USD"
    std::vector<CostLine> lines{};
    std::vector<std::string> missing{};  // facts without which there is no total
    std::optional<Range> total() const;  // the exact sum of the lines; no line is left out of it
};

struct Fleet {
    std::string chip{};  // its id
    double chips = 1;
    std::string place{};    // ISO 3166: "CN", "US-IA"
    double watts = 0;       // drawn at work by a chip with its share of host; 0 unknown
    double peak_watts = 0;  // that the building must supply for it; 0 unknown
};

// What no price list says. Callers print these beside the answer.
struct Assumptions {
    double years = 4;            // > 0: straight-line life of chips, servers, network (judgement)
    double building_years = 15;  // > 0: of the building (judgement)
    double utilisation = 1;      // (0, 1]: share of hours with work; 1 is the lowest cost
    // Network over chips or servers. High end: 13 % network to 39 % GPU of an all-in site
    // (Bernstein, October 2025); low end judgement, as servers carry their own NICs.
    Range network{quantity::Decimal::from_millionths(150'000),
                  quantity::Decimal::from_millionths(333'333)};
    std::string terms{};             // of a rent: "" on demand, "1 year", "3 years", "month"
    std::string pue = "hyperscale";  // or "colocation", "average"
};

// A duty on import from the law's tariff axis, which this folder does not know. The rate is in
// percent, 0..25 when it is undetermined whether the duty applies.
struct Duty {
    Range percent{};
    std::string label{};  // "Section 232 duty"
    std::string source{};
    std::string date{};
};
// "25 % ad valorem" -> 25.
std::optional<Range> ad_valorem_percent(std::string_view rate);

// chips x rent.
Cost cost_of_renting(const PricesOn& prices, const Fleet& fleet, const Assumptions& assume);

// USD an hour, with H = 8,760 hours a year:
//   servers       chips x price / (years x H); chips alone where no server price is known
//   network       network x servers
//   duty          percent x servers
//   building      chips x peak_watts / 1e6 x capex per MW / (building_years x H)
//   its tariffs   percent x building, where one is known for the place
//   electricity   chips x watts / 1000 x PUE x price per kWh
// Power is paid for every hour, also at utilisation below 1: an upper bound.
Cost cost_of_owning(const PricesOn& prices, const Fleet& fleet, const Assumptions& assume,
                    const std::optional<Duty>& duty = {});

// hourly / (tokens per second x 3600 x utilisation) x 1e6. Requires: lo of the rate > 0.
Cost cost_per_million_tokens(const Cost& hourly, Range tokens_per_second,
                             const Assumptions& assume);

// hourly / chips of its fleet x chip-hours. Requires: chips > 0.
Cost cost_of_run(const Cost& hourly, double chips, Range chip_hours);

// quantity x unit price, and the duty on it; a share of the server where only that is known.
Cost cost_of_deal(const PricesOn& prices, const Fleet& bought,
                  const std::optional<Duty>& duty = {});

}  // namespace sluice::money
