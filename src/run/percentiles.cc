#include "run/percentiles.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sluice::run {
namespace {

// A double's exponent and the first six bits of its fraction number its part of an octave.
constexpr std::uint64_t first_part = std::bit_cast<std::uint64_t>(0x1p-30) >> 46;
constexpr std::size_t part_count = 60UL * 64;

std::size_t part_of(double value) {
    if (!(value > 0x1p-30)) return 0;
    const auto part = (std::bit_cast<std::uint64_t>(value) >> 46) - first_part;
    return std::min<std::size_t>(part, part_count - 1);
}
double start_of(std::size_t part) { return std::bit_cast<double>((part + first_part) << 46); }

}  // namespace

void Percentiles::add(double value, double times) {
    count_ += times;
    sum_ += value * times;
    most_ = std::max(most_, value);
    if (exact_) {
        all_.emplace_back(value, times);
        sorted_ = false;
        return;
    }
    if (parts_.empty()) parts_.resize(part_count);
    parts_[part_of(value)] += times;
}

void Percentiles::add_series(double from, double step, std::uint64_t count, double times) {
    while (count > 0) {
        // All that fall into the part of the first one, at once.
        std::uint64_t here = exact_ ? 1 : count;
        if (!exact_ && step != 0) {
            const auto part = part_of(from);
            const double edge = step > 0 ? start_of(part + 1) : start_of(part);
            here = std::clamp<std::uint64_t>(
                static_cast<std::uint64_t>(std::max(1.0, std::ceil((edge - from) / step))), 1,
                count);
        }
        const double n = static_cast<double>(here);
        const double last = from + (n - 1) * step;
        add(from, times * n);
        sum_ += (last - from) / 2 * n * times;
        most_ = std::max(most_, last);
        from += n * step;
        count -= here;
    }
}

void Percentiles::merge(const Percentiles& other) {
    count_ += other.count_;
    sum_ += other.sum_;
    most_ = std::max(most_, other.most_);
    all_.insert(all_.end(), other.all_.begin(), other.all_.end());
    sorted_ = false;
    if (parts_.size() < other.parts_.size()) parts_.resize(part_count);
    for (std::size_t i = 0; i < other.parts_.size(); ++i) parts_[i] += other.parts_[i];
}

double Percentiles::at(double share) const {
    if (count_ <= 0) return 0;
    const double wanted = std::max(share * count_, 0x1p-20);
    double before = 0;
    if (exact_) {
        if (!sorted_) std::ranges::sort(all_);
        sorted_ = true;
        for (const auto& [value, times] : all_) {
            before += times;
            if (before >= wanted * (1 - 1e-12)) return value;
        }
        return most_;
    }
    for (std::size_t part = 0; part < parts_.size(); ++part) {
        before += parts_[part];
        if (before >= wanted * (1 - 1e-12))
            return std::min(most_, (start_of(part) + start_of(part + 1)) / 2);
    }
    return most_;
}

}  // namespace sluice::run
