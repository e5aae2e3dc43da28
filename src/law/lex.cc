#include "law/lex.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "text/sequence.h"

namespace sluice::law {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word_byte(char c) {
    return is_letter(c) || is_digit(c) || std::string_view("_.-").contains(c);
}

Token::Kind kind_of(std::string_view word) {
    if (!is_digit(word.front())) return Token::Kind::word;
    if (word.find_first_not_of("0123456789_.") == word.npos) return Token::Kind::number;
    if (word.find_first_not_of("0123456789-") == word.npos) return Token::Kind::date;
    return Token::Kind::word;
}

// What no sentence of a string would start its second line with: the string was not closed.
bool starts_clause(std::string_view line) {
    constexpr std::array<std::string_view, 8> openings = {
        "at \"",  "tier \"", "code \"", "source \"",
        "url \"", "text \"", "case \"", "version published "};
    if (line.starts_with("provision ")) return true;
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return std::ranges::any_of(openings, [&](auto o) { return line.starts_with(o); });
}

// One blank for every run of blanks and control characters: how a text is wrapped in the file says
// nothing.
std::string with_single_blanks(std::string_view from) {
    std::string out;
    for (const char c : from) {
        const char plain = static_cast<unsigned char>(c) <= 0x20 ? ' ' : c;
        if (plain != ' ' || out.empty() || out.back() != ' ') out += plain;
    }
    return out;
}

// Letters, digits, `_`, `.` and `-` run together into one word, because ids, labels, dates and
// chips are made of them (`us.ear.3a090.a`, `note-2`, `nvidia-h20`). What a word means is for the
// parser to say: no word is reserved.
class Lexer {
public:
    explicit Lexer(const Source& source) : source_(source), text_(source.text) {}

    Lexed run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (is_blank(c)) {
                fresh_line_ |= c == '\n';
                ++at_;
            } else if (c == '#') {
                comment();
            } else if (c == '"') {
                string();
            } else if (is_letter(c) || is_digit(c)) {
                word();
            } else {
                sign();
            }
        }
        push(Token::Kind::end, 0);
        return std::move(lexed_);
    }

private:
    void push(Token::Kind kind, std::size_t width, std::string value = {}) {
        lexed_.tokens.push_back({.kind = kind,
                                 .begin = at_,
                                 .written = text_.substr(at_, width),
                                 .value = std::move(value),
                                 .first_on_line = fresh_line_});
        at_ += width;
        fresh_line_ = false;
    }

    void comment() {
        const auto end = std::min(text_.find('\n', at_), text_.size());
        auto written = text_.substr(at_, end - at_);
        while (is_blank(written.back())) written.remove_suffix(1);
        lexed_.comments.push_back({at_, written});
        at_ = end;
    }

    void word() {
        std::size_t end = at_;
        if (at_ + 2 < text_.size() && text_[at_ + 1] == ':' && is_letter(text_[at_]) &&
            is_digit(text_[at_ + 2])) {
            end = at_ + 2;
            while (end < text_.size() && is_digit(text_[end])) ++end;
            return push(Token::Kind::group, end - at_);
        }
        // `600..800` is two numbers and a sign.
        while (end < text_.size() && is_word_byte(text_[end]) && text_.substr(end, 2) != "..")
            ++end;
        while (text_[end - 1] == '-' || text_[end - 1] == '.') --end;
        push(kind_of(text_.substr(at_, end - at_)), end - at_);
    }

    void sign() {
        constexpr std::array<std::string_view, 6> pairs = {"<=", ">=", "==", "!=", "=>", ".."};
        constexpr std::string_view singles = "(){},+-*/%<>";
        if (text::contains(pairs, text_.substr(at_, 2))) return push(Token::Kind::sign, 2);
        if (singles.contains(text_[at_])) return push(Token::Kind::sign, 1);
        std::size_t width = 1;  // the whole code point
        while (at_ + width < text_.size() &&
               (static_cast<unsigned char>(text_[at_ + width]) & 0xc0U) == 0x80U) {
            ++width;
        }
        const auto written = text_.substr(at_, width);
        constexpr std::array<std::pair<std::string_view, std::string_view>, 6> meant = {
            {{"=", "=="}, {"!", "not"}, {"≥", ">="}, {"≤", "<="}, {"&", "and"}, {"|", "or"}}};
        std::string_view instead;
        for (const auto& [sign, means] : meant)
            if (sign == written) instead = means;
        const bool control = static_cast<unsigned char>(written[0]) < 0x20;
        text::report(lexed_.problems, source_.at(at_, width),
                     control ? fmt::format("unexpected control character {:#04x}", written[0])
                             : fmt::format("unexpected `{}`", written),
                     "no word of the language starts like this",
                     instead.empty() ? "" : fmt::format("write `{}`", instead));
        const auto next = at_ + width;
        if (!instead.empty()) {  // read on as if it had been written
            push(is_letter(instead[0]) ? Token::Kind::word : Token::Kind::sign, width);
            lexed_.tokens.back().written = instead;
        }
        at_ = next;
    }

    void string() {
        std::string value;
        std::size_t i = at_ + 1;
        for (; i < text_.size() && text_[i] != '"'; ++i) {
            if (text_[i] == '\n' && starts_clause(text_.substr(i + 1, 120))) break;
            if (text_[i] != '\\') {
                value += text_[i];
            } else if (i + 1 < text_.size() && (text_[i + 1] == '"' || text_[i + 1] == '\\')) {
                value += text_[++i];
            } else {
                text::report(lexed_.problems, source_.at(i, 1), "unknown escape in a string",
                             R"(only `\"` and `\\` are escapes)", R"(write `\\` for a backslash)");
            }
        }
        if (i < text_.size() && text_[i] == '"')
            return push(Token::Kind::string, i + 1 - at_, with_single_blanks(value));
        // Strings may span lines, so a forgotten quote would swallow the file up to the next one.
        // The rest of the first line stands for the string, so that later clauses are still read.
        const auto line_end = std::min(text_.find('\n', at_), text_.size());
        text::report(lexed_.problems, source_.at(at_, 1), "string not closed", "opened here",
                     "close it with `\"`");
        const auto rest = text_.substr(at_ + 1, line_end - at_ - 1);
        push(Token::Kind::string, line_end - at_, with_single_blanks(rest));
    }

    const Source& source_;
    std::string_view text_;
    std::size_t at_ = 0;
    bool fresh_line_ = true;
    Lexed lexed_;
};

}  // namespace

Lexed lex(const Source& source) { return Lexer(source).run(); }

}  // namespace sluice::law
