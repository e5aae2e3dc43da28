#include "run/engine_file.h"

#include <fmt/format.h>

namespace sluice::run {

std::string engines_toml(const std::vector<Engine>& engines, const std::string& fitted_on) {
    std::string out =
        "# How engines behave around their kernels; names and units: src/run/step.h. Written by "
        "`sluice calibrate --measured`.\n";
    for (const auto& e : engines) {
        std::string software;
        for (const auto& s : e.software)
            software += fmt::format("{}\"{}\"", software.empty() ? "" : ", ", s);
        const auto us = [](double s) { return fmt::format("\"{:.4g} us\"", s * 1e6); };
        const auto share = [](double x) { return fmt::format("{:.4g}", x); };
        const std::pair<std::string_view, std::string> values[] = {
            {"prefill_factor", share(e.prefill_factor)},
            {"decode_factor", share(e.decode_factor)},
            {"gap", us(e.gap)},
            {"host_step", us(e.host_step)},
            {"host_sequence", us(e.host_sequence)},
            {"request_cost", us(e.request_cost)},
            {"communication_factor", share(e.communication_factor)},
            {"hidden_traffic", share(e.hidden_traffic)},
            {"one_shot", us(e.one_shot)},
            {"expert_factor", share(e.expert_factor)},
            {"element_factor", share(e.element_factor)},
            {"mma_only", share(e.mma_only)},
            {"reserved", share(e.reserved)},
            {"vector_read", fmt::format("\"{:.4g} GB/s\"", e.vector_read / 1e9)},
            {"memory_fraction", share(e.memory_fraction)},
            {"most_sequences", std::to_string(e.most_sequences)},
            {"most_batched_tokens", std::to_string(e.most_batched_tokens)},
            {"training_factor", share(e.training_factor)},
            {"training_overlap", share(e.training_overlap)},
            {"rows", std::to_string(e.rows)},
        };
        out += fmt::format("\n[[engine]]\nid = \"{}\"\nsoftware = [{}]\n", e.id, software);
        for (const auto& [key, value] : values) out += fmt::format("{} = {}\n", key, value);
        out += fmt::format("source = \"{}\"\n", e.rows > 0 ? fitted_on : e.provenance);
    }
    return out;
}

}  // namespace sluice::run
