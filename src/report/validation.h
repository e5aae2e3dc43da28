// Predictions beside published measurements: how far off, in which class, and why.
//
//   const auto v = validate(bench, std::move(*rows));
//   fputs(to_text(sheet_of(v, {.part = Part::all, .by = "chip"}), false).c_str(), stdout);
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/sheet.h"
#include "run/measured.h"

namespace sluice::report {

// Rows are split by a hash of their group: parameters may be learnt from one part only.
enum class Part : std::uint8_t { all, learn, report };
inline constexpr std::string_view part_names[] = {"all", "learn", "report"};
inline std::string_view to_string(Part part) { return part_names[static_cast<std::size_t>(part)]; }

struct Validation {
    std::vector<run::MeasuredRow> rows{};  // of the file; `scored` points into it
    std::vector<run::Scored> scored{};
    std::map<std::string, std::vector<const run::MeasuredRow*>> left_out{};  // by reason
    std::size_t unscored = 0;  // rows that the file itself marks as not to be scored
    run::Bench bench{};        // borrowed, for the reasons
};
Validation validate(const run::Bench& bench, std::vector<run::MeasuredRow> rows);

// The classes of the published bars, in their order, "everything but TTFT" last. A class without
// rows is left out.
std::vector<run::ClassScore> classes(const Validation& v, Part part);
// Median and 90th percentile in percent: "12.3 / 45.6"; "-" of no rows.
std::string errors(const run::ClassScore& s);
// The same figures by another key: kind, chip, model, family, software, metric or engine.
std::vector<run::ClassScore> scores_by(const Validation& v, Part part, std::string_view key);

struct ValidationView {
    Part part = Part::all;
    std::string by{};  // empty: by class only
};
Sheet sheet_of(const Validation& v, const ValidationView& view);

}  // namespace sluice::report
