// Readers of the files under data/: each takes one file, adds to the world what it holds and to
// `problems` all that is wrong with it. Places come first, then vendors and parties, then the rest.
#pragma once

#include <span>

#include "facts/data_file.h"
#include "facts/world.h"
#include "text/diagnostic.h"

namespace sluice::facts {

// What a chip's file states in numbers, in its order and without the rates.
struct MeasuredKey {
    std::string_view key;
    quantity::Dimension dimension;
    Measured Chip::* field;
};
std::span<const MeasuredKey> measured_keys();

// The tables of [[key]], the only key that the file may have.
const std::vector<Node>& tables_of(const DataFile& file, std::string_view key,
                                   text::Diagnostics& problems);

void read_countries(const DataFile& file, Places& places, text::Diagnostics& problems);
void read_groups(const DataFile& file, Places& places, text::Diagnostics& problems);

// The [vendor] of a file of chips; its code, or -1.
int read_vendor(const DataFile& file, World& world, text::Diagnostics& problems);
void read_parties(const DataFile& file, World& world, text::Diagnostics& problems);
void read_party_lists(const DataFile& file, World& world, text::Diagnostics& problems);

void read_chips(const DataFile& file, int vendor, World& world, text::Diagnostics& problems);
// The one chip of a user's file: its keys at the top, or one [[chip]].
Chip read_own_chip(const DataFile& file, const World& world, text::Diagnostics& problems);

}  // namespace sluice::facts
