// A service: requests through a router to replicas, until the last one is answered.
//
//   Fleet fleet{.pools = {pool}, .router = Router::least_outstanding};
//   const auto outcome = simulate(fleet, requests, {.most_ttft = 2, .most_tpot = 0.05});
//
// Events are arrivals, ends of stretches, entries after the front end or a transfer, failures,
// recoveries and checks of the queue; of two at one time the earlier made goes first. Every run
// checks itself: each request is answered or rejected, each token comes out once, and the integral
// of requests in the system is the sum of their times (Little's law).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "run/replica.h"

namespace sluice::run {

enum class Router : std::uint8_t { round_robin, least_outstanding, least_memory, prefix };
inline constexpr std::string_view router_names[] = {"round-robin", "least-outstanding", "kv-aware",
                                                    "prefix-aware"};

// Replica `replica` (of all pools, in order) fails at a time and is back at another.
struct Outage {
    std::size_t replica = 0;
    double from = 0, to = 0;  // s
};

// Of the first pool: while more than `queue` requests a replica wait, one more is started, ready
// after `delay`; one that has had nothing to do since the last check is stopped.
struct Autoscale {
    int least = 0;  // 0: the number of replicas is fixed
    double queue = 8;
    double delay = 60, interval = 10;  // s
};

struct Fleet {
    std::vector<Pool> pools{};
    Router router = Router::least_outstanding;
    std::vector<Outage> outages{};
    Autoscale autoscale{};
    // Of the cache, from a replica for prompts to one for tokens: s + s a token.
    double transfer_latency = 0, transfer_token = 0;
    // Clients of a closed loop, each of which asks again when it is answered; 0: requests come when
    // they say.
    double clients = 0;
    bool one_by_one = false;  // every step alone: slow, for comparison
};

// A request that was answered, or rejected because no replica can hold it.
struct Served {
    std::uint64_t id = 0;
    const Request* request = nullptr;
    double first = 0, end = 0;  // s
    double hit = 0;             // tokens of its prompt that were cached
    int put_off = 0;
    bool rejected = false;
    double ttft() const { return first - request->arrival; }
    double tpot() const { return request->output > 1 ? (end - first) / (request->output - 1) : 0; }
};
// What a replica did, for a timeline.
struct Busy {
    std::size_t replica = 0;
    Stretch stretch{};
};

struct Watch {
    double most_ttft = 0, most_tpot = 0;  // s, of a good request; 0: no objective
    bool exact = false;                   // percentiles
    std::function<void(const Served&)> served{};
    std::function<void(const Busy&)> busy{};
    // Give up once more than so many have missed the objectives.
    std::uint64_t most_missed = UINT64_MAX;
};

struct Outcome {
    std::uint64_t requests = 0, answered = 0, rejected = 0, good = 0;
    double output_tokens = 0;  // of the answered
    double end = 0;            // s, of the last answer
    Percentiles ttft{}, tpot{}, gap{}, latency{};
    std::vector<ReplicaCounts> pools{};
    std::vector<double> pool_seconds{};  // that its replicas were there, all together
    std::uint64_t signature = 0;         // of every answer and its times
    bool gave_up = false;
    std::vector<std::uint64_t> first_rejected{};  // at most 20
    double in_system = 0;                         // mean requests in the system
};

// Requires: at least one pool; every pool that is used fits its model (memory_tokens > 0).
Outcome simulate(const Fleet& fleet, Requests requests, const Watch& watch = {});

}  // namespace sluice::run
