// One assessment: a deal, what the law in force that day says of it, and every reason.
//
// Start here. `assess` reads top to bottom as the life of a deal; the renderers (text.cc, json.cc)
// only print what it returns.
//
//   auto the_case = facts::resolve(world, deal);                    // the door does this
//   auto rules = law::compile(world, book, the_case->on);
//   report::Assessment a = report::assess({world, book, rules}, *the_case);
//   fputs(report::to_text(a, {}).c_str(), stdout);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/deal.h"
#include "facts/world.h"
#include "law/determine.h"
#include "law/lawbook.h"
#include "law/rulebook.h"
#include "report/explain.h"
#include "report/sheet.h"

namespace sluice::report {

// What must be done or certified for a lane or an exception to hold.
struct ConditionState {
    std::string name{};
    std::string text{};
    enum class State : std::uint8_t { stated, open, failed } state = State::open;
};
std::string_view to_string(ConditionState::State state);

// A provision in force that day, and why it is met, not met or unknown.
struct Examined {
    const law::CompiledProvision* cited = nullptr;
    Finding finding{};
};

// An exception or review that was considered for a requirement.
struct Considered {
    const law::CompiledProvision* cited = nullptr;
    law::Truth truth{};
    bool helps = false;  // exception: lifts every requirement; review: speaks
    std::string why{};   // why it helps, or does not
    std::vector<ConditionState> conditions{};
};

struct RequirementReport {
    const law::CompiledProvision* cited = nullptr;
    law::Requirement result{};
    std::string posture{};  // what the agency says of enforcing it, with source
    std::string review{};   // id of the provision that gives the lane
    std::vector<Considered> reviews{};
    std::vector<Considered> exceptions{};
    Finding finding{};
};

struct MarginReport {
    const law::CompiledProvision* cited = nullptr;
    law::Margin margin{};
    std::string fact{};  // left side as the law writes it
    quantity::Dimension dimension{};
};

struct Classification {
    std::string chip{};  // id, empty for an own chip
    std::string name{};
    facts::Tpp tpp{};
    facts::Value performance_density{};  // for display: TPP / die area, three places
};

// What a missing number decides: the answer between two of its critical values.
struct Band {
    quantity::Range range{};
    law::Outcome outcome{};
    std::optional<law::Lane> lane{};
    std::string tier{};
};

struct Assessment {
    facts::Case the_case{};
    law::Determination determination{};  // with the other axes: tariffs, duties, red flags, …
    std::vector<law::Flip> flips{};

    std::string subject{};  // "16,000 × H20 SXM 96GB to China"
    Classification classification{};
    std::vector<RequirementReport> requirements{};
    std::vector<ConditionState> conditions{};
    std::optional<Considered> exception{};  // the one that covers every requirement
    std::optional<facts::FactId> banded{};  // the most decisive missing number, and its bands
    std::vector<Band> bands{};
    std::vector<MarginReport> margins{};
    std::vector<Examined> not_met{};   // requirements that do not bite, when none does
    std::vector<Examined> examined{};  // everything, on request: `--show findings`
    std::vector<text::Diagnostic> warnings{};

    const facts::World* world = nullptr;        // for the names of places, parties and chips
    const law::Rulebook* rules = nullptr;       // what is cited
    std::optional<Section> compute{}, money{};  // report/delivery.h; the door asks for them
};

// What an assessment is made against, and speaks of: all three outlive it.
struct Ground {
    const facts::World& world;
    const law::Lawbook& book;
    const law::Rulebook& rules;
};

struct AssessOptions {
    bool flips = true;      // costs some hundred microseconds
    bool examined = false;  // fill Assessment::examined
};

// Requires: ground.rules.period contains the_case.on.
Assessment assess(const Ground& ground, const facts::Case& the_case,
                  const AssessOptions& options = {});

// Why that provision of the rulebook is met, not met or unknown.
Finding explain(const Assessment& assessment, std::int32_t provision);

// In force by its own terms, confirmation pending.
bool scheduled(const law::CompiledProvision& cited);

struct TextOptions {
    bool all = false;  // every margin, flip and finding
    bool colour = false;
    int width = 100;
};
std::string to_text(const Assessment& assessment, const TextOptions& options = {});

// The contract of docs/reference/json.md; keys in a fixed order.
std::string to_json(const Assessment& assessment);

// One stage alone, for `--show`. findings_*: requires Assessment::examined to be filled.
Sheet sheet_of(const facts::World& world, const facts::Case& the_case);
std::string findings_to_text(const Assessment& assessment, const TextOptions& options = {});

// What the item is, without the deal around it: tier, TPP, density, derivation, and every
// classification with its findings and margins. Requires Assessment::examined to be filled.
std::string classification_to_text(const Assessment& assessment, const TextOptions& options = {});
std::string classification_to_json(const Assessment& assessment);

}  // namespace sluice::report
