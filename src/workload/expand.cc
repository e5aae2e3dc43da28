#include "workload/expand.h"

#include <algorithm>
#include <cmath>

namespace sluice::workload {
namespace {

using facts::Block;
using facts::FeedForward;
using facts::Mixer;
using facts::MixerKind;
using facts::Model;

constexpr double activation_bytes = 2;  // residual stream and partial sums travel in 16 bits

struct Expansion {
    const Model& model;
    const Plan& plan;
    const Formats& formats;
    const Step& step;
    std::vector<Operator>& ops;
    const double tokens = step.tokens();                                    // of the instance
    const double rank_tokens = tokens / plan.attention_dp / plan.cp;        // of one attention rank
    const double residual = rank_tokens * model.hidden * activation_bytes;  // bytes of its stream
    const double stage_share = 1.0 / plan.pp;                               // of each layer count

    void run() {
        if (tokens <= 0) return;
        for (const auto& block : model.blocks) {
            const double layers = block.count * stage_share;
            mixer(block.mixer, layers);
            if (block.ffn.width > 0) dense_ffn(block.ffn, layers);
            if (block.ffn.experts > 0) experts(block.ffn, layers);
            element_work(block, layers);
        }
        head();
        if (plan.pp > 1) pipeline();
    }

    Operator& gemm(std::string_view name, double count, double m, double n, double k,
                   double groups = 1, OpKind kind = OpKind::gemm) {
        ops.push_back({.kind = kind,
                       .name = name,
                       .count = count,
                       .precision = formats.activations,
                       .stored = formats.weights,
                       .m = m,
                       .n = n,
                       .k = k,
                       .groups = groups});
        return ops.back();
    }

    void collective(OpKind kind, std::string_view name, double count, double bytes, int ranks) {
        if (ranks > 1 && bytes > 0)
            ops.push_back(
                {.kind = kind, .name = name, .count = count, .bytes = bytes, .ranks = ranks});
    }

    void mixer(const Mixer& mixer, double layers) {
        switch (mixer.kind) {
            case MixerKind::none:
                return;
            case MixerKind::grouped:
                grouped_projections(mixer, layers);
                break;
            case MixerKind::mla:
                latent_projections(mixer, layers);
                break;
            case MixerKind::latent_mqa:
                shared_key_projections(mixer, layers);
                break;
            case MixerKind::gated_delta:
            case MixerKind::mamba2:
                recurrence(mixer, layers);
                break;
        }
        if (mixer.caches()) {
            attend(mixer, layers);
            if (mixer.index_heads > 0) indexer(mixer, layers);
            if (plan.cp > 1)
                collective(OpKind::all_gather, "context-parallel keys", layers,
                           kv_bytes(mixer, formats.kv, 1) * step.prefill_sequences *
                               step.prefill_tokens / plan.attention_dp,
                           plan.cp);
        }
        collective(OpKind::all_reduce, "attention all-reduce", layers, residual, plan.tp);
    }

    void grouped_projections(const Mixer& a, double layers) {
        const double heads = static_cast<double>(a.heads) / plan.tp;
        const double keys = std::max(1.0, static_cast<double>(a.kv_heads) / plan.tp);
        gemm("qkv", layers, rank_tokens,
             heads * a.head_dim * (a.gated ? 2 : 1) + keys * (a.head_dim + a.values()),
             model.hidden);
        gemm("attention out", layers, rank_tokens, model.hidden, heads * a.values());
    }

    void latent_projections(const Mixer& a, double layers) {
        const double heads = static_cast<double>(a.heads) / plan.tp;
        // The down-projections are not cut by tensor parallelism.
        gemm("latent down", layers, rank_tokens, a.q_rank + a.kv_rank + a.qk_rope, model.hidden);
        gemm("query up", layers, rank_tokens, heads * (a.qk_nope + a.qk_rope),
             a.q_rank > 0 ? a.q_rank : model.hidden);
        const double prompt =
            step.prefill_sequences * step.prefill_tokens / plan.attention_dp / plan.cp;
        const double decode = rank_tokens - prompt;
        if (prompt > 0)
            gemm("key-value up", layers, prompt, heads * (a.qk_nope + a.value_dim), a.kv_rank);
        if (decode > 0) {
            // Absorbed: queries into the latent space and results out of it, one product a head.
            gemm("absorb query", layers, decode, a.kv_rank, a.qk_nope, heads).precision =
                formats.attention;
            gemm("absorb value", layers, decode, a.value_dim, a.kv_rank, heads).precision =
                formats.attention;
        }
        gemm("attention out", layers, rank_tokens, model.hidden, heads * a.value_dim);
    }

