#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "cli/service.h"
#include "cli/version.h"
#include "facts/data_file.h"
#include "text/ascii.h"
#include "text/csv.h"
#include "text/file.h"
#include "text/hash.h"
#include "text/number.h"
#include "text/sequence.h"

namespace sluice::cli {
namespace {

namespace fs = std::filesystem;
using facts::Node;

constexpr std::uint64_t most_points = 1'000'000;
constexpr std::uint64_t most_held = 50'000'000;  // requests, beside those in use
// Flags of simulate that are no part of a point.
constexpr std::string_view not_a_key[] = {"json", "per-request", "timeline", "data",
                                          "law",  "color",       "help"};
// Points that agree in these replay the same requests.
constexpr std::string_view of_traffic[] = {"--trace", "--arrivals", "--client",  "--rate",
                                           "--cv",    "--lengths",  "--seed",    "--requests",
                                           "--hours", "--strict",   "--skip-bad"};

// A value of a key, as words of a command line: "--rate=2"; none for a switch that is off.
struct Value {
    std::vector<std::string> words{};
    std::string shown{};
};
struct Key {
    std::string name{};
    std::vector<Value> values{};
    std::uint64_t stride = 1;  // from one value to the next, in points
};

// FILE.toml: what all points have, and the keys whose values make the points, the first slowest.
struct Grid {
    std::vector<std::string> common{"simulate"};
    std::vector<Key> keys{};
    std::uint64_t points = 1;

    const Value& at(std::uint64_t point, const Key& key) const {
        return key.values[point / key.stride % key.values.size()];
    }
    std::vector<std::string> words(std::uint64_t point) const {
        auto words = common;
        for (const auto& key : keys) text::append(words, at(point, key).words);
        return words;
    }
    // "3,h20,2,": how its row begins.
    std::string row_begin(std::uint64_t point) const {
        auto row = fmt::format("{},", point);
        for (const auto& key : keys) {
            text::append_csv_field(row, at(point, key).shown);
            row += ',';
        }
        return row;
    }
    std::string header() const {
        std::string header = "point,";
        for (const auto& key : keys) header += key.name + ",";
        return header + "error" + std::string{report::run_header};
    }
};

struct GridReader {
    const facts::DataFile& file;
    text::Diagnostics& problems;

    Value value(const Node& key, const Node& node) {
        if (node.kind == Node::Kind::boolean)
            return {
                node.flag ? std::vector{fmt::format("--{}", key.key)} : std::vector<std::string>{},
                std::string{file.plain(node)}};
        Value all;
        if (node.kind == Node::Kind::array) {
            for (const auto& one : node.children) {
                auto more = value(key, one);
                text::append(all.words, more.words);
                all.shown += (all.shown.empty() ? "" : " + ") + more.shown;
            }
        } else if (node.kind == Node::Kind::table || node.kind == Node::Kind::other) {
            text::report(problems, file.where(node),
                         fmt::format("`{}` cannot be {}", key.key, facts::describe(node.kind)),
                         "expected text, a number, true or false");
        } else {
            all.shown = file.plain(node);
            all.words = {fmt::format("--{}={}", key.key, all.shown)};
        }
        return all;
    }

    // The keys of a table as they are written, one above the other.
    std::vector<const Node*> keys_of(const Node* table) {
        std::vector<const Node*> keys;
        if (!table) return keys;
        for (const auto& key : table->children) {
            keys.push_back(&key);
            if (text::contains(not_a_key, key.key))
                text::report(problems, file.where_key(key),
                             fmt::format("`{}` has no place in a sweep", key.key));
        }
        std::ranges::sort(keys, {}, [](const Node* key) {
            return std::pair{key->key_at.line, key->key_at.column};
        });
        return keys;
    }

