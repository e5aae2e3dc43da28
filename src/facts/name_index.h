// Finding things by the names people give them.
#pragma once

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

struct NameIndex {
    using Entry = std::pair<std::string, int>;  // folded name, code of the thing
    std::vector<Entry> entries{};               // sorted, each once

    void add(std::string_view name, int code) { entries.emplace_back(fold_name(name), code); }
    void sort();

    int find(std::string_view name) const;  // -1 when there is none
    // Names of two things, as neighbours in `entries`.
    std::vector<std::pair<Entry, Entry>> clashes() const;
};

}  // namespace sluice::facts
