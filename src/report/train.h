// A training run: the plan, its step, and what so many tokens take and cost.
//
//   const Run run{.model = model, .tokens = 14.8e12, .chips = 2048};
//   const auto trained = train(machine, run);
//   puts(to_text(sheet_of(published, machine, run, *trained, bill), colour).c_str());
//
// Chips are taken to train all hours at the speed of a step: restarts, evaluation and checkpoints
// are left out.
#pragma once

#include <optional>
#include <string>

#include "report/performance.h"

namespace sluice::report {

struct Run {
    const facts::Model* model = nullptr;
    std::string model_name{};  // as asked
    double tokens = 0;
    std::optional<run::Degrees> plan{};  // degrees of 0 are 1, of dp what is left; none: searched
    // Chips and what else is stated; its model, chip and degrees are filled in. Global batch: 0 for
    // 8 sequences of 4,096 a chip, at most 15,360 (DeepSeek-V3's).
    run::TrainingSpace space{};
    std::string format{};  // as formats_asked takes it
    double price = 0;      // USD a chip-hour; 0: as the price list says
};

struct Trained {
    run::Setup setup{};
    run::TrainingSearch found{};
    double steps = 0, seconds = 0, chip_hours = 0;  // of the whole run
    const run::TrainingPlan& best() const { return found.best.front(); }
};

// Errors: the plan does not divide the model or takes other than `chips`, the schedule cannot run
// so, the global batch does not cut, the memory does not hold it, the chip has not the format.
// Requires: machine.missing is empty; tokens, chips and sequence are positive.
text::Result<Trained> train(const Machine& machine, const Run& run);

Sheet undetermined(const Machine& machine, const Run& run);
Sheet sheet_of(const Published& published, const Machine& machine, const Run& run,
               const Trained& trained, const Bill& bill);

}  // namespace sluice::report
