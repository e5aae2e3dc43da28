// An answer as sections of fields and tables: made once, printed as text, JSON or Markdown.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "quantity/unit.h"
#include "text/json.h"
#include "text/table.h"

namespace sluice::report {

// What a reader sees, and what is behind it. JSON gets what `json` writes, else the number, else
// the words, else null; of an interval, both ends.
struct Cell {
    std::string text{};
    double number = NAN;
    double most = NAN;  // of an interval, whose least is `number`
    std::function<void(text::JsonWriter&)> json{};
    Cell() = default;
    // NOLINTBEGIN(google-explicit-constructor): rows are written as lists of words and figures.
    Cell(std::string words, double value = NAN, double upto = NAN)
        : text{std::move(words)}, number{value}, most{upto} {}
    Cell(std::string_view words) : text{words} {}
    Cell(const char* words) : text{words} {}
    // NOLINTEND(google-explicit-constructor)
};
// Four significant digits with thousands grouped, and the unit: "2,368 tokens/s". Nothing for NaN.
Cell figure(double value, std::string_view unit = {});
Cell percent(double share, std::string_view form = "{:.1f} %");  // 0.125 -> "12.5 %", 0.125
Cell span_of_time(double seconds);                               // "67.2 ms", in seconds
Cell bytes_of_memory(double bytes);                              // "88.4 GiB", in bytes
// For JSON the value itself: yes or no, a list, an enumerator.
template <class T>
Cell shown_as(std::string words, T value) {
    Cell cell{std::move(words)};
    cell.json = [value = std::move(value)](text::JsonWriter& json) { json.value(value); };
    return cell;
}
Cell whole(std::size_t n);                                          // "2368", not grouped
Cell between(double low, double high, std::string_view unit = {});  // "1.2 .. 3.4 W"
Cell between(quantity::Range range);

// No key: text only. No label: JSON only. The key of an interval names both ends: "low,high".
struct Field {
    std::string_view key{};
    std::string label{};
    Cell cell{};
};

struct Section {
    std::string_view key{};    // in JSON; "" is for text alone
    std::string_view title{};  // in text; "" prints no heading
    std::vector<Field> fields{};
    std::vector<std::pair<std::string_view, text::Column>> columns{};  // JSON key, column
    std::vector<std::vector<Cell>> rows{};
    std::string_view rows_key = "rows";  // in JSON, beside fields; alone, rows are the array
    std::vector<std::string> notes{};

    // "part=part|seconds=time>|source": JSON key and title, `>` to the right; JSON only without a
    // title, text only without a key. "source=source:40" wraps what is wider.
    void set_columns(std::string_view keys_and_titles);
    template <class... Cells>
    void row(Cells&&... cells) {
        rows.push_back({Cell(std::forward<Cells>(cells))...});
    }
};

// The whole answer: in JSON the fields of its head, then each section under its key, then its foot.
struct Sheet {
    std::string subject{};  // first line of the text
    std::vector<Field> head{};
    std::vector<Section> sections{};
    std::vector<Field> foot{};
};

std::string to_text(const Sheet& sheet, bool colour);
std::string to_json(const Sheet& sheet);
std::string to_text(const Section& section, bool colour);
// Into an open object: the section under its key.
void to_json(text::JsonWriter& json, const Section& section);
// The table alone.
std::string rows_to_json(const Section& section);
std::string to_markdown(const Section& section);

}  // namespace sluice::report
