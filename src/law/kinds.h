// The words of the law that are one of a few: kinds of provisions, truths, outcomes, lanes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "quantity/decimal.h"

namespace sluice::law {

// Enumerators are spelled as in .law files and JSON.
enum class Truth : std::uint8_t { not_met, unknown, met };  // ordered: min is `and`, max is `or`

enum class Kind : std::uint8_t {
    definition,      // a named condition that others use
    classification,  // puts the item in a tier (ECCN paragraph)
    requirement,     // bites with an outcome when met
    exception,       // a licence exception: lifts the requirements named in `for`
    review,          // the lane in which a licence for the requirements in `for` is reviewed
    tariff,          // own axis, never in the outcome
    import_measure,  // the destination's own law; own axis
    red_flag,        // met by itself, or stated by the user (no `met when`)
    obligation,      // a duty that comes with an outcome (records, AES codes)
    watch,           // drafts and bills: shown, never decides
};

// From mildest to strictest; `undetermined` is not a rank but the lack of one.
enum class Outcome : std::uint8_t {
    no_licence_required,
    exception_available,
    licence_required,
    presumed_violation_risk,
    prohibited,
    undetermined,
};

// From mildest to strictest.
enum class Lane : std::uint8_t {
    presumption_of_approval,
    case_by_case,
    presumption_of_denial,
    policy_of_denial,
};

enum class Comparator : std::uint8_t { less, less_equal, equal, not_equal, greater_equal, greater };

// primary: read in the text itself; secondary: two or more sources; single: one; memory; inferred.
enum class Certainty : std::uint8_t { primary, secondary, single, memory, inferred };

// How the enumerators are spelled, in their order.
template <class Enum>
inline constexpr std::array<std::string_view, 0> spellings{};
template <>
inline constexpr std::array<std::string_view, 3> spellings<Truth> = {"not_met", "unknown", "met"};
template <>
inline constexpr std::array<std::string_view, 10> spellings<Kind> = {
    "definition", "classification", "requirement", "exception",  "review",
    "tariff",     "import_measure", "red_flag",    "obligation", "watch"};
template <>
inline constexpr std::array<std::string_view, 6> spellings<Outcome> = {
    "no_licence_required",     "exception_available", "licence_required",
    "presumed_violation_risk", "prohibited",          "undetermined"};
template <>
inline constexpr std::array<std::string_view, 4> spellings<Lane> = {
    "presumption_of_approval", "case_by_case", "presumption_of_denial", "policy_of_denial"};
template <>
inline constexpr std::array<std::string_view, 6> spellings<Comparator> = {
    "<", "<=", "==", "!=", ">=", ">"};
template <>
inline constexpr std::array<std::string_view, 5> spellings<Certainty> = {
    "primary", "secondary", "single", "memory", "inferred"};

template <class Enum>
    requires std::is_enum_v<Enum>
constexpr std::string_view to_string(Enum value) {
    return spellings<Enum>[static_cast<std::size_t>(value)];
}
template <class Enum>
constexpr std::optional<Enum> spelled(std::string_view name) {
    const auto& all = spellings<Enum>;
    const auto found = std::ranges::find(all, name);
    return found == all.end() ? std::nullopt
                              : std::optional{static_cast<Enum>(found - all.begin())};
}

// The whole numbers from `lo` to `hi`.
struct Interval {
    quantity::Wide lo = 0, hi = 0;
    static constexpr quantity::Wide endless = static_cast<quantity::Wide>(1) << 121;
};
// Those that compare so with `bound`; for `not_equal`, all but those.
constexpr Interval allowed(Comparator comparator, quantity::Wide bound) {
    const bool below = comparator < Comparator::equal;
    const bool above = comparator > Comparator::not_equal;
    return {below ? -Interval::endless : bound + (comparator == Comparator::greater),
            above ? Interval::endless : bound - (comparator == Comparator::less)};
}

}  // namespace sluice::law
