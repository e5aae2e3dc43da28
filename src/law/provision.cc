#include "law/provision.h"

#include <array>
#include <span>

namespace sluice::law {
namespace {

// Spellings in the order of the enumerators.
constexpr std::array<std::string_view, 3> truth_names = {"not_met", "unknown", "met"};
constexpr std::array<std::string_view, 10> kind_names = {
    "definition", "classification", "requirement", "exception",  "review",
    "tariff",     "import_measure", "red_flag",    "obligation", "watch"};
constexpr std::array<std::string_view, 6> outcome_names = {
    "no_licence_required",     "exception_available", "licence_required",
    "presumed_violation_risk", "prohibited",          "undetermined"};
constexpr std::array<std::string_view, 4> lane_names = {
    "presumption_of_approval", "case_by_case", "presumption_of_denial", "policy_of_denial"};
constexpr std::array<std::string_view, 5> certainty_names = {"primary", "secondary", "single",
                                                             "memory", "inferred"};

template <class Enum>
std::optional<Enum> enumerator_of(std::span<const std::string_view> names, std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Truth truth) { return truth_names[static_cast<std::size_t>(truth)]; }
std::string_view to_string(Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view to_string(Outcome outcome) {
    return outcome_names[static_cast<std::size_t>(outcome)];
}
std::string_view to_string(Lane lane) { return lane_names[static_cast<std::size_t>(lane)]; }
std::string_view to_string(Certainty certainty) {
    return certainty_names[static_cast<std::size_t>(certainty)];
}

std::optional<Truth> find_truth(std::string_view name) {
    return enumerator_of<Truth>(truth_names, name);
}
std::optional<Kind> find_kind(std::string_view name) {
    return enumerator_of<Kind>(kind_names, name);
}
std::optional<Outcome> find_outcome(std::string_view name) {
    return enumerator_of<Outcome>(outcome_names, name);
}
std::optional<Lane> find_lane(std::string_view name) {
    return enumerator_of<Lane>(lane_names, name);
}
std::optional<Certainty> find_certainty(std::string_view name) {
    return enumerator_of<Certainty>(certainty_names, name);
}

}  // namespace sluice::law
