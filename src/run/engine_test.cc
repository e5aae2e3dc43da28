#include "run/engine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "text/diagnostic.h"

namespace sluice::run {
namespace {

namespace fs = std::filesystem;

class EngineFiles : public testing::Test {
protected:
    void SetUp() override { fs::create_directories(dir_); }
    void TearDown() override { fs::remove_all(dir_); }

    text::Result<std::vector<Engine>> load(const std::string& text) const {
        std::ofstream{dir_ / "e.toml"} << text;
        return load_engines(dir_ / "e.toml");
    }

    fs::path dir_ =
        fs::path{testing::TempDir()} /
        ("engines-" + std::string{testing::UnitTest::GetInstance()->current_test_info()->name()});
};

// What `calibrate` writes is what it would read: every number to four figures, every word.
TEST_F(EngineFiles, AreWrittenAsTheyAreRead) {
    const auto ours = load_engines(fs::path{SLUICE_SOURCE_DIR} / "data/engines/engines.toml");
    ASSERT_TRUE(ours.has_value()) << text::render(ours.error());
    const auto written = engines_toml(*ours, "a fit");
    const auto again = load(written);
    ASSERT_TRUE(again.has_value()) << text::render(again.error());
    ASSERT_EQ(again->size(), ours->size());
    for (std::size_t i = 0; i < ours->size(); ++i) {
        const auto &a = (*ours)[i], &b = (*again)[i];
        SCOPED_TRACE(a.id);
        EXPECT_EQ(a.id, b.id);
        EXPECT_EQ(a.software, b.software);
        EXPECT_EQ(a.makers, b.makers);
        EXPECT_EQ(a.default_for, b.default_for);
        EXPECT_EQ(a.schedule, b.schedule);
        EXPECT_EQ(a.rows, b.rows);
        EXPECT_EQ(b.provenance, a.rows > 0 ? "a fit" : a.provenance);
        for (const auto& p : engine_parameters())
            EXPECT_NEAR(a.*p.value, b.*p.value, 1e-3 * std::abs(a.*p.value)) << p.key;
    }
}

TEST_F(EngineFiles, SayWhatIsWrongWithThem) {
    const auto wrong = load(R"([[engine]]
id = "x"
gap = "3 GW"
prefill_factor = "2 us"
colour = "red"
source = "a test"
)");
    ASSERT_FALSE(wrong.has_value());
    const auto said = text::render(wrong.error());
    for (const auto* part : {"`gap` needs a unit", "`prefill_factor` is a share and has no unit",
                             "an engine has no key `colour`"})
        EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
    const auto none = load("");
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().front().message, "no engine is described");
}

TEST(EngineFor, TakesTheLongestBeginningAndThenTheMaker) {
    const std::vector<Engine> engines{{.id = "any"},
                                      {.id = "s", .software = {"serve"}},
                                      {.id = "s-2", .software = {"serve 2"}},
                                      {.id = "s-m", .software = {"serve"}, .makers = {"m"}}};
    EXPECT_EQ(engine_for(engines, "Serve 1.9", "n").id, "s");
    EXPECT_EQ(engine_for(engines, "Serve 2.1", "n").id, "s-2");
    EXPECT_EQ(engine_for(engines, "serve 1.9", "m").id, "s-m");
    EXPECT_EQ(engine_for(engines, "serve 2.1", "m").id,
              "s-2");  // the name says more than the maker
    EXPECT_EQ(engine_for(engines, "other", "m").id, "any");
}

}  // namespace
}  // namespace sluice::run
