// CSV by RFC 4180, streamed: rows of any number, quoted fields with commas, quotes and line ends,
// LF or CRLF, an optional byte order mark. A malformed row is a value, never an exception, so that
// a caller can report it, count it and go on. After a quote that is never closed, or that closes in
// the middle of a field, reading goes on at the next line: one stray quote costs one row, not the
// rest of the file.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "text/diagnostic.h"

namespace sluice::text {

struct CsvRow {
    std::vector<std::string_view> fields{};  // valid until the next read; quotes removed
    std::size_t line = 0;                    // where the row starts, from 1
    std::string_view raw{};                  // the row as written, without its line end
    std::string error{};  // what is malformed: "a quote is not closed", "byte 0xff
                          // is not UTF-8", "row of 104,857,600 bytes is longer
                          // than 1,048,576"; fields is then empty, and raw
                          // too for a row that was too long
};

class CsvReader {
public:
    // Rows longer than `longest_row` bytes are skipped whole and reported in `error`; memory stays
    // below about three times that bound. The file is borrowed, not closed.
    explicit CsvReader(std::FILE* file, std::size_t longest_row = std::size_t{1} << 20);

    // False at the end of the file. Empty lines are passed over.
    bool next(CsvRow& row);

    // True after a row without a final line end: the file may be truncated.
    bool unterminated() const { return unterminated_; }

private:
    std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }
    bool fill();
    std::size_t line_end(std::size_t from);
    std::size_t row_end(std::size_t first_line);
    void skip_long_row(CsvRow& row);
    bool split(std::string_view raw, CsvRow& row);

    std::FILE* file_;
    std::size_t longest_row_;
    std::string buffer_;  // bytes [begin_, end_) are read and not yet returned
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t line_ = 1;
    bool end_of_file_ = false;
    bool unterminated_ = false;
    std::string unquoted_;  // storage for fields whose doubled quotes were removed
};

// A row by the names of its columns.
struct CsvRecord {
    std::map<std::string, std::string, std::less<>> cells{};  // but for the empty ones
    std::size_t line = 0;
    std::string error{};  // as in CsvRow, or that it has not as many fields as the header
    const std::string& operator[](std::string_view column) const;  // "" where there is none
};

// The rows of a file with a header; `chip|item` is needed by one name or the other. A problem where
// the file cannot be read, is empty or has not every column.
Result<std::vector<CsvRecord>> read_csv(const std::filesystem::path& file,
                                        std::initializer_list<std::string_view> needed);

// Appends a field, quoted where RFC 4180 asks for it, and where the file could not be read back
// otherwise: an empty field that begins a row (a blank line is no row), a byte order mark. Does not
// write commas or line ends.
void append_csv_field(std::string& out, std::string_view field);

}  // namespace sluice::text
