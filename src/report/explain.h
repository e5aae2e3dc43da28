// Findings: why a provision is met, not met or unknown, as a tree of the conditions it states.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "facts/deal.h"
#include "facts/world.h"
#include "law/lawbook.h"
#include "law/rulebook.h"

namespace sluice::report {

// The two sides of a comparison, in millionths of the dimension's canonical unit.
struct Comparison {
    facts::Value value{};
    facts::Value threshold{};
    quantity::Dimension dimension = quantity::Dimension::number;
};

struct Finding {
    std::string label{};  // "3A090.a.1", "except note-2", "unclear"; empty inside a condition
    std::string text{};   // the condition as the law writes it: "tpp >= 5.92 * die_area"
    law::Truth truth = law::Truth::not_met;
    std::optional<facts::FactId> fact{};
    std::string value{};  // what the deal says of that fact: "China (CN)"
    std::optional<Comparison> comparison{};
    std::vector<Finding> findings{};
};

// Truths come from `truths` (Determination::truths), never from a second evaluation. `provision` is
// an index into rules.provisions.
Finding explain(const facts::World& world, const law::Rulebook& rules, const facts::Case& the_case,
                const std::vector<law::Truth>& truths, std::int32_t provision);

// The leaves that decide the finding's truth, in one line: "seller is nvidia; memory_bandwidth
// 4,000 GB/s >= 1,400 GB/s".
std::string because(const Finding& finding);

// True when a comparison of numbers is among those leaves.
bool turns_on_a_number(const Finding& finding);

// A fact's value for people: "China (CN)", "yes", "2,368", "600..800 mm2", "unknown", "none".
// `grouped` separates thousands.
std::string words(const facts::World& world, facts::FactId fact, const facts::Value& value,
                  bool grouped = true);
using facts::words;

// "licence required": how an outcome or a lane is said; "licence required, case by case".
template <class Enum>
std::string spaced(Enum word) {
    std::string said{law::to_string(word)};
    std::ranges::replace(said, '_', ' ');
    return said;
}
std::string words(law::Outcome outcome, std::optional<law::Lane> lane);

// "2,432 below (50.7 %)"; empty when a side is not a number.
std::string margin_words(const Comparison& comparison);

}  // namespace sluice::report
