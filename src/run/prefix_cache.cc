#include "run/prefix_cache.h"

#include <algorithm>
#include <ranges>

#include "text/check.h"

namespace sluice::run {

std::size_t PrefixCache::match(std::span<const std::uint64_t> blocks) const {
    const auto missing =
        std::ranges::find_if(blocks, [&](std::uint64_t block) { return !held_.contains(block); });
    return static_cast<std::size_t>(missing - blocks.begin());
}

std::size_t PrefixCache::use(std::span<const std::uint64_t> blocks) {
    std::size_t woken = 0;
    for (const auto name : blocks) {
        auto [at, is_new] = held_.try_emplace(name);
        auto& block = at->second;
        if (block.users++ > 0) continue;
        ++woken;
        if (!is_new) unused_.erase(block.place);
    }
    return woken;
}

std::size_t PrefixCache::release(std::span<const std::uint64_t> blocks) {
    std::size_t left = 0;
    // The end of a prompt is of less use to others than its beginning: it goes first.
    for (const auto name : blocks | std::views::reverse) {
        auto& block = held_.at(name);
        CHECK(block.users > 0u);
        if (--block.users > 0) continue;
        ++left;
        block.place = unused_.insert(unused_.end(), name);
    }
    return left;
}

void PrefixCache::keep(std::size_t unused) {
    while (unused_.size() > unused) {
        held_.erase(unused_.front());
        unused_.pop_front();
    }
}

void PrefixCache::clear() {
    held_.clear();
    unused_.clear();
}

}  // namespace sluice::run
