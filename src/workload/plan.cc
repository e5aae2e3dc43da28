#include "workload/plan.h"

#include <fmt/format.h>

#include <array>

namespace sluice::workload {
namespace {

constexpr std::array<std::string_view, 9> precision_names{"fp32",  "bf16",  "fp8",  "int8", "mxfp8",
                                                          "nvfp4", "mxfp4", "int4", "q4"};

}  // namespace

std::string_view to_string(Precision precision) {
    return precision_names[static_cast<std::size_t>(precision)];
}

std::optional<Precision> precision_named(std::string_view name) {
    if (name == "fp16") return Precision::bf16;
    for (std::size_t i = 0; i < precision_names.size(); ++i)
        if (precision_names[i] == name) return static_cast<Precision>(i);
    return std::nullopt;
}

double bytes_of(Precision precision) {
    switch (precision) {
        case Precision::fp32:
            return 4;
        case Precision::bf16:
            return 2;
        case Precision::fp8:
        case Precision::int8:
            return 1;
        case Precision::mxfp8:
            return 1.03125;  // one scale byte for 32 elements
        case Precision::nvfp4:
            return 0.5625;      // one scale byte for 16 elements
        case Precision::mxfp4:  // one scale byte for 32 elements
        case Precision::int4:   // 16-bit scale and zero for 128 elements
            return 0.53125;
        case Precision::q4:
            return 0.60625;  // llama.cpp q4_K_M, 4.85 bits in the mean
    }
    return 2;
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
