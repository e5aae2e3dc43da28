// A training step in closed form: forward and backward of every micro-batch through a pipeline,
// then gradients and optimizer.
//
//   M  = global batch / (dp x micro batch)          micro-batches a rank runs
//   t  = (M + (pp - 1) / v) (t_f + t_b)             1F1B, v interleaved chunks a rank; zero-bubble
//   and
//                                                   DualPipe divide the bubble further
//   t_b = 2 t_f of products (1 when weights are frozen), 2.5 t_f of attention, + t_f when
//   recomputed step = t + gradient traffic not hidden + optimizer update
// Model FLOP: 6 x parameters x tokens + 12 x layers x heads x dimension x sequence / 2 (causal).
#pragma once

#include <string>

#include "run/step.h"

namespace sluice::run {

enum class Schedule : unsigned char { one_f_one_b, interleaved, zero_bubble, dual_pipe };

struct Training {
    double sequence = 4096;
    double global_batch = 0;  // sequences a step
    double micro_batch = 1;
    int chunks = 1;  // virtual pipeline chunks a rank
    Schedule schedule = Schedule::one_f_one_b;
    bool recompute_all = false;
    bool recompute_attention = false;
    bool frozen_weights = false;   // LoRA: no weight gradients
    bool sharded_weights = false;  // FSDP, ZeRO-3: weights are gathered for every pass
};

struct TrainingStep {
    double seconds = 0;
    double forward = 0, backward = 0;  // one micro-batch on one stage
    double bubble = 0;                 // s of the step
    double gradients = 0;              // s of traffic that is not hidden
    double optimizer = 0;
    double tokens_per_chip_second = 0;
    double model_flop_per_token = 0;  // 6ND and causal attention, nothing recomputed
    double mfu = 0;                   // against the 16-bit peak
    double memory = 0;                // bytes on the fullest chip
    Span forward_span{};
};

TrainingStep train_step(const Setup& setup, const Training& training);

}  // namespace sluice::run
