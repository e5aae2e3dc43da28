#include "run/trace.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace sluice::run {
namespace {

namespace fs = std::filesystem;

// A file of the test that runs, gone after it.
struct Written {
    fs::path path = fs::temp_directory_path() /
                    ("sluice_trace_" +
                     std::string{::testing::UnitTest::GetInstance()->current_test_info()->name()} +
                     std::to_string(::getpid()));
    explicit Written(std::string_view bytes) { std::ofstream{path, std::ios::binary} << bytes; }
    ~Written() { fs::remove(path); }
    Written(const Written&) = delete;
    Written& operator=(const Written&) = delete;
};

std::vector<Request> all(TraceReader& trace) {
    std::vector<Request> requests;
    for (Request r; trace.next(r);) requests.push_back(r);
    return requests;
}

// "arrival input output|…" of a trace that can be read.
std::string read(std::string_view bytes, TraceOptions options = {}) {
    const Written file{bytes};
    auto trace = TraceReader::open(file.path, options);
    if (!trace) return text::render(trace.error());
    std::string out{trace->facts().format};
    char line[80];
    for (const auto& r : all(*trace)) {
        std::snprintf(line, sizeof line, "|%.9g %u %u", r.arrival, r.input, r.output);
        out += line;
    }
    return out;
}

std::string messages(std::string_view bytes, TraceOptions options = {}) {
    const Written file{bytes};
    const auto trace = TraceReader::open(file.path, options);
    std::string out;
    for (const auto& d : trace ? trace->facts().warnings : trace.error())
        out += (d.severity == text::Severity::warning ? "warning:" : "") +
               std::to_string(d.where.line) + " " + d.message + "\n";
    return out;
}

TEST(Trace, azure) {
    EXPECT_EQ(read("TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
                   "2023-11-16 23:59:59.9799600,4808,10\r\n"
                   "2023-11-17 00:00:00.0319601,3180,8\r\n"),
              "azure|0 4808 10|0.0520001 3180 8");
    EXPECT_EQ(read("TIMESTAMP,ContextTokens,GeneratedTokens\n"
                   "2024-05-10 00:00:00.009930+00:00,2162,5\n"
                   "2024-05-10 00:00:01+00:00,2399,6\n"),
              "azure|0 2162 5|0.99007 2399 6");
}

TEST(Trace, mooncake_names_blocks) {
    const Written file{
        R"({"timestamp": 27482, "input_length": 1100, "output_length": 52, "hash_ids": [46, 47, 8]}
{"timestamp": 30535, "input_length": 600, "output_length": 26, "hash_ids": [46, 47, 48]}
)"};
    auto trace = TraceReader::open(file.path);
    ASSERT_TRUE(trace) << text::render(trace.error());
    EXPECT_EQ(trace->facts().format, "mooncake");
    EXPECT_EQ(trace->facts().block_tokens, 512U);
    const auto requests = all(*trace);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].arrival, 27.482);
    EXPECT_EQ(requests[0].blocks, (std::vector<std::uint64_t>{46, 47, 8}));
    EXPECT_EQ(requests[1].blocks, (std::vector<std::uint64_t>{46, 47})) << "beyond the prompt";
}

TEST(Trace, qwen_bailian) {
    const Written file{
        R"({"chat_id": 159, "parent_chat_id": -1, "timestamp": 61.114, "input_length": 40, )"
        R"("output_length": 521, "type": "text", "turn": 1, "hash_ids": [1089, 1090, 1091]})"};
    auto trace = TraceReader::open(file.path);
    ASSERT_TRUE(trace) << text::render(trace.error());
    EXPECT_EQ(trace->facts().format, "qwen");
    EXPECT_EQ(trace->facts().block_tokens, 16U);
    const auto requests = all(*trace);
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].arrival, 61.114);
    EXPECT_EQ(requests[0].blocks.size(), 3U);
}

TEST(Trace, burstgpt_counts_failures_apart) {
    constexpr auto plain =
        "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
        "5,ChatGPT,472,18,490,Conversation log\n"
        "45,ChatGPT,1087,0,1087,Conversation log\n"
        "118,GPT-4,417,276,693,API log\n";
    EXPECT_EQ(read(plain), "burstgpt|5 472 18|118 417 276");
    EXPECT_EQ(
        read("Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,"
             "Log Type\n0.5,1,2.25,ChatGPT,472,18,490,Conversation log\n"),
        "burstgpt|0.5 472 18");
    const Written file{plain};
    const auto trace = TraceReader::open(file.path);
    ASSERT_TRUE(trace);
    EXPECT_EQ(trace->facts().rows, 2U);
    EXPECT_EQ(trace->facts().failed, 1U);
    EXPECT_EQ(trace->facts().bad, 0U);
    EXPECT_EQ(trace->facts().block_tokens, 0U);
}

