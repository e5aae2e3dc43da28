// Everything that exists, loaded once, const, passed in.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "facts/chip.h"
#include "facts/name_index.h"
#include "facts/place.h"
#include "text/diagnostic.h"

namespace sluice::facts {

// A company or body that a rule, a chip or a list names (data/parties/*.toml, vendors of chips).
struct Party {
    std::string id{};  // "nvidia"
    std::string name{};
    std::vector<std::string> aliases{};
    std::int16_t headquarters = -1;  // place code, -1 unknown
    text::Location where{};          // of its id, for messages
};

// A dated list of parties printed in the regulations (740 Supp. 6, 7, 8).
struct PartyList {
    struct Member {
        std::int32_t party = -1;
        quantity::Period period{};
        std::string source{};
        std::string note{};  // what the print leaves open
    };
    std::string id{};  // "approved_ic_designers"
    std::string title{};
    std::vector<Member> members{};
    bool contains(std::int32_t party, quantity::Date date) const;
};

// A fact as people ask for it (data/facts.toml).
struct Question {
    std::string words{};      // "applicable die area of the chip (logic dies …)"
    std::string statement{};  // how a user states it: `--die-area "814 mm2"`
};

struct World {
    Places places{};
    std::vector<Party> parties{};
    std::vector<PartyList> party_lists{};
    std::vector<Chip> chips{};
    std::array<Question, fact_count> questions{};
    std::string hash{};  // SHA-256 of every file read, hex
    NameIndex chip_names{};
    NameIndex party_names{};
    void index();  // fills both; load() does, who builds a World must

    // By id, alias or name, a chip's after its vendor's name too ("NVIDIA H20"); case, blanks and
    // punctuation do not matter. -1 when there is none. load() refuses a name of two.
    int find_chip(std::string_view name) const;
    int find_party(std::string_view name) const { return party_names.find(name); }
    const PartyList* party_list(std::string_view id) const {
        return find_by(&PartyList::id, party_lists, id);
    }
};

// Reads dir/facts.toml, dir/chips, dir/places, dir/parties. Reports every problem of every file:
// unknown keys, numbers without a unit or a source, wrong dimensions, duplicate ids, names that
// clash.
text::Result<World> load(const std::filesystem::path& dir);

// One chip from a user's own TOML file (the same keys as a [[chip]] of data/chips; id and sources
// optional: the file itself is the source).
text::Result<Chip> load_own_chip(const World& world, const std::filesystem::path& file);

}  // namespace sluice::facts
