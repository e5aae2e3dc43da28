#include "law/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>

#include "law/parse_cursor.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::law {
namespace {

constexpr std::array<std::string_view, 12> provision_words = {
    "kind", "at",   "tier",    "code",   "aes",     "addressee",
    "for",  "over", "version", "stayed", "posture", "case"};
constexpr auto block_words = std::span(provision_words).last(4);
constexpr std::array<std::string_view, 18> version_words = {
    "published", "released", "effective", "compliance", "until",     "repealed",
    "scheduled", "source",   "url",       "confidence", "text",      "met",
    "limb",      "except",   "unclear",   "ambiguity",  "condition", "then"};

using text::append;
using text::contains;

// The words of the clauses that a provision or block has.
using Said = std::vector<std::string_view>;
// A provision, version, stay or posture while it is read.
struct Block {
    std::string_view name{};                    // "version"
    std::span<const std::string_view> words{};  // that begin its clauses
    std::vector<std::string_view> needed{};
    Said said{};
};

// The clauses of a version that state a condition.
struct Form {
    std::string_view word{};
    std::vector<Clause> Version::* clauses{};
    bool labelled = false, explained = false;
};
constexpr std::array<Form, 5> forms = {
    {{.word = "met", .clauses = &Version::limbs},
     {.word = "limb", .clauses = &Version::limbs, .labelled = true},
     {.word = "except", .clauses = &Version::carves, .labelled = true},
     {.word = "unclear", .clauses = &Version::doubts, .explained = true},
     {.word = "ambiguity", .clauses = &Version::ambiguities, .explained = true}}};

// Recursive descent, one function a clause. A function that meets a problem reports it and returns
// false; its caller then goes on at the next word that begins a line and a clause. Line ends mean
// nothing to the grammar, but authors put clauses on lines, so that recovery loses one clause and
// the rest of the file is still read. What is missing is reported only where nothing else is wrong.
class LawParser {
public:
    LawParser(const facts::World& world, const Source& source, const Lexed& lexed)
        : lexed_(lexed),
          cursor_{.world = world,
                  .source = source,
                  .tokens = lexed.tokens,
                  .problems = parsed_.problems} {
        parsed_.problems = lexed.problems;
    }

