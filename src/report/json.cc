#include "text/json.h"
#include "report/assess.h"

namespace sluice::report {

using facts::FactType;
using facts::Known;
using facts::Value;
using law::Truth;
using quantity::Decimal;
using text::JsonWriter;

namespace {

void decimal(JsonWriter& json, std::int64_t millionths) {
    if (millionths == Decimal::largest().millionths()) return json.null();
    json.literal(quantity::to_string(Decimal::from_millionths(millionths)));
}

// A number; {"low": …, "high": …} for a range (high null: no bound); null when unknown; "none"
// when the thing does not exist.
void number(JsonWriter& json, const Value& value) {
    switch (value.known) {
        case Known::unknown:
            return json.null();
        case Known::absent:
            return json.string("none");
        case Known::exact:
            return decimal(json, value.lo);
        case Known::range:
            break;
    }
    json.begin_object();
    json.key("low");
    decimal(json, value.lo);
    json.key("high");
    decimal(json, value.hi);
    json.end_object();
}

// Other facts by their words: "CN", "civil", true.
void value(JsonWriter& json, const facts::World& world, facts::FactId fact, const Value& value) {
    const auto& about = facts::info(fact);
    if (value.known == Known::unknown) return json.null();
    if (value.known == Known::absent || about.type == FactType::number) return number(json, value);
    const auto code = static_cast<std::size_t>(value.lo);
    if (about.type == FactType::boolean) return json.boolean(value.lo != 0);
    if (about.type == FactType::place && code < world.places.all.size())
        return json.string(world.places.all[code].iso);
    if (about.type == FactType::party && code < world.parties.size())
        return json.string(world.parties[code].id);
    json.string(words(world, fact, value, false));
}

void truth(JsonWriter& json, std::string_view key, Truth t) {
    json.key(key);
    if (t == Truth::unknown) return json.null();
    json.boolean(t == Truth::met);
}

template <class Rows, class Write>
void array(JsonWriter& json, std::string_view key, const Rows& rows, Write write) {
    json.key(key);
    json.begin_array();
    for (const auto& row : rows) write(row);
    json.end_array();
}

template <class Word>
void word_or_null(JsonWriter& json, std::string_view key, const std::optional<Word>& word) {
    json.field_or_null(key, word ? law::to_string(*word) : std::string_view{});
}

void cited(JsonWriter& json, const Cited& c) {
    json.field("provision", c.provision);
    json.field("title", c.title);
    json.field("citation", c.citation);
    json.field("source", c.source);
    json.field_or_null("url", c.url);
    json.field("published", quantity::to_string(c.published));
    json.field("effective", quantity::to_string(c.effective));
    json.field("status", c.scheduled ? "scheduled" : "in_force");
    json.field("confidence", law::to_string(c.certainty));
}

void finding(JsonWriter& json, const Finding& f) {
    json.begin_object();
    json.field_or_null("label", f.label);
    json.field("text", f.text);
    json.field("truth", law::to_string(f.truth));
    if (f.fact) json.field("fact", facts::info(*f.fact).name);
    if (f.comparison) {
        json.key("value");
        number(json, f.comparison->value);
        json.key("threshold");
        number(json, f.comparison->threshold);
        json.field_or_null("unit", quantity::canonical_unit(f.comparison->dimension));
    } else if (!f.value.empty()) {
        json.field("value", f.value);
    }
    if (!f.findings.empty())
        array(json, "findings", f.findings, [&](const Finding& child) { finding(json, child); });
    json.end_object();
}

void conditions(JsonWriter& json, const std::vector<ConditionState>& all) {
    array(json, "conditions", all, [&](const ConditionState& c) {
        json.begin_object();
        json.field("name", c.name);
        json.field("text", c.text);
        json.field("state", to_string(c.state));
        json.end_object();
    });
}

void considered(JsonWriter& json, const Considered& c) {
    json.begin_object();
    cited(json, c.cited);
    if (!c.code.empty()) json.field("code", c.code);
    if (c.lane) json.field("lane", law::to_string(*c.lane));
    json.field("truth", law::to_string(c.truth));
    json.field("helps", c.helps);
    json.field("why", c.why);
    conditions(json, c.conditions);
    json.end_object();
}

void requirement(JsonWriter& json, const RequirementReport& r) {
    json.begin_object();
    cited(json, r.cited);
    json.field("because", r.because);
    json.field("truth", law::to_string(r.result.truth));
    json.field("outcome", law::to_string(r.result.outcome));
    word_or_null(json, "lane", r.result.lane);
    word_or_null(json, "lane_otherwise", r.result.lane_otherwise);
    json.field_or_null("review", r.review);
    truth(json, "enforced", r.result.enforced);
    json.field_or_null("posture", r.posture);
    array(json, "findings", r.finding.findings, [&](const Finding& f) { finding(json, f); });
    array(json, "reviews", r.reviews, [&](const Considered& c) { considered(json, c); });
    array(json, "exceptions", r.exceptions, [&](const Considered& c) { considered(json, c); });
    json.end_object();
}

// Keys as written; a key that may be repeated is an array.
void deal(JsonWriter& json, const facts::Deal& deal) {
    json.key("deal");
    json.begin_object();
    for (const auto& key : facts::deal_keys()) {
        if (!key.repeatable) {
            if (const auto* field = deal.find(key.name)) json.field(key.name, field->value);
            continue;
        }
        std::vector<std::string_view> values;
        for (const auto& field : deal.fields)
            if (field.key == key.name) values.push_back(field.value);
        if (!values.empty())
            array(json, key.name, values, [&](std::string_view v) { json.string(v); });
    }
    json.end_object();
}

void classification(JsonWriter& json, const Classification& c) {
    json.key("classification");
    json.begin_object();
    json.field("tier", c.tier.name);
    array(json, "tiers", c.tier.all, [&](const std::string& tier) { json.string(tier); });
    array(json, "possible", c.tier.possible, [&](const std::string& tier) { json.string(tier); });
    json.field_or_null("chip", c.chip);
    json.field_or_null("name", c.name);
    json.key("tpp");
    number(json, c.tpp.value);
    json.field_or_null("tpp_format",
                       c.tpp.format ? facts::to_string(*c.tpp.format) : std::string_view{});
    json.key("die_area");
    number(json, c.die_area);
    json.key("performance_density");
    number(json, c.performance_density);
    json.key("derivation");
    json.begin_object();
    for (const auto& [fact, text] : c.derivations) json.field(fact, text);
    json.end_object();
    array(json, "tpp_terms", c.tpp.terms, [&](const facts::TppTerm& term) {
        json.begin_object();
        json.field("format", facts::to_string(term.format));
        json.key("rate");
        number(json, term.rate);
        json.field("bits", term.bits);
        json.key("tpp");
        number(json, term.product);
        json.field("counted", term.counted);
        json.field_or_null("why", term.why);
        json.end_object();
    });
    json.end_object();
}

void margin(JsonWriter& json, const MarginReport& m) {
    json.begin_object();
    json.field("provision", m.provision);
    json.field("citation", m.citation);
    json.field("fact", m.fact);
    json.key("value");
    number(json, m.margin.value);
    json.key("threshold");
    json.literal(quantity::to_string(m.margin.threshold));
    json.field_or_null("unit", quantity::canonical_unit(m.dimension));
    json.field("comparator", law::to_string(m.margin.comparator));
    json.key("distance");
    json.literal(quantity::to_string(m.margin.distance));
    json.field("relative", m.margin.relative);
    json.end_object();
}

void missing(JsonWriter& json, const law::MissingFact& m, const Assessment& a) {
    json.begin_object();
    json.field_or_null("fact", m.fact ? facts::info(*m.fact).name : std::string_view{});
    json.field("question", m.fact ? facts::info(*m.fact).question : std::string_view{m.gap});
    if (m.fact) json.field("state_with", facts::info(*m.fact).statement);
    json.field("decides", m.decides);
    if (m.fact && m.fact == a.banded)
        array(json, "bands", a.bands, [&](const Band& band) {
            json.begin_object();
            json.key("low");
            decimal(json, band.range.lo.millionths());
            json.key("high");
            decimal(json, band.range.hi.millionths());
            json.field("outcome", law::to_string(band.outcome));
            word_or_null(json, "lane", band.lane);
            json.field("tier", band.tier);
            json.end_object();
        });
    json.end_object();
}

void flip(JsonWriter& json, const facts::World& world, const law::Flip& f) {
    json.begin_object();
    json.field("fact", facts::info(f.fact).name);
    json.key("from");
    value(json, world, f.fact, f.from);
    json.key("to");
    value(json, world, f.fact, f.to);
    if (facts::info(f.fact).type == FactType::number) {
        json.field("comparator", law::to_string(f.side));
        json.key("threshold");
        json.literal(quantity::to_string(f.threshold));
    }
    json.field("outcome", law::to_string(f.outcome));
    word_or_null(json, "lane", f.lane);
    json.field("relative", f.relative);
    json.end_object();
}

void noted(JsonWriter& json, std::string_view key, const std::vector<Noted>& notes) {
    array(json, key, notes, [&](const Noted& n) {
        json.begin_object();
        cited(json, n.cited);
        json.field("text", n.cited.text);
        if (!n.rate.empty()) json.field("rate", n.rate);
        if (!n.axis.empty()) json.field("axis", n.axis);
        if (n.unknown) json.field("because", because(n.finding));
        json.end_object();
    });
}

void rulebook(JsonWriter& json, const Assessment& a) {
    json.key("rulebook");
    json.begin_object();
    json.field("hash", a.rulebook_hash);
    json.field("on", quantity::to_string(a.the_case.on));
    json.field_or_null("known_on", a.known_on ? quantity::to_string(*a.known_on) : std::string{});
    json.field("register_known_to", quantity::to_string(a.register_known_to));
    json.field("text_known_to", quantity::to_string(a.text_known_to));
    json.end_object();
}

void examined(JsonWriter& json, const std::vector<Examined>& all) {
    if (all.empty()) return;
    array(json, "findings", all, [&](const Examined& e) {
        json.begin_object();
        cited(json, e.cited);
        json.field("kind", law::to_string(e.kind));
        json.field("truth", law::to_string(e.truth));
        array(json, "findings", e.finding.findings, [&](const Finding& f) { finding(json, f); });
        json.end_object();
    });
}

void outcome(JsonWriter& json, const Assessment& a) {
    const auto& d = a.determination;
    json.field("outcome", law::to_string(d.outcome));
    json.field("at_least", law::to_string(d.at_least));
    json.field("at_most", law::to_string(d.at_most));
    json.key("enforced");
    if (d.enforced)
        json.boolean(*d.enforced);
    else
        json.null();
    word_or_null(json, "lane", d.lane);
    word_or_null(json, "lane_otherwise", d.lane_otherwise);
    json.field_or_null("exception", a.exception ? a.exception->code : std::string{});
    conditions(json, a.conditions);
    array(json, "missing", d.missing, [&](const law::MissingFact& m) { missing(json, m, a); });
}

void ground(JsonWriter& json, const Assessment& a) {
    array(json, "assumptions", a.the_case.assumptions, [&](const facts::Assumption& assumption) {
        json.begin_object();
        json.field("fact", facts::info(assumption.fact).name);
        json.field("text", assumption.text);
        json.end_object();
    });
    array(json, "ambiguities", a.ambiguities, [&](const Ambiguous& ambiguity) {
        json.begin_object();
        json.field("provision", ambiguity.cited.provision);
        json.field("citation", ambiguity.cited.citation);
        json.field("text", ambiguity.text);
        json.end_object();
    });
}

}  // namespace

std::string classification_to_json(const Assessment& a) {
    JsonWriter json;
    json.begin_object();
    json.field("on", quantity::to_string(a.the_case.on));
    classification(json, a.classification);
    array(json, "margins", a.margins, [&](const MarginReport& m) { margin(json, m); });
    array(json, "missing", a.determination.missing,
          [&](const law::MissingFact& m) { missing(json, m, a); });
    examined(json, a.examined);
    rulebook(json, a);
    json.end_object();
    return json.text() + "\n";
}

std::string to_json(const Assessment& a) {
    JsonWriter json;
    json.begin_object();
    deal(json, a.the_case.deal);
    outcome(json, a);
    classification(json, a.classification);
    array(json, "requirements", a.requirements,
          [&](const RequirementReport& r) { requirement(json, r); });
    noted(json, "tariffs", a.tariffs);
    noted(json, "import_measures", a.import_measures);
    noted(json, "red_flags", a.red_flags);
    noted(json, "obligations", a.obligations);
    noted(json, "watch", a.watch);
    noted(json, "unknown_axes", a.unknown_axes);
    array(json, "margins", a.margins, [&](const MarginReport& m) { margin(json, m); });
    array(json, "flips", a.flips, [&](const law::Flip& f) { flip(json, *a.world, f); });
    ground(json, a);
    examined(json, a.examined);
    // Stages that this build does not have yet; their keys are part of the contract.
    for (const auto* key : {"screening", "compute", "money"}) {
        json.key(key);
        json.null();
    }
    rulebook(json, a);
    array(json, "warnings", a.warnings, [&](const text::Diagnostic& w) { json.string(w.message); });
    json.end_object();
    return json.text() + "\n";
}

}  // namespace sluice::report