    void shared_key_projections(const Mixer& a, double layers) {
        const double width = static_cast<double>(a.heads) / plan.tp * a.head_dim;
        gemm("latent down", layers, rank_tokens, a.q_rank + a.head_dim, model.hidden);
        gemm("query up", layers, rank_tokens, width, a.q_rank);
        if (a.output_groups == 0) {
            gemm("attention out", layers, rank_tokens, model.hidden, width);
            return;
        }
        const double groups = std::max(1.0, static_cast<double>(a.output_groups) / plan.tp);
        gemm("output down", layers, rank_tokens, a.output_rank, width / groups, groups);
        gemm("attention out", layers, rank_tokens, model.hidden, groups * a.output_rank);
    }

    // Cached entries that a query sees of `context` tokens: by window, compression or selection.
    static double visible(const Mixer& a, double context) {
        if (a.window > 0) return std::min<double>(context, a.window);
        context /= a.compression;
        return a.index_top > 0 ? std::min<double>(context, a.index_top) : context;
    }

    Operator attention_op(const Mixer& a, bool prefill) const {
        Operator op{.kind = prefill ? OpKind::prefill_attention : OpKind::decode_attention,
                    .name = prefill ? "prefill attention" : "decode attention",
                    .precision = formats.attention,
                    .stored = formats.kv};
        op.heads = std::max(1, a.heads / plan.tp);
        if (a.kind == MixerKind::mla) {
            // Prefill expands keys and values for every head; decode works on the latent.
            op.kv_heads = prefill ? op.heads : 0;
            op.qk_dim = prefill ? a.qk_nope + a.qk_rope : a.kv_rank + a.qk_rope;
            op.v_dim = prefill ? a.value_dim : a.kv_rank;
        } else {
            op.kv_heads = a.kind == MixerKind::grouped ? std::max(1, a.kv_heads / plan.tp) : 1;
            op.qk_dim = a.head_dim;
            op.v_dim = a.values();
        }
        return op;
    }

    void attend(const Mixer& a, double layers) {
        if (step.prefill_sequences > 0 && step.prefill_tokens > 0) {
            auto op = attention_op(a, true);
            op.count = layers;
            op.batch = step.prefill_sequences / plan.attention_dp;
            op.m = step.prefill_tokens / plan.cp;
            // Ranks of one sequence take an early and a late part each: the same pairs for all.
            op.context = step.prefill_context + (step.prefill_tokens - op.m) / 2;
            op.k = visible(a, step.prefill_context + step.prefill_tokens);
            ops.push_back(op);
        }
        if (step.decode_sequences > 0) {
            auto op = attention_op(a, false);
            op.count = layers;
            op.batch = step.decode_sequences / plan.attention_dp;
            op.m = step.tokens_per_sequence;
            op.context = op.k = visible(a, step.decode_context) / plan.cp;
            ops.push_back(op);
        }
    }

    // The lightning indexer scores every cached token with small fp8 heads before the selection.
    void indexer(const Mixer& a, double layers) {
        gemm("indexer", layers, rank_tokens,
             static_cast<double>(a.index_heads) * a.index_dim + a.index_heads,
             a.q_rank > 0 ? a.q_rank : model.hidden);
        const auto score = [&](double batch, double queries, double context) {
            if (batch <= 0 || context <= 0) return;
            auto& op = gemm("index scores", layers, queries * a.index_heads,
                            context / a.compression, a.index_dim, batch);
            op.precision = op.stored = Precision::fp8;
        };
        score(step.decode_sequences / plan.attention_dp, step.tokens_per_sequence,
              step.decode_context);
        score(step.prefill_sequences / plan.attention_dp, step.prefill_tokens,
              step.prefill_context + step.prefill_tokens / 2);
    }

