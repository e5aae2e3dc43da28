#include "facts/data_file.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "text/ascii.h"
#include "text/file.h"
#include "text/number.h"
#include "text/sequence.h"
#include "text/suggest.h"
#include "text/utf8.h"

namespace sluice::facts {
namespace {

TextPlace place_of(const toml::source_region& region) {
    return {region.begin.line, region.begin.column, region.end.line, region.end.column};
}

// Nothing that we read nests so deep; what does is cut off before it exhausts the stack.
constexpr int deepest = 1000;

Node node_of(const toml::node& from, int depth = 0) {
    Node node;
    if (depth > deepest) return node;
    node.at = place_of(from.source());
    if (const auto* table = from.as_table()) {
        node.children.reserve(table->size());
        for (const auto& [key, value] : *table) {
            Node& child = node.children.emplace_back(node_of(value, depth + 1));
            child.key = key.str();
            child.key_at = place_of(key.source());
        }
    } else if (const auto* array = from.as_array()) {
        node.kind = Node::Kind::array;
        node.children.reserve(array->size());
        for (const toml::node& value : *array) node.children.push_back(node_of(value, depth + 1));
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

// The parser counts columns in code points, messages count bytes.
std::size_t offset_of(const DataFile& file, std::uint32_t line, std::uint32_t column) {
    if (line == 0 || line > file.lines.starts.size()) return file.bytes.size();
    std::string_view rest = std::string_view(file.bytes).substr(file.lines.starts[line - 1]);
    for (; column > 1 && !rest.empty() && rest[0] != '\n'; --column)
        rest.remove_prefix(text::first_code_point(rest).size);
    return file.bytes.size() - rest.size();
}

std::string_view slice(const DataFile& file, const TextPlace& place) {
    const std::size_t begin = offset_of(file, place.line, place.column);
    const std::size_t end = offset_of(file, place.end_line, place.end_column);
    return std::string_view(file.bytes).substr(begin, std::max(end, begin) - begin);
}

text::Location location(const DataFile& file, const TextPlace& place) {
    const std::string_view value = slice(file, place);
    const auto begin = static_cast<std::size_t>(value.data() - file.bytes.data());
    return file.lines.locate(file.name, file.bytes, begin, value.size());
}

// The parser stops at the first error of syntax. Where the line shows a common mistake, say that.
text::Diagnostic syntax_problem(const DataFile& file, const toml::parse_error& error) {
    std::string_view words = error.description();
    if (const std::size_t colon = words.find(": "); colon != std::string_view::npos)
        words.remove_prefix(colon + 2);
    text::Location where = location(file, place_of(error.source()));
    const std::size_t start = file.lines.starts[static_cast<std::size_t>(where.line) - 1];
    if (words.starts_with("cannot redefine")) {
        // The parser points behind the key, which it names in single quotes.
        const std::string_view key = words.substr(words.find('\'') + 1);
        const std::string_view name = key.substr(0, key.find('\''));
        if (const std::size_t at = file.bytes.find(name, start); at != std::string::npos)
            where = file.lines.locate(file.name, file.bytes, at, name.size());
        return {.message = fmt::format("`{}` is stated twice", name),
                .where = std::move(where),
                .label = "stated again here",
                .hint = "keep one of the two"};
    }
    std::string_view rest = std::string_view(file.bytes).substr(start);
    std::string_view line = text::take_until(rest, '\n');
    const std::string_view key = text::trimmed(text::take_until(line, '='));
    const std::string_view value = text::trimmed(text::take_until(line, '#'));
    const auto date = quantity::parse_date(value);
    if (value.size() >= 8 && value[4] == '-' && !date) {
        const auto at = static_cast<std::size_t>(value.data() - file.bytes.data());
        return {.message = fmt::format("`{}` is not a date", value),
                .where = file.lines.locate(file.name, file.bytes, at, value.size()),
                .label = date.error()};
    }
    text::Diagnostic problem{.message = fmt::format("not TOML: {}", words),
                             .where = std::move(where)};
    if (!key.empty() && value.find_first_of("\"'[{") == value.npos && !value.empty())
        problem.hint =
            fmt::format("put words and units in double quotes: `{} = \"{}\"`", key, value);
    return problem;
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

const std::vector<Node> no_nodes;

const std::vector<Node>& children_of(const Node* node) {
    return node == nullptr ? no_nodes : node->children;
}

}  // namespace

const Node* Node::child(std::string_view name) const {
    const auto found = std::ranges::find(children, name, &Node::key);
    return kind == Kind::table && found != children.end() ? &*found : nullptr;
}

const std::vector<Node>& Node::list(std::string_view name) const {
    const Node* found = child(name);
    return children_of(found != nullptr && found->kind == Kind::array ? found : nullptr);
}

std::string_view DataFile::written(const Node& node) const { return slice(*this, node.at); }
std::string_view DataFile::plain(const Node& node) const {
    return node.kind == Node::Kind::string ? node.text : written(node);
}
text::Location DataFile::where(const Node& node) const { return location(*this, node.at); }
text::Location DataFile::where_key(const Node& node) const { return location(*this, node.key_at); }

text::Result<DataFile> parse_data(std::string name, std::string bytes) {
    DataFile file{.name = std::move(name), .bytes = std::move(bytes)};
    file.lines = text::Lines(file.bytes);
    if (const std::size_t at = key_of_too_many_parts(file.bytes); at != std::string::npos) {
        return text::refused({.message = "more than 64 points between two commas or brackets",
                              .where = file.lines.locate(file.name, file.bytes, at, 1),
                              .label = "no key is nested so deeply"});
    }
    try {
        auto table = std::make_shared<const toml::table>(toml::parse(file.bytes, file.name));
        file.root = node_of(*table);
        file.parsed = std::move(table);
    } catch (const toml::parse_error& error) {
        return text::refused(syntax_problem(file, error));
    }
    return file;
}

text::Result<DataFile> read_data_file(const std::filesystem::path& path) {
    auto bytes = text::read_text(path);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    return parse_data(path.string(), std::move(*bytes));
}

std::vector<DataFile> read_data_files(const std::filesystem::path& dir,
                                      text::Diagnostics& problems) {
    std::vector<DataFile> files;
    for (const auto& path : text::files_in(dir, ".toml")) {
        auto file = read_data_file(path);
        if (file)
            files.push_back(std::move(*file));
        else
            append(problems, std::move(file.error()));
    }
    return files;
}

std::string_view describe(Node::Kind kind) {
    constexpr std::string_view names[] = {"text",   "a number", "true or false", "a date",
                                          "a time", "a list",   "a table"};
    return names[static_cast<std::size_t>(kind)];
}

void TableReader::fail(const Node& node, std::string message, std::string label, std::string hint) {
    problems_.push_back({.message = std::move(message),
                         .where = file_.where(node),
                         .label = std::move(label),
                         .hint = std::move(hint)});
}

void TableReader::fail(const Node& node, quantity::QuantityProblem problem) {
    fail(node, std::move(problem.message), std::move(problem.label), std::move(problem.hint));
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
    if (node == nullptr)
        fail(table_, fmt::format("{} needs `{}`", what_, key), fmt::format("no `{}` here", key));
    return node;
}

std::string TableReader::text_of(std::string_view key, const Node& node) {
    if (node.kind != Node::Kind::string)
        fail(node, fmt::format("`{}` is text, found {}", key, describe(node.kind)),
             "put it in double quotes");
    else if (node.text.empty())
        fail(node, fmt::format("`{}` is empty", key), "leave out what is unknown");
    return std::string(node.text);
}

std::string TableReader::text(std::string_view key, std::string otherwise) {
    const Node* node = take(key);
    return node == nullptr ? std::move(otherwise) : text_of(key, *node);
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

std::vector<std::string> TableReader::required_texts(std::string_view key) {
    return required(key) == nullptr ? std::vector<std::string>{} : texts(key);
}

const std::vector<Node>& TableReader::list(std::string_view key) {
    return children_of(take(key, Node::Kind::array));
}

void TableReader::count(std::string_view key, int& out, int least) {
    const Node* node = take(key);
    if (node == nullptr) return;
    const bool number = node->kind == Node::Kind::number;
    const auto value = text::parse_number<int>(file_.written(*node));
    if (number && value && *value >= least)
        out = *value;
    else
        fail(*node,
             fmt::format("`{}` is a whole number {}", key,
                         least > 0 ? "above 0" : "of zero or more"),
             number ? "" : fmt::format("found {}", describe(node->kind)));
}

void TableReader::quantity(std::string_view key, quantity::Dimension dimension, double scale,
                           double& out) {
    const Node* node = take(key);
    if (node == nullptr) return;
    const auto parsed = quantity::parse_as(dimension, key, text_of(key, *node));
    if (parsed)
        out = parsed->approximate() * scale;
    else
        fail(*node, parsed.error());
}

void TableReader::flag(std::string_view key, bool& out) {
    const Node* node = take(key);
    if (node == nullptr) return;
    if (node->kind == Node::Kind::boolean)
        out = node->flag;
    else
        fail(*node, fmt::format("`{}` is true or false", key));
}

std::optional<quantity::Date> TableReader::date(std::string_view key) {
    const Node* node = take(key);
    if (node == nullptr) return std::nullopt;
    const auto date = quantity::parse_date(file_.plain(*node));
    if (date) return *date;
    fail(*node, fmt::format("`{}` is not a date", key), date.error());
    return std::nullopt;
}

std::string TableReader::calendar(std::string_view key) {
    const Node* node = take(key);
    if (node == nullptr) return {};
    const std::string_view written = file_.plain(*node);
    const auto day = quantity::first_day_of(written);
    if (day) return std::string(written);
    fail(*node, fmt::format("`{}` is not a date", key), day.error(),
         "a month or a year will do: 2026-11, 2026");
    return {};
}

std::optional<std::size_t> TableReader::word(std::string_view key,
                                             std::span<const std::string_view> words) {
    const Node* node = take(key);
    const std::string word = node == nullptr ? std::string{} : text_of(key, *node);
    const auto at = std::ranges::find(words, word);
    if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
    if (!word.empty())
        fail(*node, fmt::format("no {} is called `{}`", key, word),
             "expected " + text::one_of({words.begin(), words.end()}),
             text::did_you_mean(word, words));
    return std::nullopt;
}

quantity::Period TableReader::period(quantity::Period otherwise) {
    const auto from = date("from");
    const auto until = date("until");
    if (!from && !until) return otherwise;
    const quantity::Period period{.from = from.value_or(quantity::start_of_time),
                                  .until = until.value_or(quantity::end_of_time)};
    if (period.empty())
        fail(*table_.child("until"), "`until` is not after `from`", "the first day outside");
    return period;
}

void TableReader::finish() {
    for (const Node& node : table_.children) {
        if (text::contains(known_, node.key)) continue;
        problems_.push_back({.message = fmt::format("{} has no key `{}`", what_, node.key),
                             .where = file_.where_key(node),
                             .label = "not known",
                             .hint = text::did_you_mean(node.key, known_)});
    }
}

}  // namespace sluice::facts
