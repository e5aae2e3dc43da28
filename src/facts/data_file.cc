#include "facts/data_file.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "text/file.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

TextPlace place_of(const toml::source_region& region) {
    return {region.begin.line, region.begin.column, region.end.line, region.end.column};
}

Node node_of(const toml::node& from) {
    Node node;
    node.at = place_of(from.source());
    if (const auto* table = from.as_table()) {
        node.children.reserve(table->size());
        for (const auto& [key, value] : *table) {
            Node& child = node.children.emplace_back(node_of(value));
            child.key = key.str();
            child.key_at = place_of(key.source());
        }
    } else if (const auto* array = from.as_array()) {
        node.kind = Node::Kind::array;
        node.children.reserve(array->size());
        for (const toml::node& value : *array) node.children.push_back(node_of(value));
    } else if (const auto* string = from.as_string()) {
        node.kind = Node::Kind::string;
        node.text = string->get();
    } else if (const auto* boolean = from.as_boolean()) {
        node.kind = Node::Kind::boolean;
        node.flag = boolean->get();
    } else {
        node.kind = from.is_number() ? Node::Kind::number
                    : from.is_date() ? Node::Kind::date
                                     : Node::Kind::other;
    }
    return node;
}

std::vector<std::size_t> starts_of_lines(std::string_view text) {
    std::vector<std::size_t> starts = {0};
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
        starts.push_back(at + 1);
    }
    return starts;
}

// The parser counts columns in code points, messages count bytes.
std::size_t offset_of(const DataFile& file, std::uint32_t line, std::uint32_t column) {
    if (line == 0 || line > file.line_starts.size()) return file.bytes.size();
    std::size_t at = file.line_starts[line - 1];
    for (; column > 1 && at < file.bytes.size(); --column) {
        ++at;
        while (at < file.bytes.size() &&
               (static_cast<unsigned char>(file.bytes[at]) & 0xC0U) == 0x80U)
            ++at;
    }
    return at;
}

std::string_view slice(const DataFile& file, const TextPlace& place) {
    const std::size_t begin = offset_of(file, place.line, place.column);
    const std::size_t end = offset_of(file, place.end_line, place.end_column);
    return std::string_view(file.bytes).substr(begin, std::max(end, begin) - begin);
}

// A value of several lines is shown by its first. Only that line is given to locate, which counts
// lines: a file of a thousand values would be counted through a thousand times.
text::Location location(const DataFile& file, const TextPlace& place) {
    const std::string_view bytes = file.bytes;
    const std::uint32_t line = std::clamp<std::uint32_t>(
        place.line, 1, static_cast<std::uint32_t>(file.line_starts.size()));
    const std::size_t start = file.line_starts[line - 1];
    const std::string_view whole = bytes.substr(start, bytes.find('\n', start) - start);
    const std::size_t begin =
        std::clamp(offset_of(file, place.line, place.column), start, start + whole.size());
    const std::size_t end =
        std::clamp(offset_of(file, place.end_line, place.end_column), begin, start + whole.size());
    text::Location where =
        text::locate(file.name, whole, begin - start, std::max<std::size_t>(end - begin, 1));
    where.line = static_cast<int>(line);
    return where;
}

text::Diagnostic syntax_problem(const DataFile& file, const toml::parse_error& error) {
    std::string_view words = error.description();
    if (const std::size_t colon = words.find(": "); colon != std::string_view::npos) {
        words.remove_prefix(colon + 2);
    }
    text::Location where = location(file, place_of(error.source()));
    if (words.starts_with("cannot redefine")) {
        // The parser points behind the key, which it names in single quotes.
        const std::string_view key = words.substr(words.find('\'') + 1);
        const std::string_view name = key.substr(0, key.find('\''));
        const std::size_t start = file.line_starts[static_cast<std::size_t>(where.line) - 1];
        if (const std::size_t at = file.bytes.find(name, start); at != std::string::npos) {
            where = text::locate(file.name, file.bytes, at, name.size());
        }
        return {.message = fmt::format("`{}` is stated twice", name),
                .where = std::move(where),
                .label = "stated again here",
                .hint = "keep one of the two"};
    }
    // `foundry = TSMC`, `die_area = 814 mm2`: the parser trips over a letter after the `=`.
    const std::string_view line = where.excerpt;
    const auto column = static_cast<std::size_t>(std::max(where.column, 1)) - 1;
    const bool letter =
        column < line.size() && std::isalpha(static_cast<unsigned char>(line[column]));
    const bool unquoted = letter && line.substr(0, column).contains('=');
    return {.message = fmt::format("not TOML: {}", words),
            .where = where,
            .label = {},
            .hint = unquoted ? "put words and units in double quotes" : ""};
}

// A dotted key makes a table of every part, and the parser frees nested tables by recursion: one
// line of `a.a.a.…` would exhaust the stack. Offset of such a line's key, or npos.
std::size_t key_of_too_many_parts(std::string_view text) {
    constexpr int most = 64;
    constexpr std::string_view ends = "\n=[]{},#";
    int dots = 0;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (ends.contains(text[at])) {
            dots = 0;
            begin = at + 1;
        } else if (text[at] == '.' && ++dots > most) {
            return begin;
        }
    }
    return std::string_view::npos;
}

}  // namespace

