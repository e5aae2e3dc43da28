#include <gtest/gtest.h>

#include <set>

#include "cli/flags.h"

namespace sluice::cli {
namespace {

struct Refused {
    std::vector<std::string> words;
    std::string message;  // as printed
};

TEST(Arguments, SayWhatIsWrongAndWhatWouldWork) {
    const Refused rows[] = {
        {{"chek"}, "error: no verb named `chek`\nhint: did you mean `check`?\n"},
        {{"frobnicate"},
         "error: no verb named `frobnicate`\nhint: `sluice help` lists the verbs\n"},
        {{"--json", "check"},
         "error: the verb comes first, found `--json`\nhint: `sluice help` lists the verbs\n"},
        {{"law"},
         "error: no verb named `law`\n"
         "hint: did you mean `law fmt`, `law diff` or `law lint`?\n"},
        {{"law", "lst"},
         "error: no verb named `law lst`\nhint: did you mean `law list`, `law fmt` or `law "
         "lint`?\n"},
        {{"check", "--chp", "h20"},
         "error: `sluice check` has no flag `--chp`\nhint: did you mean `--chip`?\n"},
        {{"check", "--zzzzzz", "h20"},
         "error: `sluice check` has no flag `--zzzzzz`\n"
         "hint: `sluice help check` lists its flags\n"},
        {{"check", "--chip"}, "error: `--chip` needs a value\nhint: write `--chip CHIP`\n"},
        {{"check", "--chip", "--to", "CN"},
         "error: `--chip` needs a value\nhint: write `--chip CHIP`\n"},
        {{"check", "--json=1"}, "error: `--json` takes no value\nhint: write `--json` alone\n"},
        {{"check", "--to", "CN", "--to", "VN"},
         "error: `--to` is given twice\nhint: keep one of them\n"},
        {{"check", "--show", "cases"},
         "error: `--show` cannot be `cases`\nhint: one of: case, rulebook, findings\n"},
        {{"check", "a.toml", "b.toml"},
         "error: `sluice check` does not know what to do with `b.toml`\n"
         "hint: usage: sluice check [DEAL.toml] [FLAGS]\n"},
        {{"bulk"},
         "error: `sluice bulk` needs FILE.csv\n"
         "hint: `sluice help bulk` has examples\n"},
        {{"law", "diff", "--to", "2024-01-02"},
         "error: `sluice law diff` needs `--from`\nhint: `sluice help law diff` has examples\n"},
        {{"chips", "--chp", "--json=1", "a", "b"},
         "error: `sluice chips` has no flag `--chp`\nhint: `sluice help chips` lists its flags\n"
         "\nerror: `--json` takes no value\nhint: write `--json` alone\n"
         "\nerror: `sluice chips` does not know what to do with `b`\n"
         "hint: usage: sluice chips [CHIP] [FLAGS]\n"},
    };
    for (const auto& [words, message] : rows) {
        SCOPED_TRACE(testing::PrintToString(words));
        const auto read = parse_arguments(words);
        ASSERT_FALSE(read.has_value());
        EXPECT_EQ(text::render(read.error()), message);
    }
}

// Not a wrong command line: the door refuses them as input.
TEST(Arguments, ValuesAreWhatTheirFlagsTake) {
    const auto read = parse_arguments({"perf", "--chip", "h20", "--model", "m", "--input", "0",
                                       "--output", "1e3", "--slo-tpot", "x", "--on", "2025-02-29"});
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(text::render(read->wrong),
              "error: `--input` cannot be `0`\nhint: a whole number from 1 to 1e9\n\n"
              "error: `--slo-tpot` cannot be `x`\nhint: a number from 1e-06 to 1e9\n\n"
              "error: `--on 2025-02-29` is not a date\n  February 2025 has 28 days\n");
    EXPECT_EQ(read->number("--output"), 1000);
    EXPECT_EQ(read->number("--chips", 8), 8);
    EXPECT_FALSE(read->date("--on"));
}

TEST(Arguments, ReadFlagsInEveryWriting) {
    const auto read = parse_arguments({"check", "deal.toml", "--chip=h20", "--quantity", "-5",
                                       "--certify", "a=yes", "--certify", "b=no", "--json"});
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->verb->name, "check");
    EXPECT_EQ(read->arguments, std::vector<std::string>{"deal.toml"});
    EXPECT_TRUE(read->has("--json"));
    const auto deal = read->deal();
    ASSERT_EQ(deal.fields.size(), 4U);
    EXPECT_EQ(deal.find("chip")->value, "h20");
    EXPECT_EQ(deal.find("chip")->where.file, "--chip");
    EXPECT_EQ(deal.find("quantity")->value, "-5");  // refused by its value, not as a flag
    EXPECT_EQ(deal.fields[3].value, "b=no");
}

TEST(Arguments, TwoWordVerbsAndHelp) {
    EXPECT_EQ(parse_arguments({"law", "show", "us.x"})->verb->name, "law show");
    EXPECT_EQ(parse_arguments({})->verb->name, "help");
    EXPECT_EQ(parse_arguments({"--version"})->verb->name, "version");
    const auto help = parse_arguments({"law", "diff", "--from", "--help"});
    ASSERT_TRUE(help.has_value());
    EXPECT_EQ(help->verb->name, "help");
    EXPECT_EQ(help->arguments, std::vector<std::string>{"law diff"});
    EXPECT_EQ(parse_arguments({"chips", "--", "--odd-name"})->arguments[0], "--odd-name");
}

// The table is what completion, help and the reference are made of.
TEST(Flags, EveryVerbIsDocumented) {
    std::set<std::string_view> names;
    for (const auto& verb : verbs()) {
        SCOPED_TRACE(verb.name);
        EXPECT_TRUE(names.insert(verb.name).second);
        EXPECT_FALSE(verb.summary.empty());
        std::set<std::string_view> flags;
        for (const auto& flag : flags_of(verb)) {
            EXPECT_TRUE(flag.name.starts_with("--")) << flag.name;
            EXPECT_TRUE(flags.insert(flag.name).second) << flag.name << " twice";
            EXPECT_FALSE(flag.help.empty()) << flag.name;
        }
    }
}

}  // namespace
}  // namespace sluice::cli
