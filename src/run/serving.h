// Steady-state serving in closed form: no queue is simulated here.
//
// In a closed loop of N requests a replica holds B of them in decode. Over the life of one request
// every other one is prefilled once, so a decode step carries on average B I / (O / a) prompt
// tokens (I input, O output tokens, a emitted a step): TPOT = (decode(B) + B a / O prefill(I)) / a.
// The host's serial cost a request bounds the rate. Little's law ties N, TPOT and TTFT.
#pragma once

#include "run/step.h"

namespace sluice::run {

struct Traffic {
    double input = 0;  // tokens a request
    double output = 1;
    double in_flight = 1;  // requests of one replica; infinity: as many as fit
    double drafted = 0;    // speculative tokens checked a step beside the first
    double emitted = 1;    // mean tokens emitted a step
};

struct ServingPoint {
    double batch = 0;        // sequences decoding together in a replica
    double prefill = 0;      // s, one prompt alone
    double step = 0;         // s, one decode step of the batch, prompts apart
    double tpot = 0;         // s a token a request sees, other prompts included
    double ttft = 0;         // s, no queue: host, prompt, one step
    double output_rate = 0;  // tokens/s of a replica
    Span decode_span{};
};

// Requests that one replica's memory holds. What a published row ran must have fitted somehow, so
// that 0 becomes no bound; `perf` refuses earlier.
double held_by(const Setup& setup, const Traffic& traffic);

// Every request steady in flight. 0 batch when the model does not fit.
ServingPoint serve_steady(const Setup& setup, const Traffic& traffic);

// A batch that starts together and runs to its end (static batching): seconds from start to end.
double serve_batch(const Setup& setup, const Traffic& traffic);

// Seconds for one decode step of `batch` sequences (all pipeline stages in turn) and for the
// prefill of `prompts` prompts together.
double decode_step(const Setup& setup, double batch, double context, double tokens_per_sequence);
double prefill_time(const Setup& setup, double prompts, double input);
// What one pipeline stage does of them: of one decode step, of all the steps of the prompts.
Span decode_span(const Setup& setup, double batch, double context, double tokens_per_sequence);
Span prefill_span(const Setup& setup, double prompts, double input);

}  // namespace sluice::run
