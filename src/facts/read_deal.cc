#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "facts/data_file.h"
#include "facts/deal.h"
#include "text/ascii.h"
#include "text/file.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

std::string_view line_at(std::string_view toml, int line) {
    for (; line > 1; --line) text::take_until(toml, '\n');
    return text::take_until(toml, '\n');
}

struct WrittenPair {
    std::string_view key, value;  // views of the file; the value without a comment
};

WrittenPair pair_on(std::string_view line) {
    const std::string_view key = text::take_until(line, '=');
    return {text::trimmed(key), text::trimmed(text::take_until(line, '#'))};
}

// The parser stops at the first error of syntax. Where the line shows a common mistake, say that.
void refine(text::Diagnostic& problem, std::string_view name, std::string_view toml) {
    const int line = problem.where.line;
    const auto [key, value] = pair_on(line_at(toml, line));
    const auto point_at = [&](std::string_view words) {
        const auto begin = static_cast<std::size_t>(words.data() - toml.data());
        problem.where = text::locate(name, toml, begin, words.size());
    };
    if (find_deal_key(key) == nullptr || value.empty()) return;
    for (int earlier = 1; earlier < line; ++earlier) {
        if (pair_on(line_at(toml, earlier)).key != key) continue;
        problem.message = fmt::format("`{}` is stated twice", key);
        problem.label = fmt::format("already stated on line {}", earlier);
        problem.hint = "keep one of the two";
        point_at(key);
        return;
    }
    const bool like_a_date = value.size() >= 8 && value[4] == '-';
    if (const auto date = quantity::parse_date(value); like_a_date && !date) {
        problem.message = fmt::format("`{}` is not a date", value);
        problem.label = date.error();
        point_at(value);
    } else if (!value.contains('"') && !value.starts_with('[')) {
        problem.hint =
            fmt::format("put words and units in double quotes: `{} = \"{}\"`", key, value);
    }
}

text::Diagnostic unknown_key(std::string_view key, text::Location where) {
    text::Diagnostic problem{.message = fmt::format("a deal has no key `{}`", key),
                             .where = std::move(where),
                             .label = "not known"};
    for (const DealKey& known : deal_keys()) {
        // The fact's own name is a good guess for a key that is spelled shorter: destination, to.
        if (known.fact && info(*known.fact).name == key)
            problem.hint = fmt::format("did you mean `{}`?", known.name);
    }
    if (problem.hint.empty()) problem.hint = text::did_you_mean(key, deal_keys(), &DealKey::name);
    if (problem.hint.empty()) problem.hint = "`sluice check --help` lists every key, as a flag";
    return problem;
}

void read_value(const DataFile& file, const DealKey& key, const Node& node, Deal& deal,
                text::Diagnostics& problems) {
    DealField field{std::string(key.name), {}, file.where(node)};
    if (node.kind == Node::Kind::boolean) {
        field.value = node.flag ? "yes" : "no";
    } else if (node.kind < Node::Kind::other) {
        field.value = file.plain(node);
    } else {
        problems.push_back({.message = fmt::format("`{}` takes one value, found {}", key.name,
                                                   describe(node.kind)),
                            .where = std::move(field.where),
                            .label = fmt::format("expected {}", key.value)});
        return;
    }
    deal.fields.push_back(std::move(field));
}

text::Result<Deal> deal_of(const DataFile& file) {
    Deal deal;
    text::Diagnostics problems;
    for (const Node& node : file.root.children) {
        const DealKey* key = find_deal_key(node.key);
        if (key == nullptr)
            problems.push_back(unknown_key(node.key, file.where_key(node)));
        else if (key->repeatable && node.kind == Node::Kind::array)
            for (const Node& one : node.children) read_value(file, *key, one, deal, problems);
        else
            read_value(file, *key, node, deal, problems);
    }
    // The parser sorts by key; people read from top to bottom.
    const auto by_place = [](const auto& item) {
        return std::tuple(item.where.line, item.where.column);
    };
    std::ranges::stable_sort(problems, {}, by_place);
    if (!problems.empty()) return std::unexpected(std::move(problems));
    std::ranges::stable_sort(deal.fields, {}, by_place);
    return deal;
}

text::Result<Deal> read_checked(std::string_view name, const std::string& toml) {
    auto file = parse_data(std::string(name), toml);
    if (file) return deal_of(*file);
    for (text::Diagnostic& problem : file.error()) refine(problem, name, toml);
    return std::unexpected(std::move(file.error()));
}

}  // namespace

text::Result<Deal> read_deal(const std::filesystem::path& file) {
    const auto toml = text::read_text(file);
    if (!toml) return std::unexpected(toml.error());
    return read_checked(file.native(), *toml);
}

text::Result<Deal> parse_deal(std::string_view name, std::string_view toml) {
    const auto checked = text::checked_text(name, std::string(toml));
    if (!checked) return std::unexpected(checked.error());
    return read_checked(name, *checked);
}

}  // namespace sluice::facts
