#include "report/timeline.h"

#include <fmt/format.h>

#include <set>
#include <tuple>

#include "report/assess.h"

namespace sluice::report {

using quantity::Date;

namespace {

std::string day_or_open(Date date) {
    return date == quantity::end_of_time ? std::string{} : quantity::to_string(date);
}

Stretch stretch_of(const Assessment& a, quantity::Period period) {
    const auto& d = a.determination;
    Stretch stretch{.period = period,
                    .outcome = d.outcome,
                    .enforced = d.enforced,
                    .lane = d.lane,
                    .lane_otherwise = d.lane_otherwise,
                    .tier = d.tier.name};
    const auto add = [&](const law::CompiledProvision& cited) {
        stretch.because.emplace_back(cited.provision->id, cited.provision->citation);
    };
    for (const auto& r : a.requirements) {
        add(*r.cited);
        stretch.scheduled = stretch.scheduled || scheduled(*r.cited);
    }
    if (a.exception) {
        add(*a.exception->cited);
        stretch.exception = a.exception->cited->provision->code;
    }
    return stretch;
}

bool same_answer(const Stretch& a, const Stretch& b) {
    const auto key = [](const Stretch& s) {
        return std::tie(s.outcome, s.enforced, s.lane, s.lane_otherwise, s.tier, s.exception,
                        s.scheduled, s.because);
    };
    return key(a) == key(b);
}

// The buyer is taken to be at home in the destination unless the deal says where it is.
void assume_home(const facts::World& world, facts::Deal& deal, std::vector<std::string>& said) {
    const auto* to = deal.find("to");
    if (!to) return;  // resolve reports it
    const auto place = world.places.find(to->value);
    if (place < 0) return;
    const auto& name = world.places.all[static_cast<std::size_t>(place)].name;
    for (const auto& [key, whose] :
         {std::pair{"headquarters", "headquarters"},
          {"parent_headquarters", "headquarters of the ultimate parent"}}) {
        if (deal.find(key)) continue;
        auto field = *deal.find("to");
        field.key = key;
        deal.fields.push_back(std::move(field));
        said.push_back(fmt::format("{} of the buyer in {} (not stated)", whose, name));
    }
}

}  // namespace

std::vector<Date> answer_days(const facts::World& world, const law::Lawbook& book) {
    auto days = book.change_days();
    const auto add = [&](const quantity::Period& period) {
        days.push_back(period.from);
        days.push_back(period.until);
    };
    for (const auto& group : world.places.groups)
        for (const auto& member : group.members) add(member.period);
    for (const auto& list : world.party_lists)
        for (const auto& member : list.members) add(member.period);
    for (const auto& place : world.places.all) days.push_back(place.looked_up_since);
    const auto first = book.first_day();
    std::set sorted(days.begin(), days.end());
    sorted.insert(first);
    return {sorted.lower_bound(first), sorted.lower_bound(quantity::end_of_time)};
}

text::Result<Timeline> timeline(const facts::World& world, const law::Lawbook& book,
                                const facts::Deal& deal, const TimelineOptions& options) {
    Timeline result;
    auto asked = deal;
    if (!options.strict) assume_home(world, asked, result.assumptions);
    asked.fields.push_back({.key = "on"});
    const auto days = answer_days(world, book);
    std::optional<law::Rulebook> rules;
    for (std::size_t i = 0; i < days.size(); ++i) {
        asked.fields.back().value = quantity::to_string(days[i]);
        const auto the_case = facts::resolve(world, asked, {.strict = options.strict});
        if (!the_case) return std::unexpected{the_case.error()};
        if (!rules || !rules->period.contains(days[i]))
            rules = law::compile(world, book, days[i], options.known_on);
        const auto a = assess({world, book, *rules}, *the_case, {.flips = false});
        const auto until = i + 1 < days.size() ? days[i + 1] : quantity::end_of_time;
        auto stretch = stretch_of(a, {days[i], until});
        if (!result.stretches.empty() && same_answer(result.stretches.back(), stretch)) {
            result.stretches.back().period.until = until;
            continue;
        }
        if (result.stretches.empty()) {
            result.subject = a.subject;
            for (const auto& assumption : a.the_case.assumptions)
                result.assumptions.push_back(assumption.text);
        }
        result.stretches.push_back(std::move(stretch));
    }
    return result;
}

Sheet sheet_of(const Timeline& timeline, const law::Lawbook& book) {
    Section stretches{.key = "stretches"};
    stretches.set_columns(
        "from=from|until=until|outcome=outcome|enforced|lane=lane:30|lane_otherwise|tier=tier|"
        "exception|status|because=made so by:80");
    for (const auto& s : timeline.stretches) {
        auto outcome = spaced(s.outcome);
        if (!s.exception.empty()) outcome += " " + s.exception;
        if (s.enforced && !*s.enforced) outcome += ", not enforced";
        if (s.scheduled) outcome += ", confirmation pending";
        auto lane = s.lane ? spaced(*s.lane) : std::string{};
        if (s.lane_otherwise && s.lane_otherwise != s.lane)
            lane += ", else " + spaced(*s.lane_otherwise);
        Cell because;
        for (const auto& [id, citation] : s.because)
            because.text +=
                fmt::format("{}{} ({})", because.text.empty() ? "" : "\n", id, citation);
        because.json = [all = s.because](text::JsonWriter& json) {
            json.array(all, [&](const auto& rule) {
                json.begin_object();
                json.field("provision", rule.first);
                json.field("citation", rule.second);
                json.end_object();
            });
        };
        stretches.row(to_string(s.period.from), day_or_open(s.period.until),
                      shown_as(std::move(outcome), s.outcome), shown_as("", s.enforced),
                      shown_as(std::move(lane), s.lane), shown_as("", s.lane_otherwise), s.tier,
                      s.exception, s.scheduled ? "scheduled" : "in_force", std::move(because));
    }
    Section assumed{.title = timeline.assumptions.empty() ? "" : "Assumed, because not stated",
                    .notes = timeline.assumptions};
    Section rests{
        .notes = {fmt::format("first rule {} · rules known to {} · rulebook {}",
                              to_string(book.first_day()), to_string(book.register_known_to),
                              book.hash.substr(0, 12))}};
    return {.subject = timeline.subject + "\n",
            .head = {{"subject", "", timeline.subject}},
            .sections = {std::move(stretches), std::move(assumed), std::move(rests)},
            .foot = {{"assumptions", "", shown_as("", timeline.assumptions)},
                     {"rulebook", "", book.hash},
                     {"register_known_to", "", to_string(book.register_known_to)}}};
}

}  // namespace sluice::report
