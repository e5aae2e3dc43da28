#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "facts/read_data.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

// "CN", or "UA-43" for a region.
bool is_iso_code(std::string_view code) {
    const auto all = [](std::string_view part, auto is) { return std::ranges::all_of(part, is); };
    const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto either = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
    if (code.size() < 2 || !all(code.substr(0, 2), letter)) return false;
    return code.size() == 2 ||
           (code.size() <= 6 && code.size() >= 4 && code[2] == '-' && all(code.substr(3), either));
}

// -1 and a problem when the countries do not hold it.
int known_place(const Places& places, const Node& node, TableReader& reader) {
    const int code = code_by(&Place::iso, places.all, node.text);
    if (code >= 0) return code;
    const int named = places.find(node.text);
    reader.fail(node, fmt::format("no place has the code `{}`", node.text),
                "expected a code of countries.toml",
                named >= 0 ? fmt::format("did you mean `{}`?",
                                         places.all[static_cast<std::size_t>(named)].iso)
                           : text::did_you_mean(node.text, places.all, &Place::iso));
    return -1;
}

void read_place(const DataFile& file, const Node& node, Places& places,
                text::Diagnostics& problems) {
    TableReader reader(file, node, "a place", problems);
    Place place{.iso = std::string(node.key)};
    if (!is_iso_code(node.key)) {
        problems.push_back({.message = fmt::format("`{}` is not an ISO 3166 code", node.key),
                            .where = file.where_key(node),
                            .label = "expected two capitals, as in CN, or a region, as in UA-43"});
    }
    place.name = reader.required_text("name");
    place.aliases = reader.texts("aliases");
    if (std::string ear_name = reader.text("ear_name"); !ear_name.empty())
        place.aliases.push_back(std::move(ear_name));
    if (const Node* other = reader.take("looked_up_as")) {
        place.looked_up_as = -2;  // a code that is known when all places are read
        place.looked_up_since = reader.date("since").value_or(quantity::start_of_time);
        place.looked_up_source = reader.required_text("source");
        reader.text_of("looked_up_as", *other);
    }
    reader.finish();
    places.all.push_back(std::move(place));
}

// Periods of one place in one group may not overlap: one of the two would be wrong.
void check_overlap(const PlaceGroup& group, const Membership& member, const Node& node,
                   const Places& places, TableReader& reader) {
    for (const Membership& other : group.members) {
        if (other.place != member.place || other.period.until <= member.period.from ||
            member.period.until <= other.period.from) {
            continue;
        }
        reader.fail(node,
                    fmt::format("`{}` is in `{}` twice at a time", places.all[member.place].iso,
                                group.name),
                    "also stated above");
    }
}

// `members` are codes; each `member` is a table with its own days.
void read_members(TableReader& group_reader, const Membership& of_group, PlaceGroup& group,
                  const Places& places) {
    const auto add = [&](const Node& node, Membership member, TableReader& reader) {
        const int code = known_place(places, node, reader);
        if (code < 0) return;
        member.place = static_cast<PlaceCode>(code);
        check_overlap(group, member, node, places, reader);
        group.members.push_back(std::move(member));
    };
    for (const Node& node : group_reader.list("members")) add(node, of_group, group_reader);
    for (const Node& node : group_reader.list("member")) {
        TableReader reader(group_reader.file(), node, "a member", group_reader.problems());
        const Membership member{.period = reader.period(of_group.period),
                                .source = reader.text("source", of_group.source),
                                .note = reader.text("note", of_group.note)};
        reader.text("confidence");
        if (const Node* place = reader.required("place")) add(*place, member, reader);
        reader.finish();
    }
}

void read_group(const DataFile& file, const Node& node, Places& places,
                text::Diagnostics& problems) {
    TableReader reader(file, node, "a group", problems);
    PlaceGroup group{.name = reader.required_text("name")};
    for (const auto key : {"title", "confidence"}) reader.required_text(key);
    const Membership of_group{.period = reader.period(),
                              .source = reader.required_text("source"),
                              .note = reader.text("note")};
    reader.take("uncertain");
    if (places.group(group.name) != nullptr)
        reader.fail(node, fmt::format("the group `{}` is stated twice", group.name));
    read_members(reader, of_group, group, places);
    reader.finish();
    places.groups.push_back(std::move(group));
}

}  // namespace

const std::vector<Node>& tables_of(const DataFile& file, std::string_view key,
                                   text::Diagnostics& problems) {
    TableReader root(file, file.root, "the file", problems);
    const std::vector<Node>& tables = root.list(key);
    root.finish();
    return tables;
}

void read_countries(const DataFile& file, Places& places, text::Diagnostics& problems) {
    TableReader reader(file, file.root, "the file", problems);
    if (const Node* list = reader.take("place", Node::Kind::table)) {
        for (const Node& node : list->children) read_place(file, node, places, problems);
        if (places.all.size() > std::size_t{std::numeric_limits<PlaceCode>::max()} + 1)
            reader.fail(*list, "there are more than 256 places");
        for (std::size_t i = 0; i < places.all.size(); ++i) {
            if (places.all[i].looked_up_as != -2) continue;
            const Node* other = list->children[i].child("looked_up_as");
            places.all[i].looked_up_as =
                static_cast<std::int16_t>(known_place(places, *other, reader));
        }
    }
    reader.finish();
    places.index();
    for (const auto& [first, second] : places.names.clashes()) {
        const Place& a = places.all[static_cast<std::size_t>(first.second)];
        const Place& b = places.all[static_cast<std::size_t>(second.second)];
        const std::vector<std::string> names = names_of(&Place::iso, b);
        const std::string& name = *std::ranges::find(names, second.first, fold_name);
        reader.fail(*file.root.child("place")->child(b.iso),
                    fmt::format("`{}` names both `{}` and `{}`", name, a.iso, b.iso),
                    "a name belongs to one place");
    }
}

void read_groups(const DataFile& file, Places& places, text::Diagnostics& problems) {
    for (const Node& node : tables_of(file, "group", problems))
        read_group(file, node, places, problems);
}

}  // namespace sluice::facts
