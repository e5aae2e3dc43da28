// Values that change on days.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "quantity/date.h"

namespace sluice::quantity {

// A value from each of some days until the next of them. Asking on a date is the only way in:
// there is no "current" value.
//
//   Dated<std::string> group;
//   group.from(make_date(2023, 11, 17), "D:4");
//   group.on(make_date(2023, 11, 16));  // nullptr
template <class T>
struct Dated {
    struct Change {
        Date from{};
        T value{};
    };
    std::vector<Change> changes{};  // ascending by day, each day once

    // False when that day already has a value, which stays.
    bool from(Date day, T value) {
        const auto at = std::ranges::lower_bound(changes, day, {}, &Change::from);
        if (at != changes.end() && at->from == day) return false;
        changes.insert(at, Change{day, std::move(value)});
        return true;
    }

    // The value on `date`; nullptr before the first day.
    const T* on(Date date) const {
        const auto after = std::ranges::upper_bound(changes, date, {}, &Change::from);
        return after == changes.begin() ? nullptr : &std::prev(after)->value;
    }

    // The days around `date` over which on() gives the same change.
    Period period_on(Date date) const {
        const auto after = std::ranges::upper_bound(changes, date, {}, &Change::from);
        return {.from = after == changes.begin() ? start_of_time : std::prev(after)->from,
                .until = after == changes.end() ? end_of_time : after->from};
    }
};

}  // namespace sluice::quantity
