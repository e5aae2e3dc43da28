#include "timing/kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice::timing {
namespace {

using workload::bytes_of;
using workload::Operator;
using workload::OpKind;
using workload::Precision;

constexpr double infinite = std::numeric_limits<double>::infinity();

double p_norm(double a, double b, double p) {
    const double big = std::max(a, b), small = std::min(a, b);
    if (big <= 0) return 0;
    if (small < 1e-3 * big) return big;
    if (p > 20) return big;
    return big * std::exp(std::log1p(std::exp(p * std::log(small / big))) / p);
}

double throttle(double t, double busy, double eta_c, double eta_sustained, double tau) {
    if (eta_sustained >= eta_c || t <= tau) return t;
    return t * (1 + (1 - tau / t) * std::min(1.0, busy / t) * (eta_c / eta_sustained - 1));
}

double waves(double x, double theta) { return x <= 1 ? 1 : theta * std::ceil(x) + (1 - theta) * x; }

// The rate at which a product runs: weight-only formats compute in 16 bits.
double peak_of(const ChipTiming& chip, Precision precision) {
    const double peak = chip.peak[static_cast<std::size_t>(precision)];
    return peak > 0 ? peak : chip.peak[static_cast<std::size_t>(Precision::bf16)];
}

}  // namespace

double gemm_time(const ChipTiming& chip, double m, double n, double k, double groups,
                 Precision precision, Precision stored) {
    if (m <= 0 || n <= 0 || k <= 0 || groups <= 0) return 0;
    const bool low = bytes_of(precision) < 2;
    const auto& g = low ? chip.gemm_low : chip.gemm;
    const double peak = peak_of(chip, precision);
    const double e_a = std::min(2.0, bytes_of(precision)), e_b = bytes_of(stored);
    // Weights narrower than a byte that feed 16-bit products are unpacked as they are read.
    const bool unpacked = bytes_of(stored) < 1 && bytes_of(precision) >= 2;
    const double reading = g.eta_r * chip.bandwidth * (unpacked ? g.eta_q : 1);
    const double memory =
        groups * ((e_a * m * k + e_b * k * n) / reading + 2 * m * n / (g.eta_w * chip.bandwidth));
    const double per_sm = g.eta_c * peak / chip.multiprocessors / (unpacked ? chip.unpack : 1);
    const double bk = low ? 128 : 64;
    static constexpr std::array<std::pair<double, double>, 4> tiles{
        {{128, 256}, {128, 128}, {64, 128}, {64, 64}}};
    static constexpr std::array<double, 7> splits{1, 2, 3, 4, 6, 8, 16};
    double best = infinite;
    for (const double s : splits) {
        const double ks = std::ceil(k / (s * bk)) * bk;
        if (s > 1 && (ks < 256 || groups > 1)) break;
        // The quickest tile is the best one: memory is the same for all.
        double compute = infinite;
        for (const auto& [bm, bn] : tiles) {
            const double blocks = std::ceil(m / bm) * std::ceil(n / bn) * groups;
            compute = std::min(compute, waves(blocks * s / chip.multiprocessors, g.theta) * 2 * bm *
                                            bn * ks / per_sm);
        }
        const double extra = s > 1 ? g.t_split + 2 * m * n * s / reading : 0;
        if (std::max(compute, memory) + extra >= best) continue;
        best = std::min(best, p_norm(compute, memory, g.p) + extra);
    }
    if (m <= 16 && chip.vector_rate > 0) {
        const double bound = chip.vector_read > 0
                                 ? groups * k * n * e_b / (chip.vector_read * chip.multiprocessors)
                                 : 0;
        const double compute = std::max(2 * m * n * k * groups / (0.7 * chip.vector_rate), bound);
        // Without tensor cores the read bound holds for every thin product.
        if (chip.vector_read > 0) best = infinite;
        best = std::min(best, p_norm(compute, memory, g.p));
    }
    const double busy = 2 * m * n * k * groups / (g.eta_c * peak);
    return g.t0 + throttle(best, busy, g.eta_c, g.eta_sustained, g.tau);
}

