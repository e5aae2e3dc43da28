// Requests that are made: arrivals at a rate that changes over the day, lengths as they were
// measured. The same seed gives the same requests with every standard library.
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "run/request.h"
#include "text/diagnostic.h"

namespace sluice::run {

// SplitMix64's finaliser: every bit of the result depends on every bit of `x`.
constexpr std::uint64_t mixed(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

// A share of all requests, and how many tokens these have at most; straight between the points.
using LengthCurve = std::vector<std::pair<double, double>>;

struct Lengths {
    double from = 0;  // s into the cycle
    LengthCurve input{}, output{};
};

// A stretch of time whose gaps between requests have one distribution.
struct RateSpan {
    double until = INFINITY;  // s into the cycle
    double rate = 0;          // requests a second
    double shape = 1;         // 1: gaps are exponential
    bool weibull = false;     // of gaps; otherwise gamma
};

struct Arrivals {
    std::vector<RateSpan> cycle{};   // over and over
    std::vector<Lengths> lengths{};  // by their beginnings
    std::uint64_t requests = UINT64_MAX;
    double seconds = INFINITY;
    std::uint64_t seed = 1;
};

// Requires lengths, and a stretch with requests.
Requests generate(Arrivals arrivals);

// Adds what a file of data/traffic states: lengths, rates, or both.
text::Diagnostics read_traffic(const std::filesystem::path& file, Arrivals& arrivals);

// Adds a client of ServeGen: rows of time, rate, coefficient of variation, family, shape, scale
// without a header, or of time and rate alone; unless there are lengths, those of NAME-dataset.json
// beside NAME-trace.csv.
text::Diagnostics read_client(const std::filesystem::path& file, Arrivals& arrivals);

}  // namespace sluice::run
