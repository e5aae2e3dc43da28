#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "facts/resolve.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

constexpr char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string folded_name(std::string_view name) {
    std::string out(name);
    std::ranges::transform(out, out.begin(), folded);
    return out;
}

// Code in the table; `otherwise` for what the table does not hold.
template <class Find>
int code_in(const NameTable& table, std::string_view name, Find otherwise) {
    std::array<char, 64> buffer;
    if (name.size() > buffer.size()) return otherwise(name);
    std::ranges::transform(name, buffer.begin(), folded);
    const auto found = table.find(std::string_view(buffer.data(), name.size()));
    return found != table.end() ? found->second : otherwise(name);
}

std::vector<std::string> chip_names(const World& world) {
    std::vector<std::string> names;
    for (const Chip& chip : world.chips) {
        names.push_back(chip.id);
        names.push_back(chip.name);
        names.insert(names.end(), chip.aliases.begin(), chip.aliases.end());
    }
    return names;
}

ValueProblem unknown_chip(const World& world, std::string_view name) {
    ValueProblem problem{.message = fmt::format("no chip named `{}`", name),
                         .label = fmt::format("not in data/chips ({} chips)", world.chips.size()),
                         .hint = {}};
    const std::vector<int> several = world.chips_named(name);
    if (several.size() > 1) {
        problem.message = fmt::format("`{}` names {} chips", name, several.size());
        problem.label = "say which";
        for (const int code : several) {
            problem.hint += problem.hint.empty() ? "one of " : ", ";
            problem.hint += "`" + world.chips[static_cast<std::size_t>(code)].id + "`";
        }
        return problem;
    }
    const std::vector<std::string> names = chip_names(world);
    problem.hint = text::did_you_mean(text::nearest(name, names));
    const std::string start = folded_name(name.substr(0, name.find_first_of("- ")));
    const bool listed = !start.empty() && std::ranges::any_of(names, [&](const std::string& known) {
        return folded_name(known).find(start) != std::string::npos;
    });
    problem.hint += problem.hint.empty() ? "" : " ";
    problem.hint += listed ? fmt::format("`sluice chips {0}` lists those with `{0}` in a name", start)
                           : "`sluice chips` lists all";
    return problem;
}

ValueProblem unknown_place(const World& world, std::string_view name) {
    std::vector<std::string> names;
    for (const Place& place : world.places.all) {
        names.push_back(place.iso);
        names.push_back(place.name);
        names.insert(names.end(), place.aliases.begin(), place.aliases.end());
    }
    std::string hint = text::did_you_mean(text::nearest(name, names));
    return {.message = fmt::format("no place named `{}`", name),
            .label = "expected a country's ISO code or name",
            .hint = (hint.empty() ? "" : hint + " ") + "`sluice places` lists all"};
}

// `model-training` and `5a992` are meant as `model_training` and `5A992`.
bool same_choice(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, [](char c) { return c == '-' ? '_' : folded(c); }, folded);
}

std::expected<Value, ValueProblem> read_choice(const FactInfo& fact, std::string_view key,
                                               std::string_view text) {
    for (std::size_t i = 0; i < fact.choices.size(); ++i) {
        if (same_choice(text, fact.choices[i])) return Value::code(static_cast<std::int64_t>(i));
    }
    return std::unexpected(unknown_choice(key, text, fact.choices));
}

std::expected<Value, ValueProblem> read_boolean(std::string_view key, std::string_view text) {
    if (text == "yes") return Value::boolean(true);
    if (text == "no") return Value::boolean(false);
    return std::unexpected(ValueProblem{
        .message = fmt::format("`{}` is yes, no or unknown, found `{}`", key, text),
        .label = "expected yes, no or unknown",
        .hint = {}});
}

std::expected<Value, ValueProblem> read_count(std::string_view key, std::string_view text) {
    const auto count = quantity::parse_range_as(quantity::Dimension::number, key, text);
    if (!count) return std::unexpected(count.error());
    const bool whole = count->lo.millionths() % 1'000'000 == 0 &&
                       (count->hi.millionths() % 1'000'000 == 0 ||
                        count->hi == quantity::Decimal::largest());
    if (whole && count->lo >= quantity::Decimal(1)) return Value::range(*count);
    return std::unexpected(
        ValueProblem{.message = fmt::format("`{}` counts chips, found `{}`", key, text),
                     .label = "expected a whole number, 1 or more",
                     .hint = {}});
}

