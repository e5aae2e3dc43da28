// The schema of published measurements (docs/reference/measured.md), as far as a file can break it.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "run/measured.h"
#include "text/diagnostic.h"

namespace sluice::run {

// "s", "token/s", "sample/s", "TFLOP/s", "" for a share; "?" for a metric that the schema lacks.
std::string_view unit_of(std::string_view metric);

// Every problem of the rows: cells of number columns that hold no number, values that are not
// positive, shares above 1.5 (percent), metrics with another unit than the schema's.
text::Diagnostics problems_of(const std::filesystem::path& file,
                              const std::vector<MeasuredRow>& rows);

}  // namespace sluice::run
