#include "report/bulk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "report/assess.h"
#include "report/timeline.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::report {

using text::CsvRow;
using text::Diagnostics;

namespace {

constexpr std::array<std::string_view, 11> answer_columns = {
    "outcome",    "enforced", "lane",       "exception", "tier", "tpp", "performance_density",
    "conditions", "missing",  "provisions", "error"};

// Beyond these the memory is emptied and filled anew: some 40 MB.
constexpr std::size_t most_answers = 100'000;

// "no chip named `h21`; did you mean `h20`?"
std::string in_one_line(const Diagnostics& problems) {
    std::string said;
    for (const auto& problem : problems) {
        for (const auto* part : {&problem.message, &problem.hint}) {
            if (part->empty()) continue;
            if (!said.empty()) said += "; ";
            said += *part;
        }
    }
    return said;
}

void cell_out(std::string& out, std::string_view value) {
    out += ',';
    text::append_csv_field(out, value);
}

// Columns from `outcome` to `provisions`, each with its comma.
std::string columns_of(const law::Rulebook& rules, const facts::Case& the_case,
                       const law::Determination& d) {
    std::string out;
    const auto number = [&](const facts::Value& value) {
        cell_out(out, value.known == facts::Known::unknown
                          ? ""
                          : words(value, quantity::Dimension::number, false));
    };
    const auto list = [&](const auto& things, auto name_of) {
        std::vector<std::string_view> names;
        for (const auto& thing : things) names.push_back(name_of(thing));
        cell_out(out, fmt::format("{}", fmt::join(names, ";")));
    };
    cell_out(out, law::to_string(d.outcome));
    cell_out(out, !d.enforced ? "" : *d.enforced ? "yes" : "no");
    cell_out(out, d.lane ? law::to_string(*d.lane) : "");
    cell_out(out, d.exception >= 0 ? rules.at(d.exception).provision->code : "");
    cell_out(out, d.tier.name);
    const auto& tpp = the_case[facts::FactId::tpp];
    number(tpp);
    number(performance_density(tpp, the_case[facts::FactId::die_area]));
    list(d.conditions, [&](std::int32_t code) -> std::string_view {
        return rules.book->condition_names[static_cast<std::size_t>(code)];
    });
    list(d.missing, [](const law::MissingFact& m) {
        return m.fact ? facts::info(*m.fact).name : std::string_view{m.gap};
    });
    list(d.requirements, [&](const law::Requirement& r) -> std::string_view {
        return rules.at(r.provision).provision->id;
    });
    return out;
}

}  // namespace

Bulk::Bulk(const facts::World& world, const law::Lawbook& book, BulkOptions options)
    : world_(world),
      book_(book),
      options_(std::move(options)),
      chips_(facts::chip_facts(world)),
      rulebooks_{world, book, options_.known_on} {}

Diagnostics Bulk::read_header(const CsvRow& header) {
    Diagnostics problems;
    std::vector<std::string> keys;
    for (const auto& key : facts::deal_keys()) keys.emplace_back(key.name);
    const auto report = [&](std::string message, std::string hint,
                            text::Severity severity = text::Severity::error) {
        problems.push_back(
            {.severity = severity, .message = std::move(message), .hint = std::move(hint)});
    };
    width_ = header.fields.size();
    for (std::size_t i = 0; i < width_; ++i) {
        const auto name = header.fields[i];
        const auto first = std::ranges::find(header.fields, name) - header.fields.begin();
        if (std::cmp_equal(first, i) && std::ranges::count(header.fields, name) > 1)
            report(fmt::format("two columns are named `{}`", name), "rename or drop one of them");
        if (const auto* key = facts::find_deal_key(name)) {
            columns_.push_back({i, key});
        } else if (text::contains(answer_columns, name)) {
            report(fmt::format("column `{}` is one that the answer adds", name),
                   "rename or drop it");
        } else if (const auto near = text::nearest(name, keys, 1);
                   !near.empty() && text::edit_distance(name, near[0]) <= 2 && name.size() > 3) {
            report(fmt::format("column `{}` is passed through unread", name),
                   text::did_you_mean(near), text::Severity::warning);
        }
    }
    std::vector<const facts::DealKey*> stated;
    for (const auto& column : columns_) stated.push_back(column.key);
    for (const auto& field : options_.defaults.fields)
        if (const auto* key = facts::find_deal_key(field.key)) stated.push_back(key);
    for (const std::string_view name : {"chip", "to", "on"})
        if (std::ranges::none_of(stated, [&](const auto* key) {
                return key->name == name || (name == "chip" && key->own_chip);
            }))
            report(fmt::format("no column `{}`", name),
                   fmt::format("add it, or state it for every row with `--{}`", name));
    header_ = header.raw;
    for (const auto column : answer_columns) header_ += fmt::format(",{}", column);
    return problems;
}

