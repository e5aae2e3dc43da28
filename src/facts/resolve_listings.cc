#include "facts/resolve_listings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "text/suggest.h"

namespace sluice::facts {
namespace {

using quantity::problem;

struct NamedFact {
    std::string_view name;
    FactId fact;
};
constexpr std::array lists = {
    NamedFact{"entity_list", FactId::entity_listed},
    NamedFact{"meu_list", FactId::meu_listed},
    NamedFact{"sdn", FactId::sdn_listed},
    NamedFact{"unverified", FactId::unverified_listed},
    NamedFact{"denied", FactId::denied_person},
};
constexpr std::array footnotes = {
    NamedFact{"fn1", FactId::footnote_1},
    NamedFact{"fn3", FactId::footnote_3},
    NamedFact{"fn4", FactId::footnote_4},
    NamedFact{"fn5", FactId::footnote_5},
};
constexpr std::array<std::string_view, 7> list_words = {
    "none", "unknown", "entity_list", "meu_list", "sdn", "unverified", "denied"};
constexpr quantity::Decimal whole = quantity::Decimal(100);

int choice_code(FactId fact, std::string_view name) {
    const auto choices = info(fact).choices;
    const auto found = std::ranges::find(choices, name);
    return found == choices.end() ? -1 : static_cast<int>(found - choices.begin());
}

// Takes the text up to the next colon off the front.
std::string_view next_part(std::string_view& text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view part = text.substr(0, colon);
    text.remove_prefix(std::min(colon + 1, text.size()));
    return part;
}

std::expected<void, ValueProblem> read_entry(std::string_view text, Listings& listings) {
    while (!text.empty()) {
        const std::string_view part = next_part(text);
        const auto footnote = std::ranges::find(footnotes, part, &NamedFact::name);
        const int lane = choice_code(FactId::entity_lane, part);
        if (footnote != footnotes.end()) {
            listings.named.set(index(footnote->fact));
        } else if (lane >= 0) {
            // Lanes are ordered from mildest to strictest, but `not_stated` is no lane.
            const int not_stated = choice_code(FactId::entity_lane, "not_stated");
            const bool milder = lane == not_stated || lane < listings.lane;
            if (listings.lane < 0 || listings.lane == not_stated || !milder) listings.lane = lane;
        } else {
            return problem(fmt::format("an Entity List entry has no `{}`", part),
                           fmt::format("expected fn1, fn3, fn4, fn5 or one of {}",
                                       fmt::join(info(FactId::entity_lane).choices, ", ")));
        }
    }
    return {};
}

}  // namespace

std::expected<void, ValueProblem> read_listing(std::string_view key, std::string_view text,
                                               Listings& listings) {
    std::string_view rest = text;
    const std::string_view name = next_part(rest);
    if (name == "none") listings.none = true;
    if (name == "unknown") listings.unknown = true;
    const auto list = std::ranges::find(lists, name, &NamedFact::name);
    if (list == lists.end()) {
        if (name == "none" || name == "unknown") return {};
        return std::unexpected(unknown_choice(key, name, list_words));
    }
    if (name != "entity_list" && !rest.empty()) {
        return problem(fmt::format("`{}` takes nothing after it, found `{}`", name, rest),
                       fmt::format("expected `{}`", name));
    }
    listings.named.set(index(list->fact));
    return read_entry(rest, listings);
}

std::expected<void, ValueProblem> read_owner(std::string_view key, std::string_view text,
                                             Owners& owners) {
    std::string_view rest = text;
    const std::string_view name = next_part(rest);
    if (name == "unknown") {
        owners.unknown = true;
        return {};
    }
    const int list = choice_code(FactId::listed_owner, name);
    if (list < 0) {
        return std::unexpected(unknown_choice(key, name, info(FactId::listed_owner).choices));
    }
    if (list == 0) {
        owners.none = true;
        return {};
    }
    owners.strictest = std::max(owners.strictest, list);
    if (rest.empty() || rest == "unknown") {
        owners.share_unknown = true;
        return {};
    }
    const std::string percent(rest);
    const auto share = quantity::parse_range_as(quantity::Dimension::percent, key,
                                                percent.contains('%') ? percent : percent + " %");
    if (!share) return std::unexpected(share.error());
    owners.share.lo = owners.share.lo + std::min(share->lo, whole);
    owners.share.hi = owners.share.hi + std::min(share->hi, whole);
    if (share->lo > whole || owners.share.lo > whole) {
        return problem(fmt::format("the listed owners hold {} together",
                                   quantity::to_string(std::max(share->lo, owners.share.lo),
                                                       quantity::Dimension::percent)),
                       "expected 100 % or less");
    }
    return {};
}

Value ownership_of(const Owners& owners) {
    if (owners.unknown) return Value::unknown();
    if (!owners.share_unknown) {
        return Value::range({owners.share.lo, std::min(owners.share.hi, whole)});
    }
    // What is known is a floor; nothing known at all is asked for as such.
    return owners.share.lo == quantity::Decimal{} ? Value::unknown()
                                                  : Value::range({owners.share.lo, whole});
}

}  // namespace sluice::facts
