// Checks across provisions; the second half of load_lawbook. Internal to law/.
#pragma once

#include <string_view>
#include <vector>

#include "law/lawbook.h"

namespace sluice::law {

// Calls `visit` with `expr` and everything below it.
template <class E, class Visit>
void for_each_part(E& expr, Visit visit) {
    visit(expr);
    for (auto& child : expr.children) for_each_part(child, visit);
}

// Two reviews of one requirement that may both apply on some day, with no order between them.
struct UnorderedReviews {
    const Provision* a = nullptr;
    const Provision* b = nullptr;
    const Version* a_version = nullptr;
    const Version* b_version = nullptr;
    std::string_view requirement{};
    Date from{};  // the first such day
};
// The first pair of versions with the same lane, or with different ones, of every two reviews
// that are not broken. Requires: the indices of `over` and `for` are set.
std::vector<UnorderedReviews> unordered_reviews(const Lawbook& book, bool same_lane);

}  // namespace sluice::law
