// Percentiles of any number of values in constant memory, or exactly on request.
//
// Every octave is cut into 64 equal parts and values are counted by part: a percentile is off by at
// most 1/128 of itself (`error`). Two of them merge into the percentiles of both. Values of seconds
// from 1e-9 to 1e9; beyond, they are counted at the ends.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace sluice::run {

class Percentiles {
public:
    static constexpr double error = 1.0 / 128;
    explicit Percentiles(bool exact = false) : exact_(exact) {}

    void add(double value, double times = 1);
    // from, from + step, … `count` of them, each so many times.
    void add_series(double from, double step, std::uint64_t count, double times);
    void merge(const Percentiles& other);

    double count() const { return count_; }
    double mean() const { return count_ > 0 ? sum_ / count_ : 0; }
    double most() const { return most_; }
    // 0 <= share <= 1; the value that this share of all do not exceed. 0 when there are none.
    double at(double share) const;

private:
    bool exact_;
    double count_ = 0, sum_ = 0, most_ = 0;
    std::vector<double> parts_{};                           // by part
    mutable std::vector<std::pair<double, double>> all_{};  // value, times; sorted when asked
    mutable bool sorted_ = true;
};

}  // namespace sluice::run
