#include "facts/resolve_listings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "text/ascii.h"

namespace sluice::facts {
namespace {

using quantity::problem;

constexpr std::array<std::string_view, 7> list_words = {
    "none", "unknown", "entity_list", "meu_list", "sdn", "unverified", "denied"};
constexpr quantity::Decimal whole = quantity::Decimal(100);

Reading<void> read_entry(std::string_view text, Listings& listings) {
    while (!text.empty()) {
        const std::string_view part = text::take_until(text, ':');
        const auto footnote = std::ranges::find(entry_footnotes, part, &NamedFact::first);
        const int lane = choice_code(FactId::entity_lane, part);
        if (footnote != std::end(entry_footnotes)) {
            listings.named.set(index(footnote->second));
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

Reading<void> read_listing(std::string_view key, std::string_view text, Listings& listings) {
    std::string_view rest = text;
    const std::string_view name = text::take_until(rest, ':');
    if (name == "none" || name == "unknown") {
        (name == "none" ? listings.none : listings.unknown) = true;
        return {};
    }
    const auto list = std::ranges::find(party_lists, name, &NamedFact::first);
    if (list == std::end(party_lists))
        return std::unexpected(unknown_choice(key, name, list_words));
    if (name != "entity_list" && !rest.empty()) {
        return problem(fmt::format("`{}` takes nothing after it, found `{}`", name, rest),
                       fmt::format("expected `{}`", name));
    }
    listings.named.set(index(list->second));
    return read_entry(rest, listings);
}

Reading<void> read_owner(std::string_view key, std::string_view text, Owners& owners) {
    std::string_view rest = text;
    const std::string_view name = text::take_until(rest, ':');
    const int list = choice_code(FactId::listed_owner, name);
    if (name == "unknown" || name == "none") {
        (name == "none" ? owners.none : owners.unknown) = true;
        return {};
    }
    if (list < 0)
        return std::unexpected(unknown_choice(key, name, info(FactId::listed_owner).choices));
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
    if (!owners.share_unknown)
        return Value::range({owners.share.lo, std::min(owners.share.hi, whole)});
    // What is known is a floor; nothing known at all is asked for as such.
    return owners.share.lo == quantity::Decimal{} ? Value::unknown()
                                                  : Value::range({owners.share.lo, whole});
}

}  // namespace sluice::facts
