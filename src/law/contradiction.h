// Can two conditions hold together? A syntactic answer: true only where it is provable from
// negation, disjoint choices and disjoint intervals. For the order of reviews and for lint.
// Internal to law/.
#pragma once

#include "law/provision.h"

namespace sluice::law {

// A condition that must hold, or, when negated, must not.
struct Conjunct {
    const Expr* expr = nullptr;
    bool negated = false;
};
using Conjuncts = std::vector<Conjunct>;

// True when no facts can make all of them hold.
bool contradict(const Conjuncts& together);

// True when whatever meets `a` meets `b`: every conjunct of `b` follows from one of `a`.
bool implies(const Expr& a, const Expr& b);

// True when the two versions can never be met together.
bool exclude_each_other(const Version& a, const Version& b);

}  // namespace sluice::law