    Grid read() {
        Grid grid;
        facts::TableReader table{file, file.root, "a sweep", problems};
        for (const auto* key : keys_of(table.take("simulate", Node::Kind::table)))
            text::append(grid.common, value(*key, *key).words);
        for (const auto* key : keys_of(table.take("grid", Node::Kind::table))) {
            auto& to = grid.keys.emplace_back(Key{.name = std::string{key->key}});
            if (key->kind != Node::Kind::array || key->children.empty())
                text::report(problems, file.where(*key),
                             fmt::format("`{}` has no values to go through", key->key),
                             "expected a list, as in `rate = [1, 2, 4]`");
            for (const auto& one : key->children) to.values.push_back(value(*key, one));
            grid.points *= std::max(to.values.size(), std::size_t{1});
            if (grid.points > most_points) break;
        }
        table.finish();
        if (grid.keys.empty() && problems.empty())
            text::report(problems, {.file = file.name}, "`[grid]` states nothing to go through", {},
                         "such as `rate = [1, 2, 4]` below `[grid]`");
        if (grid.points > most_points)
            text::report(problems, {.file = file.name}, "the grid has more than 1,000,000 points");
        auto stride = grid.points;
        for (auto& key : grid.keys)
            stride = key.stride = stride / std::max(key.values.size(), std::size_t{1});
        return grid;
    }
};

// Words that no flag of simulate takes. Each value of each key stands in one of the points that are
// looked at.
text::Diagnostics wrong_words(const Grid& grid, const std::string& file) {
    for (const auto& key : grid.keys)
        for (std::uint64_t v = 0; v < key.values.size(); ++v) {
            const auto point = v * key.stride;
            const auto parsed = parse_arguments(grid.words(point));
            auto problems = parsed ? parsed->wrong : parsed.error();
            for (auto& problem : problems) {
                problem.where.file = file;
                problem.label =
                    fmt::format("point {}: {}", point, fmt::join(grid.words(point), " "));
            }
            if (!problems.empty()) return problems;
        }
    return {};
}

struct Shard {
    std::uint64_t number = 1, of = 1;
};
text::Result<Shard> shard_of(std::string_view given) {
    if (given.empty()) return Shard{};
    auto rest = given;
    const auto number = text::parse_number<std::uint64_t>(text::take_until(rest, '/'));
    const auto of = text::parse_number<std::uint64_t>(rest);
    if (number && of && *number >= 1 && *number <= *of) return Shard{*number, *of};
    return text::refused({.message = fmt::format("`--shard {}` is no part of a sweep", given),
                          .hint = "`--shard 1/4` is the first of four"});
}

struct Traffic {
    std::once_flag once{};
    text::Result<Source> source{};
};

text::Diagnostics cannot_write(const fs::path& path) {
    return {{.message = fmt::format("cannot write `{}`: {}", path.string(), std::strerror(errno))}};
}

// On one line.
std::string said(const text::Diagnostics& problems) {
    std::string all;
    for (const auto& problem : problems) all += (all.empty() ? "" : "; ") + problem.message;
    std::ranges::replace(all, '\n', ' ');
    return all;
}

struct Sweep {
    const Command& command;
    const Ground& ground;
    Grid grid;
    Shard shard;
    std::uint64_t here = 0;                       // points of the shard
    std::map<std::uint64_t, std::string> rows{};  // of the points that are done
    std::map<std::string, std::shared_ptr<Traffic>> traffics{};
    std::uint64_t held = 0;  // requests of those
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> partial{nullptr, &std::fclose};
    std::mutex rows_lock{}, traffics_lock{};
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> stopped = false;

    // Rows of another file, behind the line `first`; how many bytes of it are whole lines.
    text::Result<std::size_t> take_rows(const fs::path& path, std::string_view first,
                                        std::string hint) {
        const auto read = text::read_text(path, std::size_t{1} << 32);
        if (!read) return std::unexpected{read.error()};
        const std::string_view whole = std::string_view{*read}.substr(0, read->rfind('\n') + 1);
        auto rest = whole;
        if (!rest.empty() && text::take_until(rest, '\n') != first)
            return text::refused({.message = fmt::format(
                                      "`{}` is of another sweep, or of other data", path.string()),
                                  .hint = std::move(hint)});
        while (!rest.empty()) {
            const auto row = text::take_until(rest, '\n');
            const auto point = text::leading_number<std::uint64_t>(row);
            const bool known = point && point->value < grid.points &&
                               row.starts_with(grid.row_begin(point->value));
            if (!known || !rows.emplace(point->value, row).second)
                return text::refused({.message = fmt::format("`{}` has {}", path.string(),
                                                             known ? "a point for the second time"
                                                                   : "a row of no point of this"),
                                      .label = std::string{row}});
        }
        return whole.size();
    }

    // Goes on with the file of a run that was stopped, or begins one.
    text::Result<void> open_partial(const fs::path& path, const std::string& first) {
        partial.reset(std::fopen(path.c_str(), "ab"));
        if (!partial) return std::unexpected{cannot_write(path)};
        if (::flock(::fileno(partial.get()), LOCK_EX | LOCK_NB) != 0)
            return text::refused(
                {.message = fmt::format("another run is at work on `{}`", path.string())});
        const auto good = take_rows(path, first, "remove it, or name another file with `--out`");
        if (!good) return std::unexpected{good.error()};
        fs::resize_file(path, *good);  // a row that was cut off is run again
        if (*good == 0) fmt::print(partial.get(), "{}\n", first);
        return {};
    }

    text::Result<std::string> run(const std::vector<std::string>& words) {
        const auto flags = *parse_arguments(words);
        const Command one{flags, command.around, false, command.colour_err};
        const auto traffic = traffic_of(one);
        if (!traffic->source) return std::unexpected{traffic->source.error()};
        const auto source = at_asked_rate(one, *traffic->source);
        if (!source) return std::unexpected{source.error()};
        const auto site = asked_site(one, ground, *source);
        if (!site) return std::unexpected{site.error()};
        const auto bill = asked_bill(one, ground);
        if (!bill) return std::unexpected{bill.error()};
        const auto out = run::simulate((*site)->fleet, source->open(1), asked_watch(one, **site));
        return report::run_row(**site, out, *bill);
    }

