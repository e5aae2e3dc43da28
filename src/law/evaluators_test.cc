#include "tests/law/naive.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "law/case_files.h"
#include "law/small_world_test.h"
#include "text/diagnostic.h"

namespace sluice::law {
namespace {

struct Row {
    std::string_view condition;
    std::string_view facts;  // as in a case
    std::string_view truth;
};

// Every row runs as a case, so that the naive evaluator and the compiled one answer it.
TEST(Evaluators, AgreeOnThreeValuedTruth) {
    const Row rows[] = {
        {"tpp >= 4800", "tpp 4800", "met"},
        {"tpp >= 4800", "tpp 4799.999999", "not_met"},
        {"tpp > 4800", "tpp 4800", "not_met"},
        {"tpp <= 4800", "tpp 4800", "met"},
        {"tpp < 4800", "tpp 4800", "not_met"},
        {"tpp == 4800", "tpp 4800", "met"},
        {"tpp != 4800", "tpp 4800", "not_met"},
        {"tpp >= 4800", "tpp unknown", "unknown"},
        {"tpp >= 4800", "tpp absent", "not_met"},
        {"tpp < 4800", "tpp absent", "not_met"},
        {"not tpp < 4800", "tpp absent", "met"},
        {"tpp >= 4800", "tpp 4000..5000", "unknown"},
        {"tpp >= 4800", "tpp 4800..5000", "met"},
        {"tpp >= 4800", "tpp 4000..4799", "not_met"},
        {"tpp > 4800", "tpp 4000..4800", "not_met"},
        {"tpp <= 4800", "tpp 4000..4800", "met"},
        {"tpp == 4800", "tpp 4800..5000", "unknown"},
        {"tpp == 4800", "tpp 4801..5000", "not_met"},
        {"tpp != 4800", "tpp 4801..5000", "met"},
        {"tpp >= 5.92 * die_area", "tpp 2368, die_area 400 mm2", "met"},
        {"tpp >= 5.92 * die_area", "tpp 2368, die_area 400.000001 mm2", "not_met"},
        {"tpp >= 5.92 * die_area", "tpp 2368, die_area 300..400 mm2", "met"},
        {"tpp >= 5.92 * die_area", "tpp 2368, die_area 400..500 mm2", "unknown"},
        {"tpp >= 5.92 * die_area", "tpp 2368, die_area unknown", "unknown"},
        {"tpp >= 5.92 * die_area", "tpp unknown, die_area absent", "not_met"},
        {"memory_bandwidth + io_bandwidth > 2 TB/s",
         "memory_bandwidth 1000..1500 GB/s, io_bandwidth 600 GB/s", "unknown"},
        {"memory_bandwidth + io_bandwidth > 2 TB/s",
         "memory_bandwidth 1401 GB/s, io_bandwidth 600 GB/s", "met"},
        {"has_hbm", "has_hbm", "met"},
        {"has_hbm", "not has_hbm", "not_met"},
        {"has_hbm", "has_hbm unknown", "unknown"},
        {"not has_hbm", "has_hbm absent", "met"},
        {"exists die_area", "die_area absent", "not_met"},
        {"exists die_area", "die_area unknown", "unknown"},
        {"exists die_area", "die_area 3..4 mm2", "met"},
        {"act is export", "act export", "met"},
        {"act is export", "act reexport", "not_met"},
        {"act is not export", "act absent", "met"},
        {"act in {export, transfer}", "act unknown", "unknown"},
        {"seller is nvidia", "seller nvidia", "met"},
        {"seller in list approved_designers", "seller nvidia", "not_met"},  // not yet
        {"destination in D:4 + MO", "destination MO", "met"},
        {"destination in D:4 - CN", "destination CN", "not_met"},
        {"destination in D:4 - (D:5 + MO)", "destination AE", "met"},
        {"destination in A:5", "destination AE", "not_met"},  // not yet
        {"destination in D:5", "destination absent", "not_met"},
        {"has_hbm and tpp > 3", "not has_hbm, tpp unknown", "not_met"},
        {"has_hbm and tpp > 3", "has_hbm, tpp unknown", "unknown"},
        {"has_hbm or tpp > 3", "has_hbm, tpp unknown", "met"},
        {"not (has_hbm or tpp > 3)", "not has_hbm, tpp unknown", "unknown"},
    };
    const auto world = small_world();
    for (const auto& [condition, facts, truth] : rows) {
        SCOPED_TRACE(std::string(condition) + " with " + std::string(facts));
        const auto text = defined_as(condition) + "  case \"c\" on 2024-01-01 " +
                          std::string(facts) + " => " + std::string(truth) + "\n";
        const auto book = book_of(world, text);
        ASSERT_TRUE(book) << text::render(book.error());
        const auto results = run_law_cases(world, *book);
        EXPECT_EQ(results.passed, 1) << text::render(results.failures);
    }
}

constexpr std::string_view dated_sets = R"(provision a "A" kind definition at "15 CFR 1"
  version published 2023-01-01 effective 2023-01-01 source "88 FR 1" confidence primary text "T."
    met when destination in A:5 or seller in list approved_designers
  case "1" on 2026-07-09 destination AE, seller amd => not_met
  case "2" on 2026-07-10 destination AE, seller amd => met
  case "3" on 2025-01-12 destination AE, seller nvidia => not_met
  case "4" on 2025-01-13 destination AE, seller nvidia => met
  case "before the first version" on 2022-12-31 destination PL, seller amd => not_met
)";

TEST(Evaluators, ResolveSetsOnTheDay) {
    const auto world = small_world();
    const auto book = book_of(world, dated_sets);
    ASSERT_TRUE(book) << text::render(book.error());
    const auto results = run_law_cases(world, *book);
    EXPECT_EQ(results.passed, 5) << text::render(results.failures);
}

constexpr std::string_view clauses = R"(provision a "A" kind requirement at "15 CFR 1"
  version published 2023-01-01 effective 2023-01-01 source "88 FR 1" confidence primary text "T."
    limb 1 when tpp >= 4800
    limb 2 when tpp >= 1600 and has_hbm
    except note-2 when not marketed_for_datacentre and tpp < 6000
    unclear when act is transfer "The text does not speak of transfers."
    then licence_required
  version published 2023-02-01 effective 2024-01-01 until 2025-01-01 source "88 FR 2"
    confidence primary text "T." met when met b
    then licence_required
  stayed published 2024-05-02 from 2024-06-01 until 2024-07-01 source "89 FR 1" text "T."
  case "first limb" on 2023-06-01 tpp 4800, marketed_for_datacentre, act export => met
  case "second limb" on 2023-06-01 tpp 1600, has_hbm, marketed_for_datacentre, act export => met
  case "open limb" on 2023-06-01 tpp 1600, marketed_for_datacentre, act export => unknown
    ask has_hbm
  case "carved out" on 2023-06-01 tpp 4800, not marketed_for_datacentre, act export => not_met
  case "carve open" on 2023-06-01 tpp 4800, act export => unknown ask marketed_for_datacentre
  case "doubt" on 2023-06-01 tpp 1, has_hbm, marketed_for_datacentre, act transfer => unknown
  case "doubt open" on 2023-06-01 tpp 1, has_hbm, marketed_for_datacentre => unknown ask act
  case "met beyond doubt" on 2023-06-01 tpp 9000, act transfer => met
  case "asks another" on 2024-01-01 has_hbm => met
  case "asks another" on 2024-01-01 tpp 1 => unknown ask has_hbm
  case "stayed" on 2024-06-01 has_hbm => not_met
  case "stay over" on 2024-07-01 has_hbm => met
  case "ended" on 2025-01-01 has_hbm => not_met
  case "the other one was repealed" on 2024-12-01 has_hbm => not_met

provision b "B" kind definition at "15 CFR 1"
  version published 2023-01-01 effective 2023-01-01 source "88 FR 1" confidence primary text "T."
    met when has_hbm
  version published 2023-01-01 effective 2024-12-01 repealed source "88 FR 1" confidence primary
)";

