// The numbers of the kernel model by name: how data/calibration and data/engines write them, and
// what a fit turns.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "facts/data_file.h"

namespace sluice::timing {

// `unit` is the one it is written in: "us", "ns", "GB/s", "" for a share or a count. In code every
// value is in seconds, bytes a second or bare.
struct Parameter {
    std::string_view key{};
    double* value = nullptr;
    std::string_view unit{};
};
// `key = 0.87` or `key = "2.58 us"`.
std::string written(std::string_view key, double value, std::string_view unit);

// Takes `key` from the table when it is there: "2.58 us" or "153 GB/s" (any of ns, us, ms, s, GB/s,
// TB/s) when the parameter has a unit, a bare number otherwise.
void read_parameter(facts::TableReader& table, const Parameter& parameter);

// "eta_c t0:us" names two numbers, the second in microseconds.
std::vector<Parameter> named(std::string_view keys, std::initializer_list<double*> values);

// The parameters of one kind of kernel: gemm, gemm_low, prefill, decode, mla, grouped, all_reduce,
// gather or all_to_all. `kernels` has their structs as ChipTiming and Calibration do.
template <class Kernels>
std::vector<Parameter> parameters_of(Kernels& kernels, std::string_view kind) {
    if (kind.starts_with("gemm")) {
        auto& g = kind == "gemm" ? kernels.gemm : kernels.gemm_low;
        return named("eta_c eta_r eta_w t0:us t_split:us theta p eta_sustained tau:us eta_q",
                     {&g.eta_c, &g.eta_r, &g.eta_w, &g.t0, &g.t_split, &g.theta, &g.p,
                      &g.eta_sustained, &g.tau, &g.eta_q});
    }
    if (kind == "prefill") {
        auto& a = kernels.prefill;
        return named("eta_a c_x:ns t0:us t_p:us eta_r p eta_sustained tau:us phi w_kv block",
                     {&a.eta_a, &a.c_x, &a.t0, &a.t_p, &a.eta_r, &a.p, &a.eta_sustained, &a.tau,
                      &a.phi, &a.w_kv, &a.block});
    }
    if (kind == "decode") {
        auto& d = kernels.decode;
        return named(
            "t0:us t_p:us b_sm:GB/s eta_r p t_split:us eta_a chunk t_b:ns",
            {&d.t0, &d.t_p, &d.b_sm, &d.eta_r, &d.p, &d.t_split, &d.eta_a, &d.chunk, &d.t_b});
    }
    if (kind == "mla") {
        auto& d = kernels.mla;
        return named(
            "mla_t0:us mla_t_p:us mla_eta_r mla_p mla_t_split:us mla_eta_a mla_chunk mla_t_b:ns",
            {&d.t0, &d.t_p, &d.eta_r, &d.p, &d.t_split, &d.eta_a, &d.chunk, &d.t_b});
    }
    if (kind == "grouped") {
        auto& e = kernels.grouped;
        return named("eta_c eta_r eta_w t0:us theta p b_sm:GB/s eta_sustained tau:us",
                     {&e.eta_c, &e.eta_r, &e.eta_w, &e.t0, &e.theta, &e.p, &e.b_sm,
                      &e.eta_sustained, &e.tau});
    }
    auto& c = kernels.collective;
    auto& [x, y, z] = kind == "all_reduce"   ? c.all_reduce
                      : kind == "all_to_all" ? c.all_to_all
                                             : c.gather;
    return named("a1:us c1:us share1 g1 a2:us c2:us share2 g2 a3:us c3:us share3 g3",
                 {&x.a, &x.c, &x.bandwidth, &x.growth, &y.a, &y.c, &y.bandwidth, &y.growth, &z.a,
                  &z.c, &z.bandwidth, &z.growth});
}

}  // namespace sluice::timing
