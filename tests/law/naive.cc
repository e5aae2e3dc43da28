#include "tests/law/naive.h"

#include <algorithm>

#include "text/sequence.h"

// Written to be compared with the text of docs/reference/law-language.md sentence by sentence. It
// looks every name, set and version up anew each time, by means of its own, so that an error in
// in_force.cc or rulebook.cc shows as a disagreement. Do not share code with them to make it
// faster.

namespace sluice::law::naive {
namespace {

using facts::Known;
using facts::Value;
using quantity::Wide;

Truth both(Truth a, Truth b) { return std::min(a, b); }
Truth either(Truth a, Truth b) { return std::max(a, b); }
Truth opposite(Truth a) {
    if (a == Truth::unknown) return a;
    return a == Truth::met ? Truth::not_met : Truth::met;
}
Truth yes_or_no(bool yes) { return yes ? Truth::met : Truth::not_met; }

// ---- numbers ----------------------------------------------------------------------------------

// The values a sum can have, in 1e-12; an end without bound is `endless`.
struct Interval {
    Wide lo = 0, hi = 0;
};
constexpr Wide endless = static_cast<Wide>(1) << 120;

struct Sum {
    bool absent = false, unknown = false;
    Interval range{};
};

Sum sum_of(const Linear& linear, const facts::Facts& facts) {
    Sum sum;
    sum.range.lo = sum.range.hi = static_cast<Wide>(linear.constant.millionths()) * 1'000'000;
    for (const auto& term : linear.terms) {
        const Value& value = facts[facts::index(term.fact)];
        if (value.known == Known::absent) sum.absent = true;
        if (value.known == Known::unknown) sum.unknown = true;
        const Wide factor = term.coefficient.millionths();
        const bool open =
            value.known == Known::range && value.hi == Decimal::largest().millionths();
        sum.range.lo += factor * value.lo;
        sum.range.hi = open || sum.range.hi == endless ? endless : sum.range.hi + factor * value.hi;
    }
    return sum;
}

// Met when every pair of values compares so, not met when none does.
Truth less(const Interval& a, const Interval& b) {
    if (a.hi < b.lo) return Truth::met;
    return a.lo >= b.hi ? Truth::not_met : Truth::unknown;
}

Truth equal(const Interval& a, const Interval& b) {
    if (a.hi < b.lo || b.hi < a.lo) return Truth::not_met;
    return a.lo == a.hi && b.lo == b.hi ? Truth::met : Truth::unknown;
}

Truth compare(const Expr& expr, const facts::Facts& facts) {
    const Sum left = sum_of(expr.left, facts);
    const Sum right = sum_of(expr.right, facts);
    if (left.absent || right.absent) return Truth::not_met;
    if (left.unknown || right.unknown) return Truth::unknown;
    const auto& a = left.range;
    const auto& b = right.range;
    const auto comparator = expr.comparator;
    if (comparator == Comparator::equal) return equal(a, b);
    if (comparator == Comparator::not_equal) return opposite(equal(a, b));
    if (comparator == Comparator::less) return less(a, b);
    if (comparator == Comparator::greater) return less(b, a);
    return opposite(comparator == Comparator::less_equal ? less(b, a) : less(a, b));
}

// ---- sets -------------------------------------------------------------------------------------

bool contains(const facts::World& world, const PlaceExpr& set, std::int64_t place, Date on) {
    if (set.op == PlaceExpr::Op::place) return place == set.code;
    if (set.op == PlaceExpr::Op::group) {
        const auto& members = world.places.groups[static_cast<std::size_t>(set.code)].members;
        return std::ranges::any_of(members, [&](const facts::Membership& member) {
            return member.place == place && member.period.contains(on);
        });
    }
    const bool left = contains(world, set.operands[0], place, on);
    const bool right = contains(world, set.operands[1], place, on);
    return set.op == PlaceExpr::Op::plus ? left || right : left && !right;
}

bool listed(const facts::World& world, const Expr& expr, std::int64_t party, Date on) {
    const auto& list = world.party_lists[static_cast<std::size_t>(expr.reference)];
    return std::ranges::any_of(list.members, [&](const facts::PartyList::Member& member) {
        return member.party == party && member.period.contains(on);
    });
}

// ---- time -------------------------------------------------------------------------------------

// Publication makes a text known; its effective day makes it speak.
bool seen(const Context& context, Date published) {
    return !context.known_on || published <= *context.known_on;
}

// The version that speaks on the day, or null; null too while the provision is stayed.
const Version* speaking(const Context& context, const Provision& provision) {
    for (const auto& stay : provision.stays)
        if (seen(context, stay.published) && stay.from <= context.on && context.on < stay.until)
            return nullptr;
    const Version* latest = nullptr;
    for (const auto& version : provision.versions) {
        if (!seen(context, version.known_from()) || context.on < version.effective) continue;
        if (!latest || latest->effective < version.effective) latest = &version;
    }
    if (!latest || latest->repealed) return nullptr;
    return latest->until && *latest->until <= context.on ? nullptr : latest;
}

Truth any_of(const Context& context, const std::vector<Clause>& clauses) {
    Truth truth = Truth::not_met;
    for (const auto& clause : clauses) truth = either(truth, evaluate(context, clause.when));
    return truth;
}

}  // namespace

Truth evaluate(const Context& context, const Expr& expr) {
    const auto& facts = *context.facts;
    const Value& value = facts[facts::index(expr.fact)];
    Truth truth = Truth::unknown;
    switch (expr.op) {
        case Expr::Op::always:
            return Truth::met;
        case Expr::Op::all:
            truth = Truth::met;
            for (const auto& child : expr.children) truth = both(truth, evaluate(context, child));
            return truth;
        case Expr::Op::any:
            truth = Truth::not_met;
            for (const auto& child : expr.children) truth = either(truth, evaluate(context, child));
            return truth;
        case Expr::Op::negate:
            return opposite(evaluate(context, expr.children.front()));
        case Expr::Op::compare:
            return compare(expr, facts);
        case Expr::Op::met: {
            const int found = context.book->find(expr.name);
            return found < 0
                       ? Truth::unknown
                       : met(context, context.book->provisions[static_cast<std::size_t>(found)]);
        }
        default:
            break;
    }
    if (value.known == Known::unknown) return Truth::unknown;
    if (value.known == Known::absent) return Truth::not_met;
    if (expr.op == Expr::Op::exists) return Truth::met;
    if (expr.op == Expr::Op::flag) return yes_or_no(value.lo != 0);
    if (expr.op == Expr::Op::is) return yes_or_no(text::contains(expr.codes, value.lo));
    const auto& world = *context.world;
    return yes_or_no(expr.op == Expr::Op::in_list
                         ? listed(world, expr, value.lo, context.on)
                         : contains(world, expr.places, value.lo, context.on));
}

Truth met(const Context& context, const Provision& provision) {
    const auto* const version = speaking(context, provision);
    if (!version) return Truth::not_met;
    const Truth plain =
        both(any_of(context, version->limbs), opposite(any_of(context, version->carves)));
    // A doubt never takes away what the text says; it only keeps silence from meaning "no".
    if (plain == Truth::met) return plain;
    return any_of(context, version->doubts) == Truth::not_met ? plain : Truth::unknown;
}

}  // namespace sluice::law::naive