const Node* Node::child(std::string_view name) const {
    const auto found = std::ranges::find(children, name, &Node::key);
    return kind == Kind::table && found != children.end() ? &*found : nullptr;
}

std::string_view DataFile::written(const Node& node) const { return slice(*this, node.at); }
text::Location DataFile::where(const Node& node) const { return location(*this, node.at); }
text::Location DataFile::where_key(const Node& node) const { return location(*this, node.key_at); }

text::Result<DataFile> parse_data(std::string name, std::string bytes) {
    DataFile file{.name = std::move(name), .bytes = std::move(bytes)};
    file.line_starts = starts_of_lines(file.bytes);
    if (const std::size_t at = key_of_too_many_parts(file.bytes); at != std::string::npos) {
        return std::unexpected(
            text::Diagnostics{{.message = "more than 64 points between two commas or brackets",
                               .where = text::locate(file.name, file.bytes, at, 1),
                               .label = "no key is nested so deeply",
                               .hint = {}}});
    }
    try {
        auto table = std::make_shared<const toml::table>(toml::parse(file.bytes, file.name));
        file.root = node_of(*table);
        file.parsed = std::move(table);
    } catch (const toml::parse_error& error) {
        return std::unexpected(text::Diagnostics{syntax_problem(file, error)});
    }
    return file;
}

text::Result<DataFile> read_data_file(const std::filesystem::path& path) {
    auto bytes = text::read_text(path);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    return parse_data(path.string(), std::move(*bytes));
}

std::string_view describe(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::string:
            return "text";
        case Node::Kind::number:
            return "a number";
        case Node::Kind::boolean:
            return "true or false";
        case Node::Kind::date:
            return "a date";
        case Node::Kind::other:
            return "a time";
        case Node::Kind::array:
            return "a list";
        case Node::Kind::table:
            return "a table";
    }
    std::unreachable();
}

void TableReader::fail(const Node& node, std::string message, std::string label, std::string hint) {
    problems_.push_back({.message = std::move(message),
                         .where = file_.where(node),
                         .label = std::move(label),
                         .hint = std::move(hint)});
}

const Node* TableReader::take(std::string_view key) {
    known_.push_back(key);
    return table_.child(key);
}

const Node* TableReader::take(std::string_view key, Node::Kind kind) {
    const Node* node = take(key);
    if (node == nullptr || node->kind == kind) return node;
    fail(*node, fmt::format("`{}` is {}, found {}", key, describe(kind), describe(node->kind)));
    return nullptr;
}

const Node* TableReader::required(std::string_view key) {
    const Node* node = take(key);
    if (node == nullptr) {
        fail(table_, fmt::format("{} needs `{}`", what_, key), fmt::format("no `{}` here", key));
    }
    return node;
}

std::string TableReader::text_of(std::string_view key, const Node& node) {
    if (node.kind == Node::Kind::string && !node.text.empty()) return std::string(node.text);
    const bool empty = node.kind == Node::Kind::string;
    fail(node, fmt::format("`{}` is {}", key, empty ? "empty" : "text, found "));
    if (!empty) problems_.back().message += describe(node.kind);
    problems_.back().label = empty ? "leave out what is unknown" : "put it in double quotes";
    return {};
}

std::string TableReader::text(std::string_view key) {
    const Node* node = take(key);
    return node == nullptr ? std::string{} : text_of(key, *node);
}

std::string TableReader::required_text(std::string_view key) {
    const Node* node = required(key);
    return node == nullptr ? std::string{} : text_of(key, *node);
}

std::vector<std::string> TableReader::texts(std::string_view key) {
    const Node* node = take(key);
    if (node == nullptr) return {};
    if (node->kind != Node::Kind::array) return {text_of(key, *node)};
    std::vector<std::string> out;
    out.reserve(node->children.size());
    for (const Node& element : node->children) out.push_back(text_of(key, element));
    return out;
}

std::optional<quantity::Date> TableReader::date(std::string_view key) {
    const Node* node = take(key);
    if (node == nullptr) return std::nullopt;
    const bool text = node->kind == Node::Kind::string;
    const auto date = quantity::parse_date(text ? node->text : file_.written(*node));
    if (date) return *date;
    fail(*node, fmt::format("`{}` is not a date", key), date.error());
    return std::nullopt;
}

quantity::Period TableReader::period(quantity::Period otherwise) {
    const auto from = date("from");
    const auto until = date("until");
    if (!from && !until) return otherwise;
    const quantity::Period period{.from = from.value_or(quantity::start_of_time),
                                  .until = until.value_or(quantity::end_of_time)};
    if (period.empty()) {
        fail(*table_.child("until"), "`until` is not after `from`", "the first day outside");
    }
    return period;
}

void TableReader::finish() {
    for (const Node& node : table_.children) {
        if (std::ranges::find(known_, node.key) != known_.end()) continue;
        const std::vector<std::string> names(known_.begin(), known_.end());
        problems_.push_back({.message = fmt::format("{} has no key `{}`", what_, node.key),
                             .where = file_.where_key(node),
                             .label = "not known",
                             .hint = text::did_you_mean(text::nearest(node.key, names))});
    }
}

}  // namespace sluice::facts
