#include "report/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "report/performance.h"
#include "run/schema.h"

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

std::string_view part_of(const MeasuredRow& row) {
    return part_names[run::may_learn(row["group"]) ? 1 : 2];
}
bool in_part(const MeasuredRow& row, Part part) {
    return part == Part::all || part_of(row) == to_string(part);
}

std::string key_of(const Validation& v, const Scored& s, std::string_view key) {
    const auto& row = *s.row;
    if (key == "engine") return s.prediction.engine;
    if (key == "software") return row["software"].substr(0, row["software"].find(' '));
    if (key == "family") return facts::find_model(*v.bench.models, row["model"])->family;
    return row[key];
}

// What took longest in the step that the prediction rests on.
std::string longest_part(const run::Span& span) {
    const auto parts = parts_of(span);
    const auto& most = *std::ranges::max_element(parts, {}, [](const auto& p) { return p.second; });
    return span.total() > 0
               ? fmt::format("{}: {:.0f} % of a step", most.first, 100 * most.second / span.total())
               : "";
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

Section scores(std::string_view key, std::string_view columns, const std::vector<ClassScore>& all) {
    Section s{.key = key};
    s.set_columns(columns);
    for (const auto& c : all)
        s.row(c.name, whole(c.rows), whole(c.groups), percent(c.median, "{:.1f}"),
              percent(c.p90, "{:.1f}"), percent(c.bias, "{:+.1f}"));
    return s;
}

// The classes of a part beside their bars and the figures of both halves; and those halves.
std::vector<Section> class_scores(const Validation& v, Part part) {
    const auto learnt = classes(v, Part::learn), reported = classes(v, Part::report);
    const auto figures = [](const std::vector<ClassScore>& among, std::string_view name) {
        const auto found = std::ranges::find(among, name, &ClassScore::name);
        return errors(found == among.end() ? ClassScore{} : *found);
    };
    Section s{.key = "classes"};
    s.set_columns(
        "class=class|rows=rows>|groups=groups>|=median / p90 %>|median|p90|bias=bias %>|"
        "=learnt from>|=reported on>|=bar>|=so far");
    if (part != Part::all) s.columns[3].second.title = fmt::format("{} only", to_string(part));
    for (const auto& c : classes(v, part)) {
        const auto* bar = std::ranges::find(bars, c.name, &Bar::name);
        const bool met = 100 * c.median <= bar->median && 100 * c.p90 <= bar->p90;
        s.row(c.name, whole(c.rows), whole(c.groups), errors(c), percent(c.median), percent(c.p90),
              percent(c.bias, "{:+.1f}"), figures(learnt, c.name), figures(reported, c.name),
              fmt::format("{} / {}", bar->median, bar->p90), met ? "met" : "missed");
    }
    constexpr std::string_view columns = "class|rows|groups|median|p90|bias";  // JSON only
    return {std::move(s), scores("learnt_from", columns, learnt),
            scores("reported_on", columns, reported)};
}

}  // namespace

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

std::string errors(const ClassScore& s) {
    return s.rows == 0 ? "-" : fmt::format("{:.1f} / {:.1f}", 100 * s.median, 100 * s.p90);
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

Sheet sheet_of(const Validation& v, const ValidationView& view) {
    Section left{.key = "left_out", .title = v.left_out.empty() ? "" : "Left out"};
    left.set_columns("reason=reason|rows=rows>");
    std::size_t left_out = 0;
    for (const auto& [reason, rows] : v.left_out) {
        left.row(reason, whole(rows.size()));
        left_out += rows.size();
    }
    Sheet sheet{
        .head = {{"part", "", to_string(view.part)}, {"not_scored", "", whole(v.unscored)}}};
    sheet.subject = fmt::format(
        "{} scored rows, {} predicted from their configuration alone, {} left out\n"
        "every group of rows counts once; groups are split by a hash of their name into a part "
        "that\nparameters were learnt from and a part that is only reported on; part shown: {}\n",
        v.rows.size() - v.unscored, v.scored.size(), left_out, to_string(view.part));
    auto& all = sheet.sections;
    all = class_scores(v, view.part);
    if (!view.by.empty()) {
        all.push_back(scores("by",
                             "=|rows=rows>|groups=groups>|median=median %>|p90=p90 %>|bias=bias %>",
                             scores_by(v, view.part, view.by)));
        all.back().columns[0] = {view.by, {view.by}};
    }
    Section rows{.key = "rows"};
    rows.set_columns("id|class|part|measured|predicted|unit");
    for (const auto& s : v.scored)
        if (const auto& row = *s.row; in_part(row, view.part))
            rows.row(row["id"], run::error_class(row), part_of(row), figure(row.number("value")),
                     figure(s.prediction.value), run::unit_of(row["metric"]));
    Section poor{.key = "worst", .title = "The worst twenty, without first-token times"};
    poor.set_columns("id=row|=metric|=measured>|=predicted>|error=error %>|reason=likely reason");
    poor.columns.back().second.most = 60;
    for (const auto* s : worst(v, view.part, 20))
        poor.row((*s->row)["id"], (*s->row)["metric"], (*s->row)["value"],
                 fmt::format("{:.4g}", s->prediction.value),
                 percent(std::expm1(s->log_error), "{:+.0f}"), likely_reason(v, *s));
    all.insert(all.end(), {std::move(left), std::move(rows), std::move(poor)});
    return sheet;
}

}  // namespace sluice::report
