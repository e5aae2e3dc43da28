// The slow reference: evaluates provisions as they are written, one at a time, by recursion.
//
// Shares nothing with rulebook.cc but the structs of provision.h; the two are compared on generated
// cases (agreement_test.cc, bench/agreement).
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "facts/deal.h"
#include "facts/world.h"
#include "law/lawbook.h"

namespace sluice::law::naive {

struct Context {
    const facts::World* world = nullptr;
    const Lawbook* book = nullptr;
    Date on{};
    std::optional<Date> known_on{};
    const facts::Facts* facts = nullptr;
    const std::vector<std::pair<std::string, bool>>* certified = nullptr;
};

Truth evaluate(const Context& context, const Expr& expr);
// not_met for a provision that is not in force.
Truth met(const Context& context, const Provision& provision);

}  // namespace sluice::law::naive
