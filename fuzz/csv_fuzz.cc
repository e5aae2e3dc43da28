// Any bytes as a CSV file: the reader ends, and what it read reads back the same when written.
// Seeds: fuzz/corpus/csv
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "text/csv.h"

namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t longest_row = 4096;

// The rows without an error.
Rows read(const char* bytes, std::size_t size) {
    Rows rows;
    if (size == 0) return rows;
    // fmemopen asks for a writable pointer even to read.
    std::FILE* file = fmemopen(const_cast<char*>(bytes), size, "r");
    sluice::text::CsvReader reader(file, longest_row);
    sluice::text::CsvRow row;
    while (reader.next(row))
        if (row.error.empty()) rows.emplace_back(row.fields.begin(), row.fields.end());
    std::fclose(file);
    return rows;
}

std::string written(const Rows& rows) {
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) out += ',';
            sluice::text::append_csv_field(out, row[i]);
        }
        out += '\n';
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto rows = read(reinterpret_cast<const char*>(data), size);
    const auto text = written(rows);
    if (written(read(text.data(), text.size())) != text) std::abort();
    return 0;
}
