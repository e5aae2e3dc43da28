#include "law/verdict.h"

#include <algorithm>

#include "text/sequence.h"

namespace sluice::law {
namespace {

Outcome outcome_of(const CompiledProvision& provision) {
    return provision.version->outcome.value_or(Outcome::licence_required);
}

// The outcome when requirements at least this true bite and exceptions at least that true help.
Outcome outcome_when(const Evidence& evidence, Truth bites, Truth helps) {
    auto strictest = Outcome::no_licence_required;
    for (const auto at : evidence.rules.of(Kind::requirement))
        if (evidence.of_provision(at) >= bites)
            strictest = std::max(strictest, outcome_of(evidence.at(at)));
    const bool lifted =
        strictest == Outcome::licence_required && covering_exception(evidence, bites, helps) >= 0;
    return lifted ? Outcome::exception_available : strictest;
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

bool covers(const CompiledProvision& provision, std::int32_t requirement) {
    return text::contains(provision.covers, requirement);
}

Offer offer_of(const Evidence& evidence, std::int32_t provision) {
    Offer offer{.provision = provision, .truth = evidence.of_provision(provision)};
    for (const auto& condition : evidence.at(provision).conditions) {
        const auto holds = condition_truth(evidence, condition);
        if (holds == Truth::unknown) offer.open.push_back(condition.name);
        if (holds == Truth::not_met) offer.failed.push_back(condition.name);
    }
    return offer;
}

std::int32_t covering_exception(const Evidence& evidence, Truth bites, Truth helps) {
    std::int32_t best = -1;
    std::size_t fewest = 0;
    for (const auto at : evidence.rules.of(Kind::exception)) {
        const auto& exception = evidence.at(at);
        if (evidence.of(exception.node) < helps) continue;
        const bool all = std::ranges::all_of(evidence.rules.of(Kind::requirement), [&](auto r) {
            return evidence.of_provision(r) < bites || covers(exception, r);
        });
        if (!all) continue;
        const auto offer = offer_of(evidence, at);
        if (!offer.failed.empty() || (best >= 0 && offer.open.size() >= fewest)) continue;
        best = at;
        fewest = offer.open.size();
    }
    return best;
}

Verdict verdict(const Evidence& evidence) {
    const auto most = outcome_when(evidence, Truth::unknown, Truth::met);
    return {.at_least = outcome_when(evidence, Truth::met, Truth::unknown),
            .at_most = most,
            .enforced = enforced_when(evidence, most)};
}

// A tier that sorts before another is the stricter one.
std::string_view tier_name(const Evidence& evidence) {
    std::optional<std::string_view> best, open;
    const auto keep = [](std::optional<std::string_view>& strictest, std::string_view name) {
        if (!strictest || name < *strictest) strictest = name;
    };
    for (const auto at : evidence.rules.of(Kind::classification)) {
        const auto& provision = evidence.at(at);
        const auto truth = evidence.of(provision.node);
        std::string_view name = provision.provision->tier;
        if (truth == Truth::unknown) keep(open, name);
        if (truth != Truth::met) continue;
        for (std::size_t i = 0; i < provision.limbs.size(); ++i) {
            if (evidence.of(provision.limbs[i]) != Truth::met) continue;
            const std::string_view label = provision.version->limbs[i].label;
            if (!label.empty()) name = label;
            break;
        }
        keep(best, name);
    }
    if (open && (!best || *open < *best)) return "undetermined";
    return best.value_or("none");
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
    }
    std::ranges::sort(tier.all);
    return tier;
}

void choose_lane(const Evidence& evidence, Requirement& requirement) {
    std::vector<Offer> live;
    for (const auto at : evidence.rules.of(Kind::review)) {
        if (evidence.of_provision(at) == Truth::not_met ||
            !covers(evidence.at(at), requirement.provision))
            continue;
        auto offer = offer_of(evidence, at);
        if (offer.failed.empty()) live.push_back(offer);
        requirement.reviews.push_back(std::move(offer));
    }
    const auto lane_of = [&](const Offer* offer) {
        return offer ? evidence.at(offer->provision).version->lane : std::nullopt;
    };
    const auto yields = [&](const Offer& offer) {
        return std::ranges::any_of(live, [&](const Offer& other) {
            const auto& over = evidence.at(other.provision).overrides;
            return other.truth == Truth::met && text::contains(over, offer.provision);
        });
    };
    // The strictest of the certain reviews that no certain one is over.
    const auto speaks = [&] {
        const Offer* chosen = nullptr;
        for (const auto& offer : live)
            if (offer.truth == Truth::met && !yields(offer) &&
                (!chosen || lane_of(&offer) > lane_of(chosen)))
                chosen = &offer;
        return chosen;
    };
    const auto* now = speaks();
    requirement.lane_open = std::ranges::any_of(live, [&](const Offer& offer) {
        // Would this one speak, if it were met?
        return offer.truth == Truth::unknown && lane_of(&offer) != lane_of(now) && !yields(offer);
    });
    if (!now || requirement.lane_open) return;
    requirement.review = now->provision;
    requirement.lane = lane_of(now);
    if (now->open.empty()) return;
    std::erase_if(live, [](const Offer& offer) { return !offer.open.empty(); });
    requirement.lane_otherwise = lane_of(speaks());
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
