#include "workload/plan.h"

#include <fmt/format.h>

namespace sluice::workload {

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
