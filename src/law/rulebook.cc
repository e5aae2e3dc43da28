#include "law/rulebook.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>

namespace sluice::law {
namespace {

using facts::PlaceSet;
using quantity::Wide;

// What makes two leaves the same question, so that it is asked once.
using LeafKey = std::tuple<Node::Op, Comparator, FactId, std::uint64_t, Wide, std::string>;

constexpr Comparator mirror(Comparator comparator) {
    switch (comparator) {
        case Comparator::less:
            return Comparator::greater;
        case Comparator::less_equal:
            return Comparator::greater_equal;
        case Comparator::greater:
            return Comparator::less;
        case Comparator::greater_equal:
            return Comparator::less_equal;
        case Comparator::equal:
        case Comparator::not_equal:
            break;
    }
    return comparator;
}

class Compiler {
public:
    Compiler(const facts::World& world, const Lawbook& book, Rulebook& rules)
        : world_(world), book_(book), rules_(rules), root_(book.provisions.size(), -2) {}

    void run() {
        rules_.compiled_index.assign(book_.provisions.size(), -1);
        for (const auto& provision : book_.provisions) place(provision);
        for (std::size_t i = 0; i < rules_.provisions.size(); ++i) fill(i);
        for (std::size_t i = 0; i < rules_.provisions.size(); ++i) connect(i);
    }

private:
    // Decides which provisions speak that day, before any of them is compiled.
    void place(const Provision& provision) {
        const auto now = in_force(provision, rules_.on, rules_.known_on);
        rules_.period.from = std::max(rules_.period.from, now.period.from);
        rules_.period.until = std::min(rules_.period.until, now.period.until);
        if (now.version < 0) return;
        const auto& version = provision.versions[static_cast<std::size_t>(now.version)];
        if (version.repealed) return;
        const auto at = static_cast<std::int32_t>(rules_.provisions.size());
        rules_.compiled_index[book_index(provision)] = at;
        rules_.provisions.push_back(
            {.provision = &provision, .in_force = now, .version = &version});
        if (!now.stayed) rules_.by_kind[static_cast<std::size_t>(provision.kind)].push_back(at);
    }

    void fill(std::size_t at) {
        const auto& provision = *rules_.provisions[at].provision;
        const auto root = node_of(static_cast<std::int32_t>(book_index(provision)));
        auto& compiled = rules_.provisions[at];
        compiled.node =
            provision.kind == Kind::red_flag && compiled.version->limbs.empty() ? -1 : root;
        for (const auto& doubt : compiled.version->ambiguities)
            compiled.ambiguities.push_back(compile(doubt.when));
        for (const auto& condition : compiled.version->conditions) {
            const auto& names = book_.condition_names;
            const auto found = std::ranges::lower_bound(names, condition.name);
            compiled.conditions.push_back({.condition = &condition,
                                           .name = static_cast<std::int32_t>(found - names.begin()),
                                           .node = condition.when ? compile(*condition.when) : -1});
        }
        compiled.enforced = enforced(compiled);
        note_thresholds(static_cast<std::int32_t>(at));
    }

    NodeId enforced(const CompiledProvision& compiled) {
        if (compiled.in_force.posture) return compile(compiled.in_force.posture->enforced);
        const auto compliance = compiled.version->compliance;
        return constant(compliance && rules_.on < *compliance ? Truth::not_met : Truth::met);
    }

    void connect(std::size_t at) {
        auto& compiled = rules_.provisions[at];
        const auto keep = [&](const std::vector<std::int32_t>& from,
                              std::vector<std::int32_t>& to) {
            for (const auto index : from) {
                const auto here = rules_.compiled_index[static_cast<std::size_t>(index)];
                if (here >= 0) to.push_back(here);
            }
        };
        keep(compiled.provision->covers_index, compiled.covers);
        keep(compiled.provision->overrides_index, compiled.overrides);
    }

