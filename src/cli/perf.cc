#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/ground.h"
#include "report/compare.h"
#include "report/delivery.h"
#include "report/performance.h"
#include "report/train.h"
#include "text/number.h"

namespace sluice::cli {

using report::Bill;
using report::Work;

// "tp8 ep8", or as plans are printed: "tp 8 · ep 8 · attention dp 8".
text::Result<run::Degrees> degrees_of(std::string_view plan) {
    constexpr std::pair<std::string_view, int run::Degrees::*> known[] = {
        {"tp", &run::Degrees::tp},        {"pp", &run::Degrees::pp},
        {"dp", &run::Degrees::dp},        {"ep", &run::Degrees::ep},
        {"moetp", &run::Degrees::moe_tp}, {"attentiondp", &run::Degrees::attention_dp},
        {"cp", &run::Degrees::cp}};
    run::Degrees degrees;
    std::string name;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const char c = plan[i];
        if (std::isalpha(static_cast<unsigned char>(c))) name += c;
        if (!std::isdigit(static_cast<unsigned char>(c))) continue;
        const auto value = text::leading_number<int>(plan.substr(i));
        const auto* found = std::ranges::find(
            known, name, &std::pair<std::string_view, int run::Degrees::*>::first);
        if (found == std::end(known) || !value || value->value < 1) break;
        degrees.*found->second = value->value;
        i = plan.size() - value->rest.size() - 1;
        name.clear();
    }
    if (name.empty() && degrees != run::Degrees{}) return degrees;
    return text::refused({.message = fmt::format("`--plan {}` is no plan", plan),
                          .hint = "degrees of tp, pp, dp, cp, ep, moe_tp and attention_dp, as in "
                                  "`--plan \"tp8 ep8\"`"});
}

