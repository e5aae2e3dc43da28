// One replica of a serving engine: continuous batching, one stretch of steps after another.
//
// Between two arrivals or completions only contexts grow, so that a stretch of decode steps is
// taken at once (step_times.h); a step with prompts in it is taken alone. Memory is counted in
// tokens of cache: a prompt takes whole blocks, and a sequence `emitted` tokens more a step.
//
// A replica of attention_dp ranks has a queue and a batch for each; its ranks step together, and a
// step takes as long as its fullest rank makes it: n is ranks x the largest batch, the prompt is
// ranks x the longest, less where experts see little of that; the context is the mean of all.
//
// Left out: the latency of a pipeline that fills (a step is pp times its stage), and blocks of
// generated tokens, which no later prompt can hit.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <string_view>
#include <vector>

#include "run/percentiles.h"
#include "run/prefix_cache.h"
#include "run/request.h"
#include "run/search.h"
#include "run/step_times.h"

namespace sluice::run {

// How an engine fills its steps; a rank's numbers.
struct Scheduler {
    bool mixed = true;            // prompts and decoding sequences share a step; else prompts
                                  // come first, and nothing decodes meanwhile
    bool chunked = true;          // prompts are cut at the budget
    bool whole_batches = false;   // nobody joins before the last one has ended
    double most_tokens = 8192;    // of a step
    double most_sequences = 256;  // at work
    double watermark = 0;         // share of the memory that stays free when one is admitted
    int block = 16;               // tokens of a block of the engine's cache
    bool prefix_cache = true;
};
// "vllm" (chunks share steps), "sglang" (chunks first), "orca" (whole prompts first), "sarathi"
// (as vllm, in steps of 512 tokens), "static"; with an engine's limits.
inline constexpr std::string_view scheduler_names[] = {"vllm", "sglang", "orca", "sarathi",
                                                       "static"};
Scheduler scheduler_named(std::string_view name, const Engine& engine);

// Replicas of one kind.
struct Pool {
    Setup setup{};
    Scheduler scheduler{};
    Role role = Role::both;
    int replicas = 1;
    double drafted = 0, emitted = 1;  // as Demand; emitted is rounded to 1/1024
    double memory_tokens = 0;         // of cache, one attention rank
    double request_cost = 0;          // s a request, serial, before the scheduler sees it
    int block_tokens = 512;           // of Request::blocks
};
// Tokens of cache that one attention rank has beside weights and activations: whole blocks, at
// 4,096 tokens a sequence. 0: the model does not fit.
double cache_tokens(const Setup& setup, int block = 16);

// Whether a replica can ever hold it, prompt and tokens.
bool fits(const Pool& pool, const Request& request);

// A request on its way.
struct Flight {
    Request request{};
    std::uint64_t id = 0;        // by arrival, from 0
    double first = -1;           // s, time of the first token; -1: not yet
    double last = 0;             // s, of the latest token before it was put off or handed over
    double prompt = 0;           // tokens to be in the cache before the next one comes out
    double done = 0;             // of them, in the cache
    double generated = 0;        // when it last joined the decoding ones
    double memory = 0;           // tokens of its own, at that time
    double hit = 0;              // tokens of its prompt that were found in the cache
    std::uint64_t joined = 0;    // decode steps of its rank before it
    std::uint64_t admitted = 0;  // in which order
    std::size_t held = 0;        // blocks of its prompt in use
    int put_off = 0;             // how often it was preempted
};

// Flights by number; numbers are used again.
struct Flights {
    std::vector<Flight> all{};
    std::vector<std::uint32_t> free{};
    std::uint32_t take(Request&& request, std::uint64_t id);
    Flight& operator[](std::uint32_t i) { return all[i]; }
};

// What comes out of a replica.
struct Ended {
    std::vector<std::uint32_t> complete{};
    std::vector<std::uint32_t> handed_over{};  // prompts done, for another replica to decode
    Percentiles* gaps = nullptr;               // s between tokens
};

struct ReplicaCounts {
    double busy = 0;              // s
    double sequence_seconds = 0;  // decoding sequences x s
    double memory_seconds = 0;    // tokens of cache in use x s, all ranks
    double steps = 0, stretches = 0;
    double prompt_tokens = 0, hit_tokens = 0, generated_tokens = 0;
    double put_off = 0;
    void add(const ReplicaCounts& other);
};

// Steps taken at once.
struct Stretch {
    double start = 0, end = std::numeric_limits<double>::infinity();  // s; never: nothing to do
    std::uint64_t steps = 0;  // decode steps; 0: prompts alone
    bool prompts = false;
    std::size_t n = 0;  // sequences, ranks x the largest batch
    double context = 0;
    double first = 0, last = 0;  // s, its first and last step
};

class Replica {
public:
    static constexpr double never = std::numeric_limits<double>::infinity();

