#include "text/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

namespace sluice::text {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "sluice-file-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        dir_ = pattern;
    }
    void TearDown() override { fs::remove_all(dir_); }

    fs::path put(const std::string& name, const std::string& bytes) const {
        const fs::path path = dir_ / name;
        fs::create_directories(path.parent_path());
        std::ofstream{path, std::ios::binary} << bytes;
        return path;
    }

    fs::path dir_;
};

TEST(Utf8, IsStrict) {
    struct Row {
        std::string bytes;
        std::size_t invalid;
    };
    constexpr std::size_t none = std::string::npos;
    const Row rows[] = {
        {"", none},
        {"plain ascii, more than eight bytes", none},
        {"caf\u00e9 \u534e\u4e3a \U0001F600 \U0010FFFF", none},
        {"\xed\x9f\xbf\xee\x80\x80", none},  // the neighbours of the surrogates
        {"\xc0\xaf", 0},                     // overlong '/'
        {"\xc1\xbf", 0},
        {"\xe0\x9f\xbf", 0},      // overlong U+07FF
        {"\xf0\x8f\xbf\xbf", 0},  // overlong U+FFFF
        {"\xed\xa0\x80", 0},      // U+D800
        {"\xed\xbf\xbf", 0},      // U+DFFF
        {"\xf4\x90\x80\x80", 0},  // U+110000
        {"\xf5\x80\x80\x80", 0},
        {"12345678\x80", 8},  // a stray continuation
        {"1234567\xc3", 7},   // cut short at the end
        {"12\xe5\x8d", 2},
        {"12\xe5\x8dx", 2},
        {"\xff", 0},
    };
    for (const Row& row : rows) EXPECT_EQ(first_invalid_utf8(row.bytes), row.invalid) << row.bytes;
}

// Every two- and three-byte sequence, against what the numbers of code points say.
TEST(Utf8, CountsExactly) {
    int two = 0;
    int three = 0;
    for (int a = 0x80; a < 0x100; ++a) {
        for (int b = 0; b < 0x100; ++b) {
            const char bytes[] = {static_cast<char>(a), static_cast<char>(b), '\0'};
            two += first_invalid_utf8({bytes, 2}) == std::string::npos;
            for (int c = 0x80; c < 0x100; ++c) {
                const char more[] = {static_cast<char>(a), static_cast<char>(b),
                                     static_cast<char>(c)};
                three += first_invalid_utf8({more, 3}) == std::string::npos;
            }
        }
    }
    EXPECT_EQ(two, 0x800 - 0x80);
    EXPECT_EQ(three, 0x10000 - 0x800 - 0x800);
}

TEST(CheckedText, MendsLineEndsAndMark) {
    EXPECT_EQ(checked_text("f",
                           "\xEF\xBB\xBF"
                           "a\r\nb\rc\r\r\n\r\n")
                  .value(),
              "a\nb\rc\r\n\n");
    EXPECT_EQ(checked_text("f", "").value(), "");
    EXPECT_EQ(checked_text("f", "\r").value(), "\r");
}

TEST(CheckedText, NamesTheLineAndTheByte) {
    const auto bad = checked_text("deal.toml", std::string("a = 1\r\nb = \xff\nc = \0\n", 20));
    ASSERT_FALSE(bad);
    EXPECT_EQ(render(bad.error()),
              "error: byte 0xff is not UTF-8\n"
              "  --> deal.toml:2:5\n"
              "   |\n"
              " 2 | b = \uFFFD\n"
              "   |     ^\n"
              "hint: save the file as UTF-8\n"
              "\n"
              "error: a NUL byte is not text\n"
              "  --> deal.toml:3:5\n"
              "   |\n"
              " 3 | c = \uFFFD\n"
              "   |     ^\n"
              "hint: remove the byte, or save the file as UTF-8\n");
}

TEST_F(FileTest, ReadsText) {
    EXPECT_EQ(read_text(put("a", "one\r\ntwo")).value(), "one\ntwo");
    EXPECT_EQ(read_text(put("empty", "")).value(), "");
    EXPECT_EQ(read_text(put("exact", std::string(1000, 'x')), 1000).value().size(), 1000U);
    const std::string large(300'000, 'y');
    EXPECT_EQ(read_text(put("large", large)).value(), large);
}

TEST_F(FileTest, SaysWhyItCannotRead) {
    const auto message = [](const Result<std::string>& result) {
        return result ? "read" : render(result.error());
    };
    const std::string dir = dir_.string();
    EXPECT_EQ(message(read_text(dir_ / "none")),
              "error: cannot read `" + dir + "/none`: it does not exist\n  --> " + dir + "/none\n");
    EXPECT_EQ(message(read_text(dir_)),
              "error: cannot read `" + dir + "`: it is a directory\n  --> " + dir + "\n");
    EXPECT_EQ(message(read_text(put("big", std::string(1001, 'x')), 1000)),
              "error: `" + dir + "/big` is larger than 1,000 bytes\n  --> " + dir + "/big\n");
}

TEST_F(FileTest, WritesWhole) {
    const fs::path path = put("a", "old");
    ::chmod(path.c_str(), 0640);
    ASSERT_TRUE(write_whole(path, "new"));
    EXPECT_EQ(read_text(path).value(), "new");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms{0640});
    ASSERT_TRUE(write_whole(dir_ / "b", ""));
    EXPECT_EQ(fs::file_size(dir_ / "b"), 0U);
    fs::create_symlink("a", dir_ / "link");
    ASSERT_TRUE(write_whole(dir_ / "link", "through"));
    EXPECT_TRUE(fs::is_symlink(dir_ / "link"));
    EXPECT_EQ(read_text(path).value(), "through");
    EXPECT_EQ(std::distance(fs::directory_iterator{dir_}, {}), 3);  // nothing temporary is left
}

TEST_F(FileTest, SaysWhyItCannotWrite) {
    const std::string dir = dir_.string();
    EXPECT_EQ(write_whole(dir_, "x").error()[0].message,
              "cannot write `" + dir + "`: it is a directory");
    EXPECT_EQ(write_whole(dir_ / "no/a", "x").error()[0].message,
              "cannot write `" + dir + "/no/a`: it does not exist");
    EXPECT_EQ(write_whole("/dev/null", "x").error()[0].message,
              "cannot write `/dev/null`: it is not a regular file");
}

TEST_F(FileTest, ListsFilesSorted) {
    put("b.law", "");
    put("a/z.law", "");
    put("a/a.law", "");
    put("a/a.law.bak", "");
    fs::create_directories(dir_ / "c.law");
    fs::create_symlink("nowhere", dir_ / "dangling.law");
    EXPECT_EQ(files_in(dir_, ".law"),
              (std::vector{dir_ / "a/a.law", dir_ / "a/z.law", dir_ / "b.law"}));
    EXPECT_TRUE(files_in(dir_ / "none", ".law").empty());
}

}  // namespace
}  // namespace sluice::text
