#include <gtest/gtest.h>

#include "report/small_assessment_test.h"

namespace sluice::report {
namespace {

// The contract: these keys, in this order.
TEST(Json, HasEveryKeyOfTheContract) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01", {{"headquarters", "PL"}});
    const auto json = to_json(small.assessment);
    std::size_t at = 0;
    for (const auto* key :
         {"deal",           "outcome",        "at_least",     "at_most",         "enforced",
          "lane",           "lane_otherwise", "exception",    "conditions",      "missing",
          "classification", "requirements",   "tariffs",      "import_measures", "red_flags",
          "obligations",    "watch",          "unknown_axes", "margins",         "flips",
          "assumptions",    "ambiguities",    "screening",    "compute",         "money",
          "rulebook",       "warnings"}) {
        const auto found = json.find("\n  \"" + std::string{key} + "\": ", at);
        ASSERT_NE(found, std::string::npos) << key << " is missing or out of order in\n" << json;
        at = found;
    }
}

TEST(Json, RequirementsCarryTheirReasons) {
    SmallAssessment small;
    assess_small(small, "CN", "2024-06-01", {{"headquarters", "PL"}}, {.flips = false});
    const auto json = to_json(small.assessment);
    const auto begin = json.find("      \"provision\": \"t.need\"");
    ASSERT_NE(begin, std::string::npos);
    EXPECT_EQ(json.substr(begin, json.find("\"reviews\"", begin) - begin),
              R"json(      "provision": "t.need",
      "title": "Licence for fast chips",
      "citation": "Part 2",
      "source": "88 FR 1",
      "url": null,
      "published": "2023-01-01",
      "effective": "2023-02-01",
      "status": "in_force",
      "confidence": "secondary",
      "because": "tpp >= 2000 (2,368); destination in D:5 (China (CN))",
      "truth": "met",
      "outcome": "licence_required",
      "lane": "case_by_case",
      "lane_otherwise": "presumption_of_denial",
      "review": "t.better",
      "enforced": true,
      "posture": null,
      "findings": [
        {
          "label": null,
          "text": "all of",
          "truth": "met",
          "findings": [
            {
              "label": null,
              "text": "met t.class",
              "truth": "met",
              "value": "Fast chip",
              "findings": [
                {
                  "label": "T.1",
                  "text": "tpp >= 2000",
                  "truth": "met",
                  "fact": "tpp",
                  "value": 2368,
                  "threshold": 2000,
                  "unit": null
                }
              ]
            },
            {
              "label": null,
              "text": "destination in D:5",
              "truth": "met",
              "fact": "destination",
              "value": "China (CN)"
            }
          ]
        }
      ],
      )json");
}

TEST(Json, UnknownIsNullAbsentIsNoneAndRangesHaveEnds) {
    struct Row {
        const char* assumed;
        const char* written;
    };
    for (const auto& [assumed, written] : {Row{"die_area=unknown", "\"die_area\": null"},
                                           Row{"die_area=none", "\"die_area\": \"none\""},
                                           Row{"die_area=600..800 mm2",
                                               "\"die_area\": {\n      \"low\": 600,\n      "
                                               "\"high\": 800\n    }"}}) {
        SmallAssessment small;
        assess_small(small, "CN", "2024-06-01", {{"assume", assumed}}, {.flips = false});
        EXPECT_TRUE(to_json(small.assessment).contains(written)) << to_json(small.assessment);
    }
}

TEST(PerformanceDensity, RoundsOutwardsOfNothing) {
    using facts::Value, quantity::Decimal;
    const auto n = [](std::int64_t v) { return Value::number(Decimal{v}); };
    EXPECT_EQ(performance_density(n(2368), n(814)),
              Value::number(*quantity::parse_decimal("2.909")));
    EXPECT_EQ(performance_density(n(2368), Value::absent()), Value::absent());
    EXPECT_EQ(performance_density(n(2368), Value::unknown()), Value::unknown());
    const auto area = Value::range({Decimal{400}, Decimal::largest()});
    EXPECT_EQ(performance_density(n(2000), area), Value::range({Decimal{}, Decimal{5}}));
}

}  // namespace
}  // namespace sluice::report
