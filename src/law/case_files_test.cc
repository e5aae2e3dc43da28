#include "law/case_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "law/case_phrases.h"
#include "law/real_rulebook_test.h"
#include "law/small_book_test.h"

namespace sluice::law {
namespace {

class CaseFile : public testing::Test {
protected:
    text::Result<std::vector<CaseResult>> run(const std::string& csv) {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        const auto file = std::filesystem::path(testing::TempDir()) /
                          (std::string("sluice-cases-") + test->name() + ".csv");
        std::ofstream(file, std::ios::binary) << csv;
        const auto& [world, book] = real_rulebook();
        auto results = run_case_file(world, book, file);
        std::filesystem::remove(file);
        return results;
    }

    // "" for a row that passes; else "field: expected, got".
    std::string chip_row(const std::string& row) {
        const auto results =
            run("id,chip,destination,headquarters,end_user,act,date,tier,outcome,lane,exception,"
                "note\n" +
                row + "\n");
        if (!results) return text::render(results.error());
        const auto& result = results->front();
        std::string found = result.error;
        for (const auto& m : result.mismatches)
            found += (found.empty() ? "" : "; ") + m.field + ": " + m.expected + ", " + m.got;
        for (const auto& phrase : result.not_understood) found += "?" + phrase;
        return found;
    }
};

TEST_F(CaseFile, ComparesWhatARowExpects) {
    const std::string h100 = "x,nvidia-h100-sxm-80gb,CN,CN,civil,export from the US,2023-11-20,";
    EXPECT_EQ(chip_row(h100 + "3A090.a.1,licence_required,presumption_of_denial,,"), "");
    EXPECT_EQ(chip_row(h100 + ",,,,"), "");              // an empty cell is not compared
    EXPECT_EQ(chip_row(h100 + "3A090.a,,,,"), "");       // a tier matches by prefix
    EXPECT_EQ(chip_row(h100 + "none|3A090.a,,,,"), "");  // either
    EXPECT_EQ(chip_row(h100 + "3A090.b,licence_required,case_by_case|policy_of_denial,NAC,"),
              "tier: 3A090.b, 3A090.a.1; lane: case_by_case|policy_of_denial, "
              "presumption_of_denial; exception: NAC, ");
    EXPECT_EQ(chip_row(h100 + ",prohibited,,,"), "outcome: prohibited, licence_required");
}

TEST_F(CaseFile, TellsWhatIsWrongWithARow) {
    EXPECT_EQ(chip_row("x,nvidia-h100-sxm-80gb,CN,CN,civil,export,2023-02-30,,,,,"),
              "`2023-02-30` is not a date");
    EXPECT_EQ(chip_row("x,nvidia-h100-sxm-80gb,CN,CN,civil,export,2019-05-01,,,,,"),
              "nothing in the lawbook is in force on 2019-05-01");
    EXPECT_EQ(chip_row("x,nvidia-h100-sxm-80gb,CN"), "3 fields, the header has 12");
    EXPECT_EQ(chip_row("x,nvidia-h100-sxm-80gb,CN,CN,a friendly buyer,export,2023-11-20,,,,,"),
              "?a friendly buyer");
}

TEST_F(CaseFile, RefusesAnotherFormat) {
    const auto wrong = run("a,b\n1,2\n");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().front().message, "the header has no column `id`");
    const auto empty = run("");
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().front().message, "no header: the file is empty");
}

TEST_F(CaseFile, ReadsTheFormatOfParties) {
    const auto results = run(
        "id,date,item,act,from,destination,headquarters,parent_headquarters,listed_owners,end_use,"
        "facts,outcome,enforced,lane,exception,why\n"
        "owned,2025-10-15,nvidia-v100-sxm2-32gb,export,US,VN,VN,VN,entity_list:30 entity_list:20,"
        "civil,,licence_required,yes,,,30 and 20 add up\n"
        "less,2025-10-15,nvidia-v100-sxm2-32gb,export,US,VN,VN,VN,entity_list:30+entity_list:19,"
        "civil,,no_licence_required,,,,\n"
        "strict,2025-06-01,nvidia-h100-sxm-80gb,export,US,PL,PL,PL,,civil,"
        "end_use=military_intelligence; quantity=8,licence_required,no,,,\n");
    ASSERT_TRUE(results) << text::render(results.error());
    ASSERT_EQ(results->size(), 3U);
    for (const auto& result : *results) {
        EXPECT_TRUE(result.passed())
            << result.id << " " << result.error
            << (result.mismatches.empty()
                    ? ""
                    : result.mismatches[0].field + " " + result.mismatches[0].got);
        EXPECT_TRUE(result.not_understood.empty()) << result.id;
    }
}

TEST(CasePhrases, AreReadAsFlags) {
    const auto& book = real_rulebook().book;
    struct Phrase {
        const char* text;
        const char* fields;  // "key=value …", certificates aside
    };
    for (const auto& [text, fields] :
         {Phrase{"civil, unlisted", "end_use=civil listed=none "},
          {"Entity List footnote 4", "listed=entity_list:fn4 "},
          {"exporter is AMD; 16,000 units", "seller=AMD quantity=16000 "},
          {"exporter is a distributor", "seller=a party nobody addressed "},
          {"34 billion transistors, no HBM",
           "assume=transistor_count=34 billion assume=has_hbm=no "},
          {"51 percent share of US shipments", "share_of_us_shipments=51 % "},
          {"not in 740 Supp. 8", "supp8_approved=no "},
          {"die_area = 600..800 mm2", "die_area=600..800 mm2 "},
          {"whatever it takes", "?whatever it takes"}}) {
        facts::Deal deal;
        const auto left = read_phrases(text, book, {}, deal);
        std::string got;
        for (const auto& field : deal.fields) got += field.key + "=" + field.value + " ";
        for (const auto& phrase : left) got += "?" + phrase;
        EXPECT_EQ(got, fields) << text;
    }
    facts::Deal all;
    read_phrases("no certifications", book, {}, all);
    EXPECT_EQ(all.fields.size(), book.condition_names.size());
    EXPECT_TRUE(all.fields.front().value.ends_with("=no"));
}

}  // namespace
}  // namespace sluice::law
