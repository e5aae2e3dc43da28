// Prices: what chips, rents, buildings and power were said to cost, when, where, and by whom.
//
// data/prices/*.toml. Every value carries its unit; yuan become dollars at the one rate that
// exchange.toml states. `item` and `place` may be lists: one row for each.
//
//   [[price]]
//   item = "nvidia-h20-sxm-96gb"  kind = "server_price"  place = "CN"  chips = 8
//   value = "1_400_000 CNY"  on = "2024-02"  source = "…"  confidence = "secondary"
//
// `on` is a day, a month or a year, and holds from its first day. Prices are list, press or dealer
// statements, never contracts: a range is the rule.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "quantity/date.h"
#include "quantity/unit.h"
#include "text/diagnostic.h"

namespace sluice::facts {

// What is priced, and the unit of `Price::usd`. Written in files as spelt here.
enum class PriceKind : std::uint8_t {
    unit_price,    // USD a chip, card or module, without a server
    server_price,  // USD a chip, with its share of the server or rack
    rent,          // USD a chip-hour
    capex_per_mw,  // USD a MW of IT load: item `building`, or `all_in` with what stands in it
    electricity,   // USD a kWh
    pue,           // ratio: energy of the site over energy of its IT load
    construction_tariff,  // % on the cost of a building
};
std::string_view to_string(PriceKind kind);
std::string_view unit_of(PriceKind kind);  // "USD", "USD/h", "USD/MW", "USD/kWh", "", "%"

struct Price {
    std::string id{};    // "nvidia-h20-sxm-96gb/unit_price/CN/2024-02": made, unique
    std::string item{};  // chip id; "building", "all_in", "electricity", "pue", …
    PriceKind kind = PriceKind::unit_price;
    std::string place{};      // ISO 3166: "CN", "US-IA"; "" when not stated
    std::string terms{};      // "" new, on demand; "1 year", "3 years", "month", "spot", "used"
    quantity::Range value{};  // in unit_of(kind), for one chip
    std::string stated{};     // as written, for all `chips`: "1_400_000 CNY"
    int chips = 1;            // that `stated` is for
    quantity::Date since{};   // first day of `on`
    std::string on{};         // "2024-02"
    std::vector<std::string> sources{};
    std::string confidence{};  // "primary", "secondary", "estimate", "rumour"
    text::Location where{};    // of the row, for messages
};

// Reads dir/*.toml: every problem of every file at once.
text::Result<std::vector<Price>> load_prices(const std::filesystem::path& dir);

}  // namespace sluice::facts
