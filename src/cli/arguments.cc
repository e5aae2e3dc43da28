#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ranges>

#include "cli/flags.h"
#include "text/number.h"
#include "text/suggest.h"

namespace sluice::cli {

using text::Diagnostic;
using text::Diagnostics;

namespace {

Diagnostic usage(std::string message, std::string hint) {
    return {.message = std::move(message), .hint = std::move(hint)};
}

// Numbers that flags state, by the name of their value.
struct NumberKind {
    std::string_view value;
    double least;
    bool whole;
};
constexpr NumberKind number_kinds[] = {{"N", 1, true},     {"D", 0, true},     {"SEED", 0, true},
                                       {"S", 1e-6, false}, {"P", 1e-3, false}, {"A", 1, false},
                                       {"R", 1e-6, false}, {"H", 1e-6, false}, {"CV", 1e-2, false}};

constexpr std::string_view list_verbs = "`sluice help` lists the verbs";

// The verb at the front of `words`: one word, or two (`law list`). Moves `at` behind it.
const Verb* read_verb(const std::vector<std::string>& words, std::size_t& at,
                      Diagnostics& problems) {
    const auto& first = words[0];
    const bool alone = words.size() == 1 || words[1].starts_with("-");
    const auto both = alone ? first : first + " " + words[1];
    for (const auto& name : {both, first})
        if (const auto* verb = find_verb(name)) {
            at = name == first ? 1 : 2;
            return verb;
        }
    const bool group = std::ranges::any_of(
        verbs(), [&](const Verb& verb) { return verb.name.starts_with(first + " "); });
    problems = first.starts_with("-")
                   ? Diagnostics{usage(fmt::format("the verb comes first, found `{}`", first),
                                       std::string{list_verbs})}
                   : no_verb(group ? both : first);
    return nullptr;
}

// The words behind the verb, one after the other.
struct FlagReader {
    Invocation& invocation;
    const std::vector<std::string>& words;
    Diagnostics& problems;
    std::size_t at;
    std::vector<Flag> flags = flags_of(*invocation.verb);

    void read() {
        bool only_arguments = false;
        for (; at < words.size(); ++at) {
            const auto& word = words[at];
            if (only_arguments || word == "-" || !word.starts_with("-"))
                invocation.arguments.push_back(word);
            else if (word == "--")
                only_arguments = true;
            else
                flag(word == "-o" ? "--output" : word);
        }
        check_what_is_there();
    }

    void flag(const std::string& word) {
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        const auto known = std::ranges::find(flags, name, &Flag::name);
        if (known == flags.end()) {
            const auto& verb = invocation.verb->name;
            problems.push_back(
                usage(fmt::format("`sluice {}` has no flag `{}`", verb, name),
                      text::did_you_mean(name, flags, &Flag::name,
                                         fmt::format("`sluice help {}` lists its flags", verb))));
            // Its value is not an argument; skipping it keeps one mistake one message.
            if (equals == std::string::npos && at + 1 < words.size() &&
                !words[at + 1].starts_with("--"))
                ++at;
            return;
        }
        std::string value;
        if (!known->value.empty()) {
            if (equals != std::string::npos) {
                value = word.substr(equals + 1);
            } else if (at + 1 < words.size() && !words[at + 1].starts_with("--")) {
                value = words[++at];
            } else {
                return problems.push_back(usage(fmt::format("`{}` needs a value", name),
                                                fmt::format("write `{} {}`", name, known->value)));
            }
        } else if (equals != std::string::npos) {
            return problems.push_back(usage(fmt::format("`{}` takes no value", name),
                                            fmt::format("write `{}` alone", name)));
        }
        if (!known->repeatable && invocation.has(name))
            return problems.push_back(
                usage(fmt::format("`{}` is given twice", name), "keep one of them"));
        if (!known->words.empty() && !known->words.contains("yes|no"))
            check_word(*known, value);
        else if (!known->verbs.empty())
            check_value(*known, value);
        invocation.given.push_back({name, std::move(value)});
    }

    // Switches between a few words, such as --color; the deal's own choices are resolve's business.
    void check_word(const Flag& flag, const std::string& value) {
        std::vector<std::string_view> choices;
        for (const auto word : std::views::split(flag.words, '|')) choices.emplace_back(word);
        if (std::ranges::find(choices, value) == choices.end())
            problems.push_back(usage(fmt::format("`{}` cannot be `{}`", flag.name, value),
                                     fmt::format("one of: {}", fmt::join(choices, ", "))));
    }

