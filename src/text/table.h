// Aligned columns for terminals; colour as decoration only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::text {

enum class Align : unsigned char { left, right };

struct Column {
    std::string title{};
    Align align = Align::left;
    int most = 0;  // wrap cells wider than this many columns; 0 never wraps
};

// "part>" has its cells to the right, "source:40" wraps wider ones.
Column column_of(std::string_view title);

// Header, a rule, rows; two spaces between columns, no trailing blanks. Widths count code points
// (double for East Asian wide ones).
std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows);
// Columns as column_of reads them, between `|`.
std::string table(std::string_view columns, const std::vector<std::vector<std::string>>& rows);

// Breaks at spaces so that no line is wider than `width`, each line after the first indented.
std::string wrap(std::string_view paragraph, int width, int indent = 0);

int display_width(std::string_view utf8);

// 16000 -> "16,000"; keeps a fraction: "5005.3" -> "5,005.3".
std::string group_thousands(std::string_view number);

enum class Style : unsigned char { plain, bold, red, green, yellow, cyan, dim };
// ANSI colour around `words`, or `words` itself when `colour` is false.
std::string paint(std::string_view words, Style style, bool colour);

}  // namespace sluice::text
