// What a determination says, rule by rule, on lawbooks small enough to read.
#include "law/determine.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "law/small_book_test.h"

namespace sluice::law {
namespace {

using quantity::make_date;

struct Asked {
    std::string_view facts;
    std::string_view answer;
};

void expect(const SmallBook& book, std::initializer_list<Asked> questions) {
    for (const auto& asked : questions)
        EXPECT_EQ(book.answer(asked.facts), asked.answer) << asked.facts;
}

TEST(Outcome, FollowsTheRequirement) {
    expect(SmallBook{"@requirement r $ met when tpp >= 4800 then licence_required"},
           {{"tpp 4799.999999", "no_licence_required"},
            {"tpp 4800", "licence_required"},
            {"tpp none", "no_licence_required"},
            {"tpp 4800..5000", "licence_required"},
            {"tpp 4000..4799", "no_licence_required"},
            {"tpp 4000..4800", "undetermined no_licence_required..licence_required, ask tpp"},
            {"tpp unknown", "undetermined no_licence_required..licence_required, ask tpp"}});
}

TEST(Outcome, IsTheStrictestAndListsEvery) {
    const SmallBook book{R"(
        @requirement licence $ met when tpp >= 1 then licence_required
        @requirement risk $ met when tpp >= 2 then presumed_violation_risk
        @requirement ban $ met when tpp >= 3 then prohibited)"};
    expect(book, {{"tpp 0", "no_licence_required"},
                  {"tpp 1", "licence_required"},
                  {"tpp 2", "presumed_violation_risk"},
                  {"tpp 3", "prohibited"}});
    const auto d = book.determine("tpp 3");
    ASSERT_EQ(d.requirements.size(), 3U);
    EXPECT_EQ(book.id(d.requirements[0].provision), "ban");
    EXPECT_EQ(book.id(d.requirements[1].provision), "risk");
    EXPECT_EQ(book.id(d.requirements[2].provision), "licence");
}

// Each of the two is unknown; one of them always bites.
TEST(Completion, DecidesWhereEveryValueOfTheUnknownAgrees) {
    expect(SmallBook{R"(
        @requirement dense $ met when tpp >= 5.92 * die_area then licence_required
        @requirement sparse $ met when not tpp >= 5.92 * die_area then licence_required)"},
           {{"tpp 2000, die_area unknown", "licence_required"},
            {"tpp 2000, die_area 300..800 mm2", "licence_required"},
            {"tpp 2000, die_area none", "licence_required"},
            {"tpp unknown, die_area unknown", "licence_required"}});
}

TEST(Completion, KeepsABandThatNoValueLeaves) {
    const SmallBook book{
        "@requirement r $ met when tpp >= 1.6 * die_area and tpp < 5.92 * die_area "
        "then licence_required"};
    expect(book, {{"tpp 2000, die_area 400..1200 mm2", "licence_required"},
                  {"tpp 2000, die_area 400..1250 mm2", "licence_required"},
                  {"tpp 2000, die_area 400..1250.000001 mm2",
                   "undetermined no_licence_required..licence_required, ask die_area"},
                  {"tpp 2368, die_area 400.000001..1250 mm2", "licence_required"},
                  {"tpp 2368, die_area 400..1250 mm2",
                   "undetermined no_licence_required..licence_required, ask die_area"}});
}

TEST(Completion, CountsThatTheThingMayNotExist) {
    const SmallBook book{
        "@requirement r $ met when memory_bandwidth < 100 GB/s or memory_bandwidth >= 100 GB/s "
        "then licence_required"};
    expect(book, {{"memory_bandwidth 5 GB/s", "licence_required"},
                  {"memory_bandwidth none", "no_licence_required"},
                  {"memory_bandwidth 1..200 GB/s", "licence_required"},
                  {"memory_bandwidth unknown",
                   "undetermined no_licence_required..licence_required, ask memory_bandwidth"}});
    const SmallBook absence{
        "@requirement r $ met when not exists memory_bandwidth then licence_required"};
    EXPECT_EQ(absence.answer("memory_bandwidth unknown"),
              "undetermined no_licence_required..licence_required, ask memory_bandwidth");
}

TEST(FailClosed, AnUnknownStrictRuleIsNeverDropped) {
    const SmallBook book{R"(
        @requirement licence $ met when entity_listed then licence_required
        @requirement ban $ met when denied_person then prohibited)"};
    expect(book, {{"entity_listed yes, denied_person unknown",
                   "undetermined licence_required..prohibited, ask denied_person"},
                  {"entity_listed unknown, denied_person yes", "prohibited"},
                  {"entity_listed unknown, denied_person no",
                   "undetermined no_licence_required..licence_required, ask entity_listed"}});
}

TEST(FailClosed, AGapInTheTextIsNotAPermission) {
    const SmallBook book{R"(
        @requirement r $ met when tpp >= 2000
            unclear when tpp >= 1000 "the letter was not published" then licence_required)"};
    expect(book, {{"tpp 2000", "licence_required"},
                  {"tpp 999", "no_licence_required"},
                  {"tpp 1000",
                   "undetermined no_licence_required..licence_required, enforced unknown, "
                   "ask \"the letter was not published\""}});
}

// Whether an odd number of fifteen things is so hangs on every one of them.
TEST(FailClosed, TooManyUnknownsLeaveTheOutcomeOpen) {
    const std::string_view odd[] = {"advanced_node",       "foundry_shipment", "private_sector",
                                    "parameters_attested", "entity_listed",    "footnote_1",
                                    "footnote_3",          "footnote_4",       "footnote_5",
                                    "meu_listed",          "sdn_listed",       "unverified_listed",
                                    "denied_person",       "supp8_approved"};
    std::string text = "@definition d0 $ met when has_hbm\n";
    int i = 0;
    for (const auto fact : odd) {
        text += fmt::format(
            "@definition d{1} $ met when met d{0} and not {2} or not met d{0} and {2}\n", i, i + 1,
            fact);
        ++i;
    }
    text += fmt::format("@requirement r $ met when met d{} then licence_required", i);
    const SmallBook book{text};
    const auto d = book.determine("");
    EXPECT_EQ(d.outcome, Outcome::undetermined);
    EXPECT_EQ(d.at_least, Outcome::no_licence_required);
    EXPECT_EQ(d.at_most, Outcome::licence_required);
    EXPECT_EQ(d.missing.size(), 15U);
}

TEST(Missing, IsRankedByHowMuchItDecides) {
    const SmallBook book{R"(
        @requirement listed $ met when entity_listed then licence_required
        @requirement chip $ met when tpp >= 4800 and destination in CN then licence_required)"};
    const auto d = book.determine("destination unknown, tpp unknown, entity_listed unknown");
    // One of the two values of the first settles everything; no value of the others does.
    ASSERT_EQ(d.missing.size(), 3U);
    EXPECT_EQ(*d.missing[0].fact, FactId::entity_listed);
    EXPECT_DOUBLE_EQ(d.missing[0].decides, 0.5);
    EXPECT_DOUBLE_EQ(d.missing[1].decides, 0);
    EXPECT_DOUBLE_EQ(d.missing[2].decides, 0);
    // What cannot matter any more is not asked for.
    expect(book, {{"destination PL, tpp unknown, entity_listed unknown",
                   "undetermined no_licence_required..licence_required, ask entity_listed"},
                  {"destination CN, tpp unknown, entity_listed no",
                   "undetermined no_licence_required..licence_required, ask tpp"}});
}

constexpr std::string_view two_requirements = R"(
    @requirement chip $ met when tpp >= 1000 then licence_required
    @requirement party $ met when entity_listed then licence_required
    @exception half code "HALF" for chip $ met when has_hbm
    @exception whole code "WHOLE" for chip, party $ met when private_sector
        condition order "an order" condition notice "a notice")";

TEST(Exception, MustCoverEveryRequirement) {
    expect(SmallBook{two_requirements},
           {{"tpp 1000, entity_listed no, has_hbm yes, private_sector no",
             "exception_available, exception HALF"},
            {"tpp 1000, entity_listed yes, has_hbm yes, private_sector no", "licence_required"},
            {"tpp 1000, entity_listed yes, has_hbm no, private_sector yes",
             "exception_available, exception WHOLE, if order notice"}});
}

TEST(Exception, IsTheOneWithTheFewestOpenConditions) {
    expect(SmallBook{two_requirements},
           {{"tpp 1000, entity_listed no, has_hbm yes, private_sector yes",
             "exception_available, exception HALF"},
            {"tpp 1000, entity_listed no, has_hbm no, private_sector yes, certify notice yes",
             "exception_available, exception WHOLE, if order"},
            {"tpp 1000, entity_listed no, has_hbm no, private_sector yes, certify notice no",
             "licence_required"}});
}

TEST(Exception, ThatIsUnknownLeavesTheOutcomeOpen) {
    expect(
        SmallBook{two_requirements},
        {{"tpp 1000, entity_listed no, has_hbm unknown, private_sector no",
          "undetermined exception_available..licence_required, ask has_hbm"},
         {"tpp 1000, entity_listed unknown, has_hbm yes, private_sector no",
          "undetermined exception_available..licence_required, ask entity_listed"},
         {"tpp 1000, entity_listed unknown, has_hbm no, private_sector no", "licence_required"}});
}

TEST(Exception, LiftsNoProhibition) {
    expect(SmallBook{R"(
        @requirement ban $ met when denied_person then prohibited
        @exception e code "E" for ban $ met when always)"},
           {{"denied_person yes", "prohibited"}, {"denied_person no", "no_licence_required"}});
}

constexpr std::string_view lanes = R"(
    @requirement r $ met when tpp >= 1000 then licence_required
    @review denial for r $ met when always then presumption_of_denial
    @review open for r over denial $ met when destination in CN
        condition tested "tested" condition share "share" when share_of_us_shipments <= 50 %
        then case_by_case)";

