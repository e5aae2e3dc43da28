#include "law/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <tuple>
#include <utility>

#include "law/parse_cursor.h"
#include "text/suggest.h"

namespace sluice::law {
namespace {

constexpr std::array<std::string_view, 9> header_words = {
    "kind", "at", "tier", "code", "aes", "addressee", "for", "over", "provision"};
constexpr std::array<std::string_view, 4> block_words = {"version", "stayed", "posture", "case"};
constexpr std::array<std::string_view, 18> version_words = {
    "published", "released", "effective", "compliance", "until",     "repealed",
    "scheduled", "source",   "url",       "confidence", "text",      "met",
    "limb",      "except",   "unclear",   "ambiguity",  "condition", "then"};

bool contains(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

// A version, stay or posture before it is known to be whole.
struct Dates {
    std::optional<Date> published, released, effective, compliance, from, until;
};
struct Words {
    std::optional<std::string> source, url, text;
};

// Recursive descent, one function a clause. A function that meets a problem reports it and returns
// false; its caller then goes on at the next word that begins a line and a clause. Line ends mean
// nothing to the grammar, but authors put clauses on lines, so that recovery loses one clause and
// the rest of the file is still read. What is missing is reported only where nothing else is wrong.
class LawParser {
public:
    LawParser(const facts::World& world, const Source& source, const Lexed& lexed)
        : comments_(lexed.comments),
          cursor_{.world = world,
                  .source = source,
                  .tokens = lexed.tokens,
                  .problems = parsed_.problems} {
        parsed_.problems = lexed.problems;
        for (const auto& problem : lexed.problems) lexical_lines_.push_back(problem.where.line);
    }

    ParsedLaw run() {
        while (!cursor_.at(TokenKind::end)) {
            if (cursor_.at_word("provision")) {
                provision();
            } else {
                cursor_.expected("`provision`");
                do cursor_.take();
                while (!cursor_.at(TokenKind::end) && !starts_provision());
            }
        }
        if (parsed_.provisions.empty() && parsed_.problems.empty()) {
            cursor_.fail(cursor_.peek(), "the file holds no provision", "",
                         R"(begin with `provision ID "title"`)");
        }
        if (!parsed_.provisions.empty()) {
            parsed_.provisions.back().closing_comments = comments_before(std::string::npos, true);
        }
        note_lexical_problems();
        return std::move(parsed_);
    }

private:
    // ---- where a clause begins ----------------------------------------------------------------

    bool starts_provision() const {
        return cursor_.at_word("provision") && cursor_.peek().first_on_line;
    }

    // After a problem: on to the next word that begins a line and a clause.
    void recover() {
        while (!cursor_.at(TokenKind::end)) {
            const auto& token = cursor_.peek();
            if (token.first_on_line && token.kind == TokenKind::word &&
                (is_clause_word(token.written) || token.written == "enforced")) {
                return;
            }
            cursor_.take();
        }
    }

    void unknown_clause(std::string_view in, std::span<const std::string_view> known) {
        const auto& token = cursor_.peek();
        if (token.kind == TokenKind::word) {
            const std::vector<std::string> words(known.begin(), known.end());
            auto near = text::nearest(token.written, words);
            auto hint = near.empty() ? fmt::format("clauses here: {}", fmt::join(known, ", "))
                                     : text::did_you_mean(near);
            cursor_.fail(token, fmt::format("no clause of {} is called `{}`", in, token.written),
                         "", std::move(hint));
        } else {
            cursor_.expected(fmt::format("a clause of {}", in));
        }
        cursor_.take();
        recover();
    }

    // The comments before `limit` that no clause has yet.
    Comments comments_before(std::size_t limit, bool keep_empty_lines = false) {
        Comments taken;
        while (next_comment_ < comments_.size() && comments_[next_comment_].begin < limit) {
            const auto& comment = comments_[next_comment_++];
            taken.emplace_back(comment.written);
            const auto end = comment.begin + comment.written.size();
            const auto& text = cursor_.source.text;
            const auto following = std::min(text.find_first_not_of(" \t\n", end), text.size());
            const auto lines = std::ranges::count(text.substr(end, following - end), '\n');
            if (keep_empty_lines && lines > 1 && following < text.size()) taken.emplace_back();
        }
        return taken;
    }

    // Whether what began on `line`, and ends here, has no problem of words or of grammar: only then
    // is it worth saying what it lacks.
    bool sound_since(std::size_t problems_before, int line) const {
        const auto& last = cursor_.tokens[cursor_.next - 1];
        const auto end = static_cast<int>(cursor_.source.line_of(last.begin)) + 1;
        const auto inside = [&](int each) { return line <= each && each <= end; };
        return parsed_.problems.size() == problems_before &&
               std::ranges::none_of(lexical_lines_, inside);
    }

    // To the end of the line on which the last clause ended: a comment beside it belongs to it.
    Comments comments_of_clause() {
        const auto end = cursor_.tokens[cursor_.next - 1].end();
        return comments_before(cursor_.source.text.find('\n', end));
    }

    static void append(Comments& to, Comments from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()),
                  std::make_move_iterator(from.end()));
    }

