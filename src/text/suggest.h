// "Did you mean": names near a mistyped one.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/diagnostic.h"

namespace sluice::text {

// Restricted Damerau-Levenshtein distance in bytes, case-insensitive for ASCII.
int edit_distance(std::string_view a, std::string_view b);

// The candidates within a third of the name's length (at least 1 edit), or that contain the name,
// best first, at most `most`. Never includes an exact match.
std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates,
                                 std::size_t most = 3);

// "x", "x or y", "x, y or z".
std::string one_of(const std::vector<std::string>& words);

// "did you mean `x`?", "did you mean `x` or `y`?", or "" for an empty list.
std::string did_you_mean(std::vector<std::string> names);
// The same for those of `things` whose names are nearest to `name`; `otherwise` where none is near.
template <class Things, class NameOf = std::identity>
std::string did_you_mean(std::string_view name, const Things& things, NameOf name_of = {},
                         std::string otherwise = {}) {
    std::vector<std::string> names;
    for (const auto& thing : things) names.emplace_back(std::invoke(name_of, thing));
    auto near = nearest(name, names);
    if (near.empty()) return otherwise;
    return did_you_mean(std::move(near));
}

// "no chip named `h21`", with the nearest candidates and where all are listed.
Diagnostics no_such(std::string_view what, std::string_view name,
                    const std::vector<std::string>& candidates, std::string_view all);

}  // namespace sluice::text
