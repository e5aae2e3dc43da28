#include "report/bulk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/assess.h"
#include "report/timeline.h"
#include "text/suggest.h"

namespace sluice::report {

using text::CsvRow;
using text::Diagnostics;

namespace {

constexpr std::array<std::string_view, 11> answer_columns = {
    "outcome",    "enforced", "lane",       "exception", "tier", "tpp", "performance_density",
    "conditions", "missing",  "provisions", "error"};

// Beyond these the memory is emptied and filled anew; together some 40 MB.
constexpr std::size_t most_rows = 100'000;
constexpr std::size_t most_cases = 250'000;
constexpr std::size_t most_answers = 20'000;

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

std::string joined(const std::vector<std::string_view>& words) {
    return fmt::format("{}", fmt::join(words, ";"));
}

void cell_out(std::string& out, std::string_view value) {
    out += ',';
    text::append_csv_field(out, value);
}

std::string number_out(const facts::Value& value) {
    return value.known == facts::Known::unknown ? std::string{}
                                                : words(value, quantity::Dimension::number, false);
}

// Columns from `outcome` to `provisions`, each with its comma.
std::string columns_of(const law::Lawbook& book, const law::Rulebook& rules,
                       const facts::Case& the_case, const law::Determination& d) {
    const auto at = [&](std::int32_t index) -> const law::CompiledProvision& {
        return rules.provisions[static_cast<std::size_t>(index)];
    };
    std::string out;
    cell_out(out, law::to_string(d.outcome));
    cell_out(out, !d.enforced ? "" : *d.enforced ? "yes" : "no");
    cell_out(out, d.lane ? law::to_string(*d.lane) : std::string_view{});
    cell_out(out, d.exception >= 0 ? std::string_view{at(d.exception).provision->code}
                                   : std::string_view{});
    cell_out(out, d.tier.name);
    const auto& tpp = the_case[facts::FactId::tpp];
    cell_out(out, number_out(tpp));
    cell_out(out, number_out(performance_density(tpp, the_case[facts::FactId::die_area])));
    std::vector<std::string_view> conditions, missing, provisions;
    for (const auto code : d.conditions)
        conditions.push_back(book.condition_names[static_cast<std::size_t>(code)]);
    for (const auto& m : d.missing)
        missing.push_back(m.fact ? facts::info(*m.fact).name : std::string_view{m.gap});
    for (const auto& r : d.requirements) provisions.push_back(at(r.provision).provision->id);
    cell_out(out, joined(conditions));
    cell_out(out, joined(missing));
    cell_out(out, joined(provisions));
    return out;
}

}  // namespace

Bulk::Bulk(const facts::World& world, const law::Lawbook& book, BulkOptions options)
    : world_(world),
      book_(book),
      options_(std::move(options)),
      chips_(facts::chip_facts(world)),
      days_(answer_days(world, book)) {
    if (const auto* on = options_.defaults.find("on"))
        if (const auto day = quantity::parse_date(on->value)) default_on_ = *day;
}

Diagnostics Bulk::read_header(const CsvRow& header) {
    Diagnostics problems;
    std::vector<std::string> keys;
    for (const auto& key : facts::deal_keys()) keys.emplace_back(key.name);
    const auto report = [&](text::Severity severity, std::string message, std::string hint) {
        problems.push_back({.severity = severity,
                            .message = std::move(message),
                            .where = {.line = static_cast<int>(header.line)},
                            .hint = std::move(hint)});
    };
    width_ = header.fields.size();
    for (std::size_t i = 0; i < width_; ++i) {
        const auto name = header.fields[i];
        if (std::ranges::count(header.fields, name) > 1 &&
            std::ranges::find(header.fields, name) ==
                header.fields.begin() + static_cast<std::ptrdiff_t>(i))
            report(text::Severity::error, fmt::format("two columns are named `{}`", name),
                   "rename or drop one of them");
        if (const auto* key = facts::find_deal_key(name)) {
            columns_.push_back({i, key, key->name != "price"});
            if (name == "on") on_ = i;
            // Rows with numbers of their own, such as quantities, are seldom said twice.
            rows_repeat_ = rows_repeat_ &&
                           !(key->fact && facts::info(*key->fact).type == facts::FactType::number);
        } else if (std::ranges::find(answer_columns, name) != answer_columns.end()) {
            report(text::Severity::error,
                   fmt::format("column `{}` is one that the answer adds", name),
                   "rename or drop it");
        } else if (const auto near = text::nearest(name, keys, 1);
                   !near.empty() && text::edit_distance(name, near[0]) <= 2 && name.size() > 3) {
            report(text::Severity::warning,
                   fmt::format("column `{}` is passed through unread", name),
                   text::did_you_mean(near));
        }
    }
    const auto stated = [&](auto matches) {
        return std::ranges::any_of(columns_, [&](const Column& c) { return matches(*c.key); }) ||
               std::ranges::any_of(options_.defaults.fields, [&](const facts::DealField& field) {
                   const auto* key = facts::find_deal_key(field.key);
                   return key && matches(*key);
               });
    };
    const auto require = [&](std::string_view name, std::string_view flag) {
        if (stated([&](const facts::DealKey& key) {
                return key.name == name || (name == "chip" && key.own_chip);
            }))
            return;
        report(text::Severity::error, fmt::format("no column `{}`", name),
               fmt::format("add it, or state it for every row with `{}`", flag));
    };
    require("chip", "--chip");
    require("to", "--to");
    require("on", "--on");
    header_ = header.raw;
    for (const auto column : answer_columns) header_ += fmt::format(",{}", column);
    return problems;
}

std::string Bulk::header() const { return header_; }

std::string_view Bulk::cell(const CsvRow& row, const Column& column) const {
    return row.fields[column.field];
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

std::optional<quantity::Date> Bulk::day_of(const CsvRow& row) const {
    if (!on_ || row.fields[*on_].empty()) return default_on_;
    const auto day = quantity::parse_date(row.fields[*on_]);
    return day ? std::optional{*day} : std::nullopt;
}

void Bulk::build_key(const CsvRow& row, std::size_t stretch) {
    row_key_.assign(reinterpret_cast<const char*>(&stretch), sizeof stretch);
    for (const auto& column : columns_) {
        if (!column.decides || (on_ && column.field == *on_)) continue;
        row_key_ += cell(row, column);
        row_key_ += '\x1f';
    }
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
        auto rest = cell(row, column);
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

const Bulk::DayRules& Bulk::rules_on(quantity::Date on) {
    for (const auto& day : rulebooks_)
        if (day->rules.period.contains(on)) return *day;
    auto rules = law::compile(world_, book_, on, options_.known_on);
    Alike alike{rules};
    rulebooks_.push_back(
        std::make_unique<DayRules>(rulebooks_.size(), std::move(rules), std::move(alike)));
    return *rulebooks_.back();
}

const std::string* Bulk::determine(const CsvRow& row) {
    build_deal(row);
    const auto the_case = facts::resolve(
        world_, deal_, {.strict = options_.strict, .explain = false, .chips = &chips_});
    if (!the_case) {
        error_ = in_one_line(the_case.error());
        return nullptr;
    }
    if (auto unknown = law::unknown_names(book_, *the_case); !unknown.empty()) {
        error_ = in_one_line(unknown);
        return nullptr;
    }
    if (the_case->on < days_.front()) {
        error_ = fmt::format(
            "nothing in the lawbook is in force on {}; the earliest provision "
            "starts {}",
            quantity::to_string(the_case->on), quantity::to_string(days_.front()));
        return nullptr;
    }
    const auto& day = rules_on(the_case->on);
    case_key_.assign(reinterpret_cast<const char*>(&day.number), sizeof day.number);
    day.alike.append_key(*the_case, case_key_);
    if (const auto found = answers_by_case_.find(case_key_);
        options_.remember && found != answers_by_case_.end())
        return found->second;

    if (answers_by_case_.size() >= most_cases || answers_.size() >= most_answers) {
        answers_by_row_.clear();
        answers_by_case_.clear();
        answers_.clear();
    }
    auto columns = columns_of(book_, day.rules, *the_case, law::determine(day.rules, *the_case));
    auto& kept = answers_[columns];
    if (!kept) kept = std::make_unique<const std::string>(std::move(columns));
    answers_by_case_.insert_or_assign(case_key_, kept.get());
    return kept.get();
}

bool Bulk::answer(const CsvRow& row, std::string& out) {
    const auto end = [&](const std::string* columns) {
        if (columns) {
            out += *columns;
            out += ',';  // an empty `error`
            return true;
        }
        out.append(answer_columns.size() - 1, ',');
        cell_out(out, error_);
        return false;
    };
    if (!whole(row, out)) return end(nullptr);

    // A day that cannot be read, or lies before the first rule, is in no stretch.
    const auto day = day_of(row);
    if (!day || *day < days_.front() || !rows_repeat_ || !options_.remember)
        return end(determine(row));
    build_key(row, static_cast<std::size_t>(std::ranges::upper_bound(days_, *day) - days_.begin()));
    if (const auto found = answers_by_row_.find(row_key_); found != answers_by_row_.end())
        return end(found->second);
    const auto* columns = determine(row);
    if (columns) {
        if (answers_by_row_.size() >= most_rows) answers_by_row_.clear();
        answers_by_row_.emplace(row_key_, columns);
    }
    return end(columns);
}

}  // namespace sluice::report
