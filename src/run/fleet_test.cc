#include "run/fleet.h"
#include "run/arrivals.h"
#include "run/plain_chip_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>

namespace sluice::run {
namespace {

const std::vector<facts::Model>& models() {
    static const auto all =
        *facts::load_models(std::filesystem::path{SLUICE_SOURCE_DIR} / "data/models");
    return all;
}

std::mt19937_64 seeded(std::uint64_t seed) { return std::mt19937_64(seed); }

// A chip that takes no time and an engine that does: `step` s a step and `sequence` s a sequence.
struct Clockwork {
    timing::ChipTiming chip = plain_chip();
    Engine engine{.id = "clockwork"};
    Pool pool{};
    Clockwork(double step, double sequence, double most_sequences) {
        engine.gap = engine.host_step = engine.host_sequence = 0;
        engine.prefill_factor = engine.decode_factor = 1e-9;
        engine.expert_factor = engine.element_factor = 1e-9;
        engine.host_step = step;
        engine.host_sequence = sequence;
        pool.setup = {.model = facts::find_model(models(), "llama-3.1-8b"),
                      .chip = &chip,
                      .engine = &engine,
                      .memory = 80e9};
        pool.scheduler = {.most_tokens = 1e9, .most_sequences = most_sequences};
        pool.memory_tokens = 1e12;
    }
};

Requests of(std::vector<Request> all) {
    return [all = std::move(all), at = std::size_t{0}](Request& next) mutable {
        if (at == all.size()) return false;
        next = all[at++];
        return true;
    };
}

struct Case {
    Fleet fleet{};
    std::vector<Request> requests{};
};

// Traffic and a fleet of which every part is drawn.
Case drawn(std::mt19937_64& random, const timing::ChipTiming& chip, const Engine& engine) {
    const auto upto = [&](std::uint64_t n) { return random() % n; };
    const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    Case c;
    const auto* name = upto(3) == 0 ? "mixtral-8x7b" : "llama-3.1-8b";
    const auto pool = [&](Role role) {
        Pool p{.setup = {.model = facts::find_model(models(), name),
                         .chip = &chip,
                         .engine = &engine,
                         .memory = 80e9}};
        p.role = role;
        p.scheduler = scheduler_named(scheduler_names[upto(5)], engine);
        p.scheduler.most_sequences = 1 + static_cast<double>(upto(40));
        if (p.scheduler.most_tokens < 1e9)
            p.scheduler.most_tokens = 64 + static_cast<double>(upto(4000));
        p.scheduler.watermark = upto(2) == 0 ? 0 : 0.01;
        p.scheduler.prefix_cache = upto(3) > 0;
        p.replicas = 1 + static_cast<int>(upto(3));
        p.memory_tokens = 16.0 * static_cast<double>(200 + upto(2000));
        p.request_cost = upto(2) == 0 ? 0 : 0.002 * unit();
        p.block_tokens = 16;
        if (upto(4) == 0) p.setup.plan.attention_dp = 2;
        if (upto(4) == 0) p.setup.plan.pp = 2;
        if (upto(4) == 0) {
            p.drafted = 1;
            p.emitted = 1.7;
        }
        return p;
    };
    if (upto(3) == 0) {
        c.fleet.pools = {pool(Role::prefill), pool(Role::decode)};
        c.fleet.transfer_latency = 0.001;
        c.fleet.transfer_token = 1e-6;
    } else {
        c.fleet.pools = {pool(Role::both)};
        if (upto(2) == 0) c.fleet.pools.push_back(pool(Role::both));
    }
    c.fleet.router = static_cast<Router>(upto(4));
    if (upto(3) == 0) c.fleet.outages = {{0, 0.5 + unit(), 2 + unit()}};
    if (upto(3) == 0) {
        c.fleet.autoscale = {.least = 1, .queue = 2, .delay = 0.3, .interval = 0.2};
        c.fleet.pools[0].replicas = 4;
    }
    double now = 0;
    const double rate = 5 + 200 * unit();
    for (int i = 0; i < 150; ++i) {
        now -= std::log(1 - unit()) / rate;
        Request r{.arrival = now,
                  .input = static_cast<std::uint32_t>(1 + upto(upto(8) == 0 ? 5000 : 900)),
                  .output = static_cast<std::uint32_t>(1 + upto(300)),
                  .priority = static_cast<std::int32_t>(upto(6) == 0)};
        const auto root = upto(5);
        for (std::uint32_t b = 0; upto(2) == 0 && b < r.input / 16; ++b)
            r.blocks.push_back(root * 1000 + b + (b > 20 ? upto(2) * 100000 : 0));
        c.requests.push_back(std::move(r));
    }
    return c;
}

struct Answers {
    std::vector<Served> all{};
    Outcome outcome{};
};
Answers run(const Case& c, bool one_by_one) {
    auto fleet = c.fleet;
    fleet.one_by_one = one_by_one;
    Answers answers;
    answers.outcome =
        simulate(fleet, of(c.requests), {.exact = true, .served = [&](const Served& s) {
                                             answers.all.push_back(s);
                                             answers.all.back().request = nullptr;
                                         }});
    std::ranges::sort(answers.all, {}, &Served::id);
    return answers;
}

TEST(Simulate, StretchesAndSingleStepsAgree) {
    const auto chip = plain_chip();
    const Engine engine{.id = "plain", .host_sequence = 1e-5};
    const std::uint64_t drawn_seed = std::random_device{}();
    double stretches = 0, steps = 0, put_off = 0, hit = 0;
    // The first seed once found requests that a step's budget kept out of a whole stretch.
    for (const auto seed : {std::uint64_t{2647903927}, drawn_seed}) {
        printf("seed %lu\n", static_cast<unsigned long>(seed));
        std::mt19937_64 random(seed);
        for (int i = 0; i < 150; ++i) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", case " << i);
            const auto c = drawn(random, chip, engine);
            const auto fast = run(c, false), slow = run(c, true);
            ASSERT_EQ(fast.all.size(), slow.all.size());
            ASSERT_EQ(fast.outcome.answered, slow.outcome.answered);
            for (std::size_t k = 0; k < fast.all.size(); ++k) {
                const auto &a = fast.all[k], &b = slow.all[k];
                ASSERT_EQ(a.rejected, b.rejected);
                ASSERT_EQ(a.put_off, b.put_off) << "request " << k;
                ASSERT_EQ(a.hit, b.hit) << "request " << k;
                ASSERT_NEAR(a.first, b.first, 1e-9 * std::max(1.0, b.first)) << "request " << k;
                ASSERT_NEAR(a.end, b.end, 1e-9 * std::max(1.0, b.end)) << "request " << k;
            }
            for (const auto& pool : fast.outcome.pools) {
                stretches += pool.stretches;
                steps += pool.steps;
                put_off += pool.put_off;
                hit += pool.hit_tokens;
            }
        }
    }
    EXPECT_LT(stretches, 0.7 * steps);
    EXPECT_GT(put_off, 0);
    EXPECT_GT(hit, 0);
}

