#include "run/step_times.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sluice::run {
namespace {

// Positions from 1 up on a scale whose octaves are cut into 2^bits equal parts: a double's exponent
// and the first bits of its fraction number the part.
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
using Sequences = Scale<3>;
using Contexts = Scale<1>;
using TokenCounts = Scale<4>;
using PromptLengths = Scale<3>;

constexpr double longest = 0x1p20;
constexpr std::size_t lengths = 20 * 8 + 1, pasts = 20 * 2 + 2;  // the first past: none

}  // namespace

StepTimes::StepTimes(const Setup& setup, double drafted, double emitted)
    : setup_(setup), checked_(1 + drafted), emitted_(emitted), attention_(lengths * pasts, -1) {}

double StepTimes::node(std::size_t n, std::size_t column) {
    if (n >= rows_.size()) {
        Row unknown;
        unknown.fill(-1);
        rows_.resize(std::max(n + 1, rows_.size() * 2), unknown);
    }
    if (const double known = rows_[n][column]; known >= 0) return known;
    double time = 0;
    const auto part = Sequences::part(static_cast<double>(n));
    const auto below = static_cast<std::size_t>(Sequences::start(part));
    if (n <= 64 || below == n) {
        const double pp = setup_.plan.pp;
        time = pp * stage_span(setup_,
                               {.decode_sequences = std::max(1.0, static_cast<double>(n) / pp),
                                .decode_context = Contexts::start(column),
                                .tokens_per_sequence = checked_},
                               ops_)
                        .total();
    } else {
        const auto above = static_cast<std::size_t>(Sequences::start(part + 1));
        const double low = node(below, column), high = node(above, column);
        time = low +
               (high - low) * static_cast<double>(n - below) / static_cast<double>(above - below);
    }
    return rows_[n][column] = time;
}

StepTimes::Line StepTimes::line(std::size_t n, double context) {
    context = std::max(1.0, context);
    if (context >= longest) return {longest, INFINITY, node(n, contexts - 1), 0};
    const auto column = Contexts::part(context);
    const double from = Contexts::start(column), to = Contexts::start(column + 1);
    const double at = node(n, column);
    return {from, to, at, (node(n, column + 1) - at) / (to - from)};
}

double StepTimes::decode(std::size_t n, double context) {
    const auto [from, to, at, slope] = line(n, context);
    return at + slope * std::max(0.0, context - from);
}

double StepTimes::decode(std::size_t n, double context, std::uint64_t steps) {
    double total = 0;
    while (steps > 0) {
        const auto [from, to, at, slope] = line(n, context);
        const double fit = std::ceil((to - context) / emitted_);
        const double m = std::max(1.0, std::min(static_cast<double>(steps), fit));
        total +=
            m * (at + slope * std::max(0.0, context - from)) + slope * emitted_ * m * (m - 1) / 2;
        context += m * emitted_;
        steps -= static_cast<std::uint64_t>(m);
    }
    return total;
}

std::uint64_t StepTimes::within(std::size_t n, double context, double seconds, std::uint64_t most) {
    std::uint64_t done = 0;
    while (done < most) {
        const auto [from, to, at, slope] = line(n, context);
        const double fit = std::ceil((to - context) / emitted_);
        const double m = std::max(1.0, std::min(static_cast<double>(most - done), fit));
        const double first = at + slope * std::max(0.0, context - from), growth = slope * emitted_;
        const auto sum = [&](double k) { return k * first + growth * k * (k - 1) / 2; };
        if (sum(m) <= seconds) {
            seconds -= sum(m);
            context += m * emitted_;
            done += static_cast<std::uint64_t>(m);
            continue;
        }
        // growth k^2 / 2 + (first - growth / 2) k = seconds, without cancellation for small growth.
        const double b = first - growth / 2;
        double k =
            std::floor(2 * seconds / (b + std::sqrt(std::max(0.0, b * b + 2 * growth * seconds))));
        k = std::clamp(k, 0.0, m);
        while (k > 0 && sum(k) > seconds) --k;
        while (k < m && sum(k + 1) <= seconds) ++k;
        return done + static_cast<std::uint64_t>(k);
    }
    return done;
}