TEST(Evaluators, JoinTheClausesOfAProvision) {
    const auto world = small_world();
    const auto book = book_of(world, clauses);
    ASSERT_TRUE(book) << text::render(book.error());
    const auto results = run_law_cases(world, *book);
    EXPECT_EQ(results.passed, 14) << text::render(results.failures);
    EXPECT_EQ(results.failures.size(), 0);
}

TEST(Evaluators, KnowOnlyWhatWasPublished) {
    const auto world = small_world();
    const auto book = book_of(world, clauses);
    ASSERT_TRUE(book) << text::render(book.error());
    facts::Facts facts{};
    facts[facts::index(facts::FactId::has_hbm)] = facts::Value::boolean(true);
    const auto truth = [&](Date known_on) {
        const naive::Context context{.world = &world,
                                     .book = &*book,
                                     .on = quantity::make_date(2024, 6, 15),
                                     .known_on = known_on,
                                     .facts = &facts};
        return naive::met(context, book->provisions[0]);
    };
    EXPECT_EQ(truth(quantity::make_date(2022, 12, 31)), Truth::not_met);
    EXPECT_EQ(truth(quantity::make_date(2023, 1, 31)), Truth::unknown);  // the first version speaks
    EXPECT_EQ(truth(quantity::make_date(2024, 5, 1)), Truth::met);
    EXPECT_EQ(truth(quantity::make_date(2024, 5, 2)), Truth::not_met);  // the stay is known
}

TEST(LawCases, FailuresSayWhatWasExpected) {
    const auto world = small_world();
    const auto book = book_of(world, defined_as("tpp > 3 and has_hbm") +
                                         "  case \"one\" on 2024-01-01 tpp 4 => met\n"
                                         "  case \"two\" on 2024-01-01 tpp 4 => unknown ask tpp\n");
    ASSERT_TRUE(book) << text::render(book.error());
    const auto results = run_law_cases(world, *book);
    EXPECT_EQ(results.failures.size(), 2);
    EXPECT_EQ(text::render(results.failures),
              R"(error: case "one" of `test.a`: expected met, got unknown
  --> x.law:10:3
   |
10 |   case "one" on 2024-01-01 tpp 4 => met
   |   ^^^^

error: case "two" of `test.a`: it does not hang on `tpp`
  --> x.law:11:3
   |
11 |   case "two" on 2024-01-01 tpp 4 => unknown ask tpp
   |   ^^^^
)");
}

TEST(LawCases, OfTheRulebookPass) {
    const std::string data = SLUICE_SOURCE_DIR "/data";
    const auto world = facts::load(data);
    ASSERT_TRUE(world) << text::render(world.error());
    const auto book = load_lawbook(*world, data + "/law");
    ASSERT_TRUE(book) << text::render(book.error());
    const auto results = run_law_cases(*world, *book);
    EXPECT_GT(results.passed, 300);
    EXPECT_EQ(text::render(results.failures), "");
}

}  // namespace
}  // namespace sluice::law
