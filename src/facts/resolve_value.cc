#include <algorithm>
#include <array>
#include <ranges>
#include <string>

#include <fmt/format.h>

#include "facts/resolve.h"
#include "text/ascii.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

using quantity::problem;

// Chips with `part` in a name, blanks and punctuation aside.
std::vector<const Chip*> chips_with(const World& world, std::string_view part) {
    const std::string folded = fold_name(part);
    std::vector<const Chip*> found;
    for (const Chip& chip : world.chips) {
        const bool fits = std::ranges::any_of(
            names_of(&Chip::id, chip),
            [&](const std::string& name) { return fold_name(name).contains(folded); });
        if (fits && !folded.empty()) found.push_back(&chip);
    }
    return found;
}

ValueProblem several_chips(std::string_view name, const std::vector<const Chip*>& chips) {
    constexpr std::size_t most = 6;
    std::vector<std::string_view> ids;
    for (const Chip* chip : chips | std::views::take(most)) ids.push_back(chip->id);
    const std::string rest =
        chips.size() > most ? fmt::format(" …; `sluice chips {}` lists all", name) : "";
    return {.message = fmt::format("`{}` fits {} chips", name, chips.size()),
            .label = "say which",
            .hint = fmt::format("one of `{}`{}", fmt::join(ids, "`, `"), rest)};
}

ValueProblem unknown_chip(const World& world, std::string_view name) {
    const std::vector<const Chip*> fitting = chips_with(world, name);
    if (fitting.size() > 1) return several_chips(name, fitting);
    const std::string_view start = name.substr(0, name.find_first_of("- "));
    const std::string near = text::did_you_mean(name, names_of(&Chip::id, world.chips));
    const std::string list = chips_with(world, start).empty()
                                 ? "`sluice chips` lists all"
                                 : fmt::format("`sluice chips {}` lists those like it", start);
    return {.message = fmt::format("no chip named `{}`", name),
            .label = fmt::format("not in data/chips ({} chips)", world.chips.size()),
            .hint = near.empty() ? list : near + " " + list};
}

ValueProblem unknown_place(const World& world, std::string_view name) {
    const std::string hint = text::did_you_mean(name, names_of(&Place::iso, world.places.all));
    return {.message = fmt::format("no place named `{}`", name),
            .label = "expected a country's ISO code or name",
            .hint = (hint.empty() ? "" : hint + " ") + "`sluice places` lists all"};
}

// `model-training` and `5a992` are meant as `model_training` and `5A992`.
bool same_choice(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, {}, [](char c) { return c == '-' ? '_' : text::lower(c); },
        [](char c) { return text::lower(c); });
}

Reading<Value> read_choice(const FactInfo& fact, std::string_view key, std::string_view text) {
    for (std::size_t i = 0; i < fact.choices.size(); ++i)
        if (same_choice(text, fact.choices[i])) return Value::code(static_cast<std::int64_t>(i));
    return std::unexpected(unknown_choice(key, text, fact.choices));
}

Reading<Value> read_boolean(std::string_view key, std::string_view text) {
    if (text == "yes") return Value::boolean(true);
    if (text == "no") return Value::boolean(false);
    return problem(fmt::format("`{}` is yes, no or unknown, found `{}`", key, text),
                   "expected yes, no or unknown");
}

Reading<Value> read_number_fact(const FactInfo& fact, std::string_view key, std::string_view text) {
    const auto range = quantity::parse_range_as(fact.dimension, key, text);
    if (!range) return std::unexpected(range.error());
    if (fact.id != FactId::quantity) return Value::range(*range);
    const auto whole = [](quantity::Decimal end) {
        return end.millionths() % 1'000'000 == 0 || end == quantity::Decimal::largest();
    };
    if (whole(range->lo) && whole(range->hi) && range->lo >= quantity::Decimal(1))
        return Value::range(*range);
    return problem(fmt::format("`{}` counts chips, found `{}`", key, text),
                   "expected a whole number, 1 or more");
}

constexpr std::array<std::string_view, 7> list_words = {
    "none", "unknown", "entity_list", "meu_list", "sdn", "unverified", "denied"};
constexpr quantity::Decimal whole = quantity::Decimal(100);

