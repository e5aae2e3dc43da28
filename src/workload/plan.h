// A plan: how a model is cut over chips, and in which formats it runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::workload {

// One instance is tp * pp * cp * attention_dp chips; dp instances are replicas (serving) or
// data-parallel ranks (training). Experts are cut over the chips of one pipeline stage:
// moe_tp * ep == tp * attention_dp (serving) or ep divides tp * cp * dp (training).
struct Plan {
    int tp = 1;
    int pp = 1;
    int dp = 1;
    int cp = 1;
    int ep = 1;
    int moe_tp = 1;
    int attention_dp = 1;

    int stage_chips() const { return tp * cp * attention_dp; }
    int instance_chips() const { return stage_chips() * pp; }
    int chips() const { return instance_chips() * dp; }
    friend bool operator==(const Plan&, const Plan&) = default;
};

enum class Precision : std::uint8_t {
    fp32,
    bf16,
    fp8,
    int8,
    mxfp8,
    nvfp4,
    mxfp4,
    int4,
    q4,
};
std::string_view to_string(Precision precision);
std::optional<Precision> precision_named(std::string_view name);  // "fp16" is bf16
// Bytes an element takes with its scales: nvfp4 4.5 bits, mxfp4 4.25, q4 (llama.cpp q4_K_M) 4.85.
double bytes_of(Precision precision);

struct Formats {
    Precision weights = Precision::bf16;
    Precision activations = Precision::bf16;  // of the matrix products: decides the peak
    Precision kv = Precision::bf16;
    Precision attention = Precision::bf16;  // of the attention products themselves
};

std::string to_string(const Plan& plan);  // "tp 8 · pp 1 · dp 1 · ep 8 · attention dp 8"

}  // namespace sluice::workload
