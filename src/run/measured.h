// Published measurements, predicted from their configuration alone.
//
// The file format is the schema of docs/reference/measured.md (one row a measurement, header
// required). A row is predicted by building a Setup from its columns and asking serving.h or
// training.h; nothing of the row's value, source or group is used.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "facts/model.h"
#include "facts/world.h"
#include "run/step.h"
#include "text/csv.h"
#include "timing/calibration.h"

namespace sluice::run {

// One row, by column. Values are as written; number() is 0 for an empty or malformed cell.
struct MeasuredRow {
    text::CsvRecord record{};
    const std::string& operator[](std::string_view column) const { return record[column]; }
    double number(std::string_view column, double otherwise = 0) const;
};

text::Result<std::vector<MeasuredRow>> read_measured(const std::filesystem::path& file);

// Everything that predicting needs; borrowed.
struct Bench {
    const facts::World* world = nullptr;
    const std::vector<facts::Model>* models = nullptr;
    const std::vector<facts::Fabric>* fabrics = nullptr;
    const std::vector<timing::Calibration>* calibrations = nullptr;
    const std::vector<Engine>* engines = nullptr;
};

struct Prediction {
    double value = 0;        // in the row's own unit; 0 when left out
    std::string left_out{};  // why it cannot be expressed
    Span span{};             // of its typical step, for attribution
    std::string engine{};
};
Prediction predict(const Bench& bench, const MeasuredRow& row);

// The engine that a row's software and its chip's maker name.
const Engine& engine_of(const Bench& bench, const MeasuredRow& row);

// The error class of a row, as the published bars name them: "training, dense", "decode", …
std::string_view error_class(const MeasuredRow& row);

// Rows are split by group: two groups of three (by hash of their name) may be learnt from.
bool may_learn(std::string_view group);

struct ClassScore {
    std::string name{};
    std::size_t rows = 0, groups = 0;
    double median = 0, p90 = 0, bias = 0;  // shares; every group counts once
};
struct Scored {
    const MeasuredRow* row = nullptr;
    Prediction prediction{};
    double log_error = 0;  // ln(predicted / measured)
};
// Median and 90th percentile of |predicted/measured - 1| (as exp|log|-1), weighted so that every
// group counts once.
ClassScore score(std::string_view name, const std::vector<const Scored*>& rows);

// The id of the company that makes a chip; "" when it is not known.
std::string_view maker_of(const facts::World& world, const facts::Chip& chip);

}  // namespace sluice::run
