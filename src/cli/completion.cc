#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <span>

#include "cli/door.h"
#include "text/file.h"

namespace sluice::cli {
namespace {

// What may stand for the last of the words: one a line, what it means behind a tab.
struct Offers {
    std::string_view typed;
    std::string lines{};

    void add(std::string_view word, std::string_view meaning) {
        if (word.starts_with(typed))
            lines += fmt::format("{}{}{}\n", word, meaning.empty() ? "" : "\t", meaning);
    }

    // Verbs that go on from the words so far, "" or "law ", by their next word.
    void verbs_after(std::string_view words) {
        std::string_view last;
        for (const auto& verb : verbs()) {
            if (!verb.name.starts_with(words)) continue;
            const auto rest = verb.name.substr(words.size());
            const auto next = rest.substr(0, rest.find(' '));
            if (next != last) add(next, next == rest ? verb.summary : "");
            last = next;
        }
    }

    // Of a flag or an argument, by its name: "[CHIP]", "auto|always|never". Names come from the
    // data; for anything else the shell offers files.
    void values(const Command& command, std::string_view name) {
        if (name.contains('|'))
            for (const auto part : std::views::split(name, '|')) {
                const std::string_view word{part};
                add(word.substr(0, word.find(' ')), "");
            }
        const bool chips = name.contains("CHIP"), places = name.contains("PLACE");
        if (!chips && !places) return;
        const auto data = find_data(command);
        if (!data) return;
        const auto world = facts::load(*data);
        if (!world) return;
        if (chips)
            for (const auto& chip : world->chips) add(chip.id, chip.name);
        else
            for (const auto& place : world->places.all) add(place.iso, place.name);
    }
};

std::string offers(const Command& command, std::span<const std::string> words) {
    if (words.empty()) return {};
    const auto before = words.first(words.size() - 1);
    Offers out{words.back()};
    out.verbs_after(before.empty() ? "" : fmt::format("{} ", fmt::join(before, " ")));
    if (before.empty()) return out.lines;
    const auto* verb =
        before.size() > 1 ? find_verb(fmt::format("{} {}", before[0], before[1])) : nullptr;
    if (!verb) verb = find_verb(before[0]);
    if (!verb) return out.lines;
    const auto flags = flags_of(*verb);
    const auto flag = std::ranges::find(flags, before.back(), &Flag::name);
    if (flag != flags.end() && !flag->value.empty())
        out.values(command, flag->words.empty() ? flag->value : flag->words);
    else if (out.typed.starts_with('-'))
        for (const auto& one : flags) out.add(one.name, one.help);
    else
        out.values(command, verb->arguments);
    return out.lines;
}

}  // namespace

namespace verb {

int completion(const Command& command) {
    const std::span words = command.invocation.arguments;
    if (words[0] == "words") return command.print(offers(command, words.subspan(1)));
    if (words[0] != "bash" && words[0] != "zsh" && words[0] != "fish")
        return command.misused(fmt::format("no completion for `{}`", words[0]),
                               "one of: bash, zsh, fish");
    const auto data = find_data(command);
    if (!data) return command.refuse(data.error());
    const auto script = text::read_text(*data / "completion" / words[0]);
    return script ? command.print(*script) : command.refuse(script.error());
}

}  // namespace verb

}  // namespace sluice::cli
