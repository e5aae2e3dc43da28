#include "law/contradiction.h"

#include <algorithm>
#include <tuple>

#include "text/sequence.h"

// Conditions are compared as written, never solved: two sums are the same when their terms stand in
// the same order, and sets of places are opaque. What is proved here holds for every fact, absent
// ones included; where nothing is proved the caller must assume that both may hold, so a weakness
// of this file costs an author one `over`, never a wrong answer.

namespace sluice::law {
namespace {

// The same condition, as written; places in the file do not count.
bool same_condition(const Expr& a, const Expr& b) {
    const auto key = [](const Expr& e) {
        return std::tie(e.op, e.fact, e.comparator, e.codes, e.name, e.left, e.right, e.places);
    };
    return key(a) == key(b) && std::ranges::equal(a.children, b.children, same_condition);
}

// The values of one sum that a comparison with a constant allows, in steps of a millionth, so that
// strict and loose bounds need no flags.
std::optional<Interval> interval_of(const Expr& expr) {
    if (expr.op != Expr::Op::compare || expr.left.has_constant || !expr.right.terms.empty() ||
        expr.comparator == Comparator::not_equal) {
        return std::nullopt;
    }
    return allowed(expr.comparator, expr.right.constant.millionths());
}

// How the values lie that two conditions allow to one fact or one sum; nothing is said of others.
struct Overlap {
    bool none = false;          // no value is allowed by both
    bool first_within = false;  // every value that the first allows
};

Overlap overlap(const Expr& a, const Expr& b) {
    if (a.op == Expr::Op::is && b.op == Expr::Op::is && a.fact == b.fact) {
        const auto in_b = [&](auto code) { return text::contains(b.codes, code); };
        return {std::ranges::none_of(a.codes, in_b), std::ranges::all_of(a.codes, in_b)};
    }
    const auto x = interval_of(a);
    const auto y = interval_of(b);
    if (!x || !y || a.left != b.left) return {};
    return {x->hi < y->lo || y->hi < x->lo, y->lo <= x->lo && x->hi <= y->hi};
}

// An absent fact makes a comparison and its like not met, so the opposite of one may hold with the
// fact absent: only two affirmed conditions exclude each other by value.
bool exclude_by_value(const Conjunct& a, const Conjunct& b) {
    return !a.negated && !b.negated && overlap(*a.expr, *b.expr).none;
}

// `a` holding makes `b` hold.
bool follows(const Conjunct& a, const Conjunct& b) {
    if (a.negated == b.negated && same_condition(*a.expr, *b.expr)) return true;
    if (a.negated != b.negated) return !a.negated && exclude_by_value(a, {b.expr, false});
    // not b follows from not a where a follows from b
    return a.negated ? overlap(*b.expr, *a.expr).first_within
                     : overlap(*a.expr, *b.expr).first_within;
}

bool is_joined(const Conjunct& c) {
    return c.expr->op == Expr::Op::any || c.expr->op == Expr::Op::all;
}

// Alternatives are tried one by one. The search ends unproved after so many comparisons of two
// conditions, so that a hostile file costs little.
constexpr int most_comparisons = 20'000;

bool clash(const Conjuncts& together, int& comparisons) {
    for (std::size_t i = 0; i < together.size(); ++i) {
        const auto& a = together[i];
        if (a.expr->op == Expr::Op::always && a.negated) return true;
        for (std::size_t j = 0; j < i; ++j) {
            const auto& b = together[j];
            if (--comparisons < 0) return false;
            if (follows(a, {b.expr, !b.negated}) || exclude_by_value(a, b)) return true;
        }
    }
    return false;
}

// What must hold together for `expr` (or, when negated, for its opposite) to hold.
void add_conjuncts(const Expr& expr, bool negated, Conjuncts& to) {
    if (expr.op == Expr::Op::negate) return add_conjuncts(expr.children.front(), !negated, to);
    const auto splits = negated ? Expr::Op::any : Expr::Op::all;
    if (expr.op != splits) return to.push_back({&expr, negated});
    for (const auto& child : expr.children) add_conjuncts(child, negated, to);
}

bool impossible(const Conjuncts& together, std::size_t first, int& comparisons) {
    if (clash(together, comparisons)) return true;
    while (first < together.size() && !is_joined(together[first])) ++first;
    if (first == together.size() || comparisons < 0) return false;
    const auto& alternatives = together[first];
    return std::ranges::all_of(alternatives.expr->children, [&](const Expr& branch) {
        auto with = together;
        add_conjuncts(branch, alternatives.negated, with);
        return impossible(with, first + 1, comparisons);
    });
}

}  // namespace

bool contradict(const Conjuncts& together) {
    Conjuncts parts;
    for (const auto& [expr, negated] : together) add_conjuncts(*expr, negated, parts);
    int comparisons = most_comparisons;
    return impossible(parts, 0, comparisons);
}

bool implies(const Expr& a, const Expr& b) {
    Conjuncts from, to;
    add_conjuncts(a, false, from);
    add_conjuncts(b, false, to);
    return std::ranges::all_of(to, [&](const Conjunct& needed) {
        return std::ranges::any_of(from, [&](const Conjunct& c) { return follows(c, needed); });
    });
}

bool exclude_each_other(const Version& a, const Version& b) {
    // Both are met only if some limb of each is met and no `except` of either.
    for (const auto& first : a.limbs) {
        for (const auto& second : b.limbs) {
            Conjuncts together{{&first.when}, {&second.when}};
            for (const auto& carve : a.carves) together.push_back({&carve.when, true});
            for (const auto& carve : b.carves) together.push_back({&carve.when, true});
            if (!contradict(together)) return false;
        }
    }
    return true;
}

}  // namespace sluice::law
