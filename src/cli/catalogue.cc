#include <fmt/format.h>

#include <algorithm>

#include "cli/door.h"
#include "facts/read_data.h"
#include "report/assess.h"
#include "text/ascii.h"
#include "text/json.h"
#include "text/sequence.h"
#include "text/suggest.h"
#include "text/table.h"

namespace sluice::cli {

using facts::Chip;
using facts::Known;
using facts::Measured;
using facts::World;
using quantity::Dimension;
using text::JsonWriter;

namespace {

// Every value of a chip with its name, in the order of the data files.
std::vector<std::pair<std::string, const Measured*>> measured_values(const Chip& chip) {
    std::vector<std::pair<std::string, const Measured*>> all;
    for (const auto& [key, dimension, field] : facts::measured_keys()) {
        all.emplace_back(key, &(chip.*field));
        if (key != "transistor_count") continue;
        for (std::size_t i = 0; i < facts::format_count; ++i)
            all.emplace_back(
                fmt::format("rate.{}", facts::to_string(static_cast<facts::Format>(i))),
                &chip.rate[i]);
    }
    return all;
}

struct ChipLine {
    facts::Value tpp{}, density{};
    std::string tier;
};

// The tier needs a whole case; a plain one to China leaves nothing of it open but the chip itself.
ChipLine line_of(const Library& library, const law::Rulebook& rules, const Chip& chip) {
    facts::Deal deal;
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"chip", chip.id},
                                     {"to", "CN"},
                                     {"on", quantity::to_string(rules.on)},
                                     {"headquarters", "CN"},
                                     {"parent_headquarters", "CN"}})
        deal.fields.push_back({.key = key, .value = value});
    const auto the_case = facts::resolve(library.world, deal);
    const auto tpp = facts::tpp_of(chip).value;
    return {tpp, facts::performance_density(tpp, chip.die_area.value),
            the_case ? law::determine(rules, *the_case).tier.name : "undetermined"};
}

std::string vendor_of(const World& world, const Chip& chip) {
    return chip.vendor < 0 ? std::string{}
                           : world.parties[static_cast<std::size_t>(chip.vendor)].name;
}

std::string chips_text(const Library& library, const law::Rulebook& rules,
                       const std::vector<const Chip*>& chips) {
    std::vector<std::vector<std::string>> rows;
    for (const auto* chip : chips) {
        const auto line = line_of(library, rules, *chip);
        rows.push_back({chip->id, chip->name, report::words(line.tpp, Dimension::number),
                        report::words(line.density, Dimension::number),
                        report::words(chip->memory_bandwidth.value, Dimension::byte_rate),
                        line.tier});
    }
    return text::table("chip|name|TPP>|density>|memory>|tier", rows) +
           fmt::format("{} chips; tiers as of {}\n", chips.size(), quantity::to_string(rules.on));
}

void value_json(JsonWriter& json, std::string_view name, const Measured& m) {
    json.object(name, [&] {
        auto sources = m.provenance.sources;
        if (m.high_end) text::append(sources, m.high_end->sources);
        json.field("value", report::words(m.value, m.dimension, false));
        json.field("sources", sources);
        json.field_or_null("date", m.provenance.date);
        json.field("confidence", m.provenance.confidence);
        json.field_or_null("note", m.provenance.note);
    });
}

void chip_json(JsonWriter& json, const Library& library, const law::Rulebook& rules,
               const Chip& chip, bool whole) {
    const auto line = line_of(library, rules, chip);
    json.begin_object();
    json.field("chip", chip.id);
    json.field("name", chip.name);
    json.field_or_null("vendor", vendor_of(library.world, chip));
    json.field("tpp", report::words(line.tpp, Dimension::number, false));
    json.field("performance_density", report::words(line.density, Dimension::number, false));
    json.field("tier", line.tier);
    if (whole) {
        json.field_or_null("family", chip.family);
        json.field_or_null("launched", chip.launched);
        json.field_or_null("process_node", chip.process_node);
        json.field_or_null("foundry", chip.foundry);
        json.field_or_null("note", chip.note);
        for (const auto& [name, value] : measured_values(chip))
            if (value->value.known != Known::unknown) value_json(json, name, *value);
    }
    json.end_object();
}

