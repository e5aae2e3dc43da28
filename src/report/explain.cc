#include "report/explain.h"

#include <fmt/format.h>

#include <cmath>

#include "law/format.h"
#include "text/sequence.h"

namespace sluice::report {

using facts::FactId;
using facts::FactType;
using facts::Known;
using facts::Value;
using law::Expr;
using law::NodeId;
using law::Truth;
using quantity::Decimal;

namespace {

// Walks an expression and the node it was compiled to side by side. Both have the same shape, but
// for lists of one, which have no node of their own, and `met`, which shares the node of the
// provision it names.
struct Explainer {
    const facts::World& world;
    const law::Rulebook& rules;
    const facts::Case& the_case;
    const std::vector<Truth>& truths;

    Finding provision(std::int32_t at) const {
        const auto& compiled = rules.at(at);
        Finding whole{.text = compiled.provision->id, .truth = truth(compiled.node)};
        const auto add = [&](const std::vector<law::Clause>& clauses,
                             const std::vector<NodeId>& nodes, std::string_view before) {
            for (std::size_t i = 0; i < nodes.size(); ++i) {
                auto& part = whole.findings.emplace_back(condition(clauses[i].when, nodes[i]));
                part.label = fmt::format("{}{}", before, clauses[i].label);
                if (!clauses[i].text.empty()) part.value = clauses[i].text;
            }
        };
        add(compiled.version->limbs, compiled.limbs, "");
        add(compiled.version->carves, compiled.carves, "except ");
        add(compiled.version->doubts, compiled.doubts, "unclear");
        return whole;
    }

    Truth truth(NodeId node) const {
        return node < 0 ? Truth::not_met : truths[static_cast<std::size_t>(node)];
    }

    Finding condition(const Expr& expr, NodeId node) const {
        Finding finding{.text = law::format_expr(world, expr), .truth = truth(node)};
        switch (expr.op) {
            case Expr::Op::all:
            case Expr::Op::any: {
                if (expr.children.size() == 1) return condition(expr.children.front(), node);
                finding.text = expr.op == Expr::Op::all ? "all of" : "any of";
                const auto of = rules.operands_of(rules.node(node));
                for (std::size_t i = 0; i < expr.children.size(); ++i)
                    finding.findings.push_back(condition(expr.children[i], of[i]));
                break;
            }
            case Expr::Op::negate: {
                auto of = condition(expr.children.front(), rules.node(node).first);
                // A negated leaf says enough by itself: show what the deal says of its fact.
                if (of.findings.empty()) {
                    finding.fact = of.fact;
                    finding.value = std::move(of.value);
                    finding.comparison = of.comparison;
                } else {
                    finding.findings.push_back(std::move(of));
                }
                break;
            }
            case Expr::Op::compare:
                for (const auto* side : {&expr.right, &expr.left})
                    if (!side->terms.empty()) finding.fact = side->terms.front().fact;
                finding.comparison = {.value = law::value_of(expr.left, the_case.facts),
                                      .threshold = law::value_of(expr.right, the_case.facts),
                                      .dimension = expr.left.dimension};
                break;
            case Expr::Op::met:
                refer(finding, expr);
                break;
            case Expr::Op::flag:
            case Expr::Op::is:
            case Expr::Op::in_places:
            case Expr::Op::in_list:
            case Expr::Op::exists:
                finding.fact = expr.fact;
                finding.value = words(world, expr.fact, the_case[expr.fact]);
                break;
            case Expr::Op::always:
                break;
        }
        return finding;
    }

