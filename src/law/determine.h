// May it go there? One case and the rules of its day in, one explained determination out.
//
//   auto world = facts::load(data);
//   auto book = law::load_lawbook(*world, data / "law");
//   auto rules = law::compile(*world, *book, the_case.on);
//   law::Determination d = law::determine(rules, the_case);
//   // d.outcome, d.requirements[0].lane, d.missing, …
//
// Semantics (docs/concepts/law.md argues for them):
// - Three-valued: a fact is exact, a range, absent or unknown; a provision is met, not met or
// unknown.
// - Where three-valued logic leaves the outcome open, every completion of the unknown facts that
//   matter is tried; if all agree, that is the answer.
// - Fail closed: an unknown requirement never becomes "allowed". The outcome is then
// `undetermined`,
//   with at_least and at_most, and the facts that still matter.
// - The outcome is the strictest of all requirements met; an exception must cover every one of
// them.
// - Text and posture are two answers: `outcome` is what the text requires; `enforced` says whether
//   the agency says that it enforces it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/deal.h"
#include "law/rulebook.h"

namespace sluice::law {

// A lane or exception that a provision offers, with what is still open.
struct Offer {
    std::int32_t provision = -1;  // review or exception, index into Rulebook::provisions
    Truth truth = Truth::not_met;
    std::vector<std::int32_t> open{};    // its conditions nobody has stated
    std::vector<std::int32_t> failed{};  // its conditions that a stated fact fails
};

// A provision that bites, or may.
struct Requirement {
    std::int32_t provision = -1;   // index into Rulebook::provisions
    Truth truth = Truth::not_met;  // met or unknown
    Outcome outcome = Outcome::no_licence_required;
    Truth enforced = Truth::met;
    bool scheduled = false;                // in force by its own terms, confirmation pending
    std::optional<Lane> lane{};            // best reachable; empty where no policy is published
    std::int32_t review = -1;              // the provision that gives the lane
    bool lane_open = false;                // hangs on a missing fact; `lane` is empty then
    std::optional<Lane> lane_otherwise{};  // when the open conditions of `review` are not met
    std::vector<Offer> reviews{};          // every review that applies, in order of precedence
    std::vector<Offer> exceptions{};       // every exception that lifts this requirement
};

struct Margin {
    std::int32_t provision = -1;
    NodeId node = -1;      // the comparison
    FactId fact{};         // its first fact
    facts::Value value{};  // of the left side, millionths
    Decimal threshold{};   // of the right side, in the case's facts
    Comparator comparator{};
    Decimal distance{};   // value - threshold (nearest end of a range)
    double relative = 0;  // distance / threshold; 0 when the threshold is 0
};

// A change of one fact that would change the outcome (or the lane).
struct Flip {
    FactId fact{};
    facts::Value from{}, to{};
    Comparator side{};  // numbers: the answer holds for values `side` threshold
    Decimal threshold{};
    Outcome outcome{};
    std::optional<Lane> lane{};
    double relative = 0;  // size of a numeric change; 1 for any other
};

struct MissingFact {
    std::optional<FactId> fact{};  // empty for a gap in the text itself
    std::string gap{};             // that gap, in words
    double decides = 0;            // share of its values that settle the outcome alone
};

struct Tier {
    std::string name{};                   // "none", "3A090.a.1", … or "undetermined"
    std::vector<std::string> all{};       // every limb that is met
    std::vector<std::string> possible{};  // every tier some completion reaches, when undetermined
};

struct Determination {
    Outcome outcome = Outcome::undetermined;
    Outcome at_least = Outcome::undetermined;  // equal to outcome unless undetermined
    Outcome at_most = Outcome::undetermined;
    std::optional<bool> enforced{};           // empty: depends on a missing fact
    std::optional<Lane> lane{};               // strictest of the requirements' lanes
    std::optional<Lane> lane_otherwise{};     // when an open condition fails
    std::int32_t exception = -1;              // the one that covers every requirement
    std::vector<std::int32_t> conditions{};   // open condition codes of that lane or exception
    std::vector<Requirement> requirements{};  // met or unknown, strictest first
    Tier tier{};
    std::vector<MissingFact> missing{};  // in order of how much they decide
    std::vector<Margin> margins{};       // nearest first
    std::vector<std::int32_t> tariffs{}, import_measures{}, red_flags{}, obligations{}, watches{};
    std::vector<std::int32_t> unknown_axes{};  // tariffs and measures that hang on a missing fact
    std::vector<std::pair<std::int32_t, std::int32_t>> ambiguities{};  // provision, index
    std::vector<Truth> truths{};  // of every node of the rulebook: the reasons
};

// Requires: rules.period contains the_case.on.
Determination determine(const Rulebook& rules, const facts::Case& the_case);

// Every single change that flips the outcome, smallest first. Re-determines the case once per
// candidate (each threshold, one step either side; each other value of a choice), so it costs some
// hundred microseconds.
std::vector<Flip> flips(const facts::World& world, const Rulebook& rules,
                        const facts::Case& the_case, const Determination& now);

}  // namespace sluice::law
