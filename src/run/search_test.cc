#include "run/search.h"
#include "run/plain_chip_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace sluice::run {
namespace {

using workload::Plan;
using workload::Precision;

struct Tried {
    double points = 0;
    double best = -1e99;
};

// Every plan of up to eight chips and every number of requests, one by one: degrees are drawn
// without a thought for which make sense, and only what cannot be is left out.
Tried by_hand(const Space& space, const Demand& demand) {
    Tried tried;
    for (int code = 0; code < 8 * 8 * 8 * 8 * 8; ++code) {
        Plan plan{.tp = code % 8 + 1,
                  .pp = code / 8 % 8 + 1,
                  .ep = code / 64 % 8 + 1,
                  .moe_tp = code / 512 % 8 + 1,
                  .attention_dp = code / 4096 + 1};
        const bool experts = space.setup.model->blocks.back().ffn.experts > 0;
        const int stage = plan.tp * plan.attention_dp;
        if (stage * plan.pp > space.chips || uneven(*space.setup.model, plan)) continue;
        if (experts ? plan.ep * plan.moe_tp != stage
                    : plan.ep * plan.moe_tp * plan.attention_dp > 1)
            continue;
        plan.dp = space.chips / (stage * plan.pp);
        auto setup = space.setup;
        setup.plan = plan;
        setup.formats = space.formats.front();
        const double held = sequence_capacity(setup, demand.input + demand.output);
        const double most = std::min(held, setup.engine->most_sequences * plan.attention_dp);
        for (int n = 1; n <= most; ++n) {
            ++tried.points;
            const auto point = evaluate(setup, demand, n);
            if (demand.most_tpot > 0 && point.tpot > demand.most_tpot) continue;
            const double rate = point.output_rate * plan.dp;
            tried.best = std::max(tried.best,
                                  demand.objective == Objective::cost ? rate / plan.chips() : rate);
        }
    }
    return tried;
}

TEST(SearchServing, FindsWhatTryingEverythingFinds) {
    const auto models =
        *facts::load_models(std::filesystem::path{SLUICE_SOURCE_DIR} / "data/models");
    const auto chip = plain_chip();
    const Engine engine{.id = "plain", .most_sequences = 24};
    for (const auto* name : {"llama-3.1-8b", "mixtral-8x7b"})
        for (const double most_tpot : {0.0, 0.02, 0.008})
            for (const auto objective : {Objective::throughput, Objective::cost}) {
                Space space{.setup = {.model = facts::find_model(models, name),
                                      .chip = &chip,
                                      .engine = &engine,
                                      .memory = 80e9},
                            .formats = {{}},
                            .chips = 8};
                const Demand demand{
                    .input = 2000, .output = 500, .most_tpot = most_tpot, .objective = objective};
                SCOPED_TRACE(std::string{name} + " " + std::to_string(most_tpot));
                const auto tried = by_hand(space, demand);
                const auto found = search_serving(space, demand);
                EXPECT_EQ(found.counts.points, tried.points);
                ASSERT_FALSE(found.best.empty());
                // Tiles make a few requests more a little quicker than fewer: within a hundredth.
                EXPECT_GE(found.best.front().score, 0.99 * tried.best);
                EXPECT_LE(found.best.front().score, tried.best * (1 + 1e-12));
            }
}

}  // namespace
}  // namespace sluice::run
