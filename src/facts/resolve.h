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

// ---- what `listed` and `owner` say of the parties to a deal ----

// What `listed` may name, and the facts that it states.
using NamedFact = std::pair<std::string_view, FactId>;
inline constexpr NamedFact party_lists[] = {
    {"entity_list", FactId::entity_listed},
    {"meu_list", FactId::meu_listed},
    {"sdn", FactId::sdn_listed},
    {"unverified", FactId::unverified_listed},
    {"denied", FactId::denied_person},
};
inline constexpr NamedFact entry_footnotes[] = {{"fn1", FactId::footnote_1},
                                                {"fn3", FactId::footnote_3},
                                                {"fn4", FactId::footnote_4},
                                                {"fn5", FactId::footnote_5}};

// Every `listed` of a deal together. Parties are not told apart: rules ask whether any is listed.
struct Listings {
    bool none = false;                // stated: no party is on a list
    bool unknown = false;             // stated: nobody knows
    std::bitset<fact_count> named{};  // entity_listed, meu_listed …, footnote_1 …
    int lane = -1;                    // strictest that an entry states, a code of entity_lane
};

// "none", "unknown", "entity_list", "entity_list:fn4:policy_of_denial", "meu_list", "sdn",
// "unverified", "denied". Adds to `listings`.
Reading<void> read_listing(std::string_view key, std::string_view text, Listings& listings);

// Every `owner` of a deal together: shares add up, the strictest list speaks (744.11(a)(1)).
struct Owners {
    bool none = false;
    bool unknown = false;
    int strictest = 0;           // a code of listed_owner; 0 is none
    quantity::Range share{};     // percent
    bool share_unknown = false;  // of at least one owner
};

// "none", "unknown", "entity_list", "entity_list:60", "sdn:25..40". Adds to `owners`.
Reading<void> read_owner(std::string_view key, std::string_view text, Owners& owners);
Value ownership_of(const Owners& owners);

}  // namespace sluice::facts
