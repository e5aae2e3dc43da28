#include "law/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "quantity/unit.h"
#include "text/table.h"

namespace sluice::law {
namespace {

using quantity::to_string;

constexpr int widest_line = 100;
constexpr char may_break = '\x1f';  // in a line under construction: a blank that may end a line

constexpr std::array<std::string_view, 6> comparator_signs = {"<", "<=", "==", "!=", ">=", ">"};

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

// ---- conditions -------------------------------------------------------------------------------

// Prints what the parser would read back as the same tree: parentheses stand where the tree has a
// group, numbers in the canonical unit of their dimension.
class ExprPrinter {
public:
    explicit ExprPrinter(const facts::World& world) : places_(world.places) {}

    std::string print(const Expr& expr) {
        expression(expr);
        return std::move(out_);
    }

private:
    void add(std::string_view text) { out_ += text; }
    std::string_view name(FactId fact) const { return facts::info(fact).name; }

    void expression(const Expr& expr) {
        switch (expr.op) {
            case Expr::Op::all:
                return joined(expr, "and ");
            case Expr::Op::any:
                return joined(expr, "or ");
            case Expr::Op::negate:
                return negated(expr.children.front());
            case Expr::Op::compare:
                side(expr.left);
                add(fmt::format(" {} ",
                                comparator_signs[static_cast<std::size_t>(expr.comparator)]));
                return side(expr.right);
            case Expr::Op::flag:
                return add(name(expr.fact));
            case Expr::Op::is:
                return is(expr, "is");
            case Expr::Op::in_places:
                add(fmt::format("{} in ", name(expr.fact)));
                return places(expr.places);
            case Expr::Op::in_list:
                return add(fmt::format("{} in list {}", name(expr.fact), expr.name));
            case Expr::Op::exists:
                return add(fmt::format("exists {}", name(expr.fact)));
            case Expr::Op::met:
                return add(fmt::format("met {}", expr.name));
            case Expr::Op::always:
                return add("always");
        }
    }

    void operand(const Expr& expr) {
        const bool grouped = expr.op == Expr::Op::any || expr.op == Expr::Op::all;
        if (grouped) add("(");
        expression(expr);
        if (grouped) add(")");
    }

    // `and` binds tighter than `or`; other groups keep the parentheses that made them.
    void joined(const Expr& expr, std::string_view word) {
        for (std::size_t i = 0; i < expr.children.size(); ++i) {
            const auto& child = expr.children[i];
            if (i > 0) {
                out_ += may_break;
                add(word);
            }
            if (expr.op == Expr::Op::any && child.op == Expr::Op::all) {
                expression(child);
            } else {
                operand(child);
            }
        }
    }

    void negated(const Expr& expr) {
        if (expr.op == Expr::Op::is && expr.names.size() == 1) return is(expr, "is not");
        add("not ");
        operand(expr);
    }

    void is(const Expr& expr, std::string_view word) {
        if (expr.names.size() == 1) {
            return add(fmt::format("{} {} {}", name(expr.fact), word, expr.names.front()));
        }
        add(fmt::format("{} in {{", name(expr.fact)));
        for (std::size_t i = 0; i < expr.names.size(); ++i) {
            if (i > 0) {
                add(",");
                out_ += may_break;
            }
            add(expr.names[i]);
        }
        add("}");
    }

    void side(const Linear& linear) {
        std::string_view plus;
        for (const auto& term : linear.terms) {
            add(plus);
            // `tpp >= 1 * die_area` must keep its factor: it is what allows the comparison.
            const bool density = facts::info(term.fact).dimension != linear.dimension;
            if (term.coefficient != Decimal{1} || density) {
                add(fmt::format("{} * ", to_string(term.coefficient)));
            }
            add(name(term.fact));
            plus = " + ";
        }
        if (linear.has_constant)
            add(fmt::format("{}{}", plus, to_string(linear.constant, linear.dimension)));
    }

    void places(const PlaceExpr& expr) {
        const auto code = static_cast<std::size_t>(expr.code);
        if (expr.op == PlaceExpr::Op::group) return add(places_.groups[code].name);
        if (expr.op == PlaceExpr::Op::place) return add(places_.all[code].iso);
        places(expr.operands[0]);
        out_ += may_break;
        add(expr.op == PlaceExpr::Op::plus ? "+ " : "- ");
        const bool grouped = expr.operands[1].operands.size() == 2;
        if (grouped) add("(");
        places(expr.operands[1]);
        if (grouped) add(")");
    }

    const facts::Places& places_;
    std::string out_;
};

// ---- layout -----------------------------------------------------------------------------------

// One clause a line, in the order of the grammar whatever order the author chose; comments above
// the clause they belong to. Only strings and long lines are broken, and only at blanks, which say
// nothing to the parser: so the second run finds nothing to do.
class LawPrinter {
public:
    explicit LawPrinter(const facts::World& world) : world_(world) {}

    std::string print(const std::vector<Provision>& provisions) {
        for (const auto& provision : provisions) {
            if (!out_.empty()) out_ += '\n';
            print(provision);
        }
        if (!provisions.empty() && !provisions.back().closing_comments.empty()) {
            out_ += '\n';
            comments(provisions.back().closing_comments, 0);
        }
        return std::move(out_);
    }

private:
    std::string condition(const Expr& expr) const { return ExprPrinter(world_).print(expr); }

    void comments(const Comments& lines, std::size_t indent) {
        for (const auto& line : lines) {
            if (!line.empty()) out_.append(indent, ' ');
            out_ += line;
            out_ += '\n';
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
                out_ += current + '\n';
                current.assign(further, ' ');
                fresh = true;
            }
            if (!fresh) current += ' ';
            current += piece;
            fresh = false;
            if (end == text.size()) break;
            text.remove_prefix(end + 1);
        }
        out_ += current + '\n';
    }

