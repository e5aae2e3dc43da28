#include <algorithm>
#include <cmath>

#include "law/verdict.h"

namespace sluice::law {
namespace {

using facts::FactType;
using facts::Value;

// Facts whose change is another deal rather than another answer to this one.
bool is_the_deal_itself(FactId fact) {
    switch (fact) {
        case FactId::chip:
        case FactId::designer:
        case FactId::from:
        case FactId::destination:
        case FactId::shipment_tpp:  // follows from quantity and tpp
            return true;
        default:
            return false;
    }
}

struct Answer {
    Outcome outcome;
    std::optional<Lane> lane;
    friend bool operator==(const Answer&, const Answer&) = default;
};

Answer answer(const Determination& d) { return {d.outcome, d.lane}; }

// The flips that one numeric fact offers: its critical values nearest to the value on either side.
void flip_number(const facts::World& world, const Rulebook& rules, const facts::Case& the_case,
                 const Answer& now, FactId fact, std::vector<Flip>& found) {
    const auto from = the_case[fact];
    if (from.known != Known::exact) return;
    auto changed = the_case;
    const auto values = critical_values(rules, the_case.facts, fact, 0,
                                        quantity::Decimal::largest().millionths() - 1);
    const auto try_value = [&](std::int64_t to) {
        changed[fact] = {.known = Known::exact, .lo = to, .hi = to};
        facts::derive(world, changed);
        const auto other = determine(rules, changed);
        if (answer(other) == now || other.outcome == Outcome::undetermined) return false;
        const bool up = to > from.lo;
        // One step short of a round threshold is "below it"; one step past it is "above it".
        const auto near = [&](std::int64_t v) {
            return v % 1000 == 0 ? v : (v + 500) / 1000 * 1000;
        };
        const auto round = std::abs(near(to) - to) <= 1 ? near(to) : to;
        found.push_back({.fact = fact,
                         .from = from,
                         .to = changed[fact],
                         .side = to < round   ? Comparator::less
                                 : to > round ? Comparator::greater
                                 : up         ? Comparator::greater_equal
                                              : Comparator::less_equal,
                         .threshold = quantity::Decimal::from_millionths(round),
                         .outcome = other.outcome,
                         .lane = other.lane,
                         .relative = from.lo == 0 ? 1.0
                                                  : std::abs(static_cast<double>(to - from.lo)) /
                                                        static_cast<double>(from.lo)});
        return true;
    };
    const auto here = std::ranges::lower_bound(values, from.lo);
    for (auto up = here; up != values.end(); ++up)
        if (*up != from.lo && try_value(*up)) break;
    for (auto down = here; down != values.begin();) {
        --down;
        if (*down != 0 && try_value(*down)) break;
    }
}

void flip_value(const facts::World& world, const Rulebook& rules, const facts::Case& the_case,
                const Answer& now, FactId fact, Value to, std::vector<Flip>& found) {
    if (the_case[fact] == to) return;
    auto changed = the_case;
    changed[fact] = to;
    facts::derive(world, changed);
    const auto other = determine(rules, changed);
    if (answer(other) == now || other.outcome == Outcome::undetermined) return;
    // One entry a fact and outcome is enough to tell the reader.
    const bool told = std::ranges::any_of(found, [&](const Flip& f) {
        return f.fact == fact && f.outcome == other.outcome && f.lane == other.lane;
    });
    if (!told)
        found.push_back({.fact = fact,
                         .from = the_case[fact],
                         .to = to,
                         .outcome = other.outcome,
                         .lane = other.lane,
                         .relative = 1});
}

}  // namespace

std::vector<Flip> flips(const facts::World& world, const Rulebook& rules,
                        const facts::Case& the_case, const Determination& now) {
    std::vector<Flip> found;
    std::vector<bool> asked(facts::fact_count);
    for (const auto& node : rules.nodes) {
        if (node.op == Node::Op::compare)
            for (std::int32_t i = 0; i < node.count; ++i)
                asked[facts::index(rules.terms[static_cast<std::size_t>(node.first + i)].fact)] =
                    true;
        else
            asked[facts::index(node.fact)] = true;
    }
    for (const auto& fact : facts::all_facts()) {
        const auto& value = the_case[fact.id];
        if (!asked[facts::index(fact.id)] || is_the_deal_itself(fact.id) ||
            value.known == Known::unknown)
            continue;
        switch (fact.type) {
            case FactType::number:
                flip_number(world, rules, the_case, answer(now), fact.id, found);
                break;
            case FactType::boolean:
                flip_value(world, rules, the_case, answer(now), fact.id,
                           Value::boolean(value.lo == 0), found);
                break;
            case FactType::choice:
                for (std::size_t i = 0; i < fact.choices.size(); ++i)
                    flip_value(world, rules, the_case, answer(now), fact.id,
                               Value::code(static_cast<std::int64_t>(i)), found);
                break;
            case FactType::party:
                flip_value(world, rules, the_case, answer(now), fact.id, Value::code(-2), found);
                break;
            case FactType::place: {
                // Any place outside every group stands for "somewhere nobody restricts".
                const auto neutral = world.places.find("US");
                if (neutral >= 0)
                    flip_value(world, rules, the_case, answer(now), fact.id, Value::code(neutral),
                               found);
                break;
            }
            case FactType::chip:
                break;
        }
    }
    std::ranges::stable_sort(found, {}, &Flip::relative);
    return found;
}

}  // namespace sluice::law
