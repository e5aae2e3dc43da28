// What was in force on one day, compiled for speed.
//
// Every condition of every provision in force becomes a node in one flat array, operands before
// operators, so that one pass from front to back gives the truth of everything. Sets of places are
// resolved to bit sets as of the day. naive.h evaluates the provisions directly, as the oracle.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "facts/deal.h"
#include "facts/world.h"
#include "law/lawbook.h"

namespace sluice::law {

using NodeId = std::int32_t;

struct Node {
    enum class Op : std::uint8_t {
        constant,    // `truth`
        compare1,    // one term against a constant: the common case
        compare,     // terms [first, first + count) against `bound`
        flag,
        one_of,      // code in `mask` (codes below 64) or codes [first, first + count)
        in_places,   // place set [first]
        exists,
        certified,   // condition `first` is certified
        negate,      // of node a
        all, any,    // of operands [first, first + count)
        doubt,       // unknown where node a is met, else node a's lack of doubt
    };
    Op op = Op::constant;
    Comparator comparator = Comparator::equal;
    Truth truth = Truth::not_met;
    facts::FactId fact{};
    std::int32_t first = 0;
    std::int32_t count = 0;
    std::uint64_t mask = 0;
    quantity::Wide bound = 0;          // in 1e-12 of the canonical unit
    const Expr* expr = nullptr;        // what it came from, for explanations
};

struct CompiledTerm {
    std::int64_t coefficient = 0;      // millionths
    facts::FactId fact{};
};

struct CompiledCondition {
    const Condition* condition = nullptr;
    std::int32_t name = -1;            // index into Lawbook::condition_names
    NodeId node = -1;                  // met when certified or by its own expression
};

struct CompiledProvision {
    std::int32_t provision = -1;       // index into Lawbook::provisions
    InForce in_force{};
    const Version* version = nullptr;
    NodeId node = -1;                  // limbs, carves and doubts together
    std::vector<NodeId> limbs{};
    std::vector<NodeId> carves{};
    std::vector<NodeId> doubts{};      // the `when` of each
    std::vector<NodeId> ambiguities{};
    std::vector<CompiledCondition> conditions{};
    NodeId enforced = -1;              // constant met when no posture and no open compliance date
    std::vector<std::int32_t> covers{};     // indices into Rulebook::provisions, in force only
    std::vector<std::int32_t> overrides{};
};

struct Rulebook {
    const Lawbook* book = nullptr;
    Date on{};
    std::optional<Date> known_on{};
    quantity::Period period{};         // the same rulebook serves every day in it
    std::vector<Node> nodes{};
    std::vector<NodeId> operands{};
    std::vector<CompiledTerm> terms{};
    std::vector<std::int64_t> codes{};
    std::vector<facts::PlaceSet> place_sets{};
    std::vector<CompiledProvision> provisions{};  // in force that day, in the lawbook's order
    std::vector<std::int32_t> by_kind[10]{};      // indices into provisions, per Kind
    std::vector<std::int32_t> compiled_index{};   // Lawbook index -> index here, -1 not in force
};

// Requires: `on` is not before book.first_day() (callers report that to people first).
Rulebook compile(const facts::World& world, const Lawbook& book, Date on,
                 std::optional<Date> known_on = {});

// Facts and certifications, as the evaluator reads them.
struct Inputs {
    const facts::Facts* facts = nullptr;
    std::span<const Truth> certified{};  // by condition code; unknown when not stated
};

// Truth of every node. `truths` is resized to nodes.size().
void evaluate(const Rulebook& rules, const Inputs& inputs, std::vector<Truth>& truths);

}  // namespace sluice::law
