// One iteration of an engine: what the kernels take, what the host adds, where the time goes.
//
//   time of a step = sum over operators of count x kernel_time, scaled by the engine's kernel
//   factors, plus a gap a launch, plus host time a step and a sequence that the chip waits for.
// The parts of a Span are disjoint and its total is their sum.
#pragma once

#include <string>
#include <vector>

#include "facts/model.h"
#include "timing/kernels.h"
#include "workload/expand.h"

namespace sluice::run {

// How a serving or training engine behaves around its kernels; data/calibration/engines.toml.
struct Engine {
    std::string id{};
    std::vector<std::string> software{};  // lower-case beginnings of a software string
    double prefill_factor = 1;            // kernel time over the kernel model, prompts
    double decode_factor = 1;             // the same, decode steps
    double gap = 0;                       // s a launch beside the kernel model's own t0
    double host_step = 1e-3;              // s a step
    double host_sequence = 0;             // s a sequence and step: sampling, detokenising
    double request_cost = 0;              // s a request, serial in the engine: tokenise, schedule
    double communication_factor = 1;      // collectives over the collective model
    double hidden_traffic = 0;            // share of expert traffic hidden behind compute
    double one_shot = 0;                  // s, latency of a fused small all-reduce; 0: none
    double expert_factor = 1;             // grouped products over the model: uneven load, padding
    double element_factor = 1;            // element-wise kernels over the model (unfused > 1)
    double reserved = 0;  // multiprocessors that only move data (DeepSeek-V3 training: 20 of 132)
    double mma_only = 0;  // 1: products by pre-Hopper instructions, 16-bit accumulators
    double vector_read = 0;          // byte/s a multiprocessor at batch 1; 0: no bound
    double memory_fraction = 0.9;    // of the chip's memory that the engine takes
    int most_sequences = 256;        // a replica
    int most_batched_tokens = 8192;  // of a step
    double training_factor = 1;      // kernel time over the model, forward and backward
    double training_overlap = 0.6;   // share of data-parallel traffic hidden
    std::string provenance{};
    int rows = 0;  // it was fitted on
};

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
