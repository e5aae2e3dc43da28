#include <cmath>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "run/trace.h"

namespace sluice::run {
namespace {

Requests these(std::vector<Request> requests) {
    return [all = std::move(requests), at = std::size_t{0}](Request& r) mutable {
        if (at == all.size()) return false;
        r = all[at++];
        return true;
    };
}

std::filesystem::path shared_trace(const char* name) {
    const char* set = std::getenv("SLUICE_SHARED");
    return (set != nullptr ? std::filesystem::path(set)
                           : std::filesystem::path(SLUICE_SOURCE_DIR).parent_path() / "shared") /
           "traces" / name;
}

struct Published {
    const char* file;
    const char* format;
    std::uint64_t requests;
    double span;
    std::uint64_t most_input, blocks = 0, hit_blocks = 0;
};

class PublishedTrace : public ::testing::TestWithParam<Published> {};

TEST(Describe, counts_rates_and_lengths) {
    std::vector<Request> all;
    for (std::uint32_t i = 1; i <= 100; ++i)
        all.push_back({.arrival = 10 + i * (i <= 60 ? 1.0 : 2.0), .input = i, .output = 7});
    const auto f = describe(these(all));
    EXPECT_EQ(f.requests, 100U);
    EXPECT_EQ(f.span, 199);
    EXPECT_DOUBLE_EQ(f.rate, 99 / 199.0);
    EXPECT_EQ(f.peak_minute, 60U);
    EXPECT_DOUBLE_EQ(f.input.mean, 50.5);
    EXPECT_EQ(f.input.p50, 50U);
    EXPECT_EQ(f.input.p90, 90U);
    EXPECT_EQ(f.input.p99, 99U);
    EXPECT_EQ(f.input.most, 100U);
    EXPECT_DOUBLE_EQ(f.output.mean, 7);
    EXPECT_EQ(f.output.p50, 7U);
}

TEST(Describe, a_block_hits_when_all_before_it_do) {
    const auto f = describe(these({{.input = 9, .blocks = {1, 2, 3}},
                                   {.input = 9, .blocks = {1, 9, 3}},
                                   {.input = 9, .blocks = {1, 9, 3, 4}},
                                   {.input = 9}}));
    EXPECT_EQ(f.blocks, 10U);
    EXPECT_EQ(f.hit_blocks, 4U);
    EXPECT_TRUE(std::isnan(f.rate));
}

TEST_P(PublishedTrace, reads_as_published) {
    const auto path = shared_trace(GetParam().file);
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path.string() << " is absent";
    auto trace = TraceReader::open(path);
    ASSERT_TRUE(trace) << text::render(trace.error());
    EXPECT_TRUE(trace->facts().warnings.empty());
    EXPECT_EQ(trace->facts().format, GetParam().format);
    EXPECT_EQ(trace->facts().rows, GetParam().requests);
    const auto f = describe([&](Request& r) { return trace->next(r); });
    EXPECT_EQ(f.requests, GetParam().requests);
    EXPECT_NEAR(f.span, GetParam().span, 0.001);
    EXPECT_EQ(f.input.most, GetParam().most_input);
    EXPECT_EQ(f.blocks, GetParam().blocks);
    EXPECT_EQ(f.hit_blocks, GetParam().hit_blocks);
}

INSTANTIATE_TEST_SUITE_P(
    all, PublishedTrace,
    ::testing::Values(
        Published{"azure2023/AzureLLMInferenceTrace_code.csv", "azure", 8819, 3435.948056, 7437},
        Published{"azure2023/AzureLLMInferenceTrace_conv.csv", "azure", 19366, 3501.721937, 14050},
        Published{"mooncake/synthetic_trace.jsonl", "mooncake", 3993, 1022.025, 191378, 121877,
                  77953},
        Published{"vidur/arxiv_summarization_stats_llama2_tokenizer_filtered_v2.csv", "vidur",
                  28257, 0, 4054},
        Published{"vllm-ground-truth/RTXPRO6000_Llama-3.1-8B_requests.jsonl", "vllm", 300,
                  29.121193, 3998},
        Published{"vllm-ground-truth/example_trace.jsonl", "vllm", 10, 0.980043269, 22, 12, 0}));

}  // namespace
}  // namespace sluice::run
