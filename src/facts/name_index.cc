#include "facts/name_index.h"

#include <algorithm>

namespace sluice::facts {
namespace {

// Appends nothing for a character that does not count.
void append_folded(std::string& out, char c) {
    const bool digit = c >= '0' && c <= '9';
    const bool small = c >= 'a' && c <= 'z';
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
    if (digit || small || c == '+' || static_cast<unsigned char>(c) >= 0x80) out += c;
}

}  // namespace

std::string fold_name(std::string_view name) {
    std::string out;
    out.reserve(name.size());
    for (const char c : name) append_folded(out, c);
    return out;
}

std::string_view name_that_folds_to(std::string_view folded, std::string_view id,
                                    std::string_view name,
                                    const std::vector<std::string>& aliases) {
    for (const std::string_view one : {name, id}) {
        if (fold_name(one) == folded) return one;
    }
    const auto at = std::ranges::find(aliases, folded, fold_name);
    return at == aliases.end() ? std::string_view{} : std::string_view{*at};
}

void NameIndex::sort() {
    std::ranges::sort(entries);
    const auto rest = std::ranges::unique(entries);
    entries.erase(rest.begin(), rest.end());
}

int NameIndex::find(std::string_view name) const {
    const std::string folded = fold_name(name);
    if (folded.empty()) return -1;
    const auto at = std::ranges::lower_bound(entries, folded, {}, &Entry::first);
    return at != entries.end() && at->first == folded ? at->second : -1;
}

std::vector<std::pair<NameIndex::Entry, NameIndex::Entry>> NameIndex::clashes() const {
    std::vector<std::pair<Entry, Entry>> out;
    for (std::size_t i = 1; i < entries.size(); ++i) {
        if (entries[i - 1].first == entries[i].first) out.emplace_back(entries[i - 1], entries[i]);
    }
    return out;
}

}  // namespace sluice::facts
