#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "law/format.h"
#include "law/lawbook.h"
#include "law/small_world_test.h"
#include "text/diagnostic.h"

namespace sluice::law {
namespace {

using facts::FactId;
using quantity::make_date;

struct GoodCondition {
    std::string_view written;
    std::string_view printed{};  // "" when the same
};

TEST(ParseLaw, ReadsConditions) {
    const GoodCondition good[] = {
        {"always"},
        {"has_hbm"},
        {"not has_hbm"},
        {"not not has_hbm"},
        {"exists memory_bandwidth"},
        {"met us.ear.3a090.a"},
        {"tpp >= 4800"},
        {"tpp >= 4_800", "tpp >= 4800"},
        {"1600 <= tpp"},
        {"tpp != 5.92"},
        {"tpp >= 5.92 * die_area"},
        {"5.92*die_area<=tpp", "5.92 * die_area <= tpp"},
        {"tpp >= 1 * die_area"},
        {"received_tpp + shipment_tpp <= 26_900_000", "received_tpp + shipment_tpp <= 26900000"},
        {"memory_bandwidth + 1 TB/s > 2 * io_bandwidth",
         "memory_bandwidth + 1000 GB/s > 2 * io_bandwidth"},
        {"memory_bandwidth_density < 3.3 GB/s/mm2"},
        {"share_of_us_shipments <= 50 %"},
        {"share_of_us_shipments <= 50%", "share_of_us_shipments <= 50 %"},
        {"transistor_count >= 30 billion"},
        {"act is export"},
        {"act is not export"},
        {"not act is export", "act is not export"},
        {"act in {export, reexport}"},
        {"not act in {export, reexport}"},
        {"act in {export}", "act is export"},
        {"seller is nvidia"},
        {"also_eccn is 4A003"},
        {"chip is nvidia-h20"},
        {"seller in list approved_designers"},
        {"destination in CN"},
        {"destination in D:5 + MO"},
        {"destination in (D:4 + D:5) - (A:5 + supp5a)",
         "destination in D:4 + D:5 - (A:5 + supp5a)"},
        {"destination in D:4-D:5", "destination in D:4 - D:5"},
        {"from in US and destination in CN"},
        {"has_hbm and tpp > 1 or advanced_node"},
        {"has_hbm and (tpp > 1 or advanced_node)"},
        {"(has_hbm and tpp > 1) or advanced_node", "has_hbm and tpp > 1 or advanced_node"},
        {"has_hbm and (tpp > 1 and advanced_node)"},
        {"not (has_hbm or advanced_node)"},
        {"((has_hbm))", "has_hbm"},
    };
    const auto world = small_world();
    for (const auto& [written, printed] : good) {
        const auto parsed = parse_law(world, "x.law", defined_as(written));
        ASSERT_TRUE(parsed) << text::render(parsed.error());
        const auto& when = parsed->front().versions.front().limbs.front().when;
        EXPECT_EQ(format_expr(world, when), printed.empty() ? written : printed);
    }
}

TEST(ParseLaw, KeepsPlacesOfConditions) {
    const auto parsed = parse_law(small_world(), "x.law", defined_as("has_hbm and\n  tpp > 3"));
    ASSERT_TRUE(parsed);
    const auto& when = parsed->front().versions.front().limbs.front().when;
    ASSERT_EQ(when.children.size(), 2U);
    EXPECT_EQ(when.where.line, 9);
    EXPECT_EQ(when.where.column, 14);
    EXPECT_EQ(when.children[1].where.line, 10);
    EXPECT_EQ(when.children[1].where.column, 3);
    EXPECT_EQ(when.children[1].where.width, 7);
    EXPECT_EQ(when.children[1].where.excerpt, "  tpp > 3");
}

// The example of docs/reference/law-language.md and every clause it leaves out.
constexpr std::string_view whole_provision = R"(provision us.ear.test "Advanced chip"
  kind requirement
  at "15 CFR 742.6" addressee only

  version published 2023-10-25 released 2023-10-17 effective 2023-11-17 compliance 2023-12-01
      until 2025-01-01 scheduled
    source "88 FR 73458" url "https://www.federalregister.gov/x"
    confidence primary
    text "One \"line\" and
          the next, " "joined."
    limb 3A090.a.1 when tpp >= 4800
    limb a.2 when tpp >= 1600
    except note-2 when not marketed_for_datacentre
    unclear when act is transfer "The text is silent."
    ambiguity when always "Two readings."
    condition us_supply "Enough at home." when share_of_us_shipments <= 50 %
    condition tested "Tested in the United States."
    then licence_required
  version published 2025-01-01 effective 2025-01-02 repealed source "90 FR 1" confidence inferred

  stayed published 2025-11-12 from 2025-11-10 until 2026-11-09 unless extended
    source "90 FR 50857" text "Stayed."
  posture published 2025-05-13 effective 2025-05-13 until 2026-01-01
    source "Press release" text "Not enforced." enforced when has_hbm

