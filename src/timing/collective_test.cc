#include <gtest/gtest.h>

#include "timing/kernels.h"

namespace sluice::timing {
namespace {

using workload::Operator;
using workload::OpKind;

ChipTiming eight_chips() {
    ChipTiming chip;
    for (auto* lines :
         {&chip.collective.all_reduce, &chip.collective.gather, &chip.collective.all_to_all})
        *lines = {{{5e-6, 1e-6, 1e10}, {1e-5, 1e-6, 1e11}, {2e-5, 2e-6, 3e11}}};
    return chip;
}

// 1 GB over eight chips crosses every link 7/4 or 7/8 times at 300 GB/s.
TEST(Collective, OperatorsCarryTheirBytes) {
    const auto chip = eight_chips();
    const struct {
        OpKind kind;
        double seconds;
    } cases[] = {{OpKind::all_reduce, 1.75e9 / 3e11 + 3.4e-5},
                 {OpKind::all_gather, 0.875e9 / 3e11 + 3.4e-5},
                 {OpKind::reduce_scatter, 0.875e9 / 3e11 + 3.4e-5},
                 {OpKind::point_to_point, 1e9 / 3e11 + 3.4e-5}};
    for (const auto& [kind, seconds] : cases)
        EXPECT_NEAR(kernel_time(chip, Operator{.kind = kind, .bytes = 1e9, .ranks = 8}), seconds,
                    1e-9)
            << static_cast<int>(kind);
}

}  // namespace
}  // namespace sluice::timing
