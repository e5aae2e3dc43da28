#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "facts/deal.h"
#include "text/file.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

struct DealText {
    std::string_view name;
    std::string_view toml;
};

// toml++ counts columns in code points, messages count bytes.
std::size_t byte_offset(std::string_view text, toml::source_position position) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < position.line && at < text.size(); ++line) {
        const std::size_t end = text.find('\n', at);
        at = end == std::string_view::npos ? text.size() : end + 1;
    }
    for (std::uint32_t column = 1; column < position.column && at < text.size(); ++column) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    }
    return at;
}

text::Location location_of(const DealText& from, const toml::source_region& region) {
    const std::size_t begin = byte_offset(from.toml, region.begin);
    const std::size_t end = std::max(byte_offset(from.toml, region.end), begin + 1);
    return text::locate(from.name, from.toml, begin, end - begin);
}

std::string_view as_written(const DealText& from, const toml::node& node) {
    const std::size_t begin = byte_offset(from.toml, node.source().begin);
    const std::size_t end = byte_offset(from.toml, node.source().end);
    return from.toml.substr(begin, end - begin);
}

std::string_view trimmed(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{} : line.substr(first);
}

// `chip = "H20"` -> `chip`, `"H20"`, trailing comment included.
std::pair<std::string_view, std::string_view> key_and_value(std::string_view line) {
    const std::size_t equals = std::min(line.find('='), line.size());
    std::string_view key = trimmed(line.substr(0, equals));
    key = key.substr(0, key.find_last_not_of(" \t") + 1);
    return {key, trimmed(line.substr(std::min(equals + 1, line.size())))};
}

int line_that_states(std::string_view toml, std::string_view key) {
    for (int number = 1; !toml.empty(); ++number) {
        const std::size_t end = std::min(toml.find('\n'), toml.size() - 1);
        if (key_and_value(toml.substr(0, end)).first == key) return number;
        toml.remove_prefix(end + 1);
    }
    return 0;
}

// toml++ stops at the first error of syntax; its words are replaced where a deal gives better ones.
text::Diagnostic syntax_problem(const DealText& from, const toml::parse_error& error) {
    const std::string_view description = error.description();
    const std::size_t offset = byte_offset(from.toml, error.source().begin);
    const std::size_t line_begin =
        offset == 0 ? 0 : from.toml.rfind('\n', offset - 1) + 1;  // npos + 1 is the first line
    const std::string_view line = from.toml.substr(
        line_begin, std::min(from.toml.find('\n', line_begin), from.toml.size()) - line_begin);
    const auto [key, value] = key_and_value(line);

    text::Diagnostic problem;
    problem.where = location_of(from, error.source());
    const std::size_t words = description.find(": ");
    problem.message = fmt::format("not TOML: {}", words == std::string_view::npos
                                                      ? description
                                                      : description.substr(words + 2));
    if (description.contains("cannot redefine") && !key.empty()) {
        problem.message = fmt::format("`{}` is stated twice", key);
        problem.where = text::locate(
            from.name, from.toml, static_cast<std::size_t>(key.data() - from.toml.data()),
            key.size());
        problem.label =
            fmt::format("already stated on line {}", line_that_states(from.toml, key));
        problem.hint = "keep one of the two";
    } else if (description.contains("parsing date")) {
        const std::string_view date = value.substr(0, value.find_first_of(" \t#,]"));
        const auto parsed = quantity::parse_date(date);
        problem.message = fmt::format("`{}` is not a date", date);
        problem.where = text::locate(
            from.name, from.toml, static_cast<std::size_t>(date.data() - from.toml.data()),
            date.size());
        problem.label = parsed ? "write the date only, as 2025-04-09" : parsed.error();
    } else if (!key.empty() && !value.empty() && find_deal_key(key) != nullptr &&
               !value.starts_with('"')) {
        problem.hint = fmt::format("put words and units in double quotes, as `{} = \"{}\"`", key,
                                   value.substr(0, value.find_first_of("#\"")));
    }
    return problem;
}

text::Diagnostic unknown_key(std::string_view key, text::Location where) {
    text::Diagnostic problem{.message = fmt::format("a deal has no key `{}`", key),
                             .where = std::move(where),
                             .label = "not known",
                             .hint = {}};
    std::vector<std::string> names;
    for (const DealKey& known : deal_keys()) {
        names.emplace_back(known.name);
        // The fact's own name is a good guess for a key that is spelled shorter: destination, to.
        if (known.fact && info(*known.fact).name == key) {
            problem.hint = fmt::format("did you mean `{}`?", known.name);
        }
    }
    if (problem.hint.empty()) problem.hint = text::did_you_mean(text::nearest(key, names));
    if (problem.hint.empty()) problem.hint = "`sluice check --help` lists every key, as a flag";
    return problem;
}

class DealReader {
public:
    explicit DealReader(DealText from) : from_(from) {}

    text::Result<Deal> read(const toml::table& table) {
        for (const auto& [key, node] : table) read_key(key, node);
        if (!problems_.empty()) {
            std::ranges::stable_sort(problems_, {}, [](const text::Diagnostic& problem) {
                return std::tuple(problem.where.line, problem.where.column);
            });
            return std::unexpected(std::move(problems_));
        }
        // A table is sorted by key; a deal keeps the order of its file.
        std::ranges::stable_sort(deal_.fields, {}, [](const DealField& field) {
            return std::tuple(field.where.line, field.where.column);
        });
        return std::move(deal_);
    }

private:
    void read_key(const toml::key& name, const toml::node& node) {
        const DealKey* key = find_deal_key(name.str());
        if (key == nullptr) {
            problems_.push_back(unknown_key(name.str(), location_of(from_, name.source())));
            return;
        }
        if (const toml::array* list = node.as_array(); list != nullptr && key->repeatable) {
            for (const toml::node& element : *list) read_value(*key, element);
        } else {
            read_value(*key, node);
        }
    }

    void read_value(const DealKey& key, const toml::node& node) {
        DealField field{std::string(key.name), {}, location_of(from_, node.source())};
        if (const auto* string = node.as_string()) {
            field.value = string->get();
        } else if (const auto* boolean = node.as_boolean()) {
            field.value = boolean->get() ? "yes" : "no";
        } else if (node.is_number() || node.is_date()) {
            field.value = as_written(from_, node);
        } else {
            const std::string_view found = node.is_array()   ? "a list"
                                           : node.is_table() ? "a table"
                                                             : "a time of day";
            problems_.push_back({.message = fmt::format("`{}` takes one value, found {}", key.name,
                                                        found),
                                 .where = std::move(field.where),
                                 .label = fmt::format("expected {}", key.value),
                                 .hint = {}});
            return;
        }
        deal_.fields.push_back(std::move(field));
    }

    DealText from_;
    Deal deal_{};
    text::Diagnostics problems_{};
};

text::Result<Deal> read_checked(const DealText& from) {
    try {
        return DealReader(from).read(toml::parse(from.toml, from.name));
    } catch (const toml::parse_error& error) {
        return std::unexpected(text::Diagnostics{syntax_problem(from, error)});
    }
}

}  // namespace

text::Result<Deal> read_deal(const std::filesystem::path& file) {
    const auto toml = text::read_text(file);
    if (!toml) return std::unexpected(toml.error());
    return read_checked({file.native(), *toml});
}

text::Result<Deal> parse_deal(std::string_view name, std::string_view toml) {
    const auto checked = text::checked_text(name, std::string(toml));
    if (!checked) return std::unexpected(checked.error());
    return read_checked({name, *checked});
}

}  // namespace sluice::facts
