#include "text/csv.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <random>

namespace sluice::text {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File file_of(std::string_view bytes) {
    File file{std::tmpfile(), &std::fclose};
    EXPECT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file.get()), bytes.size());
    EXPECT_EQ(std::fseek(file.get(), 0, SEEK_SET), 0);
    return file;
}

// "line:field|field" or "line!error", one a row; "~" at the end of a file without a last line end.
std::string read_csv(std::string_view bytes, std::size_t longest = 1 << 20) {
    const File file = file_of(bytes);
    CsvReader reader{file.get(), longest};
    CsvRow row;
    std::string out;
    while (reader.next(row)) {
        out += std::to_string(row.line);
        if (!row.error.empty()) {
            EXPECT_TRUE(row.fields.empty());
            out += "!" + row.error + "\n";
            continue;
        }
        for (std::size_t i = 0; i < row.fields.size(); ++i)
            out += (i == 0 ? ":" : "|") + std::string{row.fields[i]};
        out += "\n";
    }
    return out + (reader.unterminated() ? "~" : "");
}

TEST(Csv, Table) {
    struct Row {
        const char* what;
        std::string csv;
        const char* rows;
    };
    const char* const stray = "a quote inside a field that does not begin with one";
    const Row rows[] = {
        {"empty", "", ""},
        {"blank lines only", "\n\r\n\n", ""},
        {"plain", "a,b\n1,2\n", "1:a|b\n2:1|2\n"},
        {"CRLF", "a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n"},
        {"byte order mark",
         "\xEF\xBB\xBF"
         "a,b\n",
         "1:a|b\n"},
        {"mark only", "\xEF\xBB\xBF", ""},
        {"blank lines are passed over", "a\n\n\r\nb\n", "1:a\n4:b\n"},
        {"empty fields", ",,\n,\n", "1:||\n2:|\n"},
        {"truncated", "a,b\n1,2", "1:a|b\n2:1|2\n~"},
        {"truncated inside CRLF", "a,b\r", "1:a|b\n~"},
        {"quoted", "\"a,b\",\"\",c\n", "1:a,b||c\n"},
        {"doubled quotes", "\"a \"\"b\"\" c\",\"\"\"\"\n", "1:a \"b\" c|\"\n"},
        {"embedded line ends", "\"a\nb\r\nc\",d\ne\n", "1:a\nb\r\nc|d\n4:e\n"},
        {"quoted at the end", "a,\"b\"", "1:a|b\n~"},
        {"empty quoted row", "\"\"\n", "1:\n"},
        {"UTF-8", "\u534e\u4e3a,x\n", "1:\u534e\u4e3a|x\n"},
    };
    for (const Row& row : rows) EXPECT_EQ(read_csv(row.csv), row.rows) << row.what;

    const Row malformed[] = {
        {"stray quote", "a,5\"\nb,c\n", "1!S\n2:b|c\n"},
        {"two stray quotes", "a \"x\",b\nc\n", "1!S\n2:c\n"},
        {"blank before a quote", "a, \"b\"\nc\n", "1!S\n2:c\n"},
        {"text after a quote", "\"a\"b,c\nd\n", "1!text follows a closing quote\n2:d\n"},
        {"never closed", "a,\"b\nc,d\ne,f\n", "1!a quote is not closed\n2:c|d\n3:e|f\n"},
        {"never closed on the last line", "a\nb,\"c", "1:a\n2!a quote is not closed\n~"},
        {"closed by the next row's quote", "a,\"b\nc,\"d\",e\nf\n",
         "1!a quote is not closed\n2:c|d|e\n3:f\n"},
        {"NUL", std::string("a\0b,c\nd\n", 8), "1!a NUL byte is not text\n2:d\n"},
        {"not UTF-8", "a,\xff\nd\n", "1!byte 0xff is not UTF-8\n2:d\n"},
        {"not UTF-8 in a quoted row of two lines", "\"a\n\xc0\"\nd\n",
         "1!byte 0xc0 is not UTF-8\n3:d\n"},
        {"old line ends", "a,b\rc,d\r", "1!a carriage return without a line feed\n~"},
        {"carriage return beside a quoted field", "\"a\",b\rc\nd\n",
         "1!a carriage return without a line feed\n2:d\n"},
    };
    for (const Row& row : malformed) {
        std::string expected = row.rows;
        if (const auto at = expected.find("!S\n"); at != std::string::npos)
            expected.replace(at + 1, 1, stray);
        EXPECT_EQ(read_csv(row.csv), expected) << row.what;
    }
}

TEST(Csv, RawIsTheRowAsWritten) {
    const File file = file_of("\"a\nb\",c\r\n\"d,e\nf\n");
    CsvReader reader{file.get()};
    CsvRow row;
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.raw, "\"a\nb\",c");
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.raw, "\"d,e");
    EXPECT_EQ(row.error, "a quote is not closed");
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.raw, "f");
    EXPECT_FALSE(reader.next(row));
    EXPECT_FALSE(reader.next(row));
}

