// The compiled evaluator and the naive one say the same, and an answer that is given although facts
// are missing holds whatever they turn out to be. bench/agreement runs the first on millions.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "law/real_rulebook_test.h"
#include "law/small_book_test.h"
#include "tests/law/agree.h"
#include "tests/law/generate.h"
#include "tests/law/generate_law.h"

namespace sluice::law {
namespace {

using facts::Known;
using facts::Value;
using generated::Generator;

TEST(Agreement, OfBothEvaluatorsOnTheRulebook) {
    const auto& [world, book] = real_rulebook();
    RecordProperty("seed", std::to_string(seed()));
    SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed()));
    Generator generator{world, book, seed()};
    std::vector<Truth> truths;
    std::uint64_t compared = 0;
    for (int day = 0; day < 200; ++day) {
        const auto on = generator.day();
        const auto known_on =
            generator.chance(20) ? std::optional{generator.day()} : std::optional<Date>{};
        const auto rules = compile(world, book, on, known_on);
        for (int i = 0; i < 100; ++i) {
            const auto facts = generator.facts();
            const auto certified = generator.certified();
            const auto found = disagreement(rules,
                                            {.world = &world,
                                             .book = &book,
                                             .on = on,
                                             .known_on = known_on,
                                             .facts = &facts,
                                             .certified = &certified},
                                            truths, compared);
            ASSERT_EQ(found, "");
        }
    }
    EXPECT_EQ(compared, 20'000 * book.provisions.size());
}

TEST(Agreement, OfBothEvaluatorsOnRandomLawbooks) {
    const auto world = small_world();
    for (std::uint64_t trial = 0; trial < 150; ++trial) {
        SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed()) + ", trial " + std::to_string(trial));
        const auto text = generated::LawWriter{seed() + trial}.lawbook(12);
        const auto book = book_of(world, text);
        ASSERT_TRUE(book) << text::render(book.error()) << text;
        Generator generator{world, *book, seed() + trial};
        std::vector<Truth> truths;
        std::uint64_t compared = 0;
        for (int day = 0; day < 5; ++day) {
            const auto on = generator.day();
            const auto rules = compile(world, *book, on);
            for (int i = 0; i < 40; ++i) {
                const auto facts = generator.facts();
                const auto found = disagreement(
                    rules, {.world = &world, .book = &*book, .on = on, .facts = &facts}, truths,
                    compared);
                ASSERT_EQ(found, "") << text;
            }
        }
    }
}

// ---- the outcome, from the truths of the naive evaluator
// ------------------------------------------

struct Oracle {
    const naive::Context& context;

    Truth met(const CompiledProvision& p) const {
        return p.version->limbs.empty() ? Truth::not_met : naive::met(context, *p.provision);
    }

    bool failed(const CompiledProvision& p) const {
        return std::ranges::any_of(p.version->conditions, [&](const Condition& c) {
            for (const auto& [name, holds] : *context.certified)
                if (name == c.name && !holds) return true;
            return c.when && naive::evaluate(context, *c.when) == Truth::not_met;
        });
    }

    // Requires: no truth is unknown.
    Outcome outcome(const Rulebook& rules) const {
        auto strictest = Outcome::no_licence_required;
        std::vector<std::string> biting;
        for (const auto at : rules.of(Kind::requirement)) {
            const auto& p = rules.provisions[static_cast<std::size_t>(at)];
            if (met(p) != Truth::met) continue;
            biting.push_back(p.provision->id);
            strictest = std::max(strictest, *p.version->outcome);
        }
        if (strictest != Outcome::licence_required) return strictest;
        for (const auto at : rules.of(Kind::exception)) {
            const auto& p = rules.provisions[static_cast<std::size_t>(at)];
            const auto lifts = [&](const std::string& id) {
                return std::ranges::find(p.provision->covers, id) != p.provision->covers.end();
            };
            if (met(p) == Truth::met && !failed(p) && std::ranges::all_of(biting, lifts))
                return Outcome::exception_available;
        }
        return strictest;
    }

