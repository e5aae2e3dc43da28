// A TOML file of facts, read with its places: every value knows its line, so that a reader can
// report all that is wrong with a file at once.
//
//   auto file = read_data_file(path);                      // or one problem of syntax
//   for (const Node& node : file->root.children) …
//   TableReader chip(*file, node, "a chip", problems);
//   out.name = chip.required_text("name");
//   chip.finish();                                         // reports the keys nobody asked for
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "quantity/date.h"
#include "quantity/unit.h"
#include "text/diagnostic.h"

namespace sluice::facts {

struct TextPlace {  // of text in a file: code points from 1, as the TOML parser counts
    std::uint32_t line = 0, column = 0, end_line = 0, end_column = 0;
};

struct Node {
    enum class Kind : std::uint8_t { string, number, boolean, date, other, array, table };
    Kind kind = Kind::table;
    bool flag = false;        // boolean
    std::string_view key{};   // in its table; "" in an array
    std::string_view text{};  // string
    TextPlace key_at{};
    TextPlace at{};
    std::vector<Node> children{};  // of a table, in order of keys; of an array, as written
    const Node* child(std::string_view key) const;
    // The children of that child; empty when there is none.
    const std::vector<Node>& list(std::string_view key) const;
};

struct DataFile {
    std::string name{};  // as the user would open it
    std::string bytes{};
    text::Lines lines{};
    Node root{};
    std::shared_ptr<const void> parsed{};  // what the views of `root` point into

    std::string_view written(const Node& node) const;
    std::string_view plain(const Node& node) const;  // as written, text without its quotes
    text::Location where(const Node& node) const;
    text::Location where_key(const Node& node) const;
};

text::Result<DataFile> read_data_file(const std::filesystem::path& path);
// dir/*.toml in order, but for those that are not TOML.
std::vector<DataFile> read_data_files(const std::filesystem::path& dir,
                                      text::Diagnostics& problems);
text::Result<DataFile> parse_data(std::string name, std::string bytes);

// What `read(file, node, problems)` makes of every [[key]] of dir/*.toml, or every problem of every
// file at once.
template <class Thing, class Read>
text::Result<std::vector<Thing>> read_each(const std::filesystem::path& dir, std::string_view key,
                                           Read read) {
    std::vector<Thing> things;
    text::Diagnostics problems;
    for (const DataFile& file : read_data_files(dir, problems))
        for (const Node& node : file.root.list(key)) things.push_back(read(file, node, problems));
    return text::result_of(std::move(things), std::move(problems));
}

// "text", "a number", … for messages.
std::string_view describe(Node::Kind kind);

// One table while it is read. `what` names it in messages: "a chip".
class TableReader {
public:
    TableReader(const DataFile& file, const Node& table, std::string what,
                text::Diagnostics& problems)
        : file_(file), table_(table), what_(std::move(what)), problems_(problems) {}

    // The value of a key, which is known from now on; nullptr when it is not stated.
    const Node* take(std::string_view key);
    const Node* take(std::string_view key, Node::Kind kind);  // nullptr and a problem when another
    const Node* required(std::string_view key);
    std::string text(std::string_view key, std::string otherwise = {});  // `otherwise`: not stated
    std::string required_text(std::string_view key);
    std::vector<std::string> texts(std::string_view key);  // one text or a list of them
    std::vector<std::string> required_texts(std::string_view key);
    const std::vector<Node>& list(std::string_view key);  // a list, empty when not stated
    // Into `out`, which stays as it was when nothing is stated: a whole number of 0 or 1 or more,
    // a quantity in `scale` of its canonical unit, true or false.
    void count(std::string_view key, int& out, int least = 0);
    void quantity(std::string_view key, quantity::Dimension dimension, double scale, double& out);
    void flag(std::string_view key, bool& out);
    std::optional<quantity::Date> date(std::string_view key);
    // A day, a month or a year, as written; "" when not stated.
    std::string calendar(std::string_view key);
    // The position of a word among `words`, those that the key may have.
    std::optional<std::size_t> word(std::string_view key, std::span<const std::string_view> words);
    // `from` and `until`, each open when not stated; `otherwise` gives them when neither is.
    quantity::Period period(quantity::Period otherwise = {});
    void finish();

    // A text that belongs to the table, or a problem and "".
    std::string text_of(std::string_view key, const Node& node);
    void fail(const Node& node, std::string message, std::string label = {}, std::string hint = {});
    void fail(const Node& node, quantity::QuantityProblem problem);
    const DataFile& file() const { return file_; }
    text::Diagnostics& problems() const { return problems_; }

private:
    const DataFile& file_;
    const Node& table_;
    std::string what_;
    text::Diagnostics& problems_;
    std::vector<std::string_view> known_{};
};

}  // namespace sluice::facts