  case "range" on 2024-01-02 tpp 2000..3000, die_area 600..0.8 mm2, not has_hbm, act export,
    destination CN, seller nvidia, chip nvidia-h20, memory_bandwidth absent, quantity unknown
    => unknown ask die_area, quantity
)";

TEST(ParseLaw, ReadsEveryClause) {
    std::string text(whole_provision);
    text.replace(text.find("600..0.8"), 8, "600..800");
    const auto parsed = parse_law(small_world(), "x.law", text);
    ASSERT_TRUE(parsed) << text::render(parsed.error());
    ASSERT_EQ(parsed->size(), 1U);
    const auto& p = parsed->front();
    EXPECT_EQ(p.id, "us.ear.test");
    EXPECT_EQ(p.kind, Kind::requirement);
    EXPECT_EQ(p.citation, "15 CFR 742.6");
    EXPECT_TRUE(p.addressee_only);
    ASSERT_EQ(p.versions.size(), 2U);
    const auto& v = p.versions[0];
    EXPECT_EQ(v.published, make_date(2023, 10, 25));
    EXPECT_EQ(v.known_from(), make_date(2023, 10, 17));
    EXPECT_EQ(v.effective, make_date(2023, 11, 17));
    EXPECT_EQ(v.compliance, make_date(2023, 12, 1));
    EXPECT_EQ(v.until, make_date(2025, 1, 1));
    EXPECT_TRUE(v.scheduled);
    EXPECT_EQ(v.source, "88 FR 73458");
    EXPECT_EQ(v.url, "https://www.federalregister.gov/x");
    EXPECT_EQ(v.certainty, Certainty::primary);
    EXPECT_EQ(v.text, "One \"line\" and the next, joined.");
    ASSERT_EQ(v.limbs.size(), 2U);
    EXPECT_EQ(v.limbs[0].label, "3A090.a.1");
    ASSERT_EQ(v.carves.size(), 1U);
    EXPECT_EQ(v.carves[0].label, "note-2");
    ASSERT_EQ(v.doubts.size(), 1U);
    EXPECT_EQ(v.doubts[0].text, "The text is silent.");
    ASSERT_EQ(v.ambiguities.size(), 1U);
    ASSERT_EQ(v.conditions.size(), 2U);
    EXPECT_TRUE(v.conditions[0].when);
    EXPECT_FALSE(v.conditions[1].when);
    EXPECT_EQ(v.outcome, Outcome::licence_required);
    EXPECT_TRUE(p.versions[1].repealed);
    EXPECT_EQ(p.versions[1].certainty, Certainty::inferred);
    ASSERT_EQ(p.stays.size(), 1U);
    EXPECT_TRUE(p.stays[0].unless_extended);
    ASSERT_EQ(p.postures.size(), 1U);
    EXPECT_EQ(p.postures[0].until, make_date(2026, 1, 1));
}

TEST(ParseLaw, ReadsCases) {
    std::string text(whole_provision);
    text.replace(text.find("600..0.8"), 8, "600..800");
    const auto parsed = parse_law(small_world(), "x.law", text);
    ASSERT_TRUE(parsed) << text::render(parsed.error());
    const auto& c = parsed->front().cases.at(0);
    EXPECT_EQ(c.title, "range");
    EXPECT_EQ(c.on, make_date(2024, 1, 2));
    EXPECT_EQ(c.expected, Truth::unknown);
    EXPECT_EQ(c.ask, (std::vector{FactId::die_area, FactId::quantity}));
    const std::pair<FactId, facts::Value> stated[] = {
        {FactId::tpp, facts::Value::range({Decimal{2000}, Decimal{3000}})},
        {FactId::die_area, facts::Value::range({Decimal{600}, Decimal{800}})},
        {FactId::has_hbm, facts::Value::boolean(false)},
        {FactId::act, facts::Value::code(0)},
        {FactId::destination, facts::Value::code(1)},
        {FactId::seller, facts::Value::code(2)},
        {FactId::chip, facts::Value::code(0)},
        {FactId::memory_bandwidth, facts::Value::absent()},
        {FactId::quantity, facts::Value::unknown()},
    };
    ASSERT_EQ(c.facts.size(), std::size(stated));
    for (std::size_t i = 0; i < c.facts.size(); ++i) EXPECT_EQ(c.facts[i], stated[i]) << i;
    EXPECT_EQ(c.written[1], "die_area 600..800 mm2");
}

TEST(ParseLaw, KeywordsAreWordsToo) {
    const auto parsed = parse_law(small_world(), "x.law",
                                  R"(provision version.case "at" kind definition at "for"
version published 2023-01-01 effective 2023-01-01 source "88 FR 1" confidence single text "text"
limb limb when from in US condition condition "source" when met met case "on" on 2023-01-01
not has_hbm => met)");
    ASSERT_TRUE(parsed) << text::render(parsed.error());
    const auto& v = parsed->front().versions.front();
    EXPECT_EQ(parsed->front().id, "version.case");
    EXPECT_EQ(v.limbs.front().label, "limb");
    EXPECT_EQ(v.conditions.front().name, "condition");
    EXPECT_EQ(v.conditions.front().when->name, "met");
    EXPECT_EQ(parsed->front().cases.front().title, "on");
}

TEST(ParseLaw, LineEndsAndByteOrderMarkSayNothing) {
    const auto world = small_world();
    const auto unix_text = defined_as("tpp >= 4800\n  and has_hbm");
    std::string windows = "\xef\xbb\xbf";
    for (const char c : unix_text) {
        if (c == '\n') windows += '\r';
        windows += c;
    }
    const auto a = parse_law(world, "x.law", unix_text);
    const auto b = parse_law(world, "x.law", windows);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(format_law(world, *a), format_law(world, *b));
}

}  // namespace
}  // namespace sluice::law
