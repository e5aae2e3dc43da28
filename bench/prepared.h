// Decode steps of one (chip, model, plan), ready to be asked for millions of times.
//
//   PreparedDecode steps{setup, 1};
//   const double seconds = steps.stage(batch, context);   // some 100 ns once its corner is known
//
// A table over sequences (eight nodes an octave) and context (two an octave), filled by step.h
// where it is first touched and interpolated between. Between two nodes kernels may change tiles:
// the error against step.h is printed by plans.cc. Not for
// two threads at once.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "run/step.h"

namespace sluice::run {

class PreparedDecode {
public:
    // `setup` and what it points to outlive this. tokens_per_sequence: 1 + drafted tokens.
    explicit PreparedDecode(const Setup& setup, double tokens_per_sequence = 1);

    // Seconds of one step on one pipeline stage. 1 <= batch < 2^16 sequences of the stage,
    // 1 <= context < 2^20 tokens; values beyond are held at the ends.
    double stage(double batch, double context);

private:
    double node(std::size_t row, std::size_t column);

    Setup setup_;
    double tokens_per_sequence_;
    std::vector<double> table_;  // rows of contexts; negative: not yet known
    std::vector<workload::Operator> ops_{};
};

// Positions on a scale whose octaves are cut into 2^bits equal parts: a double's exponent and the
// first bits of its fraction are the number of the part, the other bits how far into it.
template <int bits>
struct Scale {
    static constexpr std::uint64_t one = std::bit_cast<std::uint64_t>(1.0) >> (52 - bits);

    static std::size_t part(double value) {
        return static_cast<std::size_t>((std::bit_cast<std::uint64_t>(value) >> (52 - bits)) - one);
    }
    static double start(std::size_t part) {
        return std::bit_cast<double>((part + one) << (52 - bits));
    }
};
using Batches = Scale<3>;
using Contexts = Scale<1>;
inline constexpr double most_batch = 65536, most_context = 1048576;
inline constexpr std::size_t columns = 16 * 8 + 1, rows = 20 * 2 + 1;

inline PreparedDecode::PreparedDecode(const Setup& setup, double tokens_per_sequence)
    : setup_(setup), tokens_per_sequence_(tokens_per_sequence), table_(rows * columns, -1) {}

inline double PreparedDecode::node(std::size_t row, std::size_t column) {
    double& known = table_[row * columns + column];
    if (known < 0)
        known = stage_span(setup_,
                           {.decode_sequences = Batches::start(column),
                            .decode_context = Contexts::start(row),
                            .tokens_per_sequence = tokens_per_sequence_},
                           ops_)
                    .total();
    return known;
}

inline double PreparedDecode::stage(double batch, double context) {
    batch = std::clamp(batch, 1.0, most_batch * 0.999999);
    context = std::clamp(context, 1.0, most_context * 0.999999);
    const auto column = Batches::part(batch), row = Contexts::part(context);
    const double x =
        (batch - Batches::start(column)) / (Batches::start(column + 1) - Batches::start(column));
    const double y =
        (context - Contexts::start(row)) / (Contexts::start(row + 1) - Contexts::start(row));
    const auto along = [&](std::size_t r) {
        const double left = node(r, column);
        return x > 0 ? left + x * (node(r, column + 1) - left) : left;
    };
    const double below = along(row);
    return y > 0 ? below + y * (along(row + 1) - below) : below;
}

}  // namespace sluice::run
