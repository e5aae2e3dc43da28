// From the truth of every node to an outcome: the part of a determination that is cheap enough to
// be repeated for every completion of the unknown facts. Internal to law/.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "law/determine.h"

namespace sluice::law {

// The truth that the case states for every condition name of the lawbook; unknown when silent.
std::vector<Truth> stated_conditions(const Rulebook& rules, const facts::Case& the_case);

struct Evidence {
    const Rulebook& rules;
    std::span<const Truth> truths;  // of every node
    std::span<const Truth> stated;  // of every condition name

    Truth of(NodeId node) const { return truths[static_cast<std::size_t>(node)]; }
    const CompiledProvision& at(std::int32_t provision) const { return rules.at(provision); }
    Truth of_provision(std::int32_t provision) const { return of(at(provision).node); }
};

// A condition fails when its certificate or its own expression fails, and holds when either holds.
Truth condition_truth(const Evidence& evidence, const CompiledCondition& condition);

struct Verdict {
    Outcome at_least =
        Outcome::undetermined;  // unknown requirements do not bite, unknown exceptions help
    Outcome at_most =
        Outcome::undetermined;  // unknown requirements bite, unknown exceptions do not help
    Truth enforced = Truth::met;
    friend bool operator==(const Verdict&, const Verdict&) = default;
};
Verdict verdict(const Evidence& evidence);

// The exception that covers every requirement at least as true as `bites`, -1 for none; `helps` is
// how sure it must be itself.
std::int32_t covering_exception(const Evidence& evidence, Truth bites, Truth helps);

// What a review or exception offers. Whether it is for this requirement.
Offer offer_of(const Evidence& evidence, std::int32_t provision);
bool covers(const CompiledProvision& provision, std::int32_t requirement);

// The tier, with unknown limbs left open ("undetermined").
Tier tier_of(const Evidence& evidence);
// Its name alone, as a view into the lawbook.
std::string_view tier_name(const Evidence& evidence);

// The lane of one requirement; fills lane, lane_otherwise, review, reviews and lane_open. A review
// that is unknown and might speak instead leaves the lane empty and `lane_open` set.
void choose_lane(const Evidence& evidence, Requirement& requirement);

// The overall lane: the strictest that a requirement which is met and enforced has, or any when
// none is enforced. `open` is set where a missing fact may change it.
struct LaneAnswer {
    std::optional<Lane> lane{};
    std::optional<Lane> otherwise{};  // when an open condition fails
    bool open = false;
};
LaneAnswer overall_lane(std::span<const Requirement> requirements, bool enforced);

// The open facts on which the truth of a node hangs.
std::vector<FactId> open_facts(const Evidence& evidence, const facts::Facts& facts, NodeId root);

// Every completion of the unknown facts that matter, reduced to what they decide.
struct Completed {
    bool exhaustive = false;  // false: too many completions; nothing below counts
    Outcome at_least = Outcome::undetermined;
    Outcome at_most = Outcome::no_licence_required;
    std::vector<Truth> enforced{};  // distinct, sorted
    std::vector<std::optional<Lane>> lanes{};
    std::vector<std::string> tiers{};
    std::vector<MissingFact> missing{};
};
Completed complete(const Evidence& evidence, const facts::Case& the_case);

// Values at and beside each threshold that `fact` meets in the rulebook, other facts as they are;
// sorted, unique, within [lo, hi] millionths. For completions and flips.
std::vector<std::int64_t> critical_values(const Rulebook& rules, const facts::Facts& facts,
                                          FactId fact, std::int64_t lo, std::int64_t hi);

}  // namespace sluice::law
