#include "facts/name_index.h"

#include <algorithm>

#include "text/ascii.h"

namespace sluice::facts {

std::string fold_name(std::string_view name) {
    std::string out = text::lower(name);
    std::erase_if(out, [](char c) {
        const bool counts = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '+';
        return !counts && static_cast<unsigned char>(c) < 0x80;
    });
    return out;
}

int NameIndex::find(std::string_view name) const {
    const std::string folded = fold_name(name);
    if (folded.empty()) return -1;
    const auto at = std::ranges::lower_bound(entries, folded, {}, &Entry::first);
    return at != entries.end() && at->first == folded ? at->second : -1;
}

std::vector<std::pair<NameIndex::Entry, NameIndex::Entry>> NameIndex::clashes() const {
    std::vector<std::pair<Entry, Entry>> out;
    for (std::size_t i = 1; i < entries.size(); ++i)
        if (entries[i - 1].first == entries[i].first) out.emplace_back(entries[i - 1], entries[i]);
    return out;
}

}  // namespace sluice::facts
