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

Failed complain(Cursor& cursor, Side& side, const text::Location& where, std::string message,
                std::string label, std::string hint = {}) {
    side.typed = false;
    return cursor.report(where, std::move(message), std::move(label), std::move(hint));
}

text::Location place_of(const Cursor& cursor, const Side& side) {
    return cursor.between(side.first, side.last);
}

// Adds `coefficient * fact` to the side; its dimension, or nothing where the fact is no number.
// A fact on both sides would make the ends of its range count twice: `a >= 2 * a` of a range 1..3
// is unknown end by end, and yet never holds. No statute compares a quantity with itself.
std::optional<Dimension> add_term(Cursor& cursor, Side& side,
                                  const std::optional<WrittenNumber>& number) {
    const auto& name = cursor.take();
    const auto* const fact = fact_named(cursor, name);
    if (!fact) return side.typed = false, std::nullopt;
    if (fact->type != FactType::number) {
        return complain(cursor, side, cursor.where(name),
                        fmt::format("`{}` is {} and cannot be compared as a number", fact->name,
                                    nature_of(*fact)),
                        "expected a number", how_to_ask(*fact));
    }
    if (text::contains(side.facts, fact->id)) {
        complain(cursor, side, cursor.where(name),
                 fmt::format("`{}` stands twice in one comparison", fact->name), "",
                 "write each fact once");
    }
    side.facts.push_back(fact->id);
    side.bare = false;
    const auto coefficient = number ? number->value : Decimal{1};
    // Keeps every sum of 100 products within 128 bits, whatever the values of the facts.
    if (coefficient > Decimal{1'000'000'000}) {
        complain(cursor, side, cursor.where(name), "a factor is at most 1_000_000_000",
                 "times this");
    }
    side.linear.terms.push_back({coefficient, fact->id});
    if (number && number->has_unit) {
        complain(cursor, side, cursor.where(name),
                 fmt::format("{} cannot multiply `{}`, {}", quantity::describe(number->dimension),
                             fact->name, nature_of(*fact)),
                 "", "write the number without a unit");
    }
    return fact->dimension;
}

// One product; adds it to the side and checks it against what stands there.
bool parse_product(Cursor& cursor, Side& side) {
    const auto first = cursor.next;
    std::optional<WrittenNumber> number;
    std::optional<Dimension> dimension;
    if (cursor.at(TokenKind::number)) {
        number = parse_number(cursor);
        if (!number) return false;
        if (cursor.accept("*")) {
            if (!cursor.at(TokenKind::word)) return cursor.expected("a fact after `*`");
            dimension = add_term(cursor, side, number);
            side.scaled = true;
        } else {
            dimension = number->dimension;
            if (number->has_unit) side.bare = false;
            const auto sum = static_cast<quantity::Wide>(side.linear.constant.millionths()) +
                             number->value.millionths();
            if (sum > Decimal::largest().millionths())
                return cursor.fail(cursor.tokens[first], "the sum is too large");
            side.linear.constant = Decimal::from_millionths(static_cast<std::int64_t>(sum));
            side.linear.has_constant = true;
        }
    } else if (cursor.at(TokenKind::word)) {
        dimension = add_term(cursor, side, std::nullopt);
        if (cursor.at("*")) {
            return cursor.fail(cursor.peek(), "a factor stands before its fact", "",
                               "write `2 * tpp`, not `tpp * 2`");
        }
    } else {
        return cursor.expected("a number or a fact");
    }
    if (!dimension || !side.typed) return true;
    if (first == side.first) {
        side.linear.dimension = *dimension;
    } else if (side.linear.dimension != *dimension) {
        complain(cursor, side, cursor.since(first),
                 fmt::format("cannot add {} to {}", quantity::describe(*dimension),
                             quantity::describe(side.linear.dimension)),
                 fmt::format("expected {}", quantity::describe(side.linear.dimension)));
    }
    return true;
}

std::optional<Side> parse_sum(Cursor& cursor, std::vector<FactId> facts = {}) {
    Side side{.first = cursor.next, .facts = std::move(facts)};
    int parts = 0;
    do {
        if (++parts > deepest_nesting) {
            return cursor.fail(cursor.peek(),
                               fmt::format("a sum of more than {} parts", deepest_nesting));
        }
        if (!parse_product(cursor, side)) return std::nullopt;
    } while (cursor.accept("+"));
    side.scaled = side.scaled && parts == 1;
    side.last = cursor.next;
    return side;
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
    complain(cursor, odd, place_of(cursor, odd),
             fmt::format(
                 "{} is {}, found {}", subject, quantity::describe(wanted),
                 unitless ? "a number without a unit" : quantity::describe(odd.linear.dimension)),
             unitless ? fmt::format("write `{}`", quantity::to_string(odd.linear.constant, wanted))
                      : fmt::format("expected {}", quantity::describe(wanted)));
}

std::optional<Expr> parse_comparison(Cursor& cursor) {
    const auto first = cursor.next;
    auto left = parse_sum(cursor);
    if (!left) return std::nullopt;
    const auto comparator = cursor.take_spelled<Comparator>();
    if (!comparator) return cursor.expected("a comparison such as `>=`");
    auto right = parse_sum(cursor, left->facts);
    if (!right) return std::nullopt;
    if (spelled<Comparator>(cursor.peek().written))
        return cursor.fail(cursor.peek(), "comparisons do not chain", "", "join two with `and`");
    check_dimensions(cursor, *left, *right);
    if (left->typed && right->typed && right->facts.empty())
        complain(cursor, *right, cursor.since(first), "two numbers are compared, and no fact", "");
    Expr expr{.op = Expr::Op::compare, .where = cursor.since(first)};
    expr.left = std::move(left->linear);
    expr.right = std::move(right->linear);
    expr.comparator = *comparator;
    return expr;
}

// ---- sets -------------------------------------------------------------------------------------

std::optional<PlaceExpr> parse_places(Cursor& cursor, int& parts);

std::optional<PlaceExpr> parse_place_set(Cursor& cursor, int& parts) {
    // Counts parts, not depth: a long chain of `+` is a deep tree too.
    if (++parts > deepest_nesting) {
        return cursor.fail(cursor.peek(),
                           fmt::format("a set of more than {} parts", deepest_nesting));
    }
    if (cursor.accept("(")) {
        auto inner = parse_places(cursor, parts);
        if (!inner || !cursor.need(")")) return std::nullopt;
        return inner;
    }
    if (!cursor.at(TokenKind::word) && !cursor.at(TokenKind::group)) {
        return cursor.expected("a country group or an ISO code",
                               cursor.at("{") ? "write a union of places as `CN + MO`" : "");
    }
    const auto& name = cursor.take();
    const auto& places = cursor.world.places;
    if (const auto* const group = places.group(name.written)) {
        return PlaceExpr{.op = PlaceExpr::Op::group,
                         .code = static_cast<std::int16_t>(group - places.groups.data())};
    }
    const auto code = place_named(cursor, name, true);
    return PlaceExpr{.code = static_cast<std::int16_t>(code.value_or(-1))};
}

std::optional<PlaceExpr> parse_places(Cursor& cursor, int& parts) {
    auto left = parse_place_set(cursor, parts);
    while (left && (cursor.at("+") || cursor.at("-"))) {
        const bool plus = cursor.take().written == "+";
        auto right = parse_place_set(cursor, parts);
        if (!right) return std::nullopt;
        PlaceExpr both{.op = plus ? PlaceExpr::Op::plus : PlaceExpr::Op::minus};
        both.operands = {std::move(*left), std::move(*right)};
        left = std::move(both);
    }
    return left;
}

// ---- terms ------------------------------------------------------------------------------------

// `fact` is null where the name was no fact: what follows is still read, nothing more is checked.
struct Asked {
    const FactInfo* fact = nullptr;
    const Token* name = nullptr;
    std::size_t first = 0;

    FactId id() const { return fact ? fact->id : FactId{}; }
    bool must_be(Cursor& cursor, std::initializer_list<FactType> types,
                 std::string_view form) const {
        if (!fact || text::contains(types, fact->type)) return true;
        cursor.fail(*name,
                    fmt::format("`{}` is {} and takes no {}", fact->name, nature_of(*fact), form),
                    "", how_to_ask(*fact));
        return false;
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
        const auto code = asked.fact ? code_named(cursor, *asked.fact, name) : std::nullopt;
        into.codes.push_back(code.value_or(-1));
        into.names.emplace_back(name.written);
    } while (several && cursor.accept(","));
    return !several || cursor.need("}");
}

Expr negation(Expr of, text::Location where) {
    Expr expr{.op = Expr::Op::negate, .where = std::move(where)};
    expr.children.push_back(std::move(of));
    return expr;
}

std::optional<Expr> parse_is(Cursor& cursor, const Asked& asked) {
    cursor.take();
    const bool negated = cursor.accept("not");
    Expr is{.fact = asked.id()};
    if (!parse_codes(cursor, asked, "`is`", "a name after `is`", false, is)) return std::nullopt;
    is.where = cursor.since(asked.first);
    const auto where = is.where;
    return negated ? negation(std::move(is), where) : is;
}

// Lists are dated, so the member parties are looked up on the day of the deal, not here.
bool parse_list(Cursor& cursor, const Asked& asked, Expr& expr) {
    asked.must_be(cursor, {FactType::party}, "`in list`");
    if (!cursor.at(TokenKind::word)) return cursor.expected("the name of a list");
    const auto& name = cursor.take();
    expr.op = Expr::Op::in_list;
    expr.name = name.written;
    const auto& lists = cursor.world.party_lists;
    const auto* const list = cursor.world.party_list(name.written);
    if (list) {
        expr.reference = static_cast<std::int32_t>(list - lists.data());
    } else {
        cursor.fail(name, fmt::format("no list of parties is called `{}`", name.written), "",
                    text::did_you_mean(name.written, lists, &facts::PartyList::id));
    }
    return true;
}

std::optional<Expr> parse_in(Cursor& cursor, const Asked& asked) {
    cursor.take();
    Expr expr{.op = Expr::Op::in_places, .fact = asked.id()};
    bool read = false;
    if (cursor.accept("{")) {
        read = parse_codes(cursor, asked, "`in {…}`", "a name", true, expr);
    } else if (cursor.accept("list")) {
        read = parse_list(cursor, asked, expr);
    } else {
        asked.must_be(cursor, {FactType::place}, "places");
        int parts = 0;
        auto places = parse_places(cursor, parts);
        read = places.has_value();
        if (places) expr.places = std::move(*places);
    }
    if (!read) return std::nullopt;
    expr.where = cursor.since(asked.first);
    return expr;
}

std::optional<Expr> parse_fact_term(Cursor& cursor) {
    const auto& ahead = cursor.peek(1);
    if (ahead.kind == TokenKind::sign &&
        (ahead.written == "+" || ahead.written == "*" || spelled<Comparator>(ahead.written))) {
        return parse_comparison(cursor);
    }
    Asked asked{.name = &cursor.peek(), .first = cursor.next};
    cursor.take();
    asked.fact = fact_named(cursor, *asked.name);
    if (cursor.at("is")) return parse_is(cursor, asked);
    if (cursor.at("in")) return parse_in(cursor, asked);
    if (asked.fact && asked.fact->type != FactType::boolean) {
        cursor.fail(*asked.name,
                    fmt::format("`{}` alone is no condition: it is {}", asked.fact->name,
                                nature_of(*asked.fact)),
                    "", how_to_ask(*asked.fact));
    }
    return Expr{.op = Expr::Op::flag, .where = cursor.since(asked.first), .fact = asked.id()};
}

std::optional<Expr> parse_any(Cursor& cursor, int depth);

std::optional<Expr> parse_term(Cursor& cursor, int depth) {
    const auto first = cursor.next;
    if (depth > deepest_nesting) {
        return cursor.fail(cursor.peek(),
                           fmt::format("conditions nest deeper than {} levels", deepest_nesting),
                           "", "name a part of it: a `definition` that this one asks with `met`");
    }
    if (cursor.accept("(")) {
        auto inner = parse_any(cursor, depth + 1);
        if (!inner || !cursor.need(")")) return std::nullopt;
        return inner;
    }
    if (cursor.at(TokenKind::number)) return parse_comparison(cursor);
    if (!cursor.at(TokenKind::word) || is_joining_word(cursor.peek().written))
        return cursor.expected("a condition");
    if (cursor.accept("always")) return Expr{.op = Expr::Op::always, .where = cursor.since(first)};
    if (cursor.accept("not")) {
        auto of = parse_term(cursor, depth + 1);
        if (!of) return std::nullopt;
        return negation(std::move(*of), cursor.since(first));
    }
    if (cursor.accept("met")) {
        Expr met{.op = Expr::Op::met};
        if (!cursor.need_name(met.name, "the id of a provision after `met`")) return std::nullopt;
        met.where = cursor.since(first);
        return met;
    }
    if (cursor.accept("exists")) {
        if (!cursor.at(TokenKind::word)) return cursor.expected("a fact after `exists`");
        const auto* const fact = fact_named(cursor, cursor.take());
        return Expr{.op = Expr::Op::exists,
                    .where = cursor.since(first),
                    .fact = fact ? fact->id : FactId{}};
    }
    return parse_fact_term(cursor);
}

// Operands joined by `word`; a single operand stands for itself.
template <class ParseOperand>
std::optional<Expr> parse_joined(Cursor& cursor, Expr::Op op, std::string_view word,
                                 ParseOperand operand) {
    const auto first = cursor.next;
    auto one = operand();
    if (!one || !cursor.at(word)) return one;
    Expr joined{.op = op};
    joined.children.push_back(std::move(*one));
    while (cursor.accept(word)) {
        auto another = operand();
        if (!another) return std::nullopt;
        joined.children.push_back(std::move(*another));
    }
    joined.where = cursor.since(first);
    return joined;
}

// `or` of `and`s of terms. Groups that parentheses made stay groups in the tree.
std::optional<Expr> parse_any(Cursor& cursor, int depth) {
    return parse_joined(cursor, Expr::Op::any, "or", [&] {
        return parse_joined(cursor, Expr::Op::all, "and",
                            [&] { return parse_term(cursor, depth); });
    });
}

}  // namespace

bool parse_expr(Cursor& cursor, Expr& into) {
    auto read = parse_any(cursor, 0);
    if (read) into = std::move(*read);
    return read.has_value();
}

}  // namespace sluice::law
