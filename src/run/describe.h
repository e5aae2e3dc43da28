// A trace in figures.
#pragma once

#include <cstdint>

#include "run/request.h"

namespace sluice::run {

struct LengthFigures {  // tokens; percentiles are lengths that occur
    double mean = 0;
    std::uint32_t p50 = 0, p90 = 0, p99 = 0, most = 0;
};

struct TraceFigures {
    std::uint64_t requests = 0;
    double span = 0;                // s, from the first arrival to the last
    double rate = 0;                // requests a second between them; NaN without a span
    std::uint64_t peak_minute = 0;  // most arrivals in a minute, minutes counted from the first
    LengthFigures input{}, output{};
    // Of a cache that never forgets: a block hits when it and all before it in its prompt were in
    // requests before this one.
    std::uint64_t blocks = 0, hit_blocks = 0;
};

// Reads to the end. Memory grows with different lengths and different blocks.
TraceFigures describe(Requests requests);

}  // namespace sluice::run
