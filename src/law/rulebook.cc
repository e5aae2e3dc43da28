#include "law/rulebook.h"

#include <algorithm>
#include <array>
#include <map>

#include "law/link.h"

namespace sluice::law {
namespace {

using facts::PlaceSet;
using quantity::Wide;

// `4800 <= tpp` is `tpp >= 4800`.
constexpr std::array<Comparator, 6> mirrored = {Comparator::greater,    Comparator::greater_equal,
                                                Comparator::equal,      Comparator::not_equal,
                                                Comparator::less_equal, Comparator::less};

class Compiler {
public:
    Compiler(const facts::World& world, const Lawbook& book, Rulebook& rules)
        : world_(world), book_(book), rules_(rules) {}

    void run() {
        rules_.compiled_index.assign(book_.provisions.size(), -1);
        for (const auto& provision : book_.provisions) place(provision);
        for (std::int32_t i = 0; i < std::ssize(rules_.provisions); ++i) fill(i);
        for (auto& compiled : rules_.provisions)
            if (compiled.provision->kind == Kind::red_flag && compiled.limbs.empty())
                compiled.node = -1;
    }

private:
    // Decides which provisions speak that day, before any of them is compiled.
    void place(const Provision& provision) {
        const auto now = in_force(provision, rules_.on, rules_.known_on);
        bound_by(now.period);
        if (now.version < 0) return;
        const auto& version = provision.versions[static_cast<std::size_t>(now.version)];
        if (version.repealed) return;
        const auto at = static_cast<std::int32_t>(rules_.provisions.size());
        rules_.compiled_index[static_cast<std::size_t>(&provision - book_.provisions.data())] = at;
        rules_.provisions.push_back(
            {.provision = &provision, .in_force = now, .version = &version});
        if (!now.stayed) rules_.by_kind[static_cast<std::size_t>(provision.kind)].push_back(at);
    }

    void fill(std::int32_t at) {
        node_of(at);
        auto& compiled = provision(at);
        compiled.ambiguities = compile(compiled.version->ambiguities);
        for (const auto& condition : compiled.version->conditions) {
            const auto& names = book_.condition_names;
            const auto found = std::ranges::lower_bound(names, condition.name);
            compiled.conditions.push_back({.condition = &condition,
                                           .name = static_cast<std::int32_t>(found - names.begin()),
                                           .node = condition.when ? compile(*condition.when) : -1});
        }
        compiled.enforced = enforced(compiled.in_force);
        compiled.covers = those_here(compiled.provision->covers_index);
        compiled.overrides = those_here(compiled.provision->overrides_index);
        note_thresholds(at);
    }

    NodeId enforced(const InForce& now) {
        if (now.posture) return compile(now.posture->enforced);
        return constant(now.not_yet_enforced ? Truth::not_met : Truth::met);
    }

    CompiledProvision& provision(std::int32_t at) {
        return rules_.provisions[static_cast<std::size_t>(at)];
    }

    std::vector<std::int32_t> those_here(const std::vector<std::int32_t>& of_book) const {
        std::vector<std::int32_t> here;
        for (const auto index : of_book) {
            const auto at = rules_.compiled_index[static_cast<std::size_t>(index)];
            if (at >= 0) here.push_back(at);
        }
        return here;
    }

    // The root of a provision's condition; made once, so that `met` is one node however often used.
    NodeId node_of(std::int32_t at) {
        auto& compiled = provision(at);
        if (compiled.node >= 0) return compiled.node;
        compiled.limbs = compile(compiled.version->limbs);
        compiled.carves = compile(compiled.version->carves);
        compiled.doubts = compile(compiled.version->doubts);
        auto node = join(Node::Op::any, compiled.limbs);
        if (!compiled.carves.empty())
            node = join(Node::Op::all, {node, negate(join(Node::Op::any, compiled.carves))});
        if (!compiled.doubts.empty()) {
            const auto doubt = join(Node::Op::any, compiled.doubts);
            node = add({.op = Node::Op::doubt, .first = push({node, doubt}), .count = 2});
        }
        return compiled.node = node;
    }

    template <class Part>  // a Clause or an Expr
    std::vector<NodeId> compile(const std::vector<Part>& parts) {
        std::vector<NodeId> nodes;
        for (const auto& part : parts) nodes.push_back(compile(part));
        return nodes;
    }

