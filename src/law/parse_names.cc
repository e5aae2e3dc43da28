// Words, numbers and names: what every clause of a `.law` file is made of.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "law/parse_cursor.h"
#include "quantity/unit.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::law {
namespace {

using facts::FactInfo;
using facts::FactType;

std::string named_token(const Token& token) {
    constexpr std::size_t shown = 40;
    if (token.kind == TokenKind::end) return "the end of the file";
    if (token.kind == TokenKind::string) return "a string";
    if (token.written.size() <= shown) return fmt::format("`{}`", token.written);
    return fmt::format("`{}…`", token.written.substr(0, shown));
}

// Law files name parties and chips by id alone: aliases move, ids stay. `meant` has `name` for one
// of its other names, -1 for none.
template <class Thing>
std::int64_t id_code(Cursor& cursor, const Token& name, std::string_view what, int meant,
                     const std::vector<Thing>& things) {
    const auto found = std::ranges::find(things, name.written, &Thing::id);
    if (found != things.end()) return found - things.begin();
    cursor.fail(
        name, fmt::format("no {} has the id `{}`", what, name.written), "",
        meant < 0 ? text::did_you_mean(name.written, things, &Thing::id)
                  : fmt::format("write its id, `{}`", things[static_cast<std::size_t>(meant)].id));
    return -1;
}

std::int64_t choice_code(Cursor& cursor, const FactInfo& fact, const Token& name) {
    const auto found = std::ranges::find(fact.choices, name.written);
    if (found != fact.choices.end()) return found - fact.choices.begin();
    cursor.fail(name, fmt::format("`{}` is never `{}`", fact.name, name.written),
                fmt::format("expected one of {}", fmt::join(fact.choices, ", ")),
                text::did_you_mean(name.written, fact.choices));
    return -1;
}

}  // namespace

text::Location Cursor::between(std::size_t first, std::size_t last) const {
    const auto begin = tokens[first].begin;
    return source.at(begin, tokens[std::max(first + 1, last) - 1].end() - begin);
}

bool Cursor::report(const text::Location& place, std::string message, std::string label,
                    std::string hint) {
    text::report(problems, place, std::move(message), std::move(label), std::move(hint));
    return false;
}

bool Cursor::fail(const Token& token, std::string message, std::string label, std::string hint) {
    return report(where(token), std::move(message), std::move(label), std::move(hint));
}

bool Cursor::expected(std::string_view what, std::string hint) {
    return fail(peek(), fmt::format("expected {}, found {}", what, named_token(peek())), {},
                std::move(hint));
}

bool Cursor::expected_one_of(std::string_view what, std::span<const std::string_view> known) {
    auto otherwise = fmt::format("one of {}", fmt::join(known, ", "));
    return expected(what, text::did_you_mean(peek().written, known, {}, std::move(otherwise)));
}

bool Cursor::need(std::string_view written) {
    return accept(written) || expected(fmt::format("`{}`", written));
}

bool Cursor::need_string(std::string& into, std::string_view after) {
    if (!at(TokenKind::string))
        return expected(fmt::format("a string after {}", after), "strings stand in double quotes");
    into = take().value;
    while (at(TokenKind::string)) {
        const std::string_view more = take().value;
        const bool both_blank = into.ends_with(' ') && more.starts_with(' ');
        into += both_blank ? more.substr(1) : more;
    }
    return true;
}

bool Cursor::need_name(std::string& into, std::string_view what) {
    if (!at_name()) return expected(what);
    into = take().written;
    return true;
}

bool Cursor::need_date(Date& into, std::string_view after) {
    if (!at(TokenKind::date))
        return expected(fmt::format("a date after `{}`", after), "write the date as 2025-04-09");
    const auto& token = take();
    const auto date = quantity::parse_date(token.written);
    if (!date) return fail(token, fmt::format("`{}` is not a date", token.written), date.error());
    into = *date;
    return true;
}

const FactInfo* fact_named(Cursor& cursor, const Token& name) {
    if (const auto id = facts::find_fact(name.written)) return &facts::info(*id);
    auto hint = text::did_you_mean(name.written, facts::all_facts(), &FactInfo::name,
                                   "`docs/reference/facts.md` lists every fact");
    cursor.fail(name, fmt::format("no fact is called `{}`", name.written), "", std::move(hint));
    return nullptr;
}

std::int64_t place_named(Cursor& cursor, const Token& name, bool or_group) {
    const auto& places = cursor.world.places;
    const int code = places.find(name.written);
    const auto iso_of = [&](int i) { return places.all[static_cast<std::size_t>(i)].iso; };
    if (code >= 0 && iso_of(code) == name.written) return code;
    std::string hint;
    if (code >= 0) {
        hint = fmt::format("write `{}`", iso_of(code));
    } else if (name.written.contains('-')) {
        hint = "put blanks around the `-` of a difference";
    } else {
        std::vector<std::string> near;
        for (const auto& place : places.all) near.push_back(place.iso);
        for (const auto& group : places.groups)
            if (or_group) near.push_back(group.name);
        hint = text::did_you_mean(text::nearest(name.written, near));
    }
    const auto* const what =
        or_group ? "place or country group is called" : "place has the ISO code";
    cursor.fail(name, fmt::format("no {} `{}`", what, name.written), "", std::move(hint));
    return -1;
}

std::int64_t code_named(Cursor& cursor, const FactInfo& fact, const Token& name) {
    const auto& world = cursor.world;
    if (fact.type == FactType::choice) return choice_code(cursor, fact, name);
    if (fact.type == FactType::place) return place_named(cursor, name, false);
    const auto& written = name.written;
    if (fact.type == FactType::party)
        return id_code(cursor, name, "party", world.find_party(written), world.parties);
    if (fact.type != FactType::chip) return -1;
    return id_code(cursor, name, "chip", world.find_chip(written), world.chips);
}

// The unit after a number: `%`, `mm2`, `GB/s/mm2`. A word that starts no clause and joins nothing
// can only be meant as one.
std::string take_unit(Cursor& cursor) {
    if (cursor.accept("%")) return "%";
    if (!cursor.at(TokenKind::word)) return {};
    const auto word = cursor.peek().written;
    if (word == "and" || word == "or" || word == "ask" || is_clause_word(word)) return {};
    std::string unit(cursor.take().written);
    while (cursor.at("/") && cursor.peek(1).kind == TokenKind::word) {
        cursor.take();
        unit += fmt::format("/{}", cursor.take().written);
    }
    return unit;
}

bool parse_number(Cursor& cursor, WrittenNumber& into) {
    const auto first = cursor.next;
    const auto& number = cursor.take();
    const auto& comma = cursor.peek();
    if (comma.written == "," && comma.begin == number.end() &&
        cursor.peek(1).kind == TokenKind::number && cursor.peek(1).begin == comma.end()) {
        return cursor.fail(comma, "a number has no commas", "",
                           fmt::format("write `{}_{}`", number.written, cursor.peek(1).written));
    }
    const auto unit = take_unit(cursor);
    const auto written =
        unit.empty() ? std::string(number.written) : fmt::format("{} {}", number.written, unit);
    const auto quantity = quantity::parse_quantity(written);
    if (!quantity) {
        const auto& [message, label, hint] = quantity.error();
        return cursor.report(cursor.since(first), message, label, hint);
    }
    into = {.value = quantity->value, .dimension = quantity->dimension, .has_unit = !unit.empty()};
    return true;
}

}  // namespace sluice::law
