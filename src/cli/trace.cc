#include <fmt/format.h>

#include "cli/ground.h"
#include "run/arrivals.h"
#include "run/trace.h"
#include "text/ascii.h"
#include "text/number.h"

namespace sluice::cli {

using report::figure;
using report::whole;
namespace fs = std::filesystem;

namespace {

// `chat` and others of data/traffic, or `fixed:I,O`.
text::Diagnostics read_lengths(const fs::path& data, std::string_view which, run::Arrivals& to) {
    auto rest = which;
    if (text::take_until(rest, ':') != "fixed")
        return run::read_traffic(data / fmt::format("traffic/{}.toml", which), to);
    const auto input = text::parse_number<std::uint32_t>(text::take_until(rest, ','));
    const auto output = text::parse_number<std::uint32_t>(rest);
    if (input.value_or(0) == 0 || output.value_or(0) == 0)
        return {{.message = fmt::format("`--lengths {}` is no number of tokens in and out", which),
                 .hint = "such as `--lengths fixed:1024,128`"}};
    to.lengths = {{.input = {{1, *input}}, .output = {{1, *output}}}};
    return {};
}

// Over the whole cycle.
void set_mean_rate(run::Arrivals& arrivals, double rate) {
    double requests = 0, from = 0;
    for (const auto& s : arrivals.cycle) {
        requests += (s.until - from) * s.rate;
        from = s.until;
    }
    for (auto& s : arrivals.cycle) s.rate *= rate * from / requests;
}

report::Sheet sheet_of(const std::string& file, const run::Trace& facts,
                       const run::TraceFigures& f) {
    report::Sheet sheet{.subject = fmt::format("{} (format {})", file, facts.format)};
    sheet.head = {{"format", "", {facts.format}}, {"block_tokens", "", whole(facts.block_tokens)}};
    sheet.sections.push_back({.key = "requests",
                              .fields = {{"count", "requests", whole(f.requests)},
                                         {"failed", "failed when recorded", whole(facts.failed)},
                                         {"bad", "wrong rows", whole(facts.bad)},
                                         {"span_s", "span", figure(f.span, "s")},
                                         {"rate", "mean rate", figure(f.rate, "requests/s")},
                                         {"peak_minute", "fullest minute", whole(f.peak_minute)}}});
    auto& lengths = sheet.sections.emplace_back();
    lengths.key = "lengths";
    lengths.title = "Tokens";
    lengths.set_columns("of=|mean=mean>|p50=p50>|p90=p90>|p99=p99>|most=most>");
    for (const auto& [of, l] : {std::pair{"input", f.input}, {"output", f.output}})
        lengths.row(of, figure(l.mean), figure(l.p50), figure(l.p90), figure(l.p99),
                    figure(l.most));
    const auto share = static_cast<double>(f.hit_blocks) / static_cast<double>(f.blocks);
    auto& prefix = sheet.sections.emplace_back();
    prefix.key = "prefix";
    prefix.fields = {{"blocks", "blocks of prompts", whole(f.blocks)},
                     {"hit_blocks", "seen before, prefixes", whole(f.hit_blocks)},
                     {"hit_share", "share", report::percent(share)}};
    if (facts.block_tokens > 0)
        prefix.title = "A cache that forgets nothing";
    else
        for (auto& field : prefix.fields) field.label.clear();
    return sheet;
}

}  // namespace

text::Result<run::Arrivals> asked_arrivals(const Command& command, const fs::path& data) {
    const auto& flags = command.invocation;
    const auto kind = flags.value("--arrivals"), client = flags.value("--client");
    const double cv = flags.number("--cv", kind == "gamma" ? 2 : 0), rate = flags.number("--rate");
    const double requests = flags.number("--requests", flags.has("--hours") ? 1e18 : 1000);
    text::Diagnostics problems;
    run::Arrivals arrivals{.requests = static_cast<std::uint64_t>(requests),
                           .seconds = 3600 * flags.number("--hours", INFINITY),
                           .seed = static_cast<std::uint64_t>(flags.number("--seed", 1))};
    if (flags.has("--lengths") || client.empty())
        problems = read_lengths(data, flags.has("--lengths") ? flags.value("--lengths") : "chat",
                                arrivals);
    if (problems.empty() && !client.empty())
        problems = run::read_client(client, arrivals);
    else if (problems.empty() && kind == "diurnal")
        problems = run::read_traffic(data / "traffic/day.toml", arrivals);
    if (!problems.empty()) return std::unexpected{problems};
    if (arrivals.cycle.empty()) arrivals.cycle = {{.until = 86400, .rate = 1}};
    if (rate > 0) set_mean_rate(arrivals, rate);
    for (auto& s : arrivals.cycle)
        if (cv > 0) s = {.until = s.until, .rate = s.rate, .shape = 1 / (cv * cv)};
    return arrivals;
}

namespace verb {

int trace_describe(const Command& command) {
    const auto skip = command.invocation.number("--skip-bad");
    const auto file = command.invocation.argument();
    auto trace = run::TraceReader::open(
        file, {.skip_bad = static_cast<std::uint64_t>(skip), .strict = command.has("--strict")});
    if (!trace) return command.refuse(trace.error());
    command.tell(trace->facts().warnings);
    const auto figures = run::describe([&](run::Request& r) { return trace->next(r); });
    return command.print(sheet_of(file, trace->facts(), figures));
}

int trace_make(const Command& command) {
    const auto data = find_data(command);
    if (!data) return command.refuse(data.error());
    auto made = asked_arrivals(command, *data);
    if (!made) return command.refuse(made.error());
    std::string rows = "arrival_s,input_tokens,output_tokens\n";
    run::Request r;
    for (auto next = run::generate(std::move(*made)); next(r);) {
        fmt::format_to(std::back_inserter(rows), "{:.9f},{},{}\n", r.arrival, r.input, r.output);
        if (rows.size() < 1 << 16 || command.has("--out")) continue;
        command.print(rows);
        rows.clear();
    }
    return deliver(command, rows);
}

}  // namespace verb

}  // namespace sluice::cli
