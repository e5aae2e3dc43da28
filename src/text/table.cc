#include "text/table.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "text/check.h"
#include "text/utf8.h"

namespace sluice::text {
namespace {

bool is_zero_width(char32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x200B && c <= 0x200D) ||
           (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F);
}

// The blocks whose East Asian Width is W or F (Unicode UAX #11), rounded to whole blocks.
bool is_wide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) ||
           (c >= 0x1F900 && c <= 0x1F9FF) || (c >= 0x20000 && c <= 0x3FFFD);
}

// Bytes of a colour code at the front ("ESC [ 31 m"), 0 when there is none.
std::size_t colour_code(std::string_view s) {
    if (!s.starts_with("\x1b[")) return 0;
    const std::size_t end = s.find_first_not_of("0123456789;", 2);
    return end != std::string_view::npos && s[end] == 'm' ? end + 1 : 0;
}

std::vector<std::string> lines_of(std::string_view cell, int most) {
    const std::string wrapped = most > 0 ? wrap(cell, most) : std::string{cell};
    std::vector<std::string> lines;
    for (const auto line : std::views::split(wrapped, '\n'))
        lines.emplace_back(line.begin(), line.end());
    return lines;
}

void append_cell(std::string& out, std::string_view words, int width, Align align) {
    const auto blanks = static_cast<std::size_t>(std::max(0, width - display_width(words)));
    if (align == Align::right) out.append(blanks, ' ');
    out += words;
    if (align == Align::left) out.append(blanks, ' ');
}

}  // namespace

int display_width(std::string_view utf8) {
    int width = 0;
    while (!utf8.empty()) {
        if (const std::size_t code = colour_code(utf8)) {
            utf8.remove_prefix(code);
            continue;
        }
        const CodePoint point = first_code_point(utf8);
        if (!is_zero_width(point.value)) width += is_wide(point.value) ? 2 : 1;
        utf8.remove_prefix(point.size);
    }
    return width;
}

std::string wrap(std::string_view paragraph, int width, int indent) {
    std::string out;
    int column = 0;
    bool line_has_words = false;
    const auto break_line = [&] {
        out += '\n';
        out.append(static_cast<std::size_t>(indent), ' ');
        column = indent;
        line_has_words = false;
    };
    while (!paragraph.empty()) {
        const std::size_t end = std::min(paragraph.find_first_of(" \n"), paragraph.size());
        const std::string_view word = paragraph.substr(0, end);
        if (!word.empty()) {
            const int word_width = display_width(word);
            // A word wider than the line stands alone: a broken URL is worse than a long line.
            if (line_has_words && column + 1 + word_width > width) break_line();
            if (line_has_words) {
                out += ' ';
                ++column;
            }
            out += word;
            column += word_width;
            line_has_words = true;
        }
        if (end < paragraph.size() && paragraph[end] == '\n') break_line();
        paragraph.remove_prefix(std::min(end + 1, paragraph.size()));
    }
    return out;
}

std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::vector<std::vector<std::string>>> cells(1);  // row, column, line
    for (const Column& column : columns) cells[0].push_back({column.title});
    for (const auto& row : rows) {
        CHECK(row.size() <= columns.size());
        auto& wrapped = cells.emplace_back(columns.size());
        for (std::size_t i = 0; i < row.size(); ++i) wrapped[i] = lines_of(row[i], columns[i].most);
    }
    std::vector<int> widths(columns.size());
    for (const auto& row : cells)
        for (std::size_t i = 0; i < widths.size(); ++i)
            for (const std::string& line : row[i])
                widths[i] = std::max(widths[i], display_width(line));
    auto& rule = *cells.emplace(cells.begin() + 1);
    for (const int width : widths)
        rule.push_back({std::string(static_cast<std::size_t>(width), '-')});

    std::string out;
    for (const auto& row : cells) {
        std::size_t height = 1;
        for (const auto& cell : row) height = std::max(height, cell.size());
        for (std::size_t at = 0; at < height; ++at) {
            std::string line;
            for (std::size_t i = 0; i < widths.size(); ++i) {
                if (i > 0) line += "  ";
                append_cell(line, at < row[i].size() ? row[i][at] : "", widths[i],
                            columns[i].align);
            }
            out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        }
    }
    return out;
}

std::string table(std::string_view columns, const std::vector<std::vector<std::string>>& rows) {
    std::vector<Column> all;
    for (const auto title : std::views::split(columns, '|'))
        all.push_back(column_of(std::string_view{title}));
    return table(all, rows);
}

Column column_of(std::string_view title) {
    Column column;
    if (const auto colon = title.find(':'); colon != std::string_view::npos) {
        column.most = std::stoi(std::string{title.substr(colon + 1)});
        title = title.substr(0, colon);
    }
    if (title.ends_with('>')) {
        column.align = Align::right;
        title.remove_suffix(1);
    }
    column.title = title;
    return column;
}

std::string group_thousands(std::string_view number) {
    const std::size_t first = number.starts_with('-') ? 1 : 0;
    const std::size_t end = std::min(number.find_first_not_of("0123456789", first), number.size());
    std::string out{number.substr(0, first)};
    for (std::size_t i = first; i < end; ++i) {
        if (i > first && (end - i) % 3 == 0) out += ',';
        out += number[i];
    }
    return out += number.substr(end);
}

std::string paint(std::string_view words, Style style, bool colour) {
    if (!colour || style == Style::plain || words.empty()) return std::string{words};
    constexpr std::string_view codes[] = {"", "1", "31", "32", "33", "36", "2"};
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(style)], words);
}

}  // namespace sluice::text
