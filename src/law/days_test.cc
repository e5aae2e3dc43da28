// Every day on which a provision of the rulebook begins, ends, is stayed, resumes or is enforced
// otherwise: the day before, the day itself and the day after.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "law/real_rulebook_test.h"
#include "law/small_book_test.h"
#include "tests/law/naive.h"

namespace sluice::law {
namespace {

using quantity::next_day;
using quantity::parse_date;
using quantity::previous_day;
using quantity::to_string;

// ---- days as the Federal Register and the letters give them, typed from there
// ---------------------

struct Life {
    std::string_view provision;
    std::string_view from;
    std::string_view until;  // "" for still in force
    std::string_view citation;
};

const Life lives[] = {
    {"us.letter.2022-08-26.nvidia", "2022-08-26", "", "NVIDIA Form 8-K of 2022-08-31"},
    {"us.letter.2022-08-31.amd", "2022-08-31", "", "press of 2022-08-31"},
    {"us.ear.3a090", "2022-10-07", "2023-11-17", "87 FR 62186, 88 FR 73458"},
    {"us.ear.4a090", "2022-10-07", "2023-11-17", "87 FR 62186, 88 FR 73458"},
    {"us.ear.742.6.a6.2022", "2022-10-07", "2023-11-17", "87 FR 62186, 88 FR 73458"},
    {"us.letter.2023-10-23.nvidia", "2023-10-23", "2023-11-17", "NVIDIA Form 8-K of 2023-10-24"},
    {"us.ear.3a090.a", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.3a090.b", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.3a090.note-2", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.4a090.a", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.5a992.z", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.742.6.a6.iii.a", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.742.6.a6.iii.b", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.744.23.a3.i", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.740.8.nac", "2023-11-17", "", "88 FR 73458"},
    {"us.ear.742.6.b10.approval", "2023-11-17", "2025-01-13", "88 FR 73458, 90 FR 4544"},
    {"us.ear.740.8.aca", "2024-04-04", "", "89 FR 23876"},
    {"us.ear.744.23.d3", "2024-04-04", "", "89 FR 23876"},
    {"us.ear.742.6.b10.not-datacentre", "2024-04-04", "2026-01-15", "89 FR 23876, 91 FR 1684"},
    {"us.ear.3a090.c", "2024-12-02", "", "89 FR 96790"},
    {"us.ear.742.6.a6.i.b", "2024-12-02", "", "89 FR 96790"},
    {"us.ear.740.25.hbm", "2024-12-02", "", "89 FR 96790"},
    {"us.ear.742.6.b10.allocation", "2025-01-13", "", "90 FR 4544"},
    {"us.ear.740.28.acm", "2025-01-13", "", "90 FR 4559"},
    {"us.ear.740.27.aia", "2025-01-13", "2025-05-13", "90 FR 4559; not enforced since"},
    {"us.ear.740.29.lpp", "2025-01-13", "2025-05-13", "90 FR 4559; not enforced since"},
    {"us.ear.3a090.note-1", "2025-01-16", "", "90 FR 5298"},
    {"us.letter.2025-04-09.nvidia", "2025-04-09", "", "NVIDIA Form 8-K of 2025-04-15"},
    {"us.letter.2025-04-09.amd", "2025-04-09", "", "AMD, April 2025"},
    {"us.letter.2025-04-09.intel", "2025-04-09", "", "Intel, April 2025"},
    {"us.ear.gp10.prc-chips", "2025-05-13", "", "BIS guidance of 2025-05-13"},
    {"us.ear.736.tgl-7", "2025-09-29", "2025-11-29", "90 FR 47201"},
    {"us.ear.742.6.b10.h200-class", "2026-01-15", "", "91 FR 1684"},
    {"us.tariff.section-232.chips", "2026-01-15", "", "Proclamation of 2026-01-14"},
    {"us.ear.740.supp8", "2026-07-10", "", "91 FR 43034"},
};

const Provision& provision(std::string_view id) {
    const auto& book = real_rulebook().book;
    const int at = book.find(id);
    if (at < 0) throw std::invalid_argument(std::string(id));
    return book.provisions[static_cast<std::size_t>(at)];
}

bool speaks(const Provision& p, Date on) {
    const auto now = in_force(p, on, {});
    return now.version >= 0 && !now.stayed;
}

TEST(Days, BeginAndEndWhereTheSourceSays) {
    for (const auto& life : lives) {
        SCOPED_TRACE(std::string(life.provision) + ", " + std::string(life.citation));
        const auto& p = provision(life.provision);
        const auto from = parse_date(life.from).value();
        EXPECT_FALSE(speaks(p, previous_day(from)));
        EXPECT_TRUE(speaks(p, from));
        EXPECT_TRUE(speaks(p, next_day(from)));
        if (life.until.empty()) {
            EXPECT_TRUE(speaks(p, quantity::make_date(2029, 6, 1)));
            continue;
        }
        const auto until = parse_date(life.until).value();
        EXPECT_TRUE(speaks(p, previous_day(until)));
        EXPECT_FALSE(speaks(p, until));
        EXPECT_FALSE(speaks(p, next_day(until)));
    }
}

TEST(Days, OfTheStayOfTheOwnershipRule) {
    for (const auto* id : {"us.ear.744.11.a1", "us.ear.744.21.a3", "us.ear.744.8.a2"}) {
        SCOPED_TRACE(id);
        const auto& p = provision(id);
        const auto state = [&](std::string_view day) {
            const auto now = in_force(p, parse_date(day).value(), {});
            return now.version < 0 ? ""
                   : now.stayed    ? "stayed"
                   : now.scheduled ? "scheduled"
                                   : "in force";
        };
        EXPECT_STREQ(state("2025-09-28"), "");
        EXPECT_STREQ(state("2025-09-29"), "in force");
        EXPECT_STREQ(state("2025-11-09"), "in force");
        EXPECT_STREQ(state("2025-11-10"), "stayed");
        EXPECT_STREQ(state("2026-11-09"), "stayed");
        EXPECT_STREQ(state("2026-11-10"), "scheduled");
    }
}

// ---- every date of every provision
// ---------------------------------------------------------------

// What may change on a day: which version, stayed, pending, posture, before or after compliance.
struct State {
    int version = -1;
    bool stayed = false, scheduled = false, early = false;
    const Posture* posture = nullptr;
    friend bool operator==(const State&, const State&) = default;
};

State state_on(const Provision& p, Date on) {
    const auto now = in_force(p, on, {});
    if (now.version < 0) return {};
    const auto& compliance = p.versions[static_cast<std::size_t>(now.version)].compliance;
    return {now.version, now.stayed, now.scheduled, compliance && on < *compliance, now.posture};
}

std::set<Date> dates_of(const Provision& p) {
    std::set<Date> dates;
    for (const auto& version : p.versions) {
        dates.insert(version.effective);
        if (version.compliance) dates.insert(*version.compliance);
        if (version.until) dates.insert(*version.until);
    }
    for (const auto& stay : p.stays) dates.insert({stay.from, stay.until});
    for (const auto& posture : p.postures) {
        dates.insert(posture.effective);
        if (posture.until) dates.insert(*posture.until);
    }
    return dates;
}

// A compliance day or an end that a later version has overtaken moves nothing.
bool overtaken(const Provision& p, Date day) {
    std::optional<Date> since;  // effective day of the version that speaks
    for (const auto& version : p.versions)
        if (version.effective <= day) since = version.effective;
    for (const auto& version : p.versions) {
        const bool named = version.compliance == day || version.until == day;
        if (named && since && *since > version.effective) return true;
    }
    for (const auto& posture : p.postures)
        for (const auto& later : p.postures)
            if (posture.until == day && later.effective > posture.effective &&
                later.effective <= day)
                return true;
    return false;
}

TEST(Days, SwitchEveryProvisionExactlyThere) {
    const auto& book = real_rulebook().book;
    std::size_t switches = 0;
    for (const auto& p : book.provisions) {
        const auto dates = dates_of(p);
        const auto last = quantity::make_date(2030, 1, 1);
        auto before = state_on(p, previous_day(book.first_day()));
        for (auto day = book.first_day(); day < last; day = next_day(day)) {
            const auto now = state_on(p, day);
            const bool written = dates.contains(day);
            if (now != before) {
                ++switches;
                EXPECT_TRUE(written) << p.id << " switches on " << to_string(day);
            } else if (written) {
                EXPECT_TRUE(overtaken(p, day)) << p.id << " does not switch on " << to_string(day);
            }
            before = now;
        }
    }
    EXPECT_GT(switches, book.provisions.size());
}

// The compiled rulebook of each such day holds what is in force then, and what it says changes with
// it: both evaluators, on the facts of the provision's own cases.
TEST(Days, AreCompiledAsTheyAre) {
    const auto& [world, book] = real_rulebook();
    std::set<Date> days;
    for (const auto day : book.change_days())
        for (const int step : {-1, 0, 1})
            if (day.days + step >= book.first_day().days) days.insert({day.days + step});
    std::vector<Truth> truths;
    for (const auto on : days) {
        const auto rules = compile(world, book, on);
        for (std::size_t i = 0; i < book.provisions.size(); ++i) {
            const auto& p = book.provisions[i];
            const auto now = in_force(p, on, {});
            const auto at = rules.compiled_index[i];
            ASSERT_EQ(at >= 0, now.version >= 0) << p.id << " on " << to_string(on);
            if (at < 0) continue;
            const auto& compiled = rules.provisions[static_cast<std::size_t>(at)];
            ASSERT_EQ(compiled.in_force.version, now.version) << p.id << " on " << to_string(on);
            ASSERT_EQ(compiled.in_force.stayed, now.stayed) << p.id << " on " << to_string(on);
            ASSERT_EQ(std::ranges::count(rules.of(p.kind), at), now.stayed ? 0 : 1) << p.id;
            if (compiled.node < 0 || now.stayed) continue;
            for (const auto& written : p.cases) {
                facts::Facts facts{};
                for (const auto& [fact, value] : written.facts) facts[facts::index(fact)] = value;
                evaluate(rules, facts, truths);
                ASSERT_EQ(
                    truths[static_cast<std::size_t>(compiled.node)],
                    naive::met({.world = &world, .book = &book, .on = on, .facts = &facts}, p))
                    << p.id << " on " << to_string(on) << ": " << written.title;
            }
        }
    }
    EXPECT_GT(days.size(), 100U);
}

}  // namespace
}  // namespace sluice::law
