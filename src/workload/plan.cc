#include "workload/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::workload {
namespace {

struct Width {
    std::string_view name;
    double bytes;
};
constexpr Width widths[] = {
    {"fp32", 4},        {"bf16", 2},        {"fp8", 1},
    {"int8", 1},        {"mxfp8", 1.03125},  // one scale byte for 32 elements
    {"nvfp4", 0.5625},                       // one scale byte for 16 elements
    {"mxfp4", 0.53125},                      // one scale byte for 32 elements
    {"int4", 0.53125},                       // 16-bit scale and zero for 128 elements
    {"q4", 0.60625},                         // llama.cpp q4_K_M, 4.85 bits in the mean
};

}  // namespace

std::string_view to_string(Precision precision) {
    return widths[static_cast<std::size_t>(precision)].name;
}

double bytes_of(Precision precision) { return widths[static_cast<std::size_t>(precision)].bytes; }

std::optional<Precision> precision_named(std::string_view name) {
    if (name == "fp16") return Precision::bf16;
    const auto* found = std::ranges::find(widths, name, &Width::name);
    if (found == std::end(widths)) return std::nullopt;
    return static_cast<Precision>(found - widths);
}

std::string to_string(const Plan& plan) {
    auto text = fmt::format("tp {} · pp {} · dp {}", plan.tp, plan.pp, plan.dp);
    if (plan.cp > 1) text += fmt::format(" · cp {}", plan.cp);
    if (plan.ep > 1) text += fmt::format(" · ep {}", plan.ep);
    if (plan.moe_tp > 1) text += fmt::format(" · moe tp {}", plan.moe_tp);
    if (plan.attention_dp > 1) text += fmt::format(" · attention dp {}", plan.attention_dp);
    return text;
}

}  // namespace sluice::workload
