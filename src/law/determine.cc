#include "law/determine.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include "law/verdict.h"
#include "text/sequence.h"

namespace sluice::law {
namespace {

using facts::Facts;
using facts::Value;

// What a requirement would need, whether it is met or only may be.
Requirement assess_requirement(const Evidence& evidence, std::int32_t at) {
    const auto& provision = evidence.at(at);
    Requirement requirement{
        .provision = at,
        .truth = evidence.of(provision.node),
        .outcome = provision.version->outcome.value_or(Outcome::licence_required),
        .enforced = evidence.of(provision.enforced),
        .scheduled = provision.in_force.scheduled,
    };
    if (requirement.outcome != Outcome::licence_required) return requirement;
    choose_lane(evidence, requirement);
    for (const auto exception : evidence.rules.of(Kind::exception))
        if (evidence.of_provision(exception) != Truth::not_met &&
            covers(evidence.at(exception), at))
            requirement.exceptions.push_back(offer_of(evidence, exception));
    return requirement;
}

// The overall lane, and the conditions that it still hangs on.
void settle_lane(Determination& d) {
    const bool enforced = d.enforced.value_or(true);
    const auto answer = overall_lane(d.requirements, enforced);
    if (!answer.open) d.lane = answer.lane;
    if (!d.lane) return;
    d.lane_otherwise = answer.otherwise;
    for (const auto& r : d.requirements) {
        if (r.truth != Truth::met || (enforced && r.enforced == Truth::not_met)) continue;
        for (const auto& offer : r.reviews)
            if (offer.provision == r.review)
                for (const auto open : offer.open)
                    if (!text::contains(d.conditions, open)) d.conditions.push_back(open);
    }
}

void settle_outcome(const Evidence& evidence, const facts::Case& the_case, Determination& d) {
    const auto found = verdict(evidence);
    d.at_least = found.at_least;
    d.at_most = found.at_most;
    d.outcome = found.at_least == found.at_most ? found.at_most : Outcome::undetermined;
    if (found.enforced != Truth::unknown) d.enforced = found.enforced == Truth::met;
    d.tier = tier_of(evidence);
    const bool open_tier = d.tier.name == "undetermined";
    const bool open_lane = found.at_most == Outcome::licence_required &&
                           overall_lane(d.requirements, d.enforced.value_or(true)).open;
    if (d.outcome != Outcome::undetermined && d.enforced && !open_tier && !open_lane) return;

    auto completed = complete(evidence, the_case);
    d.missing = std::move(completed.missing);
    if (!completed.exhaustive) return;
    d.at_least = completed.at_least;
    d.at_most = completed.at_most;
    d.outcome = d.at_least == d.at_most ? d.at_most : Outcome::undetermined;
    d.enforced.reset();
    if (completed.enforced.size() == 1 && completed.enforced[0] != Truth::unknown)
        d.enforced = completed.enforced[0] == Truth::met;
    if (open_lane && completed.lanes.size() == 1) d.lane = completed.lanes[0];
    if (open_tier && completed.tiers.size() == 1) d.tier.name = completed.tiers[0];
    if (completed.tiers.size() > 1) d.tier.possible = std::move(completed.tiers);
}

void settle_exception(const Evidence& evidence, Determination& d) {
    if (d.outcome != Outcome::exception_available) return;
    d.exception = covering_exception(evidence, Truth::met, Truth::met);
    if (d.exception < 0) d.exception = covering_exception(evidence, Truth::met, Truth::unknown);
    if (d.exception < 0) return;
    d.conditions = offer_of(evidence, d.exception).open;
}

bool stated_red_flag(const CompiledProvision& flag, const std::vector<std::string>& stated) {
    const std::string_view id = flag.provision->id;
    const auto last = id.substr(id.rfind('.') + 1);
    return std::ranges::any_of(stated,
                               [&](const auto& name) { return name == id || name == last; });
}

// Duties that hang on requirements or exceptions come only with those.
bool duty_applies(const Evidence& evidence, const Determination& d, const CompiledProvision& duty) {
    if (duty.provision->covers.empty()) return true;
    return std::ranges::any_of(duty.covers, [&](auto at) {
        return at == d.exception || (evidence.at(at).provision->kind == Kind::requirement &&
                                     evidence.of_provision(at) == Truth::met);
    });
}

void settle_axes(const Evidence& evidence, const facts::Case& the_case, Determination& d) {
    const auto gather = [&](Kind kind, std::vector<std::int32_t>& into, auto applies) {
        for (const auto at : evidence.rules.of(kind))
            if (applies(at)) into.push_back(at);
    };
    const auto is_met = [&](auto at) { return evidence.of_provision(at) == Truth::met; };
    const auto is_unknown = [&](auto at) { return evidence.of_provision(at) == Truth::unknown; };
    gather(Kind::tariff, d.tariffs, is_met);
    gather(Kind::import_measure, d.import_measures, is_met);
    gather(Kind::tariff, d.unknown_axes, is_unknown);
    gather(Kind::import_measure, d.unknown_axes, is_unknown);
    gather(Kind::watch, d.watches, [&](auto at) { return is_met(at) || is_unknown(at); });
    gather(Kind::red_flag, d.red_flags, [&](auto at) {
        const auto& flag = evidence.at(at);
        return (flag.node >= 0 && is_met(at)) || stated_red_flag(flag, the_case.red_flags);
    });
    gather(Kind::obligation, d.obligations,
           [&](auto at) { return is_met(at) && duty_applies(evidence, d, evidence.at(at)); });
}

// An ambiguity matters where its own condition holds and its provision has something to say.
void gather_ambiguities(const Evidence& evidence, Determination& d) {
    const auto add = [&](std::int32_t at) {
        const auto& provision = evidence.at(at);
        for (std::size_t i = 0; i < provision.ambiguities.size(); ++i) {
            const std::pair entry{at, static_cast<std::int32_t>(i)};
            if (evidence.of(provision.ambiguities[i]) == Truth::met &&
                !text::contains(d.ambiguities, entry))
                d.ambiguities.push_back(entry);
        }
    };
    for (const auto& r : d.requirements) {
        add(r.provision);
        for (const auto& offer : r.reviews) add(offer.provision);
        for (const auto& offer : r.exceptions) add(offer.provision);
    }
    for (const auto at : evidence.rules.of(Kind::classification))
        if (evidence.of_provision(at) != Truth::not_met) add(at);
    for (const auto* axis : {&d.tariffs, &d.import_measures, &d.obligations, &d.red_flags})
        for (const auto at : *axis) add(at);
}

void measure_margins(const Evidence& evidence, const Facts& facts, Determination& d) {
    for (const auto& [provision, id] : evidence.rules.thresholds) {
        const auto& node = evidence.rules.node(id);
        Margin margin{
            .provision = provision, .node = id, .fact = node.fact, .comparator = node.comparator};
        Value threshold;
        if (node.op == Node::Op::compare1) {
            margin.value = facts[facts::index(node.fact)];
            const auto bound = static_cast<std::int64_t>(node.bound / 1'000'000);
            threshold = {.known = Known::exact, .lo = bound, .hi = bound};
        } else {
            margin.value = value_of(node.expr->left, facts);
            threshold = value_of(node.expr->right, facts);
            if (!node.expr->left.terms.empty()) margin.fact = node.expr->left.terms.front().fact;
        }
        // A sum without an upper end is at no distance from anything.
        if (margin.value.hi == quantity::Decimal::largest().millionths()) continue;
        if (!margin.value.is_number() || !threshold.is_number()) continue;
        // Where the two ranges overlap there is no gap.
        const bool above = margin.value.lo > threshold.hi;
        const auto nearest = above ? threshold.hi : threshold.lo;
        const auto gap = above ? margin.value.lo - nearest
                               : std::min<std::int64_t>(margin.value.hi - nearest, 0);
        margin.threshold = quantity::Decimal::from_millionths(nearest);
        margin.distance = quantity::Decimal::from_millionths(gap);
        margin.relative =
            nearest == 0 ? 0 : static_cast<double>(gap) / static_cast<double>(nearest);
        d.margins.push_back(margin);
    }
    std::ranges::stable_sort(d.margins, {}, [](const Margin& m) { return std::abs(m.relative); });
}

}  // namespace

Determination determine(const Rulebook& rules, const facts::Case& the_case) {
    Determination d;
    evaluate(rules, the_case.facts, d.truths);
    const auto stated = stated_conditions(rules, the_case);
    const Evidence evidence{rules, d.truths, stated};

    for (const auto at : rules.of(Kind::requirement))
        if (evidence.of_provision(at) != Truth::not_met)
            d.requirements.push_back(assess_requirement(evidence, at));
    // Strictest first; among equals those met before those that may be.
    std::ranges::stable_sort(d.requirements, std::greater{}, [](const Requirement& r) {
        return std::tuple(r.outcome, r.truth, r.enforced);
    });
    settle_outcome(evidence, the_case, d);
    settle_exception(evidence, d);
    if (d.outcome == Outcome::licence_required ||
        (d.outcome == Outcome::undetermined && d.at_least == Outcome::licence_required))
        settle_lane(d);
    settle_axes(evidence, the_case, d);
    gather_ambiguities(evidence, d);
    measure_margins(evidence, the_case.facts, d);
    return d;
}

}  // namespace sluice::law
