#include <fmt/format.h>

#include <algorithm>

#include "report/evidence.h"
#include "report/performance.h"

namespace sluice::report {

using run::Role;

namespace {

// As the kind of a measured row.
std::string_view side_name(Role role) {
    return role == Role::prefill ? "prefill" : role == Role::decode ? "decode" : "serving";
}

std::vector<Field> head(const Machine& machine, const Work& work, const char* outcome) {
    const auto& d = work.demand;
    return {{"outcome", "", outcome},
            {"chip", "", machine.chip->id},
            {"model", "", work.model->id},
            {"input", "", figure(d.input)},
            {"output", "", figure(d.output)}};
}

Section result(const Performance& p, const Work& work) {
    Section s{.key = "result"};
    s.fields = {{"rate", "rate", figure(p.rate, "tokens/s")},
                {"rate_per_chip", "for each chip in use", figure(p.rate / p.in_use, "tokens/s")},
                {"tpot_s", "time of a token", span_of_time(p.tpot)},
                {"ttft_s", "time to the first", span_of_time(p.ttft)},
                {"requests_per_s", "requests", figure(p.requests, "a second")},
                {"chips", "chips", figure(p.chips)},
                {"chips_in_use", "in use", figure(p.in_use)}};
    s.notes = {"no queue is counted: with arrivals at random first tokens wait"};
    if (work.apart) s.notes.push_back("moving the cache from prompts' chips is not timed");
    return s;
}

// The plans found, best first; of two sides, each side's.
Section plans(const Performance& p) {
    Section s{.key = "plans", .title = "Plans, best first"};
    s.set_columns(
        "side=for|plan=plan of one instance|formats=weights/products/cache|replicas=x>|"
        "in_flight=in flight>|rate=tokens/s>|rate_per_chip=a chip>|tpot_s=a token>|"
        "ttft_s=the first>|tp|pp|ep|moe_tp|attention_dp");
    if (p.sides.size() == 1) s.columns[0].second.title.clear();
    const auto time = [](double t) { return t > 0 ? span_of_time(t) : Cell{}; };
    for (const auto& side : p.sides) {
        auto all = side.found.best;
        // What is deployed stands first, counted out with its replicas.
        std::erase_if(all, [&](const auto& d) { return d.score == side.plan.score; });
        all.insert(all.begin(), side.plan);
        for (const auto& d : all)
            s.row(side_name(side.demand.role), cut_text(d.plan),
                  fmt::format("{}/{}/{}", to_string(d.formats.weights),
                              to_string(d.formats.activations), to_string(d.formats.kv)),
                  figure(d.plan.dp), figure(d.in_flight), figure(d.rate), figure(d.rate / d.chips),
                  time(d.point.tpot), time(d.point.ttft), figure(d.plan.tp), figure(d.plan.pp),
                  figure(d.plan.ep), figure(d.plan.moe_tp), figure(d.plan.attention_dp));
    }
    return s;
}

Section search(const Performance& p) {
    constexpr std::tuple<std::string_view, std::string_view, double run::SearchCounts::*> counts[] =
        {{"points", "points", &run::SearchCounts::points},
         {"plans", "plans", &run::SearchCounts::plans},
         {"too_large", "memory cannot hold", &run::SearchCounts::too_large},
         {"too_slow", "keep no objective", &run::SearchCounts::too_slow},
         {"bounded", "bounded by a better one", &run::SearchCounts::bounded},
         {"evaluated", "points timed", &run::SearchCounts::evaluated}};
    Section s{.key = "search", .title = "Searched"};
    for (const auto& [key, label, count] : counts) {
        double sum = 0;
        for (const auto& side : p.sides) sum += side.found.counts.*count;
        s.fields.push_back({key, std::string{label}, figure(sum)});
    }
    return s;
}

Section attribution(std::string_view key, std::string_view title, const Attribution& a) {
    Section s{.key = key, .title = title, .rows_key = "parts"};
    s.fields = {{"total_s", "", span_of_time(a.total())}};
    s.set_columns("part=part|seconds=time>|share=share>|bound=bound by");
    for (const auto& part : a.parts)
        if (part.seconds > 0)
            s.row(part.name, span_of_time(part.seconds), percent(part.seconds / a.total()),
                  part.bound);
    s.row("total", span_of_time(a.total()), percent(1), "");
    return s;
}

// The found plan timed anew on a chip with one per cent more of one thing.
Section elasticities(const Machine& machine, const Work& work, const Performance& p) {
    constexpr std::pair<Resource, std::string_view> asked[] = {
        {Resource::memory, "memory bandwidth"},
        {Resource::compute, "compute"},
        {Resource::link, "link bandwidth"},
        {Resource::clock, "clock"}};
    Section s{.key = "elasticities", .title = "One per cent more of"};
    s.set_columns("resource=resource|rate=rate>|tpot=time of a token>|ttft=to the first>");
    // Chip-seconds of one request, seconds of a token and to the first.
    const auto timed = [&](const timing::ChipTiming& chip) {
        std::array<double, 3> sum{};
        for (const auto& side : p.sides) {
            auto setup = setup_of(machine, *work.model, side.plan);
            setup.chip = &chip;
            const auto point = run::evaluate(setup, side.demand, side.plan.in_flight);
            const bool prompts = side.demand.role == Role::prefill;
            sum[0] += (prompts ? side.demand.input : side.demand.output) *
                      setup.plan.instance_chips() / point.output_rate;
            sum[1] += point.tpot;
            sum[2] += side.demand.role == Role::decode ? point.step : point.ttft;
        }
        return sum;
    };
    const auto change = [](double before, double after) {
        return percent(after / before - 1, "{:+.2f} %");
    };
    const auto base = timed(machine.timing);
    for (const auto& [resource, name] : asked) {
        const auto more = timed(with_more(machine.timing, resource, 1.01));
        s.row(name, change(more[0], base[0]), change(base[1], more[1]), change(base[2], more[2]));
    }
    return s;
}

Section memory(const Machine& machine, const Work& work, const Performance& p) {
    Section s{.key = "memory", .title = "Memory of a chip"};
    const double length = work.demand.input + work.demand.output;
    const auto& side = p.sides.back();  // tokens, where they are apart
    const auto setup = setup_of(machine, *work.model, side.plan);
    const auto need = workload::serving_footprint(*work.model, setup.plan, setup.formats, length,
                                                  machine.engine->most_batched_tokens);
    s.fields = {{"capacity_bytes", "capacity", bytes_of_memory(machine.memory)},
                {"weights_bytes", "weights", bytes_of_memory(need.weights)},
                {"activations_bytes", "activations, at most", bytes_of_memory(need.activations)},
                {"cache_bytes_per_sequence", fmt::format("cache of {} tokens", figure(length).text),
                 bytes_of_memory(need.kv_per_sequence)},
                {"sequences", "sequences that an instance holds",
                 figure(std::floor(run::sequence_capacity(setup, length)))},
                {"engine_limit", "and its engine runs at most",
                 figure(machine.engine->most_sequences * setup.plan.attention_dp)}};
    return s;
}

Section energy(const Machine& machine, const Performance& p) {
    Section s{.key = "energy", .title = "Energy"};
    const double watts = watts_of(machine), rate = p.rate / p.in_use;
    if (watts <= 0) {
        s.fields = {{"missing", "not known", fmt::format("power of `{}`", machine.chip->id)}};
        return s;
    }
    const bool host = machine.fabric && machine.fabric->host_power > 0;
    s.fields = {{"watts_per_chip", host ? "a chip with its share of host" : "a chip alone",
                 figure(watts, "W")},
                {"joules_per_token", "energy of a token, at most", figure(watts / rate, "J")},
                {"tokens_per_joule", "", figure(rate / watts)}};
    s.notes = {host ? "at the power limit of chip and host all the time: an upper bound"
                    : "at the chip's power limit all the time; what its host draws is not known"};
    return s;
}

}  // namespace

Section cost_section(std::string_view title, const money::Fleet& fleet, const Bill& bill,
                     const std::function<money::Cost(const money::Cost&)>& of_hourly) {
    Section s{.key = "cost", .title = title, .rows_key = "lines"};
    s.set_columns("way=way|line=line|low,high=USD>|basis=basis|source|date|confidence");
    s.columns[3].second.most = 60;
    s.fields = {{"on", "prices of", to_string(bill.prices.date)}, {"place", "place", bill.place}};
    const std::tuple<std::string_view, std::string_view, money::Cost> ways[] = {
        {"rent", "rent_low,rent_high", money::cost_of_renting(bill.prices, fleet, bill.assume)},
        {"own", "own_low,own_high",
         money::cost_of_owning(bill.prices, fleet, bill.assume, bill.duty)}};
    for (const auto& [way, ends, hourly] : ways) {
        const auto cost = of_hourly(hourly);
        for (const auto& line : cost.lines)
            s.row(way, line.label, between(line.usd), line.basis, line.source, line.date,
                  line.confidence);
        s.fields.push_back({ends, std::string{way}, dollars(cost)});
    }
    s.notes = {
        fmt::format("chips and servers over {} years, the building over {}, busy all hours; "
                    "interest and staff are left out",
                    bill.assume.years, bill.assume.building_years)};
    return s;
}

Section parameters_section(const Machine& machine, double chips, workload::Precision weights) {
    Section s{.key = "parameters", .title = "Rests on"};
    const auto& t = machine.timing;
    const auto& e = *machine.engine;
    s.fields = {{"kernels", "kernels", t.provenance},
                {"kernel_error_median", "their error on unseen shapes", percent(t.error_median)},
                {"kernel_error_p90", "nine in ten within", percent(t.error_p90)},
                {"engine", "engine", e.id},
                {"engine_rows", "", figure(e.rows)},
                {"", "its parameters",
                 e.rows > 0 ? fmt::format("fitted on {} rows", e.rows) : e.provenance},
                {"fabric", "fabric", machine.fabric ? machine.fabric->name : ""}};
    if (!machine.fabric && chips > 1)
        s.notes.push_back(
            "no node of this chip is described: 40 GB/s a chip between nodes is taken");
    if (weights == workload::Precision::int8)
        s.notes.push_back("the chip has no FP8: a checkpoint converted to 8-bit integers is taken");
    return s;
}

Cell dollars(const money::Cost& cost) {
    if (const auto total = cost.total()) return between(*total);
    return fmt::format("not known: {}", fmt::join(cost.missing, ", "));
}

money::Fleet fleet_of(const Machine& machine, double chips, const std::string& place) {
    const double watts = watts_of(machine);
    return {machine.chip->id, chips, place, watts, watts};
}

std::string cut_text(const workload::Plan& plan) {
    auto one = plan;
    one.dp = 1;
    auto name = to_string(one);
    constexpr std::string_view replicas = " · dp 1";
    return name.erase(name.find(replicas), replicas.size());
}

Sheet undetermined(const Machine& machine, const Work& work) {
    Sheet sheet{.subject = fmt::format("UNDETERMINED · {} on {} · not known: {}", work.model_name,
                                       machine.chip->name, fmt::join(machine.missing, ", ")),
                .head = head(machine, work, "undetermined")};
    Section missing{.key = "missing", .columns = {{"fact", {""}}}};
    for (const auto& fact : machine.missing) missing.row(fact);
    sheet.sections.push_back(std::move(missing));
    return sheet;
}

Sheet sheet_of(const Published& published, const Machine& machine, const Work& work,
               const Performance& p, const Bill& bill) {
    Sheet sheet{.subject = fmt::format("{} on {:.0f} x {} · {} tokens in, {} out", work.model_name,
                                       p.in_use, machine.chip->name, figure(work.demand.input).text,
                                       figure(work.demand.output).text),
                .head = head(machine, work, "answered")};
    const auto& first = p.sides.front();
    const auto& last = p.sides.back();
    const auto rate = money::about(p.rate, p.rate);
    const auto of_tokens = [&](const money::Cost& hourly) {
        return money::cost_per_million_tokens(hourly, rate, bill.assume);
    };
    const Alikeness like{.kind = side_name(last.demand.role),
                         .model = work.model,
                         .batch = last.plan.in_flight / last.plan.plan.instance_chips()};
    sheet.sections = {
        result(p, work),
        plans(p),
        search(p),
        attribution("token_time", "Time of a token", attribution_of_token(machine, work, last)),
        attribution("first_token_time", "Time to the first token",
                    attribution_of_prompt(machine, work, first)),
        elasticities(machine, work, p),
        memory(machine, work, p),
        energy(machine, p),
        cost_section("USD a million tokens", fleet_of(machine, p.in_use, bill.place), bill,
                     of_tokens),
        parameters_section(machine, p.in_use, first.plan.formats.weights),
        interval_section(evidence(published, machine, like), p.rate / p.in_use)};
    return sheet;
}

}  // namespace sluice::report
