// The `case` lines inside `.law` files: `sluice law test`.
#pragma once

#include "facts/world.h"
#include "law/lawbook.h"

namespace sluice::law {

struct LawCaseResults {
    std::size_t passed = 0;
    text::Diagnostics failures{};  // one a failed case, at its place: expected and got
};

// Runs every case of every provision. A case states the whole of its facts: what it does not
// mention is unknown. Requires: `book` is linked.
LawCaseResults run_law_cases(const facts::World& world, const Lawbook& book);

}  // namespace sluice::law
