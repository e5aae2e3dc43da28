#include "report/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "law/format.h"
#include "report/assess.h"

namespace sluice::report {

using law::Kind;
using law::Provision;
using text::JsonWriter;

namespace {

std::string status_of(const law::CompiledProvision& compiled) {
    if (compiled.in_force.stayed) return "stayed";
    return scheduled(compiled) ? "scheduled" : "in_force";
}

}  // namespace

Sheet sheet_of(const law::Rulebook& rules, std::optional<Kind> only) {
    Section list{.key = "provisions"};
    list.set_columns(
        "provision=provision|title|kind=kind|citation|source|effective=since|status=status|"
        "=citation");
    for (const auto& compiled : rules.provisions) {
        const auto& [provision, version] = std::pair{compiled.provision, compiled.version};
        if (only && provision->kind != *only) continue;
        list.row(provision->id, provision->title, law::to_string(provision->kind),
                 provision->citation, version->source, quantity::to_string(version->effective),
                 status_of(compiled), provision->citation);
    }
    list.notes = {fmt::format("{} provisions on {}", list.rows.size(), to_string(rules.on))};
    return {.head = {{"on", "", to_string(rules.on)}, {"hash", "", rules.book->hash}},
            .sections = {std::move(list)}};
}

namespace {

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
    const bool silent = answer.enforced && !*answer.enforced;
    return words(answer.outcome, answer.lane) + (silent ? ", not enforced" : "");
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

std::vector<std::string_view> isos_of(const facts::World& world,
                                      const std::vector<facts::PlaceCode>& places) {
    std::vector<std::string_view> isos;
    for (const auto code : places) isos.push_back(world.places.all[code].iso);
    return isos;
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

Sheet sheet_of(const facts::World& world, const Provision& provision, const ShowOptions& options) {
    const auto shown = asked_for(provision, options);
    const auto law = law::format_law(world, {shown});
    Section versions{.key = "versions"};
    versions.set_columns("published|effective|until|repealed|source|url|confidence|text");
    for (const auto& version : shown.versions)
        versions.row(to_string(version.published), to_string(version.effective),
                     shown_as("", version.until), shown_as("", version.repealed), version.source,
                     version.url, law::to_string(version.certainty), version.text);
    auto text = law.substr(0, law.size() - 1);  // the sheet ends its line
    if (options.on && shown.versions.empty())
        text += fmt::format("\n\n# says nothing on {}", to_string(*options.on));
    return {.subject = std::move(text),
            .head = {{"provision", "", shown.id},
                     {"title", "", shown.title},
                     {"kind", "", law::to_string(shown.kind)},
                     {"citation", "", shown.citation}},
            .sections = {std::move(versions)},
            .foot = {{"law", "", law}}};
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
        paragraph(out, 2, fmt::format("to {}", some_of(isos_of(world, change->places), 60, " ")));
        paragraph(out, 2, fmt::format("chips: {}", some_of(chips, 20, ", ")));
        if (!change->because.empty())
            paragraph(out, 2, fmt::format("because of {}", fmt::join(change->because, ", ")));
    }
    return out;
}

std::string diff_to_json(const facts::World& world, const law::Lawbook& book,
                         const law::DiffQuestion& question, const law::LawDiff& diff) {
    return text::json_object([&](JsonWriter& json) {
        json.field("from", question.from);
        json.field("to", question.to);
        json.objects("provisions", diff.provisions, [&](const law::ProvisionChange& change) {
            json.field("provision", book.provisions[static_cast<std::size_t>(change.provision)].id);
            json.field("change", change.kind);
        });
        json.field("deals_compared", diff.deals_compared);
        const auto side = [&](std::string_view key, const law::Answer& answer) {
            json.object(key, [&] {
                json.field("outcome", answer.outcome);
                json.field("lane", answer.lane);
                json.field("enforced", answer.enforced);
            });
        };
        json.objects("outcomes", diff.outcomes, [&](const law::OutcomeChange& change) {
            json.field("chip", world.chips[static_cast<std::size_t>(change.chip)].id);
            json.field("places", isos_of(world, change.places));
            side("before", change.before);
            side("after", change.after);
            json.field("because", change.because);
        });
    });
}

}  // namespace sluice::report
