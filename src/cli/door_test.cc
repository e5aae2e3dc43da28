#include "cli/door.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::cli {
namespace {

struct Ran {
    int status = -1;
    std::string out{}, err{};
};

std::string all_of(std::FILE* file) {
    EXPECT_EQ(std::fseek(file, 0, SEEK_SET), 0);
    std::string text;
    char some[4096];
    while (const auto n = std::fread(some, 1, sizeof some, file)) text.append(some, n);
    std::fclose(file);
    return text;
}

Ran run_words(const std::vector<std::string>& words, Surroundings around = {}) {
    around.out = std::tmpfile();
    around.err = std::tmpfile();
    if (around.data.empty()) around.data = SLUICE_SOURCE_DIR "/data";
    Ran ran{.status = run(words, around)};
    ran.out = all_of(around.out);
    ran.err = all_of(around.err);
    return ran;
}

TEST(Door, AnswersOnStandardOutputAndSpeaksOnStandardError) {
    const auto good = run_words({"check", "--chip", "h20", "--to", "CN", "--on", "2025-04-09",
                                 "--headquarters", "CN", "--parent-headquarters", "CN"});
    EXPECT_EQ(good.status, 0);
    EXPECT_EQ(good.err, "");
    EXPECT_TRUE(good.out.starts_with("LICENCE REQUIRED · ")) << good.out;

    const auto bad = run_words({"check", "--chip", "h21", "--to", "CN", "--on", "2025-04-09"});
    EXPECT_EQ(bad.status, 1);
    EXPECT_EQ(bad.out, "");
    EXPECT_TRUE(bad.err.starts_with("error: no chip named `h21`\n")) << bad.err;
}

TEST(Door, ExitCodesFollowTheOutcomeOnRequest) {
    struct Row {
        std::vector<std::string> deal;
        int status;
    };
    const Row rows[] = {
        {{"--chip", "h20", "--to", "CN", "--on", "2025-04-08"}, 0},
        {{"--chip", "l40", "--to", "CN", "--on", "2024-06-01"}, 10},
        {{"--chip", "h20", "--to", "CN", "--on", "2025-04-09"}, 11},
        {{"--chip", "rtx-4090", "--to", "CN", "--on", "2024-06-01", "--listed", "denied"}, 13},
    };
    for (const auto& [deal, status] : rows) {
        std::vector<std::string> words{"check", "--exit-code",           "--headquarters",
                                       "CN",    "--parent-headquarters", "CN"};
        words.insert(words.end(), deal.begin(), deal.end());
        EXPECT_EQ(run_words(words).status, status) << testing::PrintToString(deal);
    }
}

TEST(Door, SaysWhereDataIsLookedFor) {
    Surroundings nowhere;
    nowhere.data = "/nonexistent";
    EXPECT_EQ(
        run_words({"version"}, nowhere).err,
        "error: no rules in `/nonexistent`\n"
        "  --> SLUICE_DATA   expected a folder that holds law/, chips/, places/ and parties/\n"
        "hint: leave it out to use the data that comes with the program\n");
    const auto flag = run_words({"version", "--data", "/nonexistent"});
    EXPECT_EQ(flag.status, 1);
    EXPECT_TRUE(flag.err.contains("  --> --data   expected")) << flag.err;
    EXPECT_EQ(run_words({"version", "--law", "/nonexistent"}).err,
              "error: no folder `/nonexistent`\n"
              "  --> --law   expected a folder of .law files\n");
}

TEST(Door, ColourIsDecoration) {
    const auto plain = run_words({"classify", "h20"});
    auto coloured = run_words({"classify", "h20", "--color=always"});
    EXPECT_NE(plain.out, coloured.out);
    for (auto at = coloured.out.find('\x1b'); at != std::string::npos;
         at = coloured.out.find('\x1b'))
        coloured.out.erase(at, coloured.out.find('m', at) - at + 1);
    EXPECT_EQ(plain.out, coloured.out);
    Surroundings terminal;
    terminal.out_is_terminal = true;
    terminal.no_color = true;
    EXPECT_EQ(run_words({"classify", "h20"}, terminal).out, plain.out);
}

TEST(Door, HelpNamesEveryVerbAndEveryFlag) {
    const auto overview = run_words({"help"}).out;
    for (const auto& verb : verbs()) {
        EXPECT_TRUE(overview.contains("\n  " + std::string{verb.name} + " ")) << verb.name;
        std::vector<std::string> words{"help"};
        words.emplace_back(verb.name);
        const auto manual = run_words(words);
        EXPECT_EQ(manual.status, 0);
        EXPECT_TRUE(manual.out.contains("examples\n  sluice " + std::string{verb.name}));
        for (const auto& flag : flags_of(verb))
            EXPECT_TRUE(manual.out.contains("  " + std::string{flag.name})) << flag.name;
    }
}

TEST(Door, CompletionKnowsEveryVerbAndFlag) {
    const auto offered = [](std::vector<std::string> typed) {
        typed.insert(typed.begin(), {"completion", "words", "--"});
        return "\n" + run_words(typed).out;
    };
    for (const auto& verb : verbs()) {
        const auto space = verb.name.find(' ');
        std::vector<std::string> typed{std::string{verb.name.substr(0, space)}};
        EXPECT_TRUE(offered({""}).contains("\n" + typed[0])) << verb.name;
        if (space != std::string_view::npos) {
            typed.emplace_back(verb.name.substr(space + 1));
            EXPECT_TRUE(offered({typed[0], ""}).contains("\n" + typed[1] + "\t")) << verb.name;
        }
        typed.emplace_back("--");
        const auto flags = offered(typed);
        for (const auto& flag : flags_of(verb))
            EXPECT_TRUE(flags.contains(fmt::format("\n{}\t{}\n", flag.name, flag.help)));
    }
    EXPECT_EQ(offered({"check", "--show", "r"}), "\nrulebook\n");
    EXPECT_TRUE(offered({"places", "C"}).contains("\nCN\tChina\n"));
    EXPECT_EQ(offered({"completion", "f"}), "\nfish\n");
    EXPECT_EQ(offered({"chek", ""}), "\n");
    EXPECT_TRUE(offered({"check", "--help"}).contains("\n--help\t"));
}

TEST(Door, JsonIsOneValueForEveryVerbThatOffersIt) {
    const std::vector<std::string> commands[] = {
        {"check", "--chip", "h20", "--to", "CN", "--on", "2025-04-09"},
        {"check", "--chip", "h20", "--to", "CN", "--on", "2025-04-09", "--show", "case"},
        {"classify", "h20"},
        {"timeline", "h20", "--to", "CN"},
        {"law", "list"},
        {"classify", "h20"},
        {"chips", "h20"},
        {"places", "D:5"},
        {"version"},
    };
    for (auto words : commands) {
        words.emplace_back("--json");
        const auto ran = run_words(words);
        EXPECT_EQ(ran.status, 0) << ran.err;
        EXPECT_TRUE(ran.out.starts_with('{') || ran.out.starts_with('[')) << ran.out.substr(0, 80);
        EXPECT_TRUE(ran.out.ends_with("}\n") || ran.out.ends_with("]\n"));
    }
}

}  // namespace
}  // namespace sluice::cli
