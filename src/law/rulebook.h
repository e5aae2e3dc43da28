// What was in force on one day, compiled for speed.
//
// Every condition of every provision in force becomes a node in one flat array, operands before
// operators, so that one pass from front to back gives the truth of everything. Sets of places are
// resolved to bit sets as of the day. tests/law/naive.h evaluates the provisions directly, as
// the oracle.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "facts/deal.h"
#include "facts/world.h"
#include "law/lawbook.h"

namespace sluice::law {

using facts::Known;
using NodeId = std::int32_t;
inline constexpr std::size_t kind_count = 10;

struct Node {
    enum class Op : std::uint8_t {
        constant,  // `truth`
        compare1,  // one term against a constant: the common case
        compare,   // sum [first] against `bound`
        flag,
        one_of,     // code set [first]
        in_places,  // place set [first]
        exists,
        negate,  // of node `first`
        all,
        any,    // of operands [first, first + count)
        doubt,  // operand `first`, but unknown where it is not met and operand `first` + 1 is
    };
    Op op = Op::constant;
    Comparator comparator = Comparator::equal;
    Truth truth = Truth::not_met;
    facts::FactId fact{};
    std::int32_t first = 0;
    std::int32_t count = 0;
    quantity::Wide bound = 0;    // in 1e-12 of the canonical unit
    const Expr* expr = nullptr;  // what it came from, for explanations
    friend auto operator<=>(const Node&, const Node&) = default;
};

struct CompiledTerm {
    std::int64_t coefficient = 0;  // millionths
    facts::FactId fact{};
    friend bool operator==(const CompiledTerm&, const CompiledTerm&) = default;
};

struct CompiledCondition {
    const Condition* condition = nullptr;
    std::int32_t name = -1;  // index into Lawbook::condition_names
    NodeId node = -1;        // its own expression; -1: only a certificate can meet it
};

struct CompiledProvision {
    const Provision* provision = nullptr;
    InForce in_force{};
    const Version* version = nullptr;
    NodeId node = -1;  // limbs, carves and doubts together; -1: a red flag that
                       // only a user states
    std::vector<NodeId> limbs{};
    std::vector<NodeId> carves{};
    std::vector<NodeId> doubts{};  // the `when` of each
    std::vector<NodeId> ambiguities{};
    std::vector<CompiledCondition> conditions{};
    NodeId enforced = -1;                // by posture, or a constant by its compliance day
    std::vector<std::int32_t> covers{};  // indices into Rulebook::provisions, in force only
    std::vector<std::int32_t> overrides{};
};

struct Rulebook {
    const Lawbook* book = nullptr;
    Date on{};
    std::optional<Date> known_on{};
    quantity::Period period{};  // the same rulebook serves every day in it
    std::vector<Node> nodes{};
    std::vector<NodeId> operands{};
    std::vector<std::vector<CompiledTerm>> sums{};
    std::vector<std::vector<std::int64_t>> code_sets{};
    std::vector<facts::PlaceSet> place_sets{};
    std::vector<CompiledProvision> provisions{};      // in force or stayed, in the lawbook's order
    std::vector<std::int32_t> by_kind[kind_count]{};  // not stayed; indices into provisions
    std::vector<std::int32_t> compiled_index{};  // Lawbook index -> index here, -1 not in force
    std::vector<std::pair<std::int32_t, NodeId>> thresholds{};  // provision, comparison of numbers

    std::span<const std::int32_t> of(Kind kind) const {
        return by_kind[static_cast<std::size_t>(kind)];
    }
    const CompiledProvision& at(std::int32_t provision) const {
        return provisions[static_cast<std::size_t>(provision)];
    }
    const Node& node(NodeId id) const { return nodes[static_cast<std::size_t>(id)]; }
    std::span<const CompiledTerm> terms_of(const Node& node) const {
        return sums[static_cast<std::size_t>(node.first)];
    }
    std::span<const NodeId> operands_of(const Node& node) const {
        return std::span{operands}.subspan(static_cast<std::size_t>(node.first),
                                           static_cast<std::size_t>(node.count));
    }
};

// Requires: `on` is not before book.first_day() (callers report that to people first).
Rulebook compile(const facts::World& world, const Lawbook& book, Date on,
                 std::optional<Date> known_on = {});

// The rulebooks of as many days as are asked, each made once; they stay where they are.
struct Rulebooks {
    const facts::World& world;
    const Lawbook& book;
    std::optional<Date> known_on{};
    std::map<Date, Rulebook> by_first_day{};

    const Rulebook& on(Date day);
};

// Truth of every node. `truths` is resized to nodes.size().
void evaluate(const Rulebook& rules, const facts::Facts& facts, std::vector<Truth>& truths);
// Again for some nodes, in ascending order; the others keep their truth.
void evaluate(const Rulebook& rules, const facts::Facts& facts, std::span<const NodeId> only,
              std::vector<Truth>& truths);

// A linear form over the facts, in 1e-12 of its unit. An end that is not bounded is +-`unbounded`.
struct WideRange {
    static constexpr quantity::Wide unbounded = static_cast<quantity::Wide>(1) << 120;
    Known known = Known::exact;  // absent or unknown: the ends mean nothing
    quantity::Wide lo = 0, hi = 0;
};
WideRange sum(std::span<const CompiledTerm> terms, const facts::Facts& facts);

// Places that belong to the same of the sets that are asked of a fact share a number, from 0.
std::vector<std::uint8_t> place_classes(const Rulebook& rules, FactId fact);

// One side of a comparison in millionths, rounded: to be shown. The comparison itself is exact.
facts::Value value_of(const Linear& side, const facts::Facts& facts);

}  // namespace sluice::law
