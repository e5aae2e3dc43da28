#include "report/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace sluice::report {
namespace {

void cell_json(text::JsonWriter& json, std::string_view key, const Cell& cell) {
    if (key.empty()) return;
    const auto comma = key.find(',');
    json.key(key.substr(0, comma));
    if (comma != std::string_view::npos) {
        json.number(cell.number);
        json.field(key.substr(comma + 1), cell.most);
    } else if (cell.json) {
        cell.json(json);
    } else if (!std::isnan(cell.number)) {
        json.number(cell.number);
    } else if (cell.text.empty()) {
        json.null();
    } else {
        json.string(cell.text);
    }
}

void fields_json(text::JsonWriter& json, const std::vector<Field>& fields) {
    for (const auto& field : fields) cell_json(json, field.key, field.cell);
}

void rows_json(text::JsonWriter& json, const Section& section) {
    json.array(section.rows, [&](const auto& row) {
        json.begin_object();
        for (std::size_t i = 0; i < row.size(); ++i)
            cell_json(json, section.columns[i].first, row[i]);
        json.end_object();
    });
}

// Columns of a title, with their cells.
std::vector<std::vector<std::string>> shown(const Section& section,
                                            std::vector<text::Column>& columns) {
    std::vector<std::vector<std::string>> rows(section.rows.size());
    for (std::size_t i = 0; i < section.columns.size(); ++i) {
        if (section.columns[i].second.title.empty()) continue;
        columns.push_back(section.columns[i].second);
        for (std::size_t r = 0; r < rows.size(); ++r)
            rows[r].push_back(section.rows[r][i].text.empty() ? "-" : section.rows[r][i].text);
    }
    return rows;
}

}  // namespace

Cell figure(double value, std::string_view unit) {
    if (!std::isfinite(value)) return {};
    const double size = std::abs(value);
    auto digits = size >= 1000                 ? fmt::format("{:.0f}", value)
                  : size >= 1e-3 || value == 0 ? fmt::format("{:.4g}", value)
                                               : fmt::format("{:.2e}", value);
    if (size >= 1000) digits = text::group_thousands(digits);
    return {unit.empty() ? digits : fmt::format("{} {}", digits, unit), value};
}

Cell between(double low, double high, std::string_view unit) {
    const auto least = figure(low), most = figure(high, unit);
    return {least.text == figure(high).text ? most.text : least.text + " .. " + most.text, low,
            high};
}

Cell between(quantity::Range range) {
    return between(range.lo.approximate(), range.hi.approximate());
}

void Section::set_columns(std::string_view keys_and_titles) {
    columns.clear();
    for (const auto word : std::views::split(keys_and_titles, '|')) {
        const std::string_view column{word.begin(), word.end()};
        const auto equals = std::min(column.find('='), column.size());
        const auto shown_as = column.substr(std::min(equals + 1, column.size()));
        columns.emplace_back(column.substr(0, equals), text::column_of(shown_as));
    }
}

Cell percent(double share, std::string_view form) {
    return std::isfinite(share) ? Cell{fmt::format(fmt::runtime(form), 100 * share), share}
                                : Cell{};
}

Cell whole(std::size_t n) { return {std::to_string(n), static_cast<double>(n)}; }

Cell span_of_time(double seconds) {
    if (!std::isfinite(seconds)) return {};
    return {seconds >= 1      ? fmt::format("{:.3g} s", seconds)
            : seconds >= 1e-3 ? fmt::format("{:.3g} ms", 1e3 * seconds)
                              : fmt::format("{:.3g} us", 1e6 * seconds),
            seconds};
}

Cell bytes_of_memory(double bytes) {
    constexpr double mebi = 1 << 20;
    return {bytes >= 1024 * mebi ? fmt::format("{:.4g} GiB", bytes / mebi / 1024)
                                 : fmt::format("{:.3g} MiB", bytes / mebi),
            bytes};
}

std::string to_text(const Section& section, bool colour) {
    std::string out;
    if (!section.title.empty())
        out = fmt::format("\n{}\n", text::paint(section.title, text::Style::bold, colour));
    int width = 0;
    for (const auto& field : section.fields)
        width = std::max(width, text::display_width(field.label));
    for (const auto& field : section.fields) {
        if (field.label.empty() || field.cell.text.empty()) continue;
        const auto blanks = static_cast<std::size_t>(width - text::display_width(field.label) + 2);
        out += "  " + field.label + std::string(blanks, ' ');
        for (const char c : text::wrap(field.cell.text, 96 - width)) {
            out += c;
            if (c == '\n') out.append(static_cast<std::size_t>(width) + 4, ' ');
        }
        out += '\n';
    }
    std::vector<text::Column> columns;
    const auto rows = shown(section, columns);
    if (!rows.empty() && !columns.empty()) out += text::table(columns, rows);
    for (const auto& note : section.notes) out += "  " + text::wrap(note, 98, 2) + '\n';
    return out;
}

void to_json(text::JsonWriter& json, const Section& section) {
    if (section.fields.empty()) {
        json.key(section.key);
        return rows_json(json, section);
    }
    json.object(section.key, [&] {
        fields_json(json, section.fields);
        if (!section.columns.empty()) {
            json.key(section.rows_key);
            rows_json(json, section);
        }
        if (!section.notes.empty()) json.field("notes", section.notes);
    });
}

std::string to_text(const Sheet& sheet, bool colour) {
    auto out = sheet.subject.empty() ? std::string{} : sheet.subject + '\n';
    for (const auto& section : sheet.sections) out += to_text(section, colour);
    return out;
}

std::string to_json(const Sheet& sheet) {
    return text::json_object([&](text::JsonWriter& json) {
        fields_json(json, sheet.head);
        for (const auto& section : sheet.sections)
            if (!section.key.empty()) to_json(json, section);
        fields_json(json, sheet.foot);
    });
}

std::string rows_to_json(const Section& section) {
    text::JsonWriter json;
    rows_json(json, section);
    return json.text() + "\n";
}

std::string to_markdown(const Section& section) {
    std::vector<text::Column> columns;
    const auto rows = shown(section, columns);
    std::string out = "|", rule = "|";
    for (const auto& column : columns) {
        out += fmt::format(" {} |", column.title);
        rule += column.align == text::Align::right ? "---:|" : "---|";
    }
    out += '\n' + rule + '\n';
    for (const auto& row : rows) {
        out += '|';
        for (const auto& cell : row) out += fmt::format(" {} |", cell);
        out += '\n';
    }
    return out;
}

}  // namespace sluice::report