// Sources are numbered below the values, since most values share them.
std::string chip_text(const Library& library, const law::Rulebook& rules, const Chip& chip) {
    const auto line = line_of(library, rules, chip);
    auto out = fmt::format("{}  {}\n", chip.id, chip.name);
    std::vector<std::string> about{vendor_of(library.world, chip)};
    for (const auto& [label, value] : {std::pair{"", &chip.family},
                                       {"launched ", &chip.launched},
                                       {"", &chip.process_node},
                                       {"made by ", &chip.foundry},
                                       {"", &chip.form_factor},
                                       {"", &chip.memory_type},
                                       {"", &chip.interconnect}})
        if (!value->empty()) about.push_back(label + *value);
    if (!chip.aliases.empty())
        about.push_back(fmt::format("also {}", fmt::join(chip.aliases, ", ")));
    out += "  " + text::wrap(fmt::format("{}", fmt::join(about, " · ")), 100, 4) + "\n";
    out += fmt::format("  tier {} on {}\n  TPP {} · performance density {}\n\n", line.tier,
                       quantity::to_string(rules.on), report::words(line.tpp, Dimension::number),
                       report::words(line.density, Dimension::number));

    std::vector<std::string> sources;
    const auto numbered = [&](const facts::Provenance& from) {
        std::vector<std::string> numbers;
        for (const auto& source : from.sources) {
            const auto at = std::ranges::find(sources, source) - sources.begin();
            if (at == std::ssize(sources)) sources.push_back(source);
            numbers.push_back(fmt::format("[{}]", at + 1));
        }
        return fmt::format("{}", fmt::join(numbers, ""));
    };
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](std::string_view name, const std::string& value,
                         const facts::Provenance& low,
                         const std::optional<facts::Provenance>& high = {}) {
        auto from = numbered(low);
        if (high) from += ".." + numbered(*high);
        rows.push_back({std::string{name}, value, std::string{facts::to_string(low.confidence)},
                        low.date, from, low.note});
    };
    for (const auto& [name, m] : measured_values(chip))
        if (m->value.known != Known::unknown)
            add(name, report::words(m->value, m->dimension), m->provenance, m->high_end);
    add("marketed_for_datacentre",
        report::words(library.world, facts::FactId::marketed_for_datacentre,
                      chip.marketed_for_datacentre),
        chip.marketed_provenance);
    out += text::table("value||confidence|date|source|note:50", rows);
    for (std::size_t i = 0; i < sources.size(); ++i)
        out += fmt::format("[{}] {}\n", i + 1, sources[i]);
    if (!chip.note.empty()) out += "note: " + text::wrap(chip.note, 100, 2) + "\n";
    return out;
}

// One chip by its exact name, else every chip whose id, name or alias holds the word.
std::vector<const Chip*> chips_asked(const World& world, const std::string& name) {
    std::vector<const Chip*> found;
    if (const int code = world.find_chip(name); code >= 0)
        return {&world.chips[static_cast<std::size_t>(code)]};
    for (const auto& chip : world.chips)
        if (text::lower(chip.id).contains(text::lower(name)) ||
            text::lower(chip.name).contains(text::lower(name)))
            found.push_back(&chip);
    return found;
}

std::vector<std::string_view> groups_on(const World& world, facts::PlaceCode code,
                                        quantity::Date on) {
    // Hong Kong stands in no group of its own; the rules look it up as China.
    const auto ruling = world.places.governing(code, on);
    std::vector<std::string_view> groups;
    for (const auto& group : world.places.groups)
        if (group.on(on).test(ruling)) groups.push_back(group.name);
    return groups;
}

std::string looked_up(const World& world, const facts::Place& place) {
    if (place.looked_up_as < 0) return {};
    return fmt::format("as {} from {}",
                       world.places.all[static_cast<std::size_t>(place.looked_up_as)].name,
                       quantity::to_string(place.looked_up_since));
}

std::string places_text(const World& world, const std::vector<facts::PlaceCode>& codes,
                        quantity::Date on) {
    std::vector<std::vector<std::string>> rows;
    for (const auto code : codes) {
        const auto& place = world.places.all[code];
        rows.push_back({place.iso, place.name,
                        fmt::format("{}", fmt::join(groups_on(world, code, on), " ")),
                        looked_up(world, place)});
    }
    return text::table("code|name|groups|looked up", rows) +
           fmt::format("{} places on {}\n", codes.size(), quantity::to_string(on));
}

