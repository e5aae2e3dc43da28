// What resolve() is made of.
//
// One deal needs none of this. Many deals of one world share the facts of its chips:
//
//   const std::vector<facts::ChipFacts> chips = facts::chip_facts(world);
//   for (const facts::Deal& deal : deals) {
//       auto the_case = facts::resolve(world, deal, {.explain = false, .chips = &chips});
//   }
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
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
std::vector<ChipFacts> chip_facts(const World& world);  // by chip code

using ValueProblem = quantity::QuantityProblem;
using quantity::Reading;

// A fact as a user writes it: "600..800 mm2", "yes", "China", "unknown", "none". `key` is how the
// user names it, for messages.
Reading<Value> read_fact(const World& world, FactId fact, std::string_view key,
                         std::string_view text);

// The code of a place, a party or a choice; -1 unless it is known.
std::int64_t code_of(const Value& fact);
bool on_list(const World& world, std::string_view list, std::int64_t party, quantity::Date on);

ValueProblem unknown_choice(std::string_view key, std::string_view text,
                            std::span<const std::string_view> choices);

}  // namespace sluice::facts
