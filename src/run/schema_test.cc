#include "run/schema.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "text/file.h"

namespace sluice::run {
namespace {

std::string said_of(std::string_view csv) {
    const auto file = std::filesystem::temp_directory_path() / "sluice-schema-test.csv";
    if (!text::write_whole(file, csv)) return "cannot write";
    auto rows = read_measured(file);
    auto problems = rows ? problems_of("bench.csv", *rows) : rows.error();
    for (auto& problem : problems) problem.where.file = "bench.csv";
    std::filesystem::remove(file);
    return text::render(problems);
}

TEST(Schema, SaysWhatIsWrong) {
    const std::string header = "id,kind,chip,model,metric,value,group,tp\n";
    const struct {
        std::string csv, said;
    } cases[] = {
        {"id,kind,chip,model,metric,value\n",
         "error: the header has no column `group`\n  --> bench.csv:1\n"},
        {header + "a,decode,c,m,tpot_mean_s,fast,g,8\n",
         "error: `value` is a number of zero or more, found `fast`\n  --> bench.csv:2\n"},
        {header + "a,decode,c,m,tpot_mean_s,0.02,g,eight\n",
         "error: `tp` is a number of zero or more, found `eight`\n  --> bench.csv:2\n"},
        {header + "a,decode,c,m,tpot_mean_ms,20,g,8\n",
         "error: no metric named `tpot_mean_ms`\n  --> bench.csv:2\n"
         "hint: did you mean `tpot_mean_s` or `ttft_mean_s`?\n"},
        {header + "a,training,c,m,mfu,43,g,8\n",
         "error: `mfu` is a share, found `43`\n  --> bench.csv:2\nhint: 43 % is written 0.43\n"},
        {header + "a,decode,c,m,tpot_mean_s,0,g,8\n",
         "error: `value` is more than zero, found `0`\n  --> bench.csv:2\n"},
        {header + "a,decode,c,m,tpot_mean_s,0.02,g,8\n", ""},
    };
    for (const auto& [csv, said] : cases) EXPECT_EQ(said_of(csv), said) << csv;
}

}  // namespace
}  // namespace sluice::run
