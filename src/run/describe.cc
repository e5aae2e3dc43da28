#include "run/describe.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_set>

namespace sluice::run {
namespace {

LengthFigures figures_of(const std::map<std::uint32_t, std::uint64_t>& counts) {
    LengthFigures out;
    double total = 0, below = 0;
    for (const auto& [length, count] : counts) total += static_cast<double>(count);
    for (const auto& [length, count] : counts) {
        out.mean += length * (static_cast<double>(count) / total);
        for (const auto& [share, figure] :
             {std::pair{0.5, &out.p50}, {0.9, &out.p90}, {0.99, &out.p99}, {1.0, &out.most}})
            if (below < share * total) *figure = length;
        below += static_cast<double>(count);
    }
    return out;
}

}  // namespace

TraceFigures describe(Requests requests) {
    TraceFigures out;
    std::map<std::uint32_t, std::uint64_t> inputs, outputs;
    std::unordered_set<std::uint64_t> seen;
    std::uint64_t in_minute = 0;
    double first = 0, minute = 0;
    for (Request r; requests(r);) {
        if (out.requests++ == 0) first = r.arrival;
        out.span = r.arrival - first;
        if (minute != std::floor(out.span / 60)) in_minute = 0;
        minute = std::floor(out.span / 60);
        out.peak_minute = std::max(out.peak_minute, ++in_minute);
        ++inputs[r.input];
        ++outputs[r.output];
        const auto known = [&](std::uint64_t block) { return seen.contains(block); };
        out.hit_blocks += static_cast<std::uint64_t>(std::ranges::find_if_not(r.blocks, known) -
                                                     r.blocks.begin());
        out.blocks += r.blocks.size();
        seen.insert(r.blocks.begin(), r.blocks.end());
    }
    out.rate = out.span > 0 ? static_cast<double>(out.requests - 1) / out.span : NAN;
    out.input = figures_of(inputs);
    out.output = figures_of(outputs);
    return out;
}

}  // namespace sluice::run