double grouped_gemm_time(const ChipTiming& chip, double m, double n, double k, double experts,
                         Precision precision, Precision stored) {
    if (m <= 0 || experts <= 0) return 0;
    const auto& g = chip.grouped;
    const double peak = peak_of(chip, precision);
    const double e_a = std::min(2.0, bytes_of(precision)), e_b = bytes_of(stored);
    const double memory = experts * ((e_a * m * k + e_b * k * n) / (g.eta_r * chip.bandwidth) +
                                     2 * m * n / (g.eta_w * chip.bandwidth));
    static constexpr std::array<std::pair<double, double>, 3> tiles{
        {{64, 128}, {128, 128}, {128, 256}}};
    const double ks = std::ceil(k / 128) * 128;
    double compute = infinite;
    for (const auto& [bm, bn] : tiles) {
        const double x = experts * std::ceil(m / bm) * std::ceil(n / bn) / chip.multiprocessors;
        const double fill = (std::min(bm, m) * e_a + std::min(bn, n) * e_b) * ks / g.b_sm;
        const double tile =
            std::max(2 * bm * bn * ks / (g.eta_c * peak / chip.multiprocessors), fill);
        compute = std::min(compute, waves(x, g.theta) * tile);
    }
    const double best = p_norm(compute, memory, g.p);
    const double busy = 2 * m * n * k * experts / (g.eta_c * peak);
    return g.t0 + throttle(best, busy, g.eta_c, g.eta_sustained, g.tau);
}

double prefill_attention_time(const ChipTiming& chip, const Operator& op) {
    if (op.batch <= 0 || op.m <= 0) return 0;
    const auto& a = chip.prefill;
    const double peak = chip.peak[static_cast<std::size_t>(Precision::bf16)];
    const double d = (op.qk_dim + op.v_dim) / 2.0;
    const double pair = 4 * d / (a.eta_a * peak / chip.multiprocessors) + a.c_x;
    const double keys = std::ceil((op.m + op.context) / 128) * 128;
    const double blocks = op.batch * op.heads * std::ceil(op.m / a.block);
    // Mean keys a query sees, from the exact count of pairs, and half a block of masked work.
    const double pairs = workload::flop(op) / (2 * op.batch * op.heads * (op.qk_dim + op.v_dim));
    const double mean = std::min(pairs / op.m + a.block / 2, std::min(keys, op.k + a.block));
    const double all = blocks / chip.multiprocessors * (a.t_p + a.block * mean * pair);
    const double longest = a.t_p + a.block * std::min(keys, op.k + a.block) * pair;
    const double tail = a.phi * longest * std::clamp(blocks / chip.multiprocessors - 1, 0.0, 1.0);
    const double compute = std::max(longest, all + tail);
    const double e_kv = bytes_of(op.stored);
    const double memory =
        op.batch *
        (4 * op.m * op.heads * d + (a.w_kv * op.m + op.context) * 2 * op.kv_heads * d * e_kv) /
        (a.eta_r * chip.bandwidth);
    const double t = p_norm(compute, memory, a.p);
    return a.t0 + throttle(t, std::min(compute, t), a.eta_a, a.eta_sustained, a.tau);
}

double decode_attention_time(const ChipTiming& chip, const Operator& op) {
    if (op.batch <= 0 || op.context <= 0) return 0;
    const bool latent = op.kv_heads == 0;
    const auto& a = latent ? chip.mla : chip.decode;
    const double heads_kv = latent ? 1 : op.kv_heads;
    const double group = op.heads / heads_kv * op.m;  // query rows that share the cache
    const double rows = std::min(std::ceil(group / 16) * 16, 64.0);
    const double blocks = std::ceil(group / 64);
    const double peak = chip.peak[static_cast<std::size_t>(Precision::bf16)];
    const double per_sm = a.eta_a * peak / chip.multiprocessors;
    const double width = latent ? op.qk_dim : op.qk_dim + op.v_dim;
    const double e_kv = bytes_of(op.stored);
    const double memory = workload::bytes(op) / (a.eta_r * chip.bandwidth);
    static constexpr std::array<double, 12> splits{1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128};
    double best = infinite;
    for (const double s : splits) {
        // The last split may be shorter than a chunk, none of the others.
        if (s > 1 && op.context / s < a.chunk / 2) break;
        const double length = s > 1 ? std::max(op.context / s, a.chunk) : op.context;
        const double tile =
            std::max(width * e_kv / a.b_sm, 2 * rows * (op.qk_dim + op.v_dim) / per_sm);
        const double compute = std::ceil(op.batch * heads_kv * blocks * s / chip.multiprocessors) *
                               (a.t_p + length * tile);
        const double extra = s > 1 ? a.t_split + 4 * op.batch * op.heads * op.m * s *
                                                     (op.v_dim / 3.0) /
                                                     (chip.decode.eta_r * chip.bandwidth)
                                   : 0;
        if (std::max(compute, memory) + extra >= best) continue;
        best = std::min(best, p_norm(compute, memory, a.p) + extra);
    }
    return best + (a.t0 + a.t_b * op.batch);
}

