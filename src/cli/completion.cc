#include <fmt/format.h>

#include <algorithm>

#include "cli/door.h"

namespace sluice::cli {
namespace {

// Names of chips and places are asked of the program itself, so that they follow the data.
constexpr std::string_view list_chips = "sluice chips --ids 2>/dev/null";
constexpr std::string_view list_places = "sluice places --ids 2>/dev/null";

std::string spaced_words(std::string_view words) {
    std::string out{words};
    std::ranges::replace(out, '|', ' ');
    return out;
}

// What bash offers for a value or an argument.
std::string bash_words(Completes completes, std::string_view words) {
    switch (completes) {
        case Completes::nothing:
            return "COMPREPLY=()";
        case Completes::chips:
            return fmt::format("COMPREPLY=($(compgen -W \"$({})\" -- \"$cur\"))", list_chips);
        case Completes::places:
            return fmt::format("COMPREPLY=($(compgen -W \"$({})\" -- \"$cur\"))", list_places);
        case Completes::files:
            return "COMPREPLY=($(compgen -f -- \"$cur\"))";
        case Completes::directories:
            return "COMPREPLY=($(compgen -d -- \"$cur\"))";
        case Completes::words:
            return fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))", spaced_words(words));
    }
    return {};
}

std::string verb_names(bool law) {
    std::vector<std::string_view> names;
    for (const auto& verb : verbs()) {
        const bool in_law = verb.name.starts_with("law ");
        if (law && in_law) names.push_back(verb.name.substr(4));
        if (!law && !in_law) names.push_back(verb.name);
    }
    if (!law) names.push_back("law");
    return fmt::format("{}", fmt::join(names, " "));
}