    // ---- provision ----------------------------------------------------------------------------

    void provision() {
        const auto before = parsed_.problems.size();
        Provision p;
        has_kind_ = false;
        p.comments = comments_before(cursor_.peek().begin, true);
        cursor_.take();
        p.where = cursor_.where(cursor_.peek());
        header(p);
        while (!cursor_.at(TokenKind::end) && !cursor_.at_word("provision")) {
            const auto clause = comments_before(cursor_.peek().begin);
            const auto word = cursor_.at(TokenKind::word) ? cursor_.peek().written : "";
            if (contains(block_words, word)) {
                block(p, word, clause);
            } else if (contains(header_words, word)) {
                append(p.comments, clause);
                if (!header_clause(p)) recover();
                append(p.comments, comments_of_clause());
            } else {
                std::vector<std::string_view> known(header_words.begin(), header_words.end() - 1);
                known.insert(known.end(), block_words.begin(), block_words.end());
                unknown_clause("a provision", known);
            }
        }
        if (sound_since(before, p.where.line)) complete(p);
        if (p.kind == Kind::import_measure) p.axis = std::exchange(p.code, {});
        if (parsed_.problems.size() != before) parsed_.broken.push_back(p.id);
        parsed_.provisions.push_back(std::move(p));
    }

    void header(Provision& p) {
        if (!cursor_.at(TokenKind::word)) {
            cursor_.expected("the id of a provision", "an id is like `us.ear.3a090.a`");
            return recover();
        }
        p.id = cursor_.take().written;
        auto title = cursor_.need_string("the id");
        if (!title) return recover();
        p.title = std::move(*title);
    }

    void complete(const Provision& p) {
        if (!has_kind_) report(p.where, fmt::format("`{}` has no kind", p.id), "add `kind …`");
        if (p.citation.empty()) {
            report(p.where, fmt::format("`{}` has no citation", p.id), "add `at \"15 CFR …\"`");
        }
        if (p.versions.empty()) {
            report(p.where, fmt::format("`{}` has no version", p.id),
                   "add `version published … effective …`");
        }
    }

    void report(const text::Location& where, std::string message, std::string hint) {
        parsed_.problems.push_back(
            {.message = std::move(message), .where = where, .hint = std::move(hint)});
    }

    bool header_clause(Provision& p) {
        const auto word = cursor_.take().written;
        if (word == "kind") return kind(p);
        if (word == "at") return string_into(p.citation, word);
        if (word == "tier") return string_into(p.tier, word);
        if (word == "code") return string_into(p.code, word);
        if (word == "aes") return string_into(p.axis, word);
        if (word == "for") return ids_into(p.covers, "a requirement after `for`");
        if (word == "over") return ids_into(p.overrides, "a review after `over`");
        p.addressee_only = cursor_.need_word("only");
        return p.addressee_only;
    }

    bool kind(Provision& p) {
        const auto& token = cursor_.peek();
        const auto found = find_kind(token.written);
        has_kind_ = true;
        if (!found) {
            std::vector<std::string> names;
            for (int k = 0; k <= static_cast<int>(Kind::watch); ++k) {
                names.emplace_back(to_string(static_cast<Kind>(k)));
            }
            auto hint = text::did_you_mean(text::nearest(token.written, names));
            if (hint.empty()) hint = fmt::format("kinds: {}", fmt::join(names, ", "));
            return cursor_.expected("a kind", std::move(hint));
        }
        cursor_.take();
        p.kind = *found;
        return true;
    }

    bool string_into(std::string& into, std::string_view clause) {
        const auto& token = cursor_.peek();
        auto text = cursor_.need_string(fmt::format("`{}`", clause));
        if (!text) return false;
        if (!into.empty()) return cursor_.fail(token, fmt::format("`{}` stands twice", clause));
        into = std::move(*text);
        return true;
    }