    NodeId compile(const Clause& clause) { return compile(clause.when); }

    NodeId compile(const Expr& expr) {
        switch (expr.op) {
            case Expr::Op::all:
                return join(Node::Op::all, compile(expr.children), &expr);
            case Expr::Op::any:
                return join(Node::Op::any, compile(expr.children), &expr);
            case Expr::Op::negate:
                return negate(compile(expr.children.front()), &expr);
            case Expr::Op::compare:
                return compare(expr);
            case Expr::Op::flag:
                return leaf(Node::Op::flag, expr);
            case Expr::Op::is:
                return leaf(Node::Op::one_of, expr, index_in(rules_.code_sets, expr.codes));
            case Expr::Op::in_list:
                return leaf(Node::Op::one_of, expr, index_in(rules_.code_sets, listed(expr)));
            case Expr::Op::in_places:
                return leaf(Node::Op::in_places, expr,
                            index_in(rules_.place_sets, places(expr.places)));
            case Expr::Op::exists:
                return leaf(Node::Op::exists, expr);
            case Expr::Op::met: {
                const auto at = rules_.compiled_index[static_cast<std::size_t>(expr.reference)];
                const bool silent = at < 0 || rules_.at(at).in_force.stayed;
                return silent ? constant(Truth::not_met) : node_of(at);
            }
            case Expr::Op::always:
                return constant(Truth::met);
        }
        return constant(Truth::unknown);
    }

    NodeId compare(const Expr& expr) {
        std::map<FactId, std::int64_t> terms;
        for (const auto& t : expr.left.terms) terms[t.fact] += t.coefficient.millionths();
        for (const auto& t : expr.right.terms) terms[t.fact] -= t.coefficient.millionths();
        const Wide bound = (static_cast<Wide>(expr.right.constant.millionths()) -
                            expr.left.constant.millionths()) *
                           1'000'000;
        // A term that cancels out stays: where its fact is absent, nothing is met.
        std::vector<CompiledTerm> sum;
        for (const auto& [fact, coefficient] : terms) sum.push_back({coefficient, fact});
        const auto [coefficient, fact] = sum.front();
        Node node{.op = Node::Op::compare,
                  .comparator = expr.comparator,
                  .fact = fact,
                  .bound = bound,
                  .expr = &expr};
        if (sum.size() == 1 && std::abs(coefficient) == 1'000'000) {
            node.op = Node::Op::compare1;
            if (coefficient > 0) return leaf(node);
            node.comparator = mirrored[static_cast<std::size_t>(expr.comparator)];
            node.bound = -bound;
            return leaf(node);
        }
        node.first = index_in(rules_.sums, std::move(sum));
        return leaf(node);
    }

    template <class Set>
    static std::int32_t index_in(std::vector<Set>& sets, Set set) {
        const auto found = std::ranges::find(sets, set);
        const auto at = static_cast<std::int32_t>(found - sets.begin());
        if (found == sets.end()) sets.push_back(std::move(set));
        return at;
    }

    std::vector<std::int64_t> listed(const Expr& expr) {
        std::vector<std::int64_t> codes;
        for (const auto& member :
             world_.party_lists[static_cast<std::size_t>(expr.reference)].members) {
            bound_by(member.period);
            if (member.period.contains(rules_.on)) codes.push_back(member.party);
        }
        return codes;
    }

    PlaceSet places(const PlaceExpr& expr) {
        const auto code = static_cast<std::size_t>(expr.code);
        if (expr.op == PlaceExpr::Op::place) return PlaceSet{}.set(code);
        if (expr.op == PlaceExpr::Op::group) {
            const auto& group = world_.places.groups[code];
            for (const auto& member : group.members) bound_by(member.period);
            return group.on(rules_.on);
        }
        const auto left = places(expr.operands[0]);
        const auto right = places(expr.operands[1]);
        return expr.op == PlaceExpr::Op::plus ? left | right : left & ~right;
    }

    // A group or list that changes bounds the days this rulebook serves.
    void bound_by(quantity::Period membership) {
        for (const auto day : {membership.from, membership.until}) {
            if (day <= rules_.on) rules_.period.from = std::max(rules_.period.from, day);
            if (day > rules_.on) rules_.period.until = std::min(rules_.period.until, day);
        }
    }

