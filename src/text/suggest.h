// "Did you mean": names near a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::text {

// Restricted Damerau-Levenshtein distance in bytes, case-insensitive for ASCII.
int edit_distance(std::string_view a, std::string_view b);

// The candidates within a third of the name's length (at least 1 edit), or that contain the name,
// best first, at most `most`. Never includes an exact match.
std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates,
                                 std::size_t most = 3);

// "did you mean `x`?", "did you mean `x` or `y`?", or "" for an empty list.
std::string did_you_mean(const std::vector<std::string>& names);

}  // namespace sluice::text
