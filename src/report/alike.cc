#include "report/alike.h"

#include <algorithm>

namespace sluice::report {

using facts::FactId;
using facts::Known;
using law::Node;
using quantity::Wide;

namespace {

// Numbers that vary from deal to deal of one chip. Rules compare them with constants, alone or in a
// sum; while the other parts of the sum are unknown, it matters only on which side of the constant
// such a number lies by itself.
using enum FactId;
constexpr std::array deal_numbers = {quantity,    shipment_tpp,          received_tpp,
                                     country_tpp, share_of_us_shipments, listed_ownership};

// What a catalogue chip says of itself; its code stands for all of it.
constexpr std::array chip_facts = {tpp,
                                   die_area,
                                   memory_bandwidth,
                                   io_bandwidth,
                                   memory_bandwidth_density,
                                   marketed_for_datacentre,
                                   transistor_count,
                                   has_hbm,
                                   advanced_node,
                                   designer};

bool among(const auto& facts, FactId fact) { return std::ranges::find(facts, fact) != facts.end(); }

// Short for the codes and ranks that most facts are.
void append(std::string& key, std::int64_t number) {
    if (number >= 0 && number < 255) {
        key += static_cast<char>(number);
        return;
    }
    key += '\xff';
    key.append(reinterpret_cast<const char*>(&number), sizeof number);
}

bool only_unknown(const facts::Case& the_case, const std::bitset<facts::fact_count>& which) {
    for (std::size_t at = 0; at < facts::fact_count; ++at)
        if (which[at] && the_case.facts[at].known != Known::unknown) return false;
    return true;
}

}  // namespace

Alike::Alike(const law::Rulebook& rules) {
    for (const auto& node : rules.nodes) {
        if (node.op == Node::Op::compare1) bounds_[facts::index(node.fact)].push_back(node.bound);
        if (node.op != Node::Op::compare) continue;
        const auto terms = rules.terms_of(node);
        for (const auto& term : terms) {
            const auto at = facts::index(term.fact);
            bounds_[at].push_back(node.bound);
            for (const auto& other : terms)
                // A factor makes its very value count, as if it were added to itself.
                if (other.fact != term.fact || term.coefficient != 1'000'000)
                    added_to_[at].set(facts::index(other.fact));
        }
    }
    for (const auto& about : facts::all_facts()) {
        const auto at = facts::index(about.id);
        std::ranges::sort(bounds_[at]);
        if (about.type == facts::FactType::place)
            place_class_[at] = law::place_classes(rules, about.id);
    }
}

void Alike::append_key(const facts::Case& the_case, std::string& key) const {
    append(key, the_case.chip);
    for (std::size_t at = 0; at < facts::fact_count; ++at) {
        const auto fact = static_cast<FactId>(at);
        const auto& value = the_case.facts[at];
        if (the_case.chip >= 0 && !the_case.stated[at] && among(chip_facts, fact)) continue;
        key += static_cast<char>(value.known);
        if (value.known == Known::unknown || value.known == Known::absent) continue;
        if (value.known == Known::range) {
            append(key, value.lo);
            append(key, value.hi);
        } else if (!place_class_[at].empty() && value.lo >= 0 && value.lo < 256) {
            key += static_cast<char>(place_class_[at][static_cast<std::size_t>(value.lo)]);
        } else if (among(deal_numbers, fact) && only_unknown(the_case, added_to_[at])) {
            // Between two thresholds, or on one.
            const auto wide = static_cast<Wide>(value.lo) * 1'000'000;
            const auto least = std::ranges::lower_bound(bounds_[at], wide);
            const bool on = least != bounds_[at].end() && *least == wide;
            append(key, 2 * (least - bounds_[at].begin()) + (on ? 1 : 0));
        } else {
            append(key, value.lo);
        }
    }
    for (const auto& [name, yes] : the_case.certified) {
        key += yes ? '+' : '-';
        key += name;
    }
}

}  // namespace sluice::report
