// Many deals, one row each: the columns of a CSV file in, the columns of the answer out.
//
// Cases that the rules cannot tell apart (alike.h) are determined once; what is remembered is
// bounded, however long the file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "facts/deal.h"
#include "facts/resolve.h"
#include "law/determine.h"
#include "law/lawbook.h"
#include "report/alike.h"
#include "text/csv.h"

namespace sluice::report {

struct BulkOptions {
    std::optional<quantity::Date> known_on{};
    bool strict = false;
    facts::Deal defaults{};  // what a row does not state; a cell wins over it
};

class Bulk {
public:
    // `world` and `book` outlive it.
    Bulk(const facts::World& world, const law::Lawbook& book, BulkOptions options);

    // Recognised columns are named as the keys of a deal; the cells of a repeatable key separate
    // its values by `;`. Errors: a column twice, a column that the answer adds, no chip, no
    // destination, no day. Warnings: a column that is passed through but nearly named as a key.
    text::Diagnostics read_header(const text::CsvRow& header);

    // The header line to write, without its line end.
    const std::string& header() const { return header_; }

    // Appends the row as written and the answer's columns, without a line end. False when the row
    // has an error, which is then in its last column.
    bool answer(const text::CsvRow& row, std::string& out);

    // The last error, for the summary.
    const std::string& error() const { return error_; }

private:
    struct Column {
        std::size_t field;
        const facts::DealKey* key;
    };

    bool whole(const text::CsvRow& row, std::string& out);
    void build_deal(const text::CsvRow& row);
    // Appends the answer's columns but `error`; false when the row has an error.
    bool determine(const text::CsvRow& row, std::string& out);

    const facts::World& world_;
    const law::Lawbook& book_;
    BulkOptions options_;
    std::vector<facts::ChipFacts> chips_;
    law::Rulebooks rulebooks_;
    std::map<const law::Rulebook*, Alike> alike_;
    std::unordered_map<std::string, std::string> answers_;  // by the rulebook and Alike's key
    std::vector<Column> columns_;
    std::size_t width_ = 0;  // columns of the input
    std::string header_;

    facts::Deal deal_;
    std::string error_;
};

}  // namespace sluice::report
