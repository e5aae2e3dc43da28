#include <string>

#include <fmt/format.h>

#include "facts/deal.h"

namespace sluice::facts {
namespace {

quantity::Range range_of(const Value& value) {
    return {quantity::Decimal::from_millionths(value.lo),
            quantity::Decimal::from_millionths(value.hi)};
}

std::string shown(const Value& value, quantity::Dimension dimension) {
    if (value.known == Known::unknown) return "unknown";
    if (value.known == Known::absent) return "none";
    return quantity::to_string(range_of(value), dimension);
}
std::string shown(const Value& value) { return shown(value, quantity::Dimension::number); }

const Chip* chip_of(const World& world, const Case& the_case) {
    if (the_case.own_chip) return &*the_case.own_chip;
    return the_case.chip < 0 ? nullptr : &world.chips[static_cast<std::size_t>(the_case.chip)];
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

// Only printed: rules compare TPP with multiples of the area.
std::string why_density(const Case& the_case) {
    const Value& tpp = the_case[FactId::tpp];
    const Value& area = the_case[FactId::die_area];
    if (!tpp.is_number() || !area.is_number() || area.lo <= 0) return {};
    const auto [least, most] = range_of(tpp);
    const auto [small, large] = range_of(area);
    const quantity::Decimal endless = quantity::Decimal::largest();
    if (most == endless || large == endless) return {};
    const quantity::Range density{quantity::rounded_ratio(least, large),
                                  quantity::rounded_ratio(most, small)};
    return fmt::format("performance density {} = {} / {}",
                       quantity::to_string(density, quantity::Dimension::number), shown(tpp),
                       shown(area, quantity::Dimension::area));
}

class Explaining {
public:
    Explaining(const World& world, Case& the_case) : world_(world), case_(the_case) {}

    void run() {
        using enum FactId;
        case_.derivations.clear();
        if (const Chip* chip = chip_of(world_, case_)) {
            say(tpp, why_tpp(*chip));
            say(io_bandwidth, why_io_bandwidth(*chip));
        }
        add(die_area, why_density(case_));
        const Value& shipped = case_[shipment_tpp];
        if (shipped.is_number()) {
            say(shipment_tpp, fmt::format("{} = {} x {}", shown(shipped),
                                          shown(case_[FactId::quantity]), shown(case_[tpp])));
        }
        say_headquarters(designer_headquarters, party_of(designer));
        say_headquarters(seller_headquarters, party_of(seller));
        say_headquarters(headquarters, case_.buyer_party);
        say_listed(designer_status, "approved_ic_designers", party_of(designer));
        say_listed(supp8_approved, "uae_approved", case_.buyer_party);
        say_governed_places();
    }

private:
    void add(FactId fact, std::string why) {
        if (!why.empty()) case_.derivations.emplace_back(fact, std::move(why));
    }
    void say(FactId fact, std::string why) {
        if (!case_.stated[index(fact)]) add(fact, std::move(why));
    }

    std::int64_t party_of(FactId fact) const {
        return case_[fact].known == Known::exact ? case_[fact].lo : -1;
    }

    std::string_view place_name(std::int64_t code) const {
        return world_.places.all[static_cast<std::size_t>(code)].name;
    }

    void say_headquarters(FactId fact, std::int64_t party) {
        if (party < 0 || case_[fact].known != Known::exact) return;
        const Party& known = world_.parties[static_cast<std::size_t>(party)];
        say(fact, fmt::format("{} = headquarters of {}", place_name(case_[fact].lo), known.name));
    }

    void say_listed(FactId fact, std::string_view id, std::int64_t party) {
        const PartyList* list = world_.party_list(id);
        if (party < 0 || list == nullptr ||
            !list->contains(static_cast<std::int32_t>(party), case_.on)) {
            return;
        }
        say(fact, fmt::format("{} is in {}", world_.parties[static_cast<std::size_t>(party)].name,
                              list->title));
    }

    // The deal says Hong Kong; the rules of that day say China.
    void say_governed_places() {
        for (const DealField& field : case_.deal.fields) {
            const DealKey* key = find_deal_key(field.key);
            if (key == nullptr || !key->fact || info(*key->fact).type != FactType::place) continue;
            const int written = world_.places.find(field.value);
            if (written < 0) continue;
            const Place& place = world_.places.all[static_cast<std::size_t>(written)];
            const PlaceCode ruling =
                world_.places.governing(static_cast<PlaceCode>(written), case_.on);
            if (ruling == written) continue;
            add(*key->fact,
                fmt::format("{} is looked up as {} since {}", place.name, place_name(ruling),
                            quantity::to_string(place.looked_up_since)));
        }
    }

    const World& world_;
    Case& case_;
};

}  // namespace

void explain(const World& world, Case& the_case) { Explaining(world, the_case).run(); }

}  // namespace sluice::facts
