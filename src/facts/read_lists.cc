#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "facts/read_data.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

// "CN", or "UA-43" for a region.
bool is_iso_code(std::string_view code) {
    constexpr std::string_view either = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    constexpr std::string_view letters = either.substr(0, 26);
    if (code.size() < 2 || code.substr(0, 2).find_first_not_of(letters) != code.npos) return false;
    return code.size() == 2 || (code.size() <= 6 && code.size() >= 4 && code[2] == '-' &&
                                code.substr(3).find_first_not_of(either) == code.npos);
}

// The code of a thing by its id; -1 and a problem when there is none.
template <class Thing>
int known(std::string Thing::* id, const std::vector<Thing>& things, const Node& node,
          TableReader& reader, std::string_view what, std::string_view where) {
    const int code = code_by(id, things, node.text);
    if (code >= 0) return code;
    const int named = NameIndex(id, things).find(node.text);
    reader.fail(node, fmt::format("no {} `{}`", what, node.text), std::string(where),
                named >= 0
                    ? fmt::format("did you mean `{}`?", things[static_cast<std::size_t>(named)].*id)
                    : text::did_you_mean(node.text, things, id));
    return -1;
}

int known_place(const Places& places, const Node& node, TableReader& reader) {
    return known(&Place::iso, places.all, node, reader, "place has the code",
                 "expected a code of countries.toml");
}

void read_place(const DataFile& file, const Node& node, Places& places,
                text::Diagnostics& problems) {
    TableReader reader(file, node, "a place", problems);
    Place place{.iso = std::string(node.key), .where = file.where_key(node)};
    if (!is_iso_code(node.key)) {
        problems.push_back({.message = fmt::format("`{}` is not an ISO 3166 code", node.key),
                            .where = place.where,
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
    group.members = read_members(
        reader, of_group, &Membership::place, "place",
        [&](const Node& code, TableReader& of) { return known_place(places, code, of); });
    reader.finish();
    places.groups.push_back(std::move(group));
}

int read_party(TableReader& reader, World& world) {
    Party party;
    const Node* id = reader.required("id");
    if (id != nullptr) {
        party.id = reader.text_of("id", *id);
        party.where = reader.file().where(*id);
    }
    party.name = reader.required_text("name");
    party.aliases = reader.texts("aliases");
    reader.required_text("source");
    if (const Node* home = reader.take("headquarters")) {
        party.headquarters = static_cast<std::int16_t>(world.places.find(home->text));
        if (party.headquarters < 0) {
            reader.fail(*home, fmt::format("no place named `{}`", home->text),
                        "expected an ISO code, as in US");
        }
    }
    reader.finish();
    world.parties.push_back(std::move(party));
    return static_cast<int>(world.parties.size()) - 1;
}

int known_party(const World& world, const Node& node, TableReader& reader) {
    return known(&Party::id, world.parties, node, reader, "party has the id",
                 "neither in data/parties nor a vendor in data/chips");
}

void read_party_list(const DataFile& file, const Node& node, World& world,
                     text::Diagnostics& problems) {
    TableReader reader(file, node, "a list", problems);
    PartyList list{.id = reader.required_text("id"), .title = reader.required_text("title")};
    const PartyList::Member shared{.period = reader.period(),
                                   .source = reader.required_text("source"),
                                   .note = reader.text("note")};
    list.members =
        read_members(reader, shared, &PartyList::Member::party, "party",
                     [&](const Node& id, TableReader& of) { return known_party(world, id, of); });
    reader.finish();
    if (world.party_list(list.id) != nullptr)
        reader.fail(node, fmt::format("the list `{}` is stated twice", list.id));
    world.party_lists.push_back(std::move(list));
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
    report_clashes(places.names, &Place::iso, places.all, "places", problems);
}

void read_groups(const DataFile& file, Places& places, text::Diagnostics& problems) {
    for (const Node& node : tables_of(file, "group", problems))
        read_group(file, node, places, problems);
}

int read_vendor(const DataFile& file, World& world, text::Diagnostics& problems) {
    TableReader root(file, file.root, "a file of chips", problems);
    const Node* vendor = root.required("vendor");
    if (vendor == nullptr) return -1;
    TableReader reader(file, *vendor, "a vendor", problems);
    return read_party(reader, world);
}

void read_parties(const DataFile& file, World& world, text::Diagnostics& problems) {
    for (const Node& node : tables_of(file, "party", problems)) {
        TableReader reader(file, node, "a party", problems);
        read_party(reader, world);
    }
}

void read_party_lists(const DataFile& file, World& world, text::Diagnostics& problems) {
    for (const Node& node : tables_of(file, "list", problems))
        read_party_list(file, node, world, problems);
}

}  // namespace sluice::facts