TEST(Lane, ConditionsDecideIt) {
    expect(SmallBook{lanes},
           {{"tpp 1000, destination PL", "licence_required, lane presumption_of_denial"},
            {"tpp 1000, destination CN",
             "licence_required, lane case_by_case else presumption_of_denial, if tested share"},
            {"tpp 1000, destination CN, certify tested yes",
             "licence_required, lane case_by_case else presumption_of_denial, if share"},
            {"tpp 1000, destination CN, certify tested yes, share_of_us_shipments 50 %",
             "licence_required, lane case_by_case"},
            {"tpp 1000, destination CN, certify tested no",
             "licence_required, lane presumption_of_denial"},
            {"tpp 1000, destination CN, certify tested yes, share_of_us_shipments 50.000001 %",
             "licence_required, lane presumption_of_denial"},
            // A certificate does not stand against a stated fact.
            {"tpp 1000, destination CN, certify share yes, share_of_us_shipments 51 %",
             "licence_required, lane presumption_of_denial"}});
    const SmallBook book{lanes};
    const auto d = book.determine("tpp 1000, destination CN, certify tested no");
    ASSERT_EQ(d.requirements.size(), 1U);
    ASSERT_EQ(d.requirements[0].reviews.size(), 2U);
    EXPECT_EQ(book.id(d.requirements[0].review), "denial");
}

