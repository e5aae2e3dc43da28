// Compares the compiled rulebook with the naive evaluator: every provision of a lawbook, one set of
// facts at a time.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/law/naive.h"
#include "law/verdict.h"

namespace sluice::law {

inline std::string told(const facts::Facts& facts) {
    std::string line;
    for (const auto& fact : facts::all_facts()) {
        const auto& value = facts[facts::index(fact.id)];
        if (value.known == facts::Known::unknown) continue;
        line += fmt::format("{}{} ", line.empty() ? "" : ", ", fact.name);
        if (value.known == facts::Known::absent)
            line += "absent";
        else if (value.known == facts::Known::exact)
            line += fmt::format("{}", value.lo);
        else
            line += fmt::format("{}..{}", value.lo, value.hi);
    }
    return line;
}

// What the two say differently of one set of facts; "" when they agree on every provision and on
// every condition that has an expression of its own. `compared` counts the provisions.
inline std::string disagreement(const Rulebook& rules, const naive::Context& context,
                                std::vector<Truth>& truths, std::uint64_t& compared) {
    const auto differ = [&](const std::string& what, Truth naively, Truth compiled) {
        return fmt::format(
            "{} on {}{}: {} as written, {} compiled\n  facts, in millionths: {}", what,
            quantity::to_string(context.on),
            context.known_on ? " known on " + quantity::to_string(*context.known_on) : "",
            to_string(naively), to_string(compiled), told(*context.facts));
    };
    evaluate(rules, *context.facts, truths);
    const auto truth_of = [&](NodeId node) { return truths[static_cast<std::size_t>(node)]; };
    const auto& provisions = context.book->provisions;
    for (std::size_t i = 0; i < provisions.size(); ++i) {
        const auto at = rules.compiled_index[i];
        auto compiled = Truth::not_met;
        const CompiledProvision* in_force = nullptr;
        if (at >= 0 && !rules.provisions[static_cast<std::size_t>(at)].in_force.stayed) {
            in_force = &rules.provisions[static_cast<std::size_t>(at)];
            if (in_force->node >= 0) compiled = truth_of(in_force->node);
        }
        const auto naively = naive::met(context, provisions[i]);
        ++compared;
        if (naively != compiled) return differ(provisions[i].id, naively, compiled);
        if (!in_force) continue;
        for (const auto& condition : in_force->conditions) {
            if (condition.node < 0) continue;
            const auto own = naive::evaluate(context, *condition.condition->when);
            if (own != truth_of(condition.node))
                return differ(provisions[i].id + ", " + condition.condition->name, own,
                              truth_of(condition.node));
        }
        if (const auto* posture = in_force->in_force.posture) {
            const auto enforced = naive::evaluate(context, posture->enforced);
            if (enforced != truth_of(in_force->enforced))
                return differ(provisions[i].id + ", enforced", enforced,
                              truth_of(in_force->enforced));
        }
    }
    return {};
}

}  // namespace sluice::law