TEST(Trace, vidur_with_and_without_times) {
    EXPECT_EQ(read("num_prefill_tokens,num_decode_tokens,num_total_tokens,pd_ratio\n"
                   "3772,54,3826,69.85\n2015,156,2171,12.91\n"),
              "vidur|0 3772 54|0 2015 156");
    EXPECT_EQ(read(",num_prefill_tokens,num_decode_tokens\n0.5,3772,54\n1,2015,156\n"),
              "vidur|0 3772 54|0 2015 156")
        << "a column without a name says nothing";
    EXPECT_EQ(read("arrived_at,num_prefill_tokens,num_decode_tokens\n0.25,10.0,3\n1.5,11,4\n"),
              "vidur|0.25 10 3|1.5 11 4");
}

TEST(Trace, vllm_counts_from_the_first) {
    EXPECT_EQ(read(R"({"request_id": "bench-0", "input_toks": 2358, "output_toks": 531, )"
                   R"("arrival_time": 1777142838.25}
{"request_id": "bench-1", "input_toks": 1034, "output_toks": 769, "arrival_time": 1777142838.75}
)"),
              "vllm|0 2358 531|0.5 1034 769");
}

TEST(Trace, vllm_token_ids_become_chained_blocks) {
    const auto line = [](int time, int tokens, int changed) {
        std::string ids;
        for (int i = 0; i < tokens; ++i)
            ids += (i > 0 ? "," : "") + std::to_string(i == changed ? 9999 : i);
        return "{\"input_toks\":" + std::to_string(tokens) +
               ",\"output_toks\":7,\"arrival_time_ns\":" + std::to_string(time) +
               ",\"input_tok_ids\":[" + ids + "],\"output_tok_ids\":[1]}\n";
    };
    const Written file{line(1000, 40, -1) + line(2000, 40, 20) + line(3000, 35, -1)};
    auto trace = TraceReader::open(file.path);
    ASSERT_TRUE(trace) << text::render(trace.error());
    EXPECT_EQ(trace->facts().block_tokens, 16U);
    const auto r = all(*trace);
    ASSERT_EQ(r.size(), 3U);
    EXPECT_EQ(r[0].arrival, 1e-6);
    ASSERT_EQ(r[0].blocks.size(), 3U);
    EXPECT_EQ(r[0].blocks[0], r[1].blocks[0]);
    EXPECT_NE(r[0].blocks[1], r[1].blocks[1]);
    EXPECT_NE(r[0].blocks[2], r[1].blocks[2]) << "the same tokens after others";
    EXPECT_EQ(r[0].blocks[1], r[2].blocks[1]);
    EXPECT_NE(r[0].blocks[2], r[2].blocks[2]) << "a shorter last block";
}

TEST(Trace, own_format) {
    EXPECT_EQ(read("arrival_s,input_tokens,output_tokens\n0,5,6\n0.000000001,7,8\n"),
              "sluice|0 5 6|1e-09 7 8");
    const Written file{
        "arrival_s,input_tokens,output_tokens,priority,blocks\n"
        "0,33,6,-2,1f ffffffffffffffff 0\n0,33,6,,\n"};
    auto trace = TraceReader::open(file.path);
    ASSERT_TRUE(trace) << text::render(trace.error());
    const auto r = all(*trace);
    ASSERT_EQ(r.size(), 2U);
    EXPECT_EQ(r[0].priority, -2);
    EXPECT_EQ(r[0].blocks, (std::vector<std::uint64_t>{0x1f, UINT64_MAX, 0}));
    EXPECT_EQ(r[1].priority, 0);
    EXPECT_TRUE(r[1].blocks.empty());
}

TEST(Trace, bad_rows_are_named) {
    constexpr auto bytes =
        "arrival_s,input_tokens,output_tokens,blocks\n"
        "-1,5,6,\n"
        "nan,5,6,\n"
        "0,0,6,\n"
        "0,5,0,\n"
        "0,2147483649,6,\n"
        "0,5.5,6,\n"
        "0,5\n"
        "0,5,6,0x1\n"
        "0,5,6,\"\n"
        "1,5,6,a b\n";
    EXPECT_EQ(messages(bytes),
              "2 `arrival_s` is missing or not a time of zero or more\n"
              "3 `arrival_s` is missing or not a time of zero or more\n"
              "4 `input_tokens` is missing or not a whole number from 1 to 2,147,483,648\n"
              "5 `output_tokens` is missing or not a whole number from 1 to 2,147,483,648\n"
              "6 `input_tokens` is missing or not a whole number from 1 to 2,147,483,648\n"
              "7 `input_tokens` is missing or not a whole number from 1 to 2,147,483,648\n"
              "8 the row has more or fewer fields than the header\n"
              "9 `blocks` is missing or not a list of whole numbers\n"
              "10 a quote is not closed\n"
              "0 wrong rows: 9\n");
    EXPECT_EQ(messages(bytes, {.skip_bad = 8}), messages(bytes));
    EXPECT_EQ(read(bytes, {.skip_bad = 9}), "sluice|1 5 6");
    EXPECT_TRUE(messages(bytes, {.skip_bad = 9}).starts_with("warning:2 `arrival_s`"));
}

