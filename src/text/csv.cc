#include "text/csv.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "text/ascii.h"
#include "text/file.h"
#include "text/sequence.h"
#include "text/table.h"

namespace sluice::text {
namespace {

constexpr std::size_t csv_chunk = std::size_t{1} << 17;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t csv_npos = std::string_view::npos;

bool csv_malformed(CsvRow& row, std::string error) {
    row.fields.clear();
    row.error = std::move(error);
    return false;
}

void check_bytes(CsvRow& row) {
    if (row.raw.find('\0') != csv_npos) {
        csv_malformed(row, "a NUL byte is not text");
    } else if (const std::size_t at = first_invalid_utf8(row.raw); at != csv_npos) {
        const auto byte = static_cast<unsigned char>(row.raw[at]);
        csv_malformed(row, fmt::format("byte 0x{:02x} is not UTF-8", byte));
    }
}

}  // namespace

CsvReader::CsvReader(std::FILE* file, std::size_t longest_row)
    : file_{file}, longest_row_{longest_row} {
    fill();
    if (unread().starts_with(byte_order_mark)) begin_ = byte_order_mark.size();
}

// Moves what is unread to the front and reads another chunk. False at the end of the file.
bool CsvReader::fill() {
    if (end_of_file_) return false;
    if (begin_ > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() < end_ + csv_chunk) buffer_.resize(end_ + csv_chunk);
    const std::size_t count = std::fread(buffer_.data() + end_, 1, csv_chunk, file_);
    end_ += count;
    end_of_file_ = count < csv_chunk;
    return count > 0;
}

// Where the line ends that begins at an offset from begin_; npos: beyond the longest row.
std::size_t CsvReader::line_end(std::size_t from) {
    for (;;) {
        const std::size_t end = std::min(unread().find('\n', from), unread().size());
        if (end > longest_row_) return csv_npos;
        if (end < unread().size() || !fill()) return end;
        from = end;
    }
}

// A line end closes the row when the quotes before it pair up; whether each quote stands in a right
// place is split()'s to say. Where they never do, the row is its first line.
std::size_t CsvReader::row_end(std::size_t first_line) {
    std::size_t start = 0;
    std::size_t end = first_line;
    for (bool open_quote = false;; start = end + 1, end = line_end(start)) {
        if (end == csv_npos) return first_line;
        if (std::ranges::count(unread().substr(start, end - start), '"') % 2 != 0)
            open_quote = !open_quote;
        if (!open_quote) return end;
        if (end == unread().size()) return first_line;
    }
}

bool CsvReader::next(CsvRow& row) {
    for (;;) {
        row.fields.clear();
        row.error.clear();
        row.raw = {};
        row.line = line_;
        if (begin_ == end_ && !fill()) return false;
        const std::size_t first_line = line_end(0);
        if (first_line == csv_npos) {
            skip_long_row(row);
            return true;
        }
        std::size_t size = row_end(first_line);
        const auto without_end = [&] {
            const std::string_view raw = unread().substr(0, size);
            return raw.ends_with('\r') ? raw.substr(0, raw.size() - 1) : raw;
        };
        row.raw = without_end();
        const bool well_formed = row.raw.empty() || split(row.raw, row);
        if (well_formed) {
            check_bytes(row);
        } else if (size > first_line) {
            size = first_line;
            row.raw = without_end();
            split(row.raw, row);
        }
        line_ += 1 + static_cast<std::size_t>(std::ranges::count(row.raw, '\n'));
        unterminated_ = size == unread().size();
        begin_ += size + (unterminated_ ? 0 : 1);
        if (!row.raw.empty()) return true;
    }
}

void CsvReader::skip_long_row(CsvRow& row) {
    std::size_t size = 0;
    for (;;) {
        const std::size_t line_end = unread().find('\n');
        unterminated_ = line_end == csv_npos;
        size += unterminated_ ? unread().size() : line_end;
        begin_ += unterminated_ ? unread().size() : line_end + 1;
        if (!unterminated_ || !fill()) break;
    }
    ++line_;
    csv_malformed(
        row, fmt::format("row of {} bytes is longer than {}", group_thousands(std::to_string(size)),
                         group_thousands(std::to_string(longest_row_))));
}

bool CsvReader::split(std::string_view raw, CsvRow& row) {
    const bool plain = raw.find('"') == csv_npos && raw.find('\r') == csv_npos;
    unquoted_.clear();
    unquoted_.reserve(raw.size());  // so that views into it stay valid
    row.fields.clear();
    for (std::size_t at = 0;; ++at) {
        std::string_view field;
        if (at < raw.size() && raw[at] == '"') {
            const std::size_t begin = at + 1;
            const std::size_t stored = unquoted_.size();
            std::size_t copied = begin;
            std::size_t quote = raw.find('"', begin);
            while (quote != csv_npos && quote + 1 < raw.size() && raw[quote + 1] == '"') {
                unquoted_ += raw.substr(copied, quote + 1 - copied);
                copied = quote + 2;
                quote = raw.find('"', copied);
            }
            if (quote == csv_npos) return csv_malformed(row, "a quote is not closed");
            field = raw.substr(begin, quote - begin);
            if (copied > begin) {
                unquoted_ += raw.substr(copied, quote - copied);
                field = std::string_view{unquoted_}.substr(stored);
            }
            at = quote + 1;
            if (at < raw.size() && raw[at] != ',')
                return csv_malformed(row, "text follows a closing quote");
        } else {
            const std::size_t end = std::min(raw.find(',', at), raw.size());
            field = raw.substr(at, end - at);
            if (!plain && field.find('"') != csv_npos)
                return csv_malformed(row, "a quote inside a field that does not begin with one");
            if (!plain && field.find('\r') != csv_npos)
                return csv_malformed(row, "a carriage return without a line feed");
            at = end;
        }
        row.fields.push_back(field);
        if (at >= raw.size()) return true;
    }
}

const std::string& CsvRecord::operator[](std::string_view column) const {
    static const std::string empty;
    const auto at = cells.find(column);
    return at == cells.end() ? empty : at->second;
}

Result<std::vector<CsvRecord>> read_csv(const std::filesystem::path& file,
                                        std::initializer_list<std::string_view> needed) {
    const auto refuse = [&](std::string message, int line) {
        return refused(
            {.message = std::move(message), .where = {.file = file.string(), .line = line}});
    };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened{std::fopen(file.c_str(), "rb"),
                                                                 &std::fclose};
    if (!opened) return refuse("cannot read `" + file.string() + "`", 0);
    CsvReader reader{opened.get()};
    CsvRow row;
    if (!reader.next(row)) return refuse("no header: the file is empty", 1);
    const std::vector<std::string> header{row.fields.begin(), row.fields.end()};
    for (const auto columns : needed) {
        auto names = columns;
        bool has = false;
        while (!names.empty()) has = contains(header, take_until(names, '|')) || has;
        if (!has) return refuse(fmt::format("the header has no column `{}`", columns), 1);
    }
    std::vector<CsvRecord> records;
    while (reader.next(row)) {
        CsvRecord record{.line = row.line, .error = row.error};
        if (row.error.empty() && row.fields.size() != header.size())
            record.error =
                fmt::format("{} fields, the header has {}", row.fields.size(), header.size());
        for (std::size_t i = 0; i < std::min(header.size(), row.fields.size()); ++i)
            if (!row.fields[i].empty()) record.cells.emplace(header[i], row.fields[i]);
        records.push_back(std::move(record));
    }
    return records;
}

void append_csv_field(std::string& out, std::string_view field) {
    const bool blank_line = field.empty() && (out.empty() || out.ends_with('\n'));
    if (!blank_line && !field.starts_with(byte_order_mark) &&
        field.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += field;
        return;
    }
    out += '"';
    for (const char c : field) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

}  // namespace sluice::text
