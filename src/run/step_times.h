// Steps of one (chip, model, plan), made ready to be asked for millions of times.
//
// Decode: a row for every number of sequences, with the step's time at two contexts an octave,
// taken from step.h where it is first asked for (above 64 sequences at eight numbers an octave) and
// straight lines between. Between two nodes a stretch of k steps whose context grows by `emitted` a
// step is an arithmetic series, so that its sum and its inverse are closed forms.
// Mixed: t(n, c, p) = decode(n, c) + T(n + p) - T(n) + attention of the prompts, T being what a
// step of so many tokens takes beside attention, at 16 numbers of tokens an octave.
// How far this is from step.h: step_times_test.cc prints and bounds it. Not for two threads at
// once.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "run/step.h"

namespace sluice::run {

class StepTimes {
public:
    // `setup` and what it points to outlive this. Of every sequence 1 + drafted tokens are checked
    // in a step and `emitted` come out of it.
    explicit StepTimes(const Setup& setup, double drafted = 0, double emitted = 1);

    // Seconds of one decode step of n sequences of an instance, of this mean context; of `steps` in
    // a row; and how many, of at most `most`, end within so many seconds. n >= 1.
    double decode(std::size_t n, double context);
    double decode(std::size_t n, double context, std::uint64_t steps);
    std::uint64_t within(std::size_t n, double context, double seconds, std::uint64_t most);

    // A step of n decoding sequences and `prompt` > 0 tokens of prompts: ranks x the fullest
    // rank's, which attention and dense products wait for. `total` tokens are all that experts see;
    // `attention` is the sum of prompt_attention of one rank's prompts.
    struct Mixture {
        double prompt = 0, total = 0, attention = 0;
    };
    double mixed(std::size_t n, double context, const Mixture& mixture);
    double prompt_attention(double tokens, double context);

private:
    static constexpr std::size_t contexts = 2 * 20 + 1;  // 1 .. 2^20 tokens
    using Row = std::array<double, contexts>;
    struct Line {  // t(c) = at + slope (c - from), as far as `to`
        double from, to, at, slope;
    };
    struct Tokens {
        // What the engine's kernel factors apply to, without and for experts, and the rest.
        double scaled = -1, experts = 0, fixed = 0;
    };
    double node(std::size_t n, std::size_t column);
    Line line(std::size_t n, double context);
    Tokens tokens_node(std::size_t part);
    Tokens tokens(double m);
    double attention_of(double length, double past);
    double launch();
    double attention_node(std::size_t row, std::size_t column);

    Setup setup_;
    double checked_, emitted_;
    std::vector<Row> rows_{};  // by number of sequences; negative: not yet known
    std::vector<Tokens> tokens_{};
    std::vector<double> attention_;
    double launch_ = -1;
    std::vector<workload::Operator> ops_{};
};

}  // namespace sluice::run
