// The free text of worked cases, read as the flags of a deal. Internal to law/; the phrases are
// listed in docs/reference/case-files.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/deal.h"
#include "law/lawbook.h"

namespace sluice::law {

// Appends what each phrase of `free_text` states to `deal`; phrases are separated by `;` or `, `.
// Returns the phrases that were not understood.
std::vector<std::string> read_phrases(std::string_view free_text, const Lawbook& book,
                                      const text::Location& where, facts::Deal& deal);

}  // namespace sluice::law
