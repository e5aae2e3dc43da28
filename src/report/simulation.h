// What users of a simulated service see: latencies, rates, the state of its replicas, its cost.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "report/performance.h"
#include "run/fleet.h"

namespace sluice::report {

// A fleet ready to be simulated, with what it is made of. Nothing in it may be moved: `fleet`
// points into `machines`.
struct Site {
    Work work{};  // of a mean request; its objectives are those of a good request
    std::deque<Machine> machines{};  // of each pool
    run::Fleet fleet{};
    // Adds a pool of `chips` chips (0: as perform() chooses) of a machine: the best plan found for
    // the work in its role, `replicas` of it (0: as many as the chips make), with an engine's own
    // scheduler.
    text::Result<void> add(Machine machine, const Work& asked, int replicas,
                           std::string_view scheduler);
    double chips(std::size_t pool) const;  // of one replica
    double chips() const;                  // of all
};

Sheet sheet_of(const Site& site, const std::string& traffic, const run::Outcome& out,
               const Bill& bill);
// The latencies alone: for a fleet's size, or a row of a sweep.
Section latencies(const run::Outcome& out);

// A row of a request's times, and the header of such a file.
inline constexpr std::string_view served_header =
    "id,arrival_s,input_tokens,output_tokens,ttft_s,tpot_s,latency_s,cached_tokens,preempted,"
    "rejected\n";
std::string served_row(const run::Served& served);

// What a row of a sweep says of a run, and its part of the header, each behind a comma.
inline constexpr std::string_view run_header =
    ",requests,answered,rejected,good_share,tokens_per_s,tokens_per_s_per_chip,chips,"
    "ttft_mean_s,ttft_p50_s,ttft_p90_s,ttft_p99_s,tpot_mean_s,tpot_p50_s,tpot_p90_s,tpot_p99_s,"
    "latency_mean_s,latency_p50_s,latency_p90_s,latency_p99_s,own_low_usd_per_mtok,"
    "own_high_usd_per_mtok,signature";
std::string run_row(const Site& site, const run::Outcome& out, const Bill& bill);

// One stretch as an event of Chrome's trace format, which Perfetto opens; rows are joined by commas
// in `[` and `]`.
std::string trace_event(const run::Busy& busy);

}  // namespace sluice::report
