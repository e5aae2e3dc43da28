#include "report/simulation.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/sequence.h"

namespace sluice::report {
namespace {

// USD a million generated tokens, low and high; NaN, and what is missing, where a price is not
// known.
std::pair<double, double> dollars_a_million(const Site& site, const run::Outcome& out,
                                            const Bill& bill, bool owned,
                                            std::vector<std::string>& missing) {
    double low = 0, high = 0;
    for (std::size_t p = 0; p < site.fleet.pools.size(); ++p) {
        const auto fleet = fleet_of(site.machines[p], site.chips(p), bill.place);
        const auto hourly = owned
                                ? money::cost_of_owning(bill.prices, fleet, bill.assume, bill.duty)
                                : money::cost_of_renting(bill.prices, fleet, bill.assume);
        text::append(missing, hourly.missing);
        const auto usd = hourly.total();
        low += (usd ? usd->lo.approximate() : NAN) * out.pool_seconds[p];
        high += (usd ? usd->hi.approximate() : NAN) * out.pool_seconds[p];
    }
    const double million_hours = out.output_tokens / 1e6 * 3600;
    return {low / million_hours, high / million_hours};
}

Section cost(const Site& site, const run::Outcome& out, const Bill& bill) {
    Section s{.key = "cost", .title = "USD a million generated tokens"};
    s.fields = {{"on", "prices of", to_string(bill.prices.date)}, {"place", "place", bill.place}};
    for (const bool owned : {false, true}) {
        std::vector<std::string> missing;
        const auto [low, high] = dollars_a_million(site, out, bill, owned, missing);
        s.fields.push_back(
            {owned ? "own_low,own_high" : "rent_low,rent_high", owned ? "owned" : "rented",
             missing.empty() ? between(low, high, "USD")
                             : Cell{fmt::format("not known: {}", fmt::join(missing, ", "))}});
    }
    return s;
}

Section pools(const Site& site, const run::Outcome& out) {
    Section s{.key = "pools", .title = "Replicas"};
    s.set_columns(
        "chip=chip|role=role|replicas=x>|chips=chips each>|plan=plan|busy_share=busy>|"
        "batch=batch>|cache_tokens=cache tokens>|cache_share=in use>|preempted=preempted>|"
        "hit_share=prompt hits>|joules_per_token=J a token>|steps|stretches");
    constexpr std::string_view roles[] = {"both", "prompts", "tokens"};
    for (std::size_t p = 0; p < site.fleet.pools.size(); ++p) {
        const auto& pool = site.fleet.pools[p];
        const auto& c = out.pools[p];
        const double there = std::max(out.pool_seconds[p], 1e-12);
        const double ranks = pool.setup.plan.attention_dp;
        const double joules = watts_of(site.machines[p]) * site.chips(p) * c.busy;
        s.row(site.machines[p].chip->id, roles[static_cast<std::size_t>(pool.role)],
              whole(static_cast<std::size_t>(pool.replicas)), figure(site.chips(p)),
              cut_text(pool.setup.plan), percent(c.busy / there),
              figure(c.sequence_seconds / std::max(c.busy, 1e-12)),
              figure(pool.memory_tokens * ranks),
              percent(c.memory_seconds / there / (pool.memory_tokens * ranks)), figure(c.put_off),
              percent(c.hit_tokens / std::max(1.0, c.hit_tokens + c.prompt_tokens)),
              figure(joules > 0 ? joules / out.output_tokens : NAN), figure(c.steps),
              figure(c.stretches));
    }
    s.notes = {"energy is at the power limit of chip and host while a replica is busy"};
    return s;
}

}  // namespace

text::Result<void> Site::add(Machine machine, const Work& asked, int replicas,
                             std::string_view scheduler) {
    machines.push_back(std::move(machine));
    const auto& with = machines.back();
    if (!with.missing.empty())
        return text::refused(
            {.message = fmt::format("`{}` cannot be timed: {} is not known", with.chip->id,
                                    fmt::join(with.missing, ", "))});
    const auto found = perform(with, asked);
    if (!found) return std::unexpected{found.error()};
    const auto& best = found->sides.front().plan;
    auto& pool = fleet.pools.emplace_back();
    pool.setup = setup_of(with, *asked.model, best);
    pool.replicas = replicas > 0 ? replicas : best.plan.dp;
    pool.setup.plan.dp = 1;
    pool.role = asked.demand.role;
    pool.drafted = asked.demand.drafted;
    pool.emitted = asked.demand.emitted;
    pool.scheduler = run::scheduler_named(scheduler, *with.engine);
    pool.request_cost = with.engine->request_cost;
    pool.memory_tokens = run::cache_tokens(pool.setup, pool.scheduler.block);
    return {};
}

double Site::chips(std::size_t pool) const { return fleet.pools[pool].setup.plan.instance_chips(); }

double Site::chips() const {
    double all = 0;
    for (std::size_t p = 0; p < fleet.pools.size(); ++p) all += chips(p) * fleet.pools[p].replicas;
    return all;
}

Section latencies(const run::Outcome& out) {
    Section s{.key = "latency", .title = "Latency"};
    s.set_columns("of=seconds|mean=mean>|p50=p50>|p90=p90>|p99=p99>|most=most>");
    for (const auto& [name, values] : {std::pair{"time to first token", &out.ttft},
                                       {"time per output token", &out.tpot},
                                       {"gap between tokens", &out.gap},
                                       {"end to end", &out.latency}})
        s.row(name, figure(values->mean()), figure(values->at(0.5)), figure(values->at(0.9)),
              figure(values->at(0.99)), figure(values->most()));
    return s;
}

Sheet sheet_of(const Site& site, const std::string& traffic, const run::Outcome& out,
               const Bill& bill) {
    const double span = std::max(out.end, 1e-12);
    const double chips = site.chips();
    const auto& d = site.work.demand;
    const bool objective = d.most_ttft > 0 || d.most_tpot > 0;
    Sheet sheet{.subject = fmt::format("{} on {} chips · {}", site.work.model_name,
                                       figure(chips).text, traffic)};
    auto& s = sheet.sections.emplace_back();
    s.key = "service";
    s.fields = {{"requests", "requests", whole(out.requests)},
                {"answered", "answered", whole(out.answered)},
                {"rejected", "rejected, no replica holds them", whole(out.rejected)},
                {"span_s", "until the last answer", span_of_time(out.end)},
                {"requests_per_s", "requests answered",
                 figure(static_cast<double>(out.answered) / span, "a second")},
                {"tokens_per_s", "generated", figure(out.output_tokens / span, "tokens/s")},
                {"tokens_per_s_per_chip", "by each chip",
                 figure(out.output_tokens / span / chips, "tokens/s")},
                {"in_system", "requests in the system, mean", figure(out.in_system)}};
    if (objective) {
        const double good = static_cast<double>(out.good);
        text::append(s.fields,
                     std::vector<Field>{
                         {"good", "within the objectives", whole(out.good)},
                         {"good_share", "", percent(good / static_cast<double>(out.requests))},
                         {"goodput", "goodput", figure(good / span, "requests/s")}});
    }
    s.fields.push_back({"signature", "signature", fmt::format("{:016x}", out.signature)});
    if (out.rejected > 0)
        s.notes = {fmt::format("rejected requests by number: {}{}",
                               fmt::join(out.first_rejected, ", "),
                               out.rejected > out.first_rejected.size() ? " …" : "")};
    sheet.sections.push_back(latencies(out));
    sheet.sections.push_back(pools(site, out));
    sheet.sections.push_back(cost(site, out, bill));
    return sheet;
}

std::string served_row(const run::Served& s) {
    if (s.rejected)
        return fmt::format("{},{:.9f},{},{},,,,,,1\n", s.id, s.request->arrival, s.request->input,
                           s.request->output);
    return fmt::format("{},{:.9f},{},{},{:.9f},{:.9f},{:.9f},{},{},0\n", s.id, s.request->arrival,
                       s.request->input, s.request->output, s.ttft(), s.tpot(),
                       s.end - s.request->arrival, s.hit, s.put_off);
}

std::string run_row(const Site& site, const run::Outcome& out, const Bill& bill) {
    auto row = fmt::format(",{},{},{}", out.requests, out.answered, out.rejected);
    const auto add = [&](double value) {
        row += std::isfinite(value) ? fmt::format(",{:.9g}", value) : ",";
    };
    const double rate = out.output_tokens / std::max(out.end, 1e-12), chips = site.chips();
    add(static_cast<double>(out.good) / static_cast<double>(out.requests));
    for (const double value : {rate, rate / chips, chips}) add(value);
    for (const auto* p : {&out.ttft, &out.tpot, &out.latency})
        for (const double value : {p->mean(), p->at(0.5), p->at(0.9), p->at(0.99)}) add(value);
    std::vector<std::string> missing;
    const auto [low, high] = dollars_a_million(site, out, bill, true, missing);
    for (const double value : {low, high}) add(value);
    return row + fmt::format(",{:016x}", out.signature);
}

std::string trace_event(const run::Busy& busy) {
    const auto& s = busy.stretch;
    return fmt::format(R"({{"name":"{}","ph":"X","ts":{:.3f},"dur":{:.3f},"pid":0,"tid":{},)"
                       R"("args":{{"steps":{},"sequences":{},"context":{:.0f}}}}})",
                       s.prompts ? (s.steps > 0 ? "prompts and tokens" : "prompts") : "tokens",
                       s.start * 1e6, (s.end - s.start) * 1e6, busy.replica, s.steps, s.n,
                       s.context);
}

}  // namespace sluice::report
