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

// Null for no bound.
void decimal(JsonWriter& json, std::string_view key, Decimal value) {
    json.key(key);
    value == Decimal::largest() ? json.null() : json.literal(quantity::to_string(value));
}

// A number; {"low": …, "high": …} for a range; null when unknown; "none" when the thing does not
// exist.
void number(JsonWriter& json, std::string_view key, const Value& value) {
    const auto lo = Decimal::from_millionths(value.lo), hi = Decimal::from_millionths(value.hi);
    if (value.known == Known::exact) return decimal(json, key, lo);
    if (value.known != Known::range)
        return json.field_or_null(key, value.known == Known::absent ? "none" : "");
    json.object(key, [&] {
        decimal(json, "low", lo);
        decimal(json, "high", hi);
    });
}

// Other facts by their words: "CN", "civil", true.
void value(JsonWriter& json, std::string_view key, const facts::World& world, facts::FactId fact,
           const Value& value) {
    const auto& about = facts::info(fact);
    if (value.known != Known::exact || about.type == FactType::number)
        return number(json, key, value);
    const auto code = static_cast<std::size_t>(value.lo);
    if (about.type == FactType::boolean) return json.field(key, value.lo != 0);
    if (about.type == FactType::place && code < world.places.all.size())
        return json.field(key, world.places.all[code].iso);
    if (about.type == FactType::party && code < world.parties.size())
        return json.field(key, world.parties[code].id);
    json.field(key, words(world, fact, value, false));
}

void truth(JsonWriter& json, std::string_view key, Truth t) {
    json.field(key, t == Truth::unknown ? std::nullopt : std::optional{t == Truth::met});
}

void cited(JsonWriter& json, const law::CompiledProvision& c) {
    json.field("provision", c.provision->id);
    json.field("title", c.provision->title);
    json.field("citation", c.provision->citation);
    json.field("source", c.version->source);
    json.field_or_null("url", c.version->url);
    json.field("published", c.version->published);
    json.field("effective", c.version->effective);
    json.field("status", scheduled(c) ? "scheduled" : "in_force");
    json.field("confidence", c.version->certainty);
}

void finding(JsonWriter& json, const Finding& f) {
    json.field_or_null("label", f.label);
    json.field("text", f.text);
    json.field("truth", f.truth);
    if (f.fact) json.field("fact", facts::info(*f.fact).name);
    if (f.comparison) {
        number(json, "value", f.comparison->value);
        number(json, "threshold", f.comparison->threshold);
        json.field_or_null("unit", quantity::canonical_unit(f.comparison->dimension));
    } else if (!f.value.empty()) {
        json.field("value", f.value);
    }
    if (!f.findings.empty()) json.objects("findings", f.findings, finding);
}

void condition(JsonWriter& json, const ConditionState& c) {
    json.field("name", c.name);
    json.field("text", c.text);
    json.field("state", c.state);
}

void considered(JsonWriter& json, const Considered& c) {
    cited(json, *c.cited);
    if (!c.cited->provision->code.empty()) json.field("code", c.cited->provision->code);
    if (c.cited->version->lane) json.field("lane", c.cited->version->lane);
    json.field("truth", c.truth);
    json.field("helps", c.helps);
    json.field("why", c.why);
    json.objects("conditions", c.conditions, condition);
}

void requirement(JsonWriter& json, const RequirementReport& r) {
    cited(json, *r.cited);
    json.field("because", because(r.finding));
    json.field("truth", r.result.truth);
    json.field("outcome", r.result.outcome);
    json.field("lane", r.result.lane);
    json.field("lane_otherwise", r.result.lane_otherwise);
    json.field_or_null("review", r.review);
    truth(json, "enforced", r.result.enforced);
    json.field_or_null("posture", r.posture);
    json.objects("findings", r.finding.findings, finding);
    json.objects("reviews", r.reviews, considered);
    json.objects("exceptions", r.exceptions, considered);
}

