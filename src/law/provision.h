// The law as data: provisions, their dated versions, and the conditions they state.
//
// These structs are what a `.law` file says and nothing more; parse.h makes them, format.h prints
// them back, lint.h criticises them, rulebook.h compiles them.
// The language itself is one page: docs/reference/law-language.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facts/fact.h"
#include "law/kinds.h"
#include "quantity/date.h"
#include "quantity/decimal.h"
#include "text/diagnostic.h"

namespace sluice::law {

using facts::FactId;
using quantity::Date;
using quantity::Decimal;

// ---- conditions -------------------------------------------------------------------------------

// A sum of scaled facts and a constant: `5.92 * die_area`, `received_tpp + tpp`, `600 GB/s`.
struct Linear {
    struct Term {
        Decimal coefficient{1};
        FactId fact{};
        friend bool operator==(const Term&, const Term&) = default;
    };
    std::vector<Term> terms{};
    Decimal constant{};
    bool has_constant = false;
    quantity::Dimension dimension = quantity::Dimension::number;
    friend bool operator==(const Linear&, const Linear&) = default;
};

// `D:5 + MO`, `(D:1 + D:4 + D:5) - (A:5 + A:6)`; looked up in World::places as of the deal's date.
struct PlaceExpr {
    enum class Op : std::uint8_t { group, place, plus, minus };
    Op op = Op::place;
    std::int16_t code = -1;             // group index or place code
    std::vector<PlaceExpr> operands{};  // two, for plus and minus
    friend bool operator==(const PlaceExpr&, const PlaceExpr&) = default;
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

struct Clause {
    std::string label{};  // limb, except: as written; empty for a plain `met when`
    Expr when{};
    std::string text{};  // unclear, ambiguity: what the text leaves open
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
    std::string text{};                 // what it says, in our own words
    std::vector<Clause> limbs{};        // `limb 3A090.a.1 when …`: met when any is
    std::vector<Clause> carves{};       // `except note-2 when …`: not met when any is
    std::vector<Clause> doubts{};       // `unclear when … "why"`: unknown there, the text is silent
    std::vector<Clause> ambiguities{};  // shown when met; change nothing
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
    std::string code{};                    // exception: "NAC"; import_measure: "CN"
    std::string aes{};                     // exception: its AES code, "C67"
    bool addressee_only = false;           // an is-informed letter: binds only whom it names
    std::vector<std::string> covers{};     // exception, review, obligation: `for` requirement ids
    std::vector<std::string> overrides{};  // review: `over` review ids that yield to this one
    std::vector<std::int32_t> covers_index{}, overrides_index{};  // set by linking
    std::vector<Version> versions{};                              // by effective date
    std::vector<Stay> stays{};
    std::vector<Posture> postures{};
    std::vector<LawCase> cases{};
    bool broken = false;          // has problems, which were reported
    Comments comments{};          // above the provision; "" is an empty line
    Comments closing_comments{};  // after the last provision of a file
};

}  // namespace sluice::law
