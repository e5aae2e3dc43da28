#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "cli/ground.h"
#include "report/compare.h"
#include "report/delivery.h"
#include "report/performance.h"
#include "report/train.h"
#include "text/number.h"

namespace sluice::cli {

using report::Bill;
using report::Work;

void read_number(const Command& command, const NumberFlag& n, text::Diagnostics& problems) {
    if (!command.has(n.flag)) return;
    const auto given = command.invocation.value(n.flag);
    const double value = text::parse_number<double>(given).value_or(NAN);
    if (value >= n.least && value <= 1e9 && (!n.whole || value == std::floor(value))) {
        *n.to = value;
        return;
    }
    problems.push_back({.message = fmt::format("`{} {}` is no number of {}", n.flag, given, n.what),
                        .hint = fmt::format("{} from {:g} to 1e9",
                                            n.whole ? "a whole number" : "a number", n.least)});
}

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
text::Result<Work> work_asked(const Command& command, const report::ComputeGround& ground) {
    const auto& flags = command.invocation;
    Work work{.model_name = std::string{flags.value("--model")},
              .apart = flags.has("--disaggregated"),
              .format = std::string{flags.value("--format")}};
    auto& d = work.demand;
    double chips = 0;
    text::Diagnostics problems;
    const auto fail = [&](std::string message, std::string hint) {
        problems.push_back({.message = std::move(message), .hint = std::move(hint)});
    };
    for (const auto& number :
         {NumberFlag{"--input", &d.input, 1, true, "tokens"},
          NumberFlag{"--output", &d.output, 1, true, "tokens"},
          NumberFlag{"--chips", &chips, 1, true, "chips"},
          NumberFlag{"--slo-ttft", &d.most_ttft, 1e-6, false, "seconds"},
          NumberFlag{"--slo-tpot", &d.most_tpot, 1e-6, false, "seconds"},
          NumberFlag{"--concurrency", &d.concurrency, 1, true, "requests"},
          NumberFlag{"--mtp", &d.drafted, 0, true, "drafted tokens"},
          NumberFlag{"--accept", &d.emitted, 1, false, "tokens that a step emits"}})
        read_number(command, number, problems);
    work.chips = static_cast<int>(std::min(chips, 100'000.0));
    if (d.drafted > 0 && !flags.has("--accept"))
        fail("how many drafted tokens are accepted is not known",
             "state the mean number of tokens that a step emits, as in `--mtp 1 --accept 1.85`");
    if (d.emitted > 1 + d.drafted)
        fail(fmt::format("a step that drafts {:g} tokens cannot emit {:g}", d.drafted, d.emitted),
             fmt::format("`--accept` is at most {:g}", 1 + d.drafted));
    if (flags.has("--objective"))
        d.objective = named<run::Objective>(run::objective_names, flags.value("--objective"));
    if (flags.has("--plan")) keep(degrees_of(flags.value("--plan")), work.fixed, problems);
    if (work.fixed.cp > 1)
        fail("serving is not timed with contexts cut over chips", "leave `cp` out of `--plan`");
    if (work.apart && flags.has("--plan"))
        fail("`--plan` states one plan; `--disaggregated` needs two", "leave one of them out");
    keep(report::model_named(ground, work.model_name), work.model, problems);
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return work;
}

// Prices of --on, else of the last day for which there is one.
text::Result<Bill> bill_asked(const Command& command, const Ground& ground) {
    const auto on = command.invocation.date("--on");
    if (!on) return std::unexpected{on.error()};
    auto place = std::string{command.invocation.value("--place")};
    if (place.empty()) place = "US";
    const auto at = ground.world.places.find(place);
    // A part of a country, as "US-IA", has its country's prices at the least.
    const bool part = place.size() > 3 && place[2] == '-';
    if (at < 0 && !(part && ground.world.places.find(place.substr(0, 2)) >= 0))
        return std::unexpected{no_place(ground.world, place)};
    if (at >= 0) place = ground.world.places.all[static_cast<std::size_t>(at)].iso;
    quantity::Date last{};
    for (const auto& price : ground.prices) last = std::max(last, price.since);
    return Bill{.prices = {ground.prices, on->value_or(last)}, .place = std::move(place)};
}

// Empty, or which of the flags are missing.
text::Diagnostics needs(const Command& command, std::initializer_list<std::string_view> flags) {
    std::vector<std::string> without;
    for (const auto flag : flags)
        if (!command.has(flag)) without.push_back(fmt::format("`{}`", flag));
    if (without.empty()) return {};
    const auto& verb = *command.invocation.verb;
    return {{.message = fmt::format("`sluice {}` needs {}", verb.name, fmt::join(without, ", ")),
             .hint = fmt::format("such as `{}`", verb.example)}};
}

namespace {

text::Result<double> tokens_asked(std::string_view given) {
    if (const double tokens = report::tokens_of(given); tokens >= 1) return tokens;
    return text::refused({.message = fmt::format("`--tokens {}` is no number of tokens", given),
                          .hint = "such as `300B`, `14.8T` or `15e12`"});
}

text::Result<report::Run> run_asked(const Command& command, const report::ComputeGround& ground) {
    const auto& flags = command.invocation;
    report::Run asked{.model_name = std::string{flags.value("--model")},
                      .format = std::string{flags.value("--format")}};
    auto& space = asked.space;
    double chips = 0, micro = 0;
    text::Diagnostics problems;
    for (const auto& number :
         {NumberFlag{"--chips", &chips, 1, true, "chips"},
          NumberFlag{"--sequence", &space.training.sequence, 1, true, "tokens"},
          NumberFlag{"--global-batch", &space.training.global_batch, 1, true, "sequences"},
          NumberFlag{"--micro-batch", &micro, 1, true, "sequences"},
          NumberFlag{"--price-per-hour", &asked.price, 0.001, false, "USD"}})
        read_number(command, number, problems);
    space.chips = static_cast<int>(std::min(chips, 1'000'000.0));
    if (micro > 0) space.micro_batch = micro;
    if (flags.has("--schedule"))
        space.schedule = named<run::Schedule>(run::schedule_names, flags.value("--schedule"));
    if (flags.has("--recompute"))
        space.recompute =
            named<workload::Recompute>(run::recompute_names, flags.value("--recompute"));
    keep(tokens_asked(flags.value("--tokens")), asked.tokens, problems);
    if (flags.has("--plan")) keep(degrees_of(flags.value("--plan")), asked.plan, problems);
    if (asked.plan && asked.plan->attention_dp > 1)
        problems.push_back({.message = "training has no ranks of attention alone",
                            .hint = "leave `attention_dp` out of `--plan`"});
    keep(report::model_named(ground, asked.model_name), asked.model, problems);
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return asked;
}

template <class What>
struct Question {
    Ground ground{};
    What what{};
    Bill bill{};
};
// What all three verbs start from: the data, the work or run as `read` finds it in the flags, and
// prices.
template <class What>
text::Result<Question<What>> asked(const Command& command,
                                   text::Result<What> (*read)(const Command&,
                                                              const report::ComputeGround&)) {
    auto ground = load_ground(command);
    if (!ground) return std::unexpected{ground.error()};
    const auto what = read(command, ground->compute());
    const auto bill = bill_asked(command, *ground);
    if (!what || !bill) return std::unexpected{what ? bill.error() : what.error()};
    return Question<What>{std::move(*ground), *what, *bill};
}

// What one chip does of a work or run, beside the published measurements of what is like it.
template <class What, class Found>
int answer(const Command& command, const text::Result<Question<What>>& with,
           std::string_view engine,
           text::Result<Found> (*find)(const report::Machine&, const What&)) {
    if (!with) return command.refuse(with.error());
    const auto& [loaded, what, bill] = *with;
    const auto published = load_published(loaded);
    if (!published) return command.refuse(published.error());
    auto ground = loaded.compute();
    ground.published = &*published;
    const auto machine = report::machine(ground, command.invocation.value("--chip"), engine,
                                         std::same_as<What, report::Run>);
    if (!machine) return command.refuse(machine.error());
    if (!machine->missing.empty())
        return print_sheet(command, report::undetermined(*machine, what));
    const auto found = find(*machine, what);
    if (!found) return command.refuse(found.error());
    return print_sheet(command, report::sheet_of(ground, *machine, what, *found, bill));
}

}  // namespace

namespace verb {

int perf(const Command& command) {
    const auto& flags = command.invocation;
    if (const auto without = needs(command, {"--chip", "--model", "--input", "--output"});
        !without.empty())
        return command.refuse(without, Exit::usage);
    return answer(command, asked(command, work_asked), flags.value("--engine"), report::perform);
}

int train(const Command& command) {
    const auto& flags = command.invocation;
    if (const auto without = needs(command, {"--chip", "--model", "--tokens", "--chips"});
        !without.empty())
        return command.refuse(without, Exit::usage);
    const auto with = asked(command, run_asked);
    auto engine = flags.value("--engine");
    // A schedule that one engine is known for is that engine's.
    if (with && engine.empty() && flags.has("--schedule"))
        for (const auto& known : with->ground.engines)
            if (known.schedule == flags.value("--schedule")) engine = known.id;
    return answer(command, with, engine, report::train);
}

int compare(const Command& command) {
    const auto& flags = command.invocation;
    if (const auto without = needs(command, {"--model", "--input", "--output"}); !without.empty())
        return command.refuse(without, Exit::usage);
    const auto with = asked(command, work_asked);
    if (!with) return command.refuse(with.error());
    std::vector<report::WorkKind> kinds;
    for (const auto& name : flags.values("--work"))
        kinds.push_back(named<report::WorkKind>(report::kind_names, name));
    if (kinds.empty()) kinds = {report::WorkKind::serve};
    const auto rows = report::compare(with->ground.compute(), flags.arguments,
                                      flags.value("--engine"), with->what, kinds, with->bill);
    if (!rows) return command.refuse(rows.error());
    return flags.has("--markdown") ? command.print(report::to_markdown(*rows))
                                   : print_sheet(command, {.sections = {*rows}});
}

}  // namespace verb

int print_sheet(const Command& command, const report::Sheet& sheet) {
    return command.print(command.has("--json") ? report::to_json(sheet)
                                               : report::to_text(sheet, command.colour_out));
}

int print_rows(const Command& command, const report::Section& section) {
    return command.print(command.has("--json") ? report::rows_to_json(section)
                                               : report::to_text(section, command.colour_out));
}

}  // namespace sluice::cli