// Keys as written; a key that may be repeated is an array.
void deal(JsonWriter& json, const facts::Deal& deal) {
    for (const auto& key : facts::deal_keys()) {
        if (!key.repeatable) {
            if (const auto* field = deal.find(key.name)) json.field(key.name, field->value);
            continue;
        }
        std::vector<std::string_view> values;
        for (const auto& field : deal.fields)
            if (field.key == key.name) values.push_back(field.value);
        if (!values.empty()) json.field(key.name, values);
    }
}

void classification(JsonWriter& json, const Assessment& a) {
    const auto& [chip, name, tpp, density] = a.classification;
    json.field("tier", a.determination.tier.name);
    json.field("tiers", a.determination.tier.all);
    json.field("possible", a.determination.tier.possible);
    json.field_or_null("chip", chip);
    json.field_or_null("name", name);
    number(json, "tpp", tpp.value);
    json.field("tpp_format", tpp.format);
    number(json, "die_area", a.the_case[facts::FactId::die_area]);
    number(json, "performance_density", density);
    json.object("derivation", [&] {
        for (const auto& [fact, text] : a.the_case.derivations)
            json.field(facts::info(fact).name, text);
    });
    json.objects("tpp_terms", tpp.terms, [](JsonWriter& one, const facts::TppTerm& term) {
        one.field("format", term.format);
        number(one, "rate", term.rate);
        one.field("bits", term.bits);
        number(one, "tpp", term.product);
        one.field("counted", term.counted);
        one.field_or_null("why", term.why);
    });
}

void margin(JsonWriter& json, const MarginReport& m) {
    json.field("provision", m.cited->provision->id);
    json.field("citation", m.cited->provision->citation);
    json.field("fact", m.fact);
    number(json, "value", m.margin.value);
    decimal(json, "threshold", m.margin.threshold);
    json.field_or_null("unit", quantity::canonical_unit(m.dimension));
    json.field("comparator", m.margin.comparator);
    decimal(json, "distance", m.margin.distance);
    json.field("relative", m.margin.relative);
}

void missing(JsonWriter& json, const Assessment& a) {
    json.objects("missing", a.determination.missing, [&](const law::MissingFact& m) {
        const auto* about = m.fact ? &facts::info(*m.fact) : nullptr;
        json.field_or_null("fact", about ? about->name : std::string_view{});
        const auto* asked = m.fact ? &a.world->questions[facts::index(*m.fact)] : nullptr;
        json.field("question", asked ? asked->words : m.gap);
        if (asked) json.field("state_with", asked->statement);
        json.field("decides", m.decides);
        if (!about || m.fact != a.banded) return;
        json.objects("bands", a.bands, [](JsonWriter& one, const Band& band) {
            decimal(one, "low", band.range.lo);
            decimal(one, "high", band.range.hi);
            one.field("outcome", band.outcome);
            one.field("lane", band.lane);
            one.field("tier", band.tier);
        });
    });
}

void flip(JsonWriter& json, const facts::World& world, const law::Flip& f) {
    json.field("fact", facts::info(f.fact).name);
    value(json, "from", world, f.fact, f.from);
    value(json, "to", world, f.fact, f.to);
    if (facts::info(f.fact).type == FactType::number) {
        json.field("comparator", f.side);
        decimal(json, "threshold", f.threshold);
    }
    json.field("outcome", f.outcome);
    json.field("lane", f.lane);
    json.field("relative", f.relative);
}

void noted(JsonWriter& json, std::string_view key, const Assessment& a,
           const std::vector<std::int32_t>& notes, bool unknown = false) {
    json.objects(key, notes, [&](std::int32_t index) {
        const auto& [provision, version] =
            std::pair{a.rules->at(index).provision, a.rules->at(index).version};
        cited(json, a.rules->at(index));
        json.field("text", version->text);
        if (!version->rate.empty()) json.field("rate", version->rate);
        const bool import = provision->kind == law::Kind::import_measure;
        if (const auto& axis = import ? provision->code : provision->aes; !axis.empty())
            json.field("axis", axis);
        if (unknown) json.field("because", because(explain(a, index)));
    });
}

