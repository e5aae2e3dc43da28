// How long one iteration takes to time, from nothing and once prepared, and how fast plans are
// found.
//
// Usage: plans DATA [REPEATS]. Prints what,value,unit lines; medians of REPEATS rounds.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "report/machine.h"
#include "run/search.h"
#include "run/step_times.h"
#include "text/diagnostic.h"

using namespace sluice;

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class T>
T need(text::Result<T> read) {
    if (read) return std::move(*read);
    fmt::print(stderr, "{}", text::render(read.error()));
    std::exit(1);
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values,
                             values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

// One decode step of DeepSeek-R1 on 16 H20, of varied batch and context: seconds a step.
void iterations(const run::Setup& setup, int repeats) {
    std::vector<double> naive, prepared, errors;
    std::mt19937_64 random{1};
    constexpr int steps = 2000;
    std::vector<std::pair<std::size_t, double>> asked(steps);
    for (auto& [batch, context] : asked) {
        batch = 1 + random() % 800;
        context = 100 + static_cast<double>(random() % 16000);
    }
    std::vector<workload::Operator> ops;
    run::StepTimes ready{setup};
    double sum = 0;
    for (int i = 0; i < repeats; ++i) {
        auto start = Clock::now();
        for (const auto& [batch, context] : asked)
            sum += run::stage_span(
                       setup,
                       {.decode_sequences = static_cast<double>(batch), .decode_context = context},
                       ops)
                       .total();
        naive.push_back(since(start) / steps);
        for (const auto& [batch, context] : asked) sum += ready.decode(batch, context);
        start = Clock::now();
        for (const auto& [batch, context] : asked) sum += ready.decode(batch, context);
        prepared.push_back(since(start) / steps);
    }
    for (const auto& [batch, context] : asked) {
        const double exact =
            run::stage_span(
                setup, {.decode_sequences = static_cast<double>(batch), .decode_context = context},
                ops)
                .total();
        errors.push_back(std::abs(ready.decode(batch, context) / exact - 1));
    }
    fmt::print("one iteration of DeepSeek-R1 from nothing,{},us\n", 1e6 * median(naive));
    fmt::print("one iteration once prepared,{},ns\n", 1e9 * median(prepared));
    fmt::print("prepared against from nothing median error,{},%\n", 100 * median(errors));
    fmt::print("prepared against from nothing largest error,{},%\n",
               100 * *std::ranges::max_element(errors));
    if (sum < 0) fmt::print("\n");  // so that nothing is left out
}

void searches(const report::Machine& machine, const facts::Model& model, int repeats) {
    for (const int chips : {8, 16, 32, 64, 128}) {
        run::Space space{.setup = {.model = &model,
                                   .chip = &machine.timing,
                                   .engine = machine.engine,
                                   .memory = machine.memory},
                         .formats = *report::formats_asked(model, machine, "", false),
                         .chips = chips};
        const run::Demand demand{.input = 4000, .output = 1000, .most_tpot = 0.05};
        std::vector<double> seconds;
        run::ServingSearch found;
        for (int i = 0; i < repeats; ++i) {
            const auto start = Clock::now();
            found = run::search_serving(space, demand);
            seconds.push_back(since(start));
        }
        const double wall = median(seconds);
        fmt::print("search of {} chips,{},ms\n", chips, 1e3 * wall);
        fmt::print("points of {} chips,{},points\n", chips, found.counts.points);
        fmt::print("points a second of {} chips,{},points/s\n", chips, found.counts.points / wall);
    }
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) {
        fmt::print(stderr, "usage: plans DATA [REPEATS]\n");
        return 2;
    }
    const std::filesystem::path data{words[1]};
    const int repeats = count > 2 ? std::max(1, std::stoi(words[2])) : 5;
    const auto ground = need(report::load_ground(data, need(facts::load(data))));
    const auto* model = need(report::model_named(ground, "deepseek-r1"));
    const auto machine = need(report::machine(ground, "h20", "", false));
    iterations({.model = model,
                .plan = {.tp = 1, .ep = 16, .attention_dp = 16},
                .formats = report::formats_asked(*model, machine, "", false)->front(),
                .chip = &machine.timing,
                .engine = machine.engine,
                .memory = machine.memory},
               repeats);
    searches(need(report::machine(ground, "h200-sxm", "", false)), *model, repeats);
}
