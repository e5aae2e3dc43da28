// Readers of the files under data/: each takes one file, adds to the world what it holds and to
// `problems` all that is wrong with it. Places come first, then vendors and parties, then the rest.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "facts/data_file.h"
#include "facts/world.h"
#include "text/diagnostic.h"

namespace sluice::facts {

// What a chip's file states in numbers, in its order and without the rates.
struct MeasuredKey {
    std::string_view key;
    quantity::Dimension dimension;
    Measured Chip::* field;
};
std::span<const MeasuredKey> measured_keys();

// The tables of [[key]], the only key that the file may have.
const std::vector<Node>& tables_of(const DataFile& file, std::string_view key,
                                   text::Diagnostics& problems);

// Things that share an id or a name; the later one is shown, though neither is wrong by itself.
template <class Thing>
void report_clashes(const NameIndex& index, std::string Thing::* id,
                    const std::vector<Thing>& things, std::string_view kind,
                    text::Diagnostics& problems) {
    for (const auto& [first, second] : index.clashes()) {
        const Thing& a = things[static_cast<std::size_t>(first.second)];
        const Thing& b = things[static_cast<std::size_t>(second.second)];
        const bool ids = a.*id == b.*id;
        if (ids && first.first != fold_name(b.*id)) continue;  // reported once, by the id
        const std::vector<std::string> names = names_of(id, b);
        const std::string& name = *std::ranges::find(names, second.first, fold_name);
        const std::string what = ids ? "two " + std::string(kind) + " have the id `" + b.*id + "`"
                                     : "`" + name + "` names two " + std::string(kind);
        problems.push_back(
            {.message = what,
             .where = b.where,
             .label = ids ? "the second" : "and `" + a.*id + "`",
             .hint = "the other is at " + a.where.file + ":" + std::to_string(a.where.line)});
    }
}

// The members of a group or a list: `members` are codes of what the table states, and each `member`
// is a table that may state days, a source and a note of its own. `code_of(node, reader)` is -1
// after a problem.
template <class Member, class Code>
std::vector<Member> read_members(TableReader& reader, const Member& shared, Code Member::* code,
                                 std::string_view key, auto code_of) {
    std::vector<Member> members;
    const auto add = [&](const Node& node, Member member, TableReader& of) {
        const int found = code_of(node, of);
        if (found < 0) return;
        member.*code = static_cast<Code>(found);
        // Of two periods that overlap one would be wrong.
        for (const Member& other : members)
            if (other.*code == member.*code && other.period.overlaps(member.period))
                of.fail(node, "`" + std::string(node.text) + "` is a member twice at a time",
                        "also stated above");
        members.push_back(std::move(member));
    };
    for (const Node& node : reader.list("members")) add(node, shared, reader);
    for (const Node& node : reader.list("member")) {
        TableReader own(reader.file(), node, "a member", reader.problems());
        Member member = shared;
        member.period = own.period(shared.period);
        member.source = own.text("source", shared.source);
        member.note = own.text("note", shared.note);
        own.text("confidence");
        if (const Node* named = own.required(key)) add(*named, std::move(member), own);
        own.finish();
    }
    return members;
}

void read_countries(const DataFile& file, Places& places, text::Diagnostics& problems);
void read_groups(const DataFile& file, Places& places, text::Diagnostics& problems);

// The [vendor] of a file of chips; its code, or -1.
int read_vendor(const DataFile& file, World& world, text::Diagnostics& problems);
void read_parties(const DataFile& file, World& world, text::Diagnostics& problems);
void read_party_lists(const DataFile& file, World& world, text::Diagnostics& problems);

void read_chips(const DataFile& file, int vendor, World& world, text::Diagnostics& problems);
// The one chip of a user's file: its keys at the top, or one [[chip]].
Chip read_own_chip(const DataFile& file, const World& world, text::Diagnostics& problems);

}  // namespace sluice::facts
