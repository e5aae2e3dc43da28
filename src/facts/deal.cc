#include "facts/deal.h"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "facts/data_file.h"
#include "text/file.h"
#include "text/suggest.h"

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

text::Diagnostic unknown_key(std::string_view key, text::Location where) {
    text::Diagnostic problem{.message = fmt::format("a deal has no key `{}`", key),
                             .where = std::move(where),
                             .label = "not known"};
    for (const DealKey& known : deal_keys()) {
        // The fact's own name is a good guess for a key that is spelled shorter: destination, to.
        if (known.fact && info(*known.fact).name == key)
            problem.hint = fmt::format("did you mean `{}`?", known.name);
    }
    if (problem.hint.empty()) problem.hint = text::did_you_mean(key, deal_keys(), &DealKey::name);
    if (problem.hint.empty()) problem.hint = "`sluice check --help` lists every key, as a flag";
    return problem;
}

void read_value(const DataFile& file, const DealKey& key, const Node& node, Deal& deal,
                text::Diagnostics& problems) {
    DealField field{std::string(key.name), {}, file.where(node)};
    if (node.kind == Node::Kind::boolean) {
        field.value = node.flag ? "yes" : "no";
    } else if (node.kind < Node::Kind::other) {
        field.value = file.plain(node);
    } else {
        problems.push_back({.message = fmt::format("`{}` takes one value, found {}", key.name,
                                                   describe(node.kind)),
                            .where = std::move(field.where),
                            .label = fmt::format("expected {}", key.value)});
        return;
    }
    deal.fields.push_back(std::move(field));
}

text::Result<Deal> deal_of(const DataFile& file) {
    Deal deal;
    text::Diagnostics problems;
    for (const Node& node : file.root.children) {
        const DealKey* key = find_deal_key(node.key);
        if (key == nullptr)
            problems.push_back(unknown_key(node.key, file.where_key(node)));
        else if (key->repeatable && node.kind == Node::Kind::array)
            for (const Node& one : node.children) read_value(file, *key, one, deal, problems);
        else
            read_value(file, *key, node, deal, problems);
    }
    // The parser sorts by key; people read from top to bottom.
    const auto by_place = [](const auto& item) {
        return std::tuple(item.where.line, item.where.column);
    };
    std::ranges::stable_sort(problems, {}, by_place);
    if (!problems.empty()) return std::unexpected(std::move(problems));
    std::ranges::stable_sort(deal.fields, {}, by_place);
    return deal;
}

}  // namespace

std::span<const DealKey> deal_keys() { return deal_key_table; }

const DealKey* find_deal_key(std::string_view name) { return find_sorted(deal_keys_by_name, name); }

text::Result<Deal> read_deal(const std::filesystem::path& path) {
    const auto file = read_data_file(path);
    return file ? deal_of(*file) : std::unexpected(file.error());
}

text::Result<Deal> parse_deal(std::string_view name, std::string_view toml) {
    auto checked = text::checked_text(name, std::string(toml));
    if (!checked) return std::unexpected(std::move(checked.error()));
    const auto file = parse_data(std::string(name), std::move(*checked));
    return file ? deal_of(*file) : std::unexpected(file.error());
}

Deal overlay(Deal base, const Deal& over) {
    std::erase_if(base.fields, [&](const DealField& field) {
        const DealKey* key = find_deal_key(field.key);
        return (key == nullptr || !key->repeatable) && over.find(field.key) != nullptr;
    });
    text::append(base.fields, over.fields);
    return base;
}

}  // namespace sluice::facts