TEST(Csv, LongRows) {
    EXPECT_EQ(read_csv("12345678\nab\n", 8), "1:12345678\n2:ab\n");
    EXPECT_EQ(read_csv("123456789\nab\n", 8), "1!row of 9 bytes is longer than 8\n2:ab\n");
    EXPECT_EQ(read_csv("123456789", 8), "1!row of 9 bytes is longer than 8\n~");
    EXPECT_EQ(read_csv("12345678", 8), "1:12345678\n~");
    // A quote that stays open for too long costs its own line only.
    EXPECT_EQ(read_csv("\"234\n678\nab\n", 8), "1!a quote is not closed\n2:678\n3:ab\n");
    EXPECT_EQ(read_csv("\"234\n67\"\nab\n", 8), "1:234\n67\n3:ab\n");
    EXPECT_EQ(read_csv("\"2\n123456789\nab\n", 8),
              "1!a quote is not closed\n2!row of 9 bytes is longer than 8\n3:ab\n");
}

TEST(Csv, ALineOf100MegabytesTakesLittleMemory) {
    const File file{std::tmpfile(), &std::fclose};
    const std::string megabyte(1 << 20, 'x');
    std::fputs("a,b\n", file.get());
    for (int i = 0; i < 100; ++i) std::fwrite(megabyte.data(), 1, megabyte.size(), file.get());
    std::fputs("\nc,d\n", file.get());
    EXPECT_EQ(std::fseek(file.get(), 0, SEEK_SET), 0);

    rusage before{};
    getrusage(RUSAGE_SELF, &before);
    CsvReader reader{file.get()};
    CsvRow row;
    ASSERT_TRUE(reader.next(row));
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.error, "row of 104,857,600 bytes is longer than 1,048,576");
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.line, 3U);
    EXPECT_EQ(row.raw, "c,d");
    rusage after{};
    getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 16 << 10);  // KiB
}

// What is written is what is read, across buffer ends, with any mixture of awkward bytes.
TEST(Csv, WritingAndReadingAgree) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random{seed};
    const std::string_view pieces[] = {"a",    "b", ",",      "\"",        "\n",
                                       "\r\n", " ", "\u00e9", "0123456789"};
    std::vector<std::vector<std::string>> rows;
    std::string csv;
    for (int i = 0; i < 20'000; ++i) {
        auto& row = rows.emplace_back(1 + random() % 6);
        for (std::string& field : row)
            for (auto n = random() % 12; n > 0; --n) field += pieces[random() % std::size(pieces)];
        for (std::size_t f = 0; f < row.size(); ++f) {
            if (f > 0) csv += ',';
            append_csv_field(csv, row[f]);
        }
        csv += random() % 2 == 0 ? "\n" : "\r\n";
    }
    const File file = file_of(csv);
    CsvReader reader{file.get()};
    CsvRow row;
    for (const auto& expected : rows) {
        ASSERT_TRUE(reader.next(row));
        ASSERT_EQ(row.error, "");
        ASSERT_TRUE(std::ranges::equal(row.fields, expected)) << row.raw;
    }
    EXPECT_FALSE(reader.next(row));
    EXPECT_FALSE(reader.unterminated());
}

// Any bytes at all: every line is accounted for, and reading ends.
TEST(Csv, AnyBytesAreRead) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random{seed};
    const std::string_view bytes = std::string_view{"ab,,\"\"\n\n\r\0\xff", 11};
    for (int round = 0; round < 20'000; ++round) {
        std::string csv;
        for (auto n = random() % 40; n > 0; --n) csv += bytes[random() % bytes.size()];
        const File file{fmemopen(csv.data(), csv.size(), "rb"),
                        [](std::FILE* f) { return f ? std::fclose(f) : 0; }};
        if (!file) continue;  // fmemopen refuses a size of 0
        CsvReader reader{file.get(), 16};
        CsvRow row;
        std::size_t line = 0;
        while (reader.next(row)) {
            ASSERT_GT(row.line, line) << csv;
            line = row.line;
            ASSERT_EQ(row.error.empty(), !row.fields.empty()) << csv;
        }
        ASSERT_LE(line, 1 + static_cast<std::size_t>(std::ranges::count(csv, '\n')));
    }
}

TEST(CsvField, Table) {
    struct Row {
        const char *field, *csv;
    };
    const Row rows[] = {{"", ""},
                        {"abc", "abc"},
                        {"a b", "a b"},
                        {"a,b", "\"a,b\""},
                        {"a\"b", "\"a\"\"b\""},
                        {"a\nb", "\"a\nb\""},
                        {"a\rb", "\"a\rb\""}};
    for (const Row& row : rows) {
        std::string out = "x,";
        append_csv_field(out, row.field);
        EXPECT_EQ(out, std::string{"x,"} + row.csv);
    }
    std::string out;
    append_csv_field(out, "");
    out += "\n";
    append_csv_field(out, "");
    out += ",";
    append_csv_field(out, "");
    EXPECT_EQ(out, "\"\"\n\"\",");
    std::string mark;
    append_csv_field(mark, "\xEF\xBB\xBFx");
    EXPECT_EQ(mark, "\"\xEF\xBB\xBFx\"");
}

}  // namespace
}  // namespace sluice::text
