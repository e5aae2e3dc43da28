// Any bytes as a request trace: every line is a request, failed or bad, requests are in order of
// time and as the header of Request says, and the trace begins again the same.
// Seeds: fuzz/corpus/trace
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "run/trace.h"
#include "text/file.h"

namespace {

using sluice::run::Request;

void demand(bool holds) {
    if (!holds) std::abort();
}

// The requests until the end, which are `facts.rows` in order of time.
double read(sluice::run::TraceReader& trace) {
    const auto& facts = trace.facts();
    std::uint64_t rows = 0;
    double before = -1, sum = 0;
    for (Request r; trace.next(r); ++rows) {
        demand(r.arrival >= 0 && r.arrival >= before && r.arrival <= facts.last);
        demand(r.input >= 1 && r.output >= 1);
        const std::size_t block = facts.block_tokens;
        demand(block == 0 ? r.blocks.empty() : r.blocks.size() <= (r.input - 1) / block + 1);
        before = r.arrival;
        sum += r.arrival + r.input + r.output;
    }
    demand(rows == facts.rows);
    return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const int file = memfd_create("trace", 0);
    if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
    auto trace = sluice::run::TraceReader::open("/proc/self/fd/" + std::to_string(file),
                                                {.skip_bad = UINT64_MAX});
    close(file);
    if (trace) {
        const double sum = read(*trace);
        trace->repeat(trace->facts().rows);
        demand(read(*trace) == sum);
    }
    demand(trace || !trace.error().empty());
    const auto text = sluice::text::render(trace ? trace->facts().warnings : trace.error());
    demand(sluice::text::first_invalid_utf8(text) == std::string::npos);
    return 0;
}
