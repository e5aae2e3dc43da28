// The rulebook of data/ against what is known of it from elsewhere: the news told in examples/, the
// worked cases beside the repository, and what a reader of an earlier day could have known.

#include "law/rulebook.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "law/case_files.h"
#include "law/real_rulebook_test.h"
#include "law/small_book_test.h"
#include "text/file.h"

namespace sluice::law {
namespace {

using quantity::parse_date;

const std::filesystem::path examples = std::filesystem::path{SLUICE_SOURCE_DIR} / "examples";

Determination judge(const facts::Case& the_case, std::optional<Date> known_on, std::string* line) {
    const auto& [world, book] = real_rulebook();
    const auto rules = compile(world, book, the_case.on, known_on);
    auto d = determine(rules, the_case);
    if (line) *line = one_line(rules, d);
    return d;
}

// "# Expected: licence_required; lane case_by_case": every part is in the answer's one line.
TEST(Examples, AnswerAsTheirFirstLineSays) {
    const auto files = text::files_in(examples, ".toml");
    ASSERT_GE(files.size(), 14U);
    for (const auto& file : files) {
        if (file.parent_path().filename() != "examples") continue;  // no deal
        SCOPED_TRACE(file.filename().string());
        const auto toml = text::read_text(file);
        ASSERT_TRUE(toml);
        std::string_view expected{*toml};
        ASSERT_TRUE(expected.starts_with("# Expected: "));
        expected = expected.substr(12, expected.find('\n') - 12);
        const auto deal = facts::read_deal(file);
        ASSERT_TRUE(deal) << text::render(deal.error());
        const auto the_case = facts::resolve(real_rulebook().world, *deal);
        ASSERT_TRUE(the_case) << text::render(the_case.error());
        std::string got;
        const auto d = judge(*the_case, {}, &got);
        const auto outcome = expected.substr(0, expected.find(';'));
        EXPECT_EQ(to_string(d.outcome), outcome) << got;
        if (!expected.contains("; lane")) {
            EXPECT_FALSE(d.lane.has_value()) << got;
        }
        while (expected.contains("; ")) {
            expected.remove_prefix(expected.find("; ") + 2);
            std::string part{expected.substr(0, expected.find(';'))};
            if (part.starts_with("missing ")) part.replace(0, 7, "ask");
            EXPECT_NE(got.find(", " + part), got.npos) << part << " in " << got;
        }
    }
}

struct Replay {
    const char* what;
    std::vector<std::pair<const char*, const char*>> deal;
    const char* on;
    const char* known_on;  // "" for everything
    const char* answer;    // how the one line begins
};

facts::Case case_of_deal(const Replay& replay) {
    facts::Deal deal;
    for (const auto& [key, value] : replay.deal)
        deal.fields.push_back({.key = key, .value = value});
    deal.fields.push_back({.key = "on", .value = replay.on});
    auto the_case = facts::resolve(real_rulebook().world, deal);
    if (!the_case) throw std::invalid_argument(text::render(the_case.error()));
    return *the_case;
}

TEST(KnownOn, AnswersWithWhatWasPublishedByThen) {
    using Written = std::vector<std::pair<const char*, const char*>>;
    const auto to = [](const char* chip, const char* place) {
        return Written{
            {"chip", chip}, {"to", place}, {"headquarters", place}, {"parent_headquarters", place}};
    };
    const auto h20 = to("nvidia-h20-sxm-96gb", "CN"), h800 = to("nvidia-h800-sxm-80gb", "CN");
    auto h200 = to("nvidia-h200-sxm-141gb", "CN"), a100 = to("nvidia-a100-sxm-80gb", "CN");
    const auto poland = to("nvidia-h100-sxm-80gb", "PL");
    auto owned = to("nvidia-v100-sxm2-32gb", "VN");
    owned.emplace_back("owner", "entity_list:60");
    const Replay replays[] = {
        {"letter of 2025-04-09, told on 04-15", h20, "2025-04-10", "2025-04-10",
         "no_licence_required"},
        {"", h20, "2025-04-10", "2025-04-14", "no_licence_required"},
        {"", h20, "2025-04-10", "2025-04-15", "licence_required"},
        {"", h20, "2025-04-10", "", "licence_required"},
        {"letter of 2022-08-26, told on 08-31", a100, "2022-09-02", "2022-08-30",
         "no_licence_required"},
        {"", a100, "2022-09-02", "2022-08-31", "licence_required"},
        {"rule of 2023-11-17, on inspection from 10-17; NVIDIA's letter is older law by then", h800,
         "2023-11-20", "2023-10-16", "no_licence_required"},
        {"", h800, "2023-11-20", "2023-10-17", "licence_required, lane presumption_of_denial"},
        {"letter of 2023-10-23, told on 10-24", h800, "2023-10-30", "2023-10-23",
         "no_licence_required"},
        {"", h800, "2023-10-30", "2023-10-24", "licence_required, lane presumption_of_denial"},
        {"lane of 2026-01-15, on inspection from 01-13", h200, "2026-02-01", "2026-01-12",
         "licence_required, lane presumption_of_denial"},
        {"", h200, "2026-02-01", "2026-01-13", "licence_required, lane case_by_case else"},
        {"worldwide text of 2025-01-13, published on 01-15", poland, "2025-06-01", "2025-01-14",
         "no_licence_required"},
        {"compliance since 2025-05-15, not enforced by the announcement of 05-13", poland,
         "2025-06-01", "2025-05-12", "licence_required, lane"},
        {"", poland, "2025-06-01", "2025-05-13", "licence_required, lane"},
        {"ownership rule of 2025-09-29, stayed by a rule published on 11-12", owned, "2025-12-01",
         "2025-09-28", "no_licence_required"},
        {"", owned, "2025-12-01", "2025-09-29", "licence_required"},
        {"", owned, "2025-12-01", "2025-11-11", "licence_required"},
        {"", owned, "2025-12-01", "2025-11-12", "no_licence_required"},
        {"", owned, "2025-11-09", "", "licence_required"},
        {"", owned, "2025-11-10", "", "no_licence_required"},
        {"", owned, "2026-11-09", "", "no_licence_required"},
        {"", owned, "2026-11-10", "", "licence_required"},
    };
    std::string_view what;
    for (const auto& replay : replays) {
        if (*replay.what) what = replay.what;
        SCOPED_TRACE(fmt::format("{}: on {}, known on {}", what, replay.on, replay.known_on));
        const auto known_on =
            *replay.known_on ? std::optional{*parse_date(replay.known_on)} : std::optional<Date>{};
        std::string line;
        judge(case_of_deal(replay), known_on, &line);
        EXPECT_TRUE(line.starts_with(replay.answer)) << line;
    }
    // The same text, enforced or not by what was known.
    const Replay enforced{"", poland, "2025-06-01", "", ""};
    const auto the_case = case_of_deal(enforced);
    EXPECT_EQ(judge(the_case, *parse_date("2025-05-12"), nullptr).enforced, true);
    EXPECT_EQ(judge(the_case, *parse_date("2025-05-13"), nullptr).enforced, false);
    // In force again by its own terms only: confirmation pending.
    const auto after = judge(case_of_deal({"", owned, "2026-11-10", "", ""}), {}, nullptr);
    ASSERT_FALSE(after.requirements.empty());
    EXPECT_TRUE(after.requirements[0].scheduled);
}

TEST(RulebookOfADay, ServesEveryDayOfItsPeriodAndNoOther) {
    const auto& [world, book] = real_rulebook();
    auto day = book.first_day();
    int stretches = 0;
    for (; day < quantity::make_date(2030, 1, 1); ++stretches) {
        const auto rules = compile(world, book, day);
        ASSERT_TRUE(rules.period.contains(day));
        ASSERT_EQ(rules.period.from, stretches == 0 ? rules.period.from : day)
            << quantity::to_string(day) << ": a period begins before the last one ends";
        const auto last = quantity::previous_day(rules.period.until);
        if (rules.period.until > quantity::make_date(2030, 1, 1)) break;
        const auto late = compile(world, book, last);
        ASSERT_EQ(late.period, rules.period) << quantity::to_string(day);
        ASSERT_EQ(late.nodes.size(), rules.nodes.size()) << quantity::to_string(day);
        ASSERT_EQ(late.place_sets, rules.place_sets) << quantity::to_string(day);
        day = rules.period.until;
    }
    EXPECT_GT(stretches, 40);
}

TEST(RulebookOfADay, EndsWhereTheDatesOfAListThatItAsksDo) {
    auto world = small_world();
    world.party_lists[0].members[0].period.until = quantity::make_date(2027, 4, 6);
    auto book = book_of(world, defined_as("seller in list approved_designers"));
    ASSERT_TRUE(book) << text::render(book.error());
    const auto rules = compile(world, *book, quantity::make_date(2026, 9, 9));
    EXPECT_EQ(rules.period, (quantity::Period{quantity::make_date(2025, 1, 13),
                                              quantity::make_date(2027, 4, 6)}));
    const auto before = compile(world, *book, quantity::make_date(2024, 9, 9));
    EXPECT_EQ(before.period.until, rules.period.from);
    EXPECT_EQ(compile(world, *book, rules.period.until).period.from, rules.period.until);
}

class SharedCases : public testing::TestWithParam<const char*> {};

TEST_P(SharedCases, EveryRowPasses) {
    const auto file = shared_file(GetParam());
    if (!file) GTEST_SKIP() << GetParam() << " is not beside this repository";
    const auto& [world, book] = real_rulebook();
    const auto results = run_case_file(world, book, *file);
    ASSERT_TRUE(results) << text::render(results.error());
    EXPECT_GT(results->size(), 10U);
    for (const auto& result : *results) {
        EXPECT_TRUE(result.error.empty()) << result.id << ": " << result.error;
        for (const auto& m : result.mismatches)
            ADD_FAILURE() << result.id << ": " << m.field << " expected " << m.expected << ", got "
                          << m.got;
        EXPECT_TRUE(result.not_understood.empty())
            << result.id << ": " << fmt::format("{}", fmt::join(result.not_understood, "; "));
    }
}

INSTANTIATE_TEST_SUITE_P(BothFormats, SharedCases,
                         testing::Values("law/cases-chips.csv", "law/cases-parties.csv"),
                         [](const auto& row) { return row.index == 0 ? "Chips" : "Parties"; });

}  // namespace
}  // namespace sluice::law
