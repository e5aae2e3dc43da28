#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <ranges>

#include "report/assess.h"
#include "text/table.h"

namespace sluice::report {

using facts::FactType;
using law::Outcome;
using law::Truth;
using quantity::Decimal;
using text::Style;

namespace {

std::string shouted(Outcome outcome) {
    auto out = spaced(outcome);
    for (auto& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

std::string_view mark(Truth truth) {
    constexpr std::string_view marks[] = {"✗", "?", "✓"};
    return marks[static_cast<std::size_t>(truth)];
}

// A page that grows downwards: headings, and lines wrapped to the width.
struct Page {
    const TextOptions& options;
    std::string out{};

    void heading(std::string_view title) {
        out += fmt::format("\n{}\n", text::paint(title, Style::bold, options.colour));
    }
    void line(int indent, std::string_view words) { out += hung(indent, words) + '\n'; }
    // `left`, then `right` in a column of its own, or below when there is no room.
    void pair(int indent, std::string_view left, std::string_view right) {
        constexpr int column = 50;
        const auto used = indent + text::display_width(left);
        const auto start = std::max(column, used + 2);
        if (right.empty() || start + text::display_width(right) > options.width) {
            line(indent, left);
            if (!right.empty()) line(indent + 4, right);
            return;
        }
        out += fmt::format("{:{}}{}{:{}}{}\n", "", indent, left, "", start - used, right);
    }
    void dim(int indent, const std::string& words) {
        out += text::paint(hung(indent, words), Style::dim, options.colour) + '\n';
    }
    // A short section on the lines of its label; `items` are wrapped beside it.
    void labelled(std::string_view label, const std::vector<std::string>& items) {
        constexpr int column = 22;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto name = i == 0 ? label : std::string_view{};
            const auto used = static_cast<std::size_t>(text::display_width(name));
            out += text::paint(name, Style::bold, options.colour);
            out += hung(column, items[i]).substr(used) + '\n';
        }
    }
    // "and 12 more: --all", when not everything was shown.
    void more(std::size_t total, std::size_t shown) {
        if (total > shown) dim(2, fmt::format("and {} more: --all", total - shown));
    }
    // The first `few` of them, or all.
    template <class Things, class Print>
    void some(const Things& things, std::size_t few, Print print) {
        const auto shown = std::min(things.size(), limit(few));
        for (const auto& thing : things | std::views::take(shown)) print(thing);
        more(things.size(), shown);
    }
    std::size_t limit(std::size_t few) const { return options.all ? SIZE_MAX : few; }
    bool all() const { return options.all; }

    // Words wrapped to the page, beginning at column `indent`, their later lines two further in.
    std::string hung(int indent, std::string_view words) const {
        const std::string margin(static_cast<std::size_t>(indent), ' ');
        auto hanging = margin;
        for (const char c : text::wrap(words, options.width - indent, 2)) {
            hanging += c;
            if (c == '\n') hanging += margin;
        }
        return hanging;
    }
};

constexpr Style outcome_styles[] = {Style::green, Style::yellow, Style::red,
                                    Style::red,   Style::red,    Style::yellow};

std::string lane_words(const law::Determination& d) {
    if (!d.lane) {
        if (d.outcome != Outcome::licence_required) return {};
        const bool open = std::ranges::any_of(d.requirements, &law::Requirement::lane_open);
        return open ? "review policy hangs on a missing fact" : "review policy not published";
    }
    auto said = spaced(*d.lane);
    if (d.lane_otherwise && d.lane_otherwise != d.lane)
        said += fmt::format(" if its conditions hold, else {}", spaced(*d.lane_otherwise));
    return said;
}

void verdict(Page& page, const Assessment& a) {
    const auto& d = a.determination;
    auto first = shouted(d.outcome);
    if (d.outcome == Outcome::exception_available && a.exception)
        first = fmt::format("EXCEPTION {} AVAILABLE", a.exception->cited->provision->code);
    const auto style = outcome_styles[static_cast<std::size_t>(d.outcome)];
    std::vector<std::string> parts{text::paint(first, style, page.options.colour)};
    if (d.outcome == Outcome::undetermined)
        parts.push_back(
            fmt::format("at least {}, at most {}", spaced(d.at_least), spaced(d.at_most)));
    if (const auto lane = lane_words(d); !lane.empty()) parts.push_back(lane);
    if (d.enforced && !*d.enforced) parts.push_back("not enforced");
    parts.push_back(quantity::to_string(a.the_case.on));
    parts.push_back(a.subject);
    page.out += fmt::format("{}\n", fmt::join(parts, " · "));
}

std::string compared(const Finding& finding) {
    if (!finding.comparison) return finding.value;
    const auto& [value, threshold, dimension] = *finding.comparison;
    auto said = words(value, dimension);
    const auto margin = margin_words(*finding.comparison);
    if (finding.text.contains('*')) said += fmt::format(" against {}", words(threshold, dimension));
    return margin.empty() ? said : fmt::format("{}, {}", said, margin);
}

// In short form what another provision decides is one line, a met `any` shows what met it, and a
// failed one everything that failed.
void finding_lines(Page& page, int indent, const Finding& finding) {
    const auto name = finding.label.empty() ? finding.text
                      : finding.findings.empty()
                          ? fmt::format("{}: {}", finding.label, finding.text)
                          : finding.label;
    const auto left = fmt::format("{} {}", mark(finding.truth), name);
    const bool elsewhere = finding.text.starts_with("met ") || finding.text.starts_with("not ");
    if (!page.all() && elsewhere && !finding.findings.empty())
        return page.pair(indent, left, because(finding));
    page.pair(indent, left, compared(finding));
    const bool every = finding.text == "all of";
    for (const auto& child : finding.findings)
        if (page.all() || every || child.truth == finding.truth)
            finding_lines(page, indent + 2, child);
}

// In short form: the limbs that decide (the first that is met in full, others by name), what carves
// the item out, and doubts only where they leave it open.
void provision_findings(Page& page, int indent, const Finding& whole) {
    std::vector<std::string_view> also;
    bool met = false;
    for (const auto& part : whole.findings) {
        const bool limb = !part.label.starts_with("except ") && part.label != "unclear";
        const bool decides = limb ? part.truth == whole.truth
                             : part.label == "unclear"
                                 ? whole.truth == Truth::unknown && part.truth == Truth::met
                                 : part.truth != Truth::not_met;
        if (!page.all() && !decides) continue;
        if (!page.all() && limb && met) {
            also.push_back(part.label);
            continue;
        }
        met = met || (limb && part.truth == Truth::met);
        if (part.label.empty() && part.text == "all of")
            for (const auto& child : part.findings) finding_lines(page, indent, child);
        else
            finding_lines(page, indent, part);
    }
    if (!also.empty()) page.line(indent, fmt::format("✓ also met: {}", fmt::join(also, ", ")));
}

std::string dated(const law::CompiledProvision& cited) {
    const auto& [citation, source] = std::pair{cited.provision->citation, cited.version->source};
    auto said = citation;
    if (!said.contains(source)) said += " · " + source;
    said += " · in force since " + quantity::to_string(cited.version->effective);
    if (scheduled(cited)) said += " · scheduled, confirmation pending";
    if (cited.version->certainty != law::Certainty::primary)
        said += fmt::format(" · confidence {}", law::to_string(cited.version->certainty));
    return said;
}

void why(Page& page, const Assessment& a) {
    page.heading("Why");
    std::size_t in_full = page.limit(3);
    for (const auto& r : a.requirements) {
        page.line(2, fmt::format("{} {}: {}", mark(r.result.truth), r.cited->provision->title,
                                 words(r.result.outcome, r.result.lane)));
        page.dim(4, fmt::format("{} · {}", r.cited->provision->id, dated(*r.cited)));
        if (in_full > 0)
            provision_findings(page, 4, r.finding);
        else
            page.line(4, because(r.finding));
        in_full -= in_full > 0 ? 1 : 0;
    }
    if (!a.requirements.empty()) return;
    page.line(
        2, fmt::format("none of the {} requirements in force that day is met", a.not_met.size()));
    page.some(a.not_met, 8, [&](const Examined& e) {
        page.line(2, fmt::format("✗ {}: {}", e.cited->provision->title, because(e.finding)));
        if (page.all()) provision_findings(page, 4, e.finding);
    });
}

void enforcement(Page& page, const Assessment& a) {
    bool first = true;
    for (const auto& r : a.requirements) {
        if (r.result.enforced == Truth::met || r.posture.empty()) continue;
        if (first) page.heading("Text and enforcement");
        first = false;
        page.line(2, fmt::format("the text of {} requires it; {}: {}", r.cited->provision->citation,
                                 r.result.enforced == Truth::not_met
                                     ? "the agency says that it does not enforce it"
                                     : "whether it is enforced depends on a missing fact",
                                 r.posture));
    }
}

void lane(Page& page, const Assessment& a) {
    if (a.conditions.empty()) return;
    page.heading(a.exception ? "Conditions of exception " + a.exception->cited->provision->code
                             : "Review: " + lane_words(a.determination));
    for (const auto& condition : a.conditions)
        page.line(2, fmt::format("{:<7} {}: {}", to_string(condition.state), condition.name,
                                 condition.text));
    if (!a.determination.conditions.empty())
        page.dim(2, fmt::format("state one with --certify {}=yes", a.conditions.front().name));
}

// Each exception and review once, as it stands for the requirement it helps most.
void gather(std::vector<const Considered*>& to, const Considered& one) {
    const auto same = std::ranges::find(to, one.cited, &Considered::cited);
    if (same == to.end())
        to.push_back(&one);
    else if (one.helps)
        *same = &one;
}

std::string_view offer_mark(const Considered& offer) {
    using enum ConditionState::State;
    const bool fails = std::ranges::count(offer.conditions, failed, &ConditionState::state) > 0;
    if (offer.helps) return "✓";
    const bool exception = !offer.cited->provision->code.empty();
    return fails || (exception && offer.truth == Truth::met) ? "✗" : mark(offer.truth);
}

void offers(Page& page, const Assessment& a) {
    std::vector<const Considered*> exceptions, reviews;
    for (const auto& requirement : a.requirements) {
        for (const auto& exception : requirement.exceptions) gather(exceptions, exception);
        for (const auto& review : requirement.reviews)
            if (page.all() || review.truth != Truth::not_met) gather(reviews, review);
    }
    if (!exceptions.empty()) page.heading("Exceptions considered");
    for (const auto* e : exceptions) {
        const auto& [id, code] = std::pair{e->cited->provision->id, e->cited->provision->code};
        page.line(2, fmt::format("{} {}: {}", offer_mark(*e), code.empty() ? id : code, e->why));
    }
    if (reviews.empty()) return;
    page.heading("Review policies considered");
    for (const auto* r : reviews) {
        const auto spoken = r->cited->version->lane;
        page.line(
            2, fmt::format("{} {} ({}): {}", offer_mark(*r), spoken ? spaced(*spoken) : "no lane",
                           r->cited->provision->citation, r->why));
    }
}

std::string band_words(quantity::Range range, quantity::Dimension dimension) {
    if (range.lo == Decimal{} && !range.exact())
        return "up to " + quantity::to_string(range.hi, dimension, true);
    return quantity::to_string(range, dimension, true);
}

void missing(Page& page, const Assessment& a) {
    if (a.determination.missing.empty()) return;
    page.heading("Missing, most decisive first");
    for (const auto& m : a.determination.missing) {
        if (!m.fact) {
            page.line(2, fmt::format("the text does not say: {}", m.gap));
            continue;
        }
        const auto& about = facts::info(*m.fact);
        const auto& asked = a.world->questions[facts::index(*m.fact)];
        page.line(2, fmt::format("{}: {}", about.name, asked.words));
        page.dim(4, fmt::format("settles the answer for {:.0f} % of its values; state it with {}",
                                100 * m.decides, asked.statement));
        if (m.fact == a.banded && a.bands.size() > 1)
            for (const auto& band : a.bands)
                page.line(4,
                          fmt::format("{}: {} (tier {})", band_words(band.range, about.dimension),
                                      words(band.outcome, band.lane), band.tier));
    }
}

void classification(Page& page, const Assessment& a) {
    const auto& tier = a.determination.tier;
    page.heading("Classification");
    page.line(2, tier.possible.empty()
                     ? fmt::format("tier {}", tier.name)
                     : fmt::format("tier {} ({})", tier.name, fmt::join(tier.possible, " or ")));
    using enum facts::FactId;
    for (const auto& [fact, text] : a.the_case.derivations)
        if (page.all() || fact == tpp || fact == io_bandwidth || fact == die_area)
            page.line(2, fmt::format("{}{}{}", fact == die_area ? "" : facts::info(fact).name,
                                     fact == die_area ? "" : " ",
                                     page.all() ? text : text.substr(0, text.find(';'))));
}

template <class Wanted>
void margin_table(Page& page, std::string_view title, const Assessment& a, std::size_t few,
                  Wanted wanted) {
    std::vector<const MarginReport*> different;
    for (const auto& m : a.margins) {
        // A carve that ends where a limb begins is the same line to a reader.
        const auto same = [&](const MarginReport* other) {
            return other->fact == m.fact && other->margin.threshold == m.margin.threshold;
        };
        if (wanted(m) && (page.all() || std::ranges::none_of(different, same)))
            different.push_back(&m);
    }
    if (different.empty()) return;
    page.heading(title);
    std::vector<std::vector<std::string>> rows;
    const auto shown = std::min(different.size(), few);
    for (const auto* m : different | std::views::take(shown)) {
        const auto& [value, threshold] = std::pair{m->margin.value, m->margin.threshold};
        rows.push_back({m->fact, words(value, m->dimension),
                        fmt::format("{} {}", law::to_string(m->margin.comparator),
                                    quantity::to_string(threshold, m->dimension, true)),
                        margin_words({value, facts::Value::number(threshold), m->dimension}),
                        m->cited->provision->id});
    }
    auto table = text::table("fact|value>|threshold|margin|provision", rows);
    table.pop_back();
    for (const auto line : std::views::split(table, '\n'))
        page.out += fmt::format("  {}\n", std::string_view{line});
    page.more(different.size(), shown);
}

void margins(Page& page, const Assessment& a) {
    margin_table(page, "Margins", a, page.limit(5), [](const MarginReport&) { return true; });
}

// Changes of one fact with one result are one line: "destination to Japan (JP) and 41 others".
void flips(Page& page, const Assessment& a) {
    if (a.flips.empty()) return;
    page.heading("What would change it");
    struct Group {
        const law::Flip* first;
        std::vector<std::string> values;
    };
    std::vector<Group> groups;
    for (const auto& flip : a.flips) {
        const auto& about = facts::info(flip.fact);
        const bool number = about.type == FactType::number;
        const auto same = std::ranges::find_if(groups, [&](const Group& g) {
            return !number && g.first->fact == flip.fact && g.first->outcome == flip.outcome &&
                   g.first->lane == flip.lane;
        });
        const auto value =
            number ? fmt::format("{} {} (now {})", law::to_string(flip.side),
                                 quantity::to_string(flip.threshold, about.dimension, true),
                                 words(*a.world, flip.fact, flip.from))
                   : words(*a.world, flip.fact, flip.to);
        if (same != groups.end())
            same->values.push_back(value);
        else
            groups.push_back({&flip, {value}});
    }
    page.some(groups, 6, [&](const Group& group) {
        const auto& [flip, values] = group;
        const auto few = std::min(values.size(), page.limit(3));
        auto list = fmt::format("{}", fmt::join(values | std::views::take(few), ", "));
        if (few < values.size()) list += fmt::format(" and {} others", values.size() - few);
        page.line(2, fmt::format("{} {}: {}", facts::info(flip->fact).name, list,
                                 words(flip->outcome, flip->lane)));
    });
}

void noted(Page& page, std::string_view label, const Assessment& a,
           const std::vector<std::int32_t>& notes, bool unknown = false) {
    std::vector<std::string> items;
    for (const auto index : notes) {
        const auto& [provision, version] =
            std::pair{a.rules->at(index).provision, a.rules->at(index).version};
        const auto& [rate, text] = std::pair{version->rate, version->text};
        auto said = fmt::format("{}{} ({})", rate.empty() ? "" : rate + ": ", provision->title,
                                provision->citation);
        if (unknown) said += ", depending on " + because(explain(a, index));
        if (page.all() && !text.empty()) said += ": " + text;
        items.push_back(std::move(said));
    }
    page.labelled(label, items);
}

// Beside the outcome: other axes, duties, and what is only worth knowing.
void beside(Page& page, const Assessment& a) {
    page.out += '\n';
    const auto& d = a.determination;
    noted(page, "Red flags", a, d.red_flags);
    noted(page, "Duties", a, d.obligations);
    noted(page, "Tariffs (own axis)", a, d.tariffs);
    noted(page, "At the destination", a, d.import_measures);
    noted(page, "Not known", a, d.unknown_axes, true);
    std::vector<std::string> unclear, watch, assumed;
    for (const auto& [index, which] : d.ambiguities) {
        const auto& cited = a.rules->at(index);
        unclear.push_back(
            fmt::format("{} ({})", cited.version->ambiguities[static_cast<std::size_t>(which)].text,
                        cited.provision->citation));
    }
    if (unclear.size() > page.limit(3)) {
        const auto rest = unclear.size() - 3;
        unclear.resize(3);
        unclear.push_back(fmt::format("and {} more: --all", rest));
    }
    page.labelled("Unclear in the text", unclear);
    for (const auto bill : d.watches) watch.push_back(a.rules->at(bill).provision->title);
    if (!watch.empty())
        page.labelled("Watch (not law)", {fmt::format("{}", fmt::join(watch, "; "))});
    for (const auto& assumption : a.the_case.assumptions) assumed.push_back(assumption.text);
    if (!assumed.empty()) page.labelled("Assumed", {fmt::format("{}", fmt::join(assumed, "; "))});
}

void examined(Page& page, const Examined& e, std::string_view name) {
    page.line(2, fmt::format("{} {}{} {}", mark(e.finding.truth), e.cited->provision->id, name,
                             e.cited->provision->title));
    page.dim(4, dated(*e.cited));
    provision_findings(page, 4, e.finding);
}

void examined(Page& page, const Assessment& a) {
    if (a.examined.empty()) return;
    page.heading("Every provision in force that day");
    for (const auto& e : a.examined)
        examined(page, e, fmt::format(" ({}):", law::to_string(e.cited->provision->kind)));
}

void ground(Page& page, const Assessment& a) {
    page.out += '\n';
    for (const auto& warning : a.warnings) {
        page.line(0, "warning: " + warning.message);
        if (!warning.hint.empty()) page.line(0, "hint: " + warning.hint);
    }
    const auto& [book, known_on] = std::pair{a.rules->book, a.rules->known_on};
    page.dim(0,
             fmt::format("rulebook {} · rules known to {} (Federal Register) and {} (text){}",
                         book->hash.substr(0, 12), quantity::to_string(book->register_known_to),
                         quantity::to_string(book->text_known_to),
                         known_on ? " · as published by " + quantity::to_string(*known_on) : ""));
}

}  // namespace

std::string findings_to_text(const Assessment& a, const TextOptions& options) {
    Page page{options};
    verdict(page, a);
    examined(page, a);
    ground(page, a);
    return page.out;
}

std::string classification_to_text(const Assessment& a, const TextOptions& options) {
    Page page{options};
    const auto& c = a.classification;
    const auto name = c.name.empty() ? std::string{"own chip"} : c.name;
    page.out = fmt::format(
        "{} · {} · {}\n",
        text::paint("tier " + a.determination.tier.name, Style::bold, page.options.colour),
        quantity::to_string(a.the_case.on), name);
    classification(page, a);
    page.heading("Terms of TPP");
    for (const auto& term : c.tpp.terms) {
        if (!term.product.is_number()) continue;
        page.line(2, fmt::format("{} {} x {} bits = {}{}", facts::to_string(term.format),
                                 words(term.rate, quantity::Dimension::operation_rate), term.bits,
                                 words(term.product, quantity::Dimension::number),
                                 term.counted ? "" : fmt::format(" (not counted: {})", term.why)));
    }
    margin_table(page, "Distance to the thresholds of that day", a, SIZE_MAX, [](const auto& m) {
        const auto kind = m.cited->provision->kind;
        return kind == law::Kind::classification || kind == law::Kind::definition;
    });
    bool first = true;
    for (const auto& e : a.examined) {
        if (e.cited->provision->kind != law::Kind::classification ||
            (!page.all() && e.finding.truth == Truth::not_met))
            continue;
        if (first) page.heading("Classifications");
        first = false;
        examined(page, e, "");
    }
    missing(page, a);
    ground(page, a);
    return page.out;
}

std::string to_text(const Assessment& a, const TextOptions& options) {
    Page page{options};
    verdict(page, a);
    why(page, a);
    enforcement(page, a);
    lane(page, a);
    offers(page, a);
    missing(page, a);
    classification(page, a);
    margins(page, a);
    flips(page, a);
    beside(page, a);
    examined(page, a);
    for (const auto* section : {&a.compute, &a.money})
        if (*section) page.out += to_text(**section, options.colour);
    ground(page, a);
    return page.out;
}

}  // namespace sluice::report
