// Fitting: a simplex search with restarts, reproducible by seed, and what engines are learnt by.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "run/measured.h"

namespace sluice::run {

// Nelder-Mead with `restarts` fresh simplices around the best point so far; `step` is the first
// edge length in each direction. Returns the best point; `evaluations` bounds the work.
std::vector<double> minimise(const std::function<double(const std::vector<double>&)>& loss,
                             const std::vector<double>& start, const std::vector<double>& step,
                             int evaluations, int restarts, std::uint64_t seed);

// An engine's parameters, learnt from the rows of its software that may be learnt from (every group
// counts once; robust loss of the logarithmic error; pulled towards where it started, so that few
// rows move it little); TTFT rows teach its client_latency alone. No chance is in it.
Engine fit_engine(const Bench& bench, const Engine& start, const std::vector<MeasuredRow>& rows);

}  // namespace sluice::run