    // What is pointed to outlives this. `one_by_one`: every step alone, for comparison.
    Replica(const Pool& pool, StepTimes& times, bool one_by_one = false);

    double end() const { return stretch_.end; }  // of the stretch under way; never: idle
    const Stretch& stretch() const { return stretch_; }
    bool idle() const { return stretch_.end == never; }
    std::size_t waiting() const;
    double used(double now) const;  // share of the cache's memory in use
    // Blocks of its prompt that are held, by the rank that has most.
    std::size_t match(const Request& request, double now);

    // A request for the scheduler. A stretch under way is cut at the next step's end when it could
    // be admitted there. An idle replica needs begin().
    void enter(Flights& flights, std::uint32_t flight, double now);
    // What the stretch under way has brought, at its end; then begin() the next.
    void finish(Flights& flights, Ended& ended);
    void begin(Flights& flights, double now);
    // The replica fails: every flight it had, its tokens so far kept and its cache lost.
    std::vector<std::uint32_t> fail(Flights& flights, Ended& ended, double now);

    std::size_t outstanding = 0;  // for routers
    double front_free = 0;        // s, when the front end has handled all it was given
    bool alive = true;
    ReplicaCounts counts{};

private:
    struct Finish {
        std::uint64_t step = 0, admitted = 0;
        std::uint32_t flight = 0;
        friend auto operator<=>(const Finish&, const Finish&) = default;
    };
    struct Rank {
        std::map<std::int32_t, std::deque<std::uint32_t>> waiting{};  // by priority
        std::size_t queued = 0;
        std::vector<std::uint32_t> prompts{};  // admitted, not yet whole
        std::vector<double> chunks{};          // tokens of each in this step
        std::vector<Finish> decoding{};        // heap, the earliest first
        std::uint64_t steps = 0;
        double context = 0;  // tokens, sum of the decoding ones
        double used = 0;     // tokens of cache
        PrefixCache cache{};
    };
    void make_room(Flights& flights, Rank& rank);
    void put_off(Flights& flights, Rank& rank);
    void plan(Flights& flights, Rank& rank);
    bool admit(Flights& flights, Rank& rank, std::uint32_t flight, double& budget);
    void join(Flight& flight, std::uint32_t number, Rank& rank);
    double release(Rank& rank, const Flight& flight, double grown);
    void keep_blocks(Rank& rank, Flight& flight);
    void leave(Flights& flights, Rank& rank, std::uint32_t number, double now, Ended& ended);
    void advance(Flights& flights, Rank& rank, Ended& ended);
    void end_prompts(Flights& flights, Rank& rank, Ended& ended);
    void cut(double now);
    void evict(Rank& rank, double used) const;
    double used(const Rank& rank, double now) const;
    double grown(const Rank& rank, const Flight& flight) const;

    const Pool* pool_;
    StepTimes* times_;
    bool one_by_one_;
    std::vector<Rank> ranks_;
    Stretch stretch_{};
    std::uint64_t admissions_ = 0;
    double stalled_ = 0;  // s that decoding ones have waited for prompts
    std::size_t stalled_sequences_ = 0;
};

}  // namespace sluice::run
