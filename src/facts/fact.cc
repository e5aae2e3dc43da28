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
    {chip, "chip", FactType::chip, "chip that is sold", "--chip nvidia-h20-sxm-96gb"},
    {item, "item", FactType::choice, "what is shipped: a bare chip, a board, a computer, or HBM",
     "--item board", Dimension::number, item_choices},
    {also_eccn, "also_eccn", FactType::choice,
     "second ECCN that describes the item too (the .z families)", "--also-eccn 5A992",
     Dimension::number, also_eccn_choices},
    {tpp, "tpp", FactType::number,
     "total processing performance of the chip: dense TOPS x bit length, highest format",
     "--tpp 2368"},
    {die_area, "die_area", FactType::number,
     "applicable die area of the chip (logic dies on a non-planar process)",
     "--die-area \"814 mm2\"", Dimension::area},
    {memory_bandwidth, "memory_bandwidth", FactType::number, "total DRAM bandwidth of the chip",
     "--memory-bandwidth \"4000 GB/s\"", Dimension::byte_rate},
    {io_bandwidth, "io_bandwidth", FactType::number,
     "total bandwidth of the chip's inputs and outputs, both directions, without its memory",
     "--io-bandwidth \"1028 GB/s\"", Dimension::byte_rate},
    {memory_bandwidth_density, "memory_bandwidth_density", FactType::number,
     "memory bandwidth of the HBM package or stack for each mm2 of it",
     "--memory-bandwidth-density \"2.78 GB/s/mm2\"", Dimension::byte_rate_density},
    {marketed_for_datacentre, "marketed_for_datacentre", yes_no,
     "is the chip designed or marketed for use in data centres", "--marketed-for-datacentre yes"},
    {transistor_count, "transistor_count", FactType::number,
     "transistors in all logic dies of the package on an advanced node, added up",
     "--transistor-count \"80 billion\"", Dimension::count_billion},
    {has_hbm, "has_hbm", yes_no, "does the package hold high-bandwidth memory", "--has-hbm yes"},
    {advanced_node, "advanced_node", yes_no,
     "is the logic made at 16/14 nm or below, or with non-planar transistors",
     "--advanced-node yes"},
    {designer, "designer", FactType::party, "company that designed the chip", "--designer NVIDIA"},
    {designer_headquarters, "designer_headquarters", FactType::place,
     "where the chip's designer, or its ultimate parent, has its headquarters",
     "--designer-headquarters US"},
    {uncontrolled_foreign_equivalent, "uncontrolled_foreign_equivalent", yes_no,
     "is there a foreign chip of the same kind that no control reaches",
     "--uncontrolled-foreign-equivalent no"},
    {act, "act", FactType::choice,
     "what is done: export from the United States, reexport, transfer, export from abroad",
     "--act reexport", Dimension::number, act_choices},
    {from, "from", FactType::place, "place from which the item is sent", "--from US"},
    {destination, "destination", FactType::place, "place to which the item goes", "--to CN"},
    {quantity, "quantity", FactType::number, "number of chips in the deal", "--quantity 16000"},
    {shipment_tpp, "shipment_tpp", FactType::number,
     "TPP of the whole deal: quantity x TPP of one chip", "--quantity 16000"},
    {received_tpp, "received_tpp", FactType::number,
     "TPP that this ultimate consignee received before in the same calendar year",
     "--received-tpp 26_900_000"},
    {country_tpp, "country_tpp", FactType::number,
     "TPP licensed to the destination country since 2025", "--country-tpp 790_000_000"},
    {share_of_us_shipments, "share_of_us_shipments", FactType::number,
     "shipments of this product to China and Macau after this order, as a share of those to "
     "customers in the United States",
     "--share-of-us-shipments \"50 %\"", Dimension::percent},
    {foundry_shipment, "foundry_shipment", yes_no,
     "is the exporter the front-end fabricator or packaging company of the chip",
     "--foundry-shipment no"},
    {designer_status, "designer_status", FactType::choice,
     "is the designer an approved or authorized IC designer", "--designer-status approved",
     Dimension::number, designer_choices},
    {parameters_attested, "parameters_attested", yes_no,
     "did the designer attest that the chip is below the parameters of 3A090.a",
     "--parameters-attested yes"},
    {packaging, "packaging", FactType::choice,
     "who packages the chip: its fabricator outside D:5 and Macau, an approved OSAT, another",
     "--packaging by_approved_osat", Dimension::number, packaging_choices},
    {seller, "seller", FactType::party, "company that sells the chip", "--seller NVIDIA"},
    {seller_headquarters, "seller_headquarters", FactType::place,
     "where the seller has its headquarters", "--seller-headquarters US"},
    {seller_parent_headquarters, "seller_parent_headquarters", FactType::place,
     "where the seller's ultimate parent has its headquarters", "--seller-parent-headquarters US"},
    {headquarters, "headquarters", FactType::place,
     "where the ultimate consignee or end user has its headquarters", "--headquarters CN"},
    {parent_headquarters, "parent_headquarters", FactType::place,
     "where the ultimate parent of that company has its headquarters", "--parent-headquarters CN"},
    {majority_owner_headquarters, "majority_owner_headquarters", FactType::place,
     "where the owner of more than half of that company has its headquarters",
     "--majority-owner-headquarters CN"},
    {end_use, "end_use", FactType::choice, "what the chip is for", "--end-use civil",
     Dimension::number, end_use_choices},
    {private_sector, "private_sector", yes_no,
     "is the end user a private company that no government controls", "--private-sector yes"},
    {entity_listed, "entity_listed", yes_no, "is a party on the Entity List",
     "--listed entity_list"},
    {footnote_1, "footnote_1", yes_no, "does that Entity List entry carry footnote 1",
     "--listed entity_list:fn1"},
    {footnote_3, "footnote_3", yes_no, "does that Entity List entry carry footnote 3",
     "--listed entity_list:fn3"},
    {footnote_4, "footnote_4", yes_no, "does that Entity List entry carry footnote 4",
     "--listed entity_list:fn4"},
    {footnote_5, "footnote_5", yes_no, "does that Entity List entry carry footnote 5",
     "--listed entity_list:fn5"},
    {entity_lane, "entity_lane", FactType::choice,
     "licence review policy that the Entity List entry states",
     "--listed entity_list:presumption_of_denial", Dimension::number, lane_choices},
    {meu_listed, "meu_listed", yes_no, "is a party on the Military End-User List",
     "--listed meu_list"},
    {sdn_listed, "sdn_listed", yes_no,
     "is a party an SDN under a programme that 15 CFR 744.8(a)(1) names", "--listed sdn"},
    {unverified_listed, "unverified_listed", yes_no, "is a party on the Unverified List",
     "--listed unverified"},
    {denied_person, "denied_person", yes_no, "is a party a denied person", "--listed denied"},
    {listed_ownership, "listed_ownership", FactType::number,
     "share of the buyer that listed parties own, all together", "--owner entity_list:60",
     Dimension::percent},
    {listed_owner, "listed_owner", FactType::choice,
     "strictest list on which an owner of the buyer stands", "--owner entity_list:60",
     Dimension::number, owner_choices},
    {supp8_approved, "supp8_approved", yes_no,
     "are the consignee and every end user in 15 CFR 740 Supp. 8 (United Arab Emirates)",
     "--supp8-approved yes"},
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