Reading<void> read_entry(std::string_view text, Listings& listings) {
    while (!text.empty()) {
        const std::string_view part = text::take_until(text, ':');
        const auto footnote = std::ranges::find(entry_footnotes, part, &NamedFact::first);
        const int lane = choice_code(FactId::entity_lane, part);
        if (footnote != std::end(entry_footnotes)) {
            listings.named.set(index(footnote->second));
        } else if (lane >= 0) {
            // Lanes are ordered from mildest to strictest, but `not_stated` is no lane.
            const int not_stated = choice_code(FactId::entity_lane, "not_stated");
            const bool milder = lane == not_stated || lane < listings.lane;
            if (listings.lane < 0 || listings.lane == not_stated || !milder) listings.lane = lane;
        } else {
            return problem(fmt::format("an Entity List entry has no `{}`", part),
                           fmt::format("expected fn1, fn3, fn4, fn5 or one of {}",
                                       fmt::join(info(FactId::entity_lane).choices, ", ")));
        }
    }
    return {};
}

}  // namespace

ValueProblem unknown_choice(std::string_view key, std::string_view text,
                            std::span<const std::string_view> choices) {
    return {.message = fmt::format("`{}` is never `{}`", key, text),
            .label = fmt::format("expected one of {}", fmt::join(choices, ", ")),
            .hint = text::did_you_mean(text, choices)};
}

Reading<Value> read_fact(const World& world, FactId fact, std::string_view key,
                         std::string_view text) {
    const FactInfo& about = info(fact);
    const bool a_chip = about.type == FactType::chip;
    if (text == "unknown" && !a_chip) return Value::unknown();
    const bool names_none = text::contains(about.choices, "none");
    if (text == "none" && !names_none && !a_chip && about.type != FactType::boolean)
        return Value::absent();
    if (about.type == FactType::number) return read_number_fact(about, key, text);
    if (about.type == FactType::boolean) return read_boolean(key, text);
    if (about.type == FactType::choice) return read_choice(about, key, text);
    const int code = a_chip                          ? world.find_chip(text)
                     : about.type == FactType::place ? world.places.find(text)
                                                     : world.find_party(text);
    if (code >= 0) return Value::code(code);
    if (about.type == FactType::party) return Value::code(unaddressed);
    return std::unexpected(a_chip ? unknown_chip(world, text) : unknown_place(world, text));
}

Reading<void> read_listing(std::string_view key, std::string_view text, Listings& listings) {
    std::string_view rest = text;
    const std::string_view name = text::take_until(rest, ':');
    if (name == "none" || name == "unknown") {
        (name == "none" ? listings.none : listings.unknown) = true;
        return {};
    }
    const auto list = std::ranges::find(party_lists, name, &NamedFact::first);
    if (list == std::end(party_lists))
        return std::unexpected(unknown_choice(key, name, list_words));
    if (name != "entity_list" && !rest.empty()) {
        return problem(fmt::format("`{}` takes nothing after it, found `{}`", name, rest),
                       fmt::format("expected `{}`", name));
    }
    listings.named.set(index(list->second));
    return read_entry(rest, listings);
}

Reading<void> read_owner(std::string_view key, std::string_view text, Owners& owners) {
    std::string_view rest = text;
    const std::string_view name = text::take_until(rest, ':');
    const int list = choice_code(FactId::listed_owner, name);
    if (name == "unknown" || name == "none") {
        (name == "none" ? owners.none : owners.unknown) = true;
        return {};
    }
    if (list < 0)
        return std::unexpected(unknown_choice(key, name, info(FactId::listed_owner).choices));
    owners.strictest = std::max(owners.strictest, list);
    if (rest.empty() || rest == "unknown") {
        owners.share_unknown = true;
        return {};
    }
    const std::string percent(rest);
    const auto share = quantity::parse_range_as(quantity::Dimension::percent, key,
                                                percent.contains('%') ? percent : percent + " %");
    if (!share) return std::unexpected(share.error());
    owners.share.lo = owners.share.lo + std::min(share->lo, whole);
    owners.share.hi = owners.share.hi + std::min(share->hi, whole);
    if (share->lo > whole || owners.share.lo > whole) {
        return problem(fmt::format("the listed owners hold {} together",
                                   quantity::to_string(std::max(share->lo, owners.share.lo),
                                                       quantity::Dimension::percent)),
                       "expected 100 % or less");
    }
    return {};
}

Value ownership_of(const Owners& owners) {
    if (owners.unknown) return Value::unknown();
    if (!owners.share_unknown)
        return Value::range({owners.share.lo, std::min(owners.share.hi, whole)});
    // What is known is a floor; nothing known at all is asked for as such.
    return owners.share.lo == quantity::Decimal{} ? Value::unknown()
                                                  : Value::range({owners.share.lo, whole});
}

}  // namespace sluice::facts
