#include "facts/fact.h"

#include <algorithm>
#include <utility>

#include "facts/name_index.h"

namespace sluice::facts {
namespace {

using quantity::Dimension;

// An order is part of the contract: a choice is stored as its index.
constexpr std::string_view item_choices[] = {"chip", "board", "computer", "hbm"};
constexpr std::string_view also_eccn_choices[] = {"none",  "3A001", "4A003", "4A004",
                                                  "4A005", "5A002", "5A004", "5A992"};
constexpr std::string_view act_choices[] = {"export", "reexport", "transfer", "export_from_abroad"};
constexpr std::string_view designer_choices[] = {"approved", "authorized", "neither"};
constexpr std::string_view packaging_choices[] = {"by_fabricator_outside_d5", "by_approved_osat",
                                                  "other"};
constexpr std::string_view end_use_choices[] = {"civil",
                                                "military",
                                                "military_intelligence",
                                                "supercomputer",
                                                "advanced_node_fab",
                                                "unknown_node_fab",
                                                "semiconductor_equipment",
                                                "nuclear",
                                                "missile",
                                                "chemical_biological",
                                                "model_training",
                                                "advanced_packaging"};
// From mildest to strictest, as law::Lane; a listing that prints no policy comes last.
constexpr std::string_view lane_choices[] = {"presumption_of_approval", "case_by_case",
                                             "presumption_of_denial", "policy_of_denial",
                                             "not_stated"};
// From mildest to strictest: of several owners the last one here governs.
constexpr std::string_view owner_choices[] = {"none", "meu_list", "entity_list", "sdn"};

constexpr auto yes_no = FactType::boolean;
using enum FactId;

constexpr auto fact_table = std::to_array<FactInfo>({
    {chip, "chip", FactType::chip},
    {item, "item", FactType::choice, Dimension::number, item_choices},
    {also_eccn, "also_eccn", FactType::choice, Dimension::number, also_eccn_choices},
    {tpp, "tpp", FactType::number},
    {die_area, "die_area", FactType::number, Dimension::area},
    {memory_bandwidth, "memory_bandwidth", FactType::number, Dimension::byte_rate},
    {io_bandwidth, "io_bandwidth", FactType::number, Dimension::byte_rate},
    {memory_bandwidth_density, "memory_bandwidth_density", FactType::number,
     Dimension::byte_rate_density},
    {marketed_for_datacentre, "marketed_for_datacentre", yes_no},
    {transistor_count, "transistor_count", FactType::number, Dimension::count_billion},
    {has_hbm, "has_hbm", yes_no},
    {advanced_node, "advanced_node", yes_no},
    {designer, "designer", FactType::party},
    {designer_headquarters, "designer_headquarters", FactType::place},
    {uncontrolled_foreign_equivalent, "uncontrolled_foreign_equivalent", yes_no},
    {act, "act", FactType::choice, Dimension::number, act_choices},
    {from, "from", FactType::place},
    {destination, "destination", FactType::place},
    {quantity, "quantity", FactType::number},
    {shipment_tpp, "shipment_tpp", FactType::number},
    {received_tpp, "received_tpp", FactType::number},
    {country_tpp, "country_tpp", FactType::number},
    {share_of_us_shipments, "share_of_us_shipments", FactType::number, Dimension::percent},
    {foundry_shipment, "foundry_shipment", yes_no},
    {designer_status, "designer_status", FactType::choice, Dimension::number, designer_choices},
    {parameters_attested, "parameters_attested", yes_no},
    {packaging, "packaging", FactType::choice, Dimension::number, packaging_choices},
    {seller, "seller", FactType::party},
    {seller_headquarters, "seller_headquarters", FactType::place},
    {seller_parent_headquarters, "seller_parent_headquarters", FactType::place},
    {headquarters, "headquarters", FactType::place},
    {parent_headquarters, "parent_headquarters", FactType::place},
    {majority_owner_headquarters, "majority_owner_headquarters", FactType::place},
    {end_use, "end_use", FactType::choice, Dimension::number, end_use_choices},
    {private_sector, "private_sector", yes_no},
    {entity_listed, "entity_listed", yes_no},
    {footnote_1, "footnote_1", yes_no},
    {footnote_3, "footnote_3", yes_no},
    {footnote_4, "footnote_4", yes_no},
    {footnote_5, "footnote_5", yes_no},
    {entity_lane, "entity_lane", FactType::choice, Dimension::number, lane_choices},
    {meu_listed, "meu_listed", yes_no},
    {sdn_listed, "sdn_listed", yes_no},
    {unverified_listed, "unverified_listed", yes_no},
    {denied_person, "denied_person", yes_no},
    {listed_ownership, "listed_ownership", FactType::number, Dimension::percent},
    {listed_owner, "listed_owner", FactType::choice, Dimension::number, owner_choices},
    {supp8_approved, "supp8_approved", yes_no},
});
static_assert(std::ranges::all_of(fact_table,
                                  [](const FactInfo& fact) {
                                      return &fact == &fact_table[index(fact.id)];
                                  }),
              "fact_table follows the enumeration");

// So that a reader may ask for every word of a file.
constexpr auto facts_by_name = sorted_by_name(fact_table);

}  // namespace

const FactInfo& info(FactId fact) { return fact_table[index(fact)]; }

int choice_code(FactId fact, std::string_view name) {
    const auto choices = info(fact).choices;
    const auto found = std::ranges::find(choices, name);
    return found == choices.end() ? -1 : static_cast<int>(found - choices.begin());
}

quantity::Range range_of(const Value& number) {
    using quantity::Decimal;
    return {Decimal::from_millionths(number.lo), Decimal::from_millionths(number.hi)};
}

Value product(const Value& a, const Value& b) {
    if (a.known == Known::absent || b.known == Known::absent) return Value::absent();
    if (a.known == Known::unknown || b.known == Known::unknown) return Value::unknown();
    const auto [x, y] = std::pair(range_of(a), range_of(b));
    const auto most = quantity::Decimal::largest();
    return Value::range({quantity::exact_product(x.lo, y.lo).value_or(most),
                         quantity::exact_product(x.hi, y.hi).value_or(most)});
}

std::string words(const Value& number, Dimension dimension, bool grouped) {
    if (number.known == Known::unknown) return "unknown";
    if (number.known == Known::absent) return "none";
    return quantity::to_string(range_of(number), dimension, grouped);
}

std::span<const FactInfo, fact_count> all_facts() { return fact_table; }

std::optional<FactId> find_fact(std::string_view name) {
    const FactInfo* found = find_sorted(facts_by_name, name);
    return found == nullptr ? std::nullopt : std::optional(found->id);
}

}  // namespace sluice::facts
