#include "report/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/door.h"
#include "law/case_files.h"
#include "law/format.h"
#include "law/lint.h"
#include "report/machine.h"
#include "text/file.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::cli {

using text::Diagnostics;

namespace {

text::Result<law::DiffQuestion> diff_question(const Command& command, const Library& library) {
    Diagnostics problems;
    law::DiffQuestion question{.known_on = command.invocation.date("--known-on")};
    for (const auto& [flag, into] :
         {std::pair{"--from", &question.from}, std::pair{"--to", &question.to}}) {
        *into = *command.invocation.date(flag);
        text::append(problems, before_first_rule(library.book, *into, {.file = flag}));
    }
    const facts::Chip* chip = nullptr;
    for (const auto& name : command.invocation.values("--chip"))
        if (text::keep(report::chip_named(library.world, name), chip, problems))
            question.chips.push_back(static_cast<int>(chip - library.world.chips.data()));
    facts::PlaceCode place{};
    for (const auto& name : command.invocation.values("--place"))
        if (text::keep(place_named(library.world, name), place, problems))
            question.places.push_back(place);
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return question;
}

}  // namespace

namespace verb {

int law_list(const Command& command, const Library& library) {
    const auto on = day_asked(command, library.book);
    if (!on) return command.refuse(on.error());
    const auto only = law::spelled<law::Kind>(command.invocation.value("--kind"));
    const auto rules =
        law::compile(library.world, library.book, *on, command.invocation.date("--known-on"));
    return command.print(report::sheet_of(rules, only));
}

int law_show(const Command& command, const Library& library) {
    const auto& id = command.invocation.arguments[0];
    const auto at = library.book.find(id);
    if (at < 0) {
        std::vector<std::string> ids;
        for (const auto& provision : library.book.provisions) ids.push_back(provision.id);
        return command.refuse(text::no_such("provision", id, ids, "`sluice law list` lists all"));
    }
    return command.print(report::sheet_of(library.world,
                                          library.book.provisions[static_cast<std::size_t>(at)],
                                          {.on = command.invocation.date("--on"),
                                           .known_on = command.invocation.date("--known-on")}));
}

int law_diff(const Command& command, const Library& library) {
    const auto question = diff_question(command, library);
    if (!question) return command.refuse(question.error());
    const auto diff = law::diff(library.world, library.book, *question);
    const auto print = command.has("--json") ? report::diff_to_json : report::diff_to_text;
    return command.print(print(library.world, library.book, *question, diff));
}

int law_lint(const Command& command, const Library& library) {
    const auto found = law::lint(library.book);
    command.tell(found);
    const auto suspect = std::ranges::count_if(
        found, [](const text::Diagnostic& one) { return one.severity != text::Severity::note; });
    command.print(fmt::format("{} provisions, {} suspect, {} to note\n",
                              library.book.provisions.size(), suspect,
                              std::ssize(found) - suspect));
    return static_cast<int>(suspect == 0 ? Exit::answered : Exit::input);
}

int law_test(const Command& command, const Library& library) {
    std::size_t passed = 0, failed = 0;
    for (const auto& file : command.invocation.values("--cases")) {
        const auto results = law::run_case_file(library.world, library.book, file);
        if (!results) return command.refuse(results.error());
        for (const auto& result : *results) {
            ++(result.passed() ? passed : failed);
            if (result.passed()) continue;
            command.print(fmt::format("{}:{}: {}\n", file, result.line, result.id));
            if (!result.error.empty()) command.print(fmt::format("  {}\n", result.error));
            for (const auto& m : result.mismatches)
                command.print(
                    fmt::format("  {}: expected `{}`, got `{}`\n", m.field, m.expected, m.got));
        }
    }
    if (!command.has("--cases")) {
        const auto results = law::run_law_cases(library.world, library.book);
        command.tell(results.failures);
        passed += results.passed;
        failed += results.failures.size();
    }
    command.print(fmt::format("{} passed, {} failed\n", passed, failed));
    return static_cast<int>(failed == 0 ? Exit::answered : Exit::input);
}

int law_fmt(const Command& command) {
    const auto data = find_data(command);
    if (!data) return command.refuse(data.error());
    const auto world = facts::load(*data);
    if (!world) return command.refuse(world.error());
    const bool only_check = command.has("--check");
    Diagnostics problems;
    std::size_t differing = 0;
    for (const auto& file : command.invocation.arguments) {
        const auto text = text::read_text(file);
        const auto provisions =
            text ? law::parse_law(*world, file, *text) : std::unexpected{text.error()};
        if (!provisions) {
            text::append(problems, provisions.error());
            continue;
        }
        const auto formatted = law::format_law(*world, *provisions);
        if (formatted == *text) continue;
        ++differing;
        command.print(fmt::format("{} {}\n", only_check ? "would change" : "changed", file));
        if (only_check) continue;
        if (auto written = text::write_whole(file, formatted); !written)
            text::append(problems, written.error());
    }
    command.tell(problems);
    const bool clean = problems.empty() && (!only_check || differing == 0);
    return static_cast<int>(clean ? Exit::answered : Exit::input);
}

}  // namespace verb

}  // namespace sluice::cli
