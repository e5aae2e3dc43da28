// Search: which plan serves, or trains, a model best on so many chips.
//
// Serving: every cut of every instance size that divides the model (tensor, pipeline and attention
// data parallelism, experts by ep x moe_tp), every number format offered, every number of requests
// in flight. A point is one of these three together. Closed forms decide first: points that memory
// cannot hold are counted and dropped. Of the rest only few are evaluated: throughput grows with
// the requests in flight, and so does the time of a token, so that the most that memory holds
// bounds a plan, and the most within an objective is found by bisection. An answer is always
// serving.h's own.
//
// Ties and order: plans are visited from small instances to large ones; the first best is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "run/serving.h"
#include "run/training.h"

namespace sluice::run {

// What one instance does: whole requests, only their prompts, or only their tokens.
enum class Role : std::uint8_t { both, prefill, decode };
// Tokens a second of all chips; seconds a request; tokens a second and chip in use.
enum class Objective : std::uint8_t { throughput, latency, cost };
inline constexpr std::string_view objective_names[] = {"throughput", "latency", "cost"};

struct Demand {
    double input = 0, output = 1;         // tokens a request; output >= 1
    double drafted = 0, emitted = 1;      // speculation, as Traffic
    double concurrency = 0;               // requests in flight on all chips; 0: as many as go
    double most_ttft = 0, most_tpot = 0;  // s; 0: no objective. Without queues: see serving.h
    Role role = Role::both;
    Objective objective = Objective::throughput;
};

// Degrees that the caller fixes; 0: free. `dp` is replicas when serving.
struct Degrees {
    int tp = 0, pp = 0, dp = 0, cp = 0, ep = 0, moe_tp = 0, attention_dp = 0;
    friend bool operator==(const Degrees&, const Degrees&) = default;
};

struct Space {
    Setup setup{};                             // its plan and formats are what is searched for
    std::vector<workload::Formats> formats{};  // in order of preference
    int chips = 1;
    int largest_instance = 128;  // chips of one replica
    Degrees fixed{};
};

struct Deployment {
    workload::Plan plan{};
    workload::Formats formats{};
    double in_flight = 0;  // requests of one replica
    ServingPoint point{};
    double rate = 0;   // tokens/s of all replicas: generated ones, or prompts' for Role::prefill
    double chips = 0;  // of all replicas
    double score = 0;  // what the search maximises
};

struct SearchCounts {
    double plans = 0;      // valid cuts times formats
    double points = 0;     // plans x formats x requests in flight
    double too_large = 0;  // plans that memory cannot hold
    double too_slow = 0;   // plans that keep no objective
    double bounded = 0;    // plans that a better one's bound excludes
    double evaluated = 0;  // points whose time was computed
};

struct ServingSearch {
    std::vector<Deployment> best{};  // best first, each another plan
    SearchCounts counts{};
    // The quickest token or first token of any plan that fits: what an objective asked too much of.
    double least_tpot = 0, least_ttft = 0;
};

// Requires: setup.model, chip and engine; chips >= 1.
ServingSearch search_serving(const Space& space, const Demand& demand, std::size_t keep = 5);

// One point, as the search sees it: `in_flight` requests of one replica of space.setup.
ServingPoint evaluate(const Setup& setup, const Demand& demand, double in_flight);

// Which degree does not cut the model into equal parts, and what it should have cut: heads,
// feed-forward widths, experts, layers. None when the model can be cut so.
struct Uneven {
    std::string_view degree{};
    int by = 1, count = 0;
    std::string_view what{};
};
std::optional<Uneven> uneven(const facts::Model& model, const workload::Plan& plan);

// The plan of fewest chips (at most 4,096) that holds one request of this length, with its need.
struct Smallest {
    workload::Plan plan{};
    workload::Formats formats{};
    workload::Footprint need{};
};
std::optional<Smallest> smallest_plan(const Space& space, double length);

// ---- training ---------------------------------------------------------------------------------

constexpr double training_share = 0.95;  // of a chip's memory that a plan may take

struct TrainingSpace {
    Setup setup{};
    int chips = 1;
    Degrees fixed{};
    Training
        training{};  // its sequence and global batch, and chunks where a pipeline has more than 2
    // Searched where not stated; only what cuts the global batch into whole micro-batches.
    std::optional<double> micro_batch{};
    std::optional<workload::Recompute> recompute{};
    std::optional<Schedule> schedule{};
    std::size_t keep = 5;
};

struct TrainingPlan {
    workload::Plan plan{};
    Training training{};
    TrainingStep step{};
    workload::Footprint memory{};
    double total_memory() const {
        return memory.weights + memory.gradients + memory.optimizer + memory.activations;
    }
};

struct TrainingSearch {
    std::vector<TrainingPlan> best{};  // quickest step first, each another plan
    std::optional<TrainingPlan>
        leanest{};  // least memory of all valid plans; its step is not timed
    double points = 0, too_large = 0, evaluated = 0;
};

// True when so many micro-batches can be run so: two chunks a rank need a layer each, and DualPipe
// feeds pairs of stages from both ends, each end one micro-batch a stage or more.
bool schedules(Schedule schedule, const workload::Plan& plan, int layers, double micro_batches);

TrainingSearch search_training(const TrainingSpace& space);

}  // namespace sluice::run
