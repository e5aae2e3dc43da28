// A small invented world for the tests of deals: six places, five parties, three chips.
#pragma once

#include <string>
#include <vector>

#include "facts/world.h"

namespace sluice::facts {

inline Measured measured(const char* text, quantity::Dimension dimension) {
    Measured out;
    out.value = Value::range(quantity::parse_range_as(dimension, "test", text).value());
    out.dimension = dimension;
    return out;
}

inline Chip test_chip(std::string id, std::string name, std::vector<std::string> aliases) {
    using quantity::Dimension;
    Chip chip;
    chip.id = std::move(id);
    chip.name = std::move(name);
    chip.aliases = std::move(aliases);
    chip.vendor = 0;
    chip.process_node = "4N (5nm class)";
    chip.foundry = "Formosa Fab";
    chip.die_area = measured("814 mm2", Dimension::area);
    chip.transistor_count = measured("80 billion", Dimension::count_billion);
    chip.rate[static_cast<std::size_t>(Format::bf16)] =
        measured("148 TFLOPS", Dimension::operation_rate);
    chip.rate[static_cast<std::size_t>(Format::fp8)] =
        measured("296.5 TFLOPS", Dimension::operation_rate);
    chip.rate[static_cast<std::size_t>(Format::tf32)] =
        measured("74 TFLOPS", Dimension::operation_rate);
    chip.memory_type = "HBM3";
    chip.memory_bandwidth = measured("4000 GB/s", Dimension::byte_rate);
    chip.interconnect = "NVLink 4";
    chip.scaleup_bandwidth = measured("900 GB/s", Dimension::byte_rate);
    chip.pcie_bandwidth = measured("128 GB/s", Dimension::byte_rate);
    chip.marketed_for_datacentre = Value::boolean(true);
    return chip;
}

// Codes: places US 0, CN 1, HK 2, SG 3, AE 4, TW 5; parties Acme 0, Formosa Fab 1, Dragon 2,
// Oasis 3, nobody's 4; chips h20 0, h20-141 1, phone 2.
inline World test_world() {
    using quantity::make_date;
    World world;
    const auto place = [&](const char* iso, const char* name, std::vector<std::string> aliases) {
        Place& p = world.places.all.emplace_back();
        p.iso = iso;
        p.name = name;
        p.aliases = std::move(aliases);
    };
    place("US", "United States", {"USA"});
    place("CN", "China", {"PRC"});
    place("HK", "Hong Kong", {});
    place("SG", "Singapore", {});
    place("AE", "United Arab Emirates", {"UAE"});
    place("TW", "Taiwan", {});
    world.places.all[2].looked_up_as = 1;
    world.places.all[2].looked_up_since = make_date(2020, 12, 23);

    const auto party = [&](const char* id, const char* name, int headquarters) {
        Party& p = world.parties.emplace_back();
        p.id = id;
        p.name = name;
        p.headquarters = static_cast<std::int16_t>(headquarters);
    };
    party("acme", "Acme", 0);
    party("formosa-fab", "Formosa Fab", 5);
    party("dragon", "Dragon", 2);
    party("oasis", "Oasis", 4);
    party("stateless", "Stateless", -1);
    PartyList& designers = world.party_lists.emplace_back();
    designers.id = "approved_ic_designers";
    designers.title = "approved IC designers (740 Supp. 6)";
    designers.members.push_back({0, {.from = make_date(2025, 1, 16)}, {}});
    PartyList& emirates = world.party_lists.emplace_back();
    emirates.id = "uae_approved";
    emirates.title = "parties approved for the United Arab Emirates (740 Supp. 8)";
    emirates.members.push_back(
        {3, {.from = make_date(2026, 7, 10), .until = make_date(2027, 4, 6)}, {}});

    world.chips.push_back(test_chip("acme-h20-96gb", "H20 96GB", {"H20"}));
    world.chips.push_back(test_chip("acme-h20-141gb", "H20 141GB", {}));
    world.chips.push_back(test_chip("dragon-phone", "Phone 9", {}));
    Chip& phone = world.chips.back();
    phone.vendor = 2;
    phone.rate = {};
    phone.memory_type = "LPDDR5";
    phone.marketed_for_datacentre = Value::boolean(false);
    phone.process_node = "7nm N+2";
    phone.scaleup_bandwidth.value = Value::absent();

    world.places.index();
    world.index();
    return world;
}

}  // namespace sluice::facts
