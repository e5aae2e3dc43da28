// Decode steps of one (chip, model, plan), ready to be asked for millions of times.
//
//   PreparedDecode steps{setup, 1};
//   const double seconds = steps.stage(batch, context);   // some 100 ns once its corner is known
//
// A table over sequences (eight nodes an octave) and context (two an octave), filled by step.h
// where it is first touched and interpolated between. Between two nodes kernels may change tiles:
// the error against step.h is asserted in prepared_test.cc and printed by bench/plans.cc. Not for
// two threads at once.
#pragma once

#include <vector>

#include "run/step.h"

namespace sluice::run {

class PreparedDecode {
public:
    // `setup` and what it points to outlive this. tokens_per_sequence: 1 + drafted tokens.
    explicit PreparedDecode(const Setup& setup, double tokens_per_sequence = 1);

    // Seconds of one step on one pipeline stage. 1 <= batch < 2^16 sequences of the stage,
    // 1 <= context < 2^20 tokens; values beyond are held at the ends.
    double stage(double batch, double context);

private:
    double node(std::size_t row, std::size_t column);

    Setup setup_;
    double tokens_per_sequence_;
    std::vector<double> table_;  // rows of contexts; negative: not yet known
    std::vector<workload::Operator> ops_{};
};

}  // namespace sluice::run