    bool settled(const Rulebook& rules) const {
        return std::ranges::none_of(rules.provisions, [&](const CompiledProvision& p) {
            return !p.in_force.stayed && met(p) == Truth::unknown;
        });
    }
};

// Mostly free of what would decide alone, so that the rules about chips get their say.
facts::Case plain_case(Generator& generator, Date on, const generated::FactMix& mix) {
    facts::Case the_case{
        .facts = generator.facts(mix), .on = on, .certified = generator.certified()};
    for (const auto fact : {FactId::entity_listed, FactId::footnote_1, FactId::footnote_3,
                            FactId::footnote_4, FactId::footnote_5, FactId::meu_listed,
                            FactId::sdn_listed, FactId::unverified_listed, FactId::denied_person})
        if (generator.chance(97)) the_case[fact] = Value::boolean(false);
    if (generator.chance(80)) the_case[FactId::end_use] = Value::code(0);
    if (generator.chance(80)) the_case[FactId::also_eccn] = Value::code(0);
    if (generator.chance(80)) the_case[FactId::item] = Value::code(0);
    return the_case;
}

TEST(Agreement, OfTheOutcomeWithAnOracle) {
    const auto& [world, book] = real_rulebook();
    SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed()));
    Generator generator{world, book, seed() + 1};
    std::array<int, 6> seen{};
    for (int day = 0; day < 100; ++day) {
        const auto on = generator.day();
        const auto rules = compile(world, book, on);
        for (int i = 0; i < 60; ++i) {
            const auto the_case =
                plain_case(generator, on, {.unknown = 0, .absent = 8, .range = 0});
            const naive::Context context{.world = &world,
                                         .book = &book,
                                         .on = on,
                                         .facts = &the_case.facts,
                                         .certified = &the_case.certified};
            const Oracle oracle{context};
            if (!oracle.settled(rules)) continue;
            const auto d = determine(rules, the_case);
            ASSERT_EQ(to_string(d.outcome), to_string(oracle.outcome(rules)))
                << quantity::to_string(on) << "\n"
                << told(the_case.facts);
            ++seen[static_cast<std::size_t>(d.outcome)];
        }
    }
    for (const auto outcome : {Outcome::no_licence_required, Outcome::exception_available,
                               Outcome::licence_required, Outcome::presumed_violation_risk})
        EXPECT_GT(seen[static_cast<std::size_t>(outcome)], 10) << to_string(outcome);
    EXPECT_EQ(seen[static_cast<std::size_t>(Outcome::undetermined)], 0);
}

// ---- completions by brute force -----------------------------------------------------------------