TEST(Lane, IsOpenWhereAMissingFactDecidesIt) {
    const SmallBook book{R"(
        @requirement r $ met when tpp >= 1000 then licence_required
        @review denial for r over approval $
            met when headquarters in CN or destination in CN then presumption_of_denial
        @review approval for r $ met when not headquarters in CN and not destination in CN
            then presumption_of_approval)"};
    expect(book, {{"tpp 1000, destination VN, headquarters unknown",
                   "licence_required, ask headquarters"},
                  {"tpp 1000, destination CN, headquarters unknown",
                   "licence_required, lane presumption_of_denial"},
                  {"tpp 1000, destination VN, headquarters PL",
                   "licence_required, lane presumption_of_approval"}});
    const auto d = book.determine("tpp 1000, destination VN, headquarters unknown");
    EXPECT_TRUE(d.requirements[0].lane_open);
    EXPECT_FALSE(d.requirements[0].lane.has_value());
}

TEST(Lane, OfTwoRequirementsIsTheStricter) {
    expect(SmallBook{R"(
        @requirement a $ met when tpp >= 1000 then licence_required
        @requirement b $ met when entity_listed then licence_required
        @review ra for a $ met when always then presumption_of_approval
        @review rb for b $ met when always then policy_of_denial)"},
           {{"tpp 1000, entity_listed no", "licence_required, lane presumption_of_approval"},
            {"tpp 1000, entity_listed yes", "licence_required, lane policy_of_denial"},
            {"tpp 1000, entity_listed unknown", "licence_required, ask entity_listed"}});
}