    // The root of a provision's condition; memoised, so that `met` is one node however often used.
    NodeId node_of(std::int32_t book_at) {
        auto& root = root_[static_cast<std::size_t>(book_at)];
        if (root != -2) return root;
        const auto at = rules_.compiled_index[static_cast<std::size_t>(book_at)];
        if (at < 0) return root = constant(Truth::not_met);
        const auto& version = *rules_.provisions[static_cast<std::size_t>(at)].version;
        std::vector<NodeId> limbs, carves, doubts;
        for (const auto& limb : version.limbs) limbs.push_back(compile(limb.when));
        for (const auto& carve : version.carves) carves.push_back(compile(carve.when));
        for (const auto& doubt : version.doubts) doubts.push_back(compile(doubt.when));
        auto node = join(Node::Op::any, limbs);
        if (!carves.empty())
            node = join(Node::Op::all, {node, negate(join(Node::Op::any, carves))});
        if (!doubts.empty()) {
            const auto doubt = join(Node::Op::any, doubts);
            node = add({.op = Node::Op::doubt, .first = push({node, doubt}), .count = 2});
        }
        auto& compiled = rules_.provisions[static_cast<std::size_t>(at)];
        compiled.limbs = std::move(limbs);
        compiled.carves = std::move(carves);
        compiled.doubts = std::move(doubts);
        return root = node;
    }

    NodeId compile(const Expr& expr) {
        switch (expr.op) {
            case Expr::Op::all:
                return join(Node::Op::all, children(expr), &expr);
            case Expr::Op::any:
                return join(Node::Op::any, children(expr), &expr);
            case Expr::Op::negate:
                return negate(compile(expr.children.front()), &expr);
            case Expr::Op::compare:
                return compare(expr);
            case Expr::Op::flag:
                return leaf({.op = Node::Op::flag, .fact = expr.fact, .expr = &expr});
            case Expr::Op::is:
                return one_of(expr, expr.codes);
            case Expr::Op::in_list:
                return one_of(expr, listed(expr));
            case Expr::Op::in_places:
                return in_places(expr);
            case Expr::Op::exists:
                return leaf({.op = Node::Op::exists, .fact = expr.fact, .expr = &expr});
            case Expr::Op::met: {
                const auto at = rules_.compiled_index[static_cast<std::size_t>(expr.reference)];
                if (at >= 0 && rules_.provisions[static_cast<std::size_t>(at)].in_force.stayed)
                    return constant(Truth::not_met);
                return node_of(expr.reference);
            }
            case Expr::Op::always:
                return constant(Truth::met);
        }
        return constant(Truth::unknown);
    }

    std::vector<NodeId> children(const Expr& expr) {
        std::vector<NodeId> nodes;
        for (const auto& child : expr.children) nodes.push_back(compile(child));
        return nodes;
    }

    NodeId compare(const Expr& expr) {
        std::map<FactId, std::int64_t> terms;
        for (const auto& t : expr.left.terms) terms[t.fact] += t.coefficient.millionths();
        for (const auto& t : expr.right.terms) terms[t.fact] -= t.coefficient.millionths();
        const Wide bound = (static_cast<Wide>(expr.right.constant.millionths()) -
                            expr.left.constant.millionths()) *
                           1'000'000;
        const auto first = static_cast<std::int32_t>(rules_.terms.size());
        // A term that cancels out stays: where its fact is absent, nothing is met.
        for (const auto& [fact, coefficient] : terms) rules_.terms.push_back({coefficient, fact});
        const auto count = static_cast<std::int32_t>(rules_.terms.size()) - first;
        if (count == 1 && std::abs(rules_.terms.back().coefficient) == 1'000'000) {
            const auto [coefficient, fact] = rules_.terms.back();
            rules_.terms.pop_back();
            const bool mirrored = coefficient < 0;  // `4800 <= tpp`
            return leaf({.op = Node::Op::compare1,
                         .comparator = mirrored ? mirror(expr.comparator) : expr.comparator,
                         .fact = fact,
                         .bound = mirrored ? -bound : bound,
                         .expr = &expr});
        }
        const auto known = sums_.find(&expr);
        if (known != sums_.end()) {
            rules_.terms.resize(static_cast<std::size_t>(first));
            return known->second;
        }
        const auto fact = count > 0 ? rules_.terms[static_cast<std::size_t>(first)].fact : FactId{};
        return sums_[&expr] = add({.op = Node::Op::compare,
                                   .comparator = expr.comparator,
                                   .fact = fact,
                                   .first = first,
                                   .count = count,
                                   .bound = bound,
                                   .expr = &expr});
    }

