#include "law/case_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "law/verdict.h"
#include "text/sequence.h"

namespace sluice::law {
namespace {

// What is wrong, or "".
std::string problem_of(Rulebooks& rulebooks, const Provision& provision, const LawCase& law_case) {
    facts::Facts facts{};
    for (const auto& [fact, value] : law_case.facts) facts[facts::index(fact)] = value;
    const auto& rules = rulebooks.on(law_case.on);
    const auto index = &provision - rules.book->provisions.data();
    const auto at = rules.compiled_index[static_cast<std::size_t>(index)];
    const auto node = at < 0 || rules.at(at).in_force.stayed ? -1 : rules.at(at).node;
    std::vector<Truth> truths;
    evaluate(rules, facts, truths);
    const Evidence evidence{rules, truths, {}};
    const auto got = node < 0 ? Truth::not_met : evidence.of(node);
    if (got != law_case.expected)
        return fmt::format("expected {}, got {}", to_string(law_case.expected), to_string(got));
    if (law_case.ask.empty()) return {};
    const auto open = node < 0 ? std::vector<FactId>{} : open_facts(evidence, facts, node);
    const auto other = std::ranges::find_if_not(
        law_case.ask, [&](FactId fact) { return text::contains(open, fact); });
    return other == law_case.ask.end()
               ? std::string{}
               : fmt::format("it does not hang on `{}`", facts::info(*other).name);
}

}  // namespace

LawCaseResults run_law_cases(const facts::World& world, const Lawbook& book) {
    LawCaseResults results;
    Rulebooks rulebooks{world, book};
    for (const auto& provision : book.provisions) {
        for (const auto& law_case : provision.cases) {
            const auto problem = problem_of(rulebooks, provision, law_case);
            results.passed += problem.empty();
            if (problem.empty()) continue;
            text::report(
                results.failures, law_case.where,
                fmt::format("case \"{}\" of `{}`: {}", law_case.title, provision.id, problem));
        }
    }
    return results;
}

}  // namespace sluice::law
