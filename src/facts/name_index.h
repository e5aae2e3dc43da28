// Finding things by the names people give them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::facts {

// "RTX 4090", "rtx-4090" and "RTX4090" fold to the same: ASCII letters small, blanks and
// punctuation left out but `+` ("8480+"), other characters as they are.
std::string fold_name(std::string_view name);
// The one of a thing's names that folds to `folded`, as it is written; "" when none does.
std::string_view name_that_folds_to(std::string_view folded, std::string_view id,
                                    std::string_view name, const std::vector<std::string>& aliases);

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

struct NameIndex {
    using Entry = std::pair<std::string, int>;  // folded name, code of the thing
    std::vector<Entry> entries{};               // sorted, each once

    NameIndex() = default;
    // Of things that have a name and aliases beside their `id`.
    template <class Thing>
    NameIndex(std::string Thing::* id, const std::vector<Thing>& things) {
        for (int code = 0; const Thing& thing : things) {
            add(thing.*id, code);
            add(thing.name, code);
            for (const std::string& alias : thing.aliases) add(alias, code);
            ++code;
        }
        sort();
    }

    int find(std::string_view name) const;  // -1 when there is none
    // Names of two things, as neighbours in `entries`.
    std::vector<std::pair<Entry, Entry>> clashes() const;

private:
    void add(std::string_view name, int code) { entries.emplace_back(fold_name(name), code); }
    void sort();
};

}  // namespace sluice::facts
