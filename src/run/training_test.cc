#include "run/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <random>

#include "run/search.h"

namespace sluice::run {
namespace {

using facts::Model;
using workload::Plan;
using workload::Precision;

const std::vector<Model>& catalogue() {
    static const auto models =
        *facts::load_models(std::filesystem::path{SLUICE_SOURCE_DIR} / "data/models");
    return models;
}
const Model& model_of(std::string_view id) { return *facts::find_model(catalogue(), id); }

// A chip of the H100's size, not fitted on anything.
timing::ChipTiming some_chip() {
    timing::ChipTiming chip;
    chip.bandwidth = 3.35e12;
    for (auto& peak : chip.peak) peak = 989e12;
    chip.peak[static_cast<std::size_t>(Precision::fp8)] = 1979e12;
    chip.peak[static_cast<std::size_t>(Precision::int8)] = 1979e12;
    auto& c = chip.collective;
    for (auto* lines : {&c.all_reduce, &c.gather, &c.all_to_all})
        *lines = {{{5e-6, 1e-6, 4e10}, {1e-5, 1e-6, 1e11}, {2e-5, 2e-6, 3.6e11}}};
    return chip;
}

// What a setup points at, kept together.
struct Rig {
    const Model* model = nullptr;
    timing::ChipTiming chip = some_chip();
    Engine engine{.id = "plain", .training_factor = 1.2};
    Plan plan{};
    workload::Formats formats{};
    Setup setup() const {
        return {.model = model,
                .plan = plan,
                .formats = formats,
                .chip = &chip,
                .engine = &engine,
                .memory = 80e9};
    }
};

Rig v3_rig() {
    Rig rig{.model = &model_of("deepseek-v3"), .plan = {.pp = 16, .dp = 128, .ep = 64}};
    rig.formats = {.weights = Precision::fp8, .activations = Precision::fp8};
    return rig;
}

TEST(TrainStep, ModelFlopIsThePublishedOne) {
    // DeepSeek-V3 at 4,096 tokens: 385 TFLOP/s a chip at 1,541.7 tokens/s, causal (arXiv
    // 2505.09343, table 4); 0.389 of the H800's 989.4 TFLOP/s in 16 bits.
    const auto rig = v3_rig();
    const auto step = train_step(rig.setup(), {.global_batch = 15360});
    EXPECT_NEAR(step.model_flop_per_token, 385e12 / 1541.7, 0.01 * 385e12 / 1541.7);
    const double rate = step.tokens_per_chip_second * step.model_flop_per_token;
    EXPECT_NEAR(step.mfu, rate / 989e12, 1e-9);
    EXPECT_NEAR(step.format_mfu, rate / 1979e12, 1e-9);
}

TEST(TrainStep, MfuIsOfTheWholeChipWhereSomeOfItMovesData) {
    auto rig = v3_rig();
    rig.engine.reserved = 20;
    rig.chip = with_engine(some_chip(), rig.engine);
    const auto step = train_step(rig.setup(), {.global_batch = 15360});
    EXPECT_NEAR(step.mfu, step.tokens_per_chip_second * step.model_flop_per_token / 989e12, 1e-9);
}

TEST(TrainStep, AdaptersNeedFourFlopAParameter) {
    Rig rig{.model = &model_of("llama-3.1-70b"), .plan = {.tp = 8}};
    const auto full = train_step(rig.setup(), {.global_batch = 8});
    const auto adapters = train_step(rig.setup(), {.global_batch = 8, .frozen_weights = true});
    const double active = workload::parameters(*rig.model).active;
    EXPECT_NEAR(full.model_flop_per_token - adapters.model_flop_per_token, 2 * active, 1);
    EXPECT_LT(adapters.seconds, full.seconds);
}

// Bubbles, in F and B of one micro-batch; W is a third of the passes where there is neither
// attention nor traffic to speak of.
TEST(TrainStep, BubblesAreThoseOfThePapers) {
    Rig rig{.model = &model_of("llama-3.1-8b"), .plan = {.tp = 1, .pp = 8}};
    const auto at = [&](Schedule schedule, int chunks = 1) {
        return train_step(rig.setup(),
                          {.global_batch = 64, .chunks = chunks, .schedule = schedule});
    };
    const auto plain = at(Schedule::one_f_one_b);
    const double passes = plain.forward + plain.backward;
    EXPECT_DOUBLE_EQ(plain.parts.bubble, 7 * passes);
    EXPECT_DOUBLE_EQ(at(Schedule::interleaved, 4).parts.bubble, 7 * passes / 4);
    // arXiv 2401.10241 and 2412.19437, table 2.
    const double weights = (plain.parts.matrix + plain.parts.experts) / 3 / 64;
    EXPECT_NEAR(at(Schedule::zero_bubble).parts.bubble, 7 * (passes - 2 * weights), 1e-9);
    EXPECT_NEAR(at(Schedule::dual_pipe).parts.bubble, 3 * (passes + plain.backward - 3 * weights),
                1e-9);
    // Share of 1F1B: (pp - 1) / (M + pp - 1) of the passes.
    const double all = plain.parts.bubble + 64 * passes;
    EXPECT_NEAR(plain.parts.bubble / all, 7.0 / 71, 1e-12);
}

TEST(TrainStep, SchedulesKeepWhatThePapersSay) {
    const auto rig = v3_rig();
    const auto kept = [&](Schedule schedule) {
        return training_memory(rig.setup(), {.global_batch = 15360,
                                             .chunks = schedule == Schedule::interleaved ? 2 : 1,
                                             .schedule = schedule});
    };
    const auto plain = kept(Schedule::one_f_one_b);
    EXPECT_NEAR(kept(Schedule::dual_pipe).activations / plain.activations, 17.0 / 16, 1e-9);
    EXPECT_EQ(kept(Schedule::dual_pipe).weights, 2 * plain.weights);
    EXPECT_EQ(kept(Schedule::zero_bubble).activations, plain.activations);
    EXPECT_NEAR(kept(Schedule::interleaved).activations / plain.activations, 1 + 15.0 / 32, 1e-9);
}

TEST(SearchTraining, TakesOnlyWhatCutsIntoWholeMicroBatches) {
    Rig rig{.model = &model_of("llama-3.1-8b")};
    TrainingSpace space{.setup = rig.setup(), .chips = 64, .training = {.global_batch = 96}};
    const auto found = search_training(space);
    ASSERT_FALSE(found.best.empty());
    for (const auto& plan : found.best) {
        EXPECT_EQ(plan.plan.chips(), 64);
        EXPECT_EQ(std::fmod(96, plan.plan.dp * plan.training.micro_batch), 0);
        EXPECT_LE(plan.total_memory(), training_share * 80e9);
    }
    EXPECT_TRUE(std::ranges::is_sorted(found.best, {},
                                       [](const TrainingPlan& p) { return p.step.seconds; }));
}

// ---- generated setups
// ----------------------------------------------------------------------------

struct Dice {
    std::mt19937_64 random;
    int below(int n) { return static_cast<int>(random() % static_cast<std::uint64_t>(n)); }
    double between(double low, double high) {
        return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
    }
    template <class T>
    T one_of(std::initializer_list<T> values) {
        return values.begin()[below(static_cast<int>(values.size()))];
    }
};

Rig any_rig(Dice& dice) {
    Rig rig;
    do
        rig.model = &catalogue()[static_cast<std::size_t>(
            dice.below(static_cast<int>(catalogue().size())))];
    while (!rig.model->described());
    auto& chip = rig.chip;
    chip.bandwidth *= dice.between(0.2, 3);
    for (auto& peak : chip.peak) peak *= dice.between(0.2, 3);
    chip.collective.domain = dice.one_of({4, 8, 64});
    chip.collective.out_bandwidth *= dice.between(0.2, 3);
    for (auto* lines :
         {&chip.collective.all_reduce, &chip.collective.gather, &chip.collective.all_to_all})
        for (auto& line : *lines) line.bandwidth *= dice.between(0.2, 3);
    auto& e = rig.engine;
    e.prefill_factor = dice.between(0.8, 1.2);
    e.training_factor = dice.between(0.8, 1.5);
    e.communication_factor = dice.between(0.5, 2);
    e.hidden_traffic = dice.one_of({0.0, 0.3, 1.0});
    e.training_overlap = dice.between(0, 1);
    e.expert_factor = dice.between(0.8, 2.5);
    e.element_factor = dice.between(0.8, 2);
    e.gap = dice.one_of({0.0, 2e-5});
    e.eager = dice.one_of({0.0, 1e-5});
    rig.formats.weights = rig.formats.activations = dice.one_of({Precision::bf16, Precision::fp8});
    return rig;
}

// Degrees that divide this model; a training plan's experts over data-parallel ranks.
Plan any_plan(Dice& dice, const Model& model, bool training) {
    for (;;) {
        Plan plan{.tp = 1 << dice.below(4), .pp = 1 << dice.below(4)};
        const int ranks = 1 << dice.below(5);
        (training ? plan.dp : plan.attention_dp) = ranks;
        const bool moe =
            std::ranges::any_of(model.blocks, [](const auto& b) { return b.ffn.experts > 0; });
        if (moe) {
            plan.ep = 1 << dice.below(8);
            if (training ? plan.ep % plan.tp != 0 || (plan.tp * ranks) % plan.ep != 0
                         : (plan.tp * ranks) % plan.ep != 0)
                continue;
            if (!training) plan.moe_tp = plan.tp * ranks / plan.ep;
        } else if (!training) {
            plan.attention_dp = 1;
        }
        if (!uneven(model, plan)) return plan;
    }
}

struct Better {
    std::string_view what;
    void (*improve)(timing::ChipTiming&, double by);
};
constexpr Better better[] = {
    {"memory bandwidth", [](timing::ChipTiming& c, double by) { c.bandwidth *= by; }},
    {"FLOP/s",
     [](timing::ChipTiming& c, double by) {
         for (auto& peak : c.peak) peak *= by;
     }},
    {"links", [](timing::ChipTiming& c, double by) {
         c.collective.out_bandwidth *= by;
         for (auto* lines :
              {&c.collective.all_reduce, &c.collective.gather, &c.collective.all_to_all})
             for (auto& line : *lines) line.bandwidth *= by;
     }}};

// Asks `seconds` of generated rigs before and after each improvement of the chip.
void never_slower(bool training, const std::function<double(const Rig&, Dice&)>& seconds) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice{std::mt19937_64{seed}};
    for (int i = 0; i < 400; ++i) {
        auto rig = any_rig(dice);
        rig.plan = any_plan(dice, *rig.model, training);
        const auto same = dice.random;
        const auto at = [&](const Rig& one) {
            Dice again{same};
            return seconds(one, again);
        };
        const double before = at(rig), by = dice.between(1.05, 4);
        for (const auto& [what, improve] : better) {
            auto faster = rig;
            improve(faster.chip, by);
            ASSERT_LE(at(faster), before * (1 + 1e-9))
                << by << " times the " << what << " makes " << rig.model->id
                << " slower: " << to_string(rig.plan) << ", case " << i;
        }
        dice.random = same;
        dice.random.discard(100);
    }
}

Training any_training(const Rig& rig, Dice& dice) {
    Training t{.sequence = std::floor(dice.between(128, 16384)),
               .micro_batch = dice.one_of({1.0, 2.0, 4.0}),
               .schedule = dice.one_of({Schedule::one_f_one_b, Schedule::interleaved,
                                        Schedule::zero_bubble, Schedule::dual_pipe}),
               .recompute = static_cast<workload::Recompute>(dice.below(3)),
               .frozen_weights = dice.below(4) == 0,
               .sharded_weights = dice.below(4) == 0};
    t.chunks = t.schedule == Schedule::interleaved ? 2 : 1;
    t.global_batch = rig.plan.dp * t.micro_batch * (1 + dice.below(64));
    return t;
}

TEST(Monotone, ABetterChipTrainsNoSlower) {
    never_slower(true, [](const Rig& rig, Dice& dice) {
        return train_step(rig.setup(), any_training(rig, dice)).seconds;
    });
}

TEST(Monotone, ABetterChipRunsAStageNoSlower) {
    never_slower(false, [](const Rig& rig, Dice& dice) {
        std::vector<workload::Operator> ops;
        const double ranks = rig.plan.attention_dp;
        return stage_span(rig.setup(),
                          {.prefill_sequences = ranks * dice.below(4),
                           .prefill_tokens = std::floor(dice.between(1, 4096)),
                           .decode_sequences = ranks * (1 + dice.below(128)),
                           .decode_context = std::floor(dice.between(1, 65536))},
                          ops)
            .total();
    });
}

TEST(Monotone, ABetterChipServesNoSlower) {
    never_slower(false, [](const Rig& rig, Dice& dice) {
        auto setup = rig.setup();
        setup.memory = 1e13;  // how many fit does not hang on the chip's speed
        const auto point = serve_steady(setup, {.input = std::floor(dice.between(1, 8192)),
                                                .output = std::floor(dice.between(1, 2048)),
                                                .in_flight = 1.0 + dice.below(256)});
        return point.tpot + point.ttft + 1 / point.output_rate;
    });
}

TEST(Monotone, MoreWorkTakesNoLess) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice{std::mt19937_64{seed}};
    std::vector<workload::Operator> ops;
    for (int i = 0; i < 1000; ++i) {
        auto rig = any_rig(dice);
        rig.plan = any_plan(dice, *rig.model, false);
        const double ranks = rig.plan.attention_dp;
        const workload::Step step{.prefill_sequences = ranks * dice.below(3),
                                  .prefill_tokens = std::floor(dice.between(1, 4096)),
                                  .decode_sequences = ranks * (1 + dice.below(128)),
                                  .decode_context = std::floor(dice.between(1, 65536))};
        const auto seconds = [&](const workload::Step& s) {
            return stage_span(rig.setup(), s, ops).total();
        };
        const double before = seconds(step) * (1 - 1e-9);
        const double by = dice.between(1.05, 3);
        auto more = step;
        more.decode_context *= by;
        EXPECT_GE(seconds(more), before) << "a longer context, " << rig.model->id << ", case " << i;
        // Of one kind: what an engine's factors make of a mixed step hangs on the mixture.
        workload::Step decode = step;
        decode.prefill_sequences = 0;
        more = decode;
        more.decode_sequences *= 1 + dice.below(3);
        EXPECT_GE(seconds(more), seconds(decode) * (1 - 1e-9))
            << "more sequences, " << rig.model->id << ", case " << i;
        workload::Step prompt{.prefill_sequences = ranks, .prefill_tokens = step.prefill_tokens};
        more = prompt;
        more.prefill_tokens = std::floor(by * prompt.prefill_tokens + 1);
        EXPECT_GE(seconds(more), seconds(prompt) * (1 - 1e-9))
            << "a longer prompt, " << rig.model->id << ", case " << i;
    }
}

