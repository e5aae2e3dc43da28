#include "law/law_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "law/naive.h"
#include "law/rulebook.h"

namespace sluice::law {
namespace {

facts::Facts facts_of(const LawCase& law_case) {
    facts::Facts facts{};
    for (const auto& [fact, value] : law_case.facts) facts[facts::index(fact)] = value;
    return facts;
}

// The unknown facts on which the truth of a provision hangs, through the provisions it asks.
class Hangs {
public:
    explicit Hangs(const naive::Context& context) : context_(context) {}

    void provision(const Provision& p) {
        if (naive::met(context_, p) != Truth::unknown) return;
        for (const auto& version : p.versions) {
            for (const auto& limb : version.limbs) expression(limb.when);
            for (const auto& carve : version.carves) expression(carve.when);
            for (const auto& doubt : version.doubts) expression(doubt.when);
        }
    }

    bool on(FactId fact) const { return std::ranges::find(facts_, fact) != facts_.end(); }

private:
    void expression(const Expr& expr) {
        if (naive::evaluate(context_, expr) != Truth::unknown) return;
        for (const auto& child : expr.children) expression(child);
        if (expr.op == Expr::Op::met) {
            const int found = context_.book->find(expr.name);
            if (found >= 0) provision(context_.book->provisions[static_cast<std::size_t>(found)]);
            return;
        }
        for (const auto& term : expr.left.terms) open_fact(term.fact);
        for (const auto& term : expr.right.terms) open_fact(term.fact);
        if (expr.op >= Expr::Op::flag && expr.op <= Expr::Op::exists) open_fact(expr.fact);
    }

    void open_fact(FactId fact) {
        const auto known = (*context_.facts)[facts::index(fact)].known;
        if (known == facts::Known::unknown || known == facts::Known::range) facts_.push_back(fact);
    }

    const naive::Context& context_;
    std::vector<FactId> facts_;
};

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
    Truth compiled_truth(const Provision& provision, Date on, const facts::Facts& facts) {
        auto found = rulebooks_.find(on);
        if (found == rulebooks_.end()) {
            found = rulebooks_.emplace(on, compile(world_, book_, on)).first;
        }
        const auto& rules = found->second;
        const auto at =
            rules.compiled_index[static_cast<std::size_t>(&provision - book_.provisions.data())];
        if (at < 0) return Truth::not_met;
        const auto& compiled = rules.provisions[static_cast<std::size_t>(at)];
        if (compiled.node < 0 || compiled.in_force.stayed) return Truth::not_met;
        evaluate(rules, facts, truths_);
        return truths_[static_cast<std::size_t>(compiled.node)];
    }

    // What is wrong, or "".
    std::string run(const Provision& provision, const LawCase& law_case) {
        const auto facts = facts_of(law_case);
        const naive::Context context{
            .world = &world_, .book = &book_, .on = law_case.on, .facts = &facts};
        const auto got = naive::met(context, provision);
        const auto compiled = compiled_truth(provision, law_case.on, facts);
        if (got != compiled) {
            return fmt::format("the evaluators disagree: {} as written, {} compiled",
                               to_string(got), to_string(compiled));
        }
        if (got != law_case.expected) {
            return fmt::format("expected {}, got {}", to_string(law_case.expected), to_string(got));
        }
        Hangs hangs(context);
        if (!law_case.ask.empty()) hangs.provision(provision);
        for (const auto fact : law_case.ask) {
            if (!hangs.on(fact)) {
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
