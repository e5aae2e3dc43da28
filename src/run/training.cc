#include "run/training.h"

#include <algorithm>

namespace sluice::run {
namespace {

using workload::OpKind;
using workload::Precision;
using workload::Recompute;

// FlashAttention-2 (arXiv 2307.08691, figures 4 to 6): five products for two, at five sixths of the
// forward rate.
constexpr double attention_backward = 3;

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

// Kernel time of what Recompute::attention does again.
double cheap_again(const Setup& setup, const std::vector<workload::Operator>& ops) {
    const bool latent =
        std::ranges::any_of(setup.model->blocks, [](const auto& b) { return b.mixer.kv_rank > 0; });
    double seconds = 0;
    for (const auto& op : ops) {
        const bool expands = op.name == "query up" || op.name == "key-value up";
        const bool attends = op.kind == OpKind::prefill_attention;
        // Tokens are permuted, activated and permuted back by three kernels.
        const double share = op.name == "ffn activation"         ? 1
                             : op.name == "permute and activate" ? 1.0 / 3
                             : latent                            ? expands
                                                                 : attends;
        if (share > 0) seconds += share * op.count * timing::kernel_time(*setup.chip, op);
    }
    return seconds;
}

// Traffic inside and between stages that nothing hides. Slices of a product are sent while the next
// is computed: half of the products at most; micro-batches in turn hide the traffic of experts.
double shown_traffic(const Setup& setup, const std::vector<workload::Operator>& ops, double busy) {
    const auto& engine = *setup.engine;
    const double sliced = engine.training_overlap, in_turn = engine.hidden_traffic;
    double all = 0, hidden = 0;
    for (const auto& op : ops) {
        if (op.ranks <= 1) continue;
        const double t =
            engine.communication_factor * op.count * timing::kernel_time(*setup.chip, op);
        all += t;
        hidden += t * (op.kind == OpKind::all_to_all ? 1 - (1 - in_turn) * (1 - sliced) : sliced);
    }
    return all - std::min(hidden, std::min(1.0, in_turn + 0.5) * busy);
}

double micro_batches(const workload::Plan& plan, const Training& t) {
    return std::max(1.0, t.global_batch / (plan.dp * t.micro_batch));
}

double bubble(int pp, const Training& t, const TrainingStep& step, double weights) {
    const double f = step.forward, b = step.backward;
    // No more passes for weights fill a bubble than there are micro-batches.
    const auto filled = [&](double gaps, double each) {
        return std::max(0.0, gaps * each - std::min(gaps, step.micro_batches) * weights);
    };
    switch (t.schedule) {
        case Schedule::one_f_one_b:
        case Schedule::interleaved:
            return (pp - 1) * (f + b) / std::max(1, t.chunks);
        case Schedule::zero_bubble:
            return filled(pp - 1, f + b - weights);
        case Schedule::dual_pipe:
            return filled(pp / 2.0 - 1, f + 2 * (b - weights));
    }
    return 0;
}

// Gradients are reduced over the ranks that hold the same parameters, in 16-bit words, behind the
// engine's share of the passes; sharded weights are gathered for both passes of every micro-batch.
void exchange(const Setup& setup, const Training& t, TrainingStep& out) {
    const auto& plan = setup.plan;
    const auto& engine = *setup.engine;
    // Tensor-parallel ranks sit side by side: of every other group a scale-up domain holds so many
    // fewer.
    auto chip = *setup.chip;
    chip.collective.domain = std::max(1, chip.collective.domain / plan.tp);
    const auto p = workload::parameters(*setup.model);
    const double cuts = static_cast<double>(plan.ep) * plan.moe_tp;
    const double common = (p.total - p.routed_experts) / plan.tp / plan.pp;
    const double experts = p.routed_experts / cuts / plan.pp;
    const int ranks = plan.dp * plan.cp;
    const int expert_ranks = std::max(1, static_cast<int>(ranks * plan.tp / cuts));
    const double trained = t.frozen_weights ? 0.01 : 1;
    const auto move = [&](OpKind kind, double share) {
        return engine.communication_factor *
               (timing::collective_time(chip, kind, 2 * share * common, ranks) +
                timing::collective_time(chip, kind, 2 * share * experts, expert_ranks));
    };
    const double reduce = move(OpKind::all_reduce, trained);
    double traffic = reduce;
    if (t.sharded_weights) traffic += 2 * out.micro_batches * move(OpKind::all_gather, 1);
    const double hidden = engine.training_overlap *
                          (out.micro_batches * (out.forward + out.backward) + out.parts.bubble);
    out.parts.gradients = std::max(traffic - hidden, (1 - engine.training_overlap) * reduce);
    out.parts.optimizer =
        trained * (common / ranks + experts / expert_ranks) * 20 / (0.7 * setup.chip->bandwidth);
}

}  // namespace

double StepParts::total() const {
    double sum = 0;
    for (const auto& [name, part] : step_parts) sum += this->*part;
    return sum;
}

TrainingStep train_step(const Setup& setup, const Training& training) {
    TrainingStep out;
    const auto& plan = setup.plan;
    const auto& engine = *setup.engine;
    Setup stage = setup;
    stage.plan = stage_plan(plan);
    const double sequences = training.micro_batch * stage.plan.attention_dp;
    std::vector<workload::Operator> ops;
    out.forward_span = stage_span(stage,
                                  {.prefill_sequences = sequences,
                                   .prefill_tokens = training.sequence,
                                   .heads = 1.0 + setup.model->mtp_layers},
                                  ops);
    const auto& f = out.forward_span;
    // Layers that predict further tokens run beside the others.
    const double mtp = 1 + static_cast<double>(setup.model->mtp_layers) / setup.model->layers();
    const double factor = mtp * engine.training_factor / engine.prefill_factor;
    const double m = out.micro_batches = micro_batches(plan, training);
    const double weights = training.frozen_weights ? 0 : 1;
    const double products = (f.matrix + f.experts) * factor, attention = f.attention * factor;
    const double element = f.element * factor;
    const double traffic = shown_traffic(setup, ops, products + attention);
    // Launched one by one, kernels that are shorter than a launch wait for the host.
    double launches = 0;
    for (const auto& op : ops) launches += op.count;
    const double gaps = mtp * f.launch, host = mtp * launches * engine.eager;
    const auto with_waits = [&](double busy, double times) {
        return std::max(busy + times * gaps, times * host);
    };
    const double forward = products + attention + element + traffic;
    const double backward = (1 + weights) * products + attention_backward * attention +
                            (1.5 + 0.5 * weights) * element + traffic;
    out.forward = with_waits(forward, 1);
    auto& parts = out.parts;
    parts.matrix = m * (2 + weights) * f.matrix * factor;
    parts.experts = m * (2 + weights) * f.experts * factor;
    parts.attention = m * (1 + attention_backward) * attention;
    parts.element = m * (2.5 + 0.5 * weights) * element;
    parts.communication = m * 2 * traffic;
    parts.launch = m * (out.forward - forward + with_waits(backward, 2) - backward);
    const double again = training.recompute == Recompute::all ? out.forward
                         : training.recompute == Recompute::attention
                             ? mtp * engine.training_factor * cheap_again(setup, ops)
                             : 0;
    parts.recomputation = m * again;
    out.backward = with_waits(backward, 2) + again;
    parts.bubble = bubble(plan.pp, training, out, weights * std::max(products, host));
    exchange(setup, training, out);
    parts.host = engine.host_step;
    out.seconds = parts.total();

    const double tokens = training.global_batch * training.sequence;
    out.tokens_per_chip_second = tokens / out.seconds / plan.chips();
    out.model_flop_per_token =
        (training.frozen_weights ? 4 : 6) * workload::parameters(*setup.model).active +
        3 * causal_attention_flop(*setup.model, training.sequence);
    // Multiprocessors that the engine keeps for traffic are part of the chip's peak.
    const double rate = out.tokens_per_chip_second * out.model_flop_per_token /
                        (1 + engine.reserved / setup.chip->multiprocessors);
    const auto peak = [&](Precision p) { return setup.chip->peak[static_cast<std::size_t>(p)]; };
    out.mfu = rate / peak(Precision::bf16);
    const double own = peak(setup.formats.activations);
    out.format_mfu = own > 0 ? rate / own : out.mfu;
    return out;
}

workload::Footprint training_memory(const Setup& setup, const Training& training) {
    const double pp = setup.plan.pp;
    double kept = pp;
    if (training.schedule == Schedule::dual_pipe) kept += 1;
    if (training.schedule == Schedule::interleaved) kept += (pp - 1) / std::max(1, training.chunks);
    auto need = workload::training_footprint(
        *setup.model, setup.plan, setup.formats,
        {.tokens = training.micro_batch * training.sequence,
         .in_flight = std::min(kept, micro_batches(setup.plan, training)),
         .recompute = training.recompute});
    if (training.schedule == Schedule::dual_pipe) need.weights *= 2;
    return need;
}

}  // namespace sluice::run
