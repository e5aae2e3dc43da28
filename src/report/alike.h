// Cases that a rulebook cannot tell apart.
//
// Two places that belong to the same sets, or two quantities between the same thresholds, lead to
// the same answer. A key holds what is left of a case when such differences are dropped; cases with
// equal keys have the same determination but for margins and flips. This is what makes bulk work
// cheap: a million different deals are a few ten thousand different cases.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "facts/deal.h"
#include "law/rulebook.h"

namespace sluice::report {

class Alike {
public:
    // Does not keep `rules`.
    explicit Alike(const law::Rulebook& rules);

    // Appends the key. Requires: `rules` speaks on the case's day.
    void append_key(const facts::Case& the_case, std::string& key) const;

private:
    std::array<std::vector<std::uint8_t>, facts::fact_count> place_class_{};
    // Of numbers that vary from deal to deal: what they are compared with, sorted.
    std::array<std::vector<quantity::Wide>, facts::fact_count> bounds_{};
    std::array<std::bitset<facts::fact_count>, facts::fact_count> added_to_{};
};

}  // namespace sluice::report
