// Blocks of prompts that a replica still holds: those that running requests use, and the rest in
// the order in which they were last used, to be given up when memory is wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>

namespace sluice::run {

class PrefixCache {
public:
    // How many blocks from the first on are held.
    std::size_t match(std::span<const std::uint64_t> blocks) const;
    // Takes blocks into use, those that are not held too; returns how many had no user before.
    std::size_t use(std::span<const std::uint64_t> blocks);
    // The opposite; returns how many have no user any more.
    std::size_t release(std::span<const std::uint64_t> blocks);
    // Gives up the longest unused ones until at most this many unused ones are held.
    void keep(std::size_t unused);
    void clear();

private:
    struct Block {
        std::uint64_t users = 0;
        std::list<std::uint64_t>::iterator place{};  // among the unused, when there is no user
    };
    std::unordered_map<std::uint64_t, Block> held_{};
    std::list<std::uint64_t> unused_{};  // longest unused first
};

}  // namespace sluice::run
