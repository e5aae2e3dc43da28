#include "law/format.h"

#include <fmt/format.h>

#include <algorithm>

#include "quantity/unit.h"
#include "text/table.h"

namespace sluice::law {
namespace {

using quantity::to_string;

constexpr int widest_line = 100;
constexpr char may_break = '\x1f';  // in a line under construction: a blank that may end a line

constexpr std::string_view comma = ",\x1f";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

// ---- conditions -------------------------------------------------------------------------------

// What the parser would read back as the same tree: parentheses stand where the tree has a group,
// numbers in the canonical unit of their dimension.
std::string written(const facts::Places& places, const Expr& expr);

std::string in_parentheses(bool needed, std::string text) {
    return needed ? fmt::format("({})", text) : text;
}

std::string operand(const facts::Places& places, const Expr& expr) {
    const bool group = expr.op == Expr::Op::any || expr.op == Expr::Op::all;
    return in_parentheses(group, written(places, expr));
}

// `and` binds tighter than `or`; other groups keep the parentheses that made them.
std::string joined(const facts::Places& places, const Expr& expr, std::string_view word) {
    std::vector<std::string> operands;
    for (const auto& child : expr.children) {
        const bool tighter = expr.op == Expr::Op::any && child.op == Expr::Op::all;
        operands.push_back(tighter ? written(places, child) : operand(places, child));
    }
    return fmt::format("{}", fmt::join(operands, fmt::format("{}{} ", may_break, word)));
}

std::string sum(const Linear& linear) {
    std::vector<std::string> parts;
    for (const auto& term : linear.terms) {
        const auto& fact = facts::info(term.fact);
        // `tpp >= 1 * die_area` must keep its factor: it is what allows the comparison.
        const bool density = fact.dimension != linear.dimension;
        parts.push_back(term.coefficient != Decimal{1} || density
                            ? fmt::format("{} * {}", to_string(term.coefficient), fact.name)
                            : std::string(fact.name));
    }
    if (linear.has_constant) parts.push_back(to_string(linear.constant, linear.dimension));
    return fmt::format("{}", fmt::join(parts, " + "));
}

std::string set(const facts::Places& places, const PlaceExpr& expr) {
    const auto code = static_cast<std::size_t>(expr.code);
    if (expr.op == PlaceExpr::Op::group) return places.groups[code].name;
    if (expr.op == PlaceExpr::Op::place) return places.all[code].iso;
    const auto& right = expr.operands[1];
    return fmt::format("{}{}{} {}", set(places, expr.operands[0]), may_break,
                       expr.op == PlaceExpr::Op::plus ? '+' : '-',
                       in_parentheses(!right.operands.empty(), set(places, right)));
}

std::string written(const facts::Places& places, const Expr& expr) {
    const auto name = facts::info(expr.fact).name;
    switch (expr.op) {
        case Expr::Op::all:
            return joined(places, expr, "and");
        case Expr::Op::any:
            return joined(places, expr, "or");
        case Expr::Op::negate: {
            const auto& of = expr.children.front();
            if (of.op != Expr::Op::is || of.names.size() > 1) return "not " + operand(places, of);
            return fmt::format("{} is not {}", facts::info(of.fact).name, of.names.front());
        }
        case Expr::Op::compare:
            return fmt::format("{} {} {}", sum(expr.left), to_string(expr.comparator),
                               sum(expr.right));
        case Expr::Op::flag:
            return std::string(name);
        case Expr::Op::is:
            if (expr.names.size() == 1) return fmt::format("{} is {}", name, expr.names.front());
            return fmt::format("{} in {{{}}}", name, fmt::join(expr.names, comma));
        case Expr::Op::in_places:
            return fmt::format("{} in {}", name, set(places, expr.places));
        case Expr::Op::in_list:
            return fmt::format("{} in list {}", name, expr.name);
        case Expr::Op::exists:
            return fmt::format("exists {}", name);
        case Expr::Op::met:
            return fmt::format("met {}", expr.name);
        case Expr::Op::always:
            return "always";
    }
    return {};
}

// ---- layout -----------------------------------------------------------------------------------

// One clause a line, in the order of the grammar whatever order the author chose; comments above
// the clause they belong to. Only strings and long lines are broken, and only at blanks, which say
// nothing to the parser: so the second run finds nothing to do.
struct LawPrinter {
    const facts::World& world;
    std::string out{};