    // Read or made once, by the first that asks; the others wait.
    std::shared_ptr<Traffic> traffic_of(const Command& one) {
        std::string asked;
        for (const auto& given : one.invocation.given)
            if (text::contains(of_traffic, given.flag) &&
                !(given.flag == "--rate" && one.has("--trace")))
                asked += fmt::format("{}={}\n", given.flag, given.value);
        std::unique_lock guard{traffics_lock};
        if (held > most_held) traffics.clear(), held = 0;
        auto& known = traffics[asked];
        if (!known) known = std::make_shared<Traffic>();
        const auto traffic = known;
        guard.unlock();
        std::call_once(traffic->once, [&] {
            traffic->source = asked_traffic(one, ground.data, true);
            guard.lock();
            held += traffic->source ? traffic->source->count : 0;
        });
        return traffic;
    }

    void work(const std::vector<std::uint64_t>& todo) {
        const auto fields = static_cast<std::size_t>(std::ranges::count(report::run_header, ','));
        for (auto i = next++; i < todo.size() && !stopped; i = next++) {
            const auto row = run(grid.words(todo[i]));
            auto line = grid.row_begin(todo[i]);
            if (!row) text::append_csv_field(line, said(row.error()));
            line += row ? *row : std::string(fields, ',');
            const std::lock_guard guard{rows_lock};
            if (partial) {
                fmt::print(partial.get(), "{}\n", line);
                if (std::fflush(partial.get()) != 0) stopped = true;
            }
            rows.emplace(todo[i], std::move(line));
            if (command.around.err_is_terminal)
                fmt::print(command.around.err, "{} of {} points\r", rows.size(), here);
        }
    }

    void run_all(const std::vector<std::uint64_t>& todo, double threads) {
        std::vector<std::jthread> team;
        const auto most = std::min(static_cast<double>(todo.size()), std::min(threads, 1024.0));
        while (static_cast<double>(team.size()) < most) team.emplace_back([&] { work(todo); });
        team.clear();
        if (command.around.err_is_terminal) fmt::print(command.around.err, "\x1b[K");
    }

    int deliver_rows(const fs::path& partial_path) {
        auto whole = grid.header() + "\n";
        std::uint64_t wrong = 0;
        for (const auto& [point, row] : rows) {
            wrong += row[grid.row_begin(point).size()] != ',';
            whole += row + "\n";
        }
        const int status = deliver(command, whole);
        if (status == 0 && partial) fs::remove(partial_path);
        if (wrong > 0)
            command.tell({{.severity = text::Severity::warning,
                           .message = fmt::format("{} of {} points have an error, in their column "
                                                  "`error`",
                                                  wrong, rows.size())}});
        return status;
    }
};

// Of all that a row depends on: the file, the data, the program, the shard.
std::string first_line(const Command& command, const Ground& ground, const Shard& shard) {
    text::Sha256 hash;
    const auto file = command.invocation.argument();
    hash.add_file("sweep", text::read_text(file).value_or(""));
    for (const auto& path : text::files_in(ground.data, ".toml"))
        hash.add_file(path.filename().string(), text::read_text(path).value_or(""));
    hash.add(fmt::format("{} {} {}/{}", cli::version, cli::commit, shard.number, shard.of));
    return "# sluice sweep " + hash.hex();
}

}  // namespace

namespace verb {

int sweep(const Command& command, const Ground& ground) {
    const auto& flags = command.invocation;
    const auto shard = shard_of(flags.value("--shard"));
    if (!shard) return command.refuse(shard.error(), Exit::usage);
    const auto file = facts::read_data_file(flags.argument());
    if (!file) return command.refuse(file.error());
    text::Diagnostics problems;
    auto grid = GridReader{*file, problems}.read();
    if (problems.empty()) problems = wrong_words(grid, file->name);
    if (!problems.empty()) return command.refuse(problems);
    Sweep sweep{command, ground, std::move(grid), *shard};
    const auto parts = flags.values("--merge");
    for (const auto& part : parts)
        if (const auto taken = sweep.take_rows(part, sweep.grid.header(), {}); !taken)
            return command.refuse(taken.error());
    const fs::path partial = std::string{flags.value("--out")} + ".partial";
    if (parts.empty() && flags.has("--out"))
        if (const auto opened = sweep.open_partial(partial, first_line(command, ground, *shard));
            !opened)
            return command.refuse(opened.error());
    std::vector<std::uint64_t> todo;
    for (auto p = shard->number - 1; p < sweep.grid.points; p += shard->of) {
        ++sweep.here;
        if (!sweep.rows.contains(p)) todo.push_back(p);
    }
    if (!parts.empty() && !todo.empty())
        return command.refuse(
            {{.message = fmt::format("{} of {} points are in none of the files; the first is {}",
                                     todo.size(), sweep.here, todo[0])}});
    sweep.run_all(todo, flags.number("--threads", std::thread::hardware_concurrency()));
    if (sweep.stopped) return command.refuse(cannot_write(partial));
    return sweep.deliver_rows(partial);
}

}  // namespace verb
}  // namespace sluice::cli