std::string place_text(const World& world, facts::PlaceCode code, quantity::Date on) {
    const auto& place = world.places.all[code];
    auto out = fmt::format("{}  {}\n", place.iso, place.name);
    if (!place.aliases.empty()) out += fmt::format("  also {}\n", fmt::join(place.aliases, ", "));
    if (place.looked_up_as >= 0)
        out +=
            fmt::format("  looked up {} ({})\n", looked_up(world, place), place.looked_up_source);
    out += fmt::format("  groups on {}: {}\n\n", quantity::to_string(on),
                       fmt::join(groups_on(world, code, on), " "));
    std::vector<std::vector<std::string>> rows;
    const auto ruling = world.places.governing(code, on);
    for (const auto& group : world.places.groups)
        for (const auto& member : group.members)
            if (member.place == ruling)
                rows.push_back({group.name, quantity::to_string(member.period.from),
                                quantity::to_string(member.period.until), member.source,
                                member.note});
    return out + text::table("group|from|until|source:50|note:50", rows);
}

std::string places_json(const World& world, const std::vector<facts::PlaceCode>& codes,
                        quantity::Date on) {
    JsonWriter json;
    json.array(codes, [&](facts::PlaceCode code) {
        const auto& place = world.places.all[code];
        json.begin_object();
        json.field("code", place.iso);
        json.field("name", place.name);
        json.field("groups", groups_on(world, code, on));
        json.field_or_null("looked_up", looked_up(world, place));
        json.end_object();
    });
    return json.text() + "\n";
}

}  // namespace

text::Diagnostics no_place(const World& world, std::string_view name) {
    std::vector<std::string> names;
    for (const auto& place : world.places.all) names.push_back(place.name);
    for (const auto& group : world.places.groups) names.push_back(group.name);
    return text::no_such("place", name, names, "`sluice places` lists all");
}

namespace verb {

int chips(const Command& command, const Library& library) {
    const auto on = day_asked(command, library.book);
    if (!on) return command.refuse(on.error());
    const auto& world = library.world;
    const auto name = command.invocation.argument();
    const auto found = chips_asked(world, name);
    if (found.empty())
        return command.refuse(text::no_such("chip", name, facts::names_of(&Chip::id, world.chips),
                                            "`sluice chips` lists all"));
    if (command.has("--ids")) {
        for (const auto* chip : found) command.print(chip->id + "\n");
        return 0;
    }
    const auto rules = law::compile(world, library.book, *on);
    const bool one = found.size() == 1 && !name.empty();
    if (!command.has("--json"))
        return command.print(one ? chip_text(library, rules, *found[0])
                                 : chips_text(library, rules, found));
    JsonWriter json;
    const auto write = [&](const Chip* chip) { chip_json(json, library, rules, *chip, one); };
    one ? write(found[0]) : json.array(found, write);
    return command.print(json.text() + "\n");
}

int places(const Command& command, const Library& library) {
    const auto on = day_asked(command, library.book);
    if (!on) return command.refuse(on.error());
    const auto& world = library.world;
    const auto name = command.invocation.argument();
    const bool named = !command.invocation.arguments.empty();
    const auto* group = world.places.group(name);
    const auto place = world.places.find(name);
    if (named && !group && place < 0) return command.refuse(no_place(world, name));
    std::vector<facts::PlaceCode> codes;
    for (std::size_t i = 0; i < world.places.all.size(); ++i) {
        const auto code = static_cast<facts::PlaceCode>(i);
        if (!named || place == static_cast<int>(i) || (group && group->on(*on).test(code)))
            codes.push_back(code);
    }
    if (command.has("--ids")) {
        for (const auto code : codes) command.print(world.places.all[code].iso + "\n");
        return 0;
    }
    return command.print(command.has("--json") ? places_json(world, codes, *on)
                         : place >= 0          ? place_text(world, codes[0], *on)
                                               : places_text(world, codes, *on));
}

}  // namespace verb

}  // namespace sluice::cli
