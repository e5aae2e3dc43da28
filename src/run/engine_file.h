// data/engines/engines.toml, as `sluice calibrate` writes it; load_engines reads it back.
#pragma once

#include <string>
#include <vector>

#include "run/step.h"

namespace sluice::run {

// `fitted_on` is the source of every engine that has rows: the file and the seed.
std::string engines_toml(const std::vector<Engine>& engines, const std::string& fitted_on);

}  // namespace sluice::run
