#include "text/diagnostic.h"

#include <algorithm>
#include <utility>

#include "text/check.h"
#include "text/table.h"
#include "text/utf8.h"

namespace sluice::text {
namespace {

constexpr std::size_t longest_excerpt = 160;  // bytes of a line that a message shows
constexpr std::size_t before_caret = 50;
constexpr int tab_stop = 4;
constexpr std::string_view ellipsis = "\u2026";

std::size_t code_point_start(std::string_view s, std::size_t at) {
    for (int back = 0; back < 3 && at > 0 && at < s.size(); ++back) {
        if ((static_cast<unsigned char>(s[at]) & 0xC0) != 0x80) break;
        --at;
    }
    return at;
}

// Keeps what surrounds the caret of a long line, with an ellipsis where something was left out.
void cut_excerpt(Location& where) {
    const std::string& line = where.excerpt;
    if (line.size() <= longest_excerpt) return;
    const auto caret = static_cast<std::size_t>(std::max(0, where.column - where.excerpt_column));
    std::size_t from = caret > before_caret ? caret - before_caret : 0;
    from = code_point_start(line, std::min(from, line.size() - longest_excerpt));
    const std::size_t to = code_point_start(line, std::min(from + longest_excerpt, line.size()));
    std::string shown;
    if (from > 0) {
        shown += ellipsis;
        where.excerpt_column += static_cast<int>(from) - static_cast<int>(ellipsis.size());
    }
    shown.append(line, from, to - from);
    if (to < line.size()) shown += ellipsis;
    where.excerpt = std::move(shown);
}

// Text that cannot steer the terminal: tabs become blanks, what is not printable U+FFFD.
std::string shown_text(std::string_view s, bool keep_line_ends = false) {
    std::string out;
    while (!s.empty()) {
        const CodePoint point = first_code_point(s);
        if (point.value == '\t') {
            const int column = display_width(out);
            out.append(static_cast<std::size_t>(tab_stop - column % tab_stop), ' ');
        } else if (point.value == '\n' && keep_line_ends) {
            out += "\n  ";
        } else if (!point.valid || unprintable(point.value)) {
            out += replacement_utf8;
        } else {
            out += s.substr(0, point.size);
        }
        s.remove_prefix(point.size);
    }
    return out;
}

// By Severity.
constexpr std::pair<std::string_view, Style> headings[] = {
    {"error", Style::red}, {"warning", Style::yellow}, {"note", Style::cyan}};

void append_excerpt(std::string& out, Location where, std::string_view label, Style style,
                    bool colour) {
    cut_excerpt(where);
    const std::string_view line = where.excerpt;
    const std::string number = where.line > 0 ? std::to_string(where.line) : "";
    const std::size_t gutter = std::max<std::size_t>(2, number.size());
    const std::string empty_gutter = std::string(gutter + 1, ' ') + paint("|", Style::dim, colour);
    out += empty_gutter + "\n";
    out += std::string(gutter - number.size(), ' ');
    out += paint(number + " |", Style::dim, colour) + " " + shown_text(line) + "\n";
    if (where.column < 1) {
        if (!label.empty())
            out += empty_gutter + " " + paint(shown_text(label), style, colour) + "\n";
        return;
    }
    const auto caret = static_cast<std::size_t>(std::max(0, where.column - where.excerpt_column));
    const std::size_t begin = code_point_start(line, std::min(line.size(), caret));
    const auto width = static_cast<std::size_t>(std::max(1, where.width));
    const std::size_t last = code_point_start(line, std::min(line.size(), caret + width) - 1);
    // Widths are measured on what is shown, from the start of the line, because of tab stops.
    const int left = display_width(shown_text(line.substr(0, begin)));
    const int right = display_width(shown_text(line.substr(
        0, last + (last < line.size() ? first_code_point(line.substr(last)).size : 0))));
    std::string mark(static_cast<std::size_t>(std::max(1, right - left)), '^');
    if (!label.empty()) mark += " " + shown_text(label);
    out += empty_gutter + " " + std::string(static_cast<std::size_t>(left), ' ');
    out += paint(mark, style, colour) + "\n";
}

}  // namespace

Lines::Lines(std::string_view text) {
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
        starts.push_back(at + 1);
}

std::size_t Lines::line_of(std::size_t offset) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(starts, offset) - starts.begin()) - 1;
}

Location Lines::locate(std::string_view file, std::string_view text, std::size_t begin,
                       std::size_t width) const {
    CHECK(begin <= text.size());
    const std::size_t line = line_of(begin), start = starts[line];
    std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin && text[end - 1] == '\r') --end;
    const std::size_t underlined =
        std::clamp<std::size_t>(width, 1, std::max<std::size_t>(1, end - begin));
    Location where{
        .file = std::string{file},
        .line = static_cast<int>(line + 1),
        .column = static_cast<int>(begin - start + 1),
        .width = static_cast<int>(underlined),
        .excerpt = std::string{text.substr(start, end - start)},
    };
    cut_excerpt(where);
    return where;
}

Location locate(std::string_view file, std::string_view text, std::size_t begin,
                std::size_t width) {
    return Lines(text).locate(file, text, begin, width);
}

std::string render(const Diagnostic& diagnostic, bool colour) {
    const auto [heading, style] = headings[static_cast<std::size_t>(diagnostic.severity)];
    const Location& where = diagnostic.where;
    std::string out = paint(std::string{heading} + ":", style, colour) + " " +
                      paint(shown_text(diagnostic.message, true), Style::bold, colour) + "\n";
    const bool excerpt = !where.excerpt.empty();
    if (!where.file.empty()) {
        const std::size_t digits = where.line > 0 ? std::to_string(where.line).size() : 0;
        out += std::string(std::max<std::size_t>(2, excerpt ? digits : 0), ' ');
        out += paint("-->", Style::dim, colour) + " " + shown_text(where.file);
        if (where.line > 0) out += ":" + std::to_string(where.line);
        if (where.line > 0 && where.column > 0) out += ":" + std::to_string(where.column);
        if (!excerpt && !diagnostic.label.empty()) out += "   " + shown_text(diagnostic.label);
        out += "\n";
    } else if (!excerpt && !diagnostic.label.empty()) {
        out += "  " + shown_text(diagnostic.label) + "\n";
    }
    if (excerpt) append_excerpt(out, where, diagnostic.label, style, colour);
    if (!diagnostic.hint.empty()) {
        out +=
            paint("hint:", Style::green, colour) + " " + shown_text(diagnostic.hint, true) + "\n";
    }
    return out;
}

std::string render(const Diagnostics& diagnostics, bool colour) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics) {
        if (!out.empty()) out += "\n";
        out += render(diagnostic, colour);
    }
    return out;
}

}  // namespace sluice::text
