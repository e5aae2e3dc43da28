// Many deals, one row each: the columns of a CSV file in, the columns of the answer out.
//
// Rows that say the same of a deal, on days between the same two changes of the rules
// (answer_days), are determined once. What is remembered is bounded, however long the file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "facts/deal.h"
#include "facts/resolve.h"
#include "law/determine.h"
#include "law/lawbook.h"
#include "text/csv.h"

namespace sluice::report {

struct BulkOptions {
    std::optional<quantity::Date> known_on{};
    bool strict = false;
    facts::Deal defaults{};  // what a row does not state; a cell wins over it
    bool remember = true;    // false: every row by itself, to check the others against
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
        bool decides;  // false: kept for the record only (buyer's price)
    };

    bool whole(const text::CsvRow& row, std::string& out);
    std::optional<quantity::Date> day_of(const text::CsvRow& row) const;
    void build_key(const text::CsvRow& row, std::size_t stretch);
    void build_deal(const text::CsvRow& row);
    const law::Rulebook& rules_on(quantity::Date on);
    // The answer's columns but `error`, in columns_now_; false when the row has an error.
    bool determine(const text::CsvRow& row);

    const facts::World& world_;
    const law::Lawbook& book_;
    BulkOptions options_;
    std::vector<facts::ChipFacts> chips_;
    std::vector<quantity::Date> days_;  // answer_days
    std::vector<Column> columns_;
    std::size_t width_ = 0;  // columns of the input
    std::string header_;
    bool rows_repeat_ = true;
    std::optional<std::size_t> on_;  // field of the column `on`
    std::optional<quantity::Date> default_on_;

    std::vector<std::unique_ptr<law::Rulebook>> rulebooks_;
    // By the cells that decide and the stretch of days.
    std::unordered_map<std::string, std::string> answers_by_row_;
    facts::Deal deal_;
    std::string row_key_, columns_now_;
    std::string error_;
};

}  // namespace sluice::report