    void recurrence(const Mixer& a, double layers) {
        const double inner = static_cast<double>(a.value_heads) * a.values() / plan.tp;
        const double keys = static_cast<double>(a.key_heads) * a.key_dim / plan.tp;
        gemm("recurrence in", layers, rank_tokens, 2 * keys + 2 * inner, model.hidden);
        gemm("recurrence out", layers, rank_tokens, model.hidden, inner);
        // The state is read and written once a sequence and step in decode, once a chunk of 64
        // tokens in prefill (float32).
        const double state = inner * a.key_dim * 4 * 2;
        const double updates = (step.decode_sequences * step.tokens_per_sequence +
                                step.prefill_sequences * std::ceil(step.prefill_tokens / 64)) /
                               plan.attention_dp;
        ops.push_back({.kind = OpKind::scan,
                       .name = "state scan",
                       .count = layers,
                       .bytes = updates * state + rank_tokens * (2 * keys + 3 * inner) * 2});
    }

    void dense_ffn(const FeedForward& f, double layers) {
        const double width = static_cast<double>(f.width) / plan.tp;
        gemm("ffn up", layers, rank_tokens, (f.matrices - 1) * width, model.hidden);
        gemm("ffn down", layers, rank_tokens, model.hidden, width);
        collective(OpKind::all_reduce, "ffn all-reduce", layers, residual, plan.tp);
    }

    void experts(const FeedForward& f, double layers) {
        const double input = f.expert_input > 0 ? f.expert_input : model.hidden;
        gemm("router", layers, rank_tokens, f.experts, model.hidden).precision = Precision::bf16;
        if (f.expert_input > 0)
            gemm("latent in and out", 2 * layers, rank_tokens, f.expert_input, model.hidden);

        // Uniform routing: local experts that receive at least one of all tokens, and their share.
        const double routed = tokens / plan.cp;
        const double local = static_cast<double>(f.experts) / plan.ep;
        const double chance = static_cast<double>(f.active) / f.experts;
        const double touched = local * (1 - std::pow(1 - chance, routed));
        const double each = routed * chance * local / std::max(touched, 1e-9);
        const double width = static_cast<double>(f.expert_width) / plan.moe_tp;
        gemm("expert up", layers, each, (f.matrices - 1) * width, input, touched,
             OpKind::grouped_gemm);
        gemm("expert down", layers, each, input, width, touched, OpKind::grouped_gemm);
        if (f.shared_width > 0) {
            const double shared = static_cast<double>(f.shared_width) / plan.tp;
            gemm("shared up", layers, rank_tokens, (f.matrices - 1) * shared, model.hidden);
            gemm("shared down", layers, rank_tokens, model.hidden, shared);
        }
        expert_traffic(f, layers, input);
    }

    // Tokens to their experts and back. With one attention rank every chip already holds every
    // token and only the sum travels; otherwise tokens are dispatched (in the activations' format)
    // and combined (in 16 bits), or gathered and scattered where experts are cut by moe_tp.
    void expert_traffic(const FeedForward& f, double layers, double input) {
        const int group = plan.ep * plan.moe_tp;
        if (plan.attention_dp == 1) {
            collective(OpKind::all_reduce, "expert all-reduce", layers, residual, group);
            return;
        }
        if (plan.ep == 1) {
            collective(OpKind::all_gather, "token gather", layers,
                       tokens * input * bytes_of(formats.activations), group);
            collective(OpKind::reduce_scatter, "token scatter", layers,
                       tokens * input * activation_bytes, group);
            return;
        }
        // `bytes` is one copy of this rank's tokens; the timing knows how many chips and nodes the
        // copies reach. An expert that is cut in moe_tp parts takes as many copies.
        const double own = rank_tokens / plan.tp * input;
        for (const bool back : {false, true})
            ops.push_back({.kind = OpKind::all_to_all,
                           .name = back ? "combine" : "dispatch",
                           .count = layers,
                           .bytes = own * (back ? activation_bytes
                                                : std::min(2.0, bytes_of(formats.activations))),
                           .copies = static_cast<double>(f.active) * plan.moe_tp,
                           .node_limit = f.node_limit,
                           .ranks = group});
    }

