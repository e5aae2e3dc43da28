// How long one kernel takes: a small physical model per kind, in seconds, bytes and FLOP/s.
//
// GEMM. C[m,n] = A[m,k] B[k,n] in `groups`; e_a, e_b, e_o bytes an element; S multiprocessors;
// P dense FLOP/s; B memory byte/s.
//
//   D  = (e_a m k + e_b k n) / (eta_r B) + e_o m n / (eta_w B)           memory
//   for tiles (bm,bn) and split-K s:  ks = ceil(k / (s bk)) bk
//     x  = ceil(m/bm) ceil(n/bn) s groups / S                            waves of tiles
//     W  = x <= 1 ? 1 : theta ceil(x) + (1 - theta) x
//     C  = W 2 bm bn ks / (eta_c P / S)                                  arithmetic, padded
//     t' = (C^p + D^p)^(1/p) + (s > 1 ? t_split + 2 m n s / (eta_r B) : 0)
//   t* = min t'
//   g  = max(0, 1 - tau/t*) min(1, 2 m n k groups / (eta_c P t*)) max(0, eta_c/eta_sustained - 1)
//   t  = t0 + t* (1 + g)                                                 g: power throttle
//
// Thin products (m <= 16) may also run on the vector units without tiles, C = 2 m n k groups /
// vector rate.
//
// Attention, causal prefill: H heads, d = (qk + v)/2, Bq query rows a block, c_x exponentials:
//   pair = 4 d / (eta_a P / S) + c_x;  T = b H ceil(m/Bq)
//   C = max(longest block, T/S (t_p + Bq mean keys pair) + phi tail);  t = t0 + (C^p + D^p)^(1/p)
//   (1 + g)
// Decode: splits over the cache, G = heads/kv heads rows padded to 16 for the tensor cores:
//   W = ceil(b K hb s / S);  C = W (t_p + L/s max(2 d e / b_sm, 4 rows d / (eta_a P / S)))
//   t = t0 + min over s ((C^p + D^p)^(1/p) + split cost) + t_b b
// Collectives: t(bytes) = min over three protocols of (a_i + bytes / B_i).
//
// The forms and what each term is worth were measured on public kernel tables:
// docs/concepts/timing.md.
#pragma once

#include <array>
#include <limits>
#include <string>

#include "workload/expand.h"

namespace sluice::timing {

struct GemmParameters {
    double eta_c = 0.80;       // share of P that tiles reach
    double eta_r = 0.88;       // share of B, reading
    double eta_w = 0.70;       // share of B, writing
    double t0 = 2.6e-6;        // s, launch and prologue
    double t_split = 2.5e-6;   // s, reduction kernel of split-K
    double theta = 0.3;        // 0 soft, 1 hard wave quantisation
    double p = 2.1;            // how compute and memory overlap; infinity: max
    double eta_sustained = 1;  // share of P under the power limit; >= eta_c: never throttles
    double tau = 5e-4;         // s, how long the chip holds its boost clock
    double eta_q = 0.7;        // share of eta_r B when weights are unpacked on the way
};

struct PrefillParameters {
    double block = 128;  // query rows of a block
    double eta_a = 1;
    double c_x = 3e-11;  // s a score and multiprocessor beside the products: exponentials
    double t0 = 1e-5;
    double t_p = 2e-8;  // s a block
    double eta_r = 0.7;
    double p = 1.1;
    double eta_sustained = 0.87;
    double tau = 4.8e-3;
    double phi = 0.13;  // share of the last block's length that is waited for
    double w_kv = 4;    // passes over the new keys and values (cache write and read)
};

struct DecodeParameters {
    double t0 = 9e-6;
    double t_p = 2.4e-6;
    double b_sm = 153e9;  // byte/s one multiprocessor can pull
    double eta_r = 0.92;  // cold cache
    double p = 1.3;
    double t_split = 2.5e-6;
    double eta_a = 1;
    double chunk = 84;    // fewest tokens a split takes
    double t_b = 1.8e-8;  // s a sequence
};
// Of a latent (MLA): one shared head of all query heads, which arithmetic alone bounds.
inline constexpr DecodeParameters latent_decode{.t0 = 7e-6,
                                                .t_p = 1.1e-5,
                                                .b_sm = std::numeric_limits<double>::infinity(),
                                                .eta_r = 1,
                                                .p = 6,
                                                .eta_a = 0.574};

struct GroupedParameters {
    double eta_c = 0.837;
    double eta_r = 1.0;
    double eta_w = 1.0;
    double t0 = 9.5e-6;
    double theta = 1;
    double p = 1.13;
    double b_sm = 144e9;
    double eta_sustained = 0.759;
    double tau = 2e-4;
};

// One protocol line: latency A + C (n - 1), and the bus bandwidth it reaches.
struct ProtocolLine {
    double a = 0, c = 0;   // s
    double bandwidth = 0;  // byte/s, bus bandwidth by NCCL's convention
    double growth = 0;     // of the bandwidth with ranks: times (n / 8)^growth
};
using Protocols = std::array<ProtocolLine, 3>;

struct CollectiveParameters {
    Protocols all_reduce{}, gather{}, all_to_all{};
    double out_latency = 2e-5;    // s, between nodes
    double out_bandwidth = 4e10;  // byte/s a chip, between nodes, as reached
    int domain = 8;               // chips in one scale-up domain
};

// What timing needs of a chip: datasheet numbers and fitted parameters. Rates in FLOP/s.
struct ChipTiming {
    double multiprocessors = 132;
    double bandwidth = 0;
    double l2 = 0;
    double peak[9] = {};                // by workload::Precision; 0: the format does not exist here
    GemmParameters gemm{}, gemm_low{};  // 16-bit; 8-bit and below
    PrefillParameters prefill{};
    DecodeParameters decode{}, mla = latent_decode;
    GroupedParameters grouped{};
    CollectiveParameters collective{};
    double element_efficiency = 0.75;  // share of bandwidth of element-wise kernels
    double element_t0 = 2.5e-6;        // s a kernel
    double vector_rate = 0;            // FLOP/s of the vector units: thin products skip the tiles
    double vector_read = 0;            // byte/s a multiprocessor reads there; 0: no bound
    double mma_share = 1;              // of the 16-bit peak that pre-Hopper instructions reach
    double half_accumulate = 1;  // 16-bit rate with 16-bit accumulators over that with 32-bit ones
    double unpack = 1;           // arithmetic of products whose weights are unpacked on the way
    double one_shot = 0;         // s, latency of a fused small all-reduce; 0: NCCL only
    std::string provenance{};    // "fitted on …" or "inherited from …"
    double error_median = 0, error_p90 = 0;  // of the GEMM fit on held-out shapes
};

double gemm_time(const ChipTiming& chip, double m, double n, double k, double groups,
                 workload::Precision precision, workload::Precision stored);
double grouped_gemm_time(const ChipTiming& chip, double m, double n, double k, double experts,
                         workload::Precision precision, workload::Precision stored);
double prefill_attention_time(const ChipTiming& chip, const workload::Operator& op);
double decode_attention_time(const ChipTiming& chip, const workload::Operator& op);
double collective_time(const ChipTiming& chip, workload::OpKind kind, double bytes, int ranks);
// Tokens to their experts: `bytes` is one copy of a rank's tokens, `copies` the experts each goes
// to.
double dispatch_time(const ChipTiming& chip, double bytes, int ranks, double copies,
                     int node_limit);

// One launch of any operator.
double kernel_time(const ChipTiming& chip, const workload::Operator& op);

}  // namespace sluice::timing
