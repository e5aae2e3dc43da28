#include "text/suggest.h"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <tuple>

#include <fmt/format.h>

#include "text/ascii.h"
#include "text/sequence.h"

namespace sluice::text {
namespace {

// Nobody mistypes a name this long; it keeps hostile input from costing quadratic time.
constexpr std::size_t longest_suggested_name = 200;

}  // namespace

int edit_distance(std::string_view a_text, std::string_view b_text) {
    const std::string a = lower(a_text);
    const std::string b = lower(b_text);
    std::vector<int> before(b.size() + 1);  // row i - 2
    std::vector<int> above(b.size() + 1);   // row i - 1
    std::vector<int> row(b.size() + 1);
    std::iota(above.begin(), above.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates,
                                 std::size_t most) {
    if (name.empty() || name.size() > longest_suggested_name) return {};
    const int limit = std::max(1, static_cast<int>(name.size() / 3));
    const std::string wanted = lower(name);
    // In the order of their ranks: distance, whether `name` is no part of it, length, itself.
    std::vector<std::tuple<int, bool, std::size_t, std::string_view>> near;
    for (const std::string& candidate : candidates) {
        if (candidate == name || candidate.size() > longest_suggested_name) continue;
        const bool contains = lower(candidate).contains(wanted);
        const std::size_t longer = std::max(name.size(), candidate.size());
        const std::size_t shorter = std::min(name.size(), candidate.size());
        if (!contains && longer - shorter > static_cast<std::size_t>(limit)) continue;
        const int distance = edit_distance(name, candidate);
        // A name inside a longer one ranks with the farthest of the near misses, or better.
        if (contains || distance <= limit)
            near.emplace_back(std::min(distance, limit), !contains, candidate.size(), candidate);
    }
    sort_unique(near);
    std::vector<std::string> names;
    for (const auto& one : near | std::views::take(most)) names.emplace_back(std::get<3>(one));
    return names;
}

std::string one_of(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
        out += words[i];
    }
    return out;
}

std::string did_you_mean(std::vector<std::string> names) {
    for (std::string& name : names) name.insert(0, "`").append("`");
    return names.empty() ? std::string{} : "did you mean " + one_of(names) + "?";
}

Diagnostics no_such(std::string_view what, std::string_view name,
                    const std::vector<std::string>& candidates, std::string_view all) {
    const auto near = nearest(name, candidates);
    return {{.message = fmt::format("no {} named `{}`", what, name),
             .hint = fmt::format("{}{}{}", did_you_mean(near), near.empty() ? "" : " ", all)}};
}

}  // namespace sluice::text
