// How far off predictions are on published measurements of work like the one asked about.
//
// Rows are ranked by a distance of steps and octaves (weights by judgement): another chip of the
// family 1, of the maker 2, any other 3; another model 0.3, one without experts where this has them
// 1.5, 0.4 an octave of active parameters; another engine 1, another version of it 0.5; 0.15 an
// octave of requests a chip. The nearest are predicted anew from their configurations; first-token
// times, which are queues, and times of whole batches take no part.
#pragma once

#include <vector>

#include "report/machine.h"
#include "report/sheet.h"

namespace sluice::report {

struct Alikeness {
    std::string_view kind{};  // of rows: "serving", "decode", "prefill" or "training"
    const facts::Model* model = nullptr;
    double batch = 0;  // requests a chip
};

struct Evidence {
    run::ClassScore score{};                // of `rows`; every group counts once
    std::vector<run::Scored> rows{};        // nearest first, at most 30
    std::size_t same_chip = 0, learnt = 0;  // of the rows; of them, those that were learnt from
};
Evidence evidence(const Published& published, const Machine& machine, const Alikeness& like);

// "interval": what the error makes of `value` tokens/s a chip, and the nearest rows.
Section interval_section(const Evidence& found, double value);

}  // namespace sluice::report
