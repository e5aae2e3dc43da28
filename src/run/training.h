// A training step in closed form: forward and backward of every micro-batch through a pipeline,
// then gradients and optimizer.
//
//   M = global batch / (dp x micro batch)    micro-batches a rank runs
//   F   forward of one micro-batch on one stage
//   B   its backward: products twice (once where weights are frozen), attention 5/2 of the FLOP at
//       a lower rate, traffic once, element-wise work and launches twice, and what is computed
//       again
//   W   the part of B that makes weight gradients: products once; 0 where weights are frozen
//   bubble = (pp - 1)(F + B) / v             1F1B; v chunks a rank when interleaved
//                                            (Megatron-LM, arXiv 2104.04473, 2.2)
//          = (pp - 1)(F + B - 2 W)           zero bubble ZB-H1 (arXiv 2401.10241, 2; there B is
//                                            without W)
//          = (pp / 2 - 1)(F + 2 B - 3 W)     DualPipe, F and B overlapped taking F + B
//                                            (arXiv 2412.19437, table 2)
//                                            a stage has only M of the W that fill these gaps
//   step = M (F + B) + bubble + traffic of gradients that is not hidden + optimizer + host
// Model FLOP a token: 6 x parameters multiplied for it + 3 x causal attention, nothing recomputed;
// multi-token-prediction layers take time and memory but count as no model FLOP.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "run/step.h"

namespace sluice::run {

enum class Schedule : unsigned char { one_f_one_b, interleaved, zero_bubble, dual_pipe };
inline constexpr std::array<std::string_view, 4> schedule_names = {"1f1b", "interleaved",
                                                                   "zero-bubble", "dualpipe"};
inline constexpr std::array<std::string_view, 3> recompute_names = {"none", "attention", "all"};

struct Training {
    double sequence = 4096;
    double global_batch = 0;  // sequences a step
    double micro_batch = 1;
    int chunks = 1;  // virtual pipeline chunks a rank
    Schedule schedule = Schedule::one_f_one_b;
    workload::Recompute recompute = workload::Recompute::none;
    bool frozen_weights = false;   // LoRA: no weight gradients
    bool sharded_weights = false;  // FSDP, ZeRO-3: weights are gathered for every pass
};

// Seconds of one step on one chip: disjoint, and their sum in this order is the step. The first
// six are forward and backward of all micro-batches.
struct StepParts {
    double matrix = 0;
    double experts = 0;
    double attention = 0;
    double element = 0;
    double communication = 0;  // inside a stage and between stages, as far as it is not hidden
    double launch = 0;         // gaps between kernels
    double recomputation = 0;
    double bubble = 0;
    double gradients = 0;  // traffic of gradients, and of weights where they are sharded
    double optimizer = 0;
    double host = 0;
    double total() const;
};
inline constexpr std::pair<std::string_view, double StepParts::*> step_parts[] = {
    {"matrix", &StepParts::matrix},
    {"experts", &StepParts::experts},
    {"attention", &StepParts::attention},
    {"element", &StepParts::element},
    {"communication", &StepParts::communication},
    {"launch", &StepParts::launch},
    {"recomputation", &StepParts::recomputation},
    {"bubble", &StepParts::bubble},
    {"gradients", &StepParts::gradients},
    {"optimizer", &StepParts::optimizer},
    {"host", &StepParts::host}};

struct TrainingStep {
    double seconds = 0;  // parts.total()
    StepParts parts{};
    double forward = 0, backward = 0;  // F and B
    double micro_batches = 0;          // M
    double tokens_per_chip_second = 0;
    double model_flop_per_token = 0;
    double mfu = 0;         // against the chip's dense 16-bit peak
    double format_mfu = 0;  // against its dense peak in the format of the products
    Span forward_span{};
};

TrainingStep train_step(const Setup& setup, const Training& training);

// Bytes on the fullest chip: workload::training_footprint with the micro-batches that the schedule
// keeps at once: pp (1F1B, ZB-H1), pp + (pp - 1) / v (interleaved), pp + 1 and both directions'
// weights (DualPipe).
workload::Footprint training_memory(const Setup& setup, const Training& training);

}  // namespace sluice::run
