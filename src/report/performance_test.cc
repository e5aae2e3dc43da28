#include "report/performance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "report/compare.h"
#include "report/delivery.h"
#include "report/evidence.h"
#include "report/real_ground_test.h"

namespace sluice::report {
namespace {

std::string refusal(const Machine& m, const Work& work) {
    const auto found = perform(m, work);
    if (found) return "none";
    return found.error().front().message + " | " + found.error().front().label + " | " +
           found.error().front().hint;
}

TEST(Machine, EngineIsTheChipsThenTheMakers) {
    EXPECT_EQ(machine_of("h20").engine->id, "sglang");
    EXPECT_EQ(machine_of("910c").engine->id, "cloudmatrix");
    EXPECT_EQ(machine_of("mi300x").engine->id, "vllm-rocm");
    EXPECT_EQ(machine_of("h20", "vllm").engine->id, "vllm");
    EXPECT_EQ(machine_of("h800-sxm", "", true).engine->id, "megatron-bridge");
}

TEST(Machine, FormatsAreThoseOfTheTensorUnits) {
    const auto& r1 = **model_named(real().ground, "deepseek-r1");
    const auto a100 = machine_of("a100-80gb");
    using workload::Precision;
    const auto first = formats_asked(r1, machine_of("h20"), "", false);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->front().weights, Precision::fp8);
    const auto offered = formats_asked(r1, a100, "", false);
    ASSERT_TRUE(offered);
    for (const auto& formats : *offered) EXPECT_NE(formats.activations, Precision::fp8);
    EXPECT_FALSE(formats_asked(r1, a100, "fp8", false));
    const auto weights_alone = formats_asked(r1, a100, "fp8/bf16", false);
    ASSERT_TRUE(weights_alone);
    EXPECT_EQ(weights_alone->front().weights, Precision::fp8);
    EXPECT_EQ(weights_alone->front().activations, Precision::bf16);
}

TEST(Perform, RefusesWhatCannotBeRun) {
    const auto h20 = machine_of("h20");
    auto work = real().work("deepseek-r1", 4096, 1024, 4);
    EXPECT_TRUE(refusal(h20, work).starts_with(
        "`deepseek-r1` does not fit on 4 chips of 96 GiB | the smallest plan takes 8 chips: "
        "weights"))
        << refusal(h20, work);
    work.chips = 16;
    work.fixed = {.tp = 7};
    EXPECT_TRUE(refusal(h20, work).starts_with(
        "the plan does not divide the model: tp 7 into 128 attention heads"));
    work.fixed = {.tp = 8, .pp = 4};
    EXPECT_TRUE(refusal(h20, work).starts_with("the plan takes 32 chips, the work has 16"));
    work.fixed = {};
    work.demand.most_tpot = 1e-4;
    EXPECT_TRUE(refusal(h20, work).starts_with("no plan of 16 chips keeps `--slo-tpot 0.0001`"));
}

TEST(Perform, SplitChipsServeWhatTheSlowerSideCan) {
    const auto m = machine_of("h800-sxm");
    auto work = real().work("deepseek-r1", 2000, 500, 64);
    work.apart = true;
    const auto found = perform(m, work);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->sides.size(), 2u);
    const auto& prompts = found->sides[0].plan;
    const auto& tokens = found->sides[1].plan;
    EXPECT_LE(prompts.chips + tokens.chips, 64);
    EXPECT_DOUBLE_EQ(found->requests, std::min(prompts.rate / 2000, tokens.rate / 500));
}

// Every second of a token and of a prompt is in one part, for whatever work.
TEST(Attribution, PartsAddUpToTheTimesOfTheAnswer) {
    const std::tuple<const char*, const char*, int, bool> works[] = {
        {"h20", "deepseek-r1", 16, false},     {"h100-sxm", "llama-3.1-70b", 8, false},
        {"mi300x", "llama-3.1-8b", 1, false},  {"910c", "deepseek-r1", 32, false},
        {"h800-sxm", "deepseek-r1", 64, true}, {"a100-80gb", "qwen3-235b-a22b", 16, false}};
    for (const auto& [chip, model, chips, apart] : works) {
        const auto m = machine_of(chip);
        auto work = real().work(model, 3000, 700, chips);
        work.apart = apart;
        const auto found = perform(m, work);
        ASSERT_TRUE(found) << chip << " " << model;
        const auto token = attribution_of_token(m, work, found->sides.back());
        EXPECT_NEAR(token.total() / found->tpot, 1, 1e-9) << chip << " " << model;
        const auto prompt = attribution_of_prompt(m, work, found->sides.front());
        EXPECT_NEAR(prompt.total() / found->ttft, 1, 1e-9) << chip << " " << model;
        for (const auto& part : token.parts) EXPECT_FALSE(part.bound.empty()) << part.name;
    }
}

TEST(Attribution, ATokenOfOneRequestIsBoundByMemory) {
    const auto m = machine_of("h100-sxm");
    auto work = real().work("llama-3.1-8b", 500, 500, 1);
    work.demand.concurrency = 1;
    const auto found = perform(m, work);
    ASSERT_TRUE(found);
    const auto token = attribution_of_token(m, work, found->sides.front());
    EXPECT_EQ(token.parts.front().name, "dense products");
    EXPECT_EQ(token.parts.front().bound, "memory");
}