namespace {

// The quickest protocol inside a domain; what bandwidth one reaches grows with the ranks.
double inside_domain(const Protocols& lines, double steps, double bytes, double ranks) {
    double best = infinite;
    for (const auto& line : lines) {
        if (line.bandwidth <= 0) continue;
        const double reached =
            line.growth == 0 ? line.bandwidth
                             : line.bandwidth * std::pow(std::min(ranks, 8.0) / 8, line.growth);
        best = std::min(best, line.a + line.c * steps + bytes / reached);
    }
    return best;
}

}  // namespace

double collective_time(const ChipTiming& chip, OpKind kind, double bytes, int ranks) {
    if (ranks <= 1 || bytes <= 0) return 0;
    const auto& c = chip.collective;
    const double n = ranks;
    // Bytes that cross one rank's link: NCCL's bus-bandwidth convention.
    const double crossing = kind == OpKind::all_reduce       ? 2 * (n - 1) / n * bytes
                            : kind == OpKind::point_to_point ? bytes
                                                             : (n - 1) / n * bytes;
    const auto& lines = kind == OpKind::all_reduce   ? c.all_reduce
                        : kind == OpKind::all_to_all ? c.all_to_all
                                                     : c.gather;
    const double steps = std::min(n, static_cast<double>(c.domain)) - 1;
    double inside = inside_domain(lines, steps, crossing, steps + 1);
    if (kind == OpKind::all_reduce && chip.one_shot > 0 && ranks <= 8 && ranks <= c.domain)
        // Every rank reads every other rank's words and adds them itself.
        inside =
            std::min(inside, chip.one_shot + (n - 1) * bytes / std::max(1.0, lines[2].bandwidth));
    if (ranks <= c.domain) return inside;
    // Beyond the scale-up domain the network carries all but the local share.
    const double local = c.domain;
    const double nodes = std::ceil(n / local);
    const double outside = kind == OpKind::all_to_all   ? bytes * (n - local) / n
                           : kind == OpKind::all_reduce ? 2 * (nodes - 1) / nodes * bytes / local
                           : kind == OpKind::point_to_point ? bytes
                                                            : (nodes - 1) / nodes * bytes / local;
    return std::max(inside, c.out_latency + outside / c.out_bandwidth) +
           (kind == OpKind::all_reduce ? c.out_latency : 0);
}

double dispatch_time(const ChipTiming& chip, double bytes, int ranks, double copies,
                     int node_limit) {
    if (ranks <= 1 || bytes <= 0) return 0;
    const auto& c = chip.collective;
    // Distinct places among n that `copies` uniform draws reach.
    const auto reached = [&](double n) { return n * (1 - std::pow(1 - 1 / n, copies)); };
    const double inside = std::min(ranks, c.domain);
    const double chips = reached(ranks);
    // As if the domain were full: what a dispatch reaches was not measured by ranks.
    const double spread =
        inside_domain(c.all_to_all, inside - 1, bytes * chips * (inside - 1) / inside, 8);
    if (ranks <= c.domain) return spread;
    // One copy a node crosses the network and is spread inside it.
    const double nodes = std::ceil(static_cast<double>(ranks) / c.domain);
    double crossing = reached(nodes);
    if (node_limit > 0) crossing = std::min(crossing, static_cast<double>(node_limit));
    crossing *= (nodes - 1) / nodes;
    return std::max(spread, c.out_latency + bytes * crossing / c.out_bandwidth);
}

double kernel_time(const ChipTiming& chip, const Operator& op) {
    switch (op.kind) {
        case OpKind::gemm:
            return gemm_time(chip, op.m, op.n, op.k, op.groups, op.precision, op.stored);
        case OpKind::grouped_gemm:
            return grouped_gemm_time(chip, op.m, op.n, op.k, op.groups, op.precision, op.stored);
        case OpKind::prefill_attention:
            return prefill_attention_time(chip, op);
        case OpKind::decode_attention:
            return decode_attention_time(chip, op);
        case OpKind::scan:
        case OpKind::elementwise:
            return chip.element_t0 + op.bytes / (chip.element_efficiency * chip.bandwidth);
        case OpKind::all_to_all:
            return dispatch_time(chip, op.bytes, op.ranks, op.copies, op.node_limit);
        default:
            return collective_time(chip, op.kind, op.bytes, op.ranks);
    }
}

}  // namespace sluice::timing
