#include "facts/world.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "facts/read_data.h"

namespace sluice::facts {
namespace {

namespace fs = std::filesystem;
using quantity::Decimal;

constexpr const char* vendor = R"([vendor]
id = "acme"
name = "Acme"
headquarters = "US"
source = "acme.example"
)";

// A small world on disk, which a test spoils by one file.
class WorldFiles : public testing::Test {
protected:
    void SetUp() override {
        dir_ = fs::temp_directory_path() / ("sluice-world-" + std::to_string(getpid()));
        fs::remove_all(dir_);
        std::string facts;
        for (const FactInfo& fact : all_facts())
            facts += "[" + std::string(fact.name) + "]\nquestion = \"x\"\nstatement = \"--x\"\n";
        write("facts.toml", facts);
        write("places/countries.toml", "[place]\nUS = { name = \"United States\" }\n");
        write("places/groups.toml", "");
        write("parties/parties.toml", "");
        write("parties/lists.toml", "");
        write("chips/acme.toml", vendor + chip("x1", "X1"));
    }
    void TearDown() override { fs::remove_all(dir_); }

    static std::string chip(const std::string& id, const std::string& name,
                            const std::string& more = {}) {
        return "[[chip]]\nid = \"" + id + "\"\nname = \"" + name +
               "\"\nsource = \"x\"\ndate = \"2026\"\nconfidence = \"estimate\"\n" + more;
    }
    void write(const std::string& name, const std::string& text) {
        fs::create_directories((dir_ / name).parent_path());
        std::ofstream(dir_ / name) << text;
    }
    // "" or the problems, with paths from the folder of the data.
    std::string problems() {
        const auto world = load(dir_);
        if (world) return "";
        std::string out = text::render(world.error());
        const std::string prefix = dir_.string() + "/";
        for (std::size_t at = out.find(prefix); at != std::string::npos; at = out.find(prefix))
            out.erase(at, prefix.size());
        return out;
    }

