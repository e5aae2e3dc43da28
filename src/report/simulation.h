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

// One stretch as an event of Chrome's trace format, which Perfetto opens; rows are joined by commas
// in `[` and `]`.
std::string trace_event(const run::Busy& busy);

}  // namespace sluice::report