    NodeId constant(Truth truth) { return leaf({.op = Node::Op::constant, .truth = truth}); }

    NodeId negate(NodeId of, const Expr* expr = nullptr) {
        return add({.op = Node::Op::negate, .first = of, .expr = expr});
    }

    // A single operand needs no operator; none at all is `not_met` for any and `met` for all.
    NodeId join(Node::Op op, const std::vector<NodeId>& nodes, const Expr* expr = nullptr) {
        if (nodes.empty()) return constant(op == Node::Op::all ? Truth::met : Truth::not_met);
        if (nodes.size() == 1) return nodes.front();
        return add({.op = op,
                    .first = push(nodes),
                    .count = static_cast<std::int32_t>(nodes.size()),
                    .expr = expr});
    }

    std::int32_t push(const std::vector<NodeId>& nodes) {
        const auto first = static_cast<std::int32_t>(rules_.operands.size());
        rules_.operands.insert(rules_.operands.end(), nodes.begin(), nodes.end());
        return first;
    }

    NodeId leaf(Node::Op op, const Expr& expr, std::int32_t set = 0) {
        return leaf({.op = op, .fact = expr.fact, .first = set, .expr = &expr});
    }

    // The same question is asked once, whoever writes it; but a comparison of a sum is one question
    // for each provision that writes it.
    NodeId leaf(const Node& node) {
        auto key = node;
        if (node.op != Node::Op::compare) key.expr = nullptr;
        const auto [at, fresh] = leaves_.try_emplace(key, NodeId{-1});
        if (fresh) at->second = add(node);
        return at->second;
    }

    NodeId add(const Node& node) {
        rules_.nodes.push_back(node);
        return static_cast<NodeId>(rules_.nodes.size() - 1);
    }

    // Comparisons of numbers that decide something: the margins of an answer. Each is noted for the
    // provision that writes it, not for those that only refer to that one by `met`.
    void note_thresholds(std::int32_t at) {
        const auto& compiled = rules_.at(at);
        const auto kind = compiled.provision->kind;
        if (compiled.in_force.stayed || kind == Kind::watch || kind == Kind::red_flag) return;
        for (const auto* const clauses : {&compiled.version->limbs, &compiled.version->carves})
            for (const auto& clause : *clauses)
                for_each_part(clause.when, [&](const Expr& expr) {
                    if (expr.op != Expr::Op::compare) return;
                    const auto node = compile(expr);  // a leaf is found again, not made twice
                    const auto noted = std::ranges::find(rules_.thresholds, node,
                                                         &std::pair<std::int32_t, NodeId>::second);
                    if (noted == rules_.thresholds.end()) rules_.thresholds.emplace_back(at, node);
                });
    }

    const facts::World& world_;
    const Lawbook& book_;
    Rulebook& rules_;
    std::map<Node, NodeId> leaves_;
};

}  // namespace

std::vector<std::uint8_t> place_classes(const Rulebook& rules, FactId fact) {
    std::vector<const PlaceSet*> sets;
    for (const auto& node : rules.nodes)
        if (node.op == Node::Op::in_places && node.fact == fact)
            sets.push_back(&rules.place_sets[static_cast<std::size_t>(node.first)]);
    std::map<std::vector<bool>, std::uint8_t> classes;
    std::vector<std::uint8_t> found;
    for (std::size_t place = 0; place < PlaceSet{}.size(); ++place) {
        std::vector<bool> belongs;
        for (const auto* set : sets) belongs.push_back(set->test(place));
        const auto next = static_cast<std::uint8_t>(classes.size());
        found.push_back(classes.try_emplace(std::move(belongs), next).first->second);
    }
    return found;
}

Rulebook compile(const facts::World& world, const Lawbook& book, Date on,
                 std::optional<Date> known_on) {
    Rulebook rules{.book = &book, .on = on, .known_on = known_on};
    Compiler{world, book, rules}.run();
    return rules;
}

const Rulebook& Rulebooks::on(Date day) {
    const auto after = by_first_day.upper_bound(day);
    if (after != by_first_day.begin()) {
        const auto& rules = std::prev(after)->second;
        if (rules.period.contains(day)) return rules;
    }
    auto rules = compile(world, book, day, known_on);
    return by_first_day.insert_or_assign(rules.period.from, std::move(rules)).first->second;
}

}  // namespace sluice::law
