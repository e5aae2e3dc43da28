#include "law/diff.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "facts/deal.h"

namespace sluice::law {
namespace {

std::optional<ProvisionChange> provision_change(const Provision& provision, std::int32_t at,
                                                const DiffQuestion& question) {
    const auto speaks = [&](const InForce& now) {
        return now.version >= 0 &&
               !provision.versions[static_cast<std::size_t>(now.version)].repealed;
    };
    const auto before = in_force(provision, question.from, question.known_on);
    const auto after = in_force(provision, question.to, question.known_on);
    ProvisionChange change{.provision = at, .before = before.version, .after = after.version};
    if (!speaks(before) && !speaks(after)) return std::nullopt;
    if (!speaks(before))
        change.kind = ChangeKind::begins;
    else if (!speaks(after))
        change.kind = ChangeKind::ends;
    else if (before.stayed != after.stayed)
        change.kind = after.stayed ? ChangeKind::stayed : ChangeKind::resumes;
    else if (before.version != after.version)
        change.kind = ChangeKind::changes;
    else if (before.posture != after.posture)
        change.kind = ChangeKind::posture;
    else
        return std::nullopt;
    return change;
}

// The same hypothetical deal for every chip and place; see diff.h.
facts::Deal plain_deal(const facts::World& world, int chip, const facts::Place& place, Date on) {
    return {.fields = {{"chip", world.chips[static_cast<std::size_t>(chip)].id},
                       {"to", place.iso},
                       {"on", quantity::to_string(on)},
                       {"headquarters", place.iso},
                       {"parent_headquarters", place.iso}}};
}

// What bites, and how: provision, version, enforced, lane.
using Reasons = std::set<std::tuple<std::string, int, Truth, std::optional<Lane>>>;

Reasons reasons(const Rulebook& rules, const Determination& d) {
    Reasons found;
    const auto note = [&](std::int32_t at, Truth enforced, std::optional<Lane> lane) {
        if (at < 0) return;
        const auto& provision = rules.at(at);
        found.emplace(provision.provision->id, provision.in_force.version, enforced, lane);
    };
    for (const auto& r : d.requirements) {
        note(r.provision, r.enforced, r.lane);
        note(r.review, Truth::met, r.lane);
    }
    note(d.exception, Truth::met, {});
    return found;
}

std::vector<std::string> moved(const Reasons& before, const Reasons& after) {
    Reasons differing;
    std::ranges::set_symmetric_difference(before, after, std::inserter(differing, differing.end()));
    std::set<std::string> ids;
    for (const auto& reason : differing) ids.insert(std::get<std::string>(reason));
    return {ids.begin(), ids.end()};
}

struct Judged {
    Answer answer;
    Reasons why;
};

std::optional<Judged> judge(const facts::World& world, const Rulebook& rules, int chip,
                            const facts::Place& place, Date on) {
    const auto the_case = facts::resolve(world, plain_deal(world, chip, place, on));
    if (!the_case) return std::nullopt;
    const auto d = determine(rules, *the_case);
    return Judged{{d.outcome, d.lane, d.enforced}, reasons(rules, d)};
}

}  // namespace

LawDiff diff(const facts::World& world, const Lawbook& book, const DiffQuestion& question) {
    LawDiff result;
    for (std::size_t i = 0; i < book.provisions.size(); ++i)
        if (const auto change =
                provision_change(book.provisions[i], static_cast<std::int32_t>(i), question))
            result.provisions.push_back(*change);

    auto chips = question.chips;
    if (chips.empty())
        for (std::size_t i = 0; i < world.chips.size(); ++i) chips.push_back(static_cast<int>(i));
    auto places = question.places;
    if (places.empty())
        for (std::size_t i = 0; i < world.places.all.size(); ++i)
            places.push_back(static_cast<facts::PlaceCode>(i));

    const auto before_rules = compile(world, book, question.from, question.known_on);
    const auto after_rules = compile(world, book, question.to, question.known_on);
    const auto home = world.places.find("US");
    for (const auto chip : chips) {
        const auto first = result.outcomes.size();
        for (const auto code : places) {
            if (code == home) continue;
            const auto& place = world.places.all[code];
            const auto before = judge(world, before_rules, chip, place, question.from);
            const auto after = judge(world, after_rules, chip, place, question.to);
            if (!before || !after) continue;
            ++result.deals_compared;
            if (before->answer == after->answer) continue;
            OutcomeChange change{.chip = chip,
                                 .before = before->answer,
                                 .after = after->answer,
                                 .because = moved(before->why, after->why)};
            auto same = std::find_if(result.outcomes.begin() + static_cast<std::ptrdiff_t>(first),
                                     result.outcomes.end(), [&](const OutcomeChange& other) {
                                         return other.before == change.before &&
                                                other.after == change.after &&
                                                other.because == change.because;
                                     });
            if (same == result.outcomes.end())
                same = result.outcomes.insert(same, std::move(change));
            same->places.push_back(code);
        }
    }
    return result;
}

}  // namespace sluice::law
