// The law as data: provisions, their dated versions, and the conditions they state.
//
// These structs are what a `.law` file says and nothing more; parse.h makes them, format.h prints
// them back, lint.h criticises them, naive.h evaluates them directly, rulebook.h compiles them.
// The language itself is one page: docs/reference/law-language.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/fact.h"
#include "quantity/date.h"
#include "quantity/decimal.h"
#include "text/diagnostic.h"

namespace sluice::law {

using facts::FactId;
using quantity::Date;
using quantity::Decimal;

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

std::string_view to_string(Truth);
std::string_view to_string(Kind);
std::string_view to_string(Outcome);
std::string_view to_string(Lane);
std::optional<Kind> find_kind(std::string_view);
std::optional<Outcome> find_outcome(std::string_view);
std::optional<Lane> find_lane(std::string_view);
std::optional<Truth> find_truth(std::string_view);

// ---- conditions -------------------------------------------------------------------------------

// A sum of scaled facts and a constant: `5.92 * die_area`, `received_tpp + tpp`, `600 GB/s`.
struct Linear {
    struct Term {
        Decimal coefficient{1};
        FactId fact{};
    };
    std::vector<Term> terms{};
    Decimal constant{};
    bool has_constant = false;
    quantity::Dimension dimension = quantity::Dimension::number;
};

enum class Comparator : std::uint8_t { less, less_equal, equal, not_equal, greater_equal, greater };

// `D:5 + MO`, `(D:1 + D:4 + D:5) - (A:5 + A:6)`; looked up in World::places as of the deal's date.
struct PlaceExpr {
    enum class Op : std::uint8_t { group, place, plus, minus };
    Op op = Op::place;
    std::int16_t code = -1;             // group index or place code
    std::vector<PlaceExpr> operands{};  // two, for plus and minus
};

struct Expr {
    enum class Op : std::uint8_t {
        all,        // children, `and`
        any,        // children, `or`
        negate,     // one child, `not`
        compare,    // left comparator right
        flag,       // a boolean fact
        is,         // choice, party or chip fact `is X`, `in {X, Y}`: codes
        in_places,  // place fact `in` place expression
        in_list,    // party fact `in list NAME`
        exists,     // false when the fact is absent
        met,        // another provision is met
        always,     // `always`
    };
    Op op = Op::always;
    text::Location where{};
    std::vector<Expr> children{};
    FactId fact{};           // flag, is, in_places, in_list, exists
    Linear left{}, right{};  // compare
    Comparator comparator = Comparator::equal;
    std::vector<std::int64_t> codes{};  // is: choice index, party or chip code
    std::vector<std::string> names{};   // the same as written, for printing
    PlaceExpr places{};                 // in_places
    std::int32_t reference = -1;        // met: index into Lawbook::provisions, set by linking;
                                        // in_list: index into World::party_lists
    std::string name{};                 // met: provision id, in_list: list id, as written
};

// ---- provisions -------------------------------------------------------------------------------

// Comments above a clause, or beside it, each with its `#`; only the formatter reads them.
using Comments = std::vector<std::string>;

struct Limb {             // `limb 3A090.a.1 when …`; the provision is met when any limb is
    std::string label{};  // empty for a plain `met when`
    Expr when{};
    Comments comments{};
};

struct Carve {  // `except note-2 when …`: not met when any carve is
    std::string label{};
    Expr when{};
    Comments comments{};
};

struct Doubt {  // `unclear when … "why"`: unknown where the text itself does not say
    Expr when{};
    std::string why{};
    Comments comments{};
};

struct Ambiguity {  // shown when `when` is met; changes nothing
    Expr when{};
    std::string text{};
    Comments comments{};
};

// What somebody must do or certify for a lane or an exception to hold: `condition us_supply "…"`.
// Met by `--certify us_supply=yes`, or by its own expression when it has one. Unstated conditions
// stay open and are listed with the answer; a failing one removes the lane or exception.
struct Condition {
    std::string name{};  // one name, one meaning across the whole lawbook
    std::string text{};
    std::optional<Expr> when{};
    text::Location where{};
    Comments comments{};
};

enum class Certainty : std::uint8_t { primary, secondary, single, memory, inferred };
// primary: read in the text itself; secondary: two or more sources; single: one; memory; inferred.
std::string_view to_string(Certainty);
std::optional<Certainty> find_certainty(std::string_view);

struct Version {
    text::Location where{};
    Date published{};                // Federal Register page, or the act of publication
    std::optional<Date> released{};  // public inspection or announcement, when earlier
    Date effective{};
    std::optional<Date> compliance{};  // not enforced before, unless a posture says otherwise
    std::optional<Date> until{};       // a sunset in the text itself; supersession needs none
    bool repealed = false;             // from `effective` on the provision says nothing
    bool scheduled = false;            // takes effect by its own terms, confirmation pending
    std::string source{};
    std::string url{};
    Certainty certainty = Certainty::secondary;
    std::string text{};  // what it says, in our own words
    std::vector<Limb> limbs{};
    std::vector<Carve> carves{};
    std::vector<Doubt> doubts{};
    std::vector<Ambiguity> ambiguities{};
    std::vector<Condition> conditions{};
    std::optional<Outcome> outcome{};  // requirement: `then licence_required`
    std::optional<Lane> lane{};        // review: `then case_by_case`
    std::string rate{};                // tariff: `then rate "25 % ad valorem"`
    Comments comments{};
    Date known_from() const { return released ? *released : published; }
};

struct Stay {
    text::Location where{};
    Date published{};
    Date from{}, until{};          // half-open
    bool unless_extended = false;  // after `until` the provision is `scheduled`
    std::string source{};
    std::string text{};
    Comments comments{};
};

// What the agency says it enforces, beside what the text requires.
struct Posture {
    text::Location where{};
    Date published{};
    Date effective{};
    std::optional<Date> until{};
    std::string source{};
    std::string text{};
    Expr enforced{};  // `enforced when …`
    Comments comments{};
};

// `case "area unknown" on 2024-01-02 tpp 2000, marketed_for_datacentre => unknown ask die_area`
struct LawCase {
    text::Location where{};
    std::string title{};
    Date on{};
    std::vector<std::pair<FactId, facts::Value>> facts{};
    std::vector<std::string> written{};  // the facts as written, for the formatter
    Truth expected{};
    std::vector<FactId> ask{};  // facts that must be named when unknown
    Comments comments{};
};

struct Provision {
    std::string id{};  // "us.ear.3a090.a"
    std::string title{};
    Kind kind{};
    std::string citation{};  // "15 CFR 774 Supp. 1, ECCN 3A090.a"
    text::Location where{};
    std::string tier{};                    // classification: "3A090.a"
    std::string code{};                    // exception: "NAC"
    std::string axis{};                    // exception: AES code "C67"; import_measure: "CN"
    bool addressee_only = false;           // an is-informed letter: binds only whom it names
    std::vector<std::string> covers{};     // exception, review, obligation: `for` requirement ids
    std::vector<std::string> overrides{};  // review: `over` review ids that yield to this one
    std::vector<std::int32_t> covers_index{}, overrides_index{};  // set by linking
    std::vector<Version> versions{};                              // by effective date
    std::vector<Stay> stays{};
    std::vector<Posture> postures{};
    std::vector<LawCase> cases{};
    Comments comments{};          // above the provision; "" is an empty line
    Comments closing_comments{};  // after the last provision of a file
};

}  // namespace sluice::law
