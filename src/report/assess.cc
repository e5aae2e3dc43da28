#include "report/assess.h"

#include <fmt/format.h>

#include <algorithm>

#include "law/verdict.h"

namespace sluice::report {

using facts::FactId;
using facts::Known;
using facts::Value;
using law::CompiledProvision;
using law::Kind;
using law::Truth;
using quantity::Decimal;

namespace {

// Everything the steps below share; `out` is filled front to back.
struct Work {
    const Ground& ground;
    const facts::Case& the_case;
    Assessment& out;

    const CompiledProvision& at(std::int32_t index) const {
        return ground.rules.provisions[static_cast<std::size_t>(index)];
    }
    Truth truth(law::NodeId node) const {
        return node < 0 ? Truth::not_met : out.determination.truths[static_cast<std::size_t>(node)];
    }
    Finding finding(std::int32_t index) const {
        return explain(ground.world, ground.rules, the_case, out.determination.truths, index);
    }
};

Cited cite(const Work& work, std::int32_t index) {
    const auto& [provision, version] = std::pair{work.at(index).provision, work.at(index).version};
    return {.index = index,
            .provision = provision->id,
            .title = provision->title,
            .citation = provision->citation,
            .source = version->source,
            .url = version->url,
            .text = version->text,
            .published = version->published,
            .effective = version->effective,
            .certainty = version->certainty,
            .scheduled = work.at(index).in_force.scheduled || version->scheduled};
}

std::vector<ConditionState> conditions_of(const Work& work, const law::Offer& offer) {
    std::vector<ConditionState> states;
    for (const auto& compiled : work.at(offer.provision).conditions) {
        using enum ConditionState::State;
        const auto in = [&](const std::vector<std::int32_t>& names) {
            return std::ranges::find(names, compiled.name) != names.end();
        };
        states.push_back({.name = compiled.condition->name,
                          .text = compiled.condition->text,
                          .state = in(offer.failed) ? failed
                                   : in(offer.open) ? open
                                                    : stated});
    }
    return states;
}

std::string names_in(const std::vector<ConditionState>& conditions, ConditionState::State state) {
    std::vector<std::string_view> names;
    for (const auto& condition : conditions)
        if (condition.state == state) names.push_back(condition.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

// Why an exception or a review does or does not help, most telling reason first.
std::string why(const Work& work, const Considered& considered, const law::Offer& offer) {
    if (offer.truth == Truth::not_met) return "not met: " + because(considered.finding);
    if (!offer.failed.empty())
        return "fails: " + names_in(considered.conditions, ConditionState::State::failed);
    const auto& covers = work.at(offer.provision).covers;
    if (considered.cited.index >= 0 && !considered.code.empty()) {
        std::vector<std::string_view> uncovered;
        for (const auto& requirement : work.out.determination.requirements)
            if (requirement.truth == Truth::met &&
                std::ranges::find(covers, requirement.provision) == covers.end())
                uncovered.push_back(work.at(requirement.provision).provision->id);
        if (!uncovered.empty()) return fmt::format("does not lift {}", fmt::join(uncovered, ", "));
    }
    if (offer.truth == Truth::unknown) return "not known: " + because(considered.finding);
    if (considered.code.empty() && !considered.helps) return "met, but another goes before it";
    const auto open = names_in(considered.conditions, ConditionState::State::open);
    return open.empty() ? "met" : "met, provided: " + open;
}

Considered consider(const Work& work, const law::Offer& offer, bool helps) {
    const auto& compiled = work.at(offer.provision);
    Considered considered{.cited = cite(work, offer.provision),
                          .code = compiled.provision->code,
                          .lane = compiled.version->lane,
                          .truth = offer.truth,
                          .helps = helps,
                          .conditions = conditions_of(work, offer),
                          .finding = work.finding(offer.provision)};
    considered.why = why(work, considered, offer);
    return considered;
}

RequirementReport require(const Work& work, const law::Requirement& result) {
    const auto& compiled = work.at(result.provision);
    RequirementReport report{.cited = cite(work, result.provision),
                             .result = result,
                             .finding = work.finding(result.provision)};
    report.because = because(report.finding);
    if (const auto* posture = compiled.in_force.posture)
        report.posture = fmt::format("{} ({}, from {})", posture->text, posture->source,
                                     quantity::to_string(posture->effective));
    else if (compiled.version->compliance && result.enforced != Truth::met)
        report.posture = fmt::format("compliance is due from {}",
                                     quantity::to_string(*compiled.version->compliance));
    if (result.review >= 0) report.review = work.at(result.review).provision->id;
    for (const auto& offer : result.reviews)
        report.reviews.push_back(consider(work, offer, offer.provision == result.review));
    for (const auto& offer : result.exceptions)
        report.exceptions.push_back(
            consider(work, offer, offer.provision == work.out.determination.exception));
    // A determination keeps what may help; a reader also wants to know why the rest does not.
    for (const auto& [kind, into] :
         {std::pair{Kind::exception, &report.exceptions}, std::pair{Kind::review, &report.reviews}})
        for (const auto at : work.ground.rules.of(kind))
            if (work.truth(work.at(at).node) == Truth::not_met &&
                std::ranges::find(work.at(at).covers, result.provision) != work.at(at).covers.end())
                into->push_back(consider(work, {.provision = at}, false));
    return report;
}

// The open conditions on which the answer rests, then those already stated.
void conditions(Work& work) {
    const auto add = [&](const Considered& from) {
        for (const auto& condition : from.conditions)
            if (std::ranges::find(work.out.conditions, condition.name, &ConditionState::name) ==
                work.out.conditions.end())
                work.out.conditions.push_back(condition);
    };
    if (work.out.exception) return add(*work.out.exception);
    for (const auto& requirement : work.out.requirements)
        for (const auto& review : requirement.reviews)
            if (review.helps) add(review);
}

Noted note(const Work& work, std::int32_t index, bool unknown = false) {
    const auto& compiled = work.at(index);
    return {.cited = cite(work, index),
            .rate = compiled.version->rate,
            .axis = compiled.provision->kind == Kind::import_measure ? compiled.provision->code
                                                                     : compiled.provision->axis,
            .unknown = unknown,
            .finding = work.finding(index)};
}

std::vector<Noted> notes(const Work& work, const std::vector<std::int32_t>& indices,
                         bool unknown = false) {
    std::vector<Noted> noted;
    for (const auto index : indices) noted.push_back(note(work, index, unknown));
    return noted;
}

std::vector<Examined> examine(const Work& work, Kind kind) {
    std::vector<Examined> examined;
    for (const auto index : work.ground.rules.of(kind))
        examined.push_back({.cited = cite(work, index),
                            .kind = kind,
                            .truth = work.truth(work.at(index).node),
                            .finding = work.finding(index)});
    return examined;
}

Classification classify(const Work& work) {
    const auto& world = work.ground.world;
    const auto& the_case = work.the_case;
    Classification made{.tier = work.out.determination.tier,
                        .die_area = the_case[FactId::die_area],
                        .performance_density =
                            performance_density(the_case[FactId::tpp], the_case[FactId::die_area])};
    if (the_case.chip >= 0) {
        const auto& chip = world.chips[static_cast<std::size_t>(the_case.chip)];
        made.chip = chip.id;
        made.name = chip.name;
        made.tpp = facts::tpp_of(chip);
    } else if (the_case.own_chip) {
        made.name = the_case.own_chip->name;
        made.tpp = facts::tpp_of(*the_case.own_chip);
    }
    made.tpp.value = the_case[FactId::tpp];
    for (const auto& [fact, text] : the_case.derivations)
        made.derivations.emplace_back(facts::info(fact).name, text);
    return made;
}

std::string subject_of(const Work& work) {
    const auto& the_case = work.the_case;
    const auto& name = work.out.classification.name;
    const auto chip = name.empty() ? std::string{"own chip"} : name;
    const auto& quantity = the_case[FactId::quantity];
    const auto place = words(work.ground.world, FactId::destination, the_case[FactId::destination]);
    const auto to = place.substr(0, place.rfind(" ("));
    if (quantity.known != Known::exact || quantity.lo == 1'000'000)
        return fmt::format("{} to {}", chip, to);
    return fmt::format("{} × {} to {}", words({quantity}, quantity::Dimension::number), chip, to);
}

bool states(const law::Expr& expr, const law::Expr* sought) {
    return &expr == sought || std::ranges::any_of(expr.children, [&](const law::Expr& child) {
        return states(child, sought);
    });
}

// A comparison is compiled once however many provisions rest on it; the one that states it is
// cited.
const CompiledProvision* stated_by(const Work& work, const law::Expr* expr) {
    for (const auto& compiled : work.ground.rules.provisions) {
        if (compiled.provision->kind == Kind::watch) continue;
        const auto holds = [&](const auto& part) { return states(part.when, expr); };
        if (std::ranges::any_of(compiled.version->limbs, holds) ||
            std::ranges::any_of(compiled.version->carves, holds))
            return &compiled;
    }
    return nullptr;
}

// "memory_bandwidth + io_bandwidth"
std::string left_side(const law::Expr& expr) {
    std::string said;
    for (const auto& term : expr.left.terms) {
        if (!said.empty()) said += " + ";
        if (term.coefficient != Decimal{1}) said += quantity::to_string(term.coefficient) + " * ";
        said += facts::info(term.fact).name;
    }
    return said;
}

void margins(Work& work) {
    for (const auto& margin : work.out.determination.margins) {
        const auto* expr =
            margin.node < 0 ? nullptr
                            : work.ground.rules.nodes[static_cast<std::size_t>(margin.node)].expr;
        const auto* stating = stated_by(work, expr);
        const auto& compiled = stating ? *stating : work.at(margin.provision);
        work.out.margins.push_back(
            {.provision = compiled.provision->id,
             .citation = compiled.provision->citation,
             .kind = compiled.provision->kind,
             .margin = margin,
             .fact = expr ? left_side(*expr) : std::string{facts::info(margin.fact).name},
             .dimension = expr ? expr->left.dimension : facts::info(margin.fact).dimension});
    }
}

// Between two critical values of a number nothing changes, so trying each of them draws the bands.
void bands(Work& work) {
    const auto& missing = work.out.determination.missing;
    const auto number = std::ranges::find_if(missing, [](const law::MissingFact& m) {
        return m.fact && facts::info(*m.fact).type == facts::FactType::number;
    });
    if (number == missing.end()) return;
    const auto fact = *number->fact;
    const auto known = work.the_case[fact];
    const bool ranged = known.known == Known::range;
    const auto last = Decimal::largest().millionths();
    const auto values = law::critical_values(work.ground.rules, work.the_case.facts, fact,
                                             ranged ? known.lo : 0, ranged ? known.hi : last - 1);
    auto what_if = work.the_case;
    for (const auto value : values) {
        const auto at = Decimal::from_millionths(value);
        what_if[fact] = Value::number(at);
        facts::derive(work.ground.world, what_if, fact);
        const auto d = law::determine(work.ground.rules, what_if);
        Band band{{at, at}, d.outcome, d.lane, d.tier.name};
        auto& bands = work.out.bands;
        if (!bands.empty() && bands.back().outcome == band.outcome &&
            bands.back().lane == band.lane && bands.back().tier == band.tier)
            bands.back().range.hi = at;
        else
            bands.push_back(std::move(band));
    }
    work.out.banded = fact;
    if (!work.out.bands.empty() && !ranged) work.out.bands.back().range.hi = Decimal::largest();
}

text::Diagnostic warn(std::string message, std::string hint = {}) {
    return {.severity = text::Severity::warning,
            .message = std::move(message),
            .hint = std::move(hint)};
}

// What the reader must know about the answer's own ground.
void warnings(Work& work) {
    const auto& book = work.ground.book;
    const auto on = work.the_case.on;
    if (on > book.register_known_to) {
        work.out.warnings.push_back(
            warn(fmt::format("the deal is dated {}, the rules are known to {}",
                             quantity::to_string(on), quantity::to_string(book.register_known_to)),
                 "check the Federal Register for what was published since"));
    }
    for (const auto& requirement : work.out.requirements)
        if (requirement.cited.scheduled)
            work.out.warnings.push_back(
                warn(fmt::format("`{}` is in force by its own terms, confirmation pending",
                                 requirement.cited.provision)));
}

}  // namespace

std::string_view to_string(ConditionState::State state) {
    switch (state) {
        case ConditionState::State::stated:
            return "stated";
        case ConditionState::State::open:
            return "open";
        case ConditionState::State::failed:
            return "failed";
    }
    return "open";
}

Value performance_density(const Value& tpp, const Value& die_area) {
    const auto ends = [](Known known) { return known == Known::exact || known == Known::range; };
    if (tpp.known == Known::unknown || die_area.known == Known::unknown) return Value::unknown();
    if (!ends(tpp.known) || !ends(die_area.known) || die_area.lo <= 0) return Value::absent();
    const auto ratio = [](std::int64_t a, std::int64_t b) {
        return quantity::rounded_ratio(Decimal::from_millionths(a), Decimal::from_millionths(b));
    };
    if (die_area.hi == Decimal::largest().millionths())
        return Value::range({Decimal{}, ratio(tpp.hi, die_area.lo)});
    return Value::range({ratio(tpp.lo, die_area.hi), ratio(tpp.hi, die_area.lo)});
}

Assessment assess(const Ground& ground, const facts::Case& the_case, const AssessOptions& options) {
    Assessment out{.the_case = the_case,
                   .rulebook_hash = ground.book.hash,
                   .known_on = ground.rules.known_on,
                   .register_known_to = ground.book.register_known_to,
                   .text_known_to = ground.book.text_known_to,
                   .world = &ground.world};
    Work work{ground, the_case, out};

    // The law decides first; from here on no new facts come in, and nothing below decides anything.
    out.determination = law::determine(ground.rules, the_case);
    if (options.flips)
        out.flips = law::flips(ground.world, ground.rules, the_case, out.determination);

    // What the item is.
    out.classification = classify(work);
    out.subject = subject_of(work);

    // What bites, in which lane it is reviewed, and what might lift it.
    const auto& determination = out.determination;
    for (const auto& result : determination.requirements)
        out.requirements.push_back(require(work, result));
    for (const auto& requirement : out.requirements)
        for (const auto& exception : requirement.exceptions)
            if (exception.helps && !out.exception) out.exception = exception;
    conditions(work);
    if (out.requirements.empty()) {
        // Those that turn on a number first: they are the near ones.
        out.not_met = examine(work, Kind::requirement);
        std::ranges::stable_partition(
            out.not_met, [](const Examined& e) { return turns_on_a_number(e.finding); });
    }

    // How near it was, and what is left open.
    margins(work);
    if (options.flips) bands(work);
    for (const auto& [index, which] : determination.ambiguities)
        out.ambiguities.push_back(
            {cite(work, index),
             work.at(index).version->ambiguities[static_cast<std::size_t>(which)].text});

    // The other axes, never mixed into the outcome.
    out.tariffs = notes(work, determination.tariffs);
    out.import_measures = notes(work, determination.import_measures);
    out.red_flags = notes(work, determination.red_flags);
    out.obligations = notes(work, determination.obligations);
    out.watch = notes(work, determination.watches);
    out.unknown_axes = notes(work, determination.unknown_axes, true);

    if (options.examined) {
        for (std::size_t kind = 0; kind < law::kind_count; ++kind) {
            auto some = examine(work, static_cast<Kind>(kind));
            std::ranges::move(some, std::back_inserter(out.examined));
        }
    }
    warnings(work);
    return out;
}

}  // namespace sluice::report
