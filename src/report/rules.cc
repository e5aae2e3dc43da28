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

void paragraph(std::string& out, int indent, std::string_view words) {
    out += std::string(static_cast<std::size_t>(indent), ' ') + text::wrap(words, 100, indent + 2) +
           "\n";
}

// The versions a reader asked for: all, or the one that speaks on a day; then without cases, which
// are about other days too.
Provision asked_for(const Provision& provision, const ShowOptions& options) {
    auto shown = provision;
    if (!options.on) return shown;
    const auto now = law::in_force(provision, *options.on, options.known_on);
    shown.cases.clear();
    shown.versions.clear();
    if (now.version >= 0)
        shown.versions.push_back(provision.versions[static_cast<std::size_t>(now.version)]);
    return shown;
}

std::string moved(const law::Answer& answer) {
    const auto& [outcome, lane, enforced] = answer;
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
    auto said = fmt::format(
        "{}",
        fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), between));
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
                   o.after == change.after && o.because == change.because;
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

std::string provision_to_text(const facts::World& world, const Provision& provision,
                              const ShowOptions& options) {
    auto out = law::format_law(world, {asked_for(provision, options)});
    if (options.on && law::in_force(provision, *options.on, options.known_on).version < 0)
        out += fmt::format("\n# says nothing on {}\n", quantity::to_string(*options.on));
    return out;
}

std::string provision_to_json(const facts::World& world, const Provision& provision,
                              const ShowOptions& options) {
    const auto shown = asked_for(provision, options);
    JsonWriter json;
    json.begin_object();
    json.field("provision", shown.id);
    json.field("title", shown.title);
    json.field("kind", law::to_string(shown.kind));
    json.field("citation", shown.citation);
    json.key("versions");
    json.begin_array();
    for (const auto& version : shown.versions) {
        json.begin_object();
        json.field("published", quantity::to_string(version.published));
        json.field("effective", quantity::to_string(version.effective));
        json.field_or_null("until",
                           version.until ? quantity::to_string(*version.until) : std::string{});
        json.field("repealed", version.repealed);
        json.field("source", version.source);
        json.field_or_null("url", version.url);
        json.field("confidence", law::to_string(version.certainty));
        json.field("text", version.text);
        json.end_object();
    }
    json.end_array();
    json.field("law", law::format_law(world, {shown}));
    json.end_object();
    return json.text() + "\n";
}

std::string diff_to_text(const facts::World& world, const law::Lawbook& book,
                         const law::DiffQuestion& question, const law::LawDiff& diff) {
    auto out = fmt::format("{} to {}: {} provisions changed\n", quantity::to_string(question.from),
                           quantity::to_string(question.to), diff.provisions.size());
    std::map<std::pair<std::string_view, std::string_view>, std::vector<std::string_view>>
        by_source;
    for (const auto& change : diff.provisions) {
        const auto& p = book.provisions[static_cast<std::size_t>(change.provision)];
        const auto which = change.after >= 0 ? change.after : change.before;
        const auto source =
            which < 0 ? std::string_view{} : p.versions[static_cast<std::size_t>(which)].source;
        by_source[{law::to_string(change.kind), source}].push_back(p.id);
    }
    for (const auto& [change, provisions] : by_source)
        paragraph(
            out, 2,
            fmt::format("{} · {}: {}", change.first, change.second, fmt::join(provisions, ", ")));
    out += fmt::format("\n{} deals compared\n", diff.deals_compared);
    const auto grouped = movements(world, diff);
    if (grouped.empty()) out += "no outcome changed\n";
    for (const auto& [change, chips] : grouped) {
        out += fmt::format("\n{} → {}\n", moved(change->before), moved(change->after));
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
    const auto side = [&](std::string_view key, const law::Answer& answer) {
        const auto& [outcome, lane, enforced] = answer;
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
        side("before", change.before);
        side("after", change.after);
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
