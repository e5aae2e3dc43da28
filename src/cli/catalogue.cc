#include <fmt/format.h>

#include <algorithm>

#include "cli/door.h"
#include "facts/read_data.h"
#include "report/assess.h"
#include "report/machine.h"
#include "text/ascii.h"
#include "text/sequence.h"
#include "text/suggest.h"
#include "text/table.h"

namespace sluice::cli {

using facts::Chip;
using facts::Known;
using facts::Measured;
using facts::World;
using quantity::Dimension;
using report::Section;
using report::Sheet;

namespace {

// Every known value of a chip with its name, in the order of the data files.
using Values = std::vector<std::pair<std::string, const Measured*>>;
Values values_of(const Chip& chip) {
    Values all;
    for (const auto& [key, dimension, field] : facts::measured_keys()) {
        all.emplace_back(key, &(chip.*field));
        if (key != "transistor_count") continue;
        for (std::size_t i = 0; i < facts::format_count; ++i)
            all.emplace_back(
                fmt::format("rate.{}", facts::to_string(static_cast<facts::Format>(i))),
                &chip.rate[i]);
    }
    std::erase_if(all, [](const auto& one) { return one.second->value.known == Known::unknown; });
    return all;
}

std::string vendor_of(const World& world, const Chip& chip) {
    return chip.vendor < 0 ? std::string{}
                           : world.parties[static_cast<std::size_t>(chip.vendor)].name;
}

// The tier needs a whole case; a plain one to China leaves nothing of it open but the chip itself.
std::string tier_of(const Library& library, const law::Rulebook& rules, const Chip& chip) {
    facts::Deal deal;
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"chip", chip.id},
                                     {"to", "CN"},
                                     {"on", quantity::to_string(rules.on)},
                                     {"headquarters", "CN"},
                                     {"parent_headquarters", "CN"}})
        deal.fields.push_back({.key = key, .value = value});
    const auto the_case = facts::resolve(library.world, deal);
    return the_case ? law::determine(rules, *the_case).tier.name : "undetermined";
}

Section list_chips(const Library& library, const law::Rulebook& rules,
                   const std::vector<const Chip*>& chips) {
    Section list;
    list.set_columns(
        "chip=chip|name=name|vendor|tpp|=TPP>|performance_density|=density>|=memory>|tier=tier");
    for (const auto* chip : chips) {
        const auto tpp = facts::tpp_of(*chip).value;
        const auto density = facts::performance_density(tpp, chip->die_area.value);
        list.row(chip->id, chip->name, vendor_of(library.world, *chip),
                 report::words(tpp, Dimension::number, false),
                 report::words(tpp, Dimension::number),
                 report::words(density, Dimension::number, false),
                 report::words(density, Dimension::number),
                 report::words(chip->memory_bandwidth.value, Dimension::byte_rate),
                 tier_of(library, rules, *chip));
    }
    list.notes = {
        fmt::format("{} chips; tiers as of {}", chips.size(), quantity::to_string(rules.on))};
    return list;
}

// What JSON says of a value of a chip.
Section value_section(std::string_view name, const Measured& m) {
    auto sources = m.provenance.sources;
    if (m.high_end) text::append(sources, m.high_end->sources);
    return {.key = name,
            .fields = {{"value", "", report::words(m.value, m.dimension, false)},
                       {"sources", "", report::shown_as("", std::move(sources))},
                       {"date", "", m.provenance.date},
                       {"confidence", "", facts::to_string(m.provenance.confidence)},
                       {"note", "", m.provenance.note}}};
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    return fmt::format("{}", fmt::join(words, between));
}

// The first lines of a chip's page: what it is, apart from its values.
std::string about(const Library& library, const Chip& chip) {
    std::vector<std::string> said{vendor_of(library.world, chip)};
    for (const auto& [label, value] : {std::pair{"", &chip.family},
                                       {"launched ", &chip.launched},
                                       {"", &chip.process_node},
                                       {"made by ", &chip.foundry},
                                       {"", &chip.form_factor},
                                       {"", &chip.memory_type},
                                       {"", &chip.interconnect}})
        if (!value->empty()) said.push_back(label + *value);
    if (!chip.aliases.empty()) said.push_back("also " + joined(chip.aliases, ", "));
    return fmt::format("{}  {}\n  {}\n", chip.id, chip.name,
                       text::wrap(joined(said, " · "), 100, 4));
}

// Every known value with its provenance, and their sources, numbered since most values share them.
std::pair<Section, Section> value_table(const Library& library, const Chip& chip,
                                        const Values& values) {
    Section table;
    table.set_columns("=value|=is|=confidence|=date|=source|=note:50");
    std::vector<std::string> sources;
    const auto numbered = [&](const facts::Provenance& from) {
        std::string numbers;
        for (const auto& source : from.sources) {
            const auto at = std::ranges::find(sources, source) - sources.begin();
            if (at == std::ssize(sources)) sources.push_back(source);
            numbers += fmt::format("[{}]", at + 1);
        }
        return numbers;
    };
    for (const auto& [name, m] : values) {
        const auto& low = m->provenance;
        auto from = numbered(low);
        if (m->high_end) from += ".." + numbered(*m->high_end);
        table.row(name, report::words(m->value, m->dimension), facts::to_string(low.confidence),
                  low.date, from, low.note);
    }
    const auto& marketed = chip.marketed_provenance;
    table.row("marketed_for_datacentre",
              report::words(library.world, facts::FactId::marketed_for_datacentre,
                            chip.marketed_for_datacentre),
              facts::to_string(marketed.confidence), marketed.date, numbered(marketed),
              marketed.note);
    Section numbers;
    for (std::size_t i = 0; i < sources.size(); ++i)
        numbers.fields.push_back({"", fmt::format("[{}]", i + 1), sources[i]});
    if (!chip.note.empty()) numbers.notes = {"note: " + chip.note};
    return {std::move(table), std::move(numbers)};
}

