#include "report/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "run/schema.h"
#include "text/csv.h"
#include "text/json.h"
#include "text/table.h"

namespace sluice::report {

using run::ClassScore;
using run::MeasuredRow;
using run::Scored;

namespace {

// The bars of the published table: median and 90th percentile, percent.
struct Bar {
    std::string_view name;
    int median, p90;
};
constexpr Bar bars[] = {
    {"training, dense", 7, 25},
    {"training, mixture of experts", 18, 60},
    {"prefill", 12, 40},
    {"decode", 12, 40},
    {"throughput, engine picks the batch", 12, 40},
    {"throughput, batch given", 12, 45},
    {"whole-batch latency", 15, 50},
    {"TPOT, aggregated serving", 12, 40},
    {"TPOT, disaggregated", 15, 50},
    {"TTFT, up to 16 requests a prefill instance", 35, 200},
    {"TTFT, more than 16", 50, 300},
    {"everything but TTFT", 12, 45},
};

bool in_part(const MeasuredRow& row, Part part) {
    return part == Part::all || run::may_learn(row["group"]) == (part == Part::learn);
}

std::string key_of(const Validation& v, const Scored& s, std::string_view key) {
    const auto& row = *s.row;
    if (key == "engine") return s.prediction.engine;
    if (key == "software") return row["software"].substr(0, row["software"].find(' '));
    if (key == "family") return facts::find_model(*v.bench.models, row["model"])->family;
    return row[key];
}

std::string percent(double share) { return fmt::format("{:.1f}", 100 * share); }
std::string errors(const ClassScore& s) {
    return fmt::format("{:.1f} / {:.1f}", 100 * s.median, 100 * s.p90);
}

// What took longest in the step that the prediction rests on.
std::string longest_part(const run::Span& span) {
    const std::pair<std::string_view, double> parts[] = {{"dense products", span.matrix},
                                                         {"expert products", span.experts},
                                                         {"attention", span.attention},
                                                         {"element-wise kernels", span.element},
                                                         {"communication", span.communication},
                                                         {"gaps between kernels", span.launch},
                                                         {"host", span.host}};
    const double total = span.total();
    if (total <= 0) return {};
    const auto& most =
        *std::ranges::max_element(parts, {}, &std::pair<std::string_view, double>::second);
    return fmt::format("{}: {:.0f} % of a step", most.first, 100 * most.second / total);
}

std::string likely_reason(const Validation& v, const Scored& s) {
    std::vector<std::string> reasons;
    const auto& row = *s.row;
    if (auto part = longest_part(s.prediction.span); !part.empty()) reasons.push_back(part);
    const auto at = v.bench.world->find_chip(row["chip"]);
    const auto prepared = timing::prepare(v.bench.world->chips[static_cast<std::size_t>(at)],
                                          nullptr, *v.bench.calibrations);
    if (const auto from = prepared.timing.provenance.find("inherited"); from != std::string::npos)
        reasons.push_back("kernels " + prepared.timing.provenance.substr(from));
    const auto engine = std::ranges::find(*v.bench.engines, s.prediction.engine, &run::Engine::id);
    if (engine != v.bench.engines->end() && engine->rows == 0)
        reasons.push_back(fmt::format("engine `{}` is not fitted", engine->id));
    std::string unsaid;
    const auto needs = [&](std::string_view column) {
        if (row[column].empty()) unsaid += fmt::format("{}{}", unsaid.empty() ? "" : ", ", column);
    };
    if (row["kind"] == "training") {
        needs("global_batch");
        needs("micro_batch");
        if (row.number("pp") > 1) needs("vpp");
    } else {
        needs("software");
        if (row.number("mtp") > 0) needs("accept_len");
        if (row["load"] != "saturated" && row["load"] != "poisson_slo") needs("concurrency");
    }
    if (!unsaid.empty()) reasons.push_back("not stated: " + unsaid);
    if (row["lengths"] == "dataset") reasons.push_back("lengths are means of skewed data");
    return fmt::format("{}", fmt::join(reasons, "; "));
}

std::vector<const Scored*> worst(const Validation& v, Part part, std::size_t most) {
    std::vector<const Scored*> rows;
    for (const auto& s : v.scored)
        if (in_part(*s.row, part) && !(*s.row)["metric"].starts_with("ttft")) rows.push_back(&s);
    std::ranges::stable_sort(rows, std::greater{},
                             [](const Scored* s) { return std::abs(s->log_error); });
    if (rows.size() > most) rows.resize(most);
    return rows;
}

std::string score_table(std::string_view title, const std::vector<ClassScore>& scores) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& s : scores)
        rows.push_back({s.name, std::to_string(s.rows), std::to_string(s.groups), percent(s.median),
                        percent(s.p90), fmt::format("{:+.1f}", 100 * s.bias)});
    using text::Align;
    return text::table({{std::string{title}},
                        {"rows", Align::right},
                        {"groups", Align::right},
                        {"median %", Align::right},
                        {"p90 %", Align::right},
                        {"bias %", Align::right}},
                       rows);
}