    fs::path dir_{};
};

TEST_F(WorldFiles, LoadWhenNothingIsWrong) {
    EXPECT_EQ(problems(), "");
    const auto world = load(dir_);
    ASSERT_TRUE(world);
    EXPECT_EQ(world->find_chip("x1"), 0);
    EXPECT_EQ(world->find_chip("Acme X1"), 0);
    EXPECT_EQ(world->chips[0].vendor, world->find_party("acme"));
    EXPECT_EQ(world->hash.size(), 64U);
}

TEST_F(WorldFiles, TheHashNamesEveryByte) {
    const std::string before = load(dir_)->hash;
    EXPECT_EQ(load(dir_)->hash, before);
    write("parties/lists.toml", "# a comment\n");
    EXPECT_NE(load(dir_)->hash, before);
    write("parties/lists.toml", "");
    EXPECT_EQ(load(dir_)->hash, before);
    fs::rename(dir_ / "chips/acme.toml", dir_ / "chips/acne.toml");
    EXPECT_NE(load(dir_)->hash, before);
}

TEST_F(WorldFiles, SayWhatIsNotThere) {
    fs::remove_all(dir_ / "chips");
    fs::remove(dir_ / "places/groups.toml");
    EXPECT_EQ(problems(), R"(error: no chips were found
hint: `--data DIR` names the folder that holds chips/*.toml

error: cannot read `places/groups.toml`: it does not exist
  --> places/groups.toml
)");
}

TEST_F(WorldFiles, ReportTheProblemsOfEveryFile) {
    write("chips/acme.toml", vendor + chip("x1", "X1", "cache = \"4 GHz\"\n"));
    write("chips/bolt.toml", "[[chip]]\nid = 5\n");
    write("parties/lists.toml",
          "[[list]]\nid = \"l\"\ntitle = \"t\"\nsource = \"s\"\nmembers = [\"acne\"]\n");
    EXPECT_EQ(problems(), R"(error: `cache` is a capacity, found a frequency
  --> chips/acme.toml:12:9
   |
12 | cache = "4 GHz"
   |         ^^^^^^^ expected bytes, as in "4 GB"

error: a chip needs `confidence`
  --> chips/bolt.toml:1:1
   |
 1 | [[chip]]
   | ^^^^^^^^ no `confidence` here

error: a chip needs `date`
  --> chips/bolt.toml:1:1
   |
 1 | [[chip]]
   | ^^^^^^^^ no `date` here

error: a chip needs `name`
  --> chips/bolt.toml:1:1
   |
 1 | [[chip]]
   | ^^^^^^^^ no `name` here

error: a chip needs `source`
  --> chips/bolt.toml:1:1
   |
 1 | [[chip]]
   | ^^^^^^^^ no `source` here

error: a file of chips needs `vendor`
  --> chips/bolt.toml:1:1
   |
 1 | [[chip]]
   | ^^^^^^^^ no `vendor` here

error: `id` is text, found a number
  --> chips/bolt.toml:2:6
   |
 2 | id = 5
   |      ^ put it in double quotes

error: no party has the id `acne`
  --> parties/lists.toml:5:12
   |
 5 | members = ["acne"]
   |            ^^^^^^ neither in data/parties nor a vendor in data/chips
hint: did you mean `acme`?
)");
}

TEST_F(WorldFiles, ANameBelongsToOneThing) {
    write("chips/acme.toml",
          vendor + chip("x1", "X1") + chip("x2", "X2", "aliases = [\"X-1\"]\n") + chip("x2", "X3"));
    write("parties/parties.toml",
          "[[party]]\nid = \"bolt\"\nname = \"ACME\"\nsource = \"bolt.example\"\n");
    EXPECT_EQ(problems(), R"(error: `X-1` names two chips
  --> chips/acme.toml:13:6
   |
13 | id = "x2"
   |      ^^^^ and `x1`
hint: the other is at chips/acme.toml:7

error: two chips have the id `x2`
  --> chips/acme.toml:20:6
   |
20 | id = "x2"
   |      ^^^^ the second
hint: the other is at chips/acme.toml:13

error: `ACME` names two parties
  --> parties/parties.toml:2:6
   |
 2 | id = "bolt"
   |      ^^^^^^ and `acme`
hint: the other is at chips/acme.toml:2
)");
}

// ---- one chip ---------------------------------------------------------------------------------

struct ReadChip {
    Chip chip{};
    std::string problems{};
};

ReadChip read_one(const std::string& more) {
    World world;
    text::Diagnostics problems;
    const auto file = parse_data("x.toml", R"([[chip]]
id = "x1"
name = "X1"
source = ["acme.example", "press"]
date = "2026-11"
confidence = "vendor_datasheet"
)" + more);
    if (!file) return {{}, text::render(file.error())};
    read_chips(*file, 0, world, problems);
    return {world.chips.at(0), text::render(problems)};
}

TEST(ChipFile, EveryValueCarriesItsSource) {
    const auto [chip, problems] = read_one(R"(launched = 2022-09-20
memory_bandwidth = "none"
cache = { value = "50 MB", date = 2026-01-02, confidence = "estimate", note = "guess" }
unit_count = 132
marketed_for_datacentre = { value = false, source = "box" }
[chip.rate]
bf16 = "989.4 TFLOPS"
[chip.die_area]
value = "456..624 mm2"
prefer = "624 mm2"
low = { source = "thesis", confidence = "secondary" }
high = { source = "talk", note = "with I/O die" }
)");
    EXPECT_EQ(problems, "");
    EXPECT_EQ(chip.launched, "2022-09-20");
    EXPECT_EQ(chip.memory_bandwidth.value, Value::absent());
    EXPECT_EQ(chip.memory_capacity.value, Value::unknown());
    EXPECT_EQ(chip.unit_count.value, Value::number(Decimal{132}));
    EXPECT_EQ(chip.marketed_for_datacentre, Value::boolean(false));
    EXPECT_EQ(chip.marketed_provenance.sources, std::vector<std::string>{"box"});

    const Measured& rate = chip.rate[static_cast<std::size_t>(Format::bf16)];
    EXPECT_EQ(rate.value, Value::number(Decimal::from_millionths(989'400'000)));
    EXPECT_EQ(rate.preferred, rate.value);
    EXPECT_EQ(rate.provenance.sources, (std::vector<std::string>{"acme.example", "press"}));
    EXPECT_EQ(rate.provenance.date, "2026-11");
    EXPECT_EQ(rate.provenance.confidence, Confidence::vendor_datasheet);

    EXPECT_EQ(chip.cache.value, Value::number(Decimal::from_millionths(50'000)));
    EXPECT_EQ(chip.cache.provenance.sources.size(), 2U);
    EXPECT_EQ(chip.cache.provenance.date, "2026-01-02");
    EXPECT_EQ(chip.cache.provenance.note, "guess");

    EXPECT_EQ(chip.die_area.value, Value::range({Decimal{456}, Decimal{624}}));
    EXPECT_EQ(chip.die_area.preferred, Value::number(Decimal{624}));
    EXPECT_EQ(chip.die_area.provenance.sources, std::vector<std::string>{"thesis"});
    EXPECT_EQ(chip.die_area.provenance.confidence, Confidence::secondary);
    ASSERT_TRUE(chip.die_area.high_end);
    EXPECT_EQ(chip.die_area.high_end->sources, std::vector<std::string>{"talk"});
    EXPECT_EQ(chip.die_area.high_end->note, "with I/O die");
}

struct Refused {
    const char* toml;
    const char* problem;
};

constexpr Refused values_that_say_too_little[] = {
    {"memory_bandwidth = 4000\n", R"(error: `memory_bandwidth` needs a unit
  --> x.toml:7:20
   |
 7 | memory_bandwidth = 4000
   |                    ^^^^ write "4000 GB/s" (bytes) or "4000 Gb/s" (bits); they differ 8-fold
)"},
    {"die_area = \"814 GB\"\n", R"(error: `die_area` is an area, found a capacity
  --> x.toml:7:12
   |
 7 | die_area = "814 GB"
   |            ^^^^^^^^ expected an area, as in "814 mm2"
)"},
    {"power = \"-5 W\"\n", R"(error: `power` is negative
  --> x.toml:7:9
   |
 7 | power = "-5 W"
   |         ^^^^^^ expected 0 or more
)"},
    {"scaleup_bandwidth = \"0 GB/s\"\n", R"(error: `scaleup_bandwidth` is zero
  --> x.toml:7:21
   |
 7 | scaleup_bandwidth = "0 GB/s"
   |                     ^^^^^^^^ write "none" for what does not exist; leave out what is unknown
)"},
    {"die_area = \"600..800 mm2\"\n",
     R"(error: `die_area` is a range without the source of both ends
  --> x.toml:7:12
   |
 7 | die_area = "600..800 mm2"
   |            ^^^^^^^^^^^^^^ who says so
hint: add `low = { source = "…" }` and `high = { source = "…" }`
)"},
    {"die_area = { value = \"814 mm2\", prefer = \"900 mm2\", high = { note = \"x\" } }\n",
     R"(error: `prefer` of `die_area` is outside its value
  --> x.toml:7:42
   |
 7 | die_area = { value = "814 mm2", prefer = "900 mm2", high = { note = "x" } }
   |                                          ^^^^^^^^^

error: `die_area` is one value and has no `low` and `high`
  --> x.toml:7:22
   |
 7 | die_area = { value = "814 mm2", prefer = "900 mm2", high = { note = "x" } }
   |                      ^^^^^^^^^

error: `high` needs `source`
  --> x.toml:7:60
   |
 7 | die_area = { value = "814 mm2", prefer = "900 mm2", high = { note = "x" } }
   |                                                            ^^^^^^^^^^^^^^ no `source` here
)"},
};

constexpr Refused keys_and_words_that_are_wrong[] = {
    {"die_aera = \"814 mm2\"\n", R"(error: a chip has no key `die_aera`
  --> x.toml:7:1
   |
 7 | die_aera = "814 mm2"
   | ^^^^^^^^ not known
hint: did you mean `die_area`?
)"},
    {"rate = { fp9 = \"1 TFLOPS\" }\n", R"(error: `rate` has no key `fp9`
  --> x.toml:7:10
   |
 7 | rate = { fp9 = "1 TFLOPS" }
   |          ^^^ not known
hint: did you mean `fp4`, `fp6` or `fp8`?
)"},
    {"rate = \"1 TFLOPS\"\n", R"(error: `rate` is a table, found text
  --> x.toml:7:8
   |
 7 | rate = "1 TFLOPS"
   |        ^^^^^^^^^^
)"},
    {"cache = true\n", R"(error: `cache` is a capacity, found true or false
  --> x.toml:7:9
   |
 7 | cache = true
   |         ^^^^
)"},
    {"launched = \"November 2023\"\n", R"(error: `launched` is not a date
  --> x.toml:7:12
   |
 7 | launched = "November 2023"
   |            ^^^^^^^^^^^^^^^ write the date as 2025-04-09
hint: a month or a year will do: 2026-11, 2026
)"},
    {"marketed_for_datacentre = \"maybe\"\n",
     R"(error: `marketed_for_datacentre` is true or false
  --> x.toml:7:27
   |
 7 | marketed_for_datacentre = "maybe"
   |                           ^^^^^^^ leave it out when it is not known
)"},
    {"[chip.price]\nvalue = \"5 USD\"\nconfidence = \"secundary\"\n",
     R"(error: no confidence is called `secundary`
  --> x.toml:9:14
   |
 9 | confidence = "secundary"
   |              ^^^^^^^^^^^ expected vendor_datasheet, secondary or estimate
hint: did you mean `secondary`?
)"},
    {"note = \"\"\n", R"(error: `note` is empty
  --> x.toml:7:8
   |
 7 | note = ""
   |        ^^ leave out what is unknown
)"},
    {"note = \"é\"\nname = \"Y\"\n", R"(error: `name` is stated twice
  --> x.toml:8:1
   |
 8 | name = "Y"
   | ^^^^ stated again here
hint: keep one of the two
)"},
    {"foundry = TSMC\n", R"(error: not TOML: expected 'true', saw 'T'
  --> x.toml:7:11
   |
 7 | foundry = TSMC
   |           ^
hint: put words and units in double quotes: `foundry = "TSMC"`
)"},
    {"die_area = 814 mm2\n", R"(error: not TOML: expected a comment or whitespace, saw 'm'
  --> x.toml:7:16
   |
 7 | die_area = 814 mm2
   |                ^
hint: put words and units in double quotes: `die_area = "814 mm2"`
)"},
};

TEST(ChipFile, RefusesValuesThatSayTooLittle) {
    for (const auto& row : values_that_say_too_little)
        EXPECT_EQ(read_one(row.toml).problems, row.problem);
}

TEST(ChipFile, RefusesKeysThatWouldExhaustTheStack) {
    const auto nested = [](std::size_t parts) {
        std::string key = "a";
        for (std::size_t i = 1; i < parts; ++i) key += ".a";
        return key;
    };
    EXPECT_TRUE(parse_data("x.toml", nested(65) + " = 1"));
    const auto file = parse_data("x.toml", nested(66) + " = 1");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error()[0].message, "more than 64 points between two commas or brackets");
    // As deep as the parser and the limit allow together.
    std::string inline_tables;
    for (int i = 0; i < 200; ++i) inline_tables += "{" + nested(65) + "=";
    EXPECT_TRUE(parse_data("x.toml", "a = " + inline_tables + "1" + std::string(200, '}')));
}

TEST(ChipFile, RefusesWrongKeysAndWords) {
    for (const auto& row : keys_and_words_that_are_wrong)
        EXPECT_EQ(read_one(row.toml).problems, row.problem);
}

// ---- a user's own chip ------------------------------------------------------------------------

TEST_F(WorldFiles, AUsersChipNeedsNoSource) {
    write("mine.toml",
          "die_area = \"600..800 mm2\"\nvendor = \"Acme\"\n"
          "rate = { fp8 = \"296 TFLOPS\" }\n");
    const auto chip = load_own_chip(*load(dir_), dir_ / "mine.toml");
    ASSERT_TRUE(chip) << text::render(chip.error());
    EXPECT_EQ(chip->id, "mine");
    EXPECT_EQ(chip->name, "mine");
    EXPECT_EQ(chip->vendor, 0);
    EXPECT_EQ(tpp_of(*chip).value, Value::number(Decimal{2368}));
    EXPECT_EQ(chip->die_area.value, Value::range({Decimal{600}, Decimal{800}}));
    EXPECT_EQ(chip->die_area.provenance.sources,
              std::vector<std::string>{(dir_ / "mine.toml").string()});
}

TEST_F(WorldFiles, AUsersChipMayBeACopyOfOneOfOurs) {
    write("mine.toml", chip("x9", "X9", "vendor = \"Nobody\"\ntpp = 2368\n"));
    const auto chip = load_own_chip(*load(dir_), dir_ / "mine.toml");
    ASSERT_FALSE(chip);
    std::string problems = text::render(chip.error());
    problems.erase(problems.find(dir_.string()), dir_.string().size() + 1);
    problems.erase(problems.find(dir_.string()), dir_.string().size() + 1);
    EXPECT_EQ(problems, R"(error: no party named `Nobody`
  --> mine.toml:7:10
   |
 7 | vendor = "Nobody"
   |          ^^^^^^^^ leave it out for a maker of your own

error: `tpp` is computed from the rates
  --> mine.toml:8:7
   |
 8 | tpp = 2368
   |       ^^^^ not stated
hint: write the rates instead, as in `rate = { fp8 = "296 TFLOPS" }`
)");
}

}  // namespace
}  // namespace sluice::facts
