#include "law/case_files.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include "facts/deal.h"
#include "law/case_phrases.h"
#include "law/determine.h"
#include "text/csv.h"

namespace sluice::law {
namespace {

using facts::Deal;
using Row = std::map<std::string, std::string>;

const std::vector<std::string> chip_columns{"id", "chip", "destination", "act", "date", "outcome"};
const std::vector<std::string> party_columns{"id", "item", "destination", "act", "date", "outcome"};

text::Diagnostics problem(const std::filesystem::path& file, std::size_t line, std::string message,
                          std::string hint = {}) {
    return {text::Diagnostic{.message = std::move(message),
                             .where = {.file = file.string(), .line = static_cast<int>(line)},
                             .hint = std::move(hint)}};
}

void state(Deal& deal, const text::Location& where, const char* key, const Row& row,
           const char* column) {
    const auto at = row.find(column);
    if (at == row.end() || at->second.empty()) return;
    deal.fields.push_back({.key = key, .value = at->second, .where = where});
}

std::string act_of(const std::string& written) {
    if (written.starts_with("export from abroad")) return "export_from_abroad";
    if (written.starts_with("export")) return "export";
    if (written.starts_with("reexport") || written.starts_with("re-export")) return "reexport";
    if (written.contains("transfer")) return "transfer";
    return written;
}

// `entity_list:60`, several separated by `;`, `+` or blanks.
void state_owners(Deal& deal, const text::Location& where, const Row& row) {
    const auto at = row.find("listed_owners");
    if (at == row.end()) return;
    std::string owner;
    for (const char c : at->second + ";") {
        if (c != ';' && c != '+' && c != ' ') {
            owner += c;
            continue;
        }
        if (!owner.empty()) deal.fields.push_back({.key = "owner", .value = owner, .where = where});
        owner.clear();
    }
}

// A later statement of a key that is not repeatable replaces an earlier one: free text is more
// particular than its column.
void keep_last(Deal& deal) {
    const auto keys = facts::deal_keys();
    std::vector<facts::DealField> kept;
    for (auto& field : deal.fields) {
        const auto key = std::ranges::find(keys, field.key, &facts::DealKey::name);
        if (key != keys.end() && !key->repeatable)
            std::erase_if(kept, [&](const auto& k) { return k.key == field.key; });
        kept.push_back(std::move(field));
    }
    deal.fields = std::move(kept);
}

Deal deal_of(const Row& row, const text::Location& where, const Lawbook& book,
             std::vector<std::string>& not_understood) {
    Deal deal;
    state(deal, where, "chip", row, row.contains("chip") ? "chip" : "item");
    state(deal, where, "to", row, "destination");
    state(deal, where, "on", row, "date");
    state(deal, where, "from", row, "from");
    state(deal, where, "headquarters", row, "headquarters");
    state(deal, where, "parent_headquarters", row, "parent_headquarters");
    if (const auto act = row.find("act"); act != row.end() && !act->second.empty())
        deal.fields.push_back({.key = "act", .value = act_of(act->second), .where = where});
    state_owners(deal, where, row);
    for (const auto* column : {"end_user", "end_use", "facts"}) {
        const auto at = row.find(column);
        if (at == row.end()) continue;
        for (auto& phrase : read_phrases(at->second, book, where, deal))
            not_understood.push_back(std::move(phrase));
    }
    keep_last(deal);
    return deal;
}

// `a|b` accepts either; an empty expectation accepts anything.
void compare(CaseResult& result, const char* field, const Row& row, std::string_view got,
             bool prefix = false) {
    const auto at = row.find(field);
    if (at == row.end() || at->second.empty()) return;
    std::string_view accepted = at->second;
    while (true) {
        const auto bar = accepted.find('|');
        const auto one = accepted.substr(0, bar);
        if (got == one || (prefix && got.starts_with(one))) return;
        if (bar == accepted.npos) break;
        accepted.remove_prefix(bar + 1);
    }
    result.mismatches.push_back({field, at->second, std::string{got}});
}

struct Judge {
    const facts::World& world;
    const Lawbook& book;
    std::map<Date, Rulebook> rulebooks{};

    const Rulebook& rules(Date on) {
        auto at = rulebooks.upper_bound(on);
        if (at != rulebooks.begin()) --at;
        if (at != rulebooks.end() && at->second.period.contains(on)) return at->second;
        auto fresh = compile(world, book, on);
        const auto from = fresh.period.from;
        return rulebooks.insert_or_assign(from, std::move(fresh)).first->second;
    }

    CaseResult judge(const Row& row, const text::Location& where) {
        CaseResult result{.id = row.at("id"), .line = static_cast<std::size_t>(where.line)};
        const auto deal = deal_of(row, where, book, result.not_understood);
        const auto the_case = facts::resolve(world, deal);
        if (!the_case) {
            for (const auto& d : the_case.error())
                result.error += (result.error.empty() ? "" : "; ") + d.message;
            return result;
        }
        if (the_case->on < book.first_day()) {
            result.error =
                "nothing in the lawbook is in force on " + quantity::to_string(the_case->on);
            return result;
        }
        const auto& day = rules(the_case->on);
        const auto d = determine(day, *the_case);
        compare(result, "tier", row, d.tier.name, true);
        compare(result, "outcome", row, to_string(d.outcome));
        compare(result, "enforced", row, !d.enforced ? "unknown" : *d.enforced ? "yes" : "no");
        compare(result, "lane", row, d.lane ? to_string(*d.lane) : "");
        compare(result, "exception", row,
                d.exception < 0
                    ? std::string_view{}
                    : day.provisions[static_cast<std::size_t>(d.exception)].provision->code);
        return result;
    }
};

bool has_all(const std::vector<std::string>& header, const std::vector<std::string>& wanted) {
    return std::ranges::all_of(wanted, [&](const auto& column) {
        return std::ranges::find(header, column) != header.end();
    });
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
    if (!has_all(header, chip_columns) && !has_all(header, party_columns))
        return std::unexpected(
            problem(file, 1, "the header fits neither format of worked cases",
                    "columns needed: id, chip (or item), destination, act, date, outcome"));

    std::vector<CaseResult> results;
    Judge judge{world, book};
    while (reader.next(csv)) {
        const text::Location where{.file = file.string(), .line = static_cast<int>(csv.line)};
        if (csv.error.empty() && csv.fields.size() == header.size()) {
            Row row;
            for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = csv.fields[i];
            results.push_back(judge.judge(row, where));
            continue;
        }
        results.push_back({.id = csv.fields.empty() ? "" : std::string{csv.fields.front()},
                           .line = csv.line,
                           .error = !csv.error.empty() ? csv.error
                                                       : std::to_string(csv.fields.size()) +
                                                             " fields, the header has " +
                                                             std::to_string(header.size())});
    }
    return results;
}

}  // namespace sluice::law
