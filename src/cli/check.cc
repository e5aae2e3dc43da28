#include <fmt/format.h>

#include "cli/ground.h"
#include "cli/service.h"
#include "report/assess.h"
#include "report/delivery.h"
#include "report/rules.h"
#include "report/timeline.h"

namespace sluice::cli {

using text::Diagnostics;

namespace {

// By outcome, on request.
constexpr int statuses[] = {0, 10, 11, 12, 13, 14};

// The deal of the command line: a file, flags, or flags over a file.
text::Result<facts::Deal> deal_asked(const Command& command) {
    auto flags = command.invocation.deal();
    if (command.invocation.arguments.empty()) return flags;
    auto file = facts::read_deal(command.invocation.arguments[0]);
    if (!file) return std::unexpected{std::move(file.error())};
    return facts::overlay(std::move(*file), flags);
}

// A chip given as an argument stands for --chip.
text::Result<facts::Deal> deal_of_chip(const Command& command) {
    auto deal = command.invocation.deal();
    if (command.invocation.arguments.empty()) return deal;
    const auto& name = command.invocation.arguments[0];
    if (const auto* chip = deal.find("chip"))
        return std::unexpected{Diagnostics{
            {.message = fmt::format("two chips: `{}` and `--chip {}`", name, chip->value),
             .hint = "keep one of them"}}};
    deal.fields.push_back({.key = "chip", .value = name, .where = {.file = "CHIP"}});
    return deal;
}

struct Asked {
    facts::Case the_case;
    law::Rulebook rules;
};

// Everything between the command line and the determination; the same for check and classify.
text::Result<Asked> resolve_asked(const Command& command, const Library& library,
                                  const facts::Deal& deal) {
    const auto known_on = command.invocation.date("--known-on");
    auto the_case = facts::resolve(library.world, deal, {.strict = command.has("--strict")});
    if (!the_case) return std::unexpected{std::move(the_case.error())};
    const auto* stated = deal.find("on");
    if (auto early = before_first_rule(library.book, the_case->on,
                                       stated ? stated->where : text::Location{});
        !early.empty())
        return std::unexpected{std::move(early)};
    if (known_on)  // before anything was published, silence is no permission either
        if (auto early = before_first_rule(library.book, *known_on, {.file = "--known-on"});
            !early.empty())
            return std::unexpected{std::move(early)};
    if (auto unknown = law::unknown_names(library.book, *the_case); !unknown.empty())
        return std::unexpected{std::move(unknown)};
    const auto on = the_case->on;
    return Asked{std::move(*the_case), law::compile(library.world, library.book, on, known_on)};
}

// What the law's tariff axis adds to the price of the chips; from nothing where it is not known
// whether it applies.
std::optional<money::Duty> duty_of(const report::Assessment& a) {
    const auto& d = a.determination;
    for (const auto* axis : {&d.tariffs, &d.unknown_axes})
        for (const auto index : *axis) {
            const auto& cited = a.rules->at(index);
            auto percent = money::ad_valorem_percent(cited.version->rate);
            if (!percent) continue;
            if (axis == &d.unknown_axes) percent->lo = {};
            return money::Duty{.percent = *percent,
                               .label = cited.provision->title,
                               .source = cited.version->source,
                               .date = quantity::to_string(cited.version->effective)};
        }
    return std::nullopt;
}

// The trace on the deal's chips, in its first workload's model where that serves.
text::Diagnostics replay(const Command& command, const Ground& ground, const facts::Case& the_case,
                         report::Section& compute) {
    const auto& count = the_case[facts::FactId::quantity];
    if (count.known != facts::Known::exact || count.lo < 1'000'000)
        return {{.message = "`--trace` needs to know how many chips there are",
                 .hint = "state `--quantity`"}};
    const auto& chip = the_case.own_chip
                           ? *the_case.own_chip
                           : ground.world.chips[static_cast<std::size_t>(the_case.chip)];
    const auto* work = the_case.deal.find("workload");
    const bool serves = work && !work->value.contains(" train ");
    const auto model = serves ? work->value.substr(0, work->value.find(' ')) : "deepseek-r1";
    auto fields = replayed_on(command, ground, chip, static_cast<double>(count.lo) / 1e6, model);
    if (!fields) return fields.error();
    text::append(compute.fields, *fields);
    return {};
}

}  // namespace

namespace verb {

int check(const Command& command, const Library& library) {
    if (command.invocation.arguments.empty() && command.invocation.deal().fields.empty())
        return command.misused("no deal to check",
                               "name a file, or state `--chip`, `--to` and `--on`; `sluice help "
                               "check` has examples");
    const auto deal = deal_asked(command);
    if (!deal) return command.refuse(deal.error());
    const auto asked = resolve_asked(command, library, *deal);
    if (!asked) return command.refuse(asked.error());

    const auto& [the_case, rules] = *asked;
    const auto show = command.invocation.value("--show");
    const bool json = command.has("--json");
    if (show == "case") return command.print(report::sheet_of(library.world, the_case));
    if (show == "rulebook") return command.print(report::sheet_of(rules));
    const bool findings = show == "findings";
    auto a = report::assess({library.world, library.book, rules}, the_case,
                            {.flips = !findings, .examined = findings});
    if (!findings && !command.has("--no-compute")) {
        const auto ground = report::load_ground(library.data, library.world);
        if (!ground) return command.refuse(ground.error());
        auto delivery = report::delivery_of(*ground, the_case, duty_of(a));
        if (!delivery) return command.refuse(delivery.error());
        a.compute = std::move(delivery->compute);
        a.money = std::move(delivery->money);
        if (command.has("--trace"))
            if (auto wrong = replay(command, *ground, the_case, *a.compute); !wrong.empty())
                return command.refuse(wrong);
    }
    const report::TextOptions options{.all = command.has("--all") || findings,
                                      .colour = command.colour_out};
    command.print(json       ? report::to_json(a)
                  : findings ? report::findings_to_text(a, options)
                             : report::to_text(a, options));
    // The answer's own warnings stand in it; a person who reads JSON sees them on stderr too.
    if (json && command.around.err_is_terminal) command.tell(a.warnings);
    return command.has("--exit-code") ? statuses[static_cast<std::size_t>(a.determination.outcome)]
                                      : 0;
}

int classify(const Command& command, const Library& library) {
    auto deal = deal_of_chip(command);
    if (!deal) return command.refuse(deal.error());
    const auto on = day_asked(command, library.book);
    if (!on) return command.refuse(on.error());
    if (deal->fields.empty())
        return command.misused("no chip to classify",
                               "name one, as in `sluice classify h20`, or describe your own with "
                               "`--tpp` and `--die-area`");
    // A tier says nothing about a destination; resolve wants one all the same.
    deal->fields.push_back({.key = "to", .value = "CN"});
    deal->fields.push_back({.key = "on", .value = quantity::to_string(*on)});
    const auto asked = resolve_asked(command, library, *deal);
    if (!asked) return command.refuse(asked.error());
    auto a = report::assess({library.world, library.book, asked->rules}, asked->the_case,
                            {.flips = false, .examined = true});
    a.the_case.assumptions.clear();  // about the deal, which is not asked about
    return command.print(command.has("--json")
                             ? report::classification_to_json(a)
                             : report::classification_to_text(
                                   a, {.all = command.has("--all"), .colour = command.colour_out}));
}

int timeline(const Command& command, const Library& library) {
    const auto deal = deal_of_chip(command);
    if (!deal) return command.refuse(deal.error());
    const auto line = report::timeline(
        library.world, library.book, *deal,
        {.known_on = command.invocation.date("--known-on"), .strict = command.has("--strict")});
    if (!line) return command.refuse(line.error());
    return command.print(report::sheet_of(*line, library.book));
}

}  // namespace verb

}  // namespace sluice::cli
