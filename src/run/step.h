// One iteration of an engine: what the kernels take, what the host adds, where the time goes.
//
//   time of a step = sum over operators of count x kernel_time, scaled by the engine's kernel
//   factors, plus a gap a launch, plus host time a step and a sequence that the chip waits for.
// The parts of a Span are disjoint and its total is their sum.
#pragma once

#include <vector>

#include "facts/model.h"
#include "run/engine.h"
#include "timing/kernels.h"
#include "workload/expand.h"

namespace sluice::run {

struct Setup {
    const facts::Model* model = nullptr;
    workload::Plan plan{};
    workload::Formats formats{};
    const timing::ChipTiming* chip = nullptr;
    const Engine* engine = nullptr;
    double memory = 0;  // bytes a chip
};

struct Span {
    double matrix = 0;   // dense products
    double experts = 0;  // grouped products
    double attention = 0;
    double element = 0;  // norms, activations, recurrences
    double communication = 0;
    double launch = 0;  // gaps between kernels
    double host = 0;
    double total() const {
        return matrix + experts + attention + element + communication + launch + host;
    }
};

// A chip as this engine's kernels see it.
timing::ChipTiming with_engine(timing::ChipTiming chip, const Engine& engine);

// One pipeline stage's share of a step. `ops` is scratch memory that the caller keeps.
Span stage_span(const Setup& setup, const workload::Step& step,
                std::vector<workload::Operator>& ops);

// Sequences of this final length that one instance can hold beside weights and activations, as
// engines count blocks: fraction of memory, less weights, less the peak of a full step. 0 when the
// weights alone do not fit.
double sequence_capacity(const Setup& setup, double length);

}  // namespace sluice::run