    bool string_into(std::optional<std::string>& into, std::string_view clause) {
        const auto& token = cursor_.peek();
        auto text = cursor_.need_string(fmt::format("`{}`", clause));
        if (!text) return false;
        if (into) return cursor_.fail(token, fmt::format("`{}` stands twice", clause));
        into = std::move(text);
        return true;
    }

    bool ids_into(std::vector<std::string>& into, std::string_view what) {
        do {
            auto id = cursor_.need_name(what);
            if (!id) return false;
            into.push_back(std::move(*id));
        } while (cursor_.take_sign(","));
        return true;
    }

    // ---- versions, stays, postures, cases -----------------------------------------------------

    void block(Provision& p, std::string_view word, const Comments& above) {
        if (word == "version") return version(p, above);
        if (word == "stayed") return stay(p, above);
        if (word == "posture") return posture(p, above);
        cursor_.take();
        auto read = parse_case(cursor_);
        if (!read) return recover();
        read->comments = above;
        append(read->comments, comments_of_clause());
        p.cases.push_back(std::move(*read));
    }

    bool date_into(std::optional<Date>& into, std::string_view word) {
        if (into) return cursor_.fail(cursor_.peek(), fmt::format("`{}` stands twice", word));
        into = cursor_.need_date(word);
        return into.has_value();
    }

    std::optional<Date>* date_named(std::string_view word, Dates& dates) {
        if (word == "published") return &dates.published;
        if (word == "released") return &dates.released;
        if (word == "effective") return &dates.effective;
        if (word == "compliance") return &dates.compliance;
        if (word == "from") return &dates.from;
        if (word == "until") return &dates.until;
        return nullptr;
    }

    std::optional<std::string>* words_named(std::string_view word, Words& words) {
        if (word == "source") return &words.source;
        if (word == "url") return &words.url;
        if (word == "text") return &words.text;
        return nullptr;
    }

    // Reports what a block must have and has not; the place is the word that opens the block.
    using Needs = std::initializer_list<std::pair<bool, std::string_view>>;
    void needs(const text::Location& where, std::string_view block, Needs clauses) {
        for (const auto& [has, clause] : clauses) {
            if (has) continue;
            report(where, fmt::format("the {} has no `{}`", block, clause),
                   fmt::format("add `{} …`", clause));
        }
    }

    void in_order(const text::Location& where, const std::optional<Date>& earlier,
                  const std::optional<Date>& later, std::string_view message, bool strict) {
        if (!earlier || !later || *earlier < *later || (!strict && *earlier == *later)) return;
        report(where,
               fmt::format("{} ({} and {})", message, quantity::to_string(*earlier),
                           quantity::to_string(*later)),
               {});
    }

    void version(Provision& p, const Comments& above) {
        const auto before = parsed_.problems.size();
        Version v{.where = cursor_.where(cursor_.peek()), .comments = above};
        Dates dates;
        Words words;
        bool has_confidence = false;
        cursor_.take();
        while (cursor_.at(TokenKind::word)) {
            const auto word = cursor_.peek().written;
            if (!contains(version_words, word)) {
                if (is_clause_word(word)) break;
                unknown_clause("a version", version_words);
                continue;
            }
            auto comments = comments_before(cursor_.peek().begin);
            cursor_.take();
            bool read = true, conditional = false;
            if (auto* const date = date_named(word, dates)) {
                read = date_into(*date, word);
            } else if (auto* const text = words_named(word, words)) {
                read = string_into(*text, word);
            } else if (word == "confidence") {
                read = has_confidence = certainty(v);
            } else if (word == "repealed" || word == "scheduled") {
                (word == "repealed" ? v.repealed : v.scheduled) = true;
            } else {
                conditional = true;
                read = version_clause(v, word, comments);
            }
            if (!read) recover();
            if (!conditional) append(comments, comments_of_clause());
            append(v.comments, std::move(comments));
        }
        if (!cursor_.at(TokenKind::word) && !cursor_.at(TokenKind::end))
            unknown_clause("a version", version_words);
        if (sound_since(before, v.where.line)) {
            complete_version(v, dates, words, has_confidence);
        }
        p.versions.push_back(std::move(v));
    }

