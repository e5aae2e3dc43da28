#include <string>

#include <fmt/format.h>

#include "facts/resolve.h"

namespace sluice::facts {
namespace {

std::string shown(const Value& value, quantity::Dimension dimension = quantity::Dimension::number) {
    return words(value, dimension, false);
}

// "2368 = fp8 296 TOPS x 8 bits; also bf16 148 x 16 = 2368; tf32 is not counted: …"
std::string why_tpp(const Chip& chip) {
    const Tpp tpp = tpp_of(chip);
    if (tpp.value.known == Known::unknown || !tpp.format) return {};
    std::string first, others, left_out;
    for (const TppTerm& term : tpp.terms) {
        if (!term.rate.is_number()) continue;
        const std::string_view format = to_string(term.format);
        if (term.format == tpp.format) {
            first = fmt::format("{} = {} {} TOPS x {} bits", shown(tpp.value), format,
                                shown(term.rate), term.bits);
        } else if (term.counted) {
            others += fmt::format("{}{} {} x {} = {}", others.empty() ? "; also " : ", ", format,
                                  shown(term.rate), term.bits, shown(term.product));
        } else {
            left_out += fmt::format("; {} is not counted: {}", format, term.why);
        }
    }
    return first + others + left_out;
}

// "1028 GB/s = NVLink 4 900 + PCIe 128"
std::string why_io_bandwidth(const Chip& chip) {
    const Value total = io_bandwidth_of(chip);
    if (!total.is_number()) return {};
    std::string parts;
    if (chip.scaleup_bandwidth.value.known != Known::absent) {
        parts = fmt::format("{} {} + ",
                            chip.interconnect.empty() ? "scale-up links" : chip.interconnect,
                            shown(chip.scaleup_bandwidth.value));
    }
    return fmt::format("{} = {}PCIe {}", shown(total, quantity::Dimension::byte_rate), parts,
                       shown(chip.pcie_bandwidth.value));
}

std::string why_density(const Value& tpp, const Value& area) {
    const Value density = performance_density(tpp, area);
    constexpr auto endless = quantity::Decimal::largest().millionths();
    if (!density.is_number() || tpp.hi == endless || area.hi == endless) return {};
    return fmt::format("performance density {} = {} / {}", shown(density), shown(tpp),
                       shown(area, quantity::Dimension::area));
}

// The place whose rules apply to a place that the deal names by its own.
std::string why_governed(const World& world, const DealField& field, quantity::Date on) {
    const int written = world.places.find(field.value);
    if (written < 0) return {};
    const Place& place = world.places.all[static_cast<std::size_t>(written)];
    const PlaceCode ruling = world.places.governing(static_cast<PlaceCode>(written), on);
    if (ruling == written) return {};
    return fmt::format("{} is looked up as {} since {}", place.name, world.places.all[ruling].name,
                       quantity::to_string(place.looked_up_since));
}

}  // namespace

const Chip* chip_of(const World& world, const Case& the_case) {
    if (the_case.own_chip) return &*the_case.own_chip;
    return the_case.chip < 0 ? nullptr : &world.chips[static_cast<std::size_t>(the_case.chip)];
}

void explain(const World& world, Case& the_case) {
    using enum FactId;
    the_case.derivations.clear();
    const auto add = [&](FactId fact, std::string why) {
        if (!why.empty()) the_case.derivations.emplace_back(fact, std::move(why));
    };
    const auto say = [&](FactId fact, std::string why) {
        if (!the_case.stated[index(fact)]) add(fact, std::move(why));
    };
    const auto say_headquarters = [&](FactId fact, std::int64_t party) {
        if (party < 0 || the_case[fact].known != Known::exact) return;
        say(fact, fmt::format("{} = headquarters of {}",
                              world.places.all[static_cast<std::size_t>(the_case[fact].lo)].name,
                              world.parties[static_cast<std::size_t>(party)].name));
    };
    const auto say_listed = [&](FactId fact, std::string_view id, std::int64_t party) {
        if (!on_list(world, id, party, the_case.on)) return;
        say(fact, fmt::format("{} is in {}", world.parties[static_cast<std::size_t>(party)].name,
                              world.party_list(id)->title));
    };
    const std::int64_t maker = code_of(the_case[designer]);
    if (const Chip* chip = chip_of(world, the_case)) {
        say(tpp, why_tpp(*chip));
        say(io_bandwidth, why_io_bandwidth(*chip));
    }
    add(die_area, why_density(the_case[tpp], the_case[die_area]));
    if (const Value& shipped = the_case[shipment_tpp]; shipped.is_number()) {
        say(shipment_tpp, fmt::format("{} = {} x {}", shown(shipped),
                                      shown(the_case[FactId::quantity]), shown(the_case[tpp])));
    }
    say_headquarters(designer_headquarters, maker);
    say_headquarters(seller_headquarters, code_of(the_case[seller]));
    say_headquarters(headquarters, the_case.buyer_party);
    say_listed(designer_status, "approved_ic_designers", maker);
    say_listed(supp8_approved, "uae_approved", the_case.buyer_party);
    // The deal says Hong Kong; the rules of that day say China.
    for (const DealField& field : the_case.deal.fields) {
        const DealKey* key = find_deal_key(field.key);
        if (key != nullptr && key->fact && info(*key->fact).type == FactType::place)
            add(*key->fact, why_governed(world, field, the_case.on));
    }
}

}  // namespace sluice::facts
