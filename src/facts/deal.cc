#include "facts/deal.h"

#include <algorithm>
#include <array>

namespace sluice::facts {
namespace {

using enum FactId;

constexpr DealKey stating(std::optional<FactId> fact, std::string_view name, std::string_view value,
                          std::string_view help) {
    return {name, {}, value, help, fact, false, false};
}
constexpr DealKey own(std::optional<FactId> fact, std::string_view name, std::string_view value,
                      std::string_view help) {
    return {name, {}, value, help, fact, false, true};
}
constexpr DealKey repeated(std::optional<FactId> fact, std::string_view name,
                           std::string_view value, std::string_view help) {
    return {name, {}, value, help, fact, true, false};
}

// In the order of --help: the deal, the parties, the fine print, an own chip, what-ifs.
constexpr std::array rows = {
    stating(chip, "chip", "CHIP", "a chip of the catalogue, by id, name or alias"),
    stating(quantity, "quantity", "N", "number of chips"),
    stating(destination, "to", "PLACE", "destination, by ISO code or name"),
    stating({}, "on", "DATE", "day of the deal, as 2025-04-09"),
    stating(act, "act", "ACT", "export, reexport, transfer or export_from_abroad"),
    stating(from, "from", "PLACE", "place from which the item is sent"),
    stating({}, "price", "MONEY", "price of the whole deal, as \"216_000_000 USD\""),

    stating(seller, "seller", "PARTY", "company that sells the chip"),
    stating(seller_headquarters, "seller_headquarters", "PLACE", "headquarters of the seller"),
    stating(seller_parent_headquarters, "seller_parent_headquarters", "PLACE",
            "headquarters of the seller's ultimate parent"),
    stating({}, "buyer", "PARTY", "ultimate consignee or end user"),
    stating(headquarters, "headquarters", "PLACE",
            "headquarters of the ultimate consignee or end user"),
    stating(parent_headquarters, "parent_headquarters", "PLACE",
            "headquarters of its ultimate parent, or none"),
    stating(majority_owner_headquarters, "majority_owner_headquarters", "PLACE",
            "headquarters of its majority owner, or none"),
    stating(end_use, "end_use", "USE", "civil, military, supercomputer, ..."),
    repeated(entity_listed, "listed", "LIST",
             "list on which a party stands: none, entity_list[:fn4][:LANE], meu_list, sdn, "
             "unverified, denied"),
    repeated(listed_owner, "owner", "LIST[:PERCENT]",
             "a listed owner of the buyer, as entity_list:60; or none"),
    stating(private_sector, "private_sector", "yes|no", "no government controls the end user"),
    stating(supp8_approved, "supp8_approved", "yes|no",
            "consignee and every end user are in 740 Supp. 8"),

    stating(item, "item", "ITEM", "chip, board, computer or hbm"),
    stating(also_eccn, "also_eccn", "ECCN", "second ECCN of the item, as 5A992"),
    stating(received_tpp, "received_tpp", "TPP",
            "TPP that the consignee received before in this calendar year"),
    stating(country_tpp, "country_tpp", "TPP", "TPP licensed to the destination since 2025"),
    stating(share_of_us_shipments, "share_of_us_shipments", "PERCENT",
            "shipments to China and Macau as a share of those to US customers"),
    stating(foundry_shipment, "foundry_shipment", "yes|no",
            "the exporter fabricated or packaged the chip"),
    stating(designer_status, "designer_status", "STATUS", "approved, authorized or neither"),
    stating(parameters_attested, "parameters_attested", "yes|no",
            "the designer attested parameters below 3A090.a"),
    stating(packaging, "packaging", "WHO", "by_fabricator_outside_d5, by_approved_osat or other"),
    stating(uncontrolled_foreign_equivalent, "uncontrolled_foreign_equivalent", "yes|no",
            "a foreign chip of the same kind exists that no control reaches"),
    repeated({}, "certify", "NAME=yes|no", "a certification that is made or refused"),
    repeated({}, "red_flag", "NAME", "a red flag that was seen"),

    own({}, "chip_file", "FILE", "your own chip, as a TOML file"),
    own(tpp, "tpp", "TPP", "total processing performance of your own chip"),
    own(die_area, "die_area", "AREA", "its applicable die area, as \"814 mm2\""),
    own(memory_bandwidth, "memory_bandwidth", "RATE", "its DRAM bandwidth, as \"4000 GB/s\""),
    own(io_bandwidth, "io_bandwidth", "RATE", "its I/O bandwidth, both directions"),
    own(memory_bandwidth_density, "memory_bandwidth_density", "DENSITY",
        "of an HBM stack, as \"2.78 GB/s/mm2\""),
    own(marketed_for_datacentre, "marketed_for_datacentre", "yes|no",
        "it is designed or marketed for data centres"),
    own(transistor_count, "transistor_count", "COUNT", "its transistors, as \"80 billion\""),
    own(has_hbm, "has_hbm", "yes|no", "its package holds HBM"),
    own(advanced_node, "advanced_node", "yes|no",
        "its logic is at 16/14 nm or below, or non-planar"),
    own(designer, "designer", "PARTY", "company that designed it"),
    own(designer_headquarters, "designer_headquarters", "PLACE", "headquarters of that company"),

    repeated({}, "assume", "FACT=VALUE", "what if this fact were so"),
};

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
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i].flag = {flags[i].data(), rows[i].name.size() + 2};
    }
    return table;
}();

constexpr auto deal_keys_by_name = [] {
    std::array<const DealKey*, deal_key_table.size()> sorted{};
    for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = &deal_key_table[i];
    std::ranges::sort(sorted, {}, &DealKey::name);
    return sorted;
}();

}  // namespace

std::span<const DealKey> deal_keys() { return deal_key_table; }

const DealKey* find_deal_key(std::string_view name) {
    const auto found = std::ranges::lower_bound(deal_keys_by_name, name, {}, &DealKey::name);
    return found != deal_keys_by_name.end() && (*found)->name == name ? *found : nullptr;
}

const DealField* Deal::find(std::string_view key) const {
    return find_by(&DealField::key, fields, key);
}

Deal overlay(Deal base, const Deal& over) {
    std::erase_if(base.fields, [&](const DealField& field) {
        const DealKey* key = find_deal_key(field.key);
        return (key == nullptr || !key->repeatable) && over.find(field.key) != nullptr;
    });
    base.fields.insert(base.fields.end(), over.fields.begin(), over.fields.end());
    return base;
}

}  // namespace sluice::facts
