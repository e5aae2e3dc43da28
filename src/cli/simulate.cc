#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "cli/output.h"
#include "cli/service.h"
#include "run/arrivals.h"
#include "run/trace.h"
#include "text/ascii.h"
#include "text/number.h"

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

constexpr double most_of_a_pool = 100'000;  // chips, replicas

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
        // Whole, and no more than can be kept in memory.
        const auto count = text::parse_number<std::uint32_t>(value).value_or(0);
        const double number = count <= most_of_a_pool ? count : 0;
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
    if (replica && from && to && *from >= 0 && *to > *from && std::isfinite(*to))
        return run::Outage{*replica, *from, *to};
    return text::refused({.message = fmt::format("`--fail {}` is no outage", given),
                          .hint = "the replica's number from 0, when it fails and when it is back "
                                  "in seconds, as in `--fail 0:60:300`"});
}

void set_scheduler(const Invocation& flags, run::Pool& pool) {
    auto& s = pool.scheduler;
    s.most_tokens = flags.number("--batched-tokens", s.most_tokens);
    s.most_sequences = flags.number("--max-sequences", s.most_sequences);
    s.prefix_cache = !flags.has("--no-prefix-cache");
    if (flags.has("--kv-blocks")) pool.memory_tokens = flags.number("--kv-blocks") * s.block;
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

namespace {

text::Result<Source> replayed(const Command& command) {
    const auto& flags = command.invocation;
    const std::string file{flags.value("--trace")};
    const run::TraceOptions options{
        .skip_bad = static_cast<std::uint64_t>(flags.number("--skip-bad")),
        .strict = flags.has("--strict")};
    auto opened = run::TraceReader::open(file, options);
    if (!opened) return std::unexpected{opened.error()};
    const auto trace = std::make_shared<run::TraceReader>(std::move(*opened));
    const auto& facts = trace->facts();
    command.tell(facts.warnings);
    const auto asked = static_cast<std::uint64_t>(flags.number("--requests"));
    const auto count = asked > 0 ? asked : facts.rows;
    const double span = facts.last - facts.first;
    return Source{.name = fmt::format("{} ({} requests)",
                                      std::filesystem::path{file}.filename().string(), count),
                  .rate = span > 0 ? static_cast<double>(facts.rows - 1) / span : 0,
                  .block_tokens = std::max(1u, facts.block_tokens),
                  .open = [trace, count](double speed) {
                      trace->repeat(count);
                      return faster([trace](Request& r) { return trace->next(r); }, speed);
                  }};
}

// A mean request, of the first ten thousand.
void set_means(Source& source) {
    auto some = source.open(1);
    int count = 0;
    double input = 0, output = 0, last = 0;
    for (Request r; count < 10'000 && some(r); ++count) {
        input += r.input;
        output += r.output;
        last = r.arrival;
    }
    const double seen = std::max(1, count);
    source.input = std::round(input / seen);
    source.output = std::round(output / seen);
    if (source.rate <= 0 && last > 0) source.rate = seen / last;
}

void hold(Source& source) {
    auto all = std::make_shared<std::vector<Request>>();
    auto read = source.open(1);
    for (Request r; read(r); r = {}) all->push_back(r);
    source.count = all->size();
    source.open = [all](double speed) -> run::Requests {
        return [all, speed, at = std::size_t{0}](Request& next) mutable {
            if (at == all->size()) return false;
            next = (*all)[at++];
            next.arrival /= speed;
            return true;
        };
    };
}

}  // namespace

text::Result<Source> asked_traffic(const Command& command, const std::filesystem::path& data,
                                   bool held) {
    const auto& flags = command.invocation;
    Source source;
    if (flags.has("--trace")) {
        auto trace = replayed(command);
        if (!trace) return trace;
        source = std::move(*trace);
    } else {
        auto arrivals = asked_arrivals(command, data);
        if (!arrivals) return std::unexpected{arrivals.error()};
        const auto lengths = flags.value("--lengths");
        source.name = fmt::format("{} traffic", lengths.empty() ? "chat" : lengths);
        source.open = [made = *arrivals](double speed) {
            return faster(run::generate(made), speed);
        };
    }
    set_means(source);
    if (held) hold(source);
    return source;
}

text::Result<Source> at_asked_rate(const Command& command, Source source) {
    const auto& flags = command.invocation;
    if (!flags.has("--trace") || !flags.has("--rate")) return source;
    const double rate = flags.number("--rate");
    if (source.rate <= 0)
        return text::refused({.message = "`--rate` needs a trace whose requests have times",
                              .hint = "all requests of this one arrive at once"});
    source.open = [open = source.open, speed = rate / source.rate](double more) {
        return open(speed * more);
    };
    source.rate = rate;
    return source;
}

text::Result<Source> asked_source(const Command& command, const std::filesystem::path& data,
                                  bool held) {
    auto source = asked_traffic(command, data, held);
    return source ? at_asked_rate(command, std::move(*source)) : source;
}

run::Watch asked_watch(const Command& command, const report::Site& site) {
    const auto& d = site.work.demand;
    return {.most_ttft = d.most_ttft, .most_tpot = d.most_tpot, .exact = command.has("--exact")};
}

namespace {

// --chip's pool and those of --pool.
std::vector<PoolWords> asked_pools(const Command& command, const report::Work& work,
                                   text::Diagnostics& problems) {
    const auto& flags = command.invocation;
    std::vector<PoolWords> pools;
    if (flags.has("--chip"))
        pools.push_back({.chip = std::string{flags.value("--chip")},
                         .chips = static_cast<double>(work.chips),
                         .replicas = flags.number("--replicas")});
    for (const auto& words : flags.values("--pool")) {
        PoolWords pool;
        if (text::keep(pool_words(words), pool, problems)) pools.push_back(pool);
    }
    const auto has = [&](run::Role role) {
        return std::ranges::count(pools, role, &PoolWords::role) > 0;
    };
    if (pools.empty() && problems.empty())
        problems.push_back(
            {.message = "no chip is named", .hint = "`--chip h20` or `--pool \"h20 chips=8\"`"});
    if (flags.number("--replicas") > most_of_a_pool)
        problems.push_back({.message = "`--replicas` is more than a fleet has",
                            .hint = fmt::format("at most {:g}", most_of_a_pool)});
    if (has(run::Role::prefill) != has(run::Role::decode))
        problems.push_back({.message = "a pool for prompts needs one for tokens, and the reverse",
                            .hint = "`role=prefill` in one `--pool`, `role=decode` in another"});
    return pools;
}

text::Result<void> add_pool(const Command& command, const Ground& ground, const Source& source,
                            const PoolWords& words, report::Site& site) {
    const auto& flags = command.invocation;
    auto machine = report::machine(ground, words.chip, flags.value("--engine"), false);
    if (!machine) return std::unexpected{machine.error()};
    auto asked = site.work;
    asked.chips = static_cast<int>(words.chips);
    asked.demand.role = words.role;
    // Only what a side answers for binds its plan.
    if (words.role == run::Role::prefill) asked.demand.most_tpot = 0;
    if (words.role == run::Role::decode) asked.demand.most_ttft = 0;
    if (!words.plan.empty()) {
        const auto plan = degrees_of(words.plan);
        if (!plan) return std::unexpected{plan.error()};
        asked.fixed = *plan;
    }
    const auto scheduler = flags.has("--scheduler") ? flags.value("--scheduler") : "vllm";
    const auto added =
        site.add(std::move(*machine), asked, static_cast<int>(words.replicas), scheduler);
    if (!added) return added;
    auto& pool = site.fleet.pools.back();
    pool.block_tokens = static_cast<int>(source.block_tokens);
    set_scheduler(flags, pool);
    return {};
}

}  // namespace

text::Result<std::unique_ptr<report::Site>> asked_site(const Command& command, const Ground& ground,
                                                       const Source& source) {
    const auto& flags = command.invocation;
    auto work = asked_work(command, ground);
    if (!work) return std::unexpected{work.error()};
    work->demand.input = source.input;
    work->demand.output = source.output;
    auto site = std::make_unique<report::Site>();
    site->work = *work;
    auto& fleet = site->fleet;
    text::Diagnostics problems;
    for (const auto& words : asked_pools(command, *work, problems))
        if (const auto added = add_pool(command, ground, source, words, *site); !added)
            text::append(problems, added.error());
    for (const auto& words : flags.values("--fail")) {
        run::Outage outage;
        if (text::keep(outage_of(words), outage, problems)) fleet.outages.push_back(outage);
    }
    int replicas = 0;
    for (const auto& pool : fleet.pools) replicas += pool.replicas;
    for (const auto& outage : fleet.outages)
        if (problems.empty() && outage.replica >= static_cast<std::size_t>(replicas))
            problems.push_back(
                {.message = fmt::format("there is no replica {} to fail", outage.replica),
                 .hint = fmt::format("the fleet has {}, counted from 0", replicas)});
    fleet.one_by_one = flags.has("--one-by-one");
    auto& scale = fleet.autoscale;
    scale.least = static_cast<int>(flags.number("--autoscale"));
    scale.queue = flags.number("--scale-queue", scale.queue);
    scale.delay = flags.number("--scale-delay", scale.delay);
    if (flags.has("--router"))
        fleet.router = named<run::Router>(run::router_names, flags.value("--router"));
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    set_transfer(*site);
    return site;
}

text::Result<std::vector<report::Field>> replayed_on(const Command& command, const Ground& ground,
                                                     const facts::Chip& chip, double quantity,
                                                     std::string_view model) {
    const auto source = asked_source(command, ground.data, false);
    if (!source) return std::unexpected{source.error()};
    const auto known = report::model_named(ground, model);
    if (!known) return std::unexpected{known.error()};
    auto machine = report::machine(ground, chip, {}, false);
    if (!machine) return std::unexpected{machine.error()};
    report::Site site;
    site.work = {.model = *known,
                 .model_name = std::string{model},
                 .demand = {.input = source->input, .output = source->output},
                 .chips = static_cast<int>(std::min(quantity, 128.0))};
    if (const auto added = site.add(std::move(*machine), site.work, 0, "vllm"); !added)
        return std::unexpected{added.error()};
    auto& pool = site.fleet.pools.front();
    pool.block_tokens = static_cast<int>(source->block_tokens);
    // All of the deal's chips, but no more replicas than a thousand: what is asked of each counts.
    pool.replicas = std::clamp(static_cast<int>(quantity / site.chips(0)), pool.replicas, 1000);
    const auto out = run::simulate(site.fleet, source->open(1));
    const auto both = [](const run::Percentiles& p) {
        return report::between(p.at(0.5), p.at(0.99), "s");
    };
    return std::vector<report::Field>{
        {"trace", "replayed", source->name},
        {"replicas", "on replicas", report::figure(pool.replicas)},
        {"replica_plan", "of plan", report::cut_text(pool.setup.plan)},
        {"simulated_tokens_per_s", "generated",
         report::figure(out.output_tokens / std::max(out.end, 1e-9), "tokens/s")},
        {"ttft_p50,ttft_p99", "first token, p50 .. p99", both(out.ttft)},
        {"tpot_p50,tpot_p99", "a token, p50 .. p99", both(out.tpot)},
        {"rejected", "rejected", report::whole(out.rejected)}};
}

namespace verb {

int simulate(const Command& command, const Ground& ground) {
    const auto& flags = command.invocation;
    const auto source = asked_source(command, ground.data, false);
    if (!source) return command.refuse(source.error());
    const auto site = asked_site(command, ground, *source);
    if (!site) return command.refuse(site.error());
    const auto bill = asked_bill(command, ground);
    if (!bill) return command.refuse(bill.error());
    auto& fleet = (*site)->fleet;
    auto watch = asked_watch(command, **site);
    std::optional<Output> rows, events;
    bool written = true;
    const auto open = [&](std::string_view flag, std::optional<Output>& to, std::string_view head) {
        if (!flags.has(flag)) return;
        to.emplace(command, flags.value(flag));
        written &= to->out && to->write(head);
    };
    open("--per-request", rows, report::served_header);
    open("--timeline", events, "[");
    if (rows)
        watch.served = [&](const run::Served& s) { written &= rows->write(report::served_row(s)); };
    std::string_view between = "\n";
    if (events)
        watch.busy = [&](const run::Busy& b) {
            written &= events->write(between) && events->write(report::trace_event(b));
            between = ",\n";
        };
    if (!written)
        return command.refuse(cannot("write", rows && !rows->out ? rows->path : events->path));
    const auto out = run::simulate(fleet, source->open(1), watch);
    written &= !events || events->write("\n]\n");
    for (auto* file : {&rows, &events})
        if (*file && !(written && (*file)->finish()))
            return command.refuse(cannot("write", (*file)->path));
    return command.print(report::sheet_of(**site, source->name, out, *bill));
}

}  // namespace verb
}  // namespace sluice::cli