// Whatever an unknown or a range could be: every value the law mentions and its neighbours, a grid
// between, every code.
std::vector<Value> everything(const facts::World& world, const Generator& generator,
                              const facts::FactInfo& fact, const Value& value) {
    std::vector<Value> values;
    const auto codes = [&](std::int64_t first, std::size_t end) {
        for (auto code = first; code < static_cast<std::int64_t>(end); ++code)
            values.push_back(Value::code(code));
    };
    using enum facts::FactType;
    if (value.known == Known::unknown && (fact.type == number || fact.type == place))
        values.push_back(Value::absent());
    switch (fact.type) {
        case boolean:
            codes(0, 2);
            break;
        case choice:
            codes(0, fact.choices.size());
            break;
        case place:
            codes(0, world.places.all.size());
            break;
        case party:
            codes(facts::unaddressed, world.parties.size());
            break;
        case chip:
            codes(facts::unaddressed, world.chips.size());
            break;
        case number: {
            const bool ranged = value.known == Known::range;
            const auto lo = ranged ? value.lo : 0;
            const auto hi = ranged ? value.hi : Decimal::largest().millionths();
            std::vector<std::int64_t> points{lo, hi};
            for (const auto bound : generator.bounds(fact.id))
                for (const int step : {-1, 0, 1}) points.push_back(bound + step);
            const auto top = std::min<std::int64_t>(hi, lo + 30'000'000'000);
            for (std::int64_t k = 0; k <= 40; ++k) points.push_back(lo + (top - lo) / 40 * k);
            for (const auto point : points)
                if (point >= lo && point <= hi)
                    values.push_back({.known = Known::exact, .lo = point, .hi = point});
            break;
        }
    }
    return values;
}

bool fails_a_condition(const Rulebook& rules, const Determination& claimed,
                       const Determination& completed) {
    return std::ranges::any_of(rules.provisions, [&](const CompiledProvision& p) {
        return std::ranges::any_of(p.conditions, [&](const CompiledCondition& c) {
            return c.node >= 0 && std::ranges::count(claimed.conditions, c.name) > 0 &&
                   completed.truths[static_cast<std::size_t>(c.node)] == Truth::not_met;
        });
    });
}

void check_completion(const Rulebook& rules, const facts::Case& the_case,
                      const Determination& claimed, const facts::Case& completed) {
    const auto d = determine(rules, completed);
    const auto context = [&] {
        return quantity::to_string(completed.on) + "\n" + one_line(rules, claimed) +
               "\nof: " + told(the_case.facts) + "\n" + one_line(rules, d) +
               "\nof: " + told(completed.facts);
    };
    if (claimed.tier.name != "undetermined" && d.tier.name != "undetermined") {
        ASSERT_TRUE(d.tier.name.starts_with(claimed.tier.name)) << context();
    }
    // An answer that names its conditions does not speak of a case that fails them.
    if (fails_a_condition(rules, claimed, d)) return;
    ASSERT_LE(claimed.at_least, d.at_least) << context();
    ASSERT_GE(claimed.at_most, d.at_most) << context();
    if (claimed.outcome != Outcome::undetermined) {
        ASSERT_EQ(to_string(d.outcome), to_string(claimed.outcome)) << context();
    }
    if (claimed.enforced && d.enforced) {
        ASSERT_EQ(*d.enforced, *claimed.enforced) << context();
    }
    if (claimed.lane && d.lane) {
        ASSERT_EQ(to_string(*d.lane), to_string(*claimed.lane)) << context();
    }
}

TEST(Completion, IsNeverContradictedByBruteForce) {
    const auto& [world, book] = real_rulebook();
    SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed()));
    Generator generator{world, book, seed() + 2};
    int determined = 0, open_cases = 0;
    for (int day = 0; day < 60; ++day) {
        const auto on = generator.day();
        const auto rules = compile(world, book, on);
        for (int i = 0; i < 12; ++i) {
            auto the_case = plain_case(generator, on, {.unknown = 0, .absent = 5, .range = 0});
            the_case.certified.clear();
            std::vector<const facts::FactInfo*> open;
            for (std::size_t k = 1 + generator.below(2); k > 0; --k) {
                const auto& fact = facts::all_facts()[generator.below(facts::fact_count)];
                the_case[fact.id] =
                    generator.value(fact, {.unknown = 60, .absent = 0, .range = 40});
                open.push_back(&fact);
            }
            const auto claimed = determine(rules, the_case);
            ++(claimed.outcome == Outcome::undetermined ? open_cases : determined);
            for (int sample = 0; sample < 60; ++sample) {
                auto completed = the_case;
                for (const auto* fact : open) {
                    const auto values = everything(world, generator, *fact, the_case[fact->id]);
                    if (the_case[fact->id].known != Known::exact)
                        completed[fact->id] = values[generator.below(values.size())];
                }
                check_completion(rules, the_case, claimed, completed);
                if (HasFatalFailure()) return;
            }
        }
    }
    EXPECT_GT(determined, 300);
    EXPECT_GT(open_cases, 20);
}

}  // namespace
}  // namespace sluice::law
