// What simulate, capacity, sweep and check share: a fleet and its traffic, as flags state them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cli/ground.h"
#include "report/simulation.h"
#include "run/request.h"

namespace sluice::cli {

// Requests that can be asked for again and again, faster or slower.
struct Source {
    std::string name{};
    double rate = 0;                  // requests a second
    std::uint64_t count = 0;          // of those held in memory
    double input = 1, output = 1;     // mean tokens
    std::uint32_t block_tokens = 16;  // of Request::blocks
    std::function<run::Requests(double speed)> open{};
};
// `held`: the requests are kept in memory, for those who ask often.
text::Result<Source> asked_source(const Command& command, const std::filesystem::path& data,
                                  bool held);
// The same in two parts: a trace at its own speed, then at that of --rate.
text::Result<Source> asked_traffic(const Command& command, const std::filesystem::path& data,
                                   bool held);
text::Result<Source> at_asked_rate(const Command& command, Source source);
run::Watch asked_watch(const Command& command, const report::Site& site);

// The fleet that --chip, --pool and the scheduler's flags state, for a source's mean request.
text::Result<std::unique_ptr<report::Site>> asked_site(const Command& command, const Ground& ground,
                                                       const Source& source);

// What --trace's requests see on a deal's chips: fields for check's compute section.
text::Result<std::vector<report::Field>> replayed_on(const Command& command, const Ground& ground,
                                                     const facts::Chip& chip, double quantity,
                                                     std::string_view model);

}  // namespace sluice::cli
