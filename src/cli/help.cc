#include <fmt/format.h>

#include <algorithm>

#include "cli/door.h"
#include "cli/version.h"
#include "text/file.h"
#include "text/table.h"

namespace sluice::cli {
namespace {

constexpr int help_width = 96;

void help_line(std::string& out, std::string_view left, std::string_view right) {
    constexpr int column = 32;
    out += fmt::format("  {:<{}}", left, column - 4);
    // A long flag keeps its line; what it means starts on the next.
    if (text::display_width(left) > column - 4) out += "\n" + std::string(column - 2, ' ');
    out += "  " + text::wrap(right, help_width - column, column) + "\n";
}

std::string overview() {
    std::string out =
        "sluice says whether an AI chip may go to a place, under the export rules in force on a "
        "day,\nand why. It is a reading aid, not legal advice.\n\nusage: sluice VERB [ARGUMENTS] "
        "[FLAGS]\n\nverbs\n";
    for (const auto& verb : verbs()) help_line(out, verb.name, verb.summary);
    out += "\nexamples\n";
    for (const auto* example :
         {"sluice check --chip h20 --to china --on 2025-04-09 --headquarters china",
          "sluice timeline h20 --to china", "sluice classify h200"})
        out += fmt::format("  {}\n", example);
    return out +
           "\n`sluice help VERB` explains a verb. Exit status: 0 answered, 1 input or data "
           "wrong, 2 usage, 70 a bug.\n";
}

// What the verb does and examples of it, as data/help/law-list.txt says; nothing where the program
// stands without its data.
std::string about(const Command& command, const Verb& verb) {
    std::string file{verb.name};
    std::ranges::replace(file, ' ', '-');
    const auto data = find_data(command);
    return data ? text::read_text(*data / "help" / (file + ".txt")).value_or("") : "";
}

std::string manual(const Command& command, const Verb& verb) {
    std::string out =
        fmt::format("sluice {}: {}\n\nusage: sluice {}{}{} [FLAGS]\n\n", verb.name, verb.summary,
                    verb.name, verb.arguments.empty() ? "" : " ", verb.arguments);
    out += about(command, verb) + "\nflags\n";
    for (const auto& flag : flags_of(verb))
        help_line(out, fmt::format("{}{}{}", flag.name, flag.value.empty() ? "" : " ", flag.value),
                  flag.repeatable ? fmt::format("{}; may be repeated", flag.help)
                                  : std::string{flag.help});
    return out;
}

}  // namespace

namespace verb {

int help(const Command& command) {
    if (command.invocation.arguments.empty()) return command.print(overview());
    const auto name = fmt::format("{}", fmt::join(command.invocation.arguments, " "));
    if (const auto* verb = find_verb(name)) return command.print(manual(command, *verb));
    if (name == "law") {
        for (const auto& verb : verbs())
            if (verb.name.starts_with("law ")) command.print(manual(command, verb) + "\n");
        return 0;
    }
    return command.refuse(no_verb(name), Exit::usage);
}

int version(const Command& command, const Library& library) {
    const auto& book = library.book;
    const auto& data = library.world.hash;
    const auto register_day = to_string(book.register_known_to);
    const auto text_day = to_string(book.text_known_to);
    return command.print(report::Sheet{
        .subject = fmt::format("sluice {} ({})\ndata {}\nrulebook {}\nrules known to {} (Federal "
                               "Register) and {} (text)",
                               cli::version, cli::commit, data, book.hash, register_day, text_day),
        .head = {{"sluice", "", cli::version},
                 {"commit", "", cli::commit},
                 {"data", "", data},
                 {"rulebook", "", book.hash},
                 {"register_known_to", "", register_day},
                 {"text_known_to", "", text_day}}});
}

}  // namespace verb

}  // namespace sluice::cli
