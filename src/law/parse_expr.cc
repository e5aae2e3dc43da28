// Conditions: grammar and types together.
//
// Names are looked up and dimensions checked while a condition is read, so that a message can point
// at the very word. An unknown name does not stop the reading: what follows it is parsed by its
// shape alone (`x >= …` is a comparison, `x in …` asks a set), and its types are not complained of.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "law/parse_cursor.h"
#include "quantity/unit.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::law {
namespace {

using facts::FactInfo;
using facts::FactType;
using quantity::Dimension;

// What a fact of each type is, for messages, and how to ask it: {0} is its name, {1} an example.
struct Nature {
    std::string_view is, ask;
};
constexpr std::array<Nature, 6> natures = {{{"", "compare it, as in `{0} >= {1}`"},
                                            {"yes or no", "write `{0}` or `not {0}`"},
                                            {"a choice", "write `{0} is {1}`"},
                                            {"a place", "write `{0} in D:5 + MO`"},
                                            {"a party", "write `{0} is NAME`"},
                                            {"a chip", "write `{0} is NAME`"}}};

// "yes or no", "a byte rate (bandwidth in bytes per second)".
std::string_view nature_of(const FactInfo& fact) {
    if (fact.type == FactType::number) return quantity::describe(fact.dimension);
    return natures[static_cast<std::size_t>(fact.type)].is;
}

std::string how_to_ask(const FactInfo& fact) {
    std::string example;
    if (fact.type == FactType::number) example = quantity::to_string(Decimal{100}, fact.dimension);
    if (fact.type == FactType::choice) example = fact.choices.front();
    return fmt::format(fmt::runtime(natures[static_cast<std::size_t>(fact.type)].ask), fact.name,
                       example);
}

bool is_joining_word(std::string_view word) {
    return word == "and" || word == "or" || word == "is" || word == "in" || word == "when";
}

// ---- sums -------------------------------------------------------------------------------------

// One side of a comparison, with what its type check needs.
struct Side {
    Linear linear{};
    std::size_t first = 0, last = 0;  // tokens [first, last)
    bool typed = true;                // false after a problem: no further complaint
    bool bare = true;                 // plain numbers only: takes no unit of its own
    bool scaled = false;              // a single `NUMBER * FACT`, the number without a unit
    std::vector<FactId> facts{};      // of both sides, as far as they are read
};

void complain(Cursor& cursor, Side& side, const text::Location& where, std::string message,
              std::string label, std::string hint = {}) {
    side.typed = false;
    cursor.report(where, std::move(message), std::move(label), std::move(hint));
}

// Adds `factor * fact` to the side; its dimension, which means nothing where a problem was found.
// A fact on both sides would make the ends of its range count twice: `a >= 2 * a` of a range 1..3
// is unknown end by end, and yet never holds. No statute compares a quantity with itself.
Dimension add_term(Cursor& cursor, Side& side, const WrittenNumber& factor) {
    const auto& name = cursor.take();
    const auto* const fact = fact_named(cursor, name);
    if (!fact) return side.typed = false, Dimension::number;
    const auto refuse = [&](std::string message, std::string label, std::string hint) {
        complain(cursor, side, cursor.where(name), std::move(message), std::move(label),
                 std::move(hint));
    };
    if (fact->type != FactType::number) {
        refuse(fmt::format("`{}` is {} and cannot be compared as a number", fact->name,
                           nature_of(*fact)),
               "expected a number", how_to_ask(*fact));
        return Dimension::number;
    }
    if (text::contains(side.facts, fact->id))
        refuse(fmt::format("`{}` stands twice in one comparison", fact->name), "",
               "write each fact once");
    // Keeps every sum of 100 products within 128 bits, whatever the values of the facts.
    if (factor.value > Decimal{1'000'000'000})
        refuse("a factor is at most 1_000_000_000", "times this", "");
    if (factor.has_unit)
        refuse(fmt::format("{} cannot multiply `{}`, {}", quantity::describe(factor.dimension),
                           fact->name, nature_of(*fact)),
               "", "write the number without a unit");
    side.facts.push_back(fact->id);
    side.bare = false;
    side.linear.terms.push_back({factor.value, fact->id});
    return fact->dimension;
}

bool add_constant(Side& side, const WrittenNumber& number) {
    const auto sum =
        static_cast<quantity::Wide>(side.linear.constant.millionths()) + number.value.millionths();
    if (sum > Decimal::largest().millionths()) return false;
    side.linear.constant = Decimal::from_millionths(static_cast<std::int64_t>(sum));
    side.linear.has_constant = true;
    side.bare = side.bare && !number.has_unit;
    return true;
}

// One product; adds it to the side and checks it against what stands there.
bool parse_product(Cursor& cursor, Side& side) {
    const auto first = cursor.next;
    const bool numbered = cursor.at(TokenKind::number);
    WrittenNumber number{.value = Decimal{1}};
    if (numbered && !parse_number(cursor, number)) return false;
    auto dimension = number.dimension;
    if (numbered && !cursor.accept("*")) {
        if (!add_constant(side, number))
            return cursor.fail(cursor.tokens[first], "the sum is too large");
    } else {
        if (!cursor.at(TokenKind::word))
            return cursor.expected(numbered ? "a fact after `*`" : "a number or a fact");
        dimension = add_term(cursor, side, number);
        side.scaled = numbered;
        if (cursor.at("*")) {
            return cursor.fail(cursor.peek(), "a factor stands before its fact", "",
                               "write `2 * tpp`, not `tpp * 2`");
        }
    }
    if (!side.typed) return true;
    if (first == side.first) {
        side.linear.dimension = dimension;
    } else if (side.linear.dimension != dimension) {
        complain(cursor, side, cursor.since(first),
                 fmt::format("cannot add {} to {}", quantity::describe(dimension),
                             quantity::describe(side.linear.dimension)),
                 fmt::format("expected {}", quantity::describe(side.linear.dimension)));
    }
    return true;
}

bool parse_sum(Cursor& cursor, Side& side) {
    side.first = cursor.next;
    int parts = 0;
    do {
        if (++parts > deepest_nesting) {
            return cursor.fail(cursor.peek(),
                               fmt::format("a sum of more than {} parts", deepest_nesting));
        }
        if (!parse_product(cursor, side)) return false;
    } while (cursor.accept("+"));
    side.scaled = side.scaled && parts == 1;
    side.last = cursor.next;
    return true;
}

// The statute prints performance density without a unit: `tpp >= 5.92 * die_area`. It is the one
// comparison of two dimensions, and both facts must be the ones that the statute names.
bool is_printed_density(const Side& tpp, const Side& area) {
    return tpp.linear.terms.size() == 1 && !tpp.linear.has_constant &&
           tpp.linear.terms[0].fact == FactId::tpp && area.scaled &&
           area.linear.terms[0].fact == FactId::die_area;
}

void check_dimensions(Cursor& cursor, Side& left, Side& right) {
    if (!left.typed || !right.typed) return;
    auto& a = left.linear.dimension;
    auto& b = right.linear.dimension;
    if (is_printed_density(left, right)) b = Dimension::number;
    if (is_printed_density(right, left)) a = Dimension::number;
    if (a == b) return;
    auto& odd = left.bare ? left : right;
    const auto& even = left.bare ? right : left;
    const auto wanted = even.linear.dimension;
    const auto& token = cursor.tokens[even.first];
    const auto subject = even.last - even.first == 1 ? fmt::format("`{}`", token.written) : "this";
    const bool unitless = odd.bare && odd.linear.dimension == Dimension::number;
    complain(cursor, odd, cursor.between(odd.first, odd.last),
             fmt::format(
                 "{} is {}, found {}", subject, quantity::describe(wanted),
                 unitless ? "a number without a unit" : quantity::describe(odd.linear.dimension)),
             unitless ? fmt::format("write `{}`", quantity::to_string(odd.linear.constant, wanted))
                      : fmt::format("expected {}", quantity::describe(wanted)));
}

bool parse_comparison(Cursor& cursor, Expr& into) {
    const auto first = cursor.next;
    Side left, right;
    into.op = Expr::Op::compare;
    if (!parse_sum(cursor, left)) return false;
    const auto comparator = cursor.take_spelled<Comparator>();
    if (!comparator) return cursor.expected("a comparison such as `>=`");
    right.facts = left.facts;
    if (!parse_sum(cursor, right)) return false;
    if (spelled<Comparator>(cursor.peek().written))
        return cursor.fail(cursor.peek(), "comparisons do not chain", "", "join two with `and`");
    check_dimensions(cursor, left, right);
    if (left.typed && right.typed && right.facts.empty())
        cursor.report(cursor.since(first), "two numbers are compared, and no fact");
    into.left = std::move(left.linear);
    into.right = std::move(right.linear);
    into.comparator = *comparator;
    return true;
}

// ---- sets -------------------------------------------------------------------------------------

bool parse_places(Cursor& cursor, int& parts, PlaceExpr& into);

bool parse_place_set(Cursor& cursor, int& parts, PlaceExpr& into) {
    // Counts parts, not depth: a long chain of `+` is a deep tree too.
    if (++parts > deepest_nesting) {
        return cursor.fail(cursor.peek(),
                           fmt::format("a set of more than {} parts", deepest_nesting));
    }
    if (cursor.accept("(")) return parse_places(cursor, parts, into) && cursor.need(")");
    if (!cursor.at(TokenKind::word) && !cursor.at(TokenKind::group)) {
        return cursor.expected("a country group or an ISO code",
                               cursor.at("{") ? "write a union of places as `CN + MO`" : "");
    }
    const auto& name = cursor.take();
    const auto& places = cursor.world.places;
    const auto* const group = places.group(name.written);
    into.op = group ? PlaceExpr::Op::group : PlaceExpr::Op::place;
    into.code = static_cast<std::int16_t>(group ? group - places.groups.data()
                                                : place_named(cursor, name, true));
    return true;
}

bool parse_places(Cursor& cursor, int& parts, PlaceExpr& into) {
    if (!parse_place_set(cursor, parts, into)) return false;
    while (cursor.at("+") || cursor.at("-")) {
        const bool plus = cursor.take().written == "+";
        PlaceExpr both{.op = plus ? PlaceExpr::Op::plus : PlaceExpr::Op::minus};
        both.operands = {std::move(into), PlaceExpr{}};
        into = std::move(both);
        if (!parse_place_set(cursor, parts, into.operands[1])) return false;
    }
    return true;
}

// ---- terms ------------------------------------------------------------------------------------

// `fact` is null where the name was no fact: what follows is still read, nothing more is checked.
struct Asked {
    const FactInfo* fact = nullptr;
    const Token* name = nullptr;

    bool must_be(Cursor& cursor, std::initializer_list<FactType> types,
                 std::string_view form) const {
        if (!fact || text::contains(types, fact->type)) return true;
        return cursor.fail(
            *name, fmt::format("`{}` is {} and takes no {}", fact->name, nature_of(*fact), form),
            "", how_to_ask(*fact));
    }
};

// One name, or several in braces.
bool parse_codes(Cursor& cursor, Asked asked, std::string_view form, std::string_view what,
                 bool several, Expr& into) {
    into.op = Expr::Op::is;
    if (!asked.must_be(cursor, {FactType::choice, FactType::party, FactType::chip}, form))
        asked.fact = nullptr;
    do {
        if (!cursor.at_name()) return cursor.expected(what);
        const auto& name = cursor.take();
        into.codes.push_back(asked.fact ? code_named(cursor, *asked.fact, name) : -1);
        into.names.emplace_back(name.written);
    } while (several && cursor.accept(","));
    return !several || cursor.need("}");
}

// Lists are dated, so the member parties are looked up on the day of the deal, not here.
bool parse_list(Cursor& cursor, const Asked& asked, Expr& into) {
    asked.must_be(cursor, {FactType::party}, "`in list`");
    if (!cursor.at(TokenKind::word)) return cursor.expected("the name of a list");
    const auto& name = cursor.take();
    into.op = Expr::Op::in_list;
    into.name = name.written;
    const auto& lists = cursor.world.party_lists;
    if (const auto* const list = cursor.world.party_list(name.written)) {
        into.reference = static_cast<std::int32_t>(list - lists.data());
    } else {
        cursor.fail(name, fmt::format("no list of parties is called `{}`", name.written), "",
                    text::did_you_mean(name.written, lists, &facts::PartyList::id));
    }
    return true;
}

// What follows `in`.
bool parse_in(Cursor& cursor, const Asked& asked, Expr& into) {
    if (cursor.accept("{")) return parse_codes(cursor, asked, "`in {…}`", "a name", true, into);
    if (cursor.accept("list")) return parse_list(cursor, asked, into);
    asked.must_be(cursor, {FactType::place}, "places");
    into.op = Expr::Op::in_places;
    int parts = 0;
    return parse_places(cursor, parts, into.places);
}

void negate(Expr& expr) {
    Expr whole{.op = Expr::Op::negate, .where = expr.where};
    whole.children.push_back(std::move(expr));
    expr = std::move(whole);
}

bool parse_fact_term(Cursor& cursor, Expr& into) {
    const auto& ahead = cursor.peek(1);
    if (ahead.kind == TokenKind::sign &&
        (ahead.written == "+" || ahead.written == "*" || spelled<Comparator>(ahead.written))) {
        return parse_comparison(cursor, into);
    }
    const auto first = cursor.next;
    Asked asked{.name = &cursor.take()};
    asked.fact = fact_named(cursor, *asked.name);
    into.op = Expr::Op::flag;
    if (asked.fact) into.fact = asked.fact->id;
    if (cursor.accept("is")) {
        const bool negated = cursor.accept("not");
        if (!parse_codes(cursor, asked, "`is`", "a name after `is`", false, into)) return false;
        into.where = cursor.since(first);
        if (negated) negate(into);
        return true;
    }
    if (cursor.accept("in")) return parse_in(cursor, asked, into);
    if (asked.fact && asked.fact->type != FactType::boolean) {
        cursor.fail(*asked.name,
                    fmt::format("`{}` alone is no condition: it is {}", asked.fact->name,
                                nature_of(*asked.fact)),
                    "", how_to_ask(*asked.fact));
    }
    return true;
}

bool parse_any(Cursor& cursor, int depth, Expr& into);

bool parse_term(Cursor& cursor, int depth, Expr& into) {
    if (depth > deepest_nesting) {
        return cursor.fail(cursor.peek(),
                           fmt::format("conditions nest deeper than {} levels", deepest_nesting),
                           "", "name a part of it: a `definition` that this one asks with `met`");
    }
    if (cursor.accept("(")) return parse_any(cursor, depth + 1, into) && cursor.need(")");
    const auto first = cursor.next;
    bool read = true;
    if (cursor.at(TokenKind::number)) {
        read = parse_comparison(cursor, into);
    } else if (!cursor.at(TokenKind::word) || is_joining_word(cursor.peek().written)) {
        return cursor.expected("a condition");
    } else if (cursor.accept("always")) {
        into.op = Expr::Op::always;
    } else if (cursor.accept("not")) {
        read = parse_term(cursor, depth + 1, into);
        negate(into);
    } else if (cursor.accept("met")) {
        into.op = Expr::Op::met;
        read = cursor.need_name(into.name, "the id of a provision after `met`");
    } else if (cursor.accept("exists")) {
        into.op = Expr::Op::exists;
        if (!cursor.at(TokenKind::word)) return cursor.expected("a fact after `exists`");
        if (const auto* const fact = fact_named(cursor, cursor.take())) into.fact = fact->id;
    } else {
        read = parse_fact_term(cursor, into);
    }
    into.where = cursor.since(first);
    return read;
}

// Operands joined by `word`; a single operand stands for itself.
template <class ParseOperand>
bool parse_joined(Cursor& cursor, Expr::Op op, std::string_view word, Expr& into,
                  ParseOperand operand) {
    const auto first = cursor.next;
    if (!operand(into)) return false;
    if (!cursor.at(word)) return true;
    Expr joined{.op = op};
    joined.children.push_back(std::move(into));
    while (cursor.accept(word))
        if (!operand(joined.children.emplace_back())) return false;
    joined.where = cursor.since(first);
    into = std::move(joined);
    return true;
}

// `or` of `and`s of terms. Groups that parentheses made stay groups in the tree.
bool parse_any(Cursor& cursor, int depth, Expr& into) {
    return parse_joined(cursor, Expr::Op::any, "or", into, [&](Expr& conjunction) {
        return parse_joined(cursor, Expr::Op::all, "and", conjunction,
                            [&](Expr& term) { return parse_term(cursor, depth, term); });
    });
}

}  // namespace

bool parse_expr(Cursor& cursor, Expr& into) { return parse_any(cursor, 0, into); }

}  // namespace sluice::law