constexpr std::string_view worldwide = R"(
    provision r "R" kind requirement at "1"
      version published 2023-01-01 effective 2023-01-01 source "S" confidence primary text "T."
        met when tpp >= 4800 and destination in CN then licence_required
      version published 2025-01-15 effective 2025-01-13 compliance 2025-05-15
        source "S" confidence primary text "T."
        met when tpp >= 4800 then licence_required
      posture published 2025-05-13 effective 2025-05-13
        source "Press" text "T." enforced when destination in CN)";

TEST(Posture, SaysWhatIsEnforcedBesideWhatIsWritten) {
    const auto on = [](int year, unsigned month, unsigned day) {
        return SmallBook{worldwide, make_date(year, month, day)}.answer("tpp 4800, destination PL");
    };
    EXPECT_EQ(on(2025, 1, 12), "no_licence_required");
    EXPECT_EQ(on(2025, 1, 13), "licence_required, not enforced");
    EXPECT_EQ(on(2025, 5, 12), "licence_required, not enforced");
    EXPECT_EQ(on(2025, 5, 13), "licence_required, not enforced");
    const SmallBook today{worldwide, make_date(2026, 1, 2)};
    expect(today, {{"tpp 4800, destination CN", "licence_required"},
                   {"tpp 4800, destination unknown",
                    "licence_required, enforced unknown, ask destination"},
                   {"tpp 4799, destination CN", "no_licence_required"}});
    // Nobody knew of the announcement the day before it.
    const SmallBook before{worldwide, make_date(2026, 1, 2), make_date(2025, 5, 12)};
    EXPECT_EQ(before.answer("tpp 4800, destination PL"), "licence_required");
}

constexpr std::string_view ownership = R"(
    provision r "R" kind requirement at "1"
      version published 2025-09-30 released 2025-09-29 effective 2025-09-29
        source "S" confidence primary text "T."
        met when listed_ownership >= 50 % then licence_required
      stayed published 2025-11-12 from 2025-11-10 until 2026-11-10 unless extended
        source "S" text "T.")";

TEST(Stay, SuspendsAndThenSchedules) {
    struct Day {
        Date on;
        std::optional<Date> known_on;
        bool bites, scheduled;
    };
    for (const auto& day : {Day{make_date(2025, 9, 28), {}, false, false},
                            {make_date(2025, 9, 29), {}, true, false},
                            {make_date(2025, 11, 9), {}, true, false},
                            {make_date(2025, 11, 10), {}, false, false},
                            {make_date(2026, 11, 9), {}, false, false},
                            {make_date(2026, 11, 10), {}, true, true},
                            {make_date(2025, 11, 10), make_date(2025, 11, 11), true, false},
                            {make_date(2025, 11, 10), make_date(2025, 11, 12), false, false},
                            {make_date(2025, 10, 1), make_date(2025, 9, 28), false, false}}) {
        SCOPED_TRACE(quantity::to_string(day.on));
        const SmallBook book{ownership, day.on, day.known_on};
        const auto d = book.determine("listed_ownership 50 %");
        EXPECT_EQ(d.outcome == Outcome::licence_required, day.bites);
        EXPECT_EQ(!d.requirements.empty() && d.requirements[0].scheduled, day.scheduled);
        EXPECT_EQ(book.answer("listed_ownership 49.999999 %"), "no_licence_required");
    }
}

TEST(Letter, BindsItsAddresseeAlone) {
    const SmallBook book{R"(
        provision l "L" kind requirement at "1" addressee only $
        met when seller is nvidia and memory_bandwidth >= 4000 GB/s then licence_required)"};
    expect(book, {{"seller nvidia, memory_bandwidth 4000 GB/s", "licence_required"},
                  {"seller amd, memory_bandwidth 4000 GB/s", "no_licence_required"},
                  {"seller Nobody Ltd, memory_bandwidth 4000 GB/s", "no_licence_required"},
                  {"seller unknown, memory_bandwidth 4000 GB/s",
                   "undetermined no_licence_required..licence_required, ask seller"},
                  {"seller unknown, memory_bandwidth 3999 GB/s", "no_licence_required"}});
}

constexpr std::string_view tiers = R"(
    @classification a tier "3A090.a" $ limb 3A090.a.1 when tpp >= 4800
        limb 3A090.a.2 when tpp >= 1600 and tpp >= 5.92 * die_area
    @classification b tier "3A090.b" $ met when tpp >= 2400 and tpp >= 1.6 * die_area)";

