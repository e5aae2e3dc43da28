// What predictions rest on, loaded without any law, and the doors that use it.
#pragma once

#include <algorithm>

#include "cli/door.h"
#include "report/performance.h"
#include "report/sheet.h"
#include "run/arrivals.h"

namespace sluice::cli {

struct Ground {
    std::filesystem::path data{};
    facts::World world{};
    std::vector<facts::Model> models{};
    std::vector<facts::Fabric> fabrics{};
    std::vector<timing::Calibration> calibrations{};
    std::vector<run::Engine> engines{};
    std::vector<facts::Price> prices{};
    run::Bench bench() const { return {&world, &models, &fabrics, &calibrations, &engines}; }
    report::ComputeGround compute() const { return {.bench = bench(), .prices = &prices}; }
};
text::Result<Ground> load_ground(const Command& command);
text::Result<Ground> load_ground(const Command& command, facts::World world);  // read already
// The measurements that come with the program.
text::Result<std::vector<run::MeasuredRow>> load_published(const Ground& ground);

// What was read into its place, or its problems among the others; whether there are none yet.
template <class T>
bool keep(text::Result<T> read, auto& to, text::Diagnostics& problems) {
    if (read)
        to = std::move(*read);
    else
        problems.insert(problems.end(), read.error().begin(), read.error().end());
    return problems.empty();
}
// What a flag's word names, where the parser has refused every other word.
template <class Choice>
Choice named(const auto& names, std::string_view word) {
    return static_cast<Choice>(std::ranges::find(names, word) - std::begin(names));
}

// A number that a flag states, and what it must be.
struct NumberFlag {
    std::string_view flag;
    double* to;
    double least;
    bool whole;
    std::string_view what;  // "tokens of a prompt"
};
void read_number(const Command& command, const NumberFlag& n, text::Diagnostics& problems);

// "tp8 ep8"; the flags that perf and those who serve share; prices of --on, else of the last day
// for which there is one; empty, or which of the flags are missing.
text::Result<run::Degrees> degrees_of(std::string_view plan);
text::Result<report::Work> work_asked(const Command& command, const report::ComputeGround& ground);
text::Result<report::Bill> bill_asked(const Command& command, const Ground& ground);
text::Diagnostics needs(const Command& command, std::initializer_list<std::string_view> flags);
// The traffic that --arrivals, --lengths and their like make.
text::Result<run::Arrivals> arrivals_asked(const Command& command);

// As text, or as JSON with --json.
int print_sheet(const Command& command, const report::Sheet& sheet);
// The same of one table, whose JSON is an array.
int print_rows(const Command& command, const report::Section& section);
// Data to --out, whole or not at all; to standard output without it.
int deliver(const Command& command, const std::string& data);

int validate_kernels(const Command& command, const std::filesystem::path& dir);
int calibrate_kernels(const Command& command, const std::filesystem::path& dir, std::uint64_t seed);

}  // namespace sluice::cli
