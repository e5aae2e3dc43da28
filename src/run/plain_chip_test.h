// What tests run models on: a chip of the H100's size, not fitted on anything.
#pragma once

#include "timing/kernels.h"

namespace sluice::run {

inline timing::ChipTiming plain_chip() {
    timing::ChipTiming chip;
    chip.bandwidth = 3.35e12;
    for (auto& peak : chip.peak) peak = 989e12;
    auto& c = chip.collective;
    for (auto* lines : {&c.all_reduce, &c.gather, &c.all_to_all})
        *lines = {{{5e-6, 1e-6, 4e10}, {1e-5, 1e-6, 1e11}, {2e-5, 2e-6, 3.6e11}}};
    return chip;
}

}  // namespace sluice::run