TEST(TierOfAnItem, IsTheStrictestClassification) {
    const SmallBook book{tiers};
    expect(book, {{"tpp 4800, die_area 9000 mm2", "no_licence_required, tier 3A090.a.1"},
                  {"tpp 2400, die_area 400 mm2", "no_licence_required, tier 3A090.a.2"},
                  {"tpp 2400, die_area 800 mm2", "no_licence_required, tier 3A090.b"},
                  {"tpp 2399, die_area 800 mm2", "no_licence_required"},
                  // Unknown, but settled: whatever the area, a.1 is met.
                  {"tpp 4800", "no_licence_required, tier 3A090.a.1"},
                  {"tpp 2000", "no_licence_required, tier undetermined, ask die_area"}});
    const auto d = book.determine("tpp 2400");
    EXPECT_EQ(d.tier.name, "undetermined");
    EXPECT_EQ(d.tier.possible, (std::vector<std::string>{"3A090.a.2", "3A090.b", "none"}));
    EXPECT_EQ(book.determine("tpp 4800, die_area 100 mm2").tier.all,
              (std::vector<std::string>{"3A090.a.1", "3A090.a.2", "3A090.b"}));
}

TEST(Axes, NeverChangeTheOutcome) {
    const SmallBook book{R"(
        @requirement r $ met when tpp >= 4800 then licence_required
        @tariff duty $ met when memory_bandwidth > 4500 GB/s then rate "25 %"
        @import_measure cn code "CN" $ met when has_hbm
        @watch bill $ met when tpp >= 1
        @red_flag computed $ met when destination in CN
        @red_flag stated-by-user $
        @obligation records $ met when always
        @obligation filing for r $ met when always)"};
    const auto free = book.determine(
        "tpp 1, memory_bandwidth 4800 GB/s, has_hbm unknown, destination CN, "
        "red_flag stated-by-user");
    EXPECT_EQ(one_line(book.rules, free), "no_licence_required");
    EXPECT_EQ(free.tariffs.size(), 1U);
    EXPECT_TRUE(free.import_measures.empty());
    EXPECT_EQ(free.unknown_axes.size(), 1U);
    EXPECT_EQ(free.watches.size(), 1U);
    EXPECT_EQ(free.red_flags.size(), 2U);
    ASSERT_EQ(free.obligations.size(), 1U);
    EXPECT_EQ(book.id(free.obligations[0]), "records");
    const auto bites = book.determine("tpp 4800");
    EXPECT_EQ(bites.obligations.size(), 2U);
    EXPECT_TRUE(bites.red_flags.empty());
}

TEST(Ambiguity, IsShownWhereItHolds) {
    const SmallBook book{R"(
        @requirement r $ met when tpp >= 4800
            ambiguity when tpp == 4800 "One source says `or more`, another `more than`."
            then licence_required)"};
    EXPECT_EQ(book.determine("tpp 4800").ambiguities.size(), 1U);
    EXPECT_TRUE(book.determine("tpp 4801").ambiguities.empty());
    EXPECT_TRUE(book.determine("tpp 4799").ambiguities.empty());
}

std::string margins_of(const SmallBook& book, std::string_view facts) {
    std::string line;
    for (const auto& m : book.determine(facts).margins)
        line += fmt::format("{}{} {} {}", line.empty() ? "" : ", ", facts::info(m.fact).name,
                            quantity::to_string(m.threshold), quantity::to_string(m.distance));
    return line;
}

TEST(Margins, AreMeasuredToEveryThresholdNearestFirst) {
    const SmallBook book{R"(
        @requirement r $ met when tpp >= 4800 and tpp >= 5.92 * die_area
            and memory_bandwidth + io_bandwidth >= 1700 GB/s then licence_required)"};
    EXPECT_EQ(margins_of(book,
                         "tpp 2368, die_area 814 mm2, memory_bandwidth 4000 GB/s, "
                         "io_bandwidth 900 GB/s"),
              "tpp 4800 -2432, tpp 4818.88 -2450.88, memory_bandwidth 1700 3200");
    // A range is measured from its nearer end; what is absent or unknown has no margin.
    EXPECT_EQ(margins_of(book, "tpp 4700..4900, die_area none, memory_bandwidth 4000 GB/s"),
              "tpp 4800 0");
    EXPECT_EQ(margins_of(book, "tpp 4000..4700, die_area 100..200 mm2"),
              "tpp 4800 -100, tpp 1184 2816");
}

}  // namespace
}  // namespace sluice::law
