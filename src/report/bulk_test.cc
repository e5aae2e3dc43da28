#include "report/bulk.h"

#include <gtest/gtest.h>

#include <random>

#include "report/small_assessment_test.h"
#include "report/timeline.h"

namespace sluice::report {
namespace {

std::string file_through(Bulk& bulk, std::string_view csv, std::string& problems) {
    std::FILE* file = std::tmpfile();
    std::fwrite(csv.data(), 1, csv.size(), file);
    EXPECT_EQ(std::fseek(file, 0, SEEK_SET), 0);
    text::CsvReader reader{file};
    text::CsvRow row;
    std::string out;
    if (reader.next(row)) {
        problems = text::render(bulk.read_header(row));
        out = bulk.header() + "\n";
    }
    while (reader.next(row)) {
        bulk.answer(row, out);
        out += '\n';
    }
    std::fclose(file);
    return out;
}

class BulkTest : public testing::Test {
protected:
    void SetUp() override { assess_small(small_, "CN", "2024-06-01", {}, {.flips = false}); }

    std::string run(std::string_view csv, BulkOptions options = {}) {
        Bulk bulk{small_.world, small_.book, std::move(options)};
        return file_through(bulk, csv, problems_);
    }

    SmallAssessment small_;
    std::string problems_;
};

TEST_F(BulkTest, AddsColumnsAndPassesTheRestThrough) {
    EXPECT_EQ(run("order,chip,to,on,headquarters,certify\n"
                  "\"a, \"\"b\"\"\",H20,CN,2024-06-01,PL,\n"
                  "2,h20,China,2024-06-02,PL,supply=yes\n"
                  "3,H20,PL,2024-06-02,PL,\n"),
              "order,chip,to,on,headquarters,certify,outcome,enforced,lane,exception,tier,tpp,"
              "performance_density,conditions,missing,provisions,error\n"
              "\"a, \"\"b\"\"\",H20,CN,2024-06-01,PL,,licence_required,yes,case_by_case,,T.1,2368,"
              "2.909,supply,,t.dense;t.need,\n"
              "2,h20,China,2024-06-02,PL,supply=yes,licence_required,yes,case_by_case,,"
              "T.1,2368,2.909,,,t.dense;t.need,\n"
              "3,H20,PL,2024-06-02,PL,,licence_required,no,case_by_case,,T.1,2368,2.909,supply,,"
              "t.dense,\n");
    EXPECT_EQ(problems_, "");
}

TEST_F(BulkTest, ABadRowGetsItsErrorAndTheNextGoesOn) {
    EXPECT_EQ(run("chip,to,on\n"
                  "H21,CN,2024-06-01\n"
                  "H20,CN\n"
                  "H20,CN,2024-06-01,more\n"
                  "H20,CN,2023-02-29\n"
                  "H20,CN,2019-01-01\n"
                  "H20,\"CN,2024-06-01\n"
                  "H20,,2024-06-01\n"
                  "H20,VN,2024-06-01\n"),
              "chip,to,on,outcome,enforced,lane,exception,tier,tpp,performance_density,conditions,"
              "missing,provisions,error\n"
              "H21,CN,2024-06-01,,,,,,,,,,,no chip named `H21`; did you mean `H20`? `sluice chips` "
              "lists all\n"
              "H20,CN,,,,,,,,,,,,\"row of 2 fields, the header has 3\"\n"
              "H20,CN,2024-06-01,,,,,,,,,,,\"row of 4 fields, the header has 3\"\n"
              "H20,CN,2023-02-29,,,,,,,,,,,`2023-02-29` is not a date\n"
              "H20,CN,2019-01-01,,,,,,,,,,,nothing in the lawbook is in force on 2019-01-01; the "
              "earliest provision starts 2023-02-01\n"
              "\"H20,\"\"CN,2024-06-01\",,,,,,,,,,,,,a quote is not closed\n"
              "H20,,2024-06-01,,,,,,,,,,,the deal does not say where the chip goes; add `--to CN`\n"
              "H20,VN,2024-06-01,licence_required,no,,,T.1,2368,2.909,,headquarters,t.dense,\n");
}

TEST_F(BulkTest, ReportsTheHeaderBeforeAnything) {
    run("chip,tier,to,to,headquarter\nH20,x,CN,CN,PL\n");
    EXPECT_EQ(problems_,
              "error: column `tier` is one that the answer adds\nhint: rename or drop it\n\n"
              "error: two columns are named `to`\nhint: rename or drop one of them\n\n"
              "warning: column `headquarter` is passed through unread\n"
              "hint: did you mean `headquarters`?\n\n"
              "error: no column `on`\nhint: add it, or state it for every row with `--on`\n");
}

TEST_F(BulkTest, FlagsStateWhatTheRowsDoNot) {
    facts::Deal defaults;
    defaults.fields = {{.key = "to", .value = "CN"},
                       {.key = "on", .value = "2024-06-01"},
                       {.key = "headquarters", .value = "PL"}};
    const auto out = run("chip,headquarters\nH20,\nH20,CN\n", {.defaults = defaults});
    EXPECT_TRUE(out.contains("H20,,licence_required,yes,case_by_case,")) << out;
    EXPECT_TRUE(out.contains("H20,CN,licence_required,yes,presumption_of_denial,")) << out;
}

// What came before a row must not change its answer: the real rules, random rows, in one file and
// each in its own.
TEST(Bulk, AnswersARowAsIfItStoodAlone) {
    const std::filesystem::path data = std::filesystem::path{SLUICE_SOURCE_DIR} / "data";
    const auto world = facts::load(data);
    ASSERT_TRUE(world.has_value()) << text::render(world.error());
    const auto book = law::load_lawbook(*world, data / "law");
    ASSERT_TRUE(book.has_value()) << text::render(book.error());

    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    const auto any = [&](const auto& all) -> const auto& {
        return all[std::uniform_int_distribution<std::size_t>{0, all.size() - 1}(random)];
    };
    const std::vector<std::string> uses = {"", "", "", "civil", "military", "supercomputer"};
    const std::vector<std::string> sold = {"", "", "1", "3000", "12000"};
    const std::vector<std::string> received = {"", "", "0", "20_000_000"};
    const auto days = answer_days(*world, *book);
    std::string csv = "chip,to,on,headquarters,parent_headquarters,quantity,received_tpp,end_use\n";
    for (int i = 0; i < 60; ++i) {
        const auto day = quantity::Date{any(days).days + static_cast<int>(random() % 3)};
        csv += any(world->chips).id + ',' + any(world->places.all).iso + ',' +
               quantity::to_string(day) + ',' + any(world->places.all).iso + ',' +
               (random() % 2 ? any(world->places.all).iso : std::string{}) + ',' + any(sold) + ',' +
               any(received) + ',' + any(uses) + '\n';
    }
    std::string problems, apart;
    Bulk together{*world, *book, {}};
    const auto header = csv.substr(0, csv.find('\n') + 1);
    for (auto at = header.size(); at < csv.size();) {
        const auto end = csv.find('\n', at) + 1;
        Bulk alone{*world, *book, {}};
        const auto said = file_through(alone, header + csv.substr(at, end - at), problems);
        apart += apart.empty() ? said : said.substr(said.find('\n') + 1);
        at = end;
    }
    EXPECT_EQ(file_through(together, csv, problems), apart);
}

}  // namespace
}  // namespace sluice::report
