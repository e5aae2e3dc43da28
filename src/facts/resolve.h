// What resolve() looks up: the codes of names and the facts of chips.
//
// One deal needs none of this. Many deals of one world share a Lookup:
//
//   const facts::Lookup lookup = facts::make_lookup(world);
//   for (const facts::Deal& deal : deals) {
//       auto the_case = facts::resolve(world, deal, {.explain = false, .lookup = &lookup});
//   }
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "facts/deal.h"
#include "facts/fact.h"
#include "facts/world.h"
#include "quantity/unit.h"

namespace sluice::facts {

// What a chip brings to every deal about it.
struct ChipFacts {
    Facts facts{};
    std::vector<std::int32_t> foundries{};  // parties that fabricated it
};
ChipFacts facts_of(const World& world, const Chip& chip);

// From a lower-case name to a code.
struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
};
using NameTable = std::unordered_map<std::string, int, NameHash, std::equal_to<>>;

struct Lookup {
    std::vector<ChipFacts> chips{};  // by chip code
    NameTable chip_codes{};
    NameTable place_codes{};
    NameTable party_codes{};
};
Lookup make_lookup(const World& world);

// Codes of names, with or without a Lookup; -1 when there is none (or several, for chips).
struct Names {
    const World& world;
    const Lookup* lookup = nullptr;
    int chip(std::string_view name) const;
    int place(std::string_view name) const;
    int party(std::string_view name) const;
};

using ValueProblem = quantity::QuantityProblem;

// A fact as a user writes it: "600..800 mm2", "yes", "China", "unknown", "none". `key` is how the
// user names it, for messages.
std::expected<Value, ValueProblem> read_fact(const Names& names, FactId fact, std::string_view key,
                                             std::string_view text);

ValueProblem unknown_choice(std::string_view key, std::string_view text,
                            std::span<const std::string_view> choices);

}  // namespace sluice::facts
