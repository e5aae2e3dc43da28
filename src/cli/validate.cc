#include <fmt/format.h>

#include "cli/ground.h"
#include "report/validation.h"
#include "run/fit.h"
#include "run/schema.h"
#include "text/file.h"

namespace sluice::cli {

namespace fs = std::filesystem;

namespace {

text::Result<std::vector<run::MeasuredRow>> read_rows(const fs::path& file) {
    auto rows = run::read_measured(file);
    if (!rows) return rows;
    if (auto problems = run::problems_of(file, *rows); !problems.empty())
        return std::unexpected{std::move(problems)};
    return rows;
}

int validate_measured(const Command& command, const Ground& ground, const fs::path& file) {
    report::ValidationView view{.by = std::string{command.invocation.value("--by")}};
    if (command.has("--part"))
        view.part = named<report::Part>(report::part_names, command.invocation.value("--part"));
    auto rows = read_rows(file);
    if (!rows) return command.refuse(rows.error());
    return command.print(
        report::sheet_of(report::validate(ground.bench(), std::move(*rows)), view));
}

int calibrate_measured(const Command& command, const Ground& ground, const fs::path& file) {
    const auto rows = read_rows(file);
    if (!rows) return command.refuse(rows.error());
    std::vector<run::Engine> fitted;
    for (const auto& engine : ground.engines) {
        fitted.push_back(run::fit_engine(ground.bench(), engine, *rows));
        fmt::print(command.around.err, "{} of {}  {}: {} rows\n", fitted.size(),
                   ground.engines.size(), engine.id, fitted.back().rows);
        std::fflush(command.around.err);
    }
    auto bench = ground.bench();
    bench.engines = &fitted;
    const auto v = report::validate(bench, *rows);
    for (const auto part : {report::Part::learn, report::Part::report})
        for (const auto& s : report::classes(v, part))
            fmt::print(command.around.err, "{:6}  {:42} {:5.1f} / {:5.1f} %\n",
                       report::to_string(part), s.name, 100 * s.median, 100 * s.p90);
    return deliver(command,
                   run::engines_toml(fitted, fmt::format("fitted on the learning part of {}",
                                                         file.filename().string())));
}

}  // namespace

int deliver(const Command& command, const std::string& data) {
    if (!command.has("--out")) return command.print(data);
    const auto written = text::write_whole(command.invocation.value("--out"), data);
    return written ? 0 : command.refuse(written.error());
}

namespace verb {

int validate(const Command& command, const Ground& ground) {
    if (command.has("--kernels") && !command.has("--measured"))
        return validate_kernels(command, ground);
    return validate_measured(command, ground,
                             command.has("--measured") ? command.invocation.value("--measured")
                                                       : ground.data / report::published_file);
}

int calibrate(const Command& command, const Ground& ground) {
    if (command.has("--measured"))
        return calibrate_measured(command, ground, command.invocation.value("--measured"));
    if (command.has("--kernels")) return calibrate_kernels(command, ground);
    return command.misused("`sluice calibrate` needs measurements",
                           "name them with `--measured FILE.csv` or `--kernels DIR`");
}

}  // namespace verb

}  // namespace sluice::cli
