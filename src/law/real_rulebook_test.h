// The rulebook and the chips of data/, loaded once for all tests of a program.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "facts/world.h"
#include "law/lawbook.h"

namespace sluice::law {

struct RealRulebook {
    facts::World world;
    Lawbook book;
};

inline const RealRulebook& real_rulebook() {
    static const RealRulebook loaded = [] {
        const auto data = std::filesystem::path{SLUICE_SOURCE_DIR} / "data";
        auto world = facts::load(data);
        if (!world) throw std::runtime_error(text::render(world.error()));
        auto book = load_lawbook(*world, data / "law");
        if (!book) throw std::runtime_error(text::render(book.error()));
        return RealRulebook{std::move(*world), std::move(*book)};
    }();
    return loaded;
}

// Files beside the repository that are never part of it; empty when they are not here.
inline std::optional<std::filesystem::path> shared_file(const std::string& name) {
    const auto* const set = std::getenv("SLUICE_SHARED");
    const auto file = (set ? std::filesystem::path{set}
                           : std::filesystem::path{SLUICE_SOURCE_DIR} / "../shared") /
                      name;
    return std::filesystem::exists(file) ? std::optional{file} : std::nullopt;
}

// Random tests start from here, or from SLUICE_SEED; they print it.
inline std::uint64_t seed() {
    const auto* const set = std::getenv("SLUICE_SEED");
    return set ? std::strtoull(set, nullptr, 10) : 20260919;
}

}  // namespace sluice::law
