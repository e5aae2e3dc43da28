#include "facts/price.h"

#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "facts/data_file.h"

namespace sluice::facts {
namespace {

using quantity::Decimal;
using quantity::Range;

// Names and units by PriceKind.
constexpr std::array<std::string_view, 7> kind_names{"unit_price",         "server_price", "rent",
                                                     "capex_per_mw",       "electricity",  "pue",
                                                     "construction_tariff"};
constexpr std::array<std::string_view, 7> kind_units{"USD",     "USD", "USD/h", "USD/MW",
                                                     "USD/kWh", "",    "%"};
constexpr std::array<std::string_view, 4> price_confidences{"primary", "secondary", "estimate",
                                                            "rumour"};

// A number or two with dots between, without a unit.
std::optional<Range> read_plain_range(TableReader& table, const Node& node, std::string_view key,
                                      std::string_view text) {
    auto range = quantity::parse_range_as(quantity::Dimension::number, key, text);
    if (range && range->lo > Decimal{} && range->hi < Decimal::largest()) return *range;
    if (range)
        table.fail(node, fmt::format("`{}` is a number above 0", key));
    else
        table.fail(node, range.error());
    return std::nullopt;
}

// Dollars: the low end at the high rate, so that the true figure lies between.
Range divided(Range value, Range by) {
    return {quantity::rounded_ratio(value.lo, by.hi, 6),
            quantity::rounded_ratio(value.hi, by.lo, 6)};
}

// `stated` in the unit of its kind, still for all chips. Yuan may be written for any dollar.
std::optional<Range> read_value(TableReader& table, const Price& price,
                                const std::optional<Range>& cny_per_usd) {
    if (price.stated.empty()) return std::nullopt;
    const Node& node = *table.take("value");
    const std::string_view wanted = unit_of(price.kind), text = price.stated;
    const std::size_t blank = wanted.empty() ? text.npos : text.rfind(' ');
    const std::string_view unit = blank == text.npos ? "" : text.substr(blank + 1);
    const bool yuan =
        wanted.starts_with("USD") && unit.starts_with("CNY") && unit.substr(3) == wanted.substr(3);
    if (unit != wanted && !yuan) {
        std::string units{wanted};
        if (wanted.starts_with("USD")) units += fmt::format(" or CNY{}", wanted.substr(3));
        table.fail(node, fmt::format("a `{}` is in {}", to_string(price.kind), units),
                   "another unit or none");
        return std::nullopt;
    }
    const auto range = read_plain_range(table, node, "value", text.substr(0, blank));
    if (!range || !yuan) return range;
    if (cny_per_usd) return divided(*range, *cny_per_usd);
    table.fail(node, "yuan without a rate", {}, "state `cny_per_usd` in exchange.toml");
    return std::nullopt;
}

void read_price(const DataFile& file, const Node& node, const std::optional<Range>& cny_per_usd,
                std::vector<Price>& prices, text::Diagnostics& problems) {
    TableReader table(file, node, "a price", problems);
    Price price{.where = file.where(node)};
    for (const auto key : {"kind", "on", "confidence"}) table.required(key);
    const auto kind = table.word("kind", kind_names);
    if (kind) price.kind = static_cast<PriceKind>(*kind);
    const auto items = table.required_texts("item");
    auto places = table.texts("place");
    if (places.empty()) places.emplace_back();
    price.terms = table.text("terms");
    table.count("chips", price.chips, 1);
    price.on = table.calendar("on");
    price.since = quantity::first_day_of(price.on).value_or(quantity::Date{});
    price.stated = table.required_text("value");
    if (kind) {
        if (const auto value = read_value(table, price, cny_per_usd))
            price.value = divided(*value, {Decimal{price.chips}, Decimal{price.chips}});
    }
    price.sources = table.required_texts("source");
    if (const auto found = table.word("confidence", price_confidences))
        price.confidence = price_confidences[*found];
    table.text("note");
    table.finish();
    for (const std::string& item : items) {
        for (const std::string& place : places) {
            Price one = price;
            one.item = item;
            one.place = place;
            one.id = fmt::format("{}/{}/{}{}{}/{}", item, to_string(one.kind), place,
                                 one.terms.empty() ? "" : "/", one.terms, one.on);
            prices.push_back(std::move(one));
        }
    }
}

void refuse_twins(const std::vector<Price>& prices, text::Diagnostics& problems) {
    std::map<std::string_view, const Price*> seen;
    for (const Price& price : prices) {
        const auto [first, fresh] = seen.emplace(price.id, &price);
        const text::Location& other = first->second->where;
        if (!fresh)
            problems.push_back({.message = fmt::format("two prices are `{}`", price.id),
                                .where = price.where,
                                .hint = fmt::format("make them one range; the other is at {}:{}",
                                                    other.file, other.line)});
    }
}

std::optional<Range> read_exchange(const DataFile& file, text::Diagnostics& problems) {
    TableReader whole(file, file.root, "a file of prices", problems);
    whole.take("price", Node::Kind::array);
    const Node* node = whole.take("exchange", Node::Kind::table);
    whole.finish();
    if (node == nullptr) return std::nullopt;
    TableReader table(file, *node, "an exchange rate", problems);
    for (const auto key : {"on", "source"}) table.required(key);
    table.take("note");
    const std::string text = table.required_text("cny_per_usd");
    table.finish();
    if (text.empty()) return std::nullopt;
    return read_plain_range(table, *table.take("cny_per_usd"), "cny_per_usd", text);
}

}  // namespace

std::string_view to_string(PriceKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view unit_of(PriceKind kind) { return kind_units[static_cast<std::size_t>(kind)]; }

text::Result<std::vector<Price>> load_prices(const std::filesystem::path& dir) {
    text::Diagnostics problems;
    std::optional<Range> cny_per_usd;
    const auto files = read_data_files(dir, problems);
    for (const DataFile& file : files)
        if (const auto rate = read_exchange(file, problems)) cny_per_usd = rate;
    std::vector<Price> prices;
    for (const DataFile& file : files)
        for (const Node& node : file.root.list("price"))
            read_price(file, node, cny_per_usd, prices, problems);
    refuse_twins(prices, problems);
    return text::result_of(std::move(prices), std::move(problems));
}

}  // namespace sluice::facts
