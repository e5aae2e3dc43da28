#include <algorithm>

#include "law/rulebook.h"

namespace sluice::law {
namespace {

using facts::Facts;
using facts::Value;
using quantity::Wide;

constexpr Truth truth_of(bool met) { return met ? Truth::met : Truth::not_met; }

// Truth of `lo..hi comparator bound`: met or not when both ends agree.
constexpr Truth compare_range(Wide lo, Wide hi, Comparator comparator, Wide bound) {
    switch (comparator) {
        case Comparator::less:
            return hi < bound ? Truth::met : lo >= bound ? Truth::not_met : Truth::unknown;
        case Comparator::less_equal:
            return hi <= bound ? Truth::met : lo > bound ? Truth::not_met : Truth::unknown;
        case Comparator::greater_equal:
            return lo >= bound ? Truth::met : hi < bound ? Truth::not_met : Truth::unknown;
        case Comparator::greater:
            return lo > bound ? Truth::met : hi <= bound ? Truth::not_met : Truth::unknown;
        case Comparator::equal:
            if (lo > bound || hi < bound) return Truth::not_met;
            return lo == hi ? Truth::met : Truth::unknown;
        case Comparator::not_equal:
            if (lo > bound || hi < bound) return Truth::met;
            return lo == hi ? Truth::not_met : Truth::unknown;
    }
    return Truth::unknown;
}

constexpr std::int64_t no_upper_bound = quantity::Decimal::largest().millionths();

Truth compare_one(const Node& node, const Value& value) {
    switch (value.known) {
        case Known::absent:
            return Truth::not_met;
        case Known::unknown:
            return Truth::unknown;
        case Known::exact:
        case Known::range:
            break;
    }
    const Wide lo = static_cast<Wide>(value.lo) * 1'000'000;
    const bool open = value.hi == no_upper_bound && value.known == Known::range;
    const Wide hi = open ? WideRange::unbounded : static_cast<Wide>(value.hi) * 1'000'000;
    return compare_range(lo, hi, node.comparator, node.bound);
}

Truth compare_many(const Rulebook& rules, const Node& node, const Facts& facts) {
    const auto terms = std::span{rules.terms}.subspan(static_cast<std::size_t>(node.first),
                                                      static_cast<std::size_t>(node.count));
    const auto total = sum(terms, facts);
    if (total.known == Known::absent) return Truth::not_met;
    if (total.known == Known::unknown) return Truth::unknown;
    return compare_range(total.lo, total.hi, node.comparator, node.bound);
}

Truth one_of(const Rulebook& rules, const Node& node, const Value& value) {
    if (value.known == Known::absent) return Truth::not_met;
    if (value.known == Known::unknown) return Truth::unknown;
    if (node.count == 0)
        return truth_of(value.lo >= 0 && value.lo < 64 && (node.mask >> value.lo & 1U) != 0);
    const auto codes = std::span{rules.codes}.subspan(static_cast<std::size_t>(node.first),
                                                      static_cast<std::size_t>(node.count));
    return truth_of(std::ranges::find(codes, value.lo) != codes.end());
}

Truth flag(const Value& value) {
    if (value.known == Known::unknown) return Truth::unknown;
    return truth_of(value.known == Known::exact && value.lo != 0);
}

Truth in_places(const Rulebook& rules, const Node& node, const Value& value) {
    if (value.known == Known::unknown) return Truth::unknown;
    if (value.known == Known::absent || value.lo < 0) return Truth::not_met;
    return truth_of(rules.place_sets[static_cast<std::size_t>(node.first)].test(
        static_cast<std::size_t>(value.lo)));
}

Truth exists(const Value& value) {
    if (value.known == Known::unknown) return Truth::unknown;
    return truth_of(value.known != Known::absent);
}

constexpr Truth opposite(Truth truth) { return static_cast<Truth>(2 - static_cast<int>(truth)); }

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
        const bool open = value.hi == no_upper_bound && value.known == Known::range;
        Wide lo = static_cast<Wide>(term.coefficient) * value.lo;
        Wide hi = open ? (term.coefficient > 0 ? WideRange::unbounded : -WideRange::unbounded)
                       : static_cast<Wide>(term.coefficient) * value.hi;
        if (lo > hi) std::swap(lo, hi);
        total.lo = std::max(total.lo + lo, -WideRange::unbounded);
        total.hi = std::min(total.hi + hi, WideRange::unbounded);
    }
    return total;
}

namespace {

// Inlined into both loops: the call would cost half of what the node does.
[[gnu::always_inline]] inline Truth truth_of_node(const Rulebook& rules, const Node& node,
                                                  const Facts& facts, const Truth* out) {
    const auto* const operands = rules.operands.data() + node.first;
    const Value& value = facts[facts::index(node.fact)];
    switch (node.op) {
        case Node::Op::constant:
            return node.truth;
        case Node::Op::compare1:
            return compare_one(node, value);
        case Node::Op::compare:
            return compare_many(rules, node, facts);
        case Node::Op::flag:
            return flag(value);
        case Node::Op::one_of:
            return one_of(rules, node, value);
        case Node::Op::in_places:
            return in_places(rules, node, value);
        case Node::Op::exists:
            return exists(value);
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
    }
    return Truth::unknown;
}

}  // namespace

void evaluate(const Rulebook& rules, const Facts& facts, std::vector<Truth>& truths) {
    truths.resize(rules.nodes.size());
    Truth* const out = truths.data();
    for (std::size_t i = 0; i < rules.nodes.size(); ++i)
        out[i] = truth_of_node(rules, rules.nodes[i], facts, out);
}

void evaluate(const Rulebook& rules, const Facts& facts, std::span<const NodeId> only,
              std::vector<Truth>& truths) {
    Truth* const out = truths.data();
    for (const auto id : only)
        out[id] = truth_of_node(rules, rules.nodes[static_cast<std::size_t>(id)], facts, out);
}

}  // namespace sluice::law
