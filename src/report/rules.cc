#include "report/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "law/format.h"
#include "text/json.h"
#include "text/table.h"

namespace sluice::report {

using law::Kind;
using law::Provision;
using law::Version;
using text::JsonWriter;

namespace {

bool wanted(const law::CompiledProvision& compiled, std::optional<Kind> only) {
    return !only || compiled.provision->kind == *only;
}

std::string status_of(const law::CompiledProvision& compiled) {
    if (compiled.in_force.stayed) return "stayed";
    if (compiled.in_force.scheduled || compiled.version->scheduled) return "scheduled";
    return "in_force";
}

void heading(std::string& out, const Provision& p, bool colour) {
    out += text::paint(fmt::format("{}  {}", p.id, p.title), text::Style::bold, colour) + "\n";
    out += fmt::format("  {} · {}", law::to_string(p.kind), p.citation);
    if (!p.tier.empty()) out += " · tier " + p.tier;
    if (!p.code.empty()) out += " · code " + p.code;
    if (!p.axis.empty()) out += " · AES " + p.axis;
    if (p.addressee_only) out += " · binds its addressees only";
    out += '\n';
    if (!p.covers.empty()) out += fmt::format("  for {}\n", fmt::join(p.covers, ", "));
    if (!p.overrides.empty()) out += fmt::format("  over {}\n", fmt::join(p.overrides, ", "));
}

std::string dates_of(const Version& v) {
    auto said = fmt::format("effective {} · published {}", quantity::to_string(v.effective),
                            quantity::to_string(v.published));
    const auto add = [&](std::string_view what, const std::optional<quantity::Date>& date) {
        if (date) said += fmt::format(" · {} {}", what, quantity::to_string(*date));
    };
    add("released", v.released);
    add("compliance", v.compliance);
    add("until", v.until);
    if (v.repealed) said += " · repealed";
    if (v.scheduled) said += " · scheduled, confirmation pending";
    return said;
}

std::string then_of(const Version& v) {
    if (v.outcome) return std::string{law::to_string(*v.outcome)};
    if (v.lane) return std::string{law::to_string(*v.lane)};
    return v.rate;
}

void paragraph(std::string& out, int indent, std::string_view words) {
    out += std::string(static_cast<std::size_t>(indent), ' ') +
           text::wrap(words, 100, indent + 2) + "\n";
}

void version_text(std::string& out, const facts::World& world, const Version& v, bool colour) {
    out += "\n  " + text::paint(dates_of(v), text::Style::cyan, colour) + "\n";
    paragraph(out, 4, fmt::format("{}{} · confidence {}", v.source,
                                  v.url.empty() ? "" : " · " + v.url, law::to_string(v.certainty)));
    paragraph(out, 4, v.text);
    for (const auto& limb : v.limbs)
        paragraph(out, 4, fmt::format("{} when {}", limb.label.empty() ? "met" : limb.label,
                                      law::format_expr(world, limb.when)));
    for (const auto& carve : v.carves)
        paragraph(out, 4, fmt::format("except {} when {}", carve.label,
                                      law::format_expr(world, carve.when)));
    for (const auto& doubt : v.doubts)
        paragraph(out, 4, fmt::format("unclear when {}: {}", law::format_expr(world, doubt.when), doubt.why));
    for (const auto& ambiguity : v.ambiguities)
        paragraph(out, 4, fmt::format("ambiguity: {}", ambiguity.text));
    for (const auto& condition : v.conditions)
        paragraph(out, 4, fmt::format("condition {}: {}", condition.name, condition.text));
    if (const auto then = then_of(v); !then.empty()) paragraph(out, 4, "then " + then);
}

void version_json(JsonWriter& json, const facts::World& world, const Version& v) {
    const auto date = [&](std::string_view key, const std::optional<quantity::Date>& d) {
        json.field_or_null(key, d ? quantity::to_string(*d) : std::string{});
    };
    json.begin_object();
    json.field("effective", quantity::to_string(v.effective));
    json.field("published", quantity::to_string(v.published));
    date("released", v.released);
    date("compliance", v.compliance);
    date("until", v.until);
    json.field("repealed", v.repealed);
    json.field("scheduled", v.scheduled);
    json.field("source", v.source);
    json.field_or_null("url", v.url);
    json.field("confidence", law::to_string(v.certainty));
    json.field("text", v.text);
    const auto conditions = [&](std::string_view key, const auto& rows, auto name) {
        json.key(key);
        json.begin_array();
        for (const auto& row : rows) {
            json.begin_object();
            json.field_or_null("label", name(row));
            json.field("when", law::format_expr(world, row.when));
            json.end_object();
        }
        json.end_array();
    };
    conditions("limbs", v.limbs, [](const law::Limb& l) { return l.label; });
    conditions("exceptions", v.carves, [](const law::Carve& c) { return c.label; });
    conditions("unclear", v.doubts, [](const law::Doubt& d) { return d.why; });
    conditions("ambiguities", v.ambiguities, [](const law::Ambiguity& a) { return a.text; });
    json.key("conditions");
    json.begin_array();
    for (const auto& condition : v.conditions) {
        json.begin_object();
        json.field("name", condition.name);
        json.field("text", condition.text);
        json.end_object();
    }
    json.end_array();
    json.field_or_null("then", then_of(v));
    json.end_object();
}

// The versions a reader asked for: all, or the one that speaks on a day.
std::vector<const Version*> versions_of(const Provision& p, const ShowOptions& options) {
    std::vector<const Version*> wanted;
    if (options.on) {
        const auto now = law::in_force(p, *options.on, options.known_on);
        if (now.version >= 0) wanted.push_back(&p.versions[static_cast<std::size_t>(now.version)]);
        return wanted;
    }
    for (const auto& version : p.versions) wanted.push_back(&version);
    return wanted;
}

std::string moved(law::Outcome outcome, std::optional<law::Lane> lane, std::optional<bool> enforced) {
    std::string said{law::to_string(outcome)};
    if (lane) said += fmt::format(", {}", law::to_string(*lane));
    if (enforced && !*enforced) said += ", not enforced";
    std::ranges::replace(said, '_', ' ');
    return said;
}

// The first of many, with how many more there are.
std::string some_of(const std::vector<std::string_view>& names, std::size_t most,
                    std::string_view between) {
    const auto shown = names.size() <= most ? names.size() : most - 2;
    auto said = fmt::format("{}", fmt::join(names.begin(),
                                            names.begin() + static_cast<std::ptrdiff_t>(shown),
                                            between));
    if (shown < names.size())
        said += fmt::format("{}and {} more (--json lists all)", between, names.size() - shown);
    return said;
}

std::string places_of(const facts::World& world, const std::vector<facts::PlaceCode>& places) {
    std::vector<std::string_view> isos;
    for (const auto code : places) isos.push_back(world.places.all[code].iso);
    return some_of(isos, 60, " ");
}

// Chips that moved in the same way, for the same places and reasons, are one entry.
struct Movement {
    const law::OutcomeChange* change;
    std::vector<std::string_view> chips;
};
std::vector<Movement> movements(const facts::World& world, const law::LawDiff& diff) {
    std::vector<Movement> grouped;
    for (const auto& change : diff.outcomes) {
        const auto same = std::ranges::find_if(grouped, [&](const Movement& m) {
            const auto& o = *m.change;
            return o.places == change.places && o.before == change.before &&
                   o.after == change.after && o.lane_before == change.lane_before &&
                   o.lane_after == change.lane_after &&
                   o.enforced_before == change.enforced_before &&
                   o.enforced_after == change.enforced_after && o.because == change.because;
        });
        const std::string_view id = world.chips[static_cast<std::size_t>(change.chip)].id;
        if (same != grouped.end())
            same->chips.push_back(id);
        else
            grouped.push_back({&change, {id}});
    }
    std::ranges::stable_sort(grouped, std::greater{}, [](const Movement& m) {
        return m.chips.size() * m.change->places.size();
    });
    return grouped;
}

}  // namespace

std::string rulebook_to_text(const law::Rulebook& rules, std::optional<Kind> only) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& compiled : rules.provisions)
        if (wanted(compiled, only))
            rows.push_back({compiled.provision->id,
                            std::string{law::to_string(compiled.provision->kind)},
                            quantity::to_string(compiled.version->effective), status_of(compiled),
                            compiled.provision->citation});
    const auto count = rows.size();
    return text::table({{"provision"}, {"kind"}, {"since"}, {"status"}, {"citation"}}, rows) +
           fmt::format("{} provisions on {}\n", count, quantity::to_string(rules.on));
}

