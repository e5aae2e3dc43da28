#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/service.h"
#include "run/arrivals.h"
#include "run/trace.h"
#include "text/ascii.h"
#include "text/file.h"
#include "text/number.h"
#include "text/progress.h"

namespace sluice::cli {
namespace {

using run::Request;

run::Requests faster(run::Requests requests, double speed) {
    if (speed == 1) return requests;
    return [requests = std::move(requests), speed](Request& next) mutable {
        if (!requests(next)) return false;
        next.arrival /= speed;
        return true;
    };
}

// "h20 chips=8 plan=tp8 replicas=2 role=decode"
struct PoolWords {
    std::string chip{}, plan{};
    double chips = 0, replicas = 0;
    run::Role role = run::Role::both;
};
text::Result<PoolWords> pool_words(std::string_view given) {
    constexpr std::string_view roles[] = {"both", "prefill", "decode"};
    PoolWords pool;
    for (auto rest = given; !rest.empty();) {
        const auto word = text::take_until(rest, ' ');
        if (word.empty()) continue;
        auto value = word;
        const auto key = text::take_until(value, '=');
        const auto number = text::parse_number<double>(value).value_or(0);
        const auto* role = std::ranges::find(roles, value);
        if (key == word)
            pool.chip = word;
        else if (key == "plan")
            pool.plan = value;
        else if (key == "chips" && number >= 1)
            pool.chips = number;
        else if (key == "replicas" && number >= 1)
            pool.replicas = number;
        else if (key == "role" && role != std::end(roles))
            pool.role = static_cast<run::Role>(role - std::begin(roles));
        else
            return text::refused(
                {.message = fmt::format("`{}` says nothing of a pool of replicas", word),
                 .hint = "as in `--pool \"h20 chips=8 replicas=2 role=decode plan=tp8\"`; roles "
                         "are both, prefill and decode"});
    }
    if (!pool.chip.empty()) return pool;
    return text::refused({.message = fmt::format("`--pool {}` names no chip", given),
                          .hint = "as in `--pool \"h20 chips=8\"`"});
}

// "2:60:300": replica 2, the third, fails at 60 s and is back at 300 s.
text::Result<run::Outage> outage_of(std::string_view given) {
    auto rest = given;
    const auto replica = text::parse_number<std::size_t>(text::take_until(rest, ':'));
    const auto from = text::parse_number<double>(text::take_until(rest, ':'));
    const auto to = text::parse_number<double>(rest);
    if (replica && from && to && *from >= 0 && *to > *from)
        return run::Outage{*replica, *from, *to};
    return text::refused({.message = fmt::format("`--fail {}` is no outage", given),
                          .hint = "the replica's number from 0, when it fails and when it is back "
                                  "in seconds, as in `--fail 0:60:300`"});
}

void read_scheduler(const Command& command, run::Pool& pool, text::Diagnostics& problems) {
    auto& s = pool.scheduler;
    double blocks = 0;
    for (const auto& number :
         {NumberFlag{"--batched-tokens", &s.most_tokens, 1, true, "tokens of a step"},
          NumberFlag{"--max-sequences", &s.most_sequences, 1, true, "sequences"},
          NumberFlag{"--kv-blocks", &blocks, 1, true, "blocks"}})
        read_number(command, number, problems);
    if (blocks > 0) pool.memory_tokens = blocks * s.block;
    if (command.has("--no-prefix-cache")) s.prefix_cache = false;
}

// All pools with a chip to send caches over: latency, and seconds a token.
void set_transfer(report::Site& site) {
    for (std::size_t p = 0; p < site.fleet.pools.size(); ++p) {
        const auto& pool = site.fleet.pools[p];
        if (pool.role != run::Role::prefill) continue;
        const auto& links = pool.setup.chip->collective;
        site.fleet.transfer_latency = links.out_latency;
        site.fleet.transfer_token =
            workload::kv_bytes_per_token(*site.work.model, pool.setup.formats.kv) /
            (links.out_bandwidth * site.chips(p));
    }
}

}  // namespace

text::Result<Source> source_asked(const Command& command, bool held) {
    const auto& flags = command.invocation;
    Source source;
    double rate = 0, skip = 0, requests = 0;
    text::Diagnostics problems;
    for (const auto& number : {NumberFlag{"--rate", &rate, 1e-6, false, "requests a second"},
                               NumberFlag{"--skip-bad", &skip, 0, true, "rows"},
                               NumberFlag{"--requests", &requests, 1, true, "requests"}})
        read_number(command, number, problems);
    if (!problems.empty()) return std::unexpected{problems};
    const auto count = static_cast<std::uint64_t>(requests);
    if (flags.has("--trace")) {
        const std::string file{flags.value("--trace")};
        const run::TraceOptions options{.skip_bad = static_cast<std::uint64_t>(skip),
                                        .strict = flags.has("--strict")};
        auto trace = run::TraceReader::open(file, options);
        if (!trace) return std::unexpected{trace.error()};
        const auto& facts = trace->facts();
        command.tell(facts.warnings);
        source.name =
            fmt::format("{} ({} requests)", std::filesystem::path{file}.filename().string(),
                        count > 0 ? count : facts.rows);
        source.block_tokens = std::max(1u, facts.block_tokens);
        const double span = facts.last - facts.first;
        source.rate = span > 0 ? static_cast<double>(facts.rows - 1) / span : 0;
        // Opened before, it opens again.
        source.open = [file, options, count](double speed) {
            auto again = std::make_shared<run::TraceReader>(*run::TraceReader::open(file, options));
            if (count > 0) again->repeat(count);
            return faster([again](Request& r) { return again->next(r); }, speed);
        };
    } else {
        auto arrivals = arrivals_asked(command);
        if (!arrivals) return std::unexpected{arrivals.error()};
        source.name =
            fmt::format("{} traffic", flags.has("--lengths") ? flags.value("--lengths") : "chat");
        source.open = [made = *arrivals](double speed) {
            return faster(run::generate(made), speed);
        };
    }
    // A mean request, of the first ten thousand.
    auto some = source.open(1);
    double seen = 0, input = 0, output = 0, last = 0;
    for (Request r; seen < 10'000 && some(r); ++seen) {
        input += r.input;
        output += r.output;
        last = r.arrival;
    }
    if (seen == 0)
        return text::refused({.message = fmt::format("no requests in {}", source.name),
                              .hint = "`sluice trace describe` says what a file holds"});
    source.input = std::round(std::max(1.0, input / seen));
    source.output = std::round(std::max(1.0, output / seen));
    if (source.rate <= 0 && last > 0) source.rate = seen / last;
    double speed = 1;
    if (flags.has("--trace") && rate > 0) {
        if (source.rate <= 0)
            return text::refused({.message = "`--rate` needs a trace whose requests have times",
                                  .hint = "all requests of this one arrive at once"});
        speed = rate / source.rate;
        source.rate = rate;
    }
    if (held) {
        auto all = std::make_shared<std::vector<Request>>();
        auto read = source.open(1);
        for (Request r; read(r); r = {}) all->push_back(r);
        source.open = [all](double times) -> run::Requests {
            return [all, times, at = std::size_t{0}](Request& next) mutable {
                if (at == all->size()) return false;
                next = (*all)[at++];
                next.arrival /= times;
                return true;
            };
        };
    }
    if (speed != 1)
        source.open = [open = source.open, speed](double more) { return open(speed * more); };
    return source;
}

text::Result<std::unique_ptr<report::Site>> site_asked(const Command& command, const Ground& ground,
                                                       const Source& source) {
    const auto& flags = command.invocation;
    const auto compute = ground.compute();
    auto work = work_asked(command, compute);
    if (!work) return std::unexpected{work.error()};
    work->demand.input = source.input;
    work->demand.output = source.output;
    auto site = std::make_unique<report::Site>();
    site->work = *work;
    text::Diagnostics problems;
    std::vector<PoolWords> pools;
    double replicas = 0;
    read_number(command, {"--replicas", &replicas, 1, true, "replicas"}, problems);
    if (flags.has("--chip"))
        pools.push_back({.chip = std::string{flags.value("--chip")},
                         .chips = static_cast<double>(work->chips),
                         .replicas = replicas});
    for (const auto& words : flags.values("--pool")) {
        PoolWords pool;
        if (keep(pool_words(words), pool, problems)) pools.push_back(pool);
    }
    if (pools.empty())
        problems.push_back({.message = "no chip is named",
                            .hint = "`--chip h20` or `--pool \"h20 "
                                    "chips=8\"`"});
    const auto scheduler = flags.has("--scheduler") ? flags.value("--scheduler") : "vllm";
    for (const auto& pool : pools) {
        auto machine = report::machine(compute, pool.chip, flags.value("--engine"), false);
        report::Work asked = *work;
        asked.chips = static_cast<int>(pool.chips);
        asked.demand.role = pool.role;
        // Only what one side answers for binds its plan.
        if (pool.role == run::Role::prefill) asked.demand.most_tpot = 0;
        if (pool.role == run::Role::decode) asked.demand.most_ttft = 0;
        if (!pool.plan.empty()) keep(degrees_of(pool.plan), asked.fixed, problems);
        if (!machine) {
            text::append(problems, machine.error());
            continue;
        }
        const auto added = site->add(*machine, asked, static_cast<int>(pool.replicas), scheduler);
        if (!added) {
            text::append(problems, added.error());
            continue;
        }
        auto& made = site->fleet.pools.back();
        made.block_tokens = static_cast<int>(source.block_tokens);
        read_scheduler(command, made, problems);
    }
    for (const auto& words : flags.values("--fail")) {
        run::Outage outage;
        if (keep(outage_of(words), outage, problems)) site->fleet.outages.push_back(outage);
    }
    auto& scale = site->fleet.autoscale;
    double least = 0;
    for (const auto& number : {NumberFlag{"--autoscale", &least, 1, true, "replicas"},
                               NumberFlag{"--scale-queue", &scale.queue, 0, false, "requests"},
                               NumberFlag{"--scale-delay", &scale.delay, 0, false, "seconds"}})
        read_number(command, number, problems);
    scale.least = static_cast<int>(least);
    if (flags.has("--router"))
        site->fleet.router = named<run::Router>(run::router_names, flags.value("--router"));
    if (problems.empty()) {
        const auto count =
            std::ranges::count(site->fleet.pools, run::Role::prefill, &run::Pool::role);
        const auto others =
            std::ranges::count(site->fleet.pools, run::Role::decode, &run::Pool::role);
        if ((count > 0) != (others > 0))
            problems.push_back(
                {.message = "a pool for prompts needs one for tokens, and the reverse",
                 .hint = "`role=prefill` in one `--pool`, `role=decode` in another"});
    }
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    set_transfer(*site);
    return site;
}

namespace verb {

int simulate(const Command& command) {
    const auto& flags = command.invocation;
    if (const auto without = needs(command, {"--model"}); !without.empty())
        return command.refuse(without, Exit::usage);
    const auto ground = load_ground(command);
    if (!ground) return command.refuse(ground.error());
    const auto source = source_asked(command, false);
    if (!source) return command.refuse(source.error());
    const auto site = site_asked(command, *ground, *source);
    if (!site) return command.refuse(site.error());
    const auto bill = bill_asked(command, *ground);
    if (!bill) return command.refuse(bill.error());
    auto& fleet = (*site)->fleet;
    fleet.one_by_one = flags.has("--one-by-one");
    std::string rows{report::served_header}, events = "[\n";
    text::Progress progress("requests answered");
    run::Watch watch{.most_ttft = (*site)->work.demand.most_ttft,
                     .most_tpot = (*site)->work.demand.most_tpot,
                     .exact = flags.has("--exact"),
                     .progress = [&](std::uint64_t done) { progress.at(done); }};
    if (flags.has("--per-request"))
        watch.served = [&](const run::Served& s) { rows += report::served_row(s); };
    if (flags.has("--timeline"))
        watch.busy = [&](const run::Busy& b) {
            if (events.size() > 2) events += ",\n";
            events += report::trace_event(b);
        };
    const auto out = run::simulate(fleet, source->open(1), watch);
    for (const auto& [flag, data] :
         {std::pair{"--per-request", rows}, {"--timeline", events + "\n]\n"}})
        if (flags.has(flag))
            if (const auto written = text::write_whole(flags.value(flag), data); !written)
                return command.refuse(written.error());
    return print_sheet(command, report::sheet_of(**site, source->name, out, *bill));
}

}  // namespace verb
}  // namespace sluice::cli
