// Prints provisions as a `.law` file in the one layout: `sluice law fmt`.
#pragma once

#include <string>
#include <vector>

#include "facts/world.h"
#include "law/provision.h"

namespace sluice::law {

// Parsing the result gives the same provisions, and formatting those the same text. Comments are
// kept above the clause to which they belong. Lines are at most 100 columns wide where there is a
// place to break them.
std::string format_law(const facts::World& world, const std::vector<Provision>& provisions);

// A condition in one line, as the formatter writes it: "tpp >= 1600 and tpp >= 5.92 * die_area".
std::string format_expr(const facts::World& world, const Expr& expr);

}  // namespace sluice::law
