// A deal: what somebody wants to do, as written, with positions kept for messages.
//
// deal.toml and the command line give the same keys; one table (deal.cc) lists them, their flags,
// and the fact each one states. resolve() looks every name up and returns a Case.
#pragma once

#include <bitset>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/fact.h"
#include "facts/world.h"
#include "quantity/date.h"
#include "text/diagnostic.h"

namespace sluice::facts {

struct ChipFacts;

struct DealKey {
    std::optional<FactId> fact;  // the fact it states; none for chip_file, on, price …
    std::string_view name;       // in deal.toml: "die_area"
    std::string_view value;      // for --help: "AREA"
    std::string_view help;       // one line
    bool own_chip = false;       // describes the user's own chip; excludes `chip`
    bool repeatable = false;     // --certify, --red-flag, --assume, --owner, --listed
    std::string_view flag{};     // on the command line: "--die-area"
};
std::span<const DealKey> deal_keys();
const DealKey* find_deal_key(std::string_view name);  // null when there is none

struct DealField {
    std::string key{};       // a DealKey::name
    std::string value{};     // as written; TOML values are printed back: true -> "yes"
    text::Location where{};  // file and line, or the flag in `file` and no line
};

struct Deal {
    std::vector<DealField> fields{};
    const DealField* find(std::string_view key) const {
        return find_by(&DealField::key, fields, key);
    }
};

// Reports every problem of the file: unknown keys (with the nearest), wrong types, duplicate keys.
text::Result<Deal> read_deal(const std::filesystem::path& path);
text::Result<Deal> parse_deal(std::string_view name, std::string_view toml);

// Flags over file: each key stated in `over` replaces the same key of `base`; repeatable keys add
// up.
Deal overlay(Deal base, const Deal& over);

// Something that nobody stated, or a what-if, that the answer rests on; printed with every answer.
struct Assumption {
    FactId fact{};
    std::string text{};  // "civil end use (not stated)", "what if tpp is 4800"
};

// A deal with every name resolved and the facts as of its date.
struct Case {
    Facts facts{};
    quantity::Date on{};
    int chip = -1;  // index into World::chips; -1 for an own chip
    std::optional<Chip> own_chip{};
    std::vector<std::pair<std::string, bool>> certified{};  // --certify NAME=yes|no, sorted by name
    std::vector<std::string> red_flags{};                   // --red-flag NAME, sorted
    std::vector<Assumption> assumptions{};
    std::vector<std::pair<FactId, std::string>> derivations{};  // "2368 = max(bf16 148 x 16, …)"
    std::optional<quantity::Range> price{};                     // USD for the whole deal
    std::string buyer{};                                        // as stated, for the record
    std::int32_t buyer_party = -1;     // code of that party, when data know it
    std::bitset<fact_count> stated{};  // by the deal or by --assume: never derived
    Deal deal{};                       // as written, for the record

    const Value& operator[](FactId fact) const { return facts[index(fact)]; }
    Value& operator[](FactId fact) { return facts[index(fact)]; }
};

// What resolve assumes when a deal is silent. Every assumption made is listed in Case::assumptions.
// With `strict`, nothing is assumed: what is not stated is unknown.
//
//   end use      civil
//   listings     no party is on a list (nobody was screened), and no owner of the buyer is
//   seller       the chip's vendor; an own chip is sold by its own, unaddressed maker
//   act, from    export from the United States
//   item         the bare chip, in no second ECCN
//   exporter     not the fabricator or packager of the chip
//   equivalent   no foreign chip of the kind is free of controls
//   owner        the ultimate parent, where stated, is the majority owner
//
// Headquarters and ultimate parents are never assumed. Those of a seller, designer or buyer that
// data/parties knows by name are looked up. `unknown` may be stated for any fact; it stops the
// assumption. `none` says that the thing does not exist (no parent company, no DRAM).
struct ResolveOptions {
    bool strict = false;
    bool explain = true;  // make the texts of assumptions and derivations, keep the deal
    const std::vector<ChipFacts>* chips = nullptr;  // of the same world (facts/resolve.h), for many
};

// A party that nobody names: it is on no list, and no letter is addressed to it. Also the `chip` of
// a deal about an own chip.
inline constexpr std::int64_t unaddressed = -2;

// Reports every problem of the deal at once: unknown chip, place or choice (with the nearest name
// and how to list all), values without unit, wrong dimensions, impossible dates, negative numbers,
// contradictions (chip and own-chip flags together). An unknown party is `unaddressed`.
// Requires a chip (or own-chip values) and a destination; `on` must be stated.
text::Result<Case> resolve(const World& world, const Deal& deal,
                           const ResolveOptions& options = {});

// Recomputes the derived facts (shipment_tpp, designer_status …) after a fact was changed, for
// what-if questions. Facts in `stated`, and `changed`, are left alone.
void derive(const World& world, Case& the_case, std::optional<FactId> changed = {});

// The chip of a deal, or the user's own; null when it has none.
const Chip* chip_of(const World& world, const Case& the_case);

// How the facts that were not stated came about: fills Case::derivations.
void explain(const World& world, Case& the_case);

}  // namespace sluice::facts
