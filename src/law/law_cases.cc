#include "law/law_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "law/naive.h"
#include "law/verdict.h"
#include "text/sequence.h"

namespace sluice::law {
namespace {

facts::Facts facts_of(const LawCase& law_case) {
    facts::Facts facts{};
    for (const auto& [fact, value] : law_case.facts) facts[facts::index(fact)] = value;
    return facts;
}

// Both evaluators answer every case: a provision's own examples are also a test of the engine.
class CaseRunner {
public:
    CaseRunner(const facts::World& world, const Lawbook& book) : world_(world), book_(book) {}

    LawCaseResults run() {
        for (const auto& provision : book_.provisions) {
            for (const auto& law_case : provision.cases) {
                const auto problem = run(provision, law_case);
                if (problem.empty()) {
                    ++results_.passed;
                    continue;
                }
                ++results_.failed;
                results_.failures.push_back(
                    {.message = fmt::format("case \"{}\" of `{}`: {}", law_case.title, provision.id,
                                            problem),
                     .where = law_case.where});
            }
        }
        return std::move(results_);
    }

private:
    const Rulebook& rules_on(Date on) {
        const auto found = rulebooks_.find(on);
        if (found != rulebooks_.end()) return found->second;
        return rulebooks_.emplace(on, compile(world_, book_, on)).first->second;
    }

    // The node that answers for the provision, -1 where it says nothing.
    NodeId node_of(const Rulebook& rules, const Provision& provision) const {
        const auto index = &provision - book_.provisions.data();
        const auto at = rules.compiled_index[static_cast<std::size_t>(index)];
        return at < 0 || rules.at(at).in_force.stayed ? -1 : rules.at(at).node;
    }

    // What is wrong, or "".
    std::string run(const Provision& provision, const LawCase& law_case) {
        const auto facts = facts_of(law_case);
        const naive::Context context{
            .world = &world_, .book = &book_, .on = law_case.on, .facts = &facts};
        const auto got = naive::met(context, provision);
        const auto& rules = rules_on(law_case.on);
        const auto node = node_of(rules, provision);
        evaluate(rules, facts, truths_);
        const Evidence evidence{rules, truths_, {}};
        const auto compiled = node < 0 ? Truth::not_met : evidence.of(node);
        if (got != compiled) {
            return fmt::format("the evaluators disagree: {} as written, {} compiled",
                               to_string(got), to_string(compiled));
        }
        if (got != law_case.expected) {
            return fmt::format("expected {}, got {}", to_string(law_case.expected), to_string(got));
        }
        if (law_case.ask.empty()) return {};
        const auto open = node < 0 ? std::vector<FactId>{} : open_facts(evidence, facts, node);
        for (const auto fact : law_case.ask) {
            if (!text::contains(open, fact)) {
                return fmt::format("it does not hang on `{}`", facts::info(fact).name);
            }
        }
        return {};
    }

    const facts::World& world_;
    const Lawbook& book_;
    std::map<Date, Rulebook> rulebooks_;
    std::vector<Truth> truths_;
    LawCaseResults results_;
};

}  // namespace

LawCaseResults run_law_cases(const facts::World& world, const Lawbook& book) {
    return CaseRunner(world, book).run();
}

}  // namespace sluice::law
