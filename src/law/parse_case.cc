// `case "area unknown" on 2024-01-02 tpp 2000, marketed_for_datacentre => unknown ask die_area`
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "law/parse_cursor.h"
#include "quantity/unit.h"

namespace sluice::law {
namespace {

using facts::FactInfo;
using facts::FactType;
using facts::Value;

// The fact as the formatter prints it: its words, one blank between those that had any.
std::string as_written(const Cursor& cursor, std::size_t first) {
    std::string written;
    for (auto i = first; i < cursor.next; ++i) {
        const auto& token = cursor.tokens[i];
        if (i > first && cursor.tokens[i - 1].end() < token.begin) written += ' ';
        written += token.written;
    }
    return written;
}

// `600 mm2`, `600..800 mm2`: read as a deal's values are, with the same messages.
bool number_value(Cursor& cursor, const FactInfo& fact, Value& into) {
    const auto first = cursor.next;
    do {
        if (!cursor.at(TokenKind::number))
            return cursor.expected(fmt::format("a number for `{}`", fact.name));
        cursor.take();
        take_unit(cursor);
    } while (cursor.accept(".."));
    const auto range =
        quantity::parse_range_as(fact.dimension, fact.name, as_written(cursor, first));
    if (!range) {
        const auto& [message, label, hint] = range.error();
        return cursor.report(cursor.since(first), message, label, hint);
    }
    into = Value::range(*range);
    return true;
}

bool value_of(Cursor& cursor, const FactInfo& fact, bool negated, Value& into) {
    if (cursor.accept("unknown")) {
        into = Value::unknown();
    } else if (cursor.accept("absent")) {
        into = Value::absent();
    } else if (fact.type == FactType::boolean) {
        into = Value::boolean(!negated);
    } else if (fact.type == FactType::number) {
        return number_value(cursor, fact, into);
    } else if (!cursor.at_name()) {
        return cursor.expected(fmt::format("a value for `{}`", fact.name));
    } else {
        into = Value::code(code_named(cursor, fact, cursor.take()));
        return into.lo >= 0;
    }
    return true;
}

bool parse_stated_fact(Cursor& cursor, LawCase& into) {
    const auto first = cursor.next;
    const bool negated = cursor.accept("not");
    if (!cursor.at(TokenKind::word)) return cursor.expected("a fact");
    const auto& name = cursor.take();
    const auto* const fact = fact_named(cursor, name);
    if (!fact) return false;
    if (negated && fact->type != FactType::boolean) {
        return cursor.fail(
            name, fmt::format("`not` needs a fact that is yes or no, and `{}` is not", fact->name));
    }
    const auto same = [&](const auto& stated) { return stated.first == fact->id; };
    if (std::ranges::any_of(into.facts, same))
        return cursor.fail(name, fmt::format("`{}` is stated twice", fact->name));
    Value value;
    if (!value_of(cursor, *fact, negated, value)) return false;
    into.facts.emplace_back(fact->id, value);
    into.written.push_back(as_written(cursor, first));
    return true;
}

}  // namespace

bool parse_case(Cursor& cursor, LawCase& into) {
    if (!cursor.need_string(into.title, "`case`") || !cursor.need("on") ||
        !cursor.need_date(into.on, "on"))
        return false;
    do {
        if (!parse_stated_fact(cursor, into)) return false;
    } while (cursor.accept(","));
    if (!cursor.need("=>")) return false;
    const auto truth = cursor.take_spelled<Truth>();
    if (!truth) return cursor.expected("`met`, `not_met` or `unknown` after `=>`");
    into.expected = *truth;
    if (!cursor.accept("ask")) return true;
    do {
        if (!cursor.at(TokenKind::word)) return cursor.expected("a fact after `ask`");
        const auto* const fact = fact_named(cursor, cursor.take());
        if (!fact) return false;
        into.ask.push_back(fact->id);
    } while (cursor.accept(","));
    return true;
}

}  // namespace sluice::law