    void complete_version(Version& v, const Dates& dates, Words& words, bool has_confidence) {
        needs(v.where, "version",
              {{dates.published.has_value(), "published"},
               {dates.effective.has_value(), "effective"},
               {words.source.has_value(), "source"},
               {has_confidence, "confidence"},
               {words.text.has_value() || v.repealed, "text"}});
        in_order(v.where, dates.released, dates.published,
                 "a version is released no later than it is published", false);
        in_order(v.where, dates.effective, dates.until, "a version ends after its effective day",
                 true);
        in_order(v.where, dates.effective, dates.compliance,
                 "compliance begins no earlier than the effective day", false);
        v.published = dates.published.value_or(Date{});
        v.released = dates.released;
        v.effective = dates.effective.value_or(Date{});
        v.compliance = dates.compliance;
        v.until = dates.until;
        v.source = std::move(words.source).value_or("");
        v.url = std::move(words.url).value_or("");
        v.text = std::move(words.text).value_or("");
    }

    bool certainty(Version& v) {
        const auto found = find_certainty(cursor_.peek().written);
        if (!found) {
            return cursor_.expected("a confidence",
                                    "one of primary, secondary, single, memory, inferred");
        }
        cursor_.take();
        v.certainty = *found;
        return true;
    }

    // The order in which the clauses of different kinds stand is not kept: it says nothing.
    // One clause with a condition; takes the comments that belong to it.
    bool version_clause(Version& v, std::string_view word, Comments& comments) {
        const auto mine = [&] {
            auto all = std::exchange(comments, {});
            append(all, comments_of_clause());
            return all;
        };
        if (word == "then") return consequence(v);
        if (word == "condition") return condition(v, mine);
        std::string label;
        if (word == "limb" || word == "except") {
            auto name = cursor_.need_name(fmt::format("a label after `{}`", word));
            if (!name) return false;
            label = std::move(*name);
        }
        if (!cursor_.need_word("when")) return false;
        auto when = parse_expr(cursor_);
        if (!when) return false;
        if (word == "met" || word == "limb") {
            v.limbs.push_back({std::move(label), std::move(*when), mine()});
        } else if (word == "except") {
            v.carves.push_back({std::move(label), std::move(*when), mine()});
        } else {
            auto why = cursor_.need_string("the condition: what the text leaves open");
            if (!why) return false;
            if (word == "unclear") {
                v.doubts.push_back({std::move(*when), std::move(*why), mine()});
            } else {
                v.ambiguities.push_back({std::move(*when), std::move(*why), mine()});
            }
        }
        return true;
    }

    template <class TakeComments>
    bool condition(Version& v, TakeComments mine) {
        Condition c{.where = cursor_.where(cursor_.peek())};
        auto name = cursor_.need_name("a name after `condition`");
        if (!name) return false;
        c.name = std::move(*name);
        auto text = cursor_.need_string("the name");
        if (!text) return false;
        c.text = std::move(*text);
        if (cursor_.take_word("when")) {
            c.when = parse_expr(cursor_);
            if (!c.when) return false;
        }
        c.comments = mine();
        v.conditions.push_back(std::move(c));
        return true;
    }

    bool consequence(Version& v) {
        if (v.outcome || v.lane || !v.rate.empty()) {
            return cursor_.fail(cursor_.peek(), "`then` stands twice");
        }
        if (cursor_.take_word("rate")) return string_into(v.rate, "rate");
        const auto& token = cursor_.peek();
        v.lane = find_lane(token.written);
        v.outcome = find_outcome(token.written);
        // The other outcomes are findings of the engine; no provision can command them.
        if (v.outcome &&
            (*v.outcome < Outcome::licence_required || *v.outcome == Outcome::undetermined)) {
            v.outcome.reset();
        }
        if (!v.lane && !v.outcome) {
            constexpr std::array<std::string_view, 7> known = {
                "licence_required", "presumed_violation_risk",
                "prohibited",       "presumption_of_approval",
                "case_by_case",     "presumption_of_denial",
                "policy_of_denial"};
            const std::vector<std::string> names(known.begin(), known.end());
            auto hint = text::did_you_mean(text::nearest(token.written, names));
            if (hint.empty()) hint = fmt::format("one of {}", fmt::join(known, ", "));
            return cursor_.expected("an outcome, a lane or `rate`", std::move(hint));
        }
        cursor_.take();
        return true;
    }

