// std::ranges::contains, which GCC 12 lacks.
#pragma once

#include <algorithm>

namespace sluice::text {

constexpr bool contains(const auto& values, const auto& value) {
    return std::ranges::find(values, value) != std::ranges::end(values);
}

}  // namespace sluice::text
