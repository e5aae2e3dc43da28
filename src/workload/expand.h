// What must be computed, moved and sent: exact counts of one step of a model under a plan.
//
//   auto ops = expand(model, plan, formats, Step{.decode_sequences = 128, .decode_context = 2000});
//   for (const auto& op : ops) total += flop(op) * op.count;
//
// Knows no chip and no time. Every count is for the busiest chip of one pipeline stage; `count`
// says how often the operator runs in the step on that chip. Counts are doubles because sequences
// and contexts may be means; with whole inputs they are whole.
//
// Sources of the shapes: the models' published configurations; MLA in absorbed form for decode and
// expanded form for prefill (DeepSeek-V2, arXiv 2405.04434); experts touched under uniform routing,
// E (1 - (1 - k/E)^T).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "facts/model.h"
#include "workload/plan.h"

namespace sluice::workload {

enum class OpKind : std::uint8_t {
    gemm,               // C[m,n] = A[m,k] B[k,n], `groups` of them in one launch
    grouped_gemm,       // `groups` experts, m tokens each
    prefill_attention,  // causal, `batch` sequences of `m` new tokens after `context` cached ones
    decode_attention,   // `batch` sequences, `m` query tokens each, over `context` cached tokens
    scan,               // linear attention: state update, memory-bound
    elementwise,        // `bytes` read and written
    all_reduce,
    all_gather,
    reduce_scatter,
    all_to_all,
    point_to_point,
};

struct Operator {
    OpKind kind = OpKind::gemm;
    std::string_view name{};                // "qkv", "expert up", … for the attribution tree
    double count = 1;                       // launches a step
    Precision precision = Precision::bf16;  // of the product
    Precision stored = Precision::bf16;     // of weights, or of the KV cache
    double m = 0, n = 0, k = 0;
    double groups = 1;
    double batch = 0, context = 0;
    int heads = 0, kv_heads = 0, qk_dim = 0, v_dim = 0;  // attention; kv_heads 0: one MLA latent
    double bytes = 0;    // elementwise, scan; message of a collective, per rank
    double copies = 0;   // all-to-all: experts that one token is sent to
    int node_limit = 0;  // all-to-all: most nodes that one token is sent to; 0: no limit
    int ranks = 1;       // of a collective
};

// What one step holds, for one instance (all attention ranks together).
struct Step {
    double prefill_sequences = 0;
    double prefill_tokens = 0;   // new tokens each
    double prefill_context = 0;  // already cached each (chunked prefill, prefix hits)
    double decode_sequences = 0;
    double decode_context = 0;       // mean tokens in the cache
    double tokens_per_sequence = 1;  // 1 + drafted tokens checked in the step
    double heads = 0;  // training: output heads that every token passes; 0: a prompt's last alone

    double tokens() const {
        return prefill_sequences * prefill_tokens + decode_sequences * tokens_per_sequence;
    }
};

// Requires: plan.tp, pp, … >= 1 and Step values >= 0. `ops` is cleared first; its memory is reused.
void expand(const facts::Model& model, const Plan& plan, const Formats& formats, const Step& step,
            std::vector<Operator>& ops);

// FLOP and bytes of one launch of an operator, from its shape alone (two per multiply-add).
double flop(const Operator& op);
double bytes(const Operator& op);

// ---- closed forms -----------------------------------------------------------------------------

struct Parameters {
    double total = 0;
    double active = 0;     // multiplied for one token: without input embeddings, with top experts
    double embedding = 0;  // input table (and output table when not tied)
    double attention = 0;
    double dense_ffn = 0;
    double routed_experts = 0;
    double shared_experts = 0;
};
Parameters parameters(const facts::Model& model);

// KV cache that one more token adds to a long sequence, all layers, in bytes.
double kv_bytes_per_token(const facts::Model& model, Precision kv);
// Bytes one sequence of this length keeps: all layers, or one layer of a mixer; windows and
// recurrent states included.
double kv_bytes(const facts::Model& model, Precision kv, double length);
double kv_bytes(const facts::Mixer& mixer, Precision kv, double length);

// Bytes on the fullest chip.
struct Footprint {
    double weights = 0;
    double kv_per_sequence = 0;  // at the given length
    double activations = 0;      // peak of one step with `tokens` tokens
    double gradients = 0;        // training
    double optimizer = 0;        // training: fp32 master weights and two moments, sharded
};
Footprint serving_footprint(const facts::Model& model, const Plan& plan, const Formats& formats,
                            double length, double step_tokens);

// What the backward pass computes again: nothing; `attention`, what is cheap: activation functions,
// and attention from its queries, keys and values, or where these are made of latents, them (its
// output is then kept); whole layers, from their inputs.
enum class Recompute : std::uint8_t { none, attention, all };
// Weights in 16 bits, gradients in float32, optimizer state sharded over the ranks that hold the
// same weights, and what forward passes of `in_flight` micro-batches leave for backward ones
// (Korthikanti et al., arXiv 2205.05198, with flash attention and without dropout; inputs of
// products in the products' format). Uses no sequence shorter than one token.
struct TrainingShape {
    double tokens = 0;     // of one micro-batch
    double in_flight = 1;  // whole-stage activations kept at once: 1F1B pp, DualPipe pp + 1
    Recompute recompute = Recompute::none;
};
Footprint training_footprint(const facts::Model& model, const Plan& plan, const Formats& formats,
                             const TrainingShape& shape);

}  // namespace sluice::workload
