// What a provision says on one day, from its versions, stays and postures.
//
// Three clocks run in every provision: when a text was published (who could know it), when it takes
// effect, and until when it is suspended. Nothing is computed ahead: the answer for a day is read
// off the lists, and the days around it with the same answer are found by asking again at each
// change. A provision has a handful of dates, so that is cheap, and it cannot drift from the
// answer.
#include <algorithm>

#include "law/lawbook.h"
#include "text/sequence.h"

namespace sluice::law {
namespace {

// A reader on `known_on` has seen what was published by then, and nothing else.
bool known(Date published, std::optional<Date> known_on) {
    return !known_on || published <= *known_on;
}

bool within(Date day, Date from, std::optional<Date> until) {
    return from <= day && (!until || day < *until);
}

// The last version to take effect speaks. Its own end is not filled by the one before it: what the
// later text replaced does not come back by itself.
int version_on(const Provision& provision, Date on, std::optional<Date> known_on) {
    int speaks = -1;
    for (std::size_t i = 0; i < provision.versions.size(); ++i) {
        const auto& version = provision.versions[i];
        if (known(version.known_from(), known_on) && version.effective <= on)
            speaks = static_cast<int>(i);
    }
    if (speaks < 0) return -1;
    const auto& version = provision.versions[static_cast<std::size_t>(speaks)];
    return version.repealed || !within(on, version.effective, version.until) ? -1 : speaks;
}

// The stay that suspends the version; else the last one that ended while the version spoke.
const Stay* stay_on(const Provision& provision, const Version& version, Date on,
                    std::optional<Date> known_on) {
    const Stay* last = nullptr;
    for (const auto& stay : provision.stays) {
        if (!known(stay.published, known_on) || stay.from > on) continue;
        if (on < stay.until) return &stay;
        if (stay.until > version.effective && (!last || last->until <= stay.until)) last = &stay;
    }
    return last;
}

// Postures follow each other as versions do, but one that has ended uncovers the one before it: an
// announcement for some months leaves the standing policy as it was.
const Posture* posture_on(const Provision& provision, Date on, std::optional<Date> known_on) {
    const Posture* speaks = nullptr;
    for (const auto& posture : provision.postures) {
        if (known(posture.published, known_on) && within(on, posture.effective, posture.until) &&
            (!speaks || speaks->effective <= posture.effective)) {
            speaks = &posture;
        }
    }
    return speaks;
}

InForce answer_on(const Provision& provision, Date on, std::optional<Date> known_on) {
    InForce now{.version = version_on(provision, on, known_on)};
    if (now.version < 0) return now;
    const auto& version = provision.versions[static_cast<std::size_t>(now.version)];
    const auto* const stay = stay_on(provision, version, on, known_on);
    now.stayed = stay && on < stay->until;
    now.scheduled = !now.stayed && (version.scheduled || (stay && stay->unless_extended));
    now.posture = posture_on(provision, on, known_on);
    now.not_yet_enforced = version.compliance && on < *version.compliance;
    return now;
}

void add_days(const Provision& provision, std::vector<Date>& days) {
    const auto add = [&](std::initializer_list<std::optional<Date>> some) {
        for (const auto& day : some)
            if (day) days.push_back(*day);
    };
    for (const auto& v : provision.versions) add({v.effective, v.compliance, v.until});
    for (const auto& stay : provision.stays) add({stay.from, stay.until});
    for (const auto& posture : provision.postures) add({posture.effective, posture.until});
}

}  // namespace

InForce in_force(const Provision& provision, Date on, std::optional<Date> known_on) {
    auto now = answer_on(provision, on, known_on);
    std::vector<Date> days;
    add_days(provision, days);
    text::sort_unique(days);
    const auto same = [&](Date day) { return answer_on(provision, day, known_on) == now; };
    quantity::Period period;
    const auto after = std::ranges::upper_bound(days, on);
    const auto end = std::find_if_not(after, days.end(), same);
    if (end != days.end()) period.until = *end;
    const auto begin = std::find_if_not(std::reverse_iterator{after}, days.rend(), [&](Date day) {
        return same(quantity::previous_day(day));
    });
    if (begin != days.rend()) period.from = *begin;
    now.period = period;
    return now;
}

Date Lawbook::first_day() const {
    Date first = quantity::end_of_time;
    for (const auto& provision : provisions)
        for (const auto& version : provision.versions) first = std::min(first, version.effective);
    return first;
}

std::vector<Date> Lawbook::change_days() const {
    std::vector<Date> days;
    for (const auto& provision : provisions) add_days(provision, days);
    text::sort_unique(days);
    return days;
}

}  // namespace sluice::law