StepTimes::Tokens StepTimes::tokens_node(std::size_t part) {
    if (part >= tokens_.size()) tokens_.resize(part + 16);
    auto& known = tokens_[part];
    if (known.scaled < 0) {
        const auto& engine = *setup_.engine;
        const double ranks = setup_.plan.attention_dp, m = TokenCounts::start(part);
        const auto span =
            stage_span(setup_, {.prefill_sequences = ranks, .prefill_tokens = m / ranks}, ops_);
        const double scaled = span.matrix + span.element;
        const double host = (engine.host_step + engine.host_sequence * ranks) / setup_.plan.pp;
        known = {scaled / engine.prefill_factor, span.experts / engine.prefill_factor,
                 span.total() - scaled - span.experts - span.attention - host};
    }
    return known;
}

StepTimes::Tokens StepTimes::tokens(double m) {
    m = std::clamp(m, 1.0, longest);
    const auto part = TokenCounts::part(m);
    const double from = TokenCounts::start(part);
    const double x = (m - from) / (TokenCounts::start(part + 1) - from);
    const auto low = tokens_node(part), high = tokens_node(part + 1);
    return {std::lerp(low.scaled, high.scaled, x), std::lerp(low.experts, high.experts, x),
            std::lerp(low.fixed, high.fixed, x)};
}

// Of one prompt on every attention rank.
double StepTimes::attention_of(double length, double past) {
    return stage_span(setup_,
                      {.prefill_sequences = static_cast<double>(setup_.plan.attention_dp),
                       .prefill_tokens = length,
                       .prefill_context = past},
                      ops_)
        .attention;
}

double StepTimes::launch() {
    if (launch_ < 0) launch_ = attention_of(1, 0);
    return launch_;
}

double StepTimes::attention_node(std::size_t row, std::size_t column) {
    double& known = attention_[row * pasts + column];
    if (known < 0) {
        // Prompts of one step share its launches.
        known = std::max(0.0, attention_of(PromptLengths::start(row),
                                           column > 0 ? Contexts::start(column - 1) : 0) -
                                  launch());
    }
    return known;
}

double StepTimes::prompt_attention(double length, double past) {
    length = std::clamp(length, 1.0, longest * 0.999);
    const auto row = PromptLengths::part(length);
    const double from = PromptLengths::start(row);
    const double x = (length - from) / (PromptLengths::start(row + 1) - from);
    std::size_t column = 0;
    double y = std::max(0.0, past);
    if (past >= 1) {
        past = std::min(past, longest * 0.999);
        const auto part = Contexts::part(past);
        column = part + 1;
        y = (past - Contexts::start(part)) / (Contexts::start(part + 1) - Contexts::start(part));
    }
    const auto along = [&](std::size_t c) {
        const double low = attention_node(row, c);
        return x > 0 ? low + x * (attention_node(row + 1, c) - low) : low;
    };
    const double low = along(column);
    return y > 0 ? low + y * (along(column + 1) - low) : low;
}

double StepTimes::mixed(std::size_t n, double context, const Mixture& mixture) {
    const auto& engine = *setup_.engine;
    const double pp = setup_.plan.pp;
    const double decoded = static_cast<double>(n) * checked_;
    const double fullest = decoded + mixture.prompt;
    const double factor = engine.decode_factor +
                          mixture.prompt / fullest * (engine.prefill_factor - engine.decode_factor);
    const auto all = tokens(fullest / pp);
    // Ranks are filled up to the fullest one unless more than half of that would be padding (as by
    // SGLang's DpPaddingMode): then experts see the tokens that there are.
    const double seen = 2 * mixture.total >= fullest ? fullest : mixture.total;
    const double work = factor * (all.scaled + tokens(seen / pp).experts) + all.fixed;
    if (n == 0)
        return engine.host_step + engine.host_sequence + pp * work + launch() + mixture.attention;
    const auto own = tokens(decoded / pp);
    return decode(n, context) + launch() + mixture.attention +
           pp * std::max(0.0, work - engine.decode_factor * (own.scaled + own.experts) - own.fixed);
}

}  // namespace sluice::run
