// From the text of one `.law` file to provisions. The grammar: docs/reference/law-language.md.
#pragma once

#include <string_view>
#include <vector>

#include "facts/world.h"
#include "law/provision.h"

namespace sluice::law {

struct ParsedLaw {
    std::vector<Provision> provisions{};  // in the order of the file, those with problems too
    text::Diagnostics problems{};         // every problem of the file, in its order
};

// Requires: `text` is UTF-8 with LF line ends (text::read_text, text::checked_text).
ParsedLaw parse_provisions(const facts::World& world, std::string_view name, std::string_view text);

}  // namespace sluice::law