std::string rulebook_to_json(const law::Rulebook& rules, std::optional<Kind> only) {
    JsonWriter json;
    json.begin_object();
    json.field("on", quantity::to_string(rules.on));
    json.field("hash", rules.book->hash);
    json.key("provisions");
    json.begin_array();
    for (const auto& compiled : rules.provisions) {
        if (!wanted(compiled, only)) continue;
        json.begin_object();
        json.field("provision", compiled.provision->id);
        json.field("title", compiled.provision->title);
        json.field("kind", law::to_string(compiled.provision->kind));
        json.field("citation", compiled.provision->citation);
        json.field("source", compiled.version->source);
        json.field("effective", quantity::to_string(compiled.version->effective));
        json.field("status", status_of(compiled));
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.text() + "\n";
}

std::string provision_to_text(const facts::World& world, const Provision& p, const ShowOptions& options) {
    std::string out;
    heading(out, p, options.colour);
    const auto versions = versions_of(p, options);
    if (versions.empty())
        out += fmt::format("\n  says nothing on {}\n", quantity::to_string(*options.on));
    for (const auto* version : versions) version_text(out, world, *version, options.colour);
    for (const auto& stay : p.stays)
        paragraph(out, 2, fmt::format("stayed from {} until {}{}: {} ({})",
                                      quantity::to_string(stay.from), quantity::to_string(stay.until),
                                      stay.unless_extended ? " unless extended" : "", stay.text,
                                      stay.source));
    for (const auto& posture : p.postures)
        paragraph(out, 2, fmt::format("enforcement from {}{}: {} ({}); enforced when {}",
                                      quantity::to_string(posture.effective),
                                      posture.until
                                          ? " until " + quantity::to_string(*posture.until)
                                          : std::string{},
                                      posture.text, posture.source,
                                      law::format_expr(world, posture.enforced)));
    if (!p.cases.empty() && !options.on) out += "\n  cases\n";
    for (const auto& one : p.cases)
        if (!options.on)
            paragraph(out, 4, fmt::format("{} on {}: {} => {}", one.title,
                                          quantity::to_string(one.on),
                                          fmt::join(one.written, ", "),
                                          law::to_string(one.expected)));
    return out;
}

std::string provision_to_json(const facts::World& world, const Provision& p, const ShowOptions& options) {
    JsonWriter json;
    json.begin_object();
    json.field("provision", p.id);
    json.field("title", p.title);
    json.field("kind", law::to_string(p.kind));
    json.field("citation", p.citation);
    json.field_or_null("tier", p.tier);
    json.field_or_null("code", p.code);
    json.field("addressee_only", p.addressee_only);
    for (const auto& [key, ids] : {std::pair{"for", &p.covers}, std::pair{"over", &p.overrides}}) {
        json.key(key);
        json.begin_array();
        for (const auto& id : *ids) json.string(id);
        json.end_array();
    }
    json.key("versions");
    json.begin_array();
    for (const auto* version : versions_of(p, options)) version_json(json, world, *version);
    json.end_array();
    json.key("stays");
    json.begin_array();
    for (const auto& stay : p.stays) {
        json.begin_object();
        json.field("from", quantity::to_string(stay.from));
        json.field("until", quantity::to_string(stay.until));
        json.field("unless_extended", stay.unless_extended);
        json.field("source", stay.source);
        json.field("text", stay.text);
        json.end_object();
    }
    json.end_array();
    json.key("postures");
    json.begin_array();
    for (const auto& posture : p.postures) {
        json.begin_object();
        json.field("effective", quantity::to_string(posture.effective));
        json.field_or_null("until",
                           posture.until ? quantity::to_string(*posture.until) : std::string{});
        json.field("source", posture.source);
        json.field("text", posture.text);
        json.field("enforced_when", law::format_expr(world, posture.enforced));
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.text() + "\n";
}

std::string diff_to_text(const facts::World& world, const law::Lawbook& book,
                         const law::DiffQuestion& question, const law::LawDiff& diff) {
    auto out = fmt::format("{} to {}: {} provisions changed\n", quantity::to_string(question.from),
                           quantity::to_string(question.to), diff.provisions.size());
    std::map<std::pair<std::string_view, std::string_view>, std::vector<std::string_view>> by_source;
    for (const auto& change : diff.provisions) {
        const auto& p = book.provisions[static_cast<std::size_t>(change.provision)];
        const auto which = change.after >= 0 ? change.after : change.before;
        const auto source = which < 0 ? std::string_view{}
                                      : p.versions[static_cast<std::size_t>(which)].source;
        by_source[{law::to_string(change.kind), source}].push_back(p.id);
    }
    for (const auto& [change, provisions] : by_source)
        paragraph(out, 2, fmt::format("{} · {}: {}", change.first, change.second,
                                      fmt::join(provisions, ", ")));
    out += fmt::format("\n{} deals compared\n", diff.deals_compared);
    const auto grouped = movements(world, diff);
    if (grouped.empty()) out += "no outcome changed\n";
    for (const auto& [change, chips] : grouped) {
        out += fmt::format("\n{} → {}\n",
                           moved(change->before, change->lane_before, change->enforced_before),
                           moved(change->after, change->lane_after, change->enforced_after));
        paragraph(out, 2, fmt::format("to {}", places_of(world, change->places)));
        paragraph(out, 2, fmt::format("chips: {}", some_of(chips, 20, ", ")));
        if (!change->because.empty())
            paragraph(out, 2, fmt::format("because of {}", fmt::join(change->because, ", ")));
    }
    return out;
}

std::string diff_to_json(const facts::World& world, const law::Lawbook& book,
                         const law::DiffQuestion& question, const law::LawDiff& diff) {
    JsonWriter json;
    json.begin_object();
    json.field("from", quantity::to_string(question.from));
    json.field("to", quantity::to_string(question.to));
    json.key("provisions");
    json.begin_array();
    for (const auto& change : diff.provisions) {
        json.begin_object();
        json.field("provision", book.provisions[static_cast<std::size_t>(change.provision)].id);
        json.field("change", law::to_string(change.kind));
        json.end_object();
    }
    json.end_array();
    json.field("deals_compared", static_cast<std::int64_t>(diff.deals_compared));
    json.key("outcomes");
    json.begin_array();
    const auto side = [&](std::string_view key, law::Outcome outcome, std::optional<law::Lane> lane,
                          std::optional<bool> enforced) {
        json.key(key);
        json.begin_object();
        json.field("outcome", law::to_string(outcome));
        json.field_or_null("lane", lane ? law::to_string(*lane) : std::string_view{});
        json.key("enforced");
        enforced ? json.boolean(*enforced) : json.null();
        json.end_object();
    };
    for (const auto& change : diff.outcomes) {
        json.begin_object();
        json.field("chip", world.chips[static_cast<std::size_t>(change.chip)].id);
        json.key("places");
        json.begin_array();
        for (const auto code : change.places) json.string(world.places.all[code].iso);
        json.end_array();
        side("before", change.before, change.lane_before, change.enforced_before);
        side("after", change.after, change.lane_after, change.enforced_after);
        json.key("because");
        json.begin_array();
        for (const auto& id : change.because) json.string(id);
        json.end_array();
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.text() + "\n";
}

}  // namespace sluice::report