// Mean wait of M/D/1: rho D / (2 (1 - rho)).
TEST(Simulate, OneServerOfConstantTimeWaitsAsTheoryHasIt) {
    Clockwork clock(0.01, 0, 1);
    auto random = seeded(7);
    std::exponential_distribution<double> gap(70);
    double now = 0, waits = 0;
    const int n = 300'000;
    simulate({.pools = {clock.pool}},
             [&, left = n](Request& r) mutable {
                 r = {.arrival = now += gap(random), .input = 1, .output = 1};
                 return left-- > 0;
             },
             {.served = [&](const Served& s) { waits += s.ttft() - 0.01; }});
    EXPECT_NEAR(waits / n, 0.7 * 0.01 / (2 * 0.3), 0.03 * 0.0117);
}

// Mean number in M/M/c, and by Little's law the mean time: Erlang's C.
TEST(Simulate, ManyServersOfRandomTimeWaitAsTheoryHasIt) {
    constexpr int c = 4;
    Clockwork clock(0.001, 0, c);
    auto random = seeded(11);
    std::exponential_distribution<double> gap(30), tokens(1.0 / 100);
    double now = 0;
    Watch watch;
    double total = 0;
    watch.served = [&](const Served& s) { total += s.end - s.request->arrival; };
    const int n = 400'000;
    simulate(
        {.pools = {clock.pool}},
        [&, left = n](Request& r) mutable {
            r = {.arrival = now += gap(random),
                 .input = 1,
                 .output = 1 + static_cast<std::uint32_t>(tokens(random))};
            return left-- > 0;
        },
        watch);
    // Tokens are whole and more than zero: 100.5 on average; a request waits half a step to enter.
    const double mean = 0.1005, load = 30 * mean, rho = load / c;
    double sum = 0, term = 1;
    for (int k = 0; k < c; ++k, term *= load / k) sum += term;
    const double tail = term / (1 - rho), wait = tail / (sum + tail) * mean / (c - load);
    EXPECT_NEAR(total / n, wait + mean, 0.02 * (wait + mean));
}

