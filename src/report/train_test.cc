#include "report/train.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/real_ground_test.h"

namespace sluice::report {
namespace {

Run run_of(std::string_view model, double tokens, int chips) {
    return {.model = *model_named(real().ground, model),
            .model_name = std::string{model},
            .tokens = tokens,
            .space = {.chips = chips, .training = {.sequence = 4096}}};
}

// DeepSeek-V3 as published: 2,048 H800, PP16 EP64 DualPipe, FP8.
Run v3_run() {
    auto run = run_of("deepseek-v3", 14.8e12, 2048);
    run.plan = run::Degrees{.pp = 16, .ep = 64};
    run.space.training.global_batch = 15360;
    run.space.schedule = run::Schedule::dual_pipe;
    run.price = 2;
    return run;
}
Machine h800() { return machine_of("nvidia-h800-sxm-80gb", "hai-llm", true); }

nlohmann::json answer(const Machine& machine, const Run& run) {
    const auto trained = train(machine, run);
    if (!trained) return {};
    const Bill bill{.prices = {real().ground.prices, quantity::make_date(2026, 6, 1)},
                    .place = "US"};
    return nlohmann::json::parse(to_json(sheet_of(real().published, machine, run, *trained, bill)));
}

std::string refusal(const Machine& machine, const Run& run) {
    const auto trained = train(machine, run);
    if (trained) return "none";
    const auto& problem = trained.error().front();
    return problem.message + " | " + problem.label + " | " + problem.hint;
}

// arXiv 2412.19437, table 1, and 2505.09343, table 4.
TEST(Train, DeepSeekV3TakesWhatWasPublished) {
    const auto trained = train(h800(), v3_run());
    ASSERT_TRUE(trained);
    EXPECT_NEAR(trained->chip_hours / 14.8, 180e3, 18e3);
    EXPECT_NEAR(trained->best().step.seconds, 19.93, 1.99);
    EXPECT_NEAR(trained->chip_hours, 2.664e6, 0.2664e6);
    EXPECT_NEAR(trained->seconds / 86400, 54.2, 5.4);
    const auto json = answer(h800(), v3_run());
    EXPECT_NEAR(json["cost_usd"].get<double>(), 5.33e6, 0.53e6);
    EXPECT_NEAR(json["cost_usd"].get<double>(), 2 * json["gpu_hours"].get<double>(), 0.01);
}

TEST(Train, AnswersHoldTogether) {
    const auto json = answer(h800(), v3_run());
    double sum = 0;
    for (const auto& part : json["attribution"]) sum += part["seconds"].get<double>();
    EXPECT_EQ(sum, json["step_time_s"].get<double>());
    const auto number = [&](const char* key) { return json[key].get<double>(); };
    EXPECT_DOUBLE_EQ(number("tokens_per_s_per_chip") * 2048, number("tokens_per_s"));
    EXPECT_NEAR(number("tokens") / number("tokens_per_s") / 86400, number("days"), 1e-6);
    EXPECT_NEAR(number("days") * 24 * 2048, number("gpu_hours"), 1e-3);
    EXPECT_NEAR(number("mfu") / number("mfu_of_format"), 2, 0.01);
    const auto& memory = json["memory_bytes"];
    EXPECT_NEAR(memory["weights"].get<double>() + memory["gradients"].get<double>() +
                    memory["optimizer"].get<double>() + memory["activations"].get<double>(),
                memory["total"].get<double>(), 1);
    EXPECT_LE(memory["total"].get<double>(), memory["capacity"].get<double>());
    EXPECT_EQ(json["plan"]["dp"], 128);
    EXPECT_EQ(json["interval"]["nearest"][0]["model"], "deepseek-v3");
}

TEST(Train, SearchFindsNoWorseThanThePublishedPlan) {
    auto run = v3_run();
    const auto stated = train(h800(), run);
    run.plan.reset();
    const auto found = train(h800(), run);
    ASSERT_TRUE(stated && found);
    EXPECT_LE(found->best().step.seconds, stated->best().step.seconds);
    EXPECT_GT(found->found.best.size(), 1U);
}

TEST(Train, RefusesWhatCannotBeTrained) {
    auto run = run_of("deepseek-v3", 1e12, 2048);
    run.plan = run::Degrees{.pp = 16, .dp = 64, .ep = 64};
    EXPECT_EQ(refusal(h800(), run),
              "the plan takes 1,024 chips, the work has 2,048 |  | `dp128` takes 2,048");
    run.plan = run::Degrees{.pp = 15};
    EXPECT_EQ(
        refusal(h800(), run),
        "the plan takes 15 chips, the work has 2048 |  | degrees whose product divides 2048, or "
        "`--chips 2040`");
    run.plan = run::Degrees{.pp = 16, .ep = 48};
    EXPECT_TRUE(refusal(h800(), run)
                    .starts_with("the plan does not divide the model: ep 48 into 256 experts"));
    run.plan = run::Degrees{.pp = 16, .ep = 64};
    run.space.training.global_batch = 1000;
    EXPECT_EQ(refusal(h800(), run),
              "a global batch of 1,000 sequences does not cut into dp 128 x micro batch 1 |  | "
              "`--global-batch 1024`");
    run.space.training.global_batch = 15360;
    run.space.recompute = workload::Recompute::none;
    const auto large = refusal(h800(), run);
    EXPECT_TRUE(large.starts_with("`deepseek-v3` does not fit on 2,048 chips: ")) << large;
    EXPECT_NE(large.find("most of it activations"), std::string::npos) << large;
    EXPECT_NE(large.find("--recompute attention"), std::string::npos) << large;
    // Weights, gradients and optimizer alone are 16 bytes a parameter.
    const auto small = refusal(h800(), run_of("deepseek-v3", 1e12, 8));
    EXPECT_NE(small.find("`--chips 256 --plan "), std::string::npos) << small;
}

TEST(Train, BatchesThatNobodyStatesSuitThePlan) {
    auto run = run_of("llama-3.1-8b", 1e12, 24);
    run.plan = run::Degrees{.tp = 2};
    run.space.training.sequence = 8192;
    const auto trained = train(machine_of("h100-sxm", "", true), run);
    ASSERT_TRUE(trained);
    EXPECT_EQ(trained->best().training.global_batch, 96);
}

}  // namespace
}  // namespace sluice::report
