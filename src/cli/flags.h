// The one table of verbs and flags. Parsing, `--help`, completion and the reference page are all
// read from it, so a flag that is not here does not exist.
//
// A new verb is a row of each table in flags.cc, a function declared in door.h, a page data/help/
// and a section of docs/reference/commands.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "facts/deal.h"
#include "text/diagnostic.h"

namespace sluice::report {
struct ComputeGround;
}

namespace sluice::cli {

struct Command;  // cli/door.h
struct Library;

struct Flag {
    std::string_view name{};   // "--known-on"
    std::string_view value{};  // "DATE", whose name says what it must be; empty for a switch
    std::string_view help{};   // one line
    std::string_view verbs{};  // that have it, separated by `|`; of the deal or every verb's: empty
    bool repeatable = false;
    std::string_view words{};  // the choices, separated by `|`
};

// Which keys of a deal a verb takes as flags.
enum class DealFlags : std::uint8_t { none, own_chip, all, all_but_on };

// What a verb does; its exit status. One that speaks of rules, or that predicts, is given what it
// rests on.
using Plain = int (*)(const Command&);
using Ruled = int (*)(const Command&, const Library&);
using Ground = report::ComputeGround;
using Grounded = int (*)(const Command&, const Ground&);

struct Verb {
    std::string_view name;  // "check", "law list"
    std::variant<Plain, Ruled, Grounded> run;
    std::string_view arguments;  // "CHIP"; "[CHIP]" may be left out, "CHIP..." are one or more
    std::string_view summary;    // one line; all it does and examples: data/help/
    DealFlags deal = DealFlags::none;
    std::string_view needs{};  // flags it cannot do without, separated by `|`
};

std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);
text::Diagnostics no_verb(std::string_view name);  // with the nearest

// The verb's own flags, the deal's, and those that every verb has (--data, --law, --color, --help).
std::vector<Flag> flags_of(const Verb& verb);

// A command line, taken apart.
struct Invocation {
    struct Given {
        std::string flag{};
        std::string value{};  // "" for a switch
    };
    const Verb* verb = nullptr;
    std::vector<std::string> arguments{};
    std::vector<Given> given{};
    text::Diagnostics wrong{};  // values that their flags cannot have: no usage, but input

    std::string argument() const;  // the first, "" when there is none
    bool has(std::string_view flag) const;
    // The value of a flag, "" when it was not given.
    std::string_view value(std::string_view flag) const;
    std::vector<std::string> values(std::string_view flag) const;
    // The flags that state a deal; each field's place is its flag.
    facts::Deal deal() const;
    // Of a flag whose value is a number or a DATE, where nothing is wrong.
    double number(std::string_view flag, double otherwise = 0) const;
    std::optional<quantity::Date> date(std::string_view flag) const;
};

// `words` are the arguments without the program's name. Reports every problem: unknown verbs and
// flags with the nearest, missing flags and values, flags given twice, arguments too many or too
// few.
// `--help` anywhere turns the invocation into `help VERB`; no words at all is `help`.
text::Result<Invocation> parse_arguments(const std::vector<std::string>& words);

}  // namespace sluice::cli
