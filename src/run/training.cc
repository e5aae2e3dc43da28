#include "run/training.h"

#include <algorithm>
#include <cmath>

namespace sluice::run {
namespace {

using workload::OpKind;
using workload::Precision;

// Experts spread over data-parallel ranks: the ranks that share experts step together.
workload::Plan stage_plan(const workload::Plan& plan) {
    auto stage = plan;
    stage.attention_dp = std::max(1, plan.ep * plan.moe_tp / std::max(1, plan.tp));
    stage.dp = 1;
    return stage;
}

double causal_attention_flop(const facts::Model& model, double sequence) {
    double flop = 0;
    for (const auto& block : model.blocks) {
        const auto& m = block.mixer;
        if (!m.caches()) continue;
        const double qk = m.kind == facts::MixerKind::mla ? m.qk_nope + m.qk_rope : m.head_dim;
        const double seen = m.window > 0 ? std::min<double>(m.window, sequence / 2) : sequence / 2;
        flop += block.count * 2.0 * m.heads * (qk + m.values()) * seen;
    }
    return flop;
}

}  // namespace

TrainingStep train_step(const Setup& setup, const Training& training) {
    TrainingStep out;
    Setup stage = setup;
    stage.plan = stage_plan(setup.plan);
    std::vector<workload::Operator> ops;
    const double together = stage.plan.attention_dp;
    out.forward_span = stage_span(
        stage,
        {.prefill_sequences = training.micro_batch * together, .prefill_tokens = training.sequence},
        ops);
    const auto& f = out.forward_span;
    // Layers that predict further tokens run beside the others.
    const double mtp = 1 + static_cast<double>(setup.model->mtp_layers) / setup.model->layers();
    const double factor = mtp * setup.engine->training_factor / setup.engine->prefill_factor;
    const double products = (f.matrix + f.experts) * factor, attention = f.attention * factor;
    const double rest = f.element * factor + f.communication;
    out.forward = products + attention + rest;
    const double weights = training.frozen_weights ? 1 : 2;
    out.backward = weights * products + 2.5 * attention + (1 + 0.5 * weights) * rest;
    if (training.recompute_all)
        out.backward += out.forward;
    else if (training.recompute_attention)
        out.backward += attention;

    const auto& plan = setup.plan;
    const double micro = std::max(1.0, training.global_batch / (plan.dp * training.micro_batch));
    const double each = out.forward + out.backward;
    double bubble = (plan.pp - 1) * each / std::max(1, training.chunks);
    if (training.schedule == Schedule::zero_bubble) bubble /= 3;
    if (training.schedule == Schedule::dual_pipe)
        bubble = (plan.pp / 2.0 - 1) * (each - 1.5 * out.forward) / 2;
    out.bubble = std::max(0.0, bubble);

    // Gradients of this chip's parameters, reduced over data-parallel ranks; 16-bit words.
    const auto p = workload::parameters(*setup.model);
    const double local = (p.total - p.routed_experts) / (plan.tp * plan.pp) +
                         p.routed_experts / (std::max(1, plan.ep * plan.moe_tp) * plan.pp);
    const double trained = training.frozen_weights ? 0.01 * local : local;
    const double reduce =
        timing::collective_time(*setup.chip, OpKind::all_reduce, 2 * trained, plan.dp);
    double traffic = reduce;
    if (training.sharded_weights)
        traffic += micro * 2 *
                   timing::collective_time(*setup.chip, OpKind::all_gather, 2 * local, plan.dp);
    const double hidden = setup.engine->training_overlap * micro * each;
    out.gradients = std::max(traffic - hidden, (1 - setup.engine->training_overlap) * reduce);
    out.optimizer = trained / plan.dp * 20 / (0.7 * setup.chip->bandwidth);
    out.seconds =
        micro * each + out.bubble + out.gradients + out.optimizer + setup.engine->host_step;

    const double tokens = training.global_batch * training.sequence;
    out.tokens_per_chip_second = tokens / out.seconds / plan.chips();
    out.model_flop_per_token = (training.frozen_weights ? 4 : 6) * p.active +
                               3 * causal_attention_flop(*setup.model, training.sequence);
    out.mfu = out.tokens_per_chip_second * out.model_flop_per_token /
              setup.chip->peak[static_cast<std::size_t>(Precision::bf16)];
    out.memory = local * (2 + 4) + trained * 12 / std::max(1, plan.dp);
    return out;
}

}  // namespace sluice::run