// A step as long as its batch is large shares the processor: mean time is E[S] / (1 - rho).
TEST(Simulate, SharedProcessorsSlowDownAsTheoryHasIt) {
    Clockwork clock(0, 1e-4, 1e9);
    auto random = seeded(13);
    std::exponential_distribution<double> gap(60), tokens(1.0 / 100);
    double now = 0, total = 0;
    const int n = 200'000;
    simulate({.pools = {clock.pool}},
             [&, left = n](Request& r) mutable {
                 r = {.arrival = now += gap(random),
                      .input = 1,
                      .output = 1 + static_cast<std::uint32_t>(tokens(random))};
                 return left-- > 0;
             },
             {.served = [&](const Served& s) { total += s.end - s.request->arrival; }});
    // The first token comes out of the prompt, whose step is no longer for it.
    const double mean = 99.5 * 1e-4, rho = 60 * mean;
    EXPECT_NEAR(total / n, mean / (1 - rho), 0.03 * mean / (1 - rho));
}

TEST(Simulate, RejectsWhatNoReplicaCanHoldAndSaysWhich) {
    Clockwork clock(0.001, 0, 8);
    clock.pool.memory_tokens = 1600;
    const auto out =
        simulate({.pools = {clock.pool}}, of({{.arrival = 0, .input = 100, .output = 10},
                                              {.arrival = 1, .input = 1500, .output = 101},
                                              {.arrival = 2, .input = 1500, .output = 80}}));
    EXPECT_EQ(out.answered, 2u);
    EXPECT_EQ(out.rejected, 1u);
    EXPECT_EQ(out.first_rejected, std::vector<std::uint64_t>{1});
}

// The same seed gives the same run, whatever the build: this number is of all of them.
TEST(Simulate, HasOneSignatureInEveryBuild) {
    const auto chip = plain_chip();
    const Engine engine{.id = "plain"};
    Pool pool{.setup = {.model = facts::find_model(models(), "llama-3.1-8b"),
                        .chip = &chip,
                        .engine = &engine,
                        .memory = 80e9}};
    pool.memory_tokens = 40'000;
    pool.replicas = 2;
    const auto out = simulate({.pools = {pool}},
                              generate({.cycle = {{.until = 3600, .rate = 12, .shape = 0.5}},
                                        .lengths = {{.input = {{1, 3000}}, .output = {{1, 400}}}},
                                        .requests = 2000,
                                        .seed = 42}));
    EXPECT_EQ(out.answered, 2000u);
    EXPECT_EQ(out.signature, 14995581868455410943u);
}