std::string class_table(const Validation& v, Part part) {
    const auto all = classes(v, part);
    const auto learnt = classes(v, Part::learn), reported = classes(v, Part::report);
    const auto figures = [](const std::vector<ClassScore>& scores, std::string_view name) {
        const auto found = std::ranges::find(scores, name, &ClassScore::name);
        return found == scores.end() ? std::string{"-"} : errors(*found);
    };
    std::vector<std::vector<std::string>> rows;
    for (const auto& s : all) {
        const auto* bar = std::ranges::find(bars, s.name, &Bar::name);
        const bool met = 100 * s.median <= bar->median && 100 * s.p90 <= bar->p90;
        rows.push_back({s.name, std::to_string(s.rows), std::to_string(s.groups), errors(s),
                        fmt::format("{:+.1f}", 100 * s.bias), figures(learnt, s.name),
                        figures(reported, s.name), fmt::format("{} / {}", bar->median, bar->p90),
                        s.name.starts_with("TTFT") ? "simulator"
                        : met                      ? "met"
                                                   : "missed"});
    }
    using text::Align;
    return text::table(
        {{"class"},
         {"rows", Align::right},
         {"groups", Align::right},
         {to_string(part) == "all" ? "median / p90 %" : fmt::format("{} only", to_string(part)),
          Align::right},
         {"bias %", Align::right},
         {"learnt from", Align::right},
         {"reported on", Align::right},
         {"bar", Align::right},
         {""}},
        rows);
}

std::size_t rows_left_out(const Validation& v) {
    std::size_t sum = 0;
    for (const auto& [reason, rows] : v.left_out) sum += rows.size();
    return sum;
}

void score_json(text::JsonWriter& json, std::string_view key, std::string_view name,
                const std::vector<ClassScore>& scores) {
    json.key(key);
    json.begin_array();
    for (const auto& s : scores) {
        json.begin_object();
        json.field(name, s.name);
        json.field("rows", static_cast<std::int64_t>(s.rows));
        json.field("groups", static_cast<std::int64_t>(s.groups));
        json.field("median", s.median);
        json.field("p90", s.p90);
        json.field("bias", s.bias);
        json.end_object();
    }
    json.end_array();
}

}  // namespace

std::string_view to_string(Part part) {
    return part == Part::learn ? "learn" : part == Part::report ? "report" : "all";
}

Validation validate(const run::Bench& bench, std::vector<MeasuredRow> rows) {
    Validation v{.rows = std::move(rows), .bench = bench};
    for (const auto& row : v.rows) {
        if (row["scored"] != "Y") {
            ++v.unscored;
            continue;
        }
        auto prediction = run::predict(bench, row);
        if (prediction.left_out.empty()) {
            const double error = std::log(prediction.value / row.number("value"));
            v.scored.push_back({&row, std::move(prediction), error});
        } else {
            v.left_out[prediction.left_out].push_back(&row);
        }
    }
    return v;
}

std::vector<ClassScore> classes(const Validation& v, Part part) {
    std::vector<ClassScore> out;
    for (const auto& bar : bars) {
        const bool summary = bar.name == bars[std::size(bars) - 1].name;
        std::vector<const Scored*> rows;
        for (const auto& s : v.scored) {
            const auto name = run::error_class(*s.row);
            if (in_part(*s.row, part) && (summary ? !name.starts_with("TTFT") : name == bar.name))
                rows.push_back(&s);
        }
        if (!rows.empty()) out.push_back(run::score(bar.name, rows));
    }
    return out;
}

std::vector<ClassScore> scores_by(const Validation& v, Part part, std::string_view key) {
    std::map<std::string, std::vector<const Scored*>> rows;
    // First-token times would drown every other figure of their key.
    for (const auto& s : v.scored)
        if (in_part(*s.row, part) &&
            (key == "metric" || !run::error_class(*s.row).starts_with("TTFT")))
            rows[key_of(v, s, key)].push_back(&s);
    std::vector<ClassScore> out;
    for (const auto& [name, some] : rows)
        out.push_back(run::score(name.empty() ? "not stated" : name, some));
    return out;
}

