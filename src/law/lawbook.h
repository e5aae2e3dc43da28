// The lawbook: every provision that was ever in force, and the door to what was in force on a day.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/deal.h"
#include "facts/world.h"
#include "law/provision.h"

namespace sluice::law {

struct Lawbook {
    std::vector<Provision> provisions{};         // sorted by id
    std::vector<std::string> condition_names{};  // sorted, unique; index = condition code
    std::string hash{};                          // SHA-256 over every .law file read, hex
    Date register_known_to{};                    // the Federal Register was read up to this day
    Date text_known_to{};                        // the text of the CFR was read up to this day
    std::vector<std::string> phrases{};          // of worked cases: "words: key=value"
    std::vector<std::filesystem::path> files{};

    int find(std::string_view id) const;  // -1 when there is none
    Date first_day() const;               // earliest effective day of any version
    // Every day on which any version, stay or posture begins or ends, sorted, unique.
    std::vector<Date> change_days() const;
};

// Reads dir/*.law (recursively) and dir/known.toml; `overlay` lays a user's provisions over them:
// the same id replaces, a new id adds. Reports every problem of every file at once: syntax, unknown
// facts, places, parties and provisions, unit mismatches, circles of reviews and of `met`, and two
// live reviews of one requirement that disagree while neither overrides the other (both places).
text::Result<Lawbook> load_lawbook(const facts::World& world, const std::filesystem::path& dir,
                                   const std::optional<std::filesystem::path>& overlay = {});

// What a deal certifies or flags by a name that nothing in the book has, with the nearest names.
text::Diagnostics unknown_names(const Lawbook& book, const facts::Case& the_case);

// Parses one file's text without linking; for the formatter and the fuzzer.
text::Result<std::vector<Provision>> parse_law(const facts::World& world, std::string_view name,
                                               std::string_view text);

// Checks across provisions and fills every index; the second half of load_lawbook. Says nothing
// more about the inside of provisions that are `broken`.
text::Diagnostics link(Lawbook& book);

// Which version speaks on `on`, given what was published by `known_on` (everything, when empty).
struct InForce {
    int version = -1;  // -1: the provision says nothing that day
    bool stayed = false;
    bool scheduled = false;            // in force by its own terms, confirmation pending
    bool not_yet_enforced = false;     // before the compliance day of the version
    const Posture* posture = nullptr;  // that speaks that day
    quantity::Period period{};         // days around `on` with the same answer
    friend bool operator==(const InForce&, const InForce&) = default;
};
InForce in_force(const Provision& provision, Date on, std::optional<Date> known_on);

}  // namespace sluice::law
