#include <algorithm>

#include "law/rulebook.h"
#include "text/sequence.h"

namespace sluice::law {
namespace {

using facts::Facts;
using facts::Value;
using quantity::Wide;

constexpr Truth opposite(Truth truth) { return static_cast<Truth>(2 - static_cast<int>(truth)); }
constexpr Truth truth_of(bool met) { return met ? Truth::met : Truth::not_met; }

constexpr std::int64_t no_upper_bound = quantity::Decimal::largest().millionths();

// What an absent or unknown fact meets.
constexpr Truth without_value(Known known) {
    return known == Known::unknown ? Truth::unknown : Truth::not_met;
}

// Inlined into both loops, as what follows: a call would cost half of what a node does.
[[gnu::always_inline]] inline WideRange scaled(std::int64_t coefficient, const Value& value) {
    const bool open = value.hi == no_upper_bound && value.known == Known::range;
    WideRange range{.lo = static_cast<Wide>(coefficient) * value.lo,
                    .hi = static_cast<Wide>(coefficient) * value.hi};
    if (open) range.hi = coefficient > 0 ? WideRange::unbounded : -WideRange::unbounded;
    if (range.lo > range.hi) std::swap(range.lo, range.hi);
    return range;
}

// Met or not where all of the values agree.
[[gnu::always_inline]] inline Truth compare(const WideRange& value, const Node& node) {
    if (value.known != Known::exact) return without_value(value.known);
    const auto [lo, hi] = allowed(node.comparator, node.bound);
    const auto truth = value.lo >= lo && value.hi <= hi ? Truth::met
                       : value.hi < lo || value.lo > hi ? Truth::not_met
                                                        : Truth::unknown;
    return node.comparator == Comparator::not_equal ? opposite(truth) : truth;
}

// What a node that asks one fact says of a value.
[[gnu::always_inline]] inline Truth of_value(const Rulebook& rules, const Node& node,
                                             const Value& value) {
    if (!value.is_number()) return without_value(value.known);
    const auto set = static_cast<std::size_t>(node.first);
    switch (node.op) {
        case Node::Op::compare1:
            return compare(scaled(1'000'000, value), node);
        case Node::Op::flag:
            return truth_of(value.lo != 0);
        case Node::Op::one_of:
            return truth_of(text::contains(rules.code_sets[set], value.lo));
        case Node::Op::in_places:
            return truth_of(value.lo >= 0 &&
                            rules.place_sets[set].test(static_cast<std::size_t>(value.lo)));
        default:
            return Truth::met;  // exists
    }
}

[[gnu::always_inline]] inline Truth truth_of_node(const Rulebook& rules, const Node& node,
                                                  const Facts& facts, const Truth* out) {
    const auto* const operands = rules.operands.data() + node.first;
    switch (node.op) {
        case Node::Op::constant:
            return node.truth;
        case Node::Op::compare:
            return compare(sum(rules.terms_of(node), facts), node);
        case Node::Op::negate:
            return opposite(out[node.first]);
        case Node::Op::all: {
            auto truth = Truth::met;
            for (std::int32_t k = 0; k < node.count; ++k) truth = std::min(truth, out[operands[k]]);
            return truth;
        }
        case Node::Op::any: {
            auto truth = Truth::not_met;
            for (std::int32_t k = 0; k < node.count; ++k) truth = std::max(truth, out[operands[k]]);
            return truth;
        }
        case Node::Op::doubt:
            return std::max(out[operands[0]], std::min(out[operands[1]], Truth::unknown));
        default:
            return of_value(rules, node, facts[facts::index(node.fact)]);
    }
}

}  // namespace

WideRange sum(std::span<const CompiledTerm> terms, const Facts& facts) {
    WideRange total;
    for (const auto& term : terms) {
        const auto& value = facts[facts::index(term.fact)];
        if (value.known == Known::absent) return {.known = Known::absent};
        if (value.known == Known::unknown) {
            total.known = Known::unknown;
            continue;
        }
        const auto [known, lo, hi] = scaled(term.coefficient, value);
        total.lo = std::max(total.lo + lo, -WideRange::unbounded);
        total.hi = std::min(total.hi + hi, WideRange::unbounded);
    }
    return total;
}

Value value_of(const Linear& side, const Facts& facts) {
    std::vector<CompiledTerm> terms;
    for (const auto& t : side.terms) terms.push_back({t.coefficient.millionths(), t.fact});
    const auto total = sum(terms, facts);
    if (total.known != Known::exact) return {.known = total.known};
    const auto shown = [&](Wide wide) {
        const Wide whole = wide / 1'000'000 + side.constant.millionths();
        return whole >= no_upper_bound ? no_upper_bound : static_cast<std::int64_t>(whole);
    };
    const auto lo = shown(total.lo), hi = shown(total.hi);
    return {.known = lo == hi ? Known::exact : Known::range, .lo = lo, .hi = hi};
}

void evaluate(const Rulebook& rules, const Facts& facts, std::vector<Truth>& truths) {
    truths.resize(rules.nodes.size());
    Truth* const out = truths.data();
    for (std::size_t i = 0; i < rules.nodes.size(); ++i)
        out[i] = truth_of_node(rules, rules.nodes[i], facts, out);
}

void evaluate(const Rulebook& rules, const Facts& facts, std::span<const NodeId> only,
              std::vector<Truth>& truths) {
    Truth* const out = truths.data();
    for (const auto id : only) out[id] = truth_of_node(rules, rules.node(id), facts, out);
}

}  // namespace sluice::law