std::expected<Value, ValueProblem> read_number_fact(const FactInfo& fact, std::string_view key,
                                                    std::string_view text) {
    if (fact.id == FactId::quantity) return read_count(key, text);
    const auto range = quantity::parse_range_as(fact.dimension, key, text);
    if (!range) return std::unexpected(range.error());
    return Value::range(*range);
}

void add_name(NameTable& table, std::string_view name, int code) {
    if (code >= 0) table.emplace(folded_name(name), code);
}

}  // namespace

Lookup make_lookup(const World& world) {
    Lookup lookup;
    // Through the world's own search, so that a name means the same with and without the tables.
    for (const Chip& chip : world.chips) {
        lookup.chips.push_back(facts_of(world, chip));
        add_name(lookup.chip_codes, chip.id, world.find_chip(chip.id));
        add_name(lookup.chip_codes, chip.name, world.find_chip(chip.name));
        for (const auto& name : chip.aliases) add_name(lookup.chip_codes, name, world.find_chip(name));
    }
    for (const Place& place : world.places.all) {
        add_name(lookup.place_codes, place.iso, world.places.find(place.iso));
        add_name(lookup.place_codes, place.name, world.places.find(place.name));
        for (const auto& name : place.aliases) {
            add_name(lookup.place_codes, name, world.places.find(name));
        }
    }
    for (const Party& party : world.parties) {
        add_name(lookup.party_codes, party.id, world.find_party(party.id));
        add_name(lookup.party_codes, party.name, world.find_party(party.name));
        for (const auto& name : party.aliases) {
            add_name(lookup.party_codes, name, world.find_party(name));
        }
    }
    return lookup;
}

int Names::chip(std::string_view name) const {
    const auto find = [this](std::string_view n) { return world.find_chip(n); };
    return lookup == nullptr ? find(name) : code_in(lookup->chip_codes, name, find);
}

int Names::place(std::string_view name) const {
    const auto find = [this](std::string_view n) { return world.places.find(n); };
    return lookup == nullptr ? find(name) : code_in(lookup->place_codes, name, find);
}

int Names::party(std::string_view name) const {
    const auto find = [this](std::string_view n) { return world.find_party(n); };
    return lookup == nullptr ? find(name) : code_in(lookup->party_codes, name, find);
}

ValueProblem unknown_choice(std::string_view key, std::string_view text,
                            std::span<const std::string_view> choices) {
    const std::vector<std::string> names(choices.begin(), choices.end());
    return {.message = fmt::format("`{}` is never `{}`", key, text),
            .label = fmt::format("expected one of {}", fmt::join(choices, ", ")),
            .hint = text::did_you_mean(text::nearest(text, names))};
}

std::expected<Value, ValueProblem> read_fact(const Names& names, FactId fact, std::string_view key,
                                             std::string_view text) {
    const FactInfo& about = info(fact);
    if (text == "unknown") return Value::unknown();
    const bool names_none = std::ranges::find(about.choices, "none") != about.choices.end();
    if (text == "none" && !names_none && about.type != FactType::boolean) return Value::absent();
    switch (about.type) {
        case FactType::number: return read_number_fact(about, key, text);
        case FactType::boolean: return read_boolean(key, text);
        case FactType::choice: return read_choice(about, key, text);
        case FactType::party: {
            const int code = names.party(text);
            return Value::code(code >= 0 ? code : unaddressed);
        }
        case FactType::place: {
            const int code = names.place(text);
            if (code >= 0) return Value::code(code);
            return std::unexpected(unknown_place(names.world, text));
        }
        case FactType::chip: {
            const int code = names.chip(text);
            if (code >= 0) return Value::code(code);
            return std::unexpected(unknown_chip(names.world, text));
        }
    }
    return Value::unknown();
}

}  // namespace sluice::facts