void rulebook(JsonWriter& json, const Assessment& a) {
    json.object("rulebook", [&] {
        json.field("hash", a.rules->book->hash);
        json.field("on", a.the_case.on);
        json.field("known_on", a.rules->known_on);
        json.field("register_known_to", a.rules->book->register_known_to);
        json.field("text_known_to", a.rules->book->text_known_to);
    });
}

void examined(JsonWriter& json, const std::vector<Examined>& all) {
    if (all.empty()) return;
    json.objects("findings", all, [](JsonWriter& one, const Examined& e) {
        cited(one, *e.cited);
        one.field("kind", e.cited->provision->kind);
        one.field("truth", e.finding.truth);
        one.objects("findings", e.finding.findings, finding);
    });
}

void outcome(JsonWriter& json, const Assessment& a) {
    const auto& d = a.determination;
    json.field("outcome", d.outcome);
    json.field("at_least", d.at_least);
    json.field("at_most", d.at_most);
    json.field("enforced", d.enforced);
    json.field("lane", d.lane);
    json.field("lane_otherwise", d.lane_otherwise);
    json.field_or_null("exception", a.exception ? a.exception->cited->provision->code : "");
    json.objects("conditions", a.conditions, condition);
    missing(json, a);
}

void ground(JsonWriter& json, const Assessment& a) {
    json.objects("assumptions", a.the_case.assumptions,
                 [](JsonWriter& one, const facts::Assumption& assumption) {
                     one.field("fact", facts::info(assumption.fact).name);
                     one.field("text", assumption.text);
                 });
    json.objects("ambiguities", a.determination.ambiguities, [&](const auto& ambiguity) {
        const auto& cited = a.rules->at(ambiguity.first);
        json.field("provision", cited.provision->id);
        json.field("citation", cited.provision->citation);
        json.field("text",
                   cited.version->ambiguities[static_cast<std::size_t>(ambiguity.second)].text);
    });
}

}  // namespace

std::string classification_to_json(const Assessment& a) {
    return text::json_object([&](JsonWriter& json) {
        json.field("on", a.the_case.on);
        json.object("classification", [&] { classification(json, a); });
        json.objects("margins", a.margins, margin);
        missing(json, a);
        examined(json, a.examined);
        rulebook(json, a);
    });
}

std::string to_json(const Assessment& a) {
    return text::json_object([&](JsonWriter& json) {
        json.object("deal", [&] { deal(json, a.the_case.deal); });
        outcome(json, a);
        json.object("classification", [&] { classification(json, a); });
        json.objects("requirements", a.requirements, requirement);
        noted(json, "tariffs", a, a.determination.tariffs);
        noted(json, "import_measures", a, a.determination.import_measures);
        noted(json, "red_flags", a, a.determination.red_flags);
        noted(json, "obligations", a, a.determination.obligations);
        noted(json, "watch", a, a.determination.watches);
        noted(json, "unknown_axes", a, a.determination.unknown_axes, true);
        json.objects("margins", a.margins, margin);
        json.objects("flips", a.flips, [&](const law::Flip& f) { flip(json, *a.world, f); });
        ground(json, a);
        examined(json, a.examined);
        // A stage that this build does not have yet; its key is part of the contract.
        json.key("screening");
        json.null();
        for (const auto* section : {&a.compute, &a.money})
            if (*section) {
                to_json(json, **section);
            } else {
                json.key(section == &a.compute ? "compute" : "money");
                json.null();
            }
        rulebook(json, a);
        json.key("warnings");
        json.array(a.warnings, [&](const text::Diagnostic& w) { json.string(w.message); });
    });
}

}  // namespace sluice::report