    ParsedLaw run() {
        while (!cursor_.at(TokenKind::end)) {
            if (cursor_.at("provision")) {
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
        if (!parsed_.provisions.empty())
            parsed_.provisions.back().closing_comments = comments_before(std::string::npos, true);
        note_lexical_problems();
        return std::move(parsed_);
    }

private:
    // ---- where a clause begins ----------------------------------------------------------------

    bool starts_provision() const {
        return cursor_.at("provision") && cursor_.peek().first_on_line;
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
            auto otherwise = fmt::format("clauses here: {}", fmt::join(known, ", "));
            cursor_.fail(token, fmt::format("no clause of a {} is called `{}`", in, token.written),
                         "", text::did_you_mean(token.written, known, {}, std::move(otherwise)));
        } else {
            cursor_.expected(fmt::format("a clause of a {}", in));
        }
        cursor_.take();
        recover();
    }

    // The comments before `limit` that no clause has yet.
    Comments comments_before(std::size_t limit, bool keep_empty_lines = false) {
        Comments taken;
        const auto& comments = lexed_.comments;
        while (next_comment_ < comments.size() && comments[next_comment_].begin < limit) {
            const auto& comment = comments[next_comment_++];
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
        const auto end = static_cast<int>(cursor_.source.lines.line_of(last.begin)) + 1;
        return parsed_.problems.size() == problems_before &&
               std::ranges::none_of(lexed_.problems, [&](const text::Diagnostic& problem) {
                   return line <= problem.where.line && problem.where.line <= end;
               });
    }

    // To the end of the line on which the last clause ended: a comment beside it belongs to it.
    Comments comments_of_clause() {
        const auto end = cursor_.tokens[cursor_.next - 1].end();
        return comments_before(cursor_.source.text.find('\n', end));
    }

    // ---- provision ----------------------------------------------------------------------------

    void provision() {
        const auto before = parsed_.problems.size();
        Provision p{.comments = comments_before(cursor_.peek().begin, true)};
        cursor_.take();
        p.where = cursor_.where(cursor_.peek());
        Block block{
            .name = "provision", .words = provision_words, .needed = {"kind", "at", "version"}};
        if (!header(p)) {
            block.needed.clear();
            recover();
        }
        clauses(p, block, [&](std::string_view word, Comments& comments) {
            return contains(block_words, word) ? entry(p, word, std::exchange(comments, {}))
                                               : header_clause(p, word, block.said);
        });
        p.broken = parsed_.problems.size() != before;
        parsed_.provisions.push_back(std::move(p));
    }

    bool header(Provision& p) {
        if (!cursor_.at(TokenKind::word))
            return cursor_.expected("the id of a provision", "an id is like `us.ear.3a090.a`");
        p.id = cursor_.take().written;
        return cursor_.need_string(p.title, "the id");
    }

    bool header_clause(Provision& p, std::string_view word, const Said& said) {
        if (word == "kind") return cursor_.need_spelled(p.kind, "a kind");
        if (word == "at") return value_into(p.citation, word, said);
        if (word == "tier") return value_into(p.tier, word, said);
        if (word == "code") return value_into(p.code, word, said);
        if (word == "aes") return value_into(p.aes, word, said);
        if (word == "for") return ids_into(p.covers, "a requirement after `for`");
        if (word == "over") return ids_into(p.overrides, "a review after `over`");
        return p.addressee_only = cursor_.need("only");
    }

    // A clause that stands at most once, at its value.
    bool once(const Token& value, std::string_view word, const Said& said) {
        return !contains(said, word) || cursor_.fail(value, fmt::format("`{}` stands twice", word));
    }
    bool value_into(std::string& into, std::string_view word, const Said& said) {
        const auto& token = cursor_.peek();
        return cursor_.need_string(into, fmt::format("`{}`", word)) && once(token, word, said);
    }
    // A Date, or one that need not be stated.
    template <class Day>
    bool value_into(Day& into, std::string_view word, const Said& said) {
        return once(cursor_.peek(), word, said) && cursor_.need_date(into, word);
    }

    bool ids_into(std::vector<std::string>& into, std::string_view what) {
        do {
            if (!cursor_.need_name(into.emplace_back(), what)) return false;
        } while (cursor_.accept(","));
        return true;
    }

    // ---- versions, stays, postures, cases -----------------------------------------------------

    bool entry(Provision& p, std::string_view word, Comments above) {
        const auto where = cursor_.where(cursor_.tokens[cursor_.next - 1]);
        if (word == "version") {
            version(p.versions.emplace_back(Version{.where = where, .comments = above}));
        } else if (word == "stayed") {
            stay(p.stays.emplace_back(Stay{.where = where, .comments = above}));
        } else if (word == "posture") {
            posture(p.postures.emplace_back(Posture{.where = where, .comments = above}));
        } else {
            LawCase read{.where = where};
            if (!parse_case(cursor_, read)) return false;
            read.comments = all_comments(above);
            p.cases.push_back(std::move(read));
        }
        return true;
    }

    // A clause that versions, stays and postures have.
    template <class Into>
    bool shared_clause(Into& into, std::string_view word, const Said& said) {
        if (word == "published") return value_into(into.published, word, said);
        if (word == "until") return value_into(into.until, word, said);
        return value_into(word == "source" ? into.source : into.text, word, said);
    }

    // The clauses of `into`, in any order; `read_clause` reads what follows the word of one, and
    // may take the comments above it. True where all are sound and none is missing.
    template <class Into, class ReadClause>
    bool clauses(Into& into, Block& block, ReadClause read_clause) {
        const auto before = parsed_.problems.size();
        while (!cursor_.at(TokenKind::end)) {
            const auto word = cursor_.at(TokenKind::word) ? cursor_.peek().written : "";
            if (!contains(block.words, word)) {
                const bool misplaced = contains(version_words, word);
                if (is_clause_word(word) && !misplaced) break;
                unknown_clause(block.name, block.words);
                continue;
            }
            auto comments = comments_before(cursor_.peek().begin);
            cursor_.take();
            if (read_clause(word, comments))
                block.said.push_back(word);
            else
                recover();
            append(comments, comments_of_clause());
            append(into.comments, std::move(comments));
        }
        if (!sound_since(before, into.where.line)) return false;
        for (const auto clause : block.needed) {
            if (contains(block.said, clause.substr(0, clause.find(' ')))) continue;
            cursor_.report(into.where, fmt::format("the {} has no `{}`", block.name, clause), "",
                           fmt::format("add `{} …`", clause));
        }
        return parsed_.problems.size() == before;
    }

    void in_order(const text::Location& where, std::optional<Date> earlier,
                  std::optional<Date> later, std::string_view message, bool strict) {
        if (!earlier || !later || *earlier < *later || (!strict && *earlier == *later)) return;
        cursor_.report(where, fmt::format("{} ({} and {})", message, quantity::to_string(*earlier),
                                          quantity::to_string(*later)));
    }

    void version(Version& v) {
        Block block{.name = "version",
                    .words = version_words,
                    .needed = {"published", "effective", "source", "confidence", "text"}};
        const bool sound = clauses(v, block, [&](std::string_view word, Comments& comments) {
            if (word == "released") return value_into(v.released, word, block.said);
            if (word == "effective") return value_into(v.effective, word, block.said);
            if (word == "compliance") return value_into(v.compliance, word, block.said);
            if (word == "url") return value_into(v.url, word, block.said);
            if (word == "confidence") return cursor_.need_spelled(v.certainty, "a confidence");
            if (word == "repealed") {
                std::erase(block.needed, "text");  // may say nothing
                return v.repealed = true;
            }
            if (word == "scheduled") return v.scheduled = true;
            if (word == "then") return consequence(v);
            if (word == "condition") return condition(v, comments);
            const auto* const form = std::ranges::find(forms, word, &Form::word);
            return form == forms.end() ? shared_clause(v, word, block.said)
                                       : conditional(v, *form, comments);
        });
        if (!sound) return;
        in_order(v.where, v.released, v.published,
                 "a version is released no later than it is published", false);
        in_order(v.where, v.effective, v.until, "a version ends after its effective day", true);
        in_order(v.where, v.effective, v.compliance,
                 "compliance begins no earlier than the effective day", false);
    }

    // The comments above a clause and beside it.
    Comments all_comments(Comments& above) {
        append(above, comments_of_clause());
        return std::exchange(above, {});
    }

    // The order in which the clauses of different kinds stand is not kept: it says nothing.
    bool conditional(Version& v, const Form& form, Comments& comments) {
        Clause clause;
        const auto label = fmt::format("a label after `{}`", form.word);
        if (form.labelled && !cursor_.need_name(clause.label, label)) return false;
        if (!cursor_.need("when") || !parse_expr(cursor_, clause.when)) return false;
        constexpr auto after = "the condition: what the text leaves open";
        if (form.explained && !cursor_.need_string(clause.text, after)) return false;
        clause.comments = all_comments(comments);
        (v.*form.clauses).push_back(std::move(clause));
        return true;
    }

    bool condition(Version& v, Comments& comments) {
        Condition c{.where = cursor_.where(cursor_.peek())};
        if (!cursor_.need_name(c.name, "a name after `condition`")) return false;
        if (!cursor_.need_string(c.text, "the name")) return false;
        if (cursor_.accept("when") && !parse_expr(cursor_, c.when.emplace())) return false;
        c.comments = all_comments(comments);
        v.conditions.push_back(std::move(c));
        return true;
    }

    bool consequence(Version& v) {
        if (v.outcome || v.lane || !v.rate.empty())
            return cursor_.fail(cursor_.peek(), "`then` stands twice");
        if (cursor_.accept("rate")) return value_into(v.rate, "rate", {});
        // The other outcomes are findings of the engine; no provision can command them.
        constexpr std::array<std::string_view, 7> known = {
            "licence_required", "presumed_violation_risk",
            "prohibited",       "presumption_of_approval",
            "case_by_case",     "presumption_of_denial",
            "policy_of_denial"};
        const auto written = cursor_.peek().written;
        if (!contains(known, written))
            return cursor_.expected_one_of("an outcome, a lane or `rate`", known);
        cursor_.take();
        v.lane = spelled<Lane>(written);
        v.outcome = spelled<Outcome>(written);
        return true;
    }

    void stay(Stay& s) {
        constexpr std::array<std::string_view, 6> words = {"published", "from",   "until",
                                                           "unless",    "source", "text"};
        Block block{.name = "stay",
                    .words = words,
                    .needed = {"published", "from", "until", "source", "text"}};
        const bool sound = clauses(s, block, [&](std::string_view word, Comments&) {
            if (word == "from") return value_into(s.from, word, block.said);
            if (word == "unless") return s.unless_extended = cursor_.need("extended");
            return shared_clause(s, word, block.said);
        });
        if (sound) in_order(s.where, s.from, s.until, "a stay ends after it begins", true);
    }

    void posture(Posture& s) {
        constexpr std::array<std::string_view, 6> words = {"published", "effective", "until",
                                                           "source",    "text",      "enforced"};
        Block block{.name = "posture",
                    .words = words,
                    .needed = {"published", "effective", "source", "text", "enforced when"}};
        const bool sound = clauses(s, block, [&](std::string_view word, Comments&) {
            if (word == "effective") return value_into(s.effective, word, block.said);
            if (word != "enforced") return shared_clause(s, word, block.said);
            return cursor_.need("when") && parse_expr(cursor_, s.enforced);
        });
        if (sound)
            in_order(s.where, s.effective, s.until, "a posture ends after its effective day", true);
    }

    // The lexer's problems, by the provisions in which they stand.
    void note_lexical_problems() {
        if (lexed_.problems.empty()) return;
        for (const auto& problem : lexed_.problems) {
            Provision* in = nullptr;
            for (auto& p : parsed_.provisions)
                if (p.where.line <= problem.where.line) in = &p;
            if (in) in->broken = true;
        }
        std::ranges::sort(parsed_.problems, {}, [](const text::Diagnostic& d) {
            return std::tuple(d.where.line, d.where.column, d.message);
        });
    }

    ParsedLaw parsed_;
    const Lexed& lexed_;
    std::size_t next_comment_ = 0;
    Cursor cursor_;
};

}  // namespace

bool is_clause_word(std::string_view word) {
    return word == "provision" || contains(provision_words, word) || contains(version_words, word);
}

ParsedLaw parse_provisions(const facts::World& world, std::string_view name,
                           std::string_view text) {
    const Source source(name, text);
    const auto lexed = lex(source);
    return LawParser(world, source, lexed).run();
}

}  // namespace sluice::law
