#include <gtest/gtest.h>

#include "report/small_assessment_test.h"
#include "text/table.h"

namespace sluice::report {
namespace {

TEST(Text, VerdictThenReasonsThenGround) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01",
                 {{"headquarters", "PL"}, {"quantity", "16000"}, {"listed", "none"}},
                 {.flips = false});
    small.assessment.the_case.assumptions.resize(1);
    EXPECT_EQ(
        to_text(small.assessment),
        "LICENCE REQUIRED · case by case if its conditions hold, else presumption of denial · "
        "2024-06-01 · 16,000 × H20 to China\n"
        R"(
Why
  ✓ Licence for dense chips: licence required, case by case
    t.dense · Part 3 · 88 FR 1 · in force since 2023-02-01
    ✓ tpp >= 2 * die_area                         2,368 against 1,628, 740 above (45.5 %)
  ✓ Licence for fast chips: licence required, case by case
    t.need · Part 2 · 88 FR 1 · in force since 2023-02-01 · confidence secondary
    ✓ met t.class                                 tpp >= 2000 (2,368)
    ✓ destination in D:5                          China (CN)

Review: case by case if its conditions hold, else presumption of denial
  open supply: enough for customers at home
  state one with --certify supply=yes

Exceptions considered
  ✗ EXC: not met: not marketed_for_datacentre (yes)

Review policies considered
  ✓ case by case (Part 5): met, provided: supply
  ✓ presumption of denial (Part 4): met, but another goes before it

Classification
  tier T.1
  tpp 2368 = bf16 148 TOPS x 16 bits
  io_bandwidth 1028 GB/s = scale-up links 900 + PCIe 128
  performance density 2.909 = 2368 / 814 mm2

Margins
  fact                   value  threshold     margin                     provision
  ----------------  ----------  ------------  -------------------------  ---------
  tpp                    2,368  >= 2,000      368 above (18.4 %)         t.class
  memory_bandwidth  4,000 GB/s  > 3,000 GB/s  1,000 GB/s above (33.3 %)  t.duty
  tpp                    2,368  >= 1,628      740 above (45.5 %)         t.dense

Tariffs (own axis)    25 % ad valorem: Duty on fast chips (Part 7)
Assumed               no listed party owns the buyer (not stated)

rulebook 0123456789ab · rules known to 2024-12-31 (Federal Register) and 2024-12-01 (text)
)");
}

struct Verdict {
    const char* to;
    const char* on;
    std::initializer_list<std::pair<const char*, const char*>> keys;
    std::vector<std::string_view> says;  // anywhere in the page
};

TEST(Text, EveryOutcomeHasItsWords) {
    const Verdict rows[] = {
        {"PL",
         "2024-06-01",
         {{"headquarters", "PL"}},
         {" · not enforced · 2024-06-01 · H20 to Poland\n",
          "Text and enforcement\n  the text of Part 3 requires it; the agency says that it does "
          "not "
          "enforce it: Not enforced outside\n    D:5. (Press release, from 2023-03-01)\n"}},
        {"CN",
         "2023-02-15",
         {{"headquarters", "CN"}},
         {"LICENCE REQUIRED · presumption of denial · 2023-02-15 · H20 to China\n",
          "Exceptions considered\n  ✗ EXC: not met: not marketed_for_datacentre (yes)\n"}},
        {"CN",
         "2024-06-01",
         {{"headquarters", "PL"}, {"certify", "supply=no"}},
         {"LICENCE REQUIRED · presumption of denial · ",
          "  ✗ case by case (Part 5): fails: supply\n"}},
        {"CN",
         "2024-06-01",
         {{"headquarters", "PL"}, {"certify", "supply=yes"}},
         {"LICENCE REQUIRED · case by case · ",
          "Review: case by case\n  stated supply: enough for customers at home\n"}},
        {"CN",
         "2024-06-01",
         {{"headquarters", "CN"}, {"assume", "marketed_for_datacentre=no"}},
         {"EXCEPTION EXC AVAILABLE · ", "Exceptions considered\n  ✓ EXC: met\n"}},
        {"VN",
         "2024-06-01",
         {{"assume", "tpp=1500"}},
         {"NO LICENCE REQUIRED · 2024-06-01 · H20 to Viet Nam\n",
          "  none of the 2 requirements in force that day is met\n"
          "  ✗ Licence for dense chips: tpp >= 2 * die_area (1,500)\n"
          "  ✗ Licence for fast chips: tpp >= 2000 (1,500)\n"}},
        {"CN",
         "2024-06-01",
         {{"assume", "tpp=unknown"}},
         {"UNDETERMINED · at least no licence required, at most licence required · ",
          "Missing, most decisive first\n  tpp: total processing performance"}},
        {"CN",
         "2025-01-01",
         {{"headquarters", "CN"}},
         {"warning: the deal is dated 2025-01-01, the rules are known to 2024-12-31\n"
          "hint: check the Federal Register for what was published since\n"}},
    };
    for (const auto& [to, on, keys, says] : rows) {
        SmallAssessment small;
        assess_small(small, to, on, keys, {.flips = false});
        const auto page = to_text(small.assessment);
        for (const auto& said : says)
            EXPECT_TRUE(page.contains(said)) << "wanted: " << said << "\n--- in\n" << page;
    }
}

TEST(Text, SaysWhatWouldChangeTheAnswer) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01", {{"headquarters", "CN"}});
    EXPECT_TRUE(to_text(small.assessment)
                    .contains("What would change it\n"
                              "  tpp < 1,628 (now 2,368): no licence required\n"
                              "  marketed_for_datacentre no: exception available\n"))
        << to_text(small.assessment);
}

TEST(Text, ColourAddsCodesAndNothingElse) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01", {{"headquarters", "PL"}});
    auto coloured = to_text(small.assessment, {.colour = true});
    EXPECT_TRUE(coloured.contains("\x1b["));
    for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b'))
        coloured.erase(at, coloured.find('m', at) - at + 1);
    EXPECT_EQ(coloured, to_text(small.assessment));
}

TEST(Text, NoLineIsWiderThanThePage) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01", {{"headquarters", "PL"}}, {.examined = true});
    const auto page = findings_to_text(small.assessment, {.all = true, .width = 80});
    std::size_t begin = page.find('\n') + 1;  // the verdict stays on one line
    for (auto end = page.find('\n', begin); end != std::string::npos;
         begin = end + 1, end = page.find('\n', begin))
        EXPECT_LE(text::display_width(page.substr(begin, end - begin)), 80)
            << page.substr(begin, end - begin);
}

}  // namespace
}  // namespace sluice::report
