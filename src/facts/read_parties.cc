
#include <fmt/format.h>

#include "facts/read_data.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

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

void add_party(const Node& node, const PartyList::Member& shared, const World& world,
               PartyList& list, TableReader& reader) {
    PartyList::Member member = shared;
    member.party = code_by(&Party::id, world.parties, node.text);
    if (member.party < 0) {
        reader.fail(node, fmt::format("no party has the id `{}`", node.text),
                    "neither in data/parties nor a vendor in data/chips",
                    text::did_you_mean(node.text, world.parties, &Party::id));
        return;
    }
    list.members.push_back(std::move(member));
}

void read_party_list(const DataFile& file, const Node& node, World& world,
                     text::Diagnostics& problems) {
    TableReader reader(file, node, "a list", problems);
    PartyList list{.id = reader.required_text("id"), .title = reader.required_text("title")};
    reader.required_text("source");
    const PartyList::Member shared{.period = reader.period(), .note = reader.text("note")};
    for (const Node& id : reader.list("members")) add_party(id, shared, world, list, reader);
    for (const Node& one : reader.list("member")) {
        TableReader member(file, one, "a member", problems);
        const PartyList::Member stated{.period = member.period(), .note = member.text("note")};
        const Node* id = member.required("party");
        if (id != nullptr) add_party(*id, stated, world, list, member);
        member.finish();
    }
    reader.finish();
    if (world.party_list(list.id) != nullptr)
        reader.fail(node, fmt::format("the list `{}` is stated twice", list.id));
    world.party_lists.push_back(std::move(list));
}

}  // namespace

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
