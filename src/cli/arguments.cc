#include <fmt/format.h>

#include <algorithm>

#include "cli/flags.h"
#include "text/suggest.h"

namespace sluice::cli {

using text::Diagnostic;
using text::Diagnostics;

namespace {

Diagnostic usage(std::string message, std::string hint) {
    return {.message = std::move(message), .hint = std::move(hint)};
}

std::string help_hint(const Verb* verb) {
    return verb ? fmt::format("`sluice help {}` lists its flags", verb->name)
                : std::string{"`sluice help` lists the verbs"};
}

std::string suggested(std::string_view name, const std::vector<std::string>& candidates,
                      const std::string& otherwise) {
    const auto near = text::nearest(name, candidates, 1);
    return near.empty() ? otherwise : text::did_you_mean(near);
}

// The verb at the front of `words`: one word, or two (`law list`). Moves `at` behind it.
const Verb* read_verb(const std::vector<std::string>& words, std::size_t& at,
                      Diagnostics& problems) {
    const auto& first = words[at];
    const auto* longer = at + 1 < words.size() ? find_verb(first + " " + words[at + 1]) : nullptr;
    if (longer) {
        at += 2;
        return longer;
    }
    if (const auto* verb = find_verb(first)) {
        ++at;
        return verb;
    }
    std::vector<std::string> names;
    const bool law = first == "law";
    for (const auto& verb : verbs())
        if (!law || verb.name.starts_with("law ")) names.emplace_back(verb.name);
    if (law && (at + 1 == words.size() || words[at + 1].starts_with("-"))) {
        problems.push_back(usage("`sluice law` needs to know what to do",
                                 fmt::format("one of: {}", fmt::join(names, ", "))));
    } else if (first.starts_with("-")) {
        problems.push_back(
            usage(fmt::format("the verb comes first, found `{}`", first), help_hint(nullptr)));
    } else {
        const auto wrong = law ? "law " + words[at + 1] : first;
        problems.push_back(usage(fmt::format("no verb named `{}`", wrong),
                                 suggested(wrong, names, help_hint(nullptr))));
    }
    return nullptr;
}

class FlagReader {
public:
    FlagReader(Invocation& invocation, const std::vector<std::string>& words, Diagnostics& problems)
        : invocation_(invocation),
          words_(words),
          problems_(problems),
          flags_(flags_of(*invocation.verb)) {}

    void read(std::size_t at) {
        bool only_arguments = false;
        for (at_ = at; at_ < words_.size(); ++at_) {
            const auto& word = words_[at_];
            if (only_arguments || word == "-" || !word.starts_with("-")) {
                invocation_.arguments.push_back(word);
            } else if (word == "--") {
                only_arguments = true;
            } else {
                flag(word == "-o" ? "--output" : word);
            }
        }
        count_arguments();
    }

private:
    void flag(const std::string& word) {
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        const auto known = std::ranges::find(flags_, name, &Flag::name);
        if (known == flags_.end()) {
            std::vector<std::string> names;
            for (const auto& f : flags_) names.emplace_back(f.name);
            problems_.push_back(
                usage(fmt::format("`sluice {}` has no flag `{}`", invocation_.verb->name, name),
                      suggested(name, names, help_hint(invocation_.verb))));
            // Its value is not an argument; skipping it keeps one mistake one message.
            if (equals == std::string::npos && at_ + 1 < words_.size() &&
                !words_[at_ + 1].starts_with("--"))
                ++at_;
            return;
        }
        std::string value;
        if (!known->value.empty()) {
            if (equals != std::string::npos) {
                value = word.substr(equals + 1);
            } else if (at_ + 1 < words_.size() && !words_[at_ + 1].starts_with("--")) {
                value = words_[++at_];
            } else {
                problems_.push_back(usage(fmt::format("`{}` needs a value", name),
                                          fmt::format("write `{} {}`", name, known->value)));
                return;
            }
        } else if (equals != std::string::npos) {
            problems_.push_back(usage(fmt::format("`{}` takes no value", name),
                                      fmt::format("write `{}` alone", name)));
            return;
        }
        if (!known->repeatable && invocation_.has(name)) {
            problems_.push_back(
                usage(fmt::format("`{}` is given twice", name), "keep one of them"));
            return;
        }
        if (!known->words.empty() && !known->words.contains("yes|no")) check_word(*known, value);
        invocation_.given.push_back({name, std::move(value)});
    }

    // Switches between a few words, such as --color; the deal's own choices are resolve's business.
    void check_word(const Flag& flag, const std::string& value) {
        const auto choices = fmt::format("|{}|", flag.words);
        if (choices.contains(fmt::format("|{}|", value))) return;
        auto listed = std::string{flag.words};
        for (auto bar = listed.find('|'); bar != std::string::npos; bar = listed.find('|'))
            listed.replace(bar, 1, ", ");
        problems_.push_back(usage(fmt::format("`{}` cannot be `{}`", flag.name, value),
                                  fmt::format("one of: {}", listed)));
    }

    void count_arguments() {
        const auto& verb = *invocation_.verb;
        const auto count = invocation_.arguments.size();
        if (count > verb.most)
            problems_.push_back(
                usage(fmt::format("`sluice {}` does not know what to do with `{}`", verb.name,
                                  invocation_.arguments[verb.most]),
                      fmt::format("usage: sluice {} {} [FLAGS]", verb.name, verb.arguments)));
        else if (count < verb.least)
            problems_.push_back(usage(
                fmt::format("`sluice {}` needs {}", verb.name, verb.arguments),
                fmt::format("such as `{}`", verb.examples.substr(0, verb.examples.find('\n')))));
    }

    Invocation& invocation_;
    const std::vector<std::string>& words_;
    Diagnostics& problems_;
    std::vector<Flag> flags_;
    std::size_t at_ = 0;
};

}  // namespace

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
    std::size_t at = 0;
    if (words.empty() || words[0] == "--help" || words[0] == "-h") return invocation;
    if (words[0] == "--version") {
        invocation.verb = find_verb("version");
        return invocation;
    }
    Diagnostics problems;
    const auto* verb = read_verb(words, at, problems);
    if (!verb) return std::unexpected{std::move(problems)};

    const auto asks_help = [](const std::string& word) { return word == "--help" || word == "-h"; };
    if (std::any_of(words.begin() + static_cast<std::ptrdiff_t>(at), words.end(), asks_help)) {
        invocation.arguments.emplace_back(verb->name);
        return invocation;
    }
    invocation.verb = verb;
    FlagReader{invocation, words, problems}.read(at);
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return invocation;
}

}  // namespace sluice::cli
