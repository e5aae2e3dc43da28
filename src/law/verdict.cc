#include "law/verdict.h"

#include <algorithm>

namespace sluice::law {
namespace {

Outcome outcome_of(const CompiledProvision& provision) {
    return provision.version->outcome.value_or(Outcome::licence_required);
}

bool covers(const CompiledProvision& exception, std::int32_t requirement) {
    return std::ranges::find(exception.covers, requirement) != exception.covers.end();
}

bool condition_failed(const Evidence& evidence, const CompiledProvision& provision) {
    return std::ranges::any_of(provision.conditions, [&](const auto& condition) {
        return condition_truth(evidence, condition) == Truth::not_met;
    });
}

std::size_t open_conditions(const Evidence& evidence, const CompiledProvision& provision) {
    return static_cast<std::size_t>(std::ranges::count_if(provision.conditions, [&](const auto& c) {
        return condition_truth(evidence, c) == Truth::unknown;
    }));
}

// The outcome when requirements at least this true bite and exceptions at least that true help.
Outcome outcome_when(const Evidence& evidence, Truth requirement_least, Truth exception_least) {
    auto strictest = Outcome::no_licence_required;
    std::int32_t biting[64];
    std::size_t count = 0;
    for (const auto at : evidence.rules.of(Kind::requirement)) {
        if (evidence.of_provision(at) < requirement_least) continue;
        strictest = std::max(strictest, outcome_of(evidence.at(at)));
        if (count < std::size(biting)) biting[count] = at;
        ++count;
    }
    if (strictest != Outcome::licence_required || count > std::size(biting)) return strictest;
    const auto exception =
        covering_exception(evidence, std::span{biting}.first(count), exception_least);
    return exception >= 0 ? Outcome::exception_available : strictest;
}

// Whether the agency enforces what the text requires: one enforced requirement is enough.
Truth enforced_when(const Evidence& evidence, Outcome outcome) {
    if (outcome == Outcome::no_licence_required) return Truth::met;
    if (outcome == Outcome::exception_available) outcome = Outcome::licence_required;
    auto enforced = Truth::not_met;
    for (const auto at : evidence.rules.of(Kind::requirement)) {
        const auto& provision = evidence.at(at);
        if (outcome_of(provision) != outcome) continue;
        enforced = std::max(enforced,
                            std::min(evidence.of(provision.node), evidence.of(provision.enforced)));
    }
    return enforced;
}

}  // namespace

std::vector<Truth> stated_conditions(const Rulebook& rules, const facts::Case& the_case) {
    std::vector<Truth> stated(rules.book->condition_names.size(), Truth::unknown);
    const auto& names = rules.book->condition_names;
    for (const auto& [name, holds] : the_case.certified) {
        const auto found = std::ranges::lower_bound(names, name);
        if (found != names.end() && *found == name)
            stated[static_cast<std::size_t>(found - names.begin())] =
                holds ? Truth::met : Truth::not_met;
    }
    return stated;
}

Truth condition_truth(const Evidence& evidence, const CompiledCondition& condition) {
    const auto stated = evidence.stated[static_cast<std::size_t>(condition.name)];
    const auto own = condition.node >= 0 ? evidence.of(condition.node) : Truth::unknown;
    if (stated == Truth::not_met || own == Truth::not_met) return Truth::not_met;
    return std::max(stated, own);
}

std::int32_t covering_exception(const Evidence& evidence,
                                std::span<const std::int32_t> requirements, Truth least) {
    std::int32_t best = -1;
    std::size_t fewest = 0;
    for (const auto at : evidence.rules.of(Kind::exception)) {
        const auto& exception = evidence.at(at);
        if (evidence.of(exception.node) < least || condition_failed(evidence, exception)) continue;
        if (!std::ranges::all_of(requirements, [&](auto r) { return covers(exception, r); }))
            continue;
        const auto open = open_conditions(evidence, exception);
        if (best >= 0 && open >= fewest) continue;
        best = at;
        fewest = open;
    }
    return best;
}

Verdict verdict(const Evidence& evidence) {
    Verdict result;
    result.at_least = outcome_when(evidence, Truth::met, Truth::unknown);
    result.at_most = outcome_when(evidence, Truth::unknown, Truth::met);
    result.enforced = enforced_when(evidence, result.at_most);
    return result;
}

std::string_view tier_name(const Evidence& evidence) {
    std::string_view best;
    bool open = false;
    for (const auto at : evidence.rules.of(Kind::classification)) {
        const auto& provision = evidence.at(at);
        const auto truth = evidence.of(provision.node);
        if (truth == Truth::not_met) continue;
        std::string_view name = provision.provision->tier;
        for (std::size_t i = 0; i < provision.limbs.size(); ++i) {
            if (evidence.of(provision.limbs[i]) != Truth::met) continue;
            const std::string_view label = provision.version->limbs[i].label;
            if (!label.empty()) name = label;
            break;
        }
        // A tier that sorts before the best one found is stricter and must be settled first.
        if (truth == Truth::unknown && (best.empty() || provision.provision->tier < best))
            open = true;
        if (truth == Truth::met && (best.empty() || name < best)) best = name;
    }
    if (open && best.empty()) return "undetermined";
    for (const auto at : evidence.rules.of(Kind::classification))
        if (evidence.of_provision(at) == Truth::unknown && evidence.at(at).provision->tier < best)
            return "undetermined";
    return best.empty() ? "none" : best;
}

Tier tier_of(const Evidence& evidence) {
    Tier tier{.name = std::string{tier_name(evidence)}};
    for (const auto at : evidence.rules.of(Kind::classification)) {
        const auto& provision = evidence.at(at);
        if (evidence.of(provision.node) != Truth::met) continue;
        const auto before = tier.all.size();
        for (std::size_t i = 0; i < provision.limbs.size(); ++i)
            if (evidence.of(provision.limbs[i]) == Truth::met &&
                !provision.version->limbs[i].label.empty())
                tier.all.push_back(provision.version->limbs[i].label);
        if (tier.all.size() == before) tier.all.push_back(provision.provision->tier);
        if (std::find(tier.all.begin() + static_cast<std::ptrdiff_t>(before), tier.all.end(),
                      tier.name) != tier.all.end())
            tier.provision = at;
    }
    std::ranges::sort(tier.all);
    return tier;
}

void choose_lane(const Evidence& evidence, Requirement& requirement) {
    struct Candidate {
        std::int32_t at;
        Offer offer;
    };
    std::vector<Candidate> live;
    for (const auto at : evidence.rules.of(Kind::review)) {
        const auto& review = evidence.at(at);
        const auto truth = evidence.of(review.node);
        if (truth == Truth::not_met || !covers(review, requirement.provision)) continue;
        Offer offer{.provision = at, .truth = truth};
        for (const auto& condition : review.conditions) {
            const auto holds = condition_truth(evidence, condition);
            if (holds == Truth::unknown) offer.open.push_back(condition.name);
            if (holds == Truth::not_met) offer.failed.push_back(condition.name);
        }
        requirement.reviews.push_back(offer);
        if (offer.failed.empty()) live.push_back({at, std::move(offer)});
    }
    // The strictest of the reviews at least this true that no certain one in `pool` is over.
    const auto speaks = [&](const std::vector<Candidate>& pool, Truth least) {
        const Candidate* chosen = nullptr;
        for (const auto& candidate : pool) {
            if (candidate.offer.truth < least) continue;
            const bool yields = std::ranges::any_of(pool, [&](const Candidate& other) {
                const auto& over = evidence.at(other.at).overrides;
                return other.offer.truth == Truth::met &&
                       std::ranges::find(over, candidate.at) != over.end();
            });
            if (yields) continue;
            if (!chosen ||
                evidence.at(candidate.at).version->lane > evidence.at(chosen->at).version->lane)
                chosen = &candidate;
        }
        return chosen;
    };
    const auto lane_of = [&](const Candidate* c) {
        return c ? evidence.at(c->at).version->lane : std::nullopt;
    };
    const auto* now = speaks(live, Truth::met);
    requirement.lane_open = std::ranges::any_of(live, [&](const Candidate& c) {
        // Would this one speak, if it were met?
        if (c.offer.truth != Truth::unknown || lane_of(&c) == lane_of(now)) return false;
        return std::ranges::none_of(live, [&](const Candidate& other) {
            const auto& over = evidence.at(other.at).overrides;
            return other.offer.truth == Truth::met && std::ranges::find(over, c.at) != over.end();
        });
    });
    if (!now || requirement.lane_open) return;
    requirement.review = now->at;
    requirement.lane = lane_of(now);
    if (now->offer.open.empty()) return;
    std::erase_if(live, [](const Candidate& c) { return !c.offer.open.empty(); });
    requirement.lane_otherwise = lane_of(speaks(live, Truth::met));
}

LaneAnswer overall_lane(std::span<const Requirement> requirements, bool enforced) {
    LaneAnswer answer;
    for (const auto& r : requirements) {
        if (r.truth != Truth::met || (enforced && r.enforced == Truth::not_met)) continue;
        answer.open = answer.open || r.lane_open;
        if (r.lane) answer.lane = std::max(answer.lane, r.lane);
        answer.otherwise = std::max({answer.otherwise, r.lane, r.lane_otherwise});
    }
    if (answer.otherwise <= answer.lane) answer.otherwise.reset();
    // A requirement that only may bite has no say yet, but its lane could be the stricter one.
    for (const auto& r : requirements)
        if (r.truth == Truth::unknown && !(enforced && r.enforced == Truth::not_met))
            answer.open = answer.open || r.lane_open || r.lane > answer.lane;
    return answer;
}

}  // namespace sluice::law
