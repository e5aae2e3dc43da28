// Small lawbooks for the tests of determinations: rules in shorthand, facts in words, answers in
// one line.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "facts/resolve.h"
#include "law/determine.h"
#include "law/small_world_test.h"

namespace sluice::law {

// `@requirement r` opens a provision and `$` one version of it that has spoken since 2023-01-01.
inline std::string spelled_out(std::string_view shorthand) {
    std::string text;
    for (std::size_t i = 0; i < shorthand.size(); ++i) {
        if (shorthand[i] == '$') {
            text +=
                "version published 2023-01-01 effective 2023-01-01 source \"S\" "
                "confidence primary text \"T.\"";
        } else if (shorthand[i] == '@') {
            const auto blank = shorthand.find(' ', i);
            const auto kind = shorthand.substr(i + 1, blank - i - 1);
            const auto end = shorthand.find_first_of(" \n", blank + 1);
            const auto id = shorthand.substr(blank + 1, end - blank - 1);
            text += fmt::format("provision {0} \"{0}\" kind {1} at \"1\"", id, kind);
            i = end - 1;
        } else {
            text += shorthand[i];
        }
    }
    return text;
}

// "tpp 2000, die_area 600..800 mm2, destination CN, certify c yes, red_flag f".
inline facts::Case case_of(const facts::World& world, std::string_view written, Date on) {
    facts::Case the_case{.on = on};
    while (!written.empty()) {
        const auto end = std::min(written.find(", "), written.size());
        const auto one = written.substr(0, end);
        written.remove_prefix(std::min(end + 2, written.size()));
        const auto blank = one.find(' ');
        const auto name = one.substr(0, blank);
        const auto value = one.substr(blank + 1);
        if (name == "certify") {
            const auto middle = value.find(' ');
            the_case.certified.emplace_back(value.substr(0, middle),
                                            value.substr(middle + 1) == "yes");
        } else if (name == "red_flag") {
            the_case.red_flags.emplace_back(value);
        } else {
            const auto fact = facts::find_fact(name);
            if (!fact) throw std::invalid_argument(std::string(one));
            const auto read = facts::read_fact(world, *fact, name, value);
            if (!read) throw std::invalid_argument(read.error().message);
            the_case[*fact] = *read;
        }
    }
    return the_case;
}

// "undetermined no_licence_required..licence_required, lane case_by_case else policy_of_denial,
// exception E, if a b, not enforced, tier T, ask die_area tpp": what is usual is left out.
inline std::string one_line(const Rulebook& rules, const Determination& d) {
    std::string line{to_string(d.outcome)};
    if (d.outcome == Outcome::undetermined || d.at_least != d.at_most)
        line += fmt::format(" {}..{}", to_string(d.at_least), to_string(d.at_most));
    if (d.lane) line += fmt::format(", lane {}", to_string(*d.lane));
    if (d.lane_otherwise) line += fmt::format(" else {}", to_string(*d.lane_otherwise));
    if (d.exception >= 0)
        line += ", exception " +
                rules.provisions[static_cast<std::size_t>(d.exception)].provision->code;
    std::vector<std::string> words;
    for (const auto code : d.conditions)
        words.push_back(rules.book->condition_names[static_cast<std::size_t>(code)]);
    if (!words.empty()) line += fmt::format(", if {}", fmt::join(words, " "));
    if (!d.enforced) line += ", enforced unknown";
    if (d.enforced && !*d.enforced) line += ", not enforced";
    if (d.tier.name != "none") line += ", tier " + d.tier.name;
    words.clear();
    for (const auto& m : d.missing)
        words.push_back(m.fact ? std::string(facts::info(*m.fact).name) : '"' + m.gap + '"');
    if (!words.empty()) line += fmt::format(", ask {}", fmt::join(words, " "));
    return line;
}

struct SmallBook {
    facts::World world = small_world();
    Lawbook book;
    Rulebook rules;

    explicit SmallBook(std::string_view shorthand, Date on = quantity::make_date(2024, 1, 2),
                       std::optional<Date> known_on = {}) {
        auto made = book_of(world, spelled_out(shorthand));
        if (!made) throw std::invalid_argument(text::render(made.error()));
        book = std::move(*made);
        rules = compile(world, book, on, known_on);
    }
    SmallBook(const SmallBook&) = delete;
    SmallBook& operator=(const SmallBook&) = delete;

    facts::Case of(std::string_view written) const { return case_of(world, written, rules.on); }
    Determination determine(std::string_view written) const {
        return law::determine(rules, of(written));
    }
    std::string answer(std::string_view written) const {
        return one_line(rules, determine(written));
    }
    std::string id(std::int32_t provision) const {
        return rules.provisions[static_cast<std::size_t>(provision)].provision->id;
    }
};

}  // namespace sluice::law
