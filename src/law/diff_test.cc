#include "law/diff.h"

#include <gtest/gtest.h>

#include <string>

#include "law/real_rulebook_test.h"
#include "law/small_book_test.h"

namespace sluice::law {
namespace {

using quantity::make_date;

std::string provisions_of(const Lawbook& book, const LawDiff& diff) {
    std::string line;
    for (const auto& change : diff.provisions)
        line +=
            fmt::format("{} {}; ", book.provisions[static_cast<std::size_t>(change.provision)].id,
                        to_string(change.kind));
    return line;
}

std::string outcomes_of(const facts::World& world, const LawDiff& diff) {
    std::string text;
    for (const auto& change : diff.outcomes) {
        const auto& [before, after] = std::pair{change.before, change.after};
        text += world.chips[static_cast<std::size_t>(change.chip)].id + " to";
        for (const auto place : change.places) text += " " + world.places.all[place].iso;
        text += fmt::format(": {} -> {}", to_string(before.outcome), to_string(after.outcome));
        const auto lane = [](std::optional<Lane> l) { return l ? to_string(*l) : "none"; };
        if (before.lane != after.lane)
            text += fmt::format(", lane {} -> {}", lane(before.lane), lane(after.lane));
        if (before.enforced != after.enforced)
            text += fmt::format(", enforced {} -> {}", before.enforced.value_or(false),
                                after.enforced.value_or(false));
        text += fmt::format(" because {}\n", fmt::join(change.because, " "));
    }
    return text;
}

constexpr std::string_view history = R"(
    provision a "A" kind definition at "1"
      version published 2023-01-01 effective 2023-01-01 until 2023-03-01
        source "S" confidence primary text "T." met when always
    provision b "B" kind requirement at "1"
      version published 2023-02-01 effective 2023-02-01 source "S" confidence primary text "T."
        met when destination in CN then licence_required
      version published 2023-05-01 effective 2023-05-01 source "S" confidence primary text "T."
        met when destination in CN + VN then licence_required
      stayed published 2023-06-01 from 2023-06-01 until 2023-07-01 source "S" text "T."
      posture published 2023-08-01 effective 2023-08-01 source "S" text "T."
        enforced when destination in CN)";

TEST(LawDiff, NamesWhatHappenedToEachProvision) {
    const auto world = small_world();
    const auto book = book_of(world, history);
    ASSERT_TRUE(book) << text::render(book.error());
    const auto between = [&](Date from, Date to) {
        return provisions_of(*book, diff(world, *book, {.from = from, .to = to}));
    };
    EXPECT_EQ(between(make_date(2023, 1, 15), make_date(2023, 1, 16)), "");
    EXPECT_EQ(between(make_date(2023, 1, 15), make_date(2023, 2, 1)), "b begins; ");
    EXPECT_EQ(between(make_date(2023, 1, 15), make_date(2023, 4, 1)), "a ends; b begins; ");
    EXPECT_EQ(between(make_date(2023, 4, 1), make_date(2023, 5, 1)), "b changes; ");
    EXPECT_EQ(between(make_date(2023, 5, 31), make_date(2023, 6, 1)), "b stayed; ");
    EXPECT_EQ(between(make_date(2023, 6, 30), make_date(2023, 7, 1)), "b resumes; ");
    EXPECT_EQ(between(make_date(2023, 7, 31), make_date(2023, 8, 1)), "b posture; ");
}

TEST(LawDiff, GathersThePlacesThatMoveAlike) {
    const auto world = small_world();
    const auto book = book_of(world, history);
    ASSERT_TRUE(book) << text::render(book.error());
    const auto moved = [&](Date from, Date to) {
        return outcomes_of(world, diff(world, *book, {.from = from, .to = to}));
    };
    EXPECT_EQ(moved(make_date(2023, 1, 15), make_date(2023, 5, 1)),
              "nvidia-h20 to CN VN: no_licence_required -> licence_required because b\n");
    EXPECT_EQ(moved(make_date(2023, 4, 1), make_date(2023, 5, 1)),
              "nvidia-h20 to VN: no_licence_required -> licence_required because b\n");
    EXPECT_EQ(moved(make_date(2023, 7, 31), make_date(2023, 8, 1)),
              "nvidia-h20 to VN: licence_required -> licence_required, enforced true -> false "
              "because b\n");
    const auto one = diff(world, *book,
                          {.from = make_date(2023, 1, 15),
                           .to = make_date(2023, 5, 1),
                           .places = {static_cast<facts::PlaceCode>(world.places.find("CN"))}});
    EXPECT_EQ(one.deals_compared, 1U);
}

TEST(LawDiff, TellsTheNewsOfTheRulebook) {
    const auto& [world, book] = real_rulebook();
    const auto news = [&](const char* chip, Date from, Date to) {
        DiffQuestion question{.from = from, .to = to, .chips = {world.find_chip(chip)}};
        for (const auto* iso : {"CN", "VN", "DE"})
            question.places.push_back(static_cast<facts::PlaceCode>(world.places.find(iso)));
        return outcomes_of(world, diff(world, book, question));
    };
    EXPECT_EQ(news("nvidia-h20-sxm-96gb", make_date(2025, 4, 8), make_date(2025, 4, 9)),
              "nvidia-h20-sxm-96gb to CN: no_licence_required -> licence_required because "
              "us.letter.2025-04-09.nvidia\n");
    EXPECT_EQ(news("nvidia-h100-sxm-80gb", make_date(2025, 1, 12), make_date(2025, 1, 13)),
              "nvidia-h100-sxm-80gb to DE: no_licence_required -> exception_available, "
              "enforced true -> false because us.ear.740.29.lpp us.ear.742.6.a6.iii.a "
              "us.ear.742.6.b10.supplement-5\n");
    EXPECT_EQ(news("nvidia-h200-sxm-141gb", make_date(2026, 1, 14), make_date(2026, 1, 15)),
              "nvidia-h200-sxm-141gb to CN: licence_required -> licence_required, "
              "lane presumption_of_denial -> case_by_case because us.ear.742.6.a6.iii.a "
              "us.ear.742.6.b10.denial us.ear.742.6.b10.h200-class\n");
}

}  // namespace
}  // namespace sluice::law
