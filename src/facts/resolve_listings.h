// What `listed` and `owner` say of the parties to a deal.
#pragma once

#include <string_view>

#include "facts/deal.h"
#include "facts/resolve.h"

namespace sluice::facts {

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
