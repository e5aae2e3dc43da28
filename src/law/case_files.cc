#include "law/case_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <ranges>

#include "facts/deal.h"
#include "law/case_phrases.h"
#include "law/determine.h"
#include "text/csv.h"
#include "text/sequence.h"

namespace sluice::law {
namespace {

using facts::Deal;
using Row = std::map<std::string, std::string, std::less<>>;

// And `chip` or `item`.
constexpr std::array<std::string_view, 5> needed_columns = {"id", "destination", "act", "date",
                                                            "outcome"};

text::Diagnostics problem(const std::filesystem::path& file, std::size_t line, std::string message,
                          std::string hint = {}) {
    return {text::Diagnostic{.message = std::move(message),
                             .where = {.file = file.string(), .line = static_cast<int>(line)},
                             .hint = std::move(hint)}};
}

// "" where there is none.
std::string_view cell(const Row& row, std::string_view column) {
    const auto at = row.find(column);
    return at == row.end() ? std::string_view{} : at->second;
}

std::string_view act_of(std::string_view written) {
    if (written.starts_with("export from abroad")) return "export_from_abroad";
    if (written.starts_with("export")) return "export";
    if (written.starts_with("reexport") || written.starts_with("re-export")) return "reexport";
    if (written.contains("transfer")) return "transfer";
    return written;
}

// A later statement of a key that is not repeatable replaces an earlier one: free text is more
// particular than its column.
void keep_last(Deal& deal) {
    std::vector<facts::DealField> kept;
    for (auto& field : deal.fields) {
        const auto* const key = facts::find_deal_key(field.key);
        if (key && !key->repeatable)
            std::erase_if(kept, [&](const auto& k) { return k.key == field.key; });
        kept.push_back(std::move(field));
    }
    deal.fields = std::move(kept);
}

Deal deal_of(const Row& row, const text::Location& where, const Lawbook& book,
             std::vector<std::string>& not_understood) {
    Deal deal;
    const auto state = [&](std::string key, std::string_view value) {
        if (!value.empty()) deal.fields.push_back({std::move(key), std::string{value}, where});
    };
    state("chip", cell(row, row.contains("chip") ? "chip" : "item"));
    state("to", cell(row, "destination"));
    state("on", cell(row, "date"));
    for (const auto* same : {"from", "headquarters", "parent_headquarters"})
        state(same, cell(row, same));
    state("act", act_of(cell(row, "act")));
    // `entity_list:60`, several separated by `;`, `+` or blanks.
    for (auto owners = cell(row, "listed_owners"); !owners.empty();) {
        const auto end = std::min(owners.find_first_of(";+ "), owners.size());
        state("owner", owners.substr(0, end));
        owners.remove_prefix(std::min(end + 1, owners.size()));
    }
    for (const auto* column : {"end_user", "end_use", "facts"})
        for (auto& phrase : read_phrases(cell(row, column), book, where, deal))
            not_understood.push_back(std::move(phrase));
    keep_last(deal);
    return deal;
}

// `a|b` accepts either; an empty expectation accepts anything.
void compare(CaseResult& result, const char* field, const Row& row, std::string_view got,
             bool prefix = false) {
    const auto expected = cell(row, field);
    const auto accepts = [&](auto part) {
        const std::string_view one{part.begin(), part.end()};
        return got == one || (prefix && got.starts_with(one));
    };
    if (!expected.empty() && std::ranges::none_of(std::views::split(expected, '|'), accepts))
        result.mismatches.push_back({field, std::string{expected}, std::string{got}});
}

CaseResult judge(Rulebooks& rulebooks, const Row& row, const text::Location& where) {
    CaseResult result{.id = row.at("id"), .line = static_cast<std::size_t>(where.line)};
    const auto deal = deal_of(row, where, rulebooks.book, result.not_understood);
    const auto the_case = facts::resolve(rulebooks.world, deal);
    if (!the_case) {
        for (const auto& d : the_case.error())
            result.error += (result.error.empty() ? "" : "; ") + d.message;
        return result;
    }
    if (the_case->on < rulebooks.book.first_day()) {
        result.error = "nothing in the lawbook is in force on " + quantity::to_string(the_case->on);
        return result;
    }
    const auto& day = rulebooks.on(the_case->on);
    const auto d = determine(day, *the_case);
    compare(result, "tier", row, d.tier.name, true);
    compare(result, "outcome", row, to_string(d.outcome));
    compare(result, "enforced", row, !d.enforced ? "unknown" : *d.enforced ? "yes" : "no");
    compare(result, "lane", row, d.lane ? to_string(*d.lane) : "");
    compare(result, "exception", row,
            d.exception < 0 ? std::string_view{} : day.at(d.exception).provision->code);
    return result;
}

}  // namespace

text::Result<std::vector<CaseResult>> run_case_file(const facts::World& world, const Lawbook& book,
                                                    const std::filesystem::path& file) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened{std::fopen(file.c_str(), "rb"),
                                                                 &std::fclose};
    if (!opened) return std::unexpected(problem(file, 0, "cannot read `" + file.string() + "`"));
    text::CsvReader reader{opened.get()};
    text::CsvRow csv;
    if (!reader.next(csv)) return std::unexpected(problem(file, 1, "no header: the file is empty"));
    const std::vector<std::string> header{csv.fields.begin(), csv.fields.end()};
    const auto has = [&](auto column) { return text::contains(header, column); };
    if (!std::ranges::all_of(needed_columns, has) || (!has("chip") && !has("item")))
        return std::unexpected(
            problem(file, 1, "the header fits neither format of worked cases",
                    "columns needed: id, chip (or item), destination, act, date, outcome"));

    std::vector<CaseResult> results;
    Rulebooks rulebooks{world, book};
    while (reader.next(csv)) {
        const text::Location where{.file = file.string(), .line = static_cast<int>(csv.line)};
        if (csv.error.empty() && csv.fields.size() != header.size())
            csv.error =
                fmt::format("{} fields, the header has {}", csv.fields.size(), header.size());
        if (!csv.error.empty()) {
            results.push_back({.id = csv.fields.empty() ? "" : std::string{csv.fields.front()},
                               .line = csv.line,
                               .error = csv.error});
            continue;
        }
        Row row;
        for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = csv.fields[i];
        results.push_back(judge(rulebooks, row, where));
    }
    return results;
}

}  // namespace sluice::law