    // A date or a number, as the value's name says; the deal's own are resolve's business.
    void check_value(const Flag& flag, const std::string& value) {
        if (flag.value == "DATE") {
            if (const auto day = quantity::parse_date(value); !day)
                invocation.wrong.push_back(
                    {.message = fmt::format("`{} {}` is not a date", flag.name, value),
                     .label = day.error()});
            return;
        }
        const auto* kind = std::ranges::find(number_kinds, flag.value, &NumberKind::value);
        if (kind == std::end(number_kinds)) return;
        const double number = text::parse_number<double>(value).value_or(NAN);
        const bool fits = number >= kind->least && number <= 1e9;
        if (!fits || (kind->whole && number != std::floor(number)))
            invocation.wrong.push_back(
                usage(fmt::format("`{}` cannot be `{}`", flag.name, value),
                      fmt::format("{} from {:g} to 1e9",
                                  kind->whole ? "a whole number" : "a number", kind->least)));
    }

    void check_what_is_there() {
        const auto& verb = *invocation.verb;
        const auto& given = invocation.arguments;
        const std::size_t most = verb.arguments.empty()           ? 0
                                 : verb.arguments.contains("...") ? SIZE_MAX
                                                                  : 1;
        if (given.size() > most)
            problems.push_back(
                usage(fmt::format("`sluice {}` does not know what to do with `{}`", verb.name,
                                  given[most]),
                      fmt::format("usage: sluice {} {} [FLAGS]", verb.name, verb.arguments)));
        std::vector<std::string> missing;
        if (given.empty() && !verb.arguments.empty() && !verb.arguments.starts_with('['))
            missing.emplace_back(verb.arguments);
        for (const auto name : std::views::split(verb.needs, '|'))
            if (const std::string_view flag{name}; !invocation.has(flag))
                missing.push_back(fmt::format("`{}`", flag));
        if (!missing.empty())
            problems.push_back(
                usage(fmt::format("`sluice {}` needs {}", verb.name, fmt::join(missing, ", ")),
                      fmt::format("`sluice help {}` has examples", verb.name)));
    }
};

}  // namespace

Diagnostics no_verb(std::string_view name) {
    return {usage(fmt::format("no verb named `{}`", name),
                  text::did_you_mean(name, verbs(), &Verb::name, std::string{list_verbs}))};
}

std::string Invocation::argument() const { return arguments.empty() ? "" : arguments[0]; }

bool Invocation::has(std::string_view flag) const {
    return std::ranges::find(given, flag, &Given::flag) != given.end();
}

std::string_view Invocation::value(std::string_view flag) const {
    const auto found = std::ranges::find(given, flag, &Given::flag);
    return found == given.end() ? std::string_view{} : std::string_view{found->value};
}

std::vector<std::string> Invocation::values(std::string_view flag) const {
    std::vector<std::string> all;
    for (const auto& g : given)
        if (g.flag == flag) all.push_back(g.value);
    return all;
}

facts::Deal Invocation::deal() const {
    facts::Deal deal;
    for (const auto& key : facts::deal_keys())
        for (const auto& value : values(key.flag))
            deal.fields.push_back({.key = std::string{key.name},
                                   .value = value,
                                   .where = {.file = std::string{key.flag}}});
    return deal;
}

double Invocation::number(std::string_view flag, double otherwise) const {
    return text::parse_number<double>(value(flag)).value_or(otherwise);
}

std::optional<quantity::Date> Invocation::date(std::string_view flag) const {
    const auto day = quantity::parse_date(value(flag));
    return day ? std::optional{*day} : std::nullopt;
}

text::Result<Invocation> parse_arguments(const std::vector<std::string>& words) {
    Invocation invocation{.verb = find_verb("help")};
    if (words.empty() || words[0] == "--help" || words[0] == "-h") return invocation;
    if (words[0] == "--version") {
        invocation.verb = find_verb("version");
        return invocation;
    }
    Diagnostics problems;
    std::size_t at = 0;
    const auto* verb = read_verb(words, at, problems);
    if (!verb) return std::unexpected{std::move(problems)};

    const auto asks_help = [](const std::string& word) { return word == "--help" || word == "-h"; };
    const auto flags = std::ranges::subrange(words.begin() + static_cast<std::ptrdiff_t>(at),
                                             std::ranges::find(words, "--"));
    if (std::ranges::any_of(flags, asks_help)) {
        invocation.arguments.emplace_back(verb->name);
        return invocation;
    }
    invocation.verb = verb;
    FlagReader{invocation, words, problems, at}.read();
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return invocation;
}

}  // namespace sluice::cli
