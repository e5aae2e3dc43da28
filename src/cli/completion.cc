#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/door.h"

namespace sluice::cli {
namespace {

// What a shell is told to offer for a value or an argument, by Completes; {} is the choices. Names
// of chips and places are asked of the program itself, so that they follow the data.
struct Offer {
    std::string_view bash, zsh, fish;
};
constexpr std::array<Offer, 6> offers = {{
    {"COMPREPLY=()", " ", ""},
    {R"sh(COMPREPLY=($(compgen -W "$(sluice chips --ids 2>/dev/null)" -- "$cur")))sh",
     "_sluice_chips", " -a '(sluice chips --ids 2>/dev/null)'"},
    {R"sh(COMPREPLY=($(compgen -W "$(sluice places --ids 2>/dev/null)" -- "$cur")))sh",
     "_sluice_places", " -a '(sluice places --ids 2>/dev/null)'"},
    {R"sh(COMPREPLY=($(compgen -f -- "$cur")))sh", "_files", " -F"},
    {R"sh(COMPREPLY=($(compgen -d -- "$cur")))sh", "_files -/",
     " -a '(__fish_complete_directories)'"},
    {R"sh(COMPREPLY=($(compgen -W "{}" -- "$cur")))sh", "({})", " -a '{}'"},
}};

// `choices` are separated by `|`.
std::string offer(std::string_view Offer::* shell, Completes completes, std::string_view choices) {
    std::string words{choices};
    std::ranges::replace(words, '|', ' ');
    return fmt::format(fmt::runtime(offers[static_cast<std::size_t>(completes)].*shell), words);
}

std::string verb_names(bool law) {
    std::vector<std::string_view> names;
    for (const auto& verb : verbs())
        if (verb.name.starts_with("law ") == law) names.push_back(verb.name.substr(law ? 4 : 0));
    if (!law) names.push_back("law");
    return fmt::format("{}", fmt::join(names, " "));
}

std::string bash() {
    std::string out =
        fmt::format(R"sh(# Bash completion for sluice. Made by `sluice completion bash`.
_sluice() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
    local verb=${{COMP_WORDS[1]}}
    [[ $verb == law && $COMP_CWORD -gt 2 ]] && verb="law ${{COMP_WORDS[2]}}"
    if [[ $COMP_CWORD -eq 1 ]]; then COMPREPLY=($(compgen -W "{}" -- "$cur")); return; fi
    if [[ $verb == law ]]; then COMPREPLY=($(compgen -W "{}" -- "$cur")); return; fi
    case $verb in
)sh",
                    verb_names(false), verb_names(true));
    for (const auto& verb : verbs()) {
        out += fmt::format("    \"{}\")\n        case $prev in\n", verb.name);
        std::vector<std::string_view> names;
        for (const auto& flag : flags_of(verb)) {
            names.push_back(flag.name);
            if (!flag.value.empty())
                out += fmt::format("        {}) {}; return ;;\n", flag.name,
                                   offer(&Offer::bash, completes(flag), flag.words));
        }
        out +=
            fmt::format(R"sh(        esac
        if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "{}" -- "$cur")); return; fi
        {} ;;
)sh",
                        fmt::join(names, " "), offer(&Offer::bash, verb.completes, verb.arguments));
    }
    return out + "    esac\n}\ncomplete -F _sluice sluice\n";
}

// A description inside single quotes of zsh's _arguments, where brackets and colons mean something.
std::string zsh_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
            continue;
        }
        if (c == '[' || c == ']' || c == ':') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh() {
    std::string out = fmt::format(R"sh(#compdef sluice
# Zsh completion for sluice. Made by `sluice completion zsh`.
_sluice_chips() {{ compadd -- ${{(f)"$(sluice chips --ids 2>/dev/null)"}} }}
_sluice_places() {{ compadd -- ${{(f)"$(sluice places --ids 2>/dev/null)"}} }}
_sluice() {{
    if (( CURRENT == 2 )); then compadd -- {}; return; fi
    local verb=$words[2]
    if [[ $verb == law ]]; then
        if (( CURRENT == 3 )); then compadd -- {}; return; fi
        verb="law $words[3]"; shift words; (( CURRENT-- ))
    fi
    shift words; (( CURRENT-- ))
    case $verb in
)sh",
                                  verb_names(false), verb_names(true));
    for (const auto& verb : verbs()) {
        out += fmt::format("    '{}') _arguments", verb.name);
        for (const auto& flag : flags_of(verb)) {
            out += fmt::format(" \\\n        '{}{}[{}]", flag.repeatable ? "*" : "", flag.name,
                               zsh_text(flag.help));
            if (!flag.value.empty())
                out += fmt::format(":{}:{}", zsh_text(flag.value),
                                   offer(&Offer::zsh, completes(flag), flag.words));
            out += '\'';
        }
        if (verb.most > 0)
            out += fmt::format(" \\\n        '*:argument:{}'",
                               offer(&Offer::zsh, verb.completes, verb.arguments));
        out += " ;;\n";
    }
    return out + "    esac\n}\n_sluice \"$@\"\n";
}

std::string fish_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string fish() {
    std::string out =
        "# Fish completion for sluice. Made by `sluice completion fish`.\n"
        "complete -c sluice -f\n";
    const auto line = [&](std::string_view when, std::string_view rest) {
        out += fmt::format("complete -c sluice -n {}{}\n", when, rest);
    };
    const auto verb_line = [&](std::string_view when, std::string_view word,
                               std::string_view summary) {
        line(when, fmt::format(" -a {} -d {}", word, fish_quoted(summary)));
    };
    for (const auto& verb : verbs()) {
        const bool in_law = verb.name.starts_with("law ");
        const auto word = verb.name.substr(in_law ? 4 : 0);
        const std::string_view law = in_law ? "__fish_seen_subcommand_from law; and " : "";
        verb_line(in_law
                      ? fmt::format("'{}not __fish_seen_subcommand_from {}'", law, verb_names(true))
                      : "__fish_use_subcommand",
                  word, verb.summary);
        const auto when = fmt::format("'{}__fish_seen_subcommand_from {}'", law, word);
        for (const auto& flag : flags_of(verb))
            line(when, fmt::format(" -l {}{}{} -d {}", flag.name.substr(2),
                                   flag.value.empty() ? "" : " -x",
                                   offer(&Offer::fish, completes(flag), flag.words),
                                   fish_quoted(flag.help)));
        if (const auto words = offer(&Offer::fish, verb.completes, verb.arguments); !words.empty())
            line(when, words);
    }
    verb_line("__fish_use_subcommand", "law", "work with the rules");
    return out;
}

}  // namespace

namespace verb {

int completion(const Command& command) {
    const auto& shell = command.invocation.arguments[0];
    if (shell == "bash") return command.print(bash());
    if (shell == "zsh") return command.print(zsh());
    if (shell == "fish") return command.print(fish());
    return command.misused(fmt::format("no completion for `{}`", shell), "one of: bash, zsh, fish");
}

}  // namespace verb

}  // namespace sluice::cli
