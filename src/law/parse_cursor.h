// Where the parser stands in a file. Internal to parse*.cc.
//
// Functions that return bool have reported their problem when they fail; the caller then goes on at
// the next clause. A name that does not exist is reported without failing, so that
// the rest of its clause is still read.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/world.h"
#include "law/lex.h"
#include "law/provision.h"
#include "quantity/unit.h"

namespace sluice::law {

using TokenKind = Token::Kind;

struct Cursor {
    const facts::World& world;
    const Source& source;
    const std::vector<Token>& tokens;
    text::Diagnostics& problems;
    std::size_t next = 0;

    const Token& peek(std::size_t ahead = 0) const {
        return tokens[std::min(next + ahead, tokens.size() - 1)];
    }
    const Token& take() {
        const auto& token = peek();
        if (token.kind != TokenKind::end) ++next;
        return token;
    }
    bool at(TokenKind kind) const { return peek().kind == kind; }
    bool at_name() const { return at(TokenKind::word) || at(TokenKind::number); }
    // A word or a sign; strings are written with their quotes.
    bool at(std::string_view written) const { return peek().written == written; }
    bool accept(std::string_view written) { return at(written) && (take(), true); }

    // The end of the file is shown behind its last word.
    text::Location where(const Token& token) const {
        if (token.kind == TokenKind::end && tokens.size() > 1)
            return source.at(tokens[tokens.size() - 2].end(), 1);
        return source.at(token.begin, token.written.size());
    }
    // Tokens [first, last), at least one; those taken since `first`.
    text::Location between(std::size_t first, std::size_t last) const;
    text::Location since(std::size_t first) const { return between(first, next); }

    // These report an error; they return false, as do those that need what is not there.
    bool report(const text::Location& place, std::string message, std::string label = {},
                std::string hint = {});
    bool fail(const Token& token, std::string message, std::string label = {},
              std::string hint = {});
    bool expected(std::string_view what, std::string hint = {});  // "expected …, found …"
    bool expected_one_of(std::string_view what, std::span<const std::string_view> known);

    bool need(std::string_view written);
    // A word that spells one of the Enum; reports nothing.
    template <class Enum>
    std::optional<Enum> take_spelled() {
        const auto found = spelled<Enum>(peek().written);
        if (found) take();
        return found;
    }
    template <class Enum>
    bool need_spelled(Enum& into, std::string_view what) {
        const auto found = take_spelled<Enum>();
        if (!found) return expected_one_of(what, spellings<Enum>);
        into = *found;
        return true;
    }
    bool need_string(std::string& into, std::string_view after);  // adjacent strings joined
    bool need_name(std::string& into, std::string_view what);     // ID, LABEL or NAME
    bool need_date(Date& into, std::string_view after);
    bool need_date(std::optional<Date>& into, std::string_view after) {
        return need_date(into.emplace(), after);
    }
};

// Nesting beyond this is refused, as are sums and sets of more parts: everything that walks an
// expression may recurse.
inline constexpr int deepest_nesting = 100;

bool parse_expr(Cursor& cursor, Expr& into);

// A fact by its name; null, reported, when there is none.
const facts::FactInfo* fact_named(Cursor& cursor, const Token& name);
// The code of a choice, place, party or chip as `fact` stores it; reports a name that is none: -1.
std::int64_t code_named(Cursor& cursor, const facts::FactInfo& fact, const Token& name);

// A place by its ISO code alone; reports a name that is none: -1. A group may be meant too.
std::int64_t place_named(Cursor& cursor, const Token& name, bool or_group);

struct WrittenNumber {
    Decimal value{};
    quantity::Dimension dimension = quantity::Dimension::number;
    bool has_unit = false;
};
// The unit after a number, "" when there is none.
std::string take_unit(Cursor& cursor);
// NUMBER [UNIT].
bool parse_number(Cursor& cursor, WrittenNumber& into);

// After the word `case`.
bool parse_case(Cursor& cursor, LawCase& into);

// Whether a clause may start with this word; such a word is never a unit.
bool is_clause_word(std::string_view word);

}  // namespace sluice::law