    NodeId one_of(const Expr& expr, const std::vector<std::int64_t>& codes) {
        Node node{.op = Node::Op::one_of, .fact = expr.fact, .expr = &expr};
        const bool small = std::ranges::all_of(codes, [](auto c) { return c >= 0 && c < 64; });
        if (!small) {
            node.first = static_cast<std::int32_t>(rules_.codes.size());
            node.count = static_cast<std::int32_t>(codes.size());
            rules_.codes.insert(rules_.codes.end(), codes.begin(), codes.end());
            return add(node);
        }
        for (const auto code : codes) node.mask |= std::uint64_t{1} << code;
        return leaf(node);
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

    NodeId in_places(const Expr& expr) {
        const auto set = places(expr.places);
        const auto found = std::ranges::find(rules_.place_sets, set);
        const auto at = static_cast<std::int32_t>(found - rules_.place_sets.begin());
        if (found == rules_.place_sets.end()) rules_.place_sets.push_back(set);
        return leaf({.op = Node::Op::in_places, .fact = expr.fact, .first = at, .expr = &expr});
    }

    PlaceSet places(const PlaceExpr& expr) {
        switch (expr.op) {
            case PlaceExpr::Op::place:
                return PlaceSet{}.set(static_cast<std::size_t>(expr.code));
            case PlaceExpr::Op::group:
                return group(static_cast<std::size_t>(expr.code));
            case PlaceExpr::Op::plus:
                return places(expr.operands[0]) | places(expr.operands[1]);
            case PlaceExpr::Op::minus:
                return places(expr.operands[0]) & ~places(expr.operands[1]);
        }
        return {};
    }

    PlaceSet group(std::size_t code) {
        const auto& group = world_.places.groups[code];
        for (const auto& member : group.members) bound_by(member.period);
        return group.on(rules_.on);
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

    NodeId leaf(const Node& node) {
        const auto extra = node.op == Node::Op::in_places  ? node.first
                           : node.op == Node::Op::constant ? static_cast<std::int32_t>(node.truth)
                                                           : 0;
        const LeafKey key{node.op,   node.comparator, node.fact,
                          node.mask, node.bound,      std::to_string(extra)};
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
        const auto& compiled = rules_.provisions[static_cast<std::size_t>(at)];
        const auto kind = compiled.provision->kind;
        if (compiled.in_force.stayed || kind == Kind::watch || kind == Kind::red_flag) return;
        for (const auto& limb : compiled.version->limbs) note_thresholds(at, limb.when);
        for (const auto& carve : compiled.version->carves) note_thresholds(at, carve.when);
    }

    void note_thresholds(std::int32_t at, const Expr& expr) {
        for (const auto& child : expr.children) note_thresholds(at, child);
        if (expr.op != Expr::Op::compare) return;
        const auto node = compile(expr);  // a leaf is found again, not made twice
        const auto noted =
            std::ranges::any_of(rules_.thresholds, [&](const auto& t) { return t.second == node; });
        if (!noted) rules_.thresholds.emplace_back(at, node);
    }

    std::size_t book_index(const Provision& provision) const {
        return static_cast<std::size_t>(&provision - book_.provisions.data());
    }

    const facts::World& world_;
    const Lawbook& book_;
    Rulebook& rules_;
    std::vector<NodeId> root_;  // per provision of the book; -2 not compiled yet
    std::map<LeafKey, NodeId> leaves_;
    std::map<const Expr*, NodeId> sums_;  // comparisons of several facts
};

}  // namespace

Rulebook compile(const facts::World& world, const Lawbook& book, Date on,
                 std::optional<Date> known_on) {
    Rulebook rules{.book = &book, .on = on, .known_on = known_on};
    Compiler{world, book, rules}.run();
    return rules;
}

}  // namespace sluice::law
