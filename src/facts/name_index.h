// Finding things by the names people give them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/sequence.h"

namespace sluice::facts {

// "RTX 4090", "rtx-4090" and "RTX4090" fold to the same: ASCII letters small, blanks and
// punctuation left out but `+` ("8480+"), other characters as they are.
std::string fold_name(std::string_view name);
// Name, id and aliases of a thing; `id` is the field that holds its id.
template <class Thing>
std::vector<std::string> names_of(std::string Thing::* id, const Thing& thing) {
    std::vector<std::string> names = {thing.name, thing.*id};
    names.insert(names.end(), thing.aliases.begin(), thing.aliases.end());
    return names;
}
// Of all things together.
template <class Thing>
std::vector<std::string> names_of(std::string Thing::* id, const std::vector<Thing>& things) {
    std::vector<std::string> all;
    for (const Thing& thing : things) text::append(all, names_of(id, thing));
    return all;
}

// The one of `things` whose `field` is exactly `name`; nullptr when there is none.
template <class Thing>
const Thing* find_by(std::string Thing::* field, const std::vector<Thing>& things,
                     std::string_view name) {
    const auto at = std::ranges::find(things, name, field);
    return at == things.end() ? nullptr : &*at;
}
// Its position; -1 when there is none.
template <class Thing>
int code_by(std::string Thing::* field, const std::vector<Thing>& things, std::string_view name) {
    const Thing* found = find_by(field, things, name);
    return found == nullptr ? -1 : static_cast<int>(found - things.data());
}

// The rows of a table by their exact names, sorted once at compile time.
template <class Row, std::size_t Count>
constexpr auto sorted_by_name(const std::array<Row, Count>& rows) {
    std::array<const Row*, Count> sorted{};
    std::ranges::transform(rows, sorted.begin(), [](const Row& row) { return &row; });
    std::ranges::sort(sorted, {}, &Row::name);
    return sorted;
}
// The one of that name; nullptr when there is none.
template <class Row, std::size_t Count>
const Row* find_sorted(const std::array<const Row*, Count>& sorted, std::string_view name) {
    const auto found = std::ranges::lower_bound(sorted, name, {}, &Row::name);
    return found != sorted.end() && (*found)->name == name ? *found : nullptr;
}

struct NameIndex {
    using Entry = std::pair<std::string, int>;  // folded name, code of the thing
    std::vector<Entry> entries{};               // sorted, each once

    NameIndex() = default;
    // Of things that have a name and aliases beside their `id`.
    template <class Thing>
    NameIndex(std::string Thing::* id, const std::vector<Thing>& things) {
        for (int code = 0; const Thing& thing : things) {
            for (const std::string& name : names_of(id, thing))
                entries.emplace_back(fold_name(name), code);
            ++code;
        }
        text::sort_unique(entries);
    }

    int find(std::string_view name) const;  // -1 when there is none
    // Names of two things, as neighbours in `entries`.
    std::vector<std::pair<Entry, Entry>> clashes() const;
};

}  // namespace sluice::facts
