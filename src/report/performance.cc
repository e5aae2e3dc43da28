#include "report/performance.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "workload/expand.h"

namespace sluice::report {

using run::Demand;
using run::Deployment;
using run::Role;
using run::Setup;

namespace {

std::string held(double bytes) { return bytes_of_memory(bytes).text; }

// The plan of fewest chips, with what a chip of it holds.
text::Diagnostic too_large(const run::Space& space, const Work& work) {
    const double length = work.demand.input + work.demand.output;
    auto free = space;
    free.fixed = {};
    const auto least = run::smallest_plan(free, length);
    text::Diagnostic problem{
        .message = fmt::format("`{}` does not fit on {} chip{} of {}", work.model_name, space.chips,
                               space.chips == 1 ? "" : "s", held(space.setup.memory))};
    if (!least) {
        problem.hint = "no plan of up to 4,096 chips holds it with one request of this length";
        return problem;
    }
    problem.label = fmt::format(
        "the smallest plan takes {} chips: weights {} · cache {} a request of {} tokens · "
        "activations {} on each",
        least->plan.instance_chips(), held(least->need.weights), held(least->need.kv_per_sequence),
        figure(length).text, held(least->need.activations));
    problem.hint = work.fixed == run::Degrees{} || least->plan.instance_chips() > space.chips
                       ? fmt::format("`--chips {}` ({}, {})", least->plan.instance_chips(),
                                     cut_text(least->plan), to_string(least->formats.weights))
                       : std::string{"leave `--plan` out to search all"};
    return problem;
}

// Why no cut of the model has these degrees.
text::Diagnostic no_cut(const run::Space& space, const Work& work) {
    if (auto problem = wrong_degrees(*work.model, space.fixed, space.chips)) return *problem;
    return {.message = fmt::format("no plan of {} chips has these degrees", space.chips),
            .hint = "experts are cut over the chips of one stage: ep x moe_tp = tp x attention_dp"};
}

text::Diagnostic too_slow(const Demand& demand, const run::ServingSearch& found, int chips) {
    const bool token = demand.most_tpot > 0 && found.least_tpot > demand.most_tpot;
    const double asked = token ? demand.most_tpot : demand.most_ttft;
    const double least = token ? found.least_tpot : found.least_ttft;
    const std::string_view flag = token ? "--slo-tpot" : "--slo-ttft";
    if (least <= asked)
        return {.message = fmt::format("no plan of {} chips keeps both objectives", chips),
                .hint = fmt::format("alone the quickest first token takes {}, the quickest next "
                                    "one {}",
                                    span_of_time(found.least_ttft).text,
                                    span_of_time(found.least_tpot).text)};
    return {.message = fmt::format("no plan of {} chips keeps `{} {}`", chips, flag, asked),
            .hint = fmt::format("the quickest found takes {}: `{} {:.2g}`",
                                span_of_time(least).text, flag, 1.05 * least)};
}

text::Result<Side> search_side(const run::Space& space, const Work& work, const Demand& demand) {
    Side side{.demand = demand, .found = run::search_serving(space, demand)};
    const auto& counts = side.found.counts;
    if (counts.plans == 0) return text::refused(no_cut(space, work));
    if (counts.too_large == counts.plans) return text::refused(too_large(space, work));
    if (side.found.best.empty()) return text::refused(too_slow(demand, side.found, space.chips));
    side.plan = side.found.best.front();
    return side;
}

void set_replicas(Deployment& plan, int replicas) {
    plan.plan.dp = replicas;
    plan.chips = plan.plan.chips();
    plan.rate = plan.point.output_rate * replicas;
}

// Whole instances of both sides: of all numbers that fit the chips, the one of most requests.
text::Result<Performance> count_out(Performance found, const Demand& demand) {
    double most = 0;
    Deployment best[2];
    for (const auto& prompts : found.sides[0].found.best)
        for (const auto& tokens : found.sides[1].found.best) {
            const int a = prompts.plan.instance_chips(), b = tokens.plan.instance_chips();
            for (int n = 1; n * a + b <= found.chips; ++n) {
                const int m = (found.chips - n * a) / b;
                const double requests = std::min(n * prompts.point.output_rate / demand.input,
                                                 m * tokens.point.output_rate / demand.output);
                if (requests <= most) continue;
                most = requests;
                best[0] = prompts;
                best[1] = tokens;
                set_replicas(best[0], n);
                set_replicas(best[1], m);
            }
        }
    if (most <= 0)
        return text::refused(
            {.message = fmt::format("{} chips hold no instance for prompts and one for tokens",
                                    found.chips),
             .hint = "more `--chips`, or without `--disaggregated`"});
    best[0].point.step = best[1].point.step;  // the first token comes from the other side
    found.ttft = best[0].point.ttft + best[0].point.step;
    found.tpot = best[1].point.tpot;
    found.requests = most;
    found.rate = most * demand.output;
    for (std::size_t i = 0; i < 2; ++i) found.sides[i].plan = best[i];
    found.in_use = best[0].chips + best[1].chips;
    return found;
}

text::Result<Performance> perform_apart(run::Space space, const Work& work, Performance found) {
    if (found.chips < 2)
        return text::refused(
            {.message = "prompts and tokens apart take two chips or more", .hint = "`--chips 2`"});
    space.largest_instance = std::min(space.largest_instance, found.chips - 1);
    for (const auto role : {Role::prefill, Role::decode}) {
        auto demand = work.demand;
        demand.role = role;
        (role == Role::prefill ? demand.most_tpot : demand.most_ttft) = 0;
        if (demand.objective == run::Objective::throughput) demand.objective = run::Objective::cost;
        auto side = search_side(space, work, demand);
        if (!side) return std::unexpected{side.error()};
        found.sides.push_back(std::move(*side));
    }
    return count_out(std::move(found), work.demand);
}

int chips_offered(const run::Space& space, const Machine& machine, const Work& work) {
    if (work.chips > 0) return work.chips;
    const int node = machine.fabric ? std::min(8, machine.fabric->domain) : 1;
    const auto least = run::smallest_plan(space, work.demand.input + work.demand.output);
    return least ? std::max(node, least->plan.instance_chips()) : node;
}

}  // namespace

std::optional<text::Diagnostic> wrong_degrees(const facts::Model& model, const run::Degrees& fixed,
                                              int chips) {
    const auto or_one = [](int degree) { return std::max(1, degree); };
    const workload::Plan plan{.tp = or_one(fixed.tp),
                              .pp = or_one(fixed.pp),
                              .ep = or_one(fixed.ep),
                              .moe_tp = or_one(fixed.moe_tp)};
    if (const auto uneven = run::uneven(model, plan)) {
        const auto& [degree, by, count, what] = *uneven;
        return text::Diagnostic{
            .message = fmt::format("the plan does not divide the model: {} {} into {} {}", degree,
                                   by, count, what),
            .hint = fmt::format("`{}` cuts {} {} of `{}` into equal parts", degree, count, what,
                                model.id)};
    }
    const int taken =
        plan.tp * plan.pp * or_one(fixed.cp) * or_one(fixed.dp) * or_one(fixed.attention_dp);
    if (chips % taken == 0) return std::nullopt;
    return text::Diagnostic{
        .message = fmt::format("the plan takes {} chips, the work has {}", taken, chips),
        .hint = fmt::format("degrees whose product divides {}, or `--chips {}`", chips,
                            taken * std::max(1, chips / taken))};
}

Setup setup_of(const Machine& machine, const facts::Model& model, const Deployment& plan) {
    return {.model = &model,
            .plan = plan.plan,
            .formats = plan.formats,
            .chip = &machine.timing,
            .engine = machine.engine,
            .memory = machine.memory};
}

text::Result<Performance> perform(const Machine& machine, const Work& work) {
    auto formats = formats_asked(*work.model, machine, work.format, false);
    if (!formats) return std::unexpected{formats.error()};
    run::Space space{.setup = setup_of(machine, *work.model, {}),
                     .formats = std::move(*formats),
                     .fixed = work.fixed};
    space.chips = chips_offered(space, machine, work);
    Performance found{.chips = space.chips};
    if (work.apart) return perform_apart(space, work, std::move(found));
    auto side = search_side(space, work, work.demand);
    if (!side) return std::unexpected{side.error()};
    const auto& point = side->plan.point;
    found.rate = side->plan.rate;
    found.in_use = side->plan.chips;
    found.tpot = point.tpot;
    found.ttft = point.ttft;
    found.requests = work.demand.role == Role::prefill
                         ? found.rate / std::max(1.0, work.demand.input)
                         : found.rate / work.demand.output;
    found.sides.push_back(std::move(*side));
    return found;
}

// ---- why --------------------------------------------------------------------------------------

timing::ChipTiming with_more(timing::ChipTiming chip, Resource resource, double by) {
    const auto faster = [&](std::initializer_list<double*> rates) {
        for (auto* rate : rates) *rate *= by;
    };
    if (resource == Resource::memory) faster({&chip.bandwidth});
    if (resource == Resource::compute || resource == Resource::clock) {
        for (auto& peak : chip.peak) peak *= by;
        faster({&chip.vector_rate});
    }
    if (resource == Resource::clock) {
        faster({&chip.decode.b_sm, &chip.grouped.b_sm, &chip.vector_read, &chip.l2});
        for (auto* time : {&chip.prefill.c_x, &chip.prefill.t_p, &chip.decode.t_p, &chip.mla.t_p})
            *time /= by;
    }
    if (resource == Resource::link) {
        auto& links = chip.collective;
        for (auto* lines : {&links.all_reduce, &links.gather, &links.all_to_all})
            for (auto& line : *lines) line.bandwidth *= by;
        links.out_bandwidth *= by;
    }
    return chip;
}

std::array<std::pair<std::string_view, double>, 7> parts_of(const run::Span& span) {
    return {{{"dense products", span.matrix},
             {"expert products", span.experts},
             {"attention", span.attention},
             {"element-wise kernels", span.element},
             {"communication", span.communication},
             {"gaps between kernels", span.launch},
             {"host", span.host}}};
}

double Attribution::total() const {
    return std::accumulate(parts.begin(), parts.end(), 0.0,
                           [](double sum, const TimePart& part) { return sum + part.seconds; });
}

namespace {

// Every part of a span, with what bounds it: the resource whose one per cent more shortens it most;
// latency where more of it stays whatever there is more of.
template <class SpanOf>
Attribution attribute(const Machine& machine, Setup setup, double times, SpanOf span_of) {
    constexpr double by = 1.01;
    const auto base = parts_of(span_of(setup));
    constexpr std::pair<Resource, std::string_view> bounds[] = {
        {Resource::memory, "memory"}, {Resource::clock, "compute"}, {Resource::link, "link"}};
    Attribution out;
    for (const auto& [name, seconds] : base)
        out.parts.push_back({name, times * seconds, name == "host" ? "host" : "latency"});
    std::array<double, 7> most{}, sum{};
    for (const auto& [resource, bound] : bounds) {
        const auto more = with_more(machine.timing, resource, by);
        setup.chip = &more;
        const auto parts = parts_of(span_of(setup));
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const double gain = (1 - parts[i].second / base[i].second) / (1 - 1 / by);
            if (!(gain > 0)) continue;
            sum[i] += gain;
            if (gain <= most[i]) continue;
            most[i] = gain;
            out.parts[i].bound = bound;
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i)
        if (most[i] < 1 - sum[i] && out.parts[i].name != "host") out.parts[i].bound = "latency";
    return out;
}

void add(Attribution& to, std::string_view name, double seconds, std::string_view bound) {
    // What is left of sums of doubles is no part of anything.
    if (seconds > 1e-9 * to.total()) to.parts.push_back({name, seconds, bound});
}

}  // namespace

Attribution attribution_of_token(const Machine& machine, const Work& work, const Side& side) {
    const auto& d = side.demand;
    const auto& point = side.plan.point;
    const auto setup = setup_of(machine, *work.model, side.plan);
    auto out = attribute(machine, setup, setup.plan.pp / d.emitted, [&](const Setup& s) {
        return run::decode_span(s, point.batch, d.input + d.output / 2, 1 + d.drafted);
    });
    add(out, "prompts of other requests", point.tpot - out.total(), "prompts");
    return out;
}

Attribution attribution_of_prompt(const Machine& machine, const Work& work, const Side& side) {
    const auto& point = side.plan.point;
    const auto setup = setup_of(machine, *work.model, side.plan);
    const double prompts = side.demand.role == Role::prefill ? side.plan.in_flight : 1;
    auto out = attribute(machine, setup, 1, [&](const Setup& s) {
        return run::prefill_span(s, prompts, side.demand.input);
    });
    const double host = machine.engine->request_cost * prompts;
    add(out, "filling the pipeline", point.prefill - host - out.total(), "schedule");
    add(out, "handling of requests", host, "host");
    add(out, "first decode step", point.step, "decode");
    return out;
}

}  // namespace sluice::report
