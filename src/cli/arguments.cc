#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "cli/flags.h"
#include "text/suggest.h"

namespace sluice::cli {

using text::Diagnostic;
using text::Diagnostics;

namespace {

Diagnostic usage(std::string message, std::string hint) {
    return {.message = std::move(message), .hint = std::move(hint)};
}

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
    if (first == "law" && alone) {
        std::vector<std::string_view> names;
        for (const auto& verb : verbs())
            if (verb.name.starts_with("law ")) names.push_back(verb.name);
        problems.push_back(usage("`sluice law` needs to know what to do",
                                 fmt::format("one of: {}", fmt::join(names, ", "))));
    } else if (first.starts_with("-")) {
        problems.push_back(
            usage(fmt::format("the verb comes first, found `{}`", first), std::string{list_verbs}));
    } else {
        problems = no_verb(first == "law" ? both : first);
    }
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
        count_arguments();
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
        if (!known->words.empty() && !known->words.contains("yes|no")) check_word(*known, value);
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

    void count_arguments() {
        const auto& verb = *invocation.verb;
        const auto count = invocation.arguments.size();
        if (count > verb.most)
            problems.push_back(
                usage(fmt::format("`sluice {}` does not know what to do with `{}`", verb.name,
                                  invocation.arguments[verb.most]),
                      fmt::format("usage: sluice {} {} [FLAGS]", verb.name, verb.arguments)));
        else if (count < verb.least)
            problems.push_back(usage(fmt::format("`sluice {}` needs {}", verb.name, verb.arguments),
                                     fmt::format("such as `{}`", verb.example)));
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

text::Result<std::optional<quantity::Date>> Invocation::date(std::string_view flag) const {
    if (!has(flag)) return std::optional<quantity::Date>{};
    const auto read = quantity::parse_date(value(flag));
    if (read) return std::optional{*read};
    return std::unexpected{
        Diagnostics{{.message = fmt::format("`{} {}` is not a date", flag, value(flag)),
                     .label = read.error()}}};
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
    if (std::any_of(words.begin() + static_cast<std::ptrdiff_t>(at), words.end(), asks_help)) {
        invocation.arguments.emplace_back(verb->name);
        return invocation;
    }
    invocation.verb = verb;
    FlagReader{invocation, words, problems, at}.read();
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return invocation;
}

}  // namespace sluice::cli