    // `start "text…"`, continued under the first letter of the text.
    void quoted(std::size_t indent, std::string_view start, std::string_view text) {
        std::string lead = std::string(indent, ' ') + std::string(start) + " \"";
        const auto further = static_cast<std::size_t>(text::display_width(lead));
        auto words = escaped(text);
        std::ranges::replace(words, ' ', may_break);
        const auto begin = out_.size();
        line(further, further, words + '"');
        out_.replace(begin, further, lead);
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
        line(2, 6, fmt::format("{} {}", word, fmt::join(list, std::string{',', may_break})));
    }

    static std::string dated(std::string_view word, Date date) {
        return fmt::format("{}{} {}", may_break, word, to_string(date));
    }
    static std::string dated(std::string_view word, std::optional<Date> date) {
        return date ? dated(word, *date) : std::string{};
    }

    void print(const Provision& p) {
        comments(p.comments, 0);
        quoted(0, fmt::format("provision {}", p.id), p.title);
        line(2, 6, fmt::format("kind {}", to_string(p.kind)));
        quoted(2, "at", p.citation);
        const bool import = p.kind == Kind::import_measure;
        if (!p.tier.empty()) quoted(2, "tier", p.tier);
        if (!p.code.empty() || import) {
            if (const auto& code = import ? p.axis : p.code; !code.empty()) quoted(2, "code", code);
        }
        if (!p.axis.empty() && !import) quoted(2, "aes", p.axis);
        if (p.addressee_only) line(2, 6, "addressee only");
        ids("for", p.covers);
        ids("over", p.overrides);
        for (const auto& version : p.versions) print(version);
        for (const auto& stay : p.stays) print(stay);
        for (const auto& posture : p.postures) print(posture);
        if (!p.cases.empty()) out_ += '\n';
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
        out_ += '\n';
        comments(v.comments, 2);
        line(2, 6,
             fmt::format("version published {}{}{}{}{}{}{}", to_string(v.published),
                         dated("released", v.released), dated("effective", v.effective),
                         dated("compliance", v.compliance), dated("until", v.until),
                         v.repealed ? " repealed" : "", v.scheduled ? " scheduled" : ""));
        sources(v.source, v.url);
        line(4, 8, fmt::format("confidence {}", to_string(v.certainty)));
        if (!v.text.empty() || !v.repealed) quoted(4, "text", v.text);
        for (const auto& limb : v.limbs) {
            comments(limb.comments, 4);
            const auto head = limb.label.empty() ? "met" : fmt::format("limb {}", limb.label);
            line(4, 8, fmt::format("{} when {}", head, condition(limb.when)));
        }
        for (const auto& carve : v.carves) {
            comments(carve.comments, 4);
            line(4, 8, fmt::format("except {} when {}", carve.label, condition(carve.when)));
        }
        for (const auto& doubt : v.doubts) {
            comments(doubt.comments, 4);
            with_string(fmt::format("unclear when {}", condition(doubt.when)), doubt.why);
        }
        for (const auto& ambiguity : v.ambiguities) {
            comments(ambiguity.comments, 4);
            with_string(fmt::format("ambiguity when {}", condition(ambiguity.when)),
                        ambiguity.text);
        }
        for (const auto& c : v.conditions) {
            comments(c.comments, 4);
            quoted(4, fmt::format("condition {}", c.name), c.text);
            if (c.when) line(6, 10, fmt::format("when {}", condition(*c.when)));
        }
        if (v.outcome) line(4, 8, fmt::format("then {}", to_string(*v.outcome)));
        if (v.lane) line(4, 8, fmt::format("then {}", to_string(*v.lane)));
        if (!v.rate.empty()) quoted(4, "then rate", v.rate);
    }

    void print(const Stay& s) {
        out_ += '\n';
        comments(s.comments, 2);
        line(2, 6,
             fmt::format("stayed published {}{}{}{}", to_string(s.published), dated("from", s.from),
                         dated("until", s.until), s.unless_extended ? " unless extended" : ""));
        quoted(4, "source", s.source);
        quoted(4, "text", s.text);
    }

    void print(const Posture& s) {
        out_ += '\n';
        comments(s.comments, 2);
        line(2, 6,
             fmt::format("posture published {}{}{}", to_string(s.published),
                         dated("effective", s.effective), dated("until", s.until)));
        quoted(4, "source", s.source);
        quoted(4, "text", s.text);
        line(4, 8, fmt::format("enforced when {}", condition(s.enforced)));
    }

    void print(const LawCase& c) {
        comments(c.comments, 2);
        auto text = fmt::format("case \"{}\" on {}", escaped(c.title), to_string(c.on));
        for (std::size_t i = 0; i < c.written.size(); ++i) {
            text += i > 0 ? "," : "";
            text += fmt::format("{}{}", may_break, c.written[i]);
        }
        text += fmt::format("{}=> {}", may_break, to_string(c.expected));
        for (std::size_t i = 0; i < c.ask.size(); ++i) {
            text +=
                fmt::format("{}{}{}", i > 0 ? "," : " ask", may_break, facts::info(c.ask[i]).name);
        }
        line(2, 6, text);
    }

    const facts::World& world_;
    std::string out_;
};

}  // namespace

std::string format_law(const facts::World& world, const std::vector<Provision>& provisions) {
    return LawPrinter(world).print(provisions);
}

std::string format_expr(const facts::World& world, const Expr& expr) {
    auto text = ExprPrinter(world).print(expr);
    std::ranges::replace(text, may_break, ' ');
    return text;
}

}  // namespace sluice::law
