#include "report/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "workload/expand.h"

namespace sluice::report {
namespace {

std::string_view before(std::string_view name, char end) { return name.substr(0, name.find(end)); }

double octaves(double a, double b) { return a > 0 && b > 0 ? std::abs(std::log2(a / b)) : 2; }

double distance_of(const facts::Chip& a, const facts::Chip& b) {
    if (a.id == b.id) return 0;
    if (!a.family.empty() && before(a.family, ' ') == before(b.family, ' ')) return 1;
    return a.vendor == b.vendor ? 2 : 3;
}

double distance_of(const facts::Model& a, const facts::Model& b) {
    if (a.id == b.id) return 0;
    const auto p = workload::parameters(a), q = workload::parameters(b);
    const bool alike = (p.routed_experts > 0) == (q.routed_experts > 0);
    return 0.3 + (alike ? 0 : 1.5) + 0.4 * octaves(p.active, q.active);
}

double distance_of(const run::Engine& a, const run::Engine& b) {
    if (a.id == b.id) return 0;
    return before(a.id, '-') == before(b.id, '-') ? 0.5 : 1;
}

}  // namespace

Evidence evidence(const Published& published, const Machine& machine, const Alikeness& like) {
    const auto& bench = published.bench;
    const auto chip = [&](const std::string& name) {
        const auto at = bench.world->find_chip(name);
        return at < 0
                   ? INFINITY
                   : distance_of(bench.world->chips[static_cast<std::size_t>(at)], *machine.chip);
    };
    const auto model = [&](const std::string& name) {
        const auto* found = facts::find_model(*bench.models, name);
        return found && found->described() ? distance_of(*found, *like.model) : INFINITY;
    };
    const bool serves = like.kind == "serving" || like.kind == "decode";
    std::vector<std::pair<double, const run::MeasuredRow*>> ranked;
    for (const auto& row : published.rows) {
        const auto& kind = row["kind"];
        const bool near_kind = serves && (kind == "serving" || kind == "decode");
        const auto& metric = row["metric"];
        const bool other = metric.starts_with("ttft") || metric.starts_with("e2e");
        if ((kind != like.kind && !near_kind) || other) continue;
        const double batch = row.number("concurrency") / std::max(1.0, row.number("chips", 1));
        const double far = (kind == like.kind ? 0 : 0.7) + chip(row["chip"]) + model(row["model"]) +
                           distance_of(run::engine_of(bench, row), *machine.engine) +
                           (kind == "training" ? 0 : 0.15 * octaves(batch, like.batch));
        if (std::isfinite(far)) ranked.emplace_back(far, &row);
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<double, const run::MeasuredRow*>::first);
    Evidence out;
    // A sweep is one finding, however many rows it has: of a group only the nearest few count.
    std::map<std::string_view, int> taken;
    for (const auto& [far, row] : ranked) {
        if (out.rows.size() == 30) break;
        if (++taken[(*row)["group"]] > 3) continue;
        auto prediction = run::predict(bench, *row);
        if (!prediction.left_out.empty()) continue;
        const double error = std::log(prediction.value / row->number("value"));
        out.rows.push_back({row, std::move(prediction), error});
        out.same_chip += chip((*row)["chip"]) == 0 ? 1 : 0;
        out.learnt += run::may_learn((*row)["group"]) ? 1 : 0;
    }
    std::vector<const run::Scored*> rows;
    for (const auto& scored : out.rows) rows.push_back(&scored);
    if (!rows.empty()) out.score = run::score("nearest", rows);
    return out;
}

Section interval_section(const Evidence& found, double value) {
    Section s{.key = "interval", .title = "How sure", .rows_key = "nearest"};
    const auto& score = found.score;
    s.set_columns(
        "id=nearest measurement|chip=chip|model=model|software=software|metric=metric|"
        "measured=measured>|predicted=predicted>|error=error>|source");
    s.fields = {{"rows", "", figure(static_cast<double>(found.rows.size()))},
                {"groups", "", figure(static_cast<double>(score.groups))}};
    if (found.rows.empty()) {
        s.notes = {"no measurement of this kind of work is published: the error is not known"};
        return s;
    }
    // Errors are shares of either side on logarithms: half as much is as far off as twice.
    const std::tuple<std::string_view, std::string_view, const char*, double> bounds[] = {
        {"median", "median_low,median_high", "half of such predictions", score.median},
        {"p90", "p90_low,p90_high", "nine in ten of them", score.p90}};
    for (const auto& [key, ends, label, share] : bounds) {
        s.fields.push_back({key, "", percent(share)});
        s.fields.push_back(
            {ends, label, between(value / (1 + share), value * (1 + share), "tokens/s a chip")});
    }
    s.notes = {
        fmt::format("{} nearest published measurements in {} groups, {} of this chip, {} "
                    "learnt from: median error {}, nine in ten within {}",
                    found.rows.size(), score.groups, found.same_chip, found.learnt,
                    percent(score.median).text, percent(score.p90).text)};
    for (const auto& one : found.rows) {
        if (s.rows.size() == 5) break;
        const auto& row = *one.row;
        s.row(row["id"], row["chip"], row["model"], row["software"], row["metric"],
              figure(row.number("value")), figure(one.prediction.value),
              percent(std::expm1(one.log_error)), row["source_url"]);
    }
    return s;
}

}  // namespace sluice::report