    std::string print(const std::vector<Provision>& provisions) {
        for (const auto& provision : provisions) {
            if (!out.empty()) out += '\n';
            print(provision);
        }
        if (!provisions.empty() && !provisions.back().closing_comments.empty()) {
            out += '\n';
            comments(provisions.back().closing_comments, 0);
        }
        return std::move(out);
    }

    std::string condition(const Expr& expr) const { return written(world.places, expr); }

    void comments(const Comments& lines, std::size_t indent) {
        for (const auto& line : lines) {
            if (!line.empty()) out.append(indent, ' ');
            out += line;
            out += '\n';
        }
    }

    // One clause; breaks where the line grows too wide, going on at `further`.
    void line(std::size_t indent, std::size_t further, std::string_view text) {
        std::string current(indent, ' ');
        bool fresh = true;
        while (true) {
            const auto end = std::min(text.find(may_break), text.size());
            const auto piece = text.substr(0, end);
            const int width = text::display_width(current) + 1 + text::display_width(piece);
            if (!fresh && width > widest_line) {
                out += current + '\n';
                current.assign(further, ' ');
                fresh = true;
            }
            if (!fresh) current += ' ';
            current += piece;
            fresh = false;
            if (end == text.size()) break;
            text.remove_prefix(end + 1);
        }
        out += current + '\n';
    }

    // `start "text…"`, continued under the first letter of the text.
    void quoted(std::size_t indent, std::string_view start, std::string_view text) {
        std::string lead = std::string(indent, ' ') + std::string(start) + " \"";
        const auto further = static_cast<std::size_t>(text::display_width(lead));
        auto words = escaped(text);
        std::ranges::replace(words, ' ', may_break);
        const auto begin = out.size();
        line(further, further, words + '"');
        out.replace(begin, further, lead);
    }

    // `start` and then a string, on the same line where both fit.
    void with_string(std::string_view start, std::string_view text) {
        std::string flat(start);
        std::ranges::replace(flat, may_break, ' ');
        flat += fmt::format(" \"{}\"", escaped(text));
        if (4 + text::display_width(flat) <= widest_line) return line(4, 8, flat);
        line(4, 8, start);
        std::string words = '"' + escaped(text) + '"';
        std::ranges::replace(words, ' ', may_break);
        line(6, 7, words);
    }

    void ids(std::string_view word, const std::vector<std::string>& list) {
        if (list.empty()) return;
        line(2, 6, fmt::format("{} {}", word, fmt::join(list, comma)));
    }

    static std::string dated(std::string_view word, std::optional<Date> date) {
        return date ? fmt::format("{}{} {}", may_break, word, to_string(*date)) : std::string{};
    }

    void print(const Provision& p) {
        comments(p.comments, 0);
        quoted(0, fmt::format("provision {}", p.id), p.title);
        line(2, 6, fmt::format("kind {}", to_string(p.kind)));
        quoted(2, "at", p.citation);
        if (!p.tier.empty()) quoted(2, "tier", p.tier);
        if (!p.code.empty()) quoted(2, "code", p.code);
        if (!p.aes.empty()) quoted(2, "aes", p.aes);
        if (p.addressee_only) line(2, 6, "addressee only");
        ids("for", p.covers);
        ids("over", p.overrides);
        for (const auto& version : p.versions) print(version);
        for (const auto& stay : p.stays) print(stay);
        for (const auto& posture : p.postures) print(posture);
        if (!p.cases.empty()) out += '\n';
        for (const auto& law_case : p.cases) print(law_case);
    }

