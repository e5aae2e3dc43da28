#include "report/bulk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "cli/door.h"
#include "cli/output.h"
#include "text/table.h"

namespace sluice::cli {

namespace fs = std::filesystem;
using text::Diagnostics;

namespace {

constexpr std::size_t write_at = std::size_t{1} << 20;  // bytes gathered before a write

struct Tally {
    std::uint64_t rows = 0;
    std::uint64_t wrong = 0;
    std::size_t first_line = 0;
    std::string first{};
};

Diagnostics summary(const Tally& tally, bool unterminated, const std::string& input) {
    Diagnostics said;
    if (unterminated)
        said.push_back({.severity = text::Severity::warning,
                        .message = fmt::format("`{}` does not end with a line end", input),
                        .hint = "it may have been cut off"});
    if (tally.wrong > 0)
        said.push_back(
            {.message = fmt::format("{} of {} rows have an error, in their column `error`",
                                    text::group_thousands(std::to_string(tally.wrong)),
                                    text::group_thousands(std::to_string(tally.rows))),
             .where = {.file = input, .line = static_cast<int>(tally.first_line)},
             .label = "the first: " + tally.first});
    return said;
}

// Streams every row. False when the output cannot be written.
bool answer_rows(text::CsvReader& reader, report::Bulk& bulk, Output& output, Tally& tally,
                 bool show_progress) {
    std::string out = bulk.header() + "\n";
    text::CsvRow row;
    while (reader.next(row)) {
        ++tally.rows;
        if (!bulk.answer(row, out) && tally.wrong++ == 0) {
            tally.first_line = row.line;
            tally.first = bulk.error();
        }
        out += '\n';
        if (show_progress && tally.rows % 32768 == 0)
            fmt::print(stderr, "{} rows\r", text::group_thousands(std::to_string(tally.rows)));
        if (out.size() < write_at) continue;
        if (!output.write(out)) return false;
        out.clear();
    }
    if (show_progress) fmt::print(stderr, "\x1b[K");  // wipes the last of these
    return output.write(out) && output.finish();
}

}  // namespace

text::Diagnostics cannot(std::string_view what, const fs::path& path) {
    return {
        {.message = fmt::format("cannot {} `{}`: {}", what, path.string(), std::strerror(errno))}};
}

namespace verb {

int bulk(const Command& command, const Library& library) {
    const bool piped = command.invocation.arguments[0] == "-";
    const auto input = piped ? "standard input" : command.invocation.arguments[0];
    const File opened{piped ? nullptr : std::fopen(input.c_str(), "rb"), &std::fclose};
    if (!opened && !piped) return command.refuse(cannot("read", input));
    text::CsvReader reader{opened ? opened.get() : command.around.in};

    report::Bulk bulk{library.world,
                      library.book,
                      {.known_on = command.invocation.date("--known-on"),
                       .strict = command.has("--strict"),
                       .defaults = command.invocation.deal()}};
    text::CsvRow header;
    if (!reader.next(header))
        return command.refuse({{.message = fmt::format("`{}` is empty", input),
                                .hint = "the first line names the columns"}});
    auto problems =
        header.error.empty() ? bulk.read_header(header) : Diagnostics{{.message = header.error}};
    for (auto& problem : problems)
        problem.where = {.file = input, .line = static_cast<int>(header.line)};
    command.tell(problems);
    if (std::ranges::any_of(problems, [](const text::Diagnostic& problem) {
            return problem.severity == text::Severity::error;
        }))
        return static_cast<int>(Exit::input);

    Output output{command, command.invocation.value("--output")};
    if (!output.out) return command.refuse(cannot("write", output.path));
    Tally tally;
    const bool show =
        command.around.err_is_terminal && (!command.around.out_is_terminal || !output.path.empty());
    if (!answer_rows(reader, bulk, output, tally, show))
        return command.refuse(cannot("write", output.path));
    command.tell(summary(tally, reader.unterminated(), input));
    return static_cast<int>(tally.wrong > 0 ? Exit::input : Exit::answered);
}

}  // namespace verb

}  // namespace sluice::cli