    // Norms, rotary embedding, residuals, activations: what fused kernels still read and write.
    void element_work(const Block& block, double layers) {
        const auto add = [&](std::string_view name, double count, double bytes) {
            ops.push_back({.kind = OpKind::elementwise,
                           .name = name,
                           .count = count,
                           .bytes = bytes * activation_bytes});
        };
        const double parts =
            (block.mixer.kind != MixerKind::none) + (block.ffn.width > 0 || block.ffn.experts > 0);
        add("norms and residuals", parts * layers, 4 * rank_tokens * model.hidden);
        if (bytes_of(formats.activations) < 2) {
            // Every product of narrow activations has its input scaled and packed first.
            const double inputs =
                2.0 * model.hidden +
                static_cast<double>(block.mixer.heads) * block.mixer.values() / plan.tp +
                static_cast<double>(block.ffn.width) / plan.tp;
            add("quantise", 4 * layers, rank_tokens * inputs / 4 * 1.5);
        }
        if (block.mixer.caches())
            add("rotary and cache write", layers,
                rank_tokens * block.mixer.heads / plan.tp *
                    std::max(block.mixer.head_dim, block.mixer.qk_rope) * 2);
        if (block.ffn.width > 0)
            add("ffn activation", layers,
                rank_tokens * block.ffn.width / plan.tp * block.ffn.matrices);
        if (block.ffn.experts > 0)
            add("permute and activate", 3 * layers,
                rank_tokens * block.ffn.active / plan.tp * (model.hidden + block.ffn.expert_width));
    }

    void head() {
        const double sampled =
            step.heads > 0
                ? step.heads * rank_tokens
                : (step.prefill_sequences + step.decode_sequences * step.tokens_per_sequence) /
                      plan.attention_dp;
        auto& op = gemm("output head", stage_share, sampled,
                        static_cast<double>(model.vocab) / plan.tp, model.hidden);
        op.precision = op.stored = Precision::bf16;
        // In training the loss is computed on cut logits: only its sums travel.
        if (step.heads == 0)
            collective(OpKind::all_gather, "logits", stage_share,
                       sampled * model.vocab * activation_bytes, plan.tp);
    }

    void pipeline() {
        collective(OpKind::point_to_point, "stage to stage", 1, residual / plan.tp, 2);
    }
};

}  // namespace

void expand(const Model& model, const Plan& plan, const Formats& formats, const Step& step,
            std::vector<Operator>& ops) {
    ops.clear();
    Expansion{model, plan, formats, step, ops}.run();
}

double flop(const Operator& op) {
    switch (op.kind) {
        case OpKind::gemm:
        case OpKind::grouped_gemm:
            return 2 * op.groups * op.m * op.n * op.k;
        case OpKind::prefill_attention: {
            // Causal pairs, cut by a window of k tokens: each of the m queries sees its cached
            // context and the queries before it, but no more than k.
            const double full = op.context + op.m;
            const double pairs = op.k >= full ? op.m * op.context + op.m * (op.m + 1) / 2 : [&] {
                const double growing = std::max(0.0, op.k - op.context);
                return op.context * growing + growing * (growing + 1) / 2 + (op.m - growing) * op.k;
            }();
            return 2 * op.batch * op.heads * (op.qk_dim + op.v_dim) * pairs;
        }
        case OpKind::decode_attention:
            return 2 * op.batch * op.m * op.heads * (op.qk_dim + op.v_dim) * op.context;
        default:
            return 0;
    }
}

double bytes(const Operator& op) {
    const double in = bytes_of(op.precision), stored = bytes_of(op.stored);
    switch (op.kind) {
        case OpKind::gemm:
        case OpKind::grouped_gemm:
            return op.groups *
                   (op.m * op.k * std::min(in, 2.0) + op.k * op.n * stored + op.m * op.n * 2);
        case OpKind::prefill_attention: {
            const double keys = op.kv_heads * (op.qk_dim + op.v_dim);
            return op.batch * (op.m * op.heads * (op.qk_dim + op.v_dim) * 2 +
                               (op.m + op.context) * keys * stored);
        }
        case OpKind::decode_attention: {
            const double cached =
                op.kv_heads > 0 ? op.kv_heads * (op.qk_dim + op.v_dim) : op.qk_dim;
            return op.batch *
                   (op.context * cached * stored + op.m * op.heads * (op.qk_dim + op.v_dim) * 2);
        }
        case OpKind::scan:
        case OpKind::elementwise:
            return op.bytes;
        default:
            return 0;
    }
}

}  // namespace sluice::workload
