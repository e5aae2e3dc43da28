// A small invented world for the tests of law/.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "facts/world.h"
#include "law/lawbook.h"

namespace sluice::law {

inline facts::World small_world() {
    using quantity::make_date;
    facts::World world;
    for (const auto& [iso, name] : {std::pair{"AE", "United Arab Emirates"},
                                    {"CN", "China"},
                                    {"HK", "Hong Kong"},
                                    {"MO", "Macau"},
                                    {"PL", "Poland"},
                                    {"US", "United States"},
                                    {"VN", "Viet Nam"}}) {
        world.places.all.push_back({.iso = iso, .name = name});
    }
    const auto group = [&](std::string name, std::initializer_list<facts::Membership> members) {
        world.places.groups.push_back({.name = std::move(name), .members = members});
    };
    group("A:5", {{.place = 4}, {.place = 0, .period = {.from = make_date(2026, 7, 10)}}});
    group("D:4", {{.place = 0, .period = {.until = make_date(2026, 7, 10)}}, {.place = 1}});
    group("D:5", {{.place = 1}});
    group("supp5a", {{.place = 4}});
    world.parties = {{.id = "amd", .name = "AMD"},
                     {.id = "intel", .name = "Intel"},
                     {.id = "nvidia", .name = "NVIDIA", .aliases = {"NVIDIA Corporation"}}};
    world.party_lists = {{.id = "approved_designers",
                          .members = {{.party = 2, .period = {.from = make_date(2025, 1, 13)}}}}};
    world.questions[facts::index(facts::FactId::tpp)].words = "total processing performance";
    facts::Chip chip;
    chip.id = "nvidia-h20";
    chip.name = "H20";
    chip.vendor = 2;
    world.chips = {chip};
    world.places.index();
    world.index();
    return world;
}

// A file of one definition, `test.a`, that is met when `condition` is.
inline std::string defined_as(std::string_view condition) {
    return "provision test.a \"A\"\n  kind definition\n  at \"15 CFR 1\"\n\n"
           "  version published 2023-01-01 effective 2023-01-01\n    source \"88 FR 1\"\n"
           "    confidence primary\n    text \"T.\"\n    met when " +
           std::string(condition) + "\n";
}

// One file as a whole lawbook.
inline text::Result<Lawbook> book_of(const facts::World& world, std::string_view text) {
    auto provisions = parse_law(world, "x.law", text);
    if (!provisions) return std::unexpected(provisions.error());
    Lawbook book{.provisions = std::move(*provisions)};
    std::ranges::sort(book.provisions, {}, &Provision::id);
    auto problems = link(book);
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return book;
}

}  // namespace sluice::law
