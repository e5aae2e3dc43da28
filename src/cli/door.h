// The command line as a door: parse, call, print. It decides nothing about a deal.
//
// `run` is the whole program but for main(): tests call it with their own streams.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flags.h"
#include "facts/world.h"
#include "law/lawbook.h"
#include "report/sheet.h"
#include "text/diagnostic.h"

namespace sluice::cli {

enum class Exit : int {
    answered = 0,  // whatever the answer; --exit-code maps outcomes to 10-14
    input = 1,     // a file, a value or the data is wrong
    usage = 2,     // the command line is wrong
    bug = 70,      // ours
};

// Where the program runs. Everything it takes from outside comes through here.
struct Surroundings {
    std::FILE* in = stdin;
    std::FILE* out = stdout;
    std::FILE* err = stderr;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    bool no_color = false;            // NO_COLOR is set
    std::string data{};               // SLUICE_DATA
    std::filesystem::path program{};  // the running program's own file
};

int run(const std::vector<std::string>& arguments, const Surroundings& surroundings);

// One command under way.
struct Command {
    const Invocation& invocation;
    const Surroundings& around;
    bool colour_out = false;
    bool colour_err = false;

    bool has(std::string_view flag) const { return invocation.has(flag); }
    int print(std::string_view text) const;              // data, to stdout; 0, answered
    int print(const report::Sheet& sheet) const;         // as text, or as JSON with --json
    int print_rows(const report::Section& rows) const;   // JSON: an array; --ids: the first column
    void tell(const text::Diagnostics& problems) const;  // messages, to stderr
    int refuse(const text::Diagnostics& problems, Exit exit = Exit::input) const;
    int misused(std::string message, std::string hint) const;  // the command line is wrong
};

struct Library {
    facts::World world{};
    law::Lawbook book{};
    std::filesystem::path data{};
};

// --data, else SLUICE_DATA, else beside the program: <program>/../share/sluice/data when installed,
// or the nearest folder above the program that has data/law when built.
text::Result<std::filesystem::path> find_data(const Command& command);

// The day a verb asks about: --on, else the last day to which the rules are known. Refuses days
// before the first rule.
text::Result<quantity::Date> day_asked(const Command& command, const law::Lawbook& book);
// Empty, or why nothing can be said about that day.
text::Diagnostics before_first_rule(const law::Lawbook& book, quantity::Date on,
                                    const text::Location& where = {});

// The place of this name; else the nearest names, of groups too.
text::Result<facts::PlaceCode> place_named(const facts::World& world, std::string_view name);

// One for each verb; each returns the exit status.
namespace verb {
int check(const Command& command, const Library& library);
int classify(const Command& command, const Library& library);
int timeline(const Command& command, const Library& library);
int law_list(const Command& command, const Library& library);
int law_show(const Command& command, const Library& library);
int law_diff(const Command& command, const Library& library);
int law_lint(const Command& command, const Library& library);
int law_test(const Command& command, const Library& library);
int law_fmt(const Command& command);
int chips(const Command& command, const Library& library);
int places(const Command& command, const Library& library);
int bulk(const Command& command, const Library& library);
int models(const Command& command, const Ground& ground);
int models_import(const Command& command);
int fabrics(const Command& command, const Ground& ground);
int prices(const Command& command, const Ground& ground);
int perf(const Command& command, const Ground& ground);
int train(const Command& command, const Ground& ground);
int compare(const Command& command, const Ground& ground);
int simulate(const Command& command, const Ground& ground);
int capacity(const Command& command, const Ground& ground);
int sweep(const Command& command, const Ground& ground);
int trace_describe(const Command& command);
int trace_make(const Command& command);
int validate(const Command& command, const Ground& ground);
int calibrate(const Command& command, const Ground& ground);
int completion(const Command& command);
int version(const Command& command, const Library& library);
int help(const Command& command);
}  // namespace verb

}  // namespace sluice::cli
