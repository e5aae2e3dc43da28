#include "report/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "report/evidence.h"
#include "run/search.h"

namespace sluice::report {

using run::Schedule;
using run::TrainingPlan;

namespace {

// What a training chip holds, as its parts are called in text and JSON.
constexpr std::pair<std::string_view, double workload::Footprint::*> memory_parts[] = {
    {"weights", &workload::Footprint::weights},
    {"gradients", &workload::Footprint::gradients},
    {"optimizer", &workload::Footprint::optimizer},
    {"activations", &workload::Footprint::activations}};

std::string_view name_of(Schedule schedule) {
    return run::schedule_names[static_cast<std::size_t>(schedule)];
}
std::string_view name_of(workload::Recompute recompute) {
    return run::recompute_names[static_cast<std::size_t>(recompute)];
}

std::string count(double n) { return text::group_thousands(fmt::format("{:.0f}", n)); }

// 14.8T, 300B, 5M.
std::string tokens_text(double tokens) {
    for (const auto& [unit, size] :
         {std::pair{'T', 1e12}, std::pair{'B', 1e9}, std::pair{'M', 1e6}})
        if (tokens >= size) return fmt::format("{:.6g}{}", tokens / size, unit);
    return count(tokens);
}

// Sequences a step where nobody states them; whole micro-batches of a stated plan.
double default_batch(const Run& asked, const run::Degrees& d) {
    const double tokens = 4096 * std::min(15360.0, 8.0 * asked.space.chips);
    const double batch = std::max(1.0, std::floor(tokens / asked.space.training.sequence));
    if (!asked.plan) return batch;
    const int copies = asked.space.chips / (d.tp * d.pp * d.cp);
    const double ranks = copies * asked.space.micro_batch.value_or(1);
    return ranks * std::max(1.0, std::round(batch / ranks));
}

run::Degrees degrees_of(const Run& asked) {
    if (!asked.plan) return {};
    auto d = *asked.plan;
    for (const auto degree :
         {&run::Degrees::tp, &run::Degrees::pp, &run::Degrees::cp, &run::Degrees::ep})
        d.*degree = std::max(1, d.*degree);
    return d;
}

// Why these degrees cannot be used, before memory is asked; nothing when they can.
std::optional<text::Diagnostic> wrong_plan(const Run& asked, const run::Degrees& d) {
    const int chips = asked.space.chips, stage = chips / d.pp, instance = d.tp * d.pp * d.cp;
    const auto fail = [](std::string message, std::string hint) {
        return text::Diagnostic{.message = std::move(message), .hint = std::move(hint)};
    };
    if (auto problem = wrong_degrees(*asked.model, d, chips)) return problem;
    if (d.dp > 0 && instance * d.dp != chips)
        return fail(fmt::format("the plan takes {} chips, the work has {}", count(instance * d.dp),
                                count(chips)),
                    fmt::format("`dp{}` takes {}", chips / instance, count(chips)));
    if (std::fmod(asked.space.training.sequence, d.cp) != 0)
        return fail(fmt::format("cp {} does not cut a sequence of {} tokens", d.cp,
                                count(asked.space.training.sequence)),
                    "cp divides it into equal parts");
    const int cuts = d.ep * (d.moe_tp > 0 ? d.moe_tp : std::max(1, d.tp / d.ep));
    if (std::ranges::none_of(asked.model->blocks,
                             [](const auto& b) { return b.ffn.experts > 0; })) {
        if (d.ep > 1 || d.moe_tp > 1)
            return fail(fmt::format("`{}` has no experts to cut", asked.model->id),
                        "leave `ep` and `moe_tp` out");
    } else if (stage % cuts != 0 || (cuts % d.tp != 0 && d.tp % cuts != 0)) {
        return fail(fmt::format("{} parts of the experts do not lie evenly on the {} chips of a "
                                "stage, tp {}",
                                cuts, count(stage), d.tp),
                    "ep x moe_tp divides tp x cp x dp, and is a multiple or a part of tp");
    }
    return std::nullopt;
}

// Why no schedule or micro-batch can be run.
text::Diagnostic no_step(const run::TrainingSpace& space) {
    const double batch = space.training.global_batch, micro = space.micro_batch.value_or(1);
    const int ranks = space.chips / std::max(1, space.fixed.tp * space.fixed.pp * space.fixed.cp);
    if (space.fixed.pp > 0 && std::fmod(batch, ranks * micro) != 0)
        return {.message = fmt::format("a global batch of {} sequences does not cut into dp {} x "
                                       "micro batch {}",
                                       count(batch), ranks, micro),
                .hint = fmt::format(
                    "`--global-batch {:.0f}`",
                    ranks * micro * std::max(1.0, std::round(batch / (ranks * micro))))};
    return {.message = fmt::format(
                "no plan of {} chips trains {} sequences a step{}", space.chips, count(batch),
                space.schedule ? fmt::format(" by `--schedule {}`", name_of(*space.schedule)) : ""),
            .hint =
                "whole micro-batches; interleaved: pp 2 or more and two layers a stage; "
                "dualpipe: an even pp, and an even number of micro-batches, 2 x pp or more"};
}

// What fits instead: other choices for this plan, other plans of as many chips, the fewest more
// chips by doubling.
std::string what_fits(run::TrainingSpace space) {
    space.micro_batch.reset();
    space.recompute.reset();
    space.schedule.reset();
    space.keep = 1;
    for (int step = 0; space.chips <= 16384; ++step) {
        if (step == 1) space.fixed = {};
        if (step > 1) {
            space.chips = static_cast<int>(2 * std::bit_floor(static_cast<unsigned>(space.chips)));
            space.training.global_batch = 8.0 * space.chips;
        }
        const auto found = run::search_training(space);
        if (found.best.empty()) continue;
        const auto& [plan, t, timed, memory] = found.best.front();
        return fmt::format(
            "`--chips {} --plan \"{}\" --schedule {} --recompute {} --micro-batch {}` fits",
            space.chips, to_string(plan), name_of(t.schedule), name_of(t.recompute), t.micro_batch);
    }
    return "no plan of up to 16,384 chips fits";
}

text::Diagnostic too_large(const Run& asked, const run::TrainingSpace& space,
                           const TrainingPlan& leanest) {
    const double limit = run::training_share * space.setup.memory, need = leanest.total_memory();
    const auto* largest = std::ranges::max_element(
        memory_parts, {}, [&](const auto& part) { return leanest.memory.*part.second; });
    std::string parts;
    for (const auto& [name, part] : memory_parts)
        parts += fmt::format("{}{} {}", parts.empty() ? "" : " · ", name,
                             bytes_of_memory(leanest.memory.*part).text);
    return {
        .message = fmt::format("`{}` does not fit on {} chip{}: {} a chip, which can give {}",
                               asked.model_name, count(space.chips), space.chips == 1 ? "" : "s",
                               bytes_of_memory(need).text, bytes_of_memory(limit).text),
        .label = fmt::format("{} too much, most of it {}: {} ({}, recompute {})",
                             bytes_of_memory(need - limit).text, largest->first, parts,
                             to_string(leanest.plan), name_of(leanest.training.recompute)),
        .hint = what_fits(space)};
}

// ---- pages ------------------------------------------------------------------------------------

// USD an hour of all chips, and what they are.
std::pair<money::Cost, std::string> hourly_cost(const Run& asked, const Machine& machine,
                                                const Bill& bill) {
    const auto fleet = fleet_of(machine, asked.space.chips, bill.place);
    if (asked.price > 0) {
        const double usd = asked.price * asked.space.chips;
        return {{.unit = "USD/h", .lines = {{.usd = money::about(usd, usd)}}},
                fmt::format("at {} USD a chip-hour", asked.price)};
    }
    auto rent = money::cost_of_renting(bill.prices, fleet, bill.assume);
    if (rent.total()) return {std::move(rent), "rented"};
    return {money::cost_of_owning(bill.prices, fleet, bill.assume, bill.duty), "owned"};
}

std::vector<Field> head(const Run& asked, const Machine& machine, const Trained& t,
                        const Bill& bill) {
    const auto& step = t.best().step;
    const auto [hourly, way] = hourly_cost(asked, machine, bill);
    const auto cost =
        money::cost_of_run(hourly, asked.space.chips, money::about(t.chip_hours, t.chip_hours));
    auto usd = dollars(cost);
    if (!std::isnan(usd.number)) usd.text += fmt::format(" USD {}", way);
    const auto format = std::string{to_string(t.setup.formats.activations)};
    return {
        {"outcome", "", "answered"},
        {"model", "", asked.model->id},
        {"chip", "", machine.chip->id},
        {"chips", "", figure(asked.space.chips)},
        {"tokens", "", figure(asked.tokens)},
        {"days", "days", figure(t.seconds / 86400)},
        {"gpu_hours", "chip-hours", figure(t.chip_hours)},
        {"gpu_hours_per_trillion_tokens", "for 10^12 tokens",
         figure(t.chip_hours / asked.tokens * 1e12)},
        {"cost_usd", "", figure((usd.number + usd.most) / 2)},
        {"cost_usd_low,cost_usd_high", "cost", usd},
        {"step_time_s", "time of a step", span_of_time(step.seconds)},
        {"steps", "steps", figure(t.steps)},
        {"tokens_per_s", "rate",
         figure(step.tokens_per_chip_second * asked.space.chips, "tokens/s")},
        {"tokens_per_s_per_chip", "for each chip", figure(step.tokens_per_chip_second, "tokens/s")},
        {"mfu", "MFU, of the bf16 peak", percent(step.mfu)},
        {"mfu_of_format", format == "bf16" ? "" : fmt::format("MFU, of the {} peak", format),
         percent(step.format_mfu)},
        {"model_flop_per_token", "", figure(step.model_flop_per_token)},
        {"bubble_share", "pipeline bubble", percent(step.parts.bubble / step.seconds)},
        {"format", "products in", format}};
}

constexpr std::pair<std::string_view, int workload::Plan::*> degrees[] = {
    {"tp", &workload::Plan::tp}, {"pp", &workload::Plan::pp}, {"dp", &workload::Plan::dp},
    {"cp", &workload::Plan::cp}, {"ep", &workload::Plan::ep}, {"moe_tp", &workload::Plan::moe_tp}};

Section plan(const Run& asked, const Trained& t) {
    const auto& best = t.best();
    const auto& training = best.training;
    Section s{.key = "plan", .title = "Plan"};
    s.fields = {
        {"text", "plan", to_string(best.plan)},
        {"schedule", "schedule", name_of(training.schedule)},
        {"recompute", "computed again", name_of(training.recompute)},
        {"micro_batch", "sequences at once", figure(training.micro_batch)},
        {"micro_batches", "times a step", figure(best.step.micro_batches)},
        {"sequence", "tokens of a sequence", figure(training.sequence)},
        {"global_batch",
         asked.space.training.global_batch > 0 ? "sequences a step" : "sequences a step, assumed",
         figure(training.global_batch)}};
    for (const auto& [name, degree] : degrees)
        s.fields.push_back({name, "", figure(best.plan.*degree)});
    if (!asked.plan)
        s.notes = {
            fmt::format("searched {} plans with their schedules and recomputation: {} do "
                        "not fit, {} were timed",
                        count(t.found.points), count(t.found.too_large), count(t.found.evaluated))};
    return s;
}

// The other plans of a search, quickest first.
Section runners_up(const Trained& t) {
    Section s{.key = "runners_up", .title = "Runners-up"};
    s.set_columns(
        "plan=plan|schedule=schedule|micro_batch=micro batch>|recompute=recompute|"
        "step_time_s=a step>|mfu=MFU>|bubble_share=bubble>|memory_bytes=memory>");
    for (const auto& p : t.found.best) {
        if (&p == &t.best()) continue;
        s.row(to_string(p.plan), name_of(p.training.schedule), figure(p.training.micro_batch),
              name_of(p.training.recompute), span_of_time(p.step.seconds), percent(p.step.mfu),
              percent(p.step.parts.bubble / p.step.seconds), bytes_of_memory(p.total_memory()));
    }
    if (s.rows.empty()) s.title = "";
    return s;
}

Section attribution(const run::TrainingStep& step) {
    Section s{.key = "attribution", .title = "Where a step goes"};
    s.set_columns("part=part|seconds=time>|share=share>");
    for (const auto& [name, part] : run::step_parts)
        if (step.parts.*part > 0)
            s.row(name, span_of_time(step.parts.*part), percent(step.parts.*part / step.seconds));
    return s;
}

Section memory(const Machine& machine, const TrainingPlan& plan) {
    Section s{.key = "memory_bytes", .title = "Memory of the fullest chip"};
    for (const auto& [name, part] : memory_parts)
        s.fields.push_back({name, std::string{name}, bytes_of_memory(plan.memory.*part)});
    s.fields.push_back({"total", "together", bytes_of_memory(plan.total_memory())});
    s.fields.push_back({"capacity", "capacity", bytes_of_memory(machine.memory)});
    return s;
}

}  // namespace

text::Result<Trained> train(const Machine& machine, const Run& asked) {
    const auto formats = formats_asked(*asked.model, machine, asked.format, true);
    if (!formats) return std::unexpected{formats.error()};
    Trained out{.setup = setup_of(machine, *asked.model, {.formats = formats->front()})};
    auto space = asked.space;
    space.setup = out.setup;
    space.fixed = degrees_of(asked);
    if (asked.plan)
        if (auto problem = wrong_plan(asked, space.fixed)) return text::refused(*problem);
    if (space.training.global_batch <= 0)
        space.training.global_batch = default_batch(asked, space.fixed);
    out.found = run::search_training(space);
    if (out.found.best.empty())
        return text::refused(out.found.leanest ? too_large(asked, space, *out.found.leanest)
                                               : no_step(space));
    const auto& best = out.best();
    out.setup.plan = best.plan;
    out.steps = asked.tokens / (best.training.global_batch * best.training.sequence);
    out.seconds = out.steps * best.step.seconds;
    out.chip_hours = out.seconds / 3600 * asked.space.chips;
    return out;
}

Sheet undetermined(const Machine& machine, const Run& run) {
    return undetermined(machine, Work{.model = run.model, .model_name = run.model_name});
}

Sheet sheet_of(const Published& published, const Machine& machine, const Run& asked,
               const Trained& t, const Bill& bill) {
    const auto& best = t.best();
    Sheet sheet{
        .subject = fmt::format("{} tokens of {} on {} x {}", tokens_text(asked.tokens),
                               asked.model_name, count(asked.space.chips), machine.chip->name),
        .head = head(asked, machine, t, bill)};
    const auto hours = money::about(t.chip_hours, t.chip_hours);
    sheet.sections = {
        {.fields = sheet.head},
        plan(asked, t),
        runners_up(t),
        attribution(best.step),
        memory(machine, best),
        cost_section("USD for the run", fleet_of(machine, asked.space.chips, bill.place), bill,
                     [&](const money::Cost& hourly) {
                         return money::cost_of_run(hourly, asked.space.chips, hours);
                     }),
        parameters_section(machine, asked.space.chips, t.setup.formats.weights),
        interval_section(evidence(published, machine, {.kind = "training", .model = asked.model}),
                         best.step.tokens_per_chip_second)};
    return sheet;
}

}  // namespace sluice::report
