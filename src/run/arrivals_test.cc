#include "run/arrivals.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "run/trace.h"

namespace sluice::run {
namespace {

namespace fs = std::filesystem;

const Lengths fixed{.input = {{1, 100}}, .output = {{1, 10}}};

std::vector<Request> made(Arrivals arrivals) {
    std::vector<Request> out;
    Request r;
    for (auto next = generate(std::move(arrivals)); next(r);) out.push_back(r);
    return out;
}

// Mean and coefficient of variation of the gaps.
std::pair<double, double> gaps(const std::vector<Request>& requests) {
    double sum = 0, squares = 0, before = 0;
    for (const auto& r : requests) {
        const double gap = r.arrival - std::exchange(before, r.arrival);
        sum += gap;
        squares += gap * gap;
    }
    const auto n = static_cast<double>(requests.size());
    const double mean = sum / n;
    return {mean, std::sqrt(squares / n - mean * mean) / mean};
}

Arrivals arrivals_of(RateSpan stretch) {
    return {.cycle = {stretch}, .lengths = {fixed}, .requests = 200'000, .seed = 7};
}

struct Folder {
    fs::path path = fs::temp_directory_path() /
                    ("sluice_arrivals_" +
                     std::string{::testing::UnitTest::GetInstance()->current_test_info()->name()} +
                     std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path write(const char* name, std::string_view bytes) const {
        std::ofstream{path / name, std::ios::binary} << bytes;
        return path / name;
    }
};

std::string messages(const text::Diagnostics& problems) {
    std::string out;
    for (const auto& d : problems) out += std::to_string(d.where.line) + " " + d.message + "\n";
    return out;
}

const fs::path shipped = fs::path{SLUICE_SOURCE_DIR} / "data/traffic";

TEST(Arrivals, the_same_seed_makes_the_same_requests) {
    auto arrivals = arrivals_of({.rate = 4});
    arrivals.requests = 3;
    ASSERT_TRUE(read_traffic(shipped / "chat.toml", arrivals).empty());
    arrivals.lengths.erase(arrivals.lengths.begin());
    std::string first;
    for (const auto& r : made(arrivals))
        first += std::to_string(r.arrival) + " " + std::to_string(r.input) + " " +
                 std::to_string(r.output) + "\n";
    // As on every other machine.
    EXPECT_EQ(first, "0.107809 1045 179\n0.371656 381 429\n0.397475 2107 67\n");
    arrivals.seed = 8;
    EXPECT_NE(std::to_string(made(arrivals)[0].arrival), "0.107809");
}

TEST(Arrivals, gaps_have_the_mean_and_the_spread_asked_for) {
    for (const auto& [stretch, cv] : std::vector<std::pair<RateSpan, double>>{
             {{.rate = 20}, 1.0},
             {{.rate = 20, .shape = 0.25}, 2.0},
             {{.rate = 20, .shape = 4}, 0.5},
             {{.rate = 20, .shape = 2, .weibull = true}, 0.5227},
             {{.rate = 20, .shape = 0.5, .weibull = true}, std::sqrt(5.0)}}) {
        const auto [mean, spread] = gaps(made(arrivals_of(stretch)));
        EXPECT_NEAR(mean, 0.05, 0.0008) << stretch.shape;
        EXPECT_NEAR(spread, cv, 0.04 * cv) << stretch.shape;
    }
}

TEST(Arrivals, a_rate_that_changes_is_followed_over_days) {
    const auto requests = made({.cycle = {{.until = 100, .rate = 30},
                                          {.until = 150, .rate = 0},
                                          {.until = 200, .rate = 60}},
                                .lengths = {fixed},
                                .seconds = 2000});
    std::array<int, 4> quarter{};
    for (const auto& r : requests)
        ++quarter[static_cast<std::size_t>(std::fmod(r.arrival, 200) / 50)];
    EXPECT_NEAR(quarter[0], 15000, 400);
    EXPECT_NEAR(quarter[1], 15000, 400);
    EXPECT_EQ(quarter[2], 0);
    EXPECT_NEAR(quarter[3], 30000, 600);
    EXPECT_TRUE(std::ranges::is_sorted(requests, {}, &Request::arrival));
    EXPECT_LT(requests.back().arrival, 2000);
}

TEST(Arrivals, shipped_lengths_have_the_figures_of_their_source) {
    struct Case {
        const char* file;
        double input_mean, output_mean, input_p99, output_p99;
    };
    for (const auto& c : {Case{"chat.toml", 1154.7, 211.1, 4142, 601},
                          {"code.toml", 2047.8, 27.9, 7436, 252},
                          {"reasoning.toml", 1268, 1527, 23424, 12607}}) {
        Arrivals arrivals{.cycle = {{.rate = 1}}, .requests = 200'000};
        const auto problems = read_traffic(shipped / c.file, arrivals);
        ASSERT_TRUE(problems.empty()) << text::render(problems);
        const auto f = describe(generate(std::move(arrivals)));
        EXPECT_NEAR(f.input.mean, c.input_mean, 0.015 * c.input_mean) << c.file;
        EXPECT_NEAR(f.output.mean, c.output_mean, 0.015 * c.output_mean) << c.file;
        EXPECT_NEAR(f.input.p99, c.input_p99, 0.02 * c.input_p99) << c.file;
        EXPECT_NEAR(f.output.p99, c.output_p99, 0.02 * c.output_p99) << c.file;
    }
}

TEST(Arrivals, the_shipped_day_has_its_requests) {
    Arrivals arrivals{.lengths = {fixed}, .seconds = 86'400};
    ASSERT_TRUE(read_traffic(shipped / "day.toml", arrivals).empty());
    EXPECT_EQ(arrivals.cycle.size(), 144U);
    EXPECT_EQ(arrivals.cycle.back().until, 86'400);
    EXPECT_NEAR(static_cast<double>(made(arrivals).size()), 1'383'670, 4000);
}

TEST(Arrivals, a_client_has_its_rates_and_lengths) {
    const Folder folder;
    const auto file = folder.write("chunk-7-trace.csv",
                                   "0,2,1.1,Gamma,0.8,0.6\n"
                                   "600,0,0,,0,0\n"
                                   "1200,4,1.5,Weibull,0.7,0.2\n");
    folder.write("chunk-7-dataset.json", R"({
  "0": {"input_tokens": "{12: 0.25, 40: 0.75}", "output_tokens": "{7: 1.0}", "reason_ratio": "{}"},
  "600": {"input_tokens": "{}", "output_tokens": "{}", "reason_ratio": "{}"},
  "1200": {"input_tokens": "{90: 1.0}", "output_tokens": "{8: 0.5, 9: 0.5}"}
})");
    Arrivals arrivals{.seconds = 1800};
    const auto problems = read_client(file, arrivals);
    ASSERT_TRUE(problems.empty()) << text::render(problems);
    ASSERT_EQ(arrivals.cycle.size(), 3U);
    EXPECT_EQ(arrivals.cycle[2].until, 1800);
    EXPECT_TRUE(arrivals.cycle[2].weibull);
    EXPECT_EQ(arrivals.lengths.size(), 2U);
    std::map<std::uint32_t, int> inputs;
    const auto requests = made(arrivals);
    for (const auto& r : requests) {
        ++inputs[r.input];
        EXPECT_EQ(r.input == 90, r.arrival >= 1200);
        EXPECT_EQ(r.output == 7, r.arrival < 1200);
    }
    EXPECT_EQ(inputs.size(), 3U) << "no lengths but those of the dictionary";
    EXPECT_NEAR(inputs[12], 300, 60);
    EXPECT_NEAR(inputs[90], 2400, 250);
}

TEST(Arrivals, wrong_clients_are_refused) {
    const Folder folder;
    const auto said = [&](const char* rates, const char* dataset = nullptr) {
        const auto file = folder.write("c-trace.csv", rates);
        if (dataset != nullptr) folder.write("c-dataset.json", dataset);
        Arrivals arrivals;
        return messages(read_client(file, arrivals));
    };
    constexpr auto row = "not a later time, a rate, a family of gaps and its shape\n";
    EXPECT_EQ(said("0,1\n600,-1\n"), std::string{"2 "} + row);
    EXPECT_EQ(said("600,1\n600,1\n"), std::string{"2 "} + row);
    EXPECT_EQ(said("-0.5,1\n"), std::string{"1 "} + row);
    EXPECT_EQ(said("0,1,1,Gamma,0,1\n"), std::string{"1 "} + row);
    EXPECT_EQ(said("0,nan\n"), std::string{"1 "} + row);
    EXPECT_EQ(said("0,0\n600,0\n"), "0 no rate above zero\n");
    EXPECT_EQ(said(""), "0 no rate above zero\n");
    EXPECT_TRUE(said("0,1\n").contains("c-dataset.json`: it does not exist"));
    constexpr auto none = "0 no lengths of a ServeGen client\n";
    EXPECT_EQ(said("0,1\n", "[1]"), none);
    EXPECT_EQ(said("0,1\n", R"({"0": {"input_tokens": "{1: 2}", "output_tokens": "{1: 1}"}})"),
              none);
    EXPECT_EQ(said("0,1\n", R"({"0": {"input_tokens": "{x: 1}", "output_tokens": "{1: 1}"}})"),
              none);
    EXPECT_EQ(said("0,1\n", R"({"0": {"input_tokens": 5}})"), none);
}

TEST(Arrivals, wrong_tables_are_refused) {
    const Folder folder;
    const auto said = [&](const char* bytes) {
        Arrivals arrivals;
        return messages(read_traffic(folder.write("t.toml", bytes), arrivals));
    };
    EXPECT_TRUE(said("source = \"s\"\nshare = [1]\ninput = [\"a\"]\noutput = [1]\n")
                    .contains("3 not a number of zero or more"));
    EXPECT_TRUE(said("source = \"s\"\nshare = [1]\ninput = [1]\n").contains("lists of one length"));
    EXPECT_NE(said("share = [1]\ninput = [1]\noutput = [1]\n"), "");
}

}  // namespace
}  // namespace sluice::run
