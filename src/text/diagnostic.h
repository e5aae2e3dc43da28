// Messages for people: what was wrong, where (file, line, caret), what to do.
//
// Every door (CLI, later HTTP and Python) prints this one object. Readers collect all problems
// of a file before they give up:
//
//   Diagnostics problems;
//   auto chips = facts::load_chips(dir, problems);
//   if (!problems.empty()) std::cerr << text::render(problems);
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::text {

// A place in a named text. Lines and columns count from 1; column counts bytes; 0 means "none".
struct Location {
    std::string file{};  // as the user would open it; "--io-bandwidth" for a flag
    int line = 0;
    int column = 0;
    int width = 1;          // bytes to underline, at least 1
    std::string excerpt{};  // the line itself, without its end; long lines are cut around the caret
    int excerpt_column = 1;  // column of the excerpt's first byte, when the line was cut
};

enum class Severity : std::uint8_t { error, warning, note };

struct Diagnostic {
    Severity severity = Severity::error;
    std::string message{};  // no capital, no full stop; literals in `backticks`
    Location where{};       // may be empty
    std::string label{};    // beside the caret: what was expected
    std::string hint{};     // one command or one edit that would work; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

inline void report(Diagnostics& to, Location where, std::string message, std::string label = {},
                   std::string hint = {}) {
    to.push_back({.message = std::move(message),
                  .where = std::move(where),
                  .label = std::move(label),
                  .hint = std::move(hint)});
}

// A value, or every problem found while making it (never an empty list).
template <class T>
using Result = std::expected<T, Diagnostics>;

// One problem as the error of a Result.
inline std::unexpected<Diagnostics> refused(Diagnostic problem) {
    return std::unexpected{Diagnostics{std::move(problem)}};
}

// What was read, or every problem found while reading it.
template <class T>
Result<T> result_of(T value, Diagnostics problems) {
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return value;
}

// Where the lines of a text begin, so that a place in it costs no scan of the whole.
struct Lines {
    Lines() = default;
    explicit Lines(std::string_view text);
    std::size_t line_of(std::size_t offset) const;  // from 0
    // As the function below, of the same text.
    Location locate(std::string_view file, std::string_view text, std::size_t begin,
                    std::size_t width) const;
    std::vector<std::size_t> starts{0};
};

// What was read into its place, or its problems among the others; whether there are none yet.
template <class T>
bool keep(Result<T> read, auto& to, Diagnostics& problems) {
    if (read)
        to = std::move(*read);
    else
        problems.insert(problems.end(), read.error().begin(), read.error().end());
    return problems.empty();
}

// The location of bytes [begin, begin + width) of `text`. Requires: begin <= text.size().
Location locate(std::string_view file, std::string_view text, std::size_t begin, std::size_t width);

// "error: …", the place with a caret, "hint: …"; ends with a newline. Colour adds ANSI codes and
// nothing else.
std::string render(const Diagnostic& diagnostic, bool colour = false);
std::string render(const Diagnostics& diagnostics, bool colour = false);

}  // namespace sluice::text
