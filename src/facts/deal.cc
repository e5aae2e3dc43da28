#include "facts/deal.h"

#include <algorithm>
#include <array>

namespace sluice::facts {
namespace {

using enum FactId;

constexpr bool repeatable = true, own = true;

// In the order of --help: the deal, the parties, the fine print, an own chip, what-ifs.
constexpr auto rows = std::to_array<DealKey>({
    {chip, "chip", "CHIP", "a chip of the catalogue, by id, name or alias"},
    {quantity, "quantity", "N", "number of chips"},
    {destination, "to", "PLACE", "destination, by ISO code or name"},
    {{}, "on", "DATE", "day of the deal, as 2025-04-09"},
    {act, "act", "ACT", "export, reexport, transfer or export_from_abroad"},
    {from, "from", "PLACE", "place from which the item is sent"},
    {{}, "price", "MONEY", "price of the whole deal, as \"216_000_000 USD\""},
    {{}, "workload", "WORK", "as \"deepseek-r1 1268/1527\" or \"deepseek-v3 train 14.8T\""},

    {seller, "seller", "PARTY", "company that sells the chip"},
    {seller_headquarters, "seller_headquarters", "PLACE", "headquarters of the seller"},
    {seller_parent_headquarters, "seller_parent_headquarters", "PLACE",
     "headquarters of the seller's ultimate parent"},
    {{}, "buyer", "PARTY", "ultimate consignee or end user"},
    {headquarters, "headquarters", "PLACE", "headquarters of the ultimate consignee or end user"},
    {parent_headquarters, "parent_headquarters", "PLACE", "of its ultimate parent, or none"},
    {majority_owner_headquarters, "majority_owner_headquarters", "PLACE",
     "headquarters of its majority owner, or none"},
    {end_use, "end_use", "USE", "civil, military, supercomputer, ..."},
    {entity_listed, "listed", "LIST",
     "none, entity_list[:fn4][:LANE], meu_list, sdn, unverified, denied", false, repeatable},
    {listed_owner, "owner", "LIST[:PERCENT]", "as entity_list:60; or none", false, repeatable},
    {private_sector, "private_sector", "yes|no", "no government controls the end user"},
    {supp8_approved, "supp8_approved", "yes|no", "consignee and every end user are in 740 Supp. 8"},

    {item, "item", "ITEM", "chip, board, computer or hbm"},
    {also_eccn, "also_eccn", "ECCN", "second ECCN of the item, as 5A992"},
    {received_tpp, "received_tpp", "TPP", "TPP the consignee received before, this year"},
    {country_tpp, "country_tpp", "TPP", "TPP licensed to the destination since 2025"},
    {share_of_us_shipments, "share_of_us_shipments", "PERCENT",
     "shipments to China and Macau as a share of those to US customers"},
    {foundry_shipment, "foundry_shipment", "yes|no", "the exporter fabricated or packaged it"},
    {designer_status, "designer_status", "STATUS", "approved, authorized or neither"},
    {parameters_attested, "parameters_attested", "yes|no",
     "the designer attested less than 3A090.a"},
    {packaging, "packaging", "WHO", "by_fabricator_outside_d5, by_approved_osat or other"},
    {uncontrolled_foreign_equivalent, "uncontrolled_foreign_equivalent", "yes|no",
     "a foreign chip of the same kind exists that no control reaches"},
    {{}, "certify", "NAME=yes|no", "a certification that is made or refused", false, repeatable},
    {{}, "red_flag", "NAME", "a red flag that was seen", false, repeatable},

    {{}, "chip_file", "FILE", "your own chip, as a TOML file", own},
    {tpp, "tpp", "TPP", "total processing performance of your own chip", own},
    {die_area, "die_area", "AREA", "its applicable die area, as \"814 mm2\"", own},
    {memory_bandwidth, "memory_bandwidth", "RATE", "its DRAM bandwidth, as \"4000 GB/s\"", own},
    {io_bandwidth, "io_bandwidth", "RATE", "its I/O bandwidth, both directions", own},
    {memory_bandwidth_density, "memory_bandwidth_density", "DENSITY",
     "of an HBM stack, as \"2.78 GB/s/mm2\"", own},
    {marketed_for_datacentre, "marketed_for_datacentre", "yes|no", "sold for data centres", own},
    {transistor_count, "transistor_count", "COUNT", "its transistors, as \"80 billion\"", own},
    {has_hbm, "has_hbm", "yes|no", "its package holds HBM", own},
    {advanced_node, "advanced_node", "yes|no", "logic at 16/14 nm or below, or non-planar", own},
    {designer, "designer", "PARTY", "company that designed it", own},
    {designer_headquarters, "designer_headquarters", "PLACE", "headquarters of that company", own},

    {{}, "assume", "FACT=VALUE", "what if this fact were so", false, repeatable},
});

// A flag is the key with `--` before it and `-` for `_`.
constexpr auto flags = [] {
    std::array<std::array<char, 40>, rows.size()> all{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        all[i][0] = all[i][1] = '-';
        std::ranges::replace_copy(rows[i].name, all[i].begin() + 2, '_', '-');
    }
    return all;
}();
constexpr auto deal_key_table = [] {
    auto table = rows;
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i].flag = {flags[i].data(), rows[i].name.size() + 2};
    return table;
}();

constexpr auto deal_keys_by_name = sorted_by_name(deal_key_table);

}  // namespace

std::span<const DealKey> deal_keys() { return deal_key_table; }

const DealKey* find_deal_key(std::string_view name) { return find_sorted(deal_keys_by_name, name); }

Deal overlay(Deal base, const Deal& over) {
    std::erase_if(base.fields, [&](const DealField& field) {
        const DealKey* key = find_deal_key(field.key);
        return (key == nullptr || !key->repeatable) && over.find(field.key) != nullptr;
    });
    text::append(base.fields, over.fields);
    return base;
}

}  // namespace sluice::facts