    void sources(std::string_view source, std::string_view url) {
        const auto one = fmt::format("source \"{}\"", escaped(source));
        const auto two = url.empty() ? "" : fmt::format("url \"{}\"", escaped(url));
        if (url.empty() || 5 + text::display_width(one) + text::display_width(two) > widest_line) {
            quoted(4, "source", source);
            if (!url.empty()) quoted(4, "url", url);
            return;
        }
        line(4, 8, fmt::format("{} {}", one, two));
    }

    void print(const Version& v) {
        out += '\n';
        comments(v.comments, 2);
        line(2, 6,
             fmt::format("version published {}{}{}{}{}{}{}", to_string(v.published),
                         dated("released", v.released), dated("effective", v.effective),
                         dated("compliance", v.compliance), dated("until", v.until),
                         v.repealed ? " repealed" : "", v.scheduled ? " scheduled" : ""));
        sources(v.source, v.url);
        line(4, 8, fmt::format("confidence {}", to_string(v.certainty)));
        if (!v.text.empty() || !v.repealed) quoted(4, "text", v.text);
        for (const auto& limb : v.limbs) clause(limb.label.empty() ? "met" : "limb", limb);
        for (const auto& carve : v.carves) clause("except", carve);
        for (const auto& doubt : v.doubts) clause("unclear", doubt, true);
        for (const auto& ambiguity : v.ambiguities) clause("ambiguity", ambiguity, true);
        for (const auto& c : v.conditions) {
            comments(c.comments, 4);
            quoted(4, fmt::format("condition {}", c.name), c.text);
            if (c.when) line(6, 10, fmt::format("when {}", condition(*c.when)));
        }
        if (v.outcome) line(4, 8, fmt::format("then {}", to_string(*v.outcome)));
        if (v.lane) line(4, 8, fmt::format("then {}", to_string(*v.lane)));
        if (!v.rate.empty()) quoted(4, "then rate", v.rate);
    }

    void clause(std::string_view word, const Clause& clause, bool explained = false) {
        comments(clause.comments, 4);
        const auto text = fmt::format("{}{}{} when {}", word, clause.label.empty() ? "" : " ",
                                      clause.label, condition(clause.when));
        if (explained) return with_string(text, clause.text);
        line(4, 8, text);
    }

    // What changes the life of a version from outside: when, where it was said, and what.
    void entry(const auto& change, std::string_view opening) {
        out += '\n';
        comments(change.comments, 2);
        line(2, 6, opening);
        quoted(4, "source", change.source);
        quoted(4, "text", change.text);
    }

    void print(const Stay& s) {
        entry(s, fmt::format("stayed published {}{}{}{}", to_string(s.published),
                             dated("from", s.from), dated("until", s.until),
                             s.unless_extended ? " unless extended" : ""));
    }

    void print(const Posture& s) {
        entry(s, fmt::format("posture published {}{}{}", to_string(s.published),
                             dated("effective", s.effective), dated("until", s.until)));
        line(4, 8, fmt::format("enforced when {}", condition(s.enforced)));
    }

    void print(const LawCase& c) {
        comments(c.comments, 2);
        auto text =
            fmt::format("case \"{0}\" on {1}{2}{3}{2}=> {4}", escaped(c.title), to_string(c.on),
                        may_break, fmt::join(c.written, comma), to_string(c.expected));
        std::vector<std::string_view> names;
        for (const auto fact : c.ask) names.push_back(facts::info(fact).name);
        if (!names.empty()) text += fmt::format(" ask{}{}", may_break, fmt::join(names, comma));
        line(2, 6, text);
    }
};

}  // namespace

std::string format_law(const facts::World& world, const std::vector<Provision>& provisions) {
    return LawPrinter{world}.print(provisions);
}

std::string format_expr(const facts::World& world, const Expr& expr) {
    auto text = written(world.places, expr);
    std::ranges::replace(text, may_break, ' ');
    return text;
}

}  // namespace sluice::law