std::string bash() {
    std::string out =
        "# Bash completion for sluice. Made by `sluice completion bash`.\n"
        "_sluice() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local verb=${COMP_WORDS[1]}\n"
        "    [[ $verb == law && $COMP_CWORD -gt 2 ]] && verb=\"law ${COMP_WORDS[2]}\"\n";
    out += fmt::format(
        "    if [[ $COMP_CWORD -eq 1 ]]; then COMPREPLY=($(compgen -W \"{}\" -- \"$cur\")); "
        "return; "
        "fi\n    if [[ $verb == law ]]; then COMPREPLY=($(compgen -W \"{}\" -- \"$cur\")); return; "
        "fi\n",
        verb_names(false), verb_names(true));
    out += "    case $verb in\n";
    for (const auto& verb : verbs()) {
        out += fmt::format("    \"{}\")\n        case $prev in\n", verb.name);
        std::vector<std::string_view> names;
        for (const auto& flag : flags_of(verb)) {
            names.push_back(flag.name);
            if (!flag.value.empty())
                out += fmt::format("        {}) {}; return ;;\n", flag.name,
                                   bash_words(flag.completes, flag.words));
        }
        out += fmt::format(
            "        esac\n        if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"{}\" -- "
            "\"$cur\")); return; fi\n        {} ;;\n",
            fmt::join(names, " "),
            verb.id == VerbId::completion ? bash_words(Completes::words, verb.arguments)
                                          : bash_words(verb.completes, {}));
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

std::string zsh_action(Completes completes, std::string_view words) {
    switch (completes) {
        case Completes::nothing:
            return " ";
        case Completes::chips:
            return "_sluice_chips";
        case Completes::places:
            return "_sluice_places";
        case Completes::files:
            return "_files";
        case Completes::directories:
            return "_files -/";
        case Completes::words:
            return fmt::format("({})", spaced_words(words));
    }
    return {};
}

std::string zsh() {
    std::string out =
        "#compdef sluice\n# Zsh completion for sluice. Made by `sluice completion "
        "zsh`.\n";
    out += fmt::format("_sluice_chips() {{ compadd -- ${{(f)\"$({})\"}} }}\n", list_chips);
    out += fmt::format("_sluice_places() {{ compadd -- ${{(f)\"$({})\"}} }}\n", list_places);
    out += fmt::format(
        "_sluice() {{\n    if (( CURRENT == 2 )); then compadd -- {}; return; fi\n    local "
        "verb=$words[2]\n    if [[ $verb == law ]]; then\n        if (( CURRENT == 3 )); then "
        "compadd -- {}; return; fi\n        verb=\"law $words[3]\"; shift words; (( CURRENT-- ))\n "
        " "
        "  fi\n    shift words; (( CURRENT-- ))\n    case $verb in\n",
        verb_names(false), verb_names(true));
    for (const auto& verb : verbs()) {
        out += fmt::format("    '{}') _arguments", verb.name);
        for (const auto& flag : flags_of(verb))
            out += fmt::format(" \\\n        '{}{}[{}]{}'", flag.repeatable ? "*" : "", flag.name,
                               zsh_text(flag.help),
                               flag.value.empty()
                                   ? std::string{}
                                   : fmt::format(":{}:{}", zsh_text(flag.value),
                                                 zsh_action(flag.completes, flag.words)));
        const auto action = verb.id == VerbId::completion
                                ? zsh_action(Completes::words, verb.arguments)
                                : zsh_action(verb.completes, {});
        if (verb.most > 0) out += fmt::format(" \\\n        '*:argument:{}'", action);
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
    for (const auto& verb : verbs()) {
        const bool in_law = verb.name.starts_with("law ");
        const auto word = in_law ? verb.name.substr(4) : verb.name;
        out +=
            fmt::format("complete -c sluice -n {} -a {} -d {}\n",
                        in_law ? fish_quoted(fmt::format("__fish_seen_subcommand_from law; and not "
                                                         "__fish_seen_subcommand_from {}",
                                                         verb_names(true)))
                               : std::string{"__fish_use_subcommand"},
                        word, fish_quoted(verb.summary));
        const auto when = fish_quoted(in_law ? fmt::format("__fish_seen_subcommand_from law; and "
                                                           "__fish_seen_subcommand_from {}",
                                                           word)
                                             : fmt::format("__fish_seen_subcommand_from {}", word));
        const auto offer = [&](Completes completes, std::string_view words) -> std::string {
            switch (completes) {
                case Completes::nothing:
                    return "";
                case Completes::chips:
                    return fmt::format(" -a '({})'", list_chips);
                case Completes::places:
                    return fmt::format(" -a '({})'", list_places);
                case Completes::files:
                    return " -F";
                case Completes::directories:
                    return " -a '(__fish_complete_directories)'";
                case Completes::words:
                    return " -a " + fish_quoted(spaced_words(words));
            }
            return "";
        };
        for (const auto& flag : flags_of(verb))
            out += fmt::format("complete -c sluice -n {} -l {}{}{} -d {}\n", when,
                               flag.name.substr(2), flag.value.empty() ? "" : " -x",
                               offer(flag.completes, flag.words), fish_quoted(flag.help));
        if (const auto words = verb.id == VerbId::completion
                                   ? offer(Completes::words, verb.arguments)
                                   : offer(verb.completes, {});
            !words.empty())
            out += fmt::format("complete -c sluice -n {}{}\n", when, words);
    }
    out += fmt::format("complete -c sluice -n __fish_use_subcommand -a law -d {}\n",
                       fish_quoted("work with the rules"));
    return out;
}

}  // namespace

namespace verb {

int completion(const Command& command) {
    const auto& shell = command.invocation.arguments[0];
    if (shell == "bash")
        command.print(bash());
    else if (shell == "zsh")
        command.print(zsh());
    else if (shell == "fish")
        command.print(fish());
    else
        return command.refuse({{.message = fmt::format("no completion for `{}`", shell),
                                .hint = "one of: bash, zsh, fish"}},
                              Exit::usage);
    return 0;
}

}  // namespace verb

}  // namespace sluice::cli
