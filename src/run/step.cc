#include "run/step.h"

#include <algorithm>

namespace sluice::run {

using workload::Operator;
using workload::OpKind;

timing::ChipTiming with_engine(timing::ChipTiming chip, const Engine& engine) {
    chip.one_shot = engine.one_shot;
    if (engine.reserved > 0 && engine.reserved < chip.multiprocessors) {
        const double share = 1 - engine.reserved / chip.multiprocessors;
        chip.multiprocessors *= share;
        for (auto& peak : chip.peak) peak *= share;
    }
    if (engine.mma_only > 0)
        for (auto& peak : chip.peak) peak *= chip.mma_share * chip.half_accumulate;
    chip.vector_read = engine.vector_read;
    chip.unpack = engine.unpack_factor;
    chip.gemm.eta_q *= engine.unpack_read;
    return chip;
}

Span stage_span(const Setup& setup, const workload::Step& step, std::vector<Operator>& ops) {
    Span span;
    workload::expand(*setup.model, setup.plan, setup.formats, step, ops);
    const auto& engine = *setup.engine;
    const double prompt = step.prefill_sequences * step.prefill_tokens;
    const double tokens = step.tokens();
    // Mixed steps are scaled by the share of their tokens that are prompts.
    const double share = tokens > 0 ? prompt / tokens : 0;
    const double factor =
        engine.decode_factor + share * (engine.prefill_factor - engine.decode_factor);
    double traffic = 0, launches = 0;
    for (const auto& op : ops) {
        const double t = op.count * timing::kernel_time(*setup.chip, op);
        launches += op.count;
        switch (op.kind) {
            case OpKind::gemm:
                span.matrix += factor * t;
                break;
            case OpKind::grouped_gemm:
                span.experts += engine.expert_factor * factor * t;
                break;
            case OpKind::prefill_attention:
                span.attention += engine.prefill_factor * t;
                break;
            case OpKind::decode_attention:
                span.attention += engine.decode_factor * t;
                break;
            case OpKind::scan:
            case OpKind::elementwise:
                span.element += engine.element_factor * factor * t;
                break;
            case OpKind::all_to_all:
                traffic += t;
                break;
            default:
                span.communication += engine.communication_factor * t;
                break;
        }
    }
    // Two micro-batches in turn hide the one's expert traffic behind the other's products.
    traffic *= engine.communication_factor;
    span.communication +=
        traffic -
        engine.hidden_traffic * std::min(traffic, span.matrix + span.experts + span.attention);
    span.launch = launches * engine.gap;
    const double sequences = step.prefill_sequences + step.decode_sequences;
    span.host = (engine.host_step + engine.host_sequence * sequences) / setup.plan.pp;
    // Launched one by one, kernels that are shorter than a launch wait for the host.
    span.host += std::max(0.0, launches * engine.eager - span.total());
    return span;
}

double sequence_capacity(const Setup& setup, double length) {
    const auto need = workload::serving_footprint(*setup.model, setup.plan, setup.formats, length,
                                                  setup.engine->most_batched_tokens);
    const double free =
        setup.engine->memory_fraction * setup.memory - need.weights - need.activations;
    if (free <= 8 * need.kv_per_sequence) {
        // Operators of a tight fit raise the engine's share.
        const double all = 0.97 * setup.memory - need.weights - need.activations / 4;
        return std::max(0.0, all / std::max(need.kv_per_sequence, 1.0));
    }
    return free / std::max(need.kv_per_sequence, 1.0);
}

}  // namespace sluice::run
