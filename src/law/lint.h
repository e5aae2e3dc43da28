// What is suspicious in a lawbook though it loads: `sluice law lint`.
#pragma once

#include "law/lawbook.h"

namespace sluice::law {

// Warnings: clauses that can never decide (contradictory, or contained in another), reviews of one
// requirement in the same lane without an order, days on which a provision falls silent between
// two versions, sources without a citation, empty texts, provisions without a case. Notes: what
// rests on memory or inference. In the order of the book.
text::Diagnostics lint(const Lawbook& book);

}  // namespace sluice::law
