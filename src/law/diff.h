// What changed between two days: in the provisions, and for which chips and destinations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "law/determine.h"

namespace sluice::law {

enum class ChangeKind : std::uint8_t { begins, ends, changes, stayed, resumes, posture };
template <>
inline constexpr std::array<std::string_view, 6> spellings<ChangeKind> = {
    "begins", "ends", "changes", "stayed", "resumes", "posture"};

struct ProvisionChange {
    std::int32_t provision = -1;  // index into Lawbook::provisions
    ChangeKind kind{};
    int before = -1, after = -1;  // versions, -1 for none
};

struct Answer {
    Outcome outcome{};
    std::optional<Lane> lane{};
    std::optional<bool> enforced{};
    friend bool operator==(const Answer&, const Answer&) = default;
};

// One chip, and every destination for which its answer moved in the same way for the same reasons.
struct OutcomeChange {
    int chip = -1;
    std::vector<facts::PlaceCode> places{};
    Answer before{}, after{};
    std::vector<std::string> because{};  // ids of provisions that bite on one day only, or whose
                                         // version, lane or posture moved
};

struct LawDiff {
    std::vector<ProvisionChange> provisions{};
    std::vector<OutcomeChange> outcomes{};
    std::size_t deals_compared = 0;
};

struct DiffQuestion {
    Date from{}, to{};
    std::optional<Date> known_on{};
    std::vector<int> chips{};                // empty: every chip of the catalogue
    std::vector<facts::PlaceCode> places{};  // empty: every place
};

// Each chip is sold by its vendor from the United States to a civil buyer headquartered in the
// destination. Requires: neither day is before the book's first day.
LawDiff diff(const facts::World& world, const Lawbook& book, const DiffQuestion& question);

}  // namespace sluice::law