    void refer(Finding& finding, const Expr& expr) const {
        const auto at = rules.compiled_index[static_cast<std::size_t>(expr.reference)];
        if (at < 0) {
            finding.value = "not in force that day";
            return;
        }
        const bool stayed = rules.at(at).in_force.stayed;
        finding.value = stayed ? "stayed that day" : rules.at(at).provision->title;
        if (!stayed) finding.findings = provision(at).findings;
    }
};

std::string leaf_words(const Finding& leaf) {
    if (leaf.comparison) {
        const auto& [value, threshold, dimension] = *leaf.comparison;
        return fmt::format("{} ({})", leaf.text, words(value, dimension));
    }
    return leaf.value.empty() ? leaf.text : fmt::format("{} ({})", leaf.text, leaf.value);
}

// What makes a finding what it is: a met `any` is decided by its first met child, a failed `all` by
// its first failed one, and a provision by a carve that takes the item out.
struct Decisive {
    std::vector<std::string> said;
    bool number = false;

    void look(const Finding& finding) {
        if (finding.findings.empty()) {
            number = number || finding.comparison;
            return say(leaf_words(finding));
        }
        if (finding.findings.size() == 1) return look(finding.findings.front());
        if (finding.truth == Truth::not_met) {
            for (const auto& child : finding.findings)
                if (child.label.starts_with("except ") && child.truth == Truth::met)
                    return carved_out(child);
        }
        const bool every = finding.text == "all of";
        for (const auto& child : finding.findings) {
            if (child.truth != finding.truth || child.label.starts_with("except ")) continue;
            look(child);
            if (every == (finding.truth != Truth::met)) return;
        }
    }

    void carved_out(const Finding& carve) {
        Decisive inner;
        inner.look(carve);
        number = number || inner.number;
        say(fmt::format("taken out by {}: {}", carve.label.substr(7), fmt::join(inner.said, ", ")));
    }

    void say(std::string one) {
        if (!text::contains(said, one)) said.push_back(std::move(one));
    }
};

}  // namespace

Finding explain(const facts::World& world, const law::Rulebook& rules, const facts::Case& the_case,
                const std::vector<Truth>& truths, std::int32_t provision) {
    return Explainer{world, rules, the_case, truths}.provision(provision);
}

std::string because(const Finding& finding) {
    Decisive decisive;
    decisive.look(finding);
    return fmt::format("{}", fmt::join(decisive.said, "; "));
}

bool turns_on_a_number(const Finding& finding) {
    Decisive decisive;
    decisive.look(finding);
    return decisive.number;
}

std::string words(const facts::World& world, FactId fact, const Value& value, bool grouped) {
    const auto& about = facts::info(fact);
    if (about.type == FactType::number || !value.is_number())
        return words(value, about.dimension, grouped);
    const auto code = static_cast<std::size_t>(value.lo);
    switch (about.type) {
        case FactType::boolean:
            return value.lo != 0 ? "yes" : "no";
        case FactType::choice:
            return code < about.choices.size() ? std::string{about.choices[code]} : "unknown";
        case FactType::place:
            if (code >= world.places.all.size()) return "unknown";
            return fmt::format("{} ({})", world.places.all[code].name, world.places.all[code].iso);
        case FactType::party:
            return code < world.parties.size() ? world.parties[code].name
                                               : "a party that no rule names";
        case FactType::chip:
            return code < world.chips.size() ? world.chips[code].id : "own chip";
        case FactType::number:
            break;
    }
    return {};
}

std::string words(law::Outcome outcome, std::optional<law::Lane> lane) {
    return lane ? spaced(outcome) + ", " + spaced(*lane) : spaced(outcome);
}

std::string margin_words(const Comparison& comparison) {
    const auto& [value, threshold, dimension] = comparison;
    if (value.known != Known::exact || threshold.known != Known::exact) return {};
    const auto distance = value.lo - threshold.lo;
    if (distance == 0) return "exactly there";
    auto said = fmt::format(
        "{} {}", quantity::to_string(Decimal::from_millionths(std::abs(distance)), dimension, true),
        distance > 0 ? "above" : "below");
    if (threshold.lo != 0)
        said += fmt::format(" ({:.1f} %)", 100.0 * std::abs(static_cast<double>(distance) /
                                                            static_cast<double>(threshold.lo)));
    return said;
}

}  // namespace sluice::report
