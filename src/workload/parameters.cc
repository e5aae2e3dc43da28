#include <algorithm>

#include "workload/expand.h"

namespace sluice::workload {
namespace {

using facts::Block;
using facts::FeedForward;
using facts::Mixer;
using facts::MixerKind;
using facts::Model;

double recurrence_parameters(double hidden, const Mixer& m) {
    const double inner = static_cast<double>(m.value_heads) * m.values();
    const double keys = static_cast<double>(m.key_heads) * m.key_dim;
    const double gates = m.kind == MixerKind::gated_delta ? 2.0 * m.value_heads : m.value_heads;
    return hidden * (2 * keys + 2 * inner + gates) + (2 * keys + inner) * m.conv + inner * hidden;
}

double indexer_parameters(double hidden, const Mixer& m) {
    if (m.index_heads == 0) return 0;
    return static_cast<double>(m.q_rank) * m.index_heads * m.index_dim +
           hidden * (m.index_dim + m.index_heads);
}

double mixer_parameters(double hidden, const Mixer& m) {
    const double heads = m.heads;
    switch (m.kind) {
        case MixerKind::none:
            return 0;
        case MixerKind::grouped:
            return hidden * heads * m.head_dim * (m.gated ? 2 : 1) +
                   hidden * m.kv_heads * (m.head_dim + m.values()) + heads * m.values() * hidden;
        case MixerKind::mla: {
            const double width = heads * (m.qk_nope + m.qk_rope);
            const double query = m.q_rank > 0 ? (hidden + width) * m.q_rank : hidden * width;
            const double latent =
                hidden * (m.kv_rank + m.qk_rope) +
                static_cast<double>(m.kv_rank) * heads * (m.qk_nope + m.value_dim);
            return query + latent + indexer_parameters(hidden, m) + heads * m.value_dim * hidden;
        }
        case MixerKind::latent_mqa: {
            const double query = (hidden + heads * m.head_dim) * m.q_rank;
            const double output = m.output_groups > 0 ? heads * m.head_dim * m.output_rank +
                                                            static_cast<double>(m.output_groups) *
                                                                m.output_rank * hidden
                                                      : heads * m.head_dim * hidden;
            return query + hidden * m.head_dim + indexer_parameters(hidden, m) + output;
        }
        case MixerKind::gated_delta:
        case MixerKind::mamba2:
            return recurrence_parameters(hidden, m);
    }
    return 0;
}

double one_expert(double hidden, const FeedForward& f) {
    return static_cast<double>(f.matrices) * (f.expert_input > 0 ? f.expert_input : hidden) *
           f.expert_width;
}

}  // namespace

Parameters parameters(const Model& model) {
    Parameters p;
    const double hidden = model.hidden;
    double common = hidden;  // the last norm
    for (const Block& b : model.blocks) {
        const auto& f = b.ffn;
        const double mixer = mixer_parameters(hidden, b.mixer);
        const double dense = static_cast<double>(f.matrices) * hidden * f.width;
        const double shared = static_cast<double>(f.matrices) * hidden * f.shared_width;
        const double router = f.experts > 0 ? hidden * f.experts + 2 * hidden * f.expert_input : 0;
        const double norms = 2 * hidden;
        p.attention += b.count * mixer;
        p.dense_ffn += b.count * dense;
        p.shared_experts += b.count * shared;
        p.routed_experts += b.count * f.experts * one_expert(hidden, f);
        p.active += b.count * f.active * one_expert(hidden, f);
        common += b.count * (mixer + dense + shared + router + norms);
    }
    const double table = static_cast<double>(model.vocab) * hidden;
    p.embedding = model.tied_embeddings ? table : 2 * table;
    p.total = common + p.routed_experts + p.embedding;
    p.active += common + table;
    return p;
}

double kv_bytes(const Mixer& m, Precision kv, double length) {
    const double kept =
        (m.window > 0 ? std::min<double>(length, m.window) : length) / m.compression;
    switch (m.kind) {
        case MixerKind::none:
            return 0;
        case MixerKind::grouped:
            return kept * m.kv_heads * (m.head_dim + m.values()) * bytes_of(kv);
        case MixerKind::mla:
            // The indexer keeps one fp8 key a token beside the latent.
            return kept * ((m.kv_rank + m.qk_rope) * bytes_of(kv) + m.index_dim);
        case MixerKind::latent_mqa:
            return kept * (m.head_dim * bytes_of(kv) + m.index_dim);
        case MixerKind::gated_delta:
        case MixerKind::mamba2:
            return static_cast<double>(m.value_heads) * m.values() * m.key_dim * 4;
    }
    return 0;
}

double kv_bytes(const Model& model, Precision kv, double length) {
    double sum = 0;
    for (const auto& block : model.blocks) sum += block.count * kv_bytes(block.mixer, kv, length);
    return sum;
}

double kv_bytes_per_token(const Model& model, Precision kv) {
    double sum = 0;
    for (const auto& block : model.blocks)
        if (block.mixer.caches() && block.mixer.window == 0)
            sum += block.count * kv_bytes(block.mixer, kv, 1);
    return sum;
}

Footprint serving_footprint(const Model& model, const Plan& plan, const Formats& formats,
                            double length, double step_tokens) {
    Footprint f;
    const auto p = parameters(model);
    const double width = bytes_of(formats.weights);
    // Embeddings and the output head stay in 16 bits in every published low-precision checkpoint.
    const double tables = p.embedding * std::max(2.0, width) / plan.tp / (plan.pp > 1 ? 2 : 1);
    const double common = (p.total - p.routed_experts - p.embedding) * width / plan.tp;
    const double experts = p.routed_experts * width / (plan.ep * plan.moe_tp);
    f.weights = (common + experts) / plan.pp + tables;

    double widest = 0;
    for (const auto& block : model.blocks) {
        const auto& m = block.mixer;
        // Key-value heads are cut by tensor parallelism, a latent is kept whole on every rank.
        const int cuts = m.kind == MixerKind::grouped ? std::min(plan.tp, std::max(1, m.kv_heads))
                         : m.recurrent()              ? plan.tp
                                                      : 1;
        f.kv_per_sequence += block.count * kv_bytes(m, formats.kv, length) / cuts / plan.pp /
                             plan.cp / plan.attention_dp;
        const double experts_wide = 2.0 * block.ffn.expert_width * block.ffn.active / plan.tp;
        widest = std::max({widest, 2.0 * block.ffn.width / plan.tp, experts_wide,
                           3.0 * m.heads * std::max(m.head_dim, m.qk_nope + m.qk_rope) / plan.tp});
    }
    // Peak of a forward step: residual stream in and out, the widest intermediate of its tokens.
    f.activations = step_tokens / plan.attention_dp * (4.0 * model.hidden + widest) * 2;
    return f;
}

namespace {

// Bytes that a token leaves behind in one layer for the backward pass.
double kept_by_mixer(double hidden, const Mixer& m, double input, bool recompute) {
    if (m.kind == MixerKind::none) return 0;
    const double kept = hidden * (2 + input);  // input of the norm and of the first product
    if (m.recurrent()) {
        const double inner = static_cast<double>(m.value_heads) * m.values();
        return kept + 2 * (2.0 * m.key_heads * m.key_dim + 2 * inner) + input * inner;
    }
    const double latent = (m.q_rank + m.kv_rank + m.qk_rope) * input;
    const bool mla = m.kind == MixerKind::mla;
    const double query = static_cast<double>(m.heads) * (mla ? m.qk_nope + m.qk_rope : m.head_dim);
    const double value = static_cast<double>(m.heads) * m.values();
    const double key = mla ? query : static_cast<double>(m.kv_heads) * m.head_dim;
    const double cached = mla ? value : static_cast<double>(m.kv_heads) * m.values();
    const double inputs = 2 * (query + key + cached);
    // The output of attention is what the last product reads: kept twice only where that is
    // narrower.
    const double output = (input < 2 ? 2 + input : 2) * value;
    if (!recompute) return kept + latent + inputs + output;
    return kept + (latent > 0 ? latent + output : inputs);
}

double kept_by_ffn(double hidden, const FeedForward& f, double input, bool recompute) {
    if (f.width == 0 && f.experts == 0) return 0;
    const double wide = f.width + f.shared_width + static_cast<double>(f.active) * f.expert_width;
    const double copies = (f.width > 0) + (f.shared_width > 0) + f.active;
    return hidden * 2 + copies * hidden * input +
           wide * (2.0 * (f.matrices - 1) + (recompute ? 0 : input));
}

}  // namespace

Footprint training_footprint(const Model& model, const Plan& plan, const Formats& formats,
                             const TrainingShape& shape) {
    Footprint f;
    const auto p = parameters(model);
    const double expert_cuts = static_cast<double>(plan.ep) * plan.moe_tp;
    const double common = (p.total - p.routed_experts) / plan.tp / plan.pp;
    const double experts = p.routed_experts / expert_cuts / plan.pp;
    const double sharers = std::max(1.0, static_cast<double>(plan.dp) * plan.cp);
    f.weights = 2 * (common + experts);
    f.gradients = 4 * (common + experts);
    f.optimizer =
        12 * (common / sharers + experts / std::max(1.0, sharers * plan.tp / expert_cuts));
    const double input = std::min(2.0, bytes_of(formats.activations));
    const bool again = shape.recompute == Recompute::attention;
    double layer_bytes = 0;  // a token, all layers
    for (const auto& block : model.blocks)
        layer_bytes += block.count * (shape.recompute == Recompute::all
                                          ? 2.0 * model.hidden
                                          : kept_by_mixer(model.hidden, block.mixer, input, again) +
                                                kept_by_ffn(model.hidden, block.ffn, input, again));
    const double tokens = shape.tokens / plan.cp;
    f.activations = tokens * layer_bytes / plan.tp / plan.pp * shape.in_flight;
    // Logits and their gradients, in float32, where one stage does all.
    if (plan.pp == 1) f.activations += tokens * model.vocab * 8 / plan.tp;
    return f;
}

}  // namespace sluice::workload
