// Request traces as their publishers write them: Azure, Mooncake, Qwen-Bailian, BurstGPT, vidur,
// vLLM, and a CSV of our own (docs/reference/traces.md). The first line tells the format.
//
//   auto trace = TraceReader::open("conv.csv");
//   if (!trace) return trace.error();
//   for (Request r; trace->next(r);) …
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/request.h"
#include "text/csv.h"
#include "text/diagnostic.h"

namespace sluice::run {

struct TraceOptions {
    std::uint64_t skip_bad = 0;  // rows that may be wrong and are passed over
    bool strict = false;         // refuse a trace that is not in order of time
};

struct Trace {
    std::string_view format{};
    std::uint32_t block_tokens = 0;  // of Request::blocks; 0: nothing is said of contents
    std::uint64_t rows = 0;          // requests
    std::uint64_t failed = 0;        // requests that failed when they were recorded: passed over
    std::uint64_t bad = 0;           // rows that are wrong
    double first = 0, last = 0;      // arrivals, s
    text::Diagnostics warnings{};    // bad rows, the first 20 of them; a file out of order
};

struct TraceFormat;

class TraceReader {
public:
    // Reads the file once to count, to check every row and their order; memory does not grow with
    // the file. One that is not in order of time is then held in memory and sorted, equal times as
    // they stand.
    static text::Result<TraceReader> open(const std::filesystem::path& path,
                                          const TraceOptions& options = {});

    const Trace& facts() const { return facts_; }

    // The next request; false at the end. Without blocks nothing is allocated.
    bool next(Request& request);

    // From now on `requests` of them: the trace from its start, and again and again, each time
    // later by its span and its mean gap. What is read again is held in memory when it is at most
    // 1,000,000 rows without blocks.
    void repeat(std::uint64_t requests);

private:
    enum class Row : std::uint8_t { request, failed, bad };
    void rewind();
    Row read(Request& request);
    bool stream(Request& request);
    void hold();
    text::Diagnostics survey(const TraceOptions& options);

    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, &std::fclose};
    std::string name_{};
    std::optional<text::CsvReader> reader_{};  // of JSON too, whose lines are rows that failed
    text::CsvRow row_{};
    const TraceFormat* format_ = nullptr;
    bool json_ = false;
    std::size_t columns_ = 0;
    std::array<std::size_t, 6> column_{};  // of each key; past the last: not there
    std::int64_t time_ = 0;                // ns, of the row
    std::int64_t start_ = 0;               // ns, of the trace's time zero
    std::string problem_{};                // of a bad row

    Trace facts_{};
    std::vector<Request> held_{};
    std::uint64_t at_ = 0;  // rows given since the start
    std::uint64_t left_ = 0;
    double shift_ = 0;  // s
};

struct LengthFigures {  // tokens; percentiles are lengths that occur
    double mean = 0;
    std::uint32_t p50 = 0, p90 = 0, p99 = 0, most = 0;
};

struct TraceFigures {
    std::uint64_t requests = 0;
    double span = 0;                // s, from the first arrival to the last
    double rate = 0;                // requests a second between them; NaN without a span
    std::uint64_t peak_minute = 0;  // most arrivals in a minute, minutes counted from the first
    LengthFigures input{}, output{};
    // Of a cache that never forgets: a block hits when it and all before it in its prompt were in
    // requests before this one.
    std::uint64_t blocks = 0, hit_blocks = 0;
};

// Reads to the end. Memory grows with different lengths and different blocks.
TraceFigures describe(Requests requests);

}  // namespace sluice::run