TEST(TrainStep, PartsAddUpAndMoreMicroBatchesNeverRaiseTheBubbleShare) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice{std::mt19937_64{seed}};
    for (int i = 0; i < 1000; ++i) {
        auto rig = any_rig(dice);
        rig.plan = any_plan(dice, *rig.model, true);
        auto t = any_training(rig, dice);
        const auto step = train_step(rig.setup(), t);
        double sum = 0;
        for (const auto& [name, part] : step_parts) {
            EXPECT_GE(step.parts.*part, 0) << name << ", case " << i;
            sum += step.parts.*part;
        }
        EXPECT_EQ(sum, step.seconds);
        const double passes = step.micro_batches * (step.forward + step.backward);
        const auto& p = step.parts;
        EXPECT_NEAR(p.matrix + p.experts + p.attention + p.element + p.communication + p.launch +
                        p.recomputation,
                    passes, 1e-9 * passes);
        t.global_batch *= 1 + dice.below(4);
        const auto more = train_step(rig.setup(), t);
        EXPECT_LE(more.parts.bubble / more.seconds, step.parts.bubble / step.seconds + 1e-12);
        EXPECT_GE(more.seconds, step.seconds * (1 - 1e-9));
        t.sequence *= 2;
        EXPECT_GE(train_step(rig.setup(), t).seconds, more.seconds * (1 - 1e-9))
            << rig.model->id << " " << to_string(rig.plan) << ", case " << i;
    }
}

}  // namespace
}  // namespace sluice::run
