// What the ranges of GCC 12 lack.
#pragma once

#include <algorithm>
#include <iterator>

namespace sluice::text {

constexpr bool contains(const auto& values, const auto& value) {
    return std::ranges::find(values, value) != std::ranges::end(values);
}

void append(auto& to, auto from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void sort_unique(auto& values) {
    std::ranges::sort(values);
    values.erase(std::ranges::unique(values).begin(), values.end());
}

}  // namespace sluice::text
