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

namespace sluice::report {

// A provision as it is quoted: which version spoke that day, and on what authority.
struct Cited {
    std::int32_t index = -1;  // into Rulebook::provisions
    std::string provision{};  // "us.ear.3a090.a"
    std::string title{};
    std::string citation{};
    std::string source{};  // of the version in force
    std::string url{};
    std::string text{};  // in our own words
    quantity::Date published{};
    quantity::Date effective{};
    law::Certainty certainty{};
    bool scheduled = false;  // in force by its own terms, confirmation pending
};

// What must be done or certified for a lane or an exception to hold.
struct ConditionState {
    std::string name{};
    std::string text{};
    enum class State : std::uint8_t { stated, open, failed } state = State::open;
};
std::string_view to_string(ConditionState::State state);

// An exception or review that was considered for a requirement.
struct Considered {
    Cited cited{};
    std::string code{};               // exception: "NAC"
    std::optional<law::Lane> lane{};  // review
    law::Truth truth{};
    bool helps = false;  // exception: lifts every requirement; review: speaks
    std::string why{};   // why it helps, or does not
    std::vector<ConditionState> conditions{};
    Finding finding{};
};

struct RequirementReport {
    Cited cited{};
    law::Requirement result{};
    std::string because{};  // the decisive findings in one line
    std::string posture{};  // what the agency says of enforcing it, with source
    std::string review{};   // id of the provision that gives the lane
    std::vector<Considered> reviews{};
    std::vector<Considered> exceptions{};
    Finding finding{};
};

struct MarginReport {
    std::string provision{}, citation{};
    law::Kind kind{};
    law::Margin margin{};
    std::string fact{};  // left side as the law writes it
    quantity::Dimension dimension{};
};

struct Classification {
    law::Tier tier{};
    std::string chip{};  // id, empty for an own chip
    std::string name{};
    facts::Tpp tpp{};
    facts::Value die_area{};
    facts::Value performance_density{};  // for display: TPP / die area, three places
    std::vector<std::pair<std::string, std::string>> derivations{};  // fact name, how it came about
};

struct Noted {  // tariffs, measures, flags, duties, watch items
    Cited cited{};
    std::string rate{};    // tariff
    std::string axis{};    // import measure: place; exception: AES code
    bool unknown = false;  // hangs on a missing fact
    Finding finding{};
};

// Every provision in force with its truth: `--show findings`.
struct Examined {
    Cited cited{};
    law::Kind kind{};
    law::Truth truth{};
    Finding finding{};
};

struct Ambiguous {
    Cited cited{};
    std::string text{};
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
    law::Determination determination{};
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
    std::vector<Examined> examined{};  // everything, on request
    std::vector<Noted> tariffs{}, import_measures{}, red_flags{}, obligations{}, watch{};
    std::vector<Noted> unknown_axes{};
    std::vector<Ambiguous> ambiguities{};
    std::vector<text::Diagnostic> warnings{};

    std::string rulebook_hash{};
    std::optional<quantity::Date> known_on{};
    quantity::Date register_known_to{}, text_known_to{};
    const facts::World* world = nullptr;  // for the names of places, parties and chips
};

// What an assessment is made against. All three outlive it.
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

// Performance density as people print it (TPP / die area, three places), for display only.
facts::Value performance_density(const facts::Value& tpp, const facts::Value& die_area);

struct TextOptions {
    bool all = false;  // every margin, flip and finding
    bool colour = false;
    int width = 100;
};
std::string to_text(const Assessment& assessment, const TextOptions& options = {});

// The contract of docs/reference/json.md; keys in a fixed order.
std::string to_json(const Assessment& assessment);

// One stage alone, for `--show`. findings_*: requires Assessment::examined to be filled.
std::string case_to_text(const facts::World& world, const facts::Case& the_case);
std::string case_to_json(const facts::World& world, const facts::Case& the_case);
std::string findings_to_text(const Assessment& assessment, const TextOptions& options = {});

// What the item is, without the deal around it: tier, TPP, density, derivation, and every
// classification with its findings and margins. Requires Assessment::examined to be filled.
std::string classification_to_text(const Assessment& assessment, const TextOptions& options = {});
std::string classification_to_json(const Assessment& assessment);

}  // namespace sluice::report