TEST(Trace, bad_json_rows_are_named) {
    EXPECT_EQ(
        messages(R"({"timestamp": 0, "input_length": 600, "output_length": 2, "hash_ids": [1, 2]}
{"timestamp": 1, "input_length": 600}
{"timestamp": 1, "input_length": "600", "output_length": 2}
{"timestamp": 1, "input_length": 600, "output_length": 2, "hash_ids": [1, 2.5]}
{"timestamp": 1, "input_length": 600, "output_length": 2
[1]
{"timestamp": 1e300, "input_length": 600, "output_length": 2}
)"),
        "2 `output_length` is missing or not a whole number from 1 to 2,147,483,648\n"
        "3 `input_length` is missing or not a whole number from 1 to 2,147,483,648\n"
        "4 `hash_ids` is missing or not a list of whole numbers\n"
        "5 not one JSON object\n"
        "6 not one JSON object\n"
        "7 `timestamp` is missing or not a time of zero or more\n"
        "0 wrong rows: 6\n");
}

TEST(Trace, writes_out_twenty_bad_rows_and_counts_all) {
    std::string bytes = "arrival_s,input_tokens,output_tokens\n0,1,1\n";
    for (int i = 0; i < 50; ++i) bytes += "0,0,1\n";
    const Written file{bytes};
    const auto refused = TraceReader::open(file.path);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().size(), 21U);
    EXPECT_EQ(refused.error().back().message, "wrong rows: 50");
    EXPECT_EQ(refused.error().back().hint, "`--skip-bad 50` passes over them");
    const auto skipped = TraceReader::open(file.path, {.skip_bad = 50});
    ASSERT_TRUE(skipped);
    EXPECT_EQ(skipped->facts().bad, 50U);
    EXPECT_EQ(skipped->facts().warnings.size(), 20U);
}

TEST(Trace, a_stamp_is_a_time) {
    for (const auto* stamp : {"2023-02-30 00:00:00", "1969-12-31 00:00:00", "4046-11-16 00:00:00",
                              "2023-11-16", "2023-11-16 24:00:00", "2023-11-16 10:60:00",
                              "2023-11-16 10:10:61", "2023-11-16 10:10:-1",
                              "2023-11-16 10:10:00+02:00", "2023-11-16 10-10-00", "yesterday", ""})
        EXPECT_EQ(
            messages(std::string{"TIMESTAMP,ContextTokens,GeneratedTokens\n"} + stamp + ",1,1\n"),
            "2 `TIMESTAMP` is missing or not a time of zero or more\n0 wrong rows: 1\n")
            << stamp;
}

TEST(Trace, sorts_what_is_not_in_order) {
    constexpr auto bytes = "arrival_s,input_tokens,output_tokens\n3,1,1\n1,2,1\n3,3,1\n2,4,1\n";
    EXPECT_EQ(read(bytes), "sluice|1 2 1|2 4 1|3 1 1|3 3 1");
    EXPECT_EQ(messages(bytes), "warning:3 requests are not in order of time\n");
    EXPECT_EQ(messages(bytes, {.strict = true}), "3 requests are not in order of time\n");
    EXPECT_EQ(read("TIMESTAMP,ContextTokens,GeneratedTokens\n"
                   "2023-11-16 10:00:01,1,1\n2023-11-16 10:00:00.5,2,1\n"),
              "azure|0 2 1|0.5 1 1");
}

TEST(Trace, files_that_are_no_traces) {
    EXPECT_TRUE(read("").contains("begins as no known"));
    EXPECT_TRUE(read("a,b,c\n1,2,3\n").contains("begins as no known trace"));
    EXPECT_TRUE(read("{}\n").contains("begins as no known trace"));
    EXPECT_TRUE(read("\n\xff\xfe\n").contains("begins as no known trace"));
    EXPECT_TRUE(read("arrival_s,input_tokens,output_tokens\n").contains("has no request"));
    EXPECT_FALSE(TraceReader::open("/no/such/file"));
    EXPECT_FALSE(TraceReader::open(fs::temp_directory_path()));
}

TEST(Trace, repeats_later_by_span_and_mean_gap) {
    constexpr auto bytes = "arrival_s,input_tokens,output_tokens{}\n1,1,1{}\n2,2,1{}\n5,3,1{}\n";
    for (const std::string more : {"", ","}) {  // held in memory; read again
        std::string all_bytes = bytes;
        for (std::size_t at = 0, n = 0; (at = all_bytes.find("{}")) != all_bytes.npos; ++n)
            all_bytes.replace(at, 2, more.empty() ? "" : n == 0 ? ",blocks" : ",");
        const Written file{all_bytes};
        auto trace = TraceReader::open(file.path);
        ASSERT_TRUE(trace) << text::render(trace.error());
        trace->repeat(8);
        std::string times;
        for (const auto& r : all(*trace)) times += std::to_string(r.arrival).substr(0, 4) + " ";
        EXPECT_EQ(times, "1.00 2.00 5.00 7.00 8.00 11.0 13.0 14.0 ");
        trace->repeat(2);
        EXPECT_EQ(all(*trace).size(), 2U);
    }
}

}  // namespace
}  // namespace sluice::run
