#include "text/suggest.h"

#include <algorithm>
#include <numeric>

namespace sluice::text {
namespace {

// Nobody mistypes a name this long; it keeps hostile input from costing quadratic time.
constexpr std::size_t longest_suggested_name = 200;

std::string ascii_lower(std::string_view s) {
    std::string out{s};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

int edit_distance(std::string_view a_text, std::string_view b_text) {
    const std::string a = ascii_lower(a_text);
    const std::string b = ascii_lower(b_text);
    std::vector<int> before(b.size() + 1);  // row i - 2
    std::vector<int> above(b.size() + 1);   // row i - 1
    std::vector<int> row(b.size() + 1);
    std::iota(above.begin(), above.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates,
                                 std::size_t most) {
    struct Near {
        int distance;
        bool contains;
        const std::string* candidate;
    };
    if (name.empty() || name.size() > longest_suggested_name) return {};
    const int limit = std::max(1, static_cast<int>(name.size() / 3));
    const std::string lower = ascii_lower(name);
    std::vector<Near> near;
    for (const std::string& candidate : candidates) {
        if (candidate == name || candidate.size() > longest_suggested_name) continue;
        const bool contains = ascii_lower(candidate).contains(lower);
        const std::size_t longer = std::max(name.size(), candidate.size());
        const std::size_t shorter = std::min(name.size(), candidate.size());
        if (!contains && longer - shorter > static_cast<std::size_t>(limit)) continue;
        const int distance = edit_distance(name, candidate);
        // A name inside a longer one ranks with the farthest of the near misses, or better.
        if (contains)
            near.push_back({std::min(distance, limit), true, &candidate});
        else if (distance <= limit)
            near.push_back({distance, false, &candidate});
    }
    std::ranges::sort(near, [](const Near& a, const Near& b) {
        if (a.distance != b.distance) return a.distance < b.distance;
        if (a.contains != b.contains) return a.contains;
        if (a.candidate->size() != b.candidate->size()) {
            return a.candidate->size() < b.candidate->size();
        }
        return *a.candidate < *b.candidate;
    });
    std::vector<std::string> names;
    for (const Near& n : near) {
        if (names.size() == most) break;
        if (names.empty() || names.back() != *n.candidate) names.push_back(*n.candidate);
    }
    return names;
}

std::string did_you_mean(const std::vector<std::string>& names) {
    if (names.empty()) return {};
    std::string out = "did you mean ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
        out += "`" + names[i] + "`";
    }
    return out + "?";
}

}  // namespace sluice::text
