#include "run/serving.h"

#include <algorithm>
#include <cmath>

namespace sluice::run {
namespace {

workload::Step decode_of(double batch, double context, double tokens) {
    return {.decode_sequences = batch, .decode_context = context, .tokens_per_sequence = tokens};
}

Span times(Span span, double by) {
    for (double* part : {&span.matrix, &span.experts, &span.attention, &span.element,
                         &span.communication, &span.launch, &span.host})
        *part *= by;
    return span;
}

// Prompts run in steps of at most the engine's budget; a longer prompt is cut into chunks, whose
// mean context is half of what came before.
struct Chunks {
    Span stage{};  // one step on one stage
    double steps = 1;
};
Chunks prefill_chunks(const Setup& setup, double prompts, double input,
                      std::vector<workload::Operator>& ops) {
    const double budget =
        std::max(1.0, setup.engine->most_batched_tokens * setup.plan.attention_dp);
    Chunks out;
    if (input > budget) {
        const double chunks = std::ceil(input / budget);
        out.stage = stage_span(setup,
                               {.prefill_sequences = 1,
                                .prefill_tokens = input / chunks,
                                .prefill_context = (input - input / chunks) / 2},
                               ops);
        out.steps = chunks * prompts;
        return out;
    }
    out.steps = std::max(1.0, std::ceil(prompts * input / budget));
    out.stage =
        stage_span(setup, {.prefill_sequences = prompts / out.steps, .prefill_tokens = input}, ops);
    return out;
}

}  // namespace

double held_by(const Setup& setup, const Traffic& traffic) {
    const double held = sequence_capacity(setup, traffic.input + traffic.output);
    return held < 1 ? 1e9 : held;
}

Span decode_span(const Setup& setup, double batch, double context, double tokens) {
    std::vector<workload::Operator> ops;
    const double stage = std::max(1.0, batch / setup.plan.pp);
    return stage_span(setup, decode_of(stage, context, tokens), ops);
}

double decode_step(const Setup& setup, double batch, double context, double tokens) {
    return setup.plan.pp * decode_span(setup, batch, context, tokens).total();
}

Span prefill_span(const Setup& setup, double prompts, double input) {
    std::vector<workload::Operator> ops;
    const auto chunks = prefill_chunks(setup, prompts, input, ops);
    return times(chunks.stage, chunks.steps);
}

double prefill_time(const Setup& setup, double prompts, double input) {
    if (input <= 0 || prompts <= 0) return 0;
    std::vector<workload::Operator> ops;
    // Steps follow each other through the stages of a pipeline.
    const auto chunks = prefill_chunks(setup, prompts, input, ops);
    return (chunks.steps + setup.plan.pp - 1) * chunks.stage.total();
}

ServingPoint serve_steady(const Setup& setup, const Traffic& traffic) {
    ServingPoint point;
    std::vector<workload::Operator> ops;
    const double pp = setup.plan.pp;
    const double most =
        std::min(held_by(setup, traffic), setup.engine->most_sequences * setup.plan.attention_dp);
    double batch = std::max(1.0, std::min(traffic.in_flight, most));
    const double context = traffic.input + traffic.output / 2;
    const double checked = 1 + traffic.drafted;
    const auto alone = prefill_chunks(setup, 1, traffic.input, ops);
    point.prefill = (alone.steps + pp - 1) * alone.stage.total() + setup.engine->request_cost;

    // Prompts of several requests share a step when they fit; a replica with many attention ranks
    // prefills one on each.
    const double together = std::clamp(
        setup.engine->most_batched_tokens * setup.plan.attention_dp / std::max(1.0, traffic.input),
        1.0, std::max(1.0, batch / 8));
    const auto chunks = prefill_chunks(setup, together, traffic.input, ops);
    const double each = chunks.steps * chunks.stage.total() / together;

    // The share of in-flight requests that decode: the rest wait for or are in their prompt.
    for (int pass = 0; pass < 4; ++pass) {
        const double stage = std::max(1.0, batch / pp);
        point.decode_span = stage_span(setup, decode_of(stage, context, checked), ops);
        point.step = pp * point.decode_span.total();
        const double steps = traffic.output / traffic.emitted;
        const double interference = (batch - 1) / std::max(1.0, steps) * each;
        point.tpot = (point.step + interference) / traffic.emitted;
        const double cycle = point.prefill + traffic.output * point.tpot;
        // What the engine does for a request one after another bounds how many come and go.
        const double rate = std::min(std::min(traffic.in_flight, most) / cycle,
                                     1 / std::max(setup.engine->request_cost, 1e-9));
        point.batch = batch;
        point.output_rate = rate * traffic.output;
        batch = std::max(1.0, rate * traffic.output * point.tpot);
    }
    point.ttft = point.prefill + point.step;
    return point;
}

double serve_batch(const Setup& setup, const Traffic& traffic) {
    const double batch = std::min(traffic.in_flight, held_by(setup, traffic));
    const double rounds = traffic.in_flight / batch;
    const double steps = traffic.output / traffic.emitted;
    const double context = traffic.input + traffic.output / 2;
    return rounds *
           (prefill_time(setup, batch, traffic.input) + batch * setup.engine->request_cost +
            steps * decode_step(setup, batch, context, 1 + traffic.drafted));
}

}  // namespace sluice::run