Sheet chip_page(const Library& library, const law::Rulebook& rules, const Chip& chip,
                const Values& values) {
    const auto line = list_chips(library, rules, {&chip});
    Sheet page{.subject = about(library, chip)};
    for (std::size_t i = 0; i < line.columns.size(); ++i)
        page.head.push_back({line.columns[i].first, "", line.rows[0][i]});
    const auto tpp = facts::tpp_of(chip).value;
    page.subject += fmt::format(
        "  tier {} on {}\n  TPP {} · performance density {}\n", line.rows[0].back().text,
        quantity::to_string(rules.on), report::words(tpp, Dimension::number),
        report::words(facts::performance_density(tpp, chip.die_area.value), Dimension::number));
    for (const auto& [key, value] : {std::pair{"family", &chip.family},
                                     {"launched", &chip.launched},
                                     {"process_node", &chip.process_node},
                                     {"foundry", &chip.foundry},
                                     {"note", &chip.note}})
        page.head.push_back({key, "", *value});
    for (const auto& [name, value] : values) page.sections.push_back(value_section(name, *value));
    auto [table, sources] = value_table(library, chip, values);
    page.sections.insert(page.sections.end(), {std::move(table), std::move(sources)});
    return page;
}

// One chip by its exact name, else every chip whose id or name holds the word.
text::Result<std::vector<const Chip*>> asked_chips(const World& world, const std::string& name) {
    const auto exact = report::chip_named(world, name);
    if (exact) return std::vector{*exact};
    std::vector<const Chip*> found;
    for (const auto& chip : world.chips)
        if (text::lower(chip.id + '\n' + chip.name).contains(text::lower(name)))
            found.push_back(&chip);
    if (found.empty()) return std::unexpected{exact.error()};
    return found;
}

std::vector<std::string> groups_on(const World& world, facts::PlaceCode code, quantity::Date on) {
    // Hong Kong stands in no group of its own; the rules look it up as China.
    const auto ruling = world.places.governing(code, on);
    std::vector<std::string> groups;
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

Section list_places(const World& world, const std::vector<facts::PlaceCode>& codes,
                    quantity::Date on) {
    Section list{.notes = {fmt::format("{} places on {}", codes.size(), quantity::to_string(on))}};
    list.set_columns("code=code|name=name|groups=groups|looked_up=looked up");
    for (const auto code : codes) {
        const auto& place = world.places.all[code];
        const auto groups = groups_on(world, code, on);
        list.row(place.iso, place.name, report::shown_as(joined(groups, " "), groups),
                 looked_up(world, place));
    }
    return list;
}

std::string place_text(const World& world, facts::PlaceCode code, quantity::Date on) {
    const auto& place = world.places.all[code];
    auto out = fmt::format("{}  {}\n", place.iso, place.name);
    if (!place.aliases.empty()) out += fmt::format("  also {}\n", fmt::join(place.aliases, ", "));
    if (place.looked_up_as >= 0)
        out +=
            fmt::format("  looked up {} ({})\n", looked_up(world, place), place.looked_up_source);
    out += fmt::format("  groups on {}: {}\n\n", quantity::to_string(on),
                       joined(groups_on(world, code, on), " "));
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

}  // namespace

text::Result<facts::PlaceCode> place_named(const World& world, std::string_view name) {
    if (const auto at = world.places.find(name); at >= 0) return static_cast<facts::PlaceCode>(at);
    std::vector<std::string> names;
    for (const auto& place : world.places.all) names.push_back(place.name);
    for (const auto& group : world.places.groups) names.push_back(group.name);
    return std::unexpected{text::no_such("place", name, names, "`sluice places` lists all")};
}

namespace verb {

int chips(const Command& command, const Library& library) {
    const auto on = day_asked(command, library.book);
    if (!on) return command.refuse(on.error());
    const auto name = command.invocation.argument();
    const auto found = asked_chips(library.world, name);
    if (!found) return command.refuse(found.error());
    const auto rules = law::compile(library.world, library.book, *on);
    const bool one = found->size() == 1 && !name.empty() && !command.has("--ids");
    if (!one) return command.print_rows(list_chips(library, rules, *found));
    const auto& chip = *found->front();
    return command.print(chip_page(library, rules, chip, values_of(chip)));
}

int places(const Command& command, const Library& library) {
    const auto on = day_asked(command, library.book);
    if (!on) return command.refuse(on.error());
    const auto& world = library.world;
    const auto name = command.invocation.argument();
    const bool named = !command.invocation.arguments.empty();
    const auto* group = world.places.group(name);
    const auto place = place_named(world, name);
    if (named && !group && !place) return command.refuse(place.error());
    std::vector<facts::PlaceCode> codes;
    for (std::size_t i = 0; i < world.places.all.size(); ++i) {
        const auto code = static_cast<facts::PlaceCode>(i);
        if (!named || (place && *place == code) || (group && group->on(*on).test(code)))
            codes.push_back(code);
    }
    if (place && !command.has("--json") && !command.has("--ids"))
        return command.print(place_text(world, *place, *on));
    return command.print_rows(list_places(world, codes, *on));
}

}  // namespace verb

}  // namespace sluice::cli