// The flags that perf and compare share.
text::Result<Work> asked_work(const Command& command, const Ground& ground) {
    const auto& flags = command.invocation;
    Work work{.model_name = std::string{flags.value("--model")},
              .demand = {.input = flags.number("--input"),
                         .output = flags.number("--output"),
                         .drafted = flags.number("--mtp"),
                         .emitted = flags.number("--accept", 1),
                         .concurrency = flags.number("--concurrency"),
                         .most_ttft = flags.number("--slo-ttft"),
                         .most_tpot = flags.number("--slo-tpot")},
              .chips = static_cast<int>(std::min(flags.number("--chips"), 100'000.0)),
              .apart = flags.has("--disaggregated"),
              .format = std::string{flags.value("--format")}};
    auto& d = work.demand;
    text::Diagnostics problems;
    const auto fail = [&](std::string message, std::string hint) {
        problems.push_back({.message = std::move(message), .hint = std::move(hint)});
    };
    if (d.drafted > 0 && !flags.has("--accept"))
        fail("how many drafted tokens are accepted is not known",
             "state the mean number of tokens that a step emits, as in `--mtp 1 --accept 1.85`");
    if (d.emitted > 1 + d.drafted)
        fail(fmt::format("a step that drafts {:g} tokens cannot emit {:g}", d.drafted, d.emitted),
             fmt::format("`--accept` is at most {:g}", 1 + d.drafted));
    if (flags.has("--objective"))
        d.objective = named<run::Objective>(run::objective_names, flags.value("--objective"));
    if (flags.has("--plan")) text::keep(degrees_of(flags.value("--plan")), work.fixed, problems);
    if (work.fixed.cp > 1)
        fail("serving is not timed with contexts cut over chips", "leave `cp` out of `--plan`");
    if (work.apart && flags.has("--plan"))
        fail("`--plan` states one plan; `--disaggregated` needs two", "leave one of them out");
    text::keep(report::model_named(ground, work.model_name), work.model, problems);
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return work;
}

// Prices of --on, else of the last day for which there is one.
text::Result<Bill> asked_bill(const Command& command, const Ground& ground) {
    auto place = std::string{command.invocation.value("--place")};
    if (place.empty()) place = "US";
    const auto named = place_named(ground.world, place);
    // A part of a country, as "US-IA", has its country's prices at the least.
    const bool part = place.size() > 3 && place[2] == '-';
    if (!named && !(part && ground.world.places.find(place.substr(0, 2)) >= 0))
        return std::unexpected{named.error()};
    if (named) place = ground.world.places.all[*named].iso;
    quantity::Date last{};
    for (const auto& price : ground.prices) last = std::max(last, price.since);
    return Bill{.prices = {ground.prices, command.invocation.date("--on").value_or(last)},
                .place = std::move(place)};
}

namespace {

text::Result<double> asked_tokens(std::string_view given) {
    if (const double tokens = report::tokens_of(given); tokens >= 1) return tokens;
    return text::refused({.message = fmt::format("`--tokens {}` is no number of tokens", given),
                          .hint = "such as `300B`, `14.8T` or `15e12`"});
}

text::Result<report::Run> asked_run(const Command& command, const Ground& ground) {
    const auto& flags = command.invocation;
    report::Run asked{.model_name = std::string{flags.value("--model")},
                      .format = std::string{flags.value("--format")},
                      .price = flags.number("--price-per-hour")};
    auto& space = asked.space;
    text::Diagnostics problems;
    space.chips = static_cast<int>(std::min(flags.number("--chips"), 1'000'000.0));
    space.training.sequence = flags.number("--sequence", space.training.sequence);
    space.training.global_batch = flags.number("--global-batch", space.training.global_batch);
    if (flags.has("--micro-batch")) space.micro_batch = flags.number("--micro-batch");
    if (flags.has("--schedule"))
        space.schedule = named<run::Schedule>(run::schedule_names, flags.value("--schedule"));
    if (flags.has("--recompute"))
        space.recompute =
            named<workload::Recompute>(run::recompute_names, flags.value("--recompute"));
    text::keep(asked_tokens(flags.value("--tokens")), asked.tokens, problems);
    if (flags.has("--plan")) text::keep(degrees_of(flags.value("--plan")), asked.plan, problems);
    if (asked.plan && asked.plan->attention_dp > 1)
        problems.push_back({.message = "training has no ranks of attention alone",
                            .hint = "leave `attention_dp` out of `--plan`"});
    text::keep(report::model_named(ground, asked.model_name), asked.model, problems);
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return asked;
}

// What one chip does of a work or run, beside the published measurements of what is like it.
template <class What, class Found>
int answer(const Command& command, const Ground& ground, const text::Result<What>& what,
           std::string_view engine,
           text::Result<Found> (*find)(const report::Machine&, const What&)) {
    if (!what) return command.refuse(what.error());
    const auto bill = asked_bill(command, ground);
    if (!bill) return command.refuse(bill.error());
    const auto machine = report::machine(ground, command.invocation.value("--chip"), engine,
                                         std::same_as<What, report::Run>);
    if (!machine) return command.refuse(machine.error());
    if (!machine->missing.empty()) return command.print(report::undetermined(*machine, *what));
    const auto found = find(*machine, *what);
    if (!found) return command.refuse(found.error());
    const auto published = report::load_published(ground);
    if (!published) return command.refuse(published.error());
    return command.print(report::sheet_of(*published, *machine, *what, *found, *bill));
}

}  // namespace

namespace verb {

int perf(const Command& command, const Ground& ground) {
    return answer(command, ground, asked_work(command, ground),
                  command.invocation.value("--engine"), report::perform);
}

int train(const Command& command, const Ground& ground) {
    const auto& flags = command.invocation;
    auto engine = flags.value("--engine");
    // A schedule that one engine is known for is that engine's.
    if (engine.empty() && flags.has("--schedule"))
        for (const auto& known : ground.engines)
            if (known.schedule == flags.value("--schedule")) engine = known.id;
    return answer(command, ground, asked_run(command, ground), engine, report::train);
}

int compare(const Command& command, const Ground& ground) {
    const auto& flags = command.invocation;
    const auto work = asked_work(command, ground);
    if (!work) return command.refuse(work.error());
    const auto bill = asked_bill(command, ground);
    if (!bill) return command.refuse(bill.error());
    std::vector<report::WorkKind> kinds;
    for (const auto& name : flags.values("--work"))
        kinds.push_back(named<report::WorkKind>(report::kind_names, name));
    if (kinds.empty()) kinds = {report::WorkKind::serve};
    const auto rows =
        report::compare(ground, flags.arguments, flags.value("--engine"), *work, kinds, *bill);
    if (!rows) return command.refuse(rows.error());
    return flags.has("--markdown") ? command.print(report::to_markdown(*rows))
                                   : command.print(report::Sheet{.sections = {*rows}});
}

}  // namespace verb

}  // namespace sluice::cli