// The row itself is written back as it was; one that cannot be is written as far as it goes.
bool Bulk::whole(const CsvRow& row, std::string& out) {
    if (row.error.empty() && row.fields.size() == width_) {
        out += row.raw;
        return true;
    }
    error_ = !row.error.empty()
                 ? row.error
                 : fmt::format("row of {} fields, the header has {}", row.fields.size(), width_);
    const auto fields = std::min(row.fields.size(), width_);
    if (fields == 0) text::append_csv_field(out, row.raw);
    for (std::size_t i = 0; i < fields; ++i) {
        if (i > 0) out += ',';
        text::append_csv_field(out, row.fields[i]);
    }
    out.append(width_ - std::max<std::size_t>(fields, 1), ',');
    return false;
}

void Bulk::build_deal(const CsvRow& row) {
    std::size_t used = 0;
    const auto state = [&](std::string_view key, std::string_view value) {
        if (used == deal_.fields.size()) deal_.fields.emplace_back();
        deal_.fields[used].key = key;
        deal_.fields[used].value = value;
        deal_.fields[used].where = {};
        ++used;
    };
    for (const auto& column : columns_) {
        auto rest = row.fields[column.field];
        if (rest.empty()) continue;
        if (!column.key->repeatable) {
            state(column.key->name, rest);
            continue;
        }
        while (!rest.empty()) {
            const auto end = std::min(rest.find(';'), rest.size());
            if (end > 0) state(column.key->name, rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    deal_.fields.resize(used);
    if (!options_.defaults.fields.empty()) deal_ = facts::overlay(options_.defaults, deal_);
}

bool Bulk::determine(const CsvRow& row, std::string& out) {
    build_deal(row);
    const auto the_case = facts::resolve(
        world_, deal_, {.strict = options_.strict, .explain = false, .chips = &chips_});
    error_ = in_one_line(the_case ? law::unknown_names(book_, *the_case) : the_case.error());
    if (error_.empty() && the_case->on < book_.first_day())
        error_ = fmt::format(
            "nothing in the lawbook is in force on {}; the earliest provision starts {}",
            quantity::to_string(the_case->on), quantity::to_string(book_.first_day()));
    if (!error_.empty()) return false;
    const auto* const rules = &rulebooks_.on(the_case->on);
    auto key = quantity::to_string(rules->period.from);
    alike_.try_emplace(rules, *rules).first->second.append_key(*the_case, key);
    if (answers_.size() >= most_answers) answers_.clear();
    auto& answer = answers_[key];
    if (answer.empty()) answer = columns_of(*rules, *the_case, law::determine(*rules, *the_case));
    out += answer;
    return true;
}

bool Bulk::answer(const CsvRow& row, std::string& out) {
    if (whole(row, out) && determine(row, out)) {
        out += ',';  // an empty `error`
        return true;
    }
    out.append(answer_columns.size() - 1, ',');
    cell_out(out, error_);
    return false;
}

}  // namespace sluice::report