    // Dates and strings of a stay or posture, in any order; `special` reads any other word.
    template <class Special>
    void attributes(std::string_view block, std::span<const std::string_view> known, Dates& dates,
                    Words& words, Comments& comments, Special special) {
        cursor_.take();
        while (cursor_.at(TokenKind::word)) {
            const auto word = cursor_.peek().written;
            if (!contains(known, word)) {
                if (is_clause_word(word) && !contains(version_words, word)) break;
                unknown_clause(block, known);
                continue;
            }
            append(comments, comments_before(cursor_.peek().begin));
            cursor_.take();
            bool read = false;
            if (auto* const date = date_named(word, dates)) {
                read = date_into(*date, word);
            } else if (auto* const text = words_named(word, words)) {
                read = string_into(*text, word);
            } else {
                read = special();
            }
            if (!read) recover();
            append(comments, comments_of_clause());
        }
        if (!cursor_.at(TokenKind::word) && !cursor_.at(TokenKind::end))
            unknown_clause(block, known);
    }

    void stay(Provision& p, const Comments& above) {
        constexpr std::array<std::string_view, 6> known = {"published", "from",   "until",
                                                           "unless",    "source", "text"};
        const auto before = parsed_.problems.size();
        Stay s{.where = cursor_.where(cursor_.peek()), .comments = above};
        Dates dates;
        Words words;
        attributes("a stay", known, dates, words, s.comments, [&] {
            s.unless_extended = cursor_.need_word("extended");
            return s.unless_extended;
        });
        if (sound_since(before, s.where.line)) {
            needs(s.where, "stay",
                  {{dates.published.has_value(), "published"},
                   {dates.from.has_value(), "from"},
                   {dates.until.has_value(), "until"},
                   {words.source.has_value(), "source"},
                   {words.text.has_value(), "text"}});
            in_order(s.where, dates.from, dates.until, "a stay ends after it begins", true);
        }
        s.published = dates.published.value_or(Date{});
        s.from = dates.from.value_or(Date{});
        s.until = dates.until.value_or(Date{});
        s.source = std::move(words.source).value_or("");
        s.text = std::move(words.text).value_or("");
        p.stays.push_back(std::move(s));
    }

    void posture(Provision& p, const Comments& above) {
        constexpr std::array<std::string_view, 6> known = {"published", "effective", "until",
                                                           "source",    "text",      "enforced"};
        const auto before = parsed_.problems.size();
        Posture s{.where = cursor_.where(cursor_.peek()), .comments = above};
        Dates dates;
        Words words;
        bool has_enforced = false;
        attributes("a posture", known, dates, words, s.comments, [&] {
            if (!cursor_.need_word("when")) return false;
            auto when = parse_expr(cursor_);
            has_enforced = when.has_value();
            if (when) s.enforced = std::move(*when);
            return has_enforced;
        });
        if (sound_since(before, s.where.line)) {
            needs(s.where, "posture",
                  {{dates.published.has_value(), "published"},
                   {dates.effective.has_value(), "effective"},
                   {words.source.has_value(), "source"},
                   {words.text.has_value(), "text"},
                   {has_enforced, "enforced when"}});
            in_order(s.where, dates.effective, dates.until,
                     "a posture ends after its effective day", true);
        }
        s.published = dates.published.value_or(Date{});
        s.effective = dates.effective.value_or(Date{});
        s.until = dates.until;
        s.source = std::move(words.source).value_or("");
        s.text = std::move(words.text).value_or("");
        p.postures.push_back(std::move(s));
    }

    // The lexer's problems, by the provisions in which they stand.
    void note_lexical_problems() {
        if (lexical_lines_.empty()) return;
        for (const auto line : lexical_lines_) {
            const Provision* in = nullptr;
            for (const auto& p : parsed_.provisions) {
                if (p.where.line <= line) in = &p;
            }
            if (in) parsed_.broken.push_back(in->id);
        }
        std::ranges::sort(parsed_.problems, {}, [](const text::Diagnostic& d) {
            return std::tuple(d.where.line, d.where.column, d.message);
        });
    }

    ParsedLaw parsed_;
    std::span<const Comment> comments_;
    std::size_t next_comment_ = 0;
    bool has_kind_ = false;
    std::vector<int> lexical_lines_;
    Cursor cursor_;
};

}  // namespace

bool is_clause_word(std::string_view word) {
    return contains(header_words, word) || contains(block_words, word) ||
           contains(version_words, word);
}

ParsedLaw parse_provisions(const facts::World& world, std::string_view name,
                           std::string_view text) {
    const Source source(name, text);
    const auto lexed = lex(source);
    return LawParser(world, source, lexed).run();
}

}  // namespace sluice::law
