#include "law/case_files.h"

#include <algorithm>
#include <ranges>

#include "facts/deal.h"
#include "law/case_phrases.h"
#include "law/determine.h"
#include "text/csv.h"

namespace sluice::law {
namespace {

using facts::Deal;
using Row = text::CsvRecord;

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
    state("chip", row[row.cells.contains("chip") ? "chip" : "item"]);
    state("to", row["destination"]);
    state("on", row["date"]);
    for (const auto* same : {"from", "headquarters", "parent_headquarters"}) state(same, row[same]);
    state("act", act_of(row["act"]));
    // `entity_list:60`, several separated by `;`, `+` or blanks.
    for (std::string_view owners = row["listed_owners"]; !owners.empty();) {
        const auto end = std::min(owners.find_first_of(";+ "), owners.size());
        state("owner", owners.substr(0, end));
        owners.remove_prefix(std::min(end + 1, owners.size()));
    }
    for (const auto* column : {"end_user", "end_use", "facts"})
        for (auto& phrase : read_phrases(row[column], book, where, deal))
            not_understood.push_back(std::move(phrase));
    keep_last(deal);
    return deal;
}

// `a|b` accepts either; an empty expectation accepts anything.
void compare(CaseResult& result, const char* field, const Row& row, std::string_view got,
             bool prefix = false) {
    const auto& expected = row[field];
    const auto accepts = [&](auto part) {
        const std::string_view one{part.begin(), part.end()};
        return got == one || (prefix && got.starts_with(one));
    };
    if (!expected.empty() && std::ranges::none_of(std::views::split(expected, '|'), accepts))
        result.mismatches.push_back({field, expected, std::string{got}});
}

CaseResult judge(Rulebooks& rulebooks, const Row& row, const std::filesystem::path& file) {
    CaseResult result{.id = row["id"], .line = row.line, .error = row.error};
    if (!row.error.empty()) return result;
    const text::Location where{.file = file.string(), .line = static_cast<int>(row.line)};
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
    const auto rows =
        text::read_csv(file, {"id", "chip|item", "destination", "act", "date", "outcome"});
    if (!rows) return std::unexpected(rows.error());
    std::vector<CaseResult> results;
    Rulebooks rulebooks{world, book};
    for (const auto& row : *rows) results.push_back(judge(rulebooks, row, file));
    return results;
}

}  // namespace sluice::law
