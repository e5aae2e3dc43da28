// What the verbs that predict share.
#pragma once

#include <algorithm>

#include "cli/door.h"
#include "report/machine.h"

namespace sluice::cli {

// What a flag's word names, where the parser has refused every other word.
template <class Choice>
Choice named(const auto& names, std::string_view word) {
    return static_cast<Choice>(std::ranges::find(names, word) - std::begin(names));
}

// Data to --out, whole or not at all; to standard output without it.
int deliver(const Command& command, const std::string& data);

int validate_kernels(const Command& command, const Ground& ground);
int calibrate_kernels(const Command& command, const Ground& ground);

}  // namespace sluice::cli
