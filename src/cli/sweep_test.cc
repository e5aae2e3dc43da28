#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cli/door.h"

namespace sluice::cli {
namespace {

std::string swept(const std::string& file, const char* threads) {
    const auto out = fmt::format("{}.{}.csv", file, threads);
    Surroundings around;
    around.data = SLUICE_SOURCE_DIR "/data";
    EXPECT_EQ(run({"sweep", file, "--threads", threads, "--out", out}, around), 0);
    std::stringstream all;
    all << std::ifstream(out).rdbuf();
    return all.str();
}

// Points that share their traffic and points that do not; what the thread sanitizer looks at.
TEST(Sweep, IsTheSameWithOneThreadAndWithTwo) {
    const auto file = testing::TempDir() + "sweep_test.toml";
    std::ofstream(file) << "[simulate]\nmodel = \"llama-3.1-8b\"\nchip = \"h20\"\nchips = 1\n"
                           "requests = 60\n[grid]\nrate = [1, 2]\nscheduler = [\"vllm\", "
                           "\"sglang\", \"orca\"]\n";
    const auto one = swept(file, "1");
    EXPECT_EQ(std::ranges::count(one, '\n'), 7) << one;
    EXPECT_EQ(one, swept(file, "2"));
}

}  // namespace
}  // namespace sluice::cli