std::string to_text(const Validation& v, const ValidationView& view) {
    auto out = fmt::format(
        "{} scored rows, {} predicted from their configuration alone, {} left out\n"
        "every group of rows counts once; groups are split by a hash of their name into a part "
        "that\nparameters were learnt from and a part that is only reported on; part shown: {}\n\n",
        v.rows.size() - v.unscored, v.scored.size(), rows_left_out(v), to_string(view.part));
    out += class_table(v, view.part);
    if (!view.by.empty()) out += "\n" + score_table(view.by, scores_by(v, view.part, view.by));
    if (!v.left_out.empty()) {
        out += "\nLeft out\n";
        for (const auto& [reason, rows] : v.left_out)
            out += fmt::format("  {:5}  {}\n", rows.size(), reason);
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto* s : worst(v, view.part, 20))
        rows.push_back({(*s->row)["id"], (*s->row)["metric"], (*s->row)["value"],
                        fmt::format("{:.4g}", s->prediction.value),
                        fmt::format("{:+.0f}", 100 * std::expm1(s->log_error)),
                        likely_reason(v, *s)});
    using text::Align;
    return out + "\nThe worst twenty, without first-token times\n" +
           text::table({{"row"},
                        {"metric"},
                        {"measured", Align::right},
                        {"predicted", Align::right},
                        {"error %", Align::right},
                        {"likely reason", Align::left, 60}},
                       rows);
}

std::string to_json(const Validation& v, const ValidationView& view) {
    text::JsonWriter json{0};
    json.begin_object();
    json.field("part", to_string(view.part));
    score_json(json, "classes", "class", classes(v, view.part));
    score_json(json, "learnt_from", "class", classes(v, Part::learn));
    score_json(json, "reported_on", "class", classes(v, Part::report));
    if (!view.by.empty()) score_json(json, "by", view.by, scores_by(v, view.part, view.by));
    json.key("left_out");
    json.begin_array();
    for (const auto& [reason, rows] : v.left_out) {
        json.begin_object();
        json.field("reason", reason);
        json.field("rows", static_cast<std::int64_t>(rows.size()));
        json.end_object();
    }
    json.end_array();
    json.field("not_scored", static_cast<std::int64_t>(v.unscored));
    json.key("rows");
    json.begin_array();
    for (const auto& s : v.scored) {
        const auto& row = *s.row;
        if (!in_part(row, view.part)) continue;
        json.begin_object();
        json.field("id", row["id"]);
        json.field("class", run::error_class(row));
        json.field("part", run::may_learn(row["group"]) ? "learn" : "report");
        json.field("measured", row.number("value"));
        json.field("predicted", s.prediction.value);
        json.field("unit", run::unit_of(row["metric"]));
        json.end_object();
    }
    json.end_array();
    json.key("worst");
    json.begin_array();
    for (const auto* s : worst(v, view.part, 20)) {
        json.begin_object();
        json.field("id", (*s->row)["id"]);
        json.field("error", std::expm1(s->log_error));
        json.field("reason", likely_reason(v, *s));
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.text() + "\n";
}

std::string to_csv(const Validation& v, Part part) {
    std::string out =
        "id,class,group,part,chip,model,software,engine,metric,unit,measured,predicted,error,"
        "left_out\n";
    const auto line = [&](const MeasuredRow& row, const run::Prediction& p, double log_error) {
        const bool known = p.left_out.empty();
        const std::string cells[] = {row["id"],
                                     std::string{run::error_class(row)},
                                     row["group"],
                                     run::may_learn(row["group"]) ? "learn" : "report",
                                     row["chip"],
                                     row["model"],
                                     row["software"],
                                     p.engine,
                                     row["metric"],
                                     std::string{run::unit_of(row["metric"])},
                                     row["value"],
                                     known ? fmt::format("{:.6g}", p.value) : "",
                                     known ? fmt::format("{:.4f}", std::expm1(log_error)) : "",
                                     p.left_out};
        for (const auto& cell : cells) {
            if (&cell != cells) out += ',';
            text::append_csv_field(out, cell);
        }
        out += '\n';
    };
    for (const auto& s : v.scored)
        if (in_part(*s.row, part)) line(*s.row, s.prediction, s.log_error);
    for (const auto& [reason, rows] : v.left_out)
        for (const auto* row : rows)
            if (in_part(*row, part)) line(*row, {.left_out = reason}, 0);
    return out;
}

}  // namespace sluice::report
