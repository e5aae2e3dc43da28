// The single changes that flip an answer: they do flip it, nothing smaller does, smallest first.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "law/real_rulebook_test.h"
#include "law/small_book_test.h"
#include "text/file.h"

namespace sluice::law {
namespace {

// "tpp >= 4800: licence_required; …", sizes left out.
std::string told(const std::vector<Flip>& flips) {
    const std::string_view side[] = {"<", "<=", "==", "!=", ">=", ">"};
    std::string line;
    for (const auto& flip : flips) {
        const auto& about = facts::info(flip.fact);
        line += (line.empty() ? "" : "; ") + std::string(about.name);
        if (about.type == facts::FactType::number)
            line += fmt::format(" {} {}", side[static_cast<int>(flip.side)],
                                quantity::to_string(flip.threshold));
        else if (about.type == facts::FactType::boolean)
            line += flip.to.lo ? " yes" : " no";
        else if (about.type == facts::FactType::choice)
            line += " " + std::string(about.choices[static_cast<std::size_t>(flip.to.lo)]);
        line += ": " + std::string(to_string(flip.outcome));
        if (flip.lane) line += " " + std::string(to_string(*flip.lane));
    }
    return line;
}

std::string flips_of(const SmallBook& book, std::string_view facts) {
    const auto the_case = book.of(facts);
    return told(flips(book.world, book.rules, the_case, determine(book.rules, the_case)));
}

TEST(Flips, AreTheSmallestFirst) {
    const SmallBook book{R"(
        @requirement chip $ met when tpp >= 4800 then licence_required
        @requirement wide $ met when memory_bandwidth > 5000 GB/s then licence_required
        @requirement party $ met when entity_listed then prohibited)"};
    EXPECT_EQ(flips_of(book, "tpp 4700, memory_bandwidth 4000 GB/s, entity_listed no"),
              "tpp >= 4800: licence_required; memory_bandwidth > 5000: licence_required; "
              "entity_listed yes: prohibited");
    EXPECT_EQ(flips_of(book, "tpp 4000, memory_bandwidth 4900 GB/s, entity_listed no"),
              "memory_bandwidth > 5000: licence_required; tpp >= 4800: licence_required; "
              "entity_listed yes: prohibited");
    EXPECT_EQ(flips_of(book, "tpp 4800, memory_bandwidth 1 GB/s, entity_listed no"),
              "tpp < 4800: no_licence_required; entity_listed yes: prohibited");
    // Two requirements bite: no single number frees the deal.
    EXPECT_EQ(flips_of(book, "tpp 4800, memory_bandwidth 6000 GB/s, entity_listed no"),
              "entity_listed yes: prohibited");
}

TEST(Flips, GoPastANumberThatChangesNothing) {
    const SmallBook book{R"(
        @definition low $ met when tpp >= 1600
        @requirement r $ met when tpp >= 4800 and met low then licence_required)"};
    EXPECT_EQ(flips_of(book, "tpp 1000"), "tpp >= 4800: licence_required");
    const SmallBook density{
        "@requirement r $ met when tpp >= 5.92 * die_area then licence_required"};
    EXPECT_EQ(flips_of(density, "tpp 2368, die_area 814 mm2"),
              "die_area <= 400: licence_required; tpp >= 4818.88: licence_required");
}

TEST(Flips, CountALaneAndTryEachChoiceOnce) {
    const SmallBook book{R"(
        @requirement r $ met when tpp >= 4800 then licence_required
        @review denial for r $ met when always then presumption_of_denial
        @review approval for r over denial $ met when item is board and not has_hbm
            then presumption_of_approval)"};
    EXPECT_EQ(flips_of(book, "tpp 9600, item chip, has_hbm no"),
              "tpp < 4800: no_licence_required; "
              "item board: licence_required presumption_of_approval");
}

TEST(Flips, LeaveWhatIsUnknownAndTheDealItself) {
    const SmallBook book{R"(
        @requirement r $ met when tpp >= 4800 and destination in CN and not from in VN
            then licence_required
        @requirement s $ met when die_area < 100 mm2 then licence_required)"};
    EXPECT_EQ(flips_of(book, "tpp 1, destination CN, from US, die_area none"),
              "tpp >= 4800: licence_required");
    EXPECT_EQ(flips_of(book, "tpp 4000..4700, destination CN, from US, die_area 200 mm2"),
              "die_area < 100: licence_required");
}

// On the news: every flip flips, and one step towards the deal does not.
TEST(Flips, OfTheExamplesAreMinimal) {
    const auto& [world, book] = real_rulebook();
    std::size_t numbers = 0;
    for (const auto& file :
         text::files_in(std::filesystem::path{SLUICE_SOURCE_DIR} / "examples", ".toml")) {
        if (file.parent_path().filename() != "examples") continue;  // no deal
        const auto the_case = facts::resolve(world, facts::read_deal(file).value()).value();
        const auto rules = compile(world, book, the_case.on);
        const auto now = determine(rules, the_case);
        const auto found = flips(world, rules, the_case, now);
        EXPECT_TRUE(std::ranges::is_sorted(found, {}, &Flip::relative));
        const auto with = [&](FactId fact, const facts::Value& value) {
            auto changed = the_case;
            changed[fact] = value;
            facts::derive(world, changed, fact);
            return determine(rules, changed);
        };
        for (const auto& flip : found) {
            SCOPED_TRACE(file.filename().string() + ": " + told({flip}));
            const auto then = with(flip.fact, flip.to);
            EXPECT_EQ(then.outcome, flip.outcome);
            EXPECT_EQ(then.lane, flip.lane);
            EXPECT_TRUE(then.outcome != now.outcome || then.lane != now.lane);
            if (facts::info(flip.fact).type != facts::FactType::number) continue;
            ++numbers;
            const auto back = flip.to.lo + (flip.to.lo > flip.from.lo ? -1 : 1);
            const auto short_of =
                with(flip.fact, {.known = facts::Known::exact, .lo = back, .hi = back});
            EXPECT_EQ(short_of.outcome, now.outcome);
            EXPECT_EQ(short_of.lane, now.lane);
        }
    }
    EXPECT_GT(numbers, 10U);
}

}  // namespace
}  // namespace sluice::law