TEST(Percentiles, AreOffByNoMoreThanStatedAndMerge) {
    auto random = seeded(3);
    std::lognormal_distribution<double> value(-3, 2);
    Percentiles exact(true), sketch, half;
    for (int i = 0; i < 20'000; ++i) {
        const double v = value(random);
        exact.add(v);
        (i % 2 ? sketch : half).add(v);
    }
    sketch.merge(half);
    for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999})
        EXPECT_NEAR(sketch.at(share), exact.at(share), Percentiles::error * exact.at(share));
    EXPECT_NEAR(sketch.mean(), exact.mean(), 1e-9 * exact.mean());

    Percentiles one, many;
    one.add_series(0.01, 1e-5, 5000, 3);
    for (int i = 0; i < 5000; ++i) many.add(0.01 + i * 1e-5, 3);
    EXPECT_NEAR(one.mean(), many.mean(), 1e-9);
    EXPECT_EQ(one.count(), many.count());
    EXPECT_NEAR(one.at(0.9), many.at(0.9), 2 * Percentiles::error * many.at(0.9));
}

// Ready steps against step.h, on steps that are drawn; the error of the middle one is printed.
TEST(StepTimes, AreNearWhatStepsTake) {
    const auto chip = plain_chip();
    const Engine engine{.id = "plain"};
    auto random = seeded(5);
    const auto upto = [&](std::uint64_t n) { return static_cast<double>(random() % n); };
    std::vector<double> decode, mixed;
    std::vector<workload::Operator> ops;
    for (const auto* name : {"llama-3.1-8b", "mixtral-8x7b", "deepseek-v3"}) {
        const run::Setup setup{.model = facts::find_model(models(), name),
                               .chip = &chip,
                               .engine = &engine,
                               .memory = 80e9};
        StepTimes times(setup);
        for (int i = 0; i < 300; ++i) {
            const double n = 1 + upto(300), context = 1 + upto(8000), prompt = 1 + upto(8000),
                         past = random() % 2 == 0 ? 0 : upto(9000);
            const auto count = static_cast<std::size_t>(n);
            const workload::Step plain{.decode_sequences = n, .decode_context = context};
            decode.push_back(
                std::abs(times.decode(count, context) / stage_span(setup, plain, ops).total() - 1));
            auto both = plain;
            both.prefill_sequences = 1;
            both.prefill_tokens = prompt;
            both.prefill_context = past;
            mixed.push_back(
                std::abs(times.mixed(count, context,
                                     {prompt, n + prompt, times.prompt_attention(prompt, past)}) /
                             stage_span(setup, both, ops).total() -
                         1));
        }
    }
    std::ranges::sort(decode);
    std::ranges::sort(mixed);
    const auto show = [](const char* what, const std::vector<double>& errors) {
        printf("%s: median %.2f %%, p90 %.2f %%, most %.2f %%\n", what,
               100 * errors[errors.size() / 2], 100 * errors[errors.size() * 9 / 10],
               100 * errors.back());
    };
    show("decode steps", decode);
    show("mixed steps", mixed);
    EXPECT_LT(decode[decode.size() / 2], 0.01);
    EXPECT_LT(mixed[mixed.size() / 2], 0.03);
}

TEST(StepTimes, StretchesAreTheSumOfTheirSteps) {
    const auto chip = plain_chip();
    const Engine engine{.id = "plain"};
    const run::Setup setup{.model = facts::find_model(models(), "llama-3.1-8b"),
                           .chip = &chip,
                           .engine = &engine,
                           .memory = 80e9};
    StepTimes times(setup, 1, 1.6);
    auto random = seeded(9);
    for (int i = 0; i < 300; ++i) {
        const std::size_t n = 1 + random() % 200;
        const double context = 0.5 + static_cast<double>(random() % 5000);
        const std::uint64_t steps = 1 + random() % 3000;
        double sum = 0;
        for (std::uint64_t k = 0; k < steps; ++k)
            sum += times.decode(n, context + 1.6 * static_cast<double>(k));
        EXPECT_NEAR(times.decode(n, context, steps), sum, 1e-9 * sum);
        const double part = sum * static_cast<double>(random() % 1000) / 1000;
        const auto within = times.within(n, context, part, steps);
        EXPECT_LE(times.decode(n, context, within), part * (1 + 1e-12));
        if (within < steps) {
            EXPECT_GT(times.decode(n, context, within + 1), part * (1 - 1e-12));
        }
    }
}

}  // namespace
}  // namespace sluice::run
