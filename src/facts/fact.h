// The vocabulary of facts: everything about a deal that a rule may ask.
//
// One table (fact.cc) gives each fact its name, type, dimension and choices. The `.law`
// language, the deal file, the command line, `missing` in an answer and the reference page are all
// read from it, so a fact that is not in the table does not exist.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "quantity/decimal.h"
#include "quantity/unit.h"

namespace sluice::facts {

enum class FactId : std::uint8_t {
    // the item
    chip,
    item,       // chip | board | computer | hbm
    also_eccn,  // the item is described in a second ECCN too (.z families)
    tpp,
    die_area,                  // applicable die area: logic dies on a non-planar process
    memory_bandwidth,          // total DRAM bandwidth
    io_bandwidth,              // aggregate bidirectional, all I/O but volatile memory
    memory_bandwidth_density,  // of an HBM package or stack
    marketed_for_datacentre,
    transistor_count,  // aggregated approximated, billions
    has_hbm,
    advanced_node,  // logic at 16/14 nm or below, or non-planar
    designer,       // party
    designer_headquarters,
    uncontrolled_foreign_equivalent,
    // the transaction
    act,  // export | reexport | transfer | export_from_abroad
    from,
    destination,
    quantity,
    shipment_tpp,           // derived: quantity x tpp
    received_tpp,           // by this ultimate consignee this calendar year, before this deal
    country_tpp,            // licensed installed base of the destination country since 2025
    share_of_us_shipments,  // percent, of this product to China and Macau, after this order
    foundry_shipment,       // exporter is the front-end fabricator or OSAT of the IC
    designer_status,        // approved | authorized | neither
    parameters_attested,    // designer attested parameters below 3A090.a
    packaging,              // by_fabricator_outside_d5 | by_approved_osat | other
    // the parties
    seller,
    seller_headquarters,
    seller_parent_headquarters,
    headquarters,         // of the ultimate consignee or end user
    parent_headquarters,  // of its ultimate parent
    majority_owner_headquarters,
    end_use,
    private_sector,
    entity_listed,
    footnote_1,
    footnote_3,
    footnote_4,
    footnote_5,
    entity_lane,  // review policy that the listing states
    meu_listed,
    sdn_listed,  // under a programme named in 744.8(a)(1)
    unverified_listed,
    denied_person,
    listed_ownership,  // percent, aggregate, by listed parties
    listed_owner,      // the list that names the strictest such owner
    supp8_approved,    // consignee and every end user, 740 Supp. 8 (UAE)
};

inline constexpr std::size_t fact_count = static_cast<std::size_t>(FactId::supp8_approved) + 1;

enum class FactType : std::uint8_t { number, boolean, choice, place, party, chip };

struct FactInfo {
    FactId id;
    std::string_view name;  // as in .law files, deal.toml and JSON: "die_area"
    FactType type;
    quantity::Dimension dimension = quantity::Dimension::number;  // for number
    std::span<const std::string_view> choices{};  // for choice; the value's code is the index
};

const FactInfo& info(FactId fact);
std::span<const FactInfo, fact_count> all_facts();
std::optional<FactId> find_fact(std::string_view name);
// The code of one of its choices; -1 when it has none of that name.
int choice_code(FactId fact, std::string_view name);

// What is known of one fact.
//
// `absent` is knowledge: the thing does not exist (a chip without DRAM has no memory bandwidth; a
// chip without a non-planar die has no applicable die area). `unknown` is the lack of it.
enum class Known : std::uint8_t { unknown, absent, exact, range };

struct Value {
    Known known = Known::unknown;
    std::int64_t lo = 0;  // number: millionths; boolean: 0 or 1; other types: a code
    std::int64_t hi = 0;  // == lo unless known == range; numbers only; largest(): no upper bound

    static Value unknown() { return {}; }
    static Value absent() { return {.known = Known::absent}; }
    static Value number(quantity::Decimal v) {
        return {.known = Known::exact, .lo = v.millionths(), .hi = v.millionths()};
    }
    static Value range(quantity::Range r) {
        if (r.exact()) return number(r.lo);
        return {.known = Known::range, .lo = r.lo.millionths(), .hi = r.hi.millionths()};
    }
    static Value boolean(bool v) { return {.known = Known::exact, .lo = v, .hi = v}; }
    static Value code(std::int64_t c) { return {.known = Known::exact, .lo = c, .hi = c}; }

    bool is_number() const { return known == Known::exact || known == Known::range; }

    friend bool operator==(const Value&, const Value&) = default;
};

// Of a number: its ends.
quantity::Range range_of(const Value& number);
// The product of two numbers; what exceeds every Decimal has no upper bound.
Value product(const Value& a, const Value& b);
// A number as people write it, "unknown" or "none".
std::string words(const Value& number, quantity::Dimension dimension, bool grouped = true);

using Facts = std::array<Value, fact_count>;

constexpr std::size_t index(FactId fact) { return static_cast<std::size_t>(fact); }

}  // namespace sluice::facts
