#include <algorithm>
#include <array>
#include <cmath>

#include "law/verdict.h"
#include "text/sequence.h"

namespace sluice::law {
namespace {

using facts::FactType;
using facts::Value;

// Facts whose change is another deal rather than another answer to this one. The last follows from
// quantity and tpp.
constexpr std::array the_deal_itself = {FactId::chip, FactId::designer, FactId::from,
                                        FactId::destination, FactId::shipment_tpp};

struct Flipper {
    const facts::World& world;
    const Rulebook& rules;
    const facts::Case& the_case;
    const Determination& now;
    std::vector<Flip> found{};

    std::vector<Flip> run() {
        std::vector<bool> asked(facts::fact_count);
        for (const auto& node : rules.nodes) {
            asked[facts::index(node.fact)] = true;
            if (node.op != Node::Op::compare) continue;
            for (const auto& term : rules.terms_of(node)) asked[facts::index(term.fact)] = true;
        }
        for (const auto& fact : facts::all_facts())
            if (asked[facts::index(fact.id)] && the_case[fact.id].known != Known::unknown &&
                !text::contains(the_deal_itself, fact.id))
                flip(fact);
        std::ranges::stable_sort(found, {}, &Flip::relative);
        return std::move(found);
    }

    void flip(const facts::FactInfo& fact) {
        switch (fact.type) {
            case FactType::number:
                return flip_number(fact.id);
            case FactType::boolean:
                return flip_to(fact.id, Value::boolean(the_case[fact.id].lo == 0));
            case FactType::choice:
                for (std::size_t i = 0; i < fact.choices.size(); ++i)
                    flip_to(fact.id, Value::code(static_cast<std::int64_t>(i)));
                return;
            case FactType::party:
                return flip_to(fact.id, Value::code(facts::unaddressed));
            case FactType::place:
                // Any place outside every group stands for "somewhere nobody restricts".
                if (const auto neutral = world.places.find("US"); neutral >= 0)
                    flip_to(fact.id, Value::code(neutral));
                return;
            case FactType::chip:
                return;
        }
    }

    // The flip that a change brings, when it brings another answer.
    std::optional<Flip> changed(FactId fact, Value to) const {
        auto changed = the_case;
        changed[fact] = to;
        facts::derive(world, changed);
        const auto other = determine(rules, changed);
        const bool same = other.outcome == now.outcome && other.lane == now.lane;
        if (same || other.outcome == Outcome::undetermined) return std::nullopt;
        return Flip{.fact = fact,
                    .from = the_case[fact],
                    .to = to,
                    .outcome = other.outcome,
                    .lane = other.lane,
                    .relative = 1};
    }

    void flip_to(FactId fact, Value to) {
        if (the_case[fact] == to) return;
        const auto flip = changed(fact, to);
        // One entry a fact and outcome is enough to tell the reader.
        const bool told =
            flip && std::ranges::any_of(found, [&](const Flip& f) {
                return f.fact == fact && f.outcome == flip->outcome && f.lane == flip->lane;
            });
        if (flip && !told) found.push_back(*flip);
    }

    // The critical values nearest to the value on either side that change the answer.
    void flip_number(FactId fact) {
        if (the_case[fact].known != Known::exact) return;
        const auto from = the_case[fact].lo;
        const auto values = critical_values(rules, the_case.facts, fact, 0,
                                            quantity::Decimal::largest().millionths() - 1);
        const auto try_value = [&](std::int64_t to) {
            auto flip = changed(fact, {.known = Known::exact, .lo = to, .hi = to});
            if (!flip) return false;
            // One step short of a round threshold is "below it"; one step past it is "above it".
            const auto near = to % 1000 == 0 ? to : (to + 500) / 1000 * 1000;
            const auto round = std::abs(near - to) <= 1 ? near : to;
            flip->side = to < round   ? Comparator::less
                         : to > round ? Comparator::greater
                         : to > from  ? Comparator::greater_equal
                                      : Comparator::less_equal;
            flip->threshold = quantity::Decimal::from_millionths(round);
            if (from != 0)
                flip->relative =
                    std::abs(static_cast<double>(to - from)) / static_cast<double>(from);
            found.push_back(*flip);
            return true;
        };
        const auto here = std::ranges::lower_bound(values, from);
        for (auto up = here; up != values.end(); ++up)
            if (*up != from && try_value(*up)) break;
        for (auto down = here; down != values.begin();) {
            --down;
            if (*down != 0 && try_value(*down)) break;
        }
    }
};

}  // namespace

std::vector<Flip> flips(const facts::World& world, const Rulebook& rules,
                        const facts::Case& the_case, const Determination& now) {
    return Flipper{world, rules, the_case, now}.run();
}

}  // namespace sluice::law