TEST(Elasticity, MoreOfAChipIsNeverSlower) {
    for (const auto* chip : {"h20", "h100-sxm", "a100-80gb", "910c", "mi300x", "b200"}) {
        const auto m = machine_of(chip);
        for (const auto* model : {"deepseek-r1", "llama-3.1-70b", "gpt-oss-120b"}) {
            const auto work = real().work(model, 1500, 400, 32);
            const auto found = perform(m, work);
            ASSERT_TRUE(found) << chip << " " << model;
            const auto& side = found->sides.front();
            auto setup = setup_of(m, *work.model, side.plan);
            const auto base = run::evaluate(setup, side.demand, side.plan.in_flight);
            for (const auto resource :
                 {Resource::memory, Resource::compute, Resource::link, Resource::clock}) {
                const auto more = with_more(m.timing, resource, 1.05);
                setup.chip = &more;
                const auto faster = run::evaluate(setup, side.demand, side.plan.in_flight);
                EXPECT_GE(faster.output_rate, base.output_rate * (1 - 1e-9))
                    << chip << " " << model << " " << static_cast<int>(resource);
            }
        }
    }
}

TEST(Evidence, IsNearAndOfManyGroups) {
    const auto work = real().work("deepseek-r1", 1000, 1000, 16);
    const auto found = evidence(real().published, machine_of("h20"), {"decode", work.model, 48});
    ASSERT_GE(found.rows.size(), 20u);
    std::map<std::string, int> groups;
    for (const auto& one : found.rows) {
        ++groups[(*one.row)["group"]];
        EXPECT_FALSE((*one.row)["metric"].starts_with("ttft"));
        EXPECT_FALSE((*one.row)["source_url"].empty());
    }
    for (const auto& [group, rows] : groups) EXPECT_LE(rows, 3) << group;
    EXPECT_EQ((*found.rows.front().row)["chip"], "nvidia-h20-sxm-96gb");
}

TEST(Compare, H20DecodesMoreForItsTppThanH100) {
    auto work = real().work("deepseek-r1", 4096, 1536, 64);
    const auto h20 = rate(machine_of("h20"), work, WorkKind::decode);
    const auto h100 = rate(machine_of("h100-sxm"), work, WorkKind::decode);
    ASSERT_TRUE(h20.why.empty() && h100.why.empty());
    EXPECT_GT(h20.rate / 2368, h100.rate / 15824);
    EXPECT_LT(h20.rate, h100.rate);
}

facts::Case case_of(std::initializer_list<std::pair<const char*, const char*>> keys) {
    facts::Deal deal;
    for (const auto& [key, value] : keys)
        deal.fields.push_back({.key = key, .value = value, .where = {.file = "deal.toml"}});
    return *facts::resolve(real().ground.world, deal);
}

// The cell of a row in the column of this JSON key.
const Cell& cell(const Section& section, std::size_t row, std::string_view key) {
    const auto at =
        std::ranges::find(section.columns, key, [](const auto& column) { return column.first; });
    return section.rows.at(row).at(static_cast<std::size_t>(at - section.columns.begin()));
}

TEST(Delivery, AnswersForTwoWorksUnlessOneIsNamed) {
    const auto two = delivery_of(
        real().ground,
        case_of({{"chip", "h20"}, {"quantity", "16000"}, {"to", "CN"}, {"on", "2025-04-09"}}), {});
    ASSERT_TRUE(two);
    ASSERT_EQ(two->compute.rows.size(), 2u);
    EXPECT_EQ(cell(two->compute, 0, "chips_used").number, 16000);  // 125 shares of 128
    EXPECT_EQ(cell(two->compute, 1, "chips_used").number, 14336);  // 7 of 2,048
    EXPECT_GT(cell(two->compute, 1, "chip_hours").number, 2e6);    // to train DeepSeek-V3
    const auto one = delivery_of(real().ground,
                                 case_of({{"chip", "h20"},
                                          {"quantity", "16"},
                                          {"to", "CN"},
                                          {"on", "2025-04-09"},
                                          {"workload", "llama-3.1-70b 1000/500"}}),
                                 {});
    ASSERT_TRUE(one);
    EXPECT_EQ(one->compute.rows.size(), 1u);
    EXPECT_EQ(cell(one->compute, 0, "model").text, "llama-3.1-70b");
}

TEST(Delivery, DutyIsPaidOnTheChips) {
    const auto the_case =
        case_of({{"chip", "h200-sxm"}, {"quantity", "1000"}, {"to", "CN"}, {"on", "2026-02-01"}});
    const money::Duty duty{.percent = *money::ad_valorem_percent("25 % ad valorem"),
                           .label = "duty"};
    const auto without = delivery_of(real().ground, the_case, {});
    const auto with = delivery_of(real().ground, the_case, duty);
    ASSERT_TRUE(without && with);
    EXPECT_NEAR(with->money.rows[0][1].number / without->money.rows[0][1].number, 1.25, 1e-6);
}

TEST(Delivery, NamesWhatIsNotKnown) {
    const auto none = delivery_of(
        real().ground, case_of({{"chip", "h20"}, {"to", "CN"}, {"on", "2025-04-09"}}), {});
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->compute.rows.empty());
    EXPECT_EQ(none->compute.notes.front(), "undetermined: the number of chips is not stated");
    const auto own = delivery_of(
        real().ground,
        case_of({{"tpp", "2000"}, {"quantity", "64"}, {"to", "CN"}, {"on", "2025-04-09"}}), {});
    ASSERT_TRUE(own);
    EXPECT_EQ(cell(own->compute, 0, "undetermined").text,
              "undetermined: memory_bandwidth, rate.bf16, memory_capacity");
    for (const auto* wrong : {"deepseek-r1", "deepseek-r1 1268", "deepseek-r1 0/5", "nobody 1/2",
                              "deepseek-v3 train", "deepseek-v3 train 5X"})
        EXPECT_FALSE(delivery_of(real().ground,
                                 case_of({{"chip", "h20"},
                                          {"quantity", "16"},
                                          {"to", "CN"},
                                          {"on", "2025-04-09"},
                                          {"workload", wrong}}),
                                 {}))
            << wrong;
}

}  // namespace
}  // namespace sluice::report
