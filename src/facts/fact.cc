#include "facts/fact.h"

#include <algorithm>
#include <utility>

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

constexpr FactInfo number(FactId id, std::string_view name, Dimension dimension,
                          std::string_view question, std::string_view statement) {
    return {id, name, FactType::number, dimension, {}, question, statement};
}
constexpr FactInfo choice(FactId id, std::string_view name,
                          std::span<const std::string_view> choices, std::string_view question,
                          std::string_view statement) {
    return {id, name, FactType::choice, Dimension::number, choices, question, statement};
}
constexpr FactInfo simple(FactId id, std::string_view name, FactType type,
                          std::string_view question, std::string_view statement) {
    return {id, name, type, Dimension::number, {}, question, statement};
}

constexpr auto yes_no = FactType::boolean;
using enum FactId;

constexpr std::array<FactInfo, fact_count> fact_table = {
    simple(chip, "chip", FactType::chip, "chip that is sold", "--chip nvidia-h20-sxm-96gb"),
    choice(item, "item", item_choices, "what is shipped: a bare chip, a board, a computer, or HBM",
           "--item board"),
    choice(also_eccn, "also_eccn", also_eccn_choices,
           "second ECCN that describes the item too (the .z families)", "--also-eccn 5A992"),
    number(tpp, "tpp", Dimension::number,
           "total processing performance of the chip: dense TOPS x bit length, highest format",
           "--tpp 2368"),
    number(die_area, "die_area", Dimension::area,
           "applicable die area of the chip (logic dies on a non-planar process)",
           "--die-area \"814 mm2\""),
    number(memory_bandwidth, "memory_bandwidth", Dimension::byte_rate,
           "total DRAM bandwidth of the chip", "--memory-bandwidth \"4000 GB/s\""),
    number(io_bandwidth, "io_bandwidth", Dimension::byte_rate,
           "total bandwidth of the chip's inputs and outputs, both directions, without its memory",
           "--io-bandwidth \"1028 GB/s\""),
    number(memory_bandwidth_density, "memory_bandwidth_density", Dimension::byte_rate_density,
           "memory bandwidth of the HBM package or stack for each mm2 of it",
           "--memory-bandwidth-density \"2.78 GB/s/mm2\""),
    simple(marketed_for_datacentre, "marketed_for_datacentre", yes_no,
           "is the chip designed or marketed for use in data centres",
           "--marketed-for-datacentre yes"),
    number(transistor_count, "transistor_count", Dimension::count_billion,
           "transistors in all logic dies of the package on an advanced node, added up",
           "--transistor-count \"80 billion\""),
    simple(has_hbm, "has_hbm", yes_no, "does the package hold high-bandwidth memory",
           "--has-hbm yes"),
    simple(advanced_node, "advanced_node", yes_no,
           "is the logic made at 16/14 nm or below, or with non-planar transistors",
           "--advanced-node yes"),
    simple(designer, "designer", FactType::party, "company that designed the chip",
           "--designer NVIDIA"),
    simple(designer_headquarters, "designer_headquarters", FactType::place,
           "where the chip's designer, or its ultimate parent, has its headquarters",
           "--designer-headquarters US"),
    simple(uncontrolled_foreign_equivalent, "uncontrolled_foreign_equivalent", yes_no,
           "is there a foreign chip of the same kind that no control reaches",
           "--uncontrolled-foreign-equivalent no"),
    choice(act, "act", act_choices,
           "what is done: export from the United States, reexport, transfer, export from abroad",
           "--act reexport"),
    simple(from, "from", FactType::place, "place from which the item is sent", "--from US"),
    simple(destination, "destination", FactType::place, "place to which the item goes", "--to CN"),
    number(quantity, "quantity", Dimension::number, "number of chips in the deal",
           "--quantity 16000"),
    number(shipment_tpp, "shipment_tpp", Dimension::number,
           "TPP of the whole deal: quantity x TPP of one chip", "--quantity 16000"),
    number(received_tpp, "received_tpp", Dimension::number,
           "TPP that this ultimate consignee received before in the same calendar year",
           "--received-tpp 26_900_000"),
    number(country_tpp, "country_tpp", Dimension::number,
           "TPP licensed to the destination country since 2025", "--country-tpp 790_000_000"),
    number(share_of_us_shipments, "share_of_us_shipments", Dimension::percent,
           "shipments of this product to China and Macau after this order, as a share of those to "
           "customers in the United States",
           "--share-of-us-shipments \"50 %\""),
    simple(foundry_shipment, "foundry_shipment", yes_no,
           "is the exporter the front-end fabricator or packaging company of the chip",
           "--foundry-shipment no"),
    choice(designer_status, "designer_status", designer_choices,
           "is the designer an approved or authorized IC designer", "--designer-status approved"),
    simple(parameters_attested, "parameters_attested", yes_no,
           "did the designer attest that the chip is below the parameters of 3A090.a",
           "--parameters-attested yes"),
    choice(packaging, "packaging", packaging_choices,
           "who packages the chip: its fabricator outside D:5 and Macau, an approved OSAT, another",
           "--packaging by_approved_osat"),
    simple(seller, "seller", FactType::party, "company that sells the chip", "--seller NVIDIA"),
    simple(seller_headquarters, "seller_headquarters", FactType::place,
           "where the seller has its headquarters", "--seller-headquarters US"),
    simple(seller_parent_headquarters, "seller_parent_headquarters", FactType::place,
           "where the seller's ultimate parent has its headquarters",
           "--seller-parent-headquarters US"),
    simple(headquarters, "headquarters", FactType::place,
           "where the ultimate consignee or end user has its headquarters", "--headquarters CN"),
    simple(parent_headquarters, "parent_headquarters", FactType::place,
           "where the ultimate parent of that company has its headquarters",
           "--parent-headquarters CN"),
    simple(majority_owner_headquarters, "majority_owner_headquarters", FactType::place,
           "where the owner of more than half of that company has its headquarters",
           "--majority-owner-headquarters CN"),
    choice(end_use, "end_use", end_use_choices, "what the chip is for", "--end-use civil"),
    simple(private_sector, "private_sector", yes_no,
           "is the end user a private company that no government controls", "--private-sector yes"),
    simple(entity_listed, "entity_listed", yes_no, "is a party on the Entity List",
           "--listed entity_list"),
    simple(footnote_1, "footnote_1", yes_no, "does that Entity List entry carry footnote 1",
           "--listed entity_list:fn1"),
    simple(footnote_3, "footnote_3", yes_no, "does that Entity List entry carry footnote 3",
           "--listed entity_list:fn3"),
    simple(footnote_4, "footnote_4", yes_no, "does that Entity List entry carry footnote 4",
           "--listed entity_list:fn4"),
    simple(footnote_5, "footnote_5", yes_no, "does that Entity List entry carry footnote 5",
           "--listed entity_list:fn5"),
    choice(entity_lane, "entity_lane", lane_choices,
           "licence review policy that the Entity List entry states",
           "--listed entity_list:presumption_of_denial"),
    simple(meu_listed, "meu_listed", yes_no, "is a party on the Military End-User List",
           "--listed meu_list"),
    simple(sdn_listed, "sdn_listed", yes_no,
           "is a party an SDN under a programme that 15 CFR 744.8(a)(1) names", "--listed sdn"),
    simple(unverified_listed, "unverified_listed", yes_no, "is a party on the Unverified List",
           "--listed unverified"),
    simple(denied_person, "denied_person", yes_no, "is a party a denied person", "--listed denied"),
    number(listed_ownership, "listed_ownership", Dimension::percent,
           "share of the buyer that listed parties own, all together", "--owner entity_list:60"),
    choice(listed_owner, "listed_owner", owner_choices,
           "strictest list on which an owner of the buyer stands", "--owner entity_list:60"),
    simple(supp8_approved, "supp8_approved", yes_no,
           "are the consignee and every end user in 15 CFR 740 Supp. 8 (United Arab Emirates)",
           "--supp8-approved yes"),
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < fact_table.size(); ++i) {
        if (index(fact_table[i].id) != i) return false;
    }
    return true;
}
static_assert(in_order(), "fact_table follows the enumeration");

// Names sorted once, at compile time, so that a reader may ask for every word of a file.
constexpr auto facts_by_name = [] {
    std::array<std::pair<std::string_view, FactId>, fact_count> sorted{};
    for (std::size_t i = 0; i < fact_count; ++i) sorted[i] = {fact_table[i].name, fact_table[i].id};
    std::ranges::sort(sorted, {}, &std::pair<std::string_view, FactId>::first);
    return sorted;
}();

}  // namespace

const FactInfo& info(FactId fact) { return fact_table[index(fact)]; }

std::span<const FactInfo, fact_count> all_facts() { return fact_table; }

std::optional<FactId> find_fact(std::string_view name) {
    const auto found = std::ranges::lower_bound(facts_by_name, name, {},
                                                &std::pair<std::string_view, FactId>::first);
    if (found == facts_by_name.end() || found->first != name) return std::nullopt;
    return found->second;
}

}  // namespace sluice::facts
