#include <fmt/format.h>

#include "cli/door.h"
#include "report/assess.h"
#include "report/rules.h"
#include "report/timeline.h"

namespace sluice::cli {

using text::Diagnostics;

namespace {

int status_for(law::Outcome outcome) {
    switch (outcome) {
        case law::Outcome::no_licence_required:
            return 0;
        case law::Outcome::exception_available:
            return 10;
        case law::Outcome::licence_required:
            return 11;
        case law::Outcome::presumed_violation_risk:
            return 12;
        case law::Outcome::prohibited:
            return 13;
        case law::Outcome::undetermined:
            return 14;
    }
    return 14;
}

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
    auto known_on = command.invocation.date("--known-on");
    if (!known_on) return std::unexpected{std::move(known_on.error())};
    auto the_case =
        facts::resolve(library.world, deal, {.strict = command.invocation.has("--strict")});
    if (!the_case) return std::unexpected{std::move(the_case.error())};
    const auto* stated = deal.find("on");
    if (auto early = before_first_rule(library.book, the_case->on,
                                       stated ? stated->where : text::Location{});
        !early.empty())
        return std::unexpected{std::move(early)};
    if (*known_on)  // before anything was published, silence is no permission either
        if (auto early = before_first_rule(library.book, **known_on, {.file = "--known-on"});
            !early.empty())
            return std::unexpected{std::move(early)};
    if (auto unknown = law::unknown_names(library.book, *the_case); !unknown.empty())
        return std::unexpected{std::move(unknown)};
    const auto on = the_case->on;
    return Asked{std::move(*the_case), law::compile(library.world, library.book, on, *known_on)};
}

// The answer's own warnings stand in the answer; a person who reads JSON sees them on stderr too.
void print_assessment(const Command& command, const report::Assessment& a, bool findings) {
    const report::TextOptions options{.all = command.invocation.has("--all") || findings,
                                      .colour = command.colour_out};
    if (command.invocation.has("--json")) {
        command.print(report::to_json(a));
        if (command.around.err_is_terminal) command.tell(a.warnings);
    } else {
        command.print(findings ? report::findings_to_text(a, options)
                               : report::to_text(a, options));
    }
}

}  // namespace

namespace verb {

int check(const Command& command) {
    const auto library = load(command);
    if (!library) return command.refuse(library.error());
    if (command.invocation.arguments.empty() && command.invocation.deal().fields.empty())
        return command.refuse(
            {{.message = "no deal to check",
              .hint = "name a file, or state `--chip`, `--to` and `--on`; `sluice help check` has "
                      "examples"}},
            Exit::usage);
    const auto deal = deal_asked(command);
    if (!deal) return command.refuse(deal.error());
    const auto asked = resolve_asked(command, *library, *deal);
    if (!asked) return command.refuse(asked.error());

    const auto& [the_case, rules] = *asked;
    const auto show = command.invocation.value("--show");
    const bool json = command.invocation.has("--json");
    if (show == "case") {
        command.print(json ? report::case_to_json(library->world, the_case)
                           : report::case_to_text(library->world, the_case));
        return 0;
    }
    if (show == "rulebook") {
        command.print(json ? report::rulebook_to_json(rules) : report::rulebook_to_text(rules));
        return 0;
    }
    const bool findings = show == "findings";
    const auto a = report::assess({library->world, library->book, rules}, the_case,
                                  {.flips = !findings, .examined = findings});
    print_assessment(command, a, findings);
    return command.invocation.has("--exit-code") ? status_for(a.determination.outcome) : 0;
}

int classify(const Command& command) {
    const auto library = load(command);
    if (!library) return command.refuse(library.error());
    auto deal = deal_of_chip(command);
    if (!deal) return command.refuse(deal.error());
    const auto on = day_asked(command, library->book);
    if (!on) return command.refuse(on.error());
    if (deal->fields.empty())
        return command.refuse({{.message = "no chip to classify",
                                .hint = "name one, as in `sluice classify h20`, or describe your "
                                        "own with `--tpp` and `--die-area`"}},
                              Exit::usage);
    // A tier says nothing about a destination; resolve wants one all the same.
    deal->fields.push_back({.key = "to", .value = "CN"});
    deal->fields.push_back({.key = "on", .value = quantity::to_string(*on)});
    const auto asked = resolve_asked(command, *library, *deal);
    if (!asked) return command.refuse(asked.error());
    auto a = report::assess({library->world, library->book, asked->rules}, asked->the_case,
                            {.flips = false, .examined = true});
    a.the_case.assumptions.clear();  // about the deal, which is not asked about
    command.print(command.invocation.has("--json")
                      ? report::classification_to_json(a)
                      : report::classification_to_text(a, {.all = command.invocation.has("--all"),
                                                           .colour = command.colour_out}));
    return 0;
}

int timeline(const Command& command) {
    const auto library = load(command);
    if (!library) return command.refuse(library.error());
    const auto deal = deal_of_chip(command);
    if (!deal) return command.refuse(deal.error());
    const auto known_on = command.invocation.date("--known-on");
    if (!known_on) return command.refuse(known_on.error());
    const auto line =
        report::timeline(library->world, library->book, *deal,
                         {.known_on = *known_on, .strict = command.invocation.has("--strict")});
    if (!line) return command.refuse(line.error());
    command.print(command.invocation.has("--json") ? report::to_json(*line, library->book)
                                                   : report::to_text(*line, library->book));
    return 0;
}

}  // namespace verb

}  // namespace sluice::cli
