#include "report/assess.h"

#include <fmt/format.h>

#include <algorithm>

#include "law/verdict.h"
#include "text/sequence.h"

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
struct Draft {
    const Ground& ground;
    const facts::Case& the_case;
    Assessment& out;

    const CompiledProvision& at(std::int32_t index) const { return ground.rules.at(index); }
    Truth truth(law::NodeId node) const {
        return node < 0 ? Truth::not_met : out.determination.truths[static_cast<std::size_t>(node)];
    }
};

std::vector<ConditionState> conditions_of(const Draft& work, const law::Offer& offer) {
    const auto state = [&](std::int32_t name) {
        if (std::ranges::count(offer.failed, name) > 0) return ConditionState::State::failed;
        return std::ranges::count(offer.open, name) > 0 ? ConditionState::State::open
                                                        : ConditionState::State::stated;
    };
    std::vector<ConditionState> states;
    for (const auto& [condition, name, node] : work.at(offer.provision).conditions)
        states.push_back({condition->name, condition->text, state(name)});
    return states;
}

std::string names_in(const std::vector<ConditionState>& conditions, ConditionState::State state) {
    std::vector<std::string_view> names;
    for (const auto& condition : conditions)
        if (condition.state == state) names.push_back(condition.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

// Why an exception or a review does or does not help, most telling reason first.
std::string why(const Draft& work, const Considered& considered, const law::Offer& offer) {
    const auto reason = [&] { return because(explain(work.out, offer.provision)); };
    if (offer.truth == Truth::not_met) return "not met: " + reason();
    if (!offer.failed.empty())
        return "fails: " + names_in(considered.conditions, ConditionState::State::failed);
    const bool exception = !considered.cited->provision->code.empty();
    if (exception) {
        std::vector<std::string_view> uncovered;
        for (const auto& requirement : work.out.determination.requirements)
            if (requirement.truth == Truth::met &&
                !law::covers(*considered.cited, requirement.provision))
                uncovered.push_back(work.at(requirement.provision).provision->id);
        if (!uncovered.empty()) return fmt::format("does not lift {}", fmt::join(uncovered, ", "));
    }
    if (offer.truth == Truth::unknown) return "not known: " + reason();
    if (!exception && !considered.helps) return "met, but another goes before it";
    const auto open = names_in(considered.conditions, ConditionState::State::open);
    return open.empty() ? "met" : "met, provided: " + open;
}

Considered consider(const Draft& work, const law::Offer& offer, bool helps) {
    Considered considered{.cited = &work.at(offer.provision),
                          .truth = offer.truth,
                          .helps = helps,
                          .conditions = conditions_of(work, offer)};
    considered.why = why(work, considered, offer);
    return considered;
}

RequirementReport require(const Draft& work, const law::Requirement& result) {
    const auto& compiled = work.at(result.provision);
    RequirementReport report{
        .cited = &compiled, .result = result, .finding = explain(work.out, result.provision)};
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
                law::covers(work.at(at), result.provision))
                into->push_back(consider(work, {.provision = at}, false));
    return report;
}

// The open conditions on which the answer rests, then those already stated.
void conditions(Draft& work) {
    const auto add = [&](const Considered& from) {
        for (const auto& condition : from.conditions)
            if (std::ranges::count(work.out.conditions, condition.name, &ConditionState::name) == 0)
                work.out.conditions.push_back(condition);
    };
    if (work.out.exception) return add(*work.out.exception);
    for (const auto& requirement : work.out.requirements)
        for (const auto& review : requirement.reviews)
            if (review.helps) add(review);
}

std::vector<Examined> examine(const Draft& work, std::span<const std::int32_t> indices) {
    std::vector<Examined> examined;
    for (const auto index : indices)
        examined.push_back({&work.at(index), explain(work.out, index)});
    return examined;
}

Classification classify(const Draft& work) {
    const auto& the_case = work.the_case;
    Classification made{.performance_density =
                            performance_density(the_case[FactId::tpp], the_case[FactId::die_area])};
    if (const auto* chip = facts::chip_of(work.ground.world, the_case)) {
        if (!the_case.own_chip) made.chip = chip->id;
        made.name = chip->name;
        made.tpp = facts::tpp_of(*chip);
    }
    made.tpp.value = the_case[FactId::tpp];
    return made;
}

std::string subject_of(const Draft& work) {
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
const CompiledProvision* stated_by(const Draft& work, const law::Expr* expr) {
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

void margins(Draft& work) {
    for (const auto& margin : work.out.determination.margins) {
        const auto* expr = margin.node < 0 ? nullptr : work.ground.rules.node(margin.node).expr;
        const auto* stating = stated_by(work, expr);
        const auto& compiled = stating ? *stating : work.at(margin.provision);
        work.out.margins.push_back(
            {.cited = &compiled,
             .margin = margin,
             .fact = expr ? left_side(*expr) : std::string{facts::info(margin.fact).name},
             .dimension = expr ? expr->left.dimension : facts::info(margin.fact).dimension});
    }
}

// Between two critical values of a number nothing changes, so trying each of them draws the bands.
void bands(Draft& work) {
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

// What the reader must know about the answer's own ground.
void warnings(Draft& work) {
    const auto warn = [&](std::string message, std::string hint = {}) {
        work.out.warnings.push_back({.severity = text::Severity::warning,
                                     .message = std::move(message),
                                     .hint = std::move(hint)});
    };
    const auto known_to = work.ground.book.register_known_to;
    if (work.the_case.on > known_to)
        warn(fmt::format("the deal is dated {}, the rules are known to {}",
                         quantity::to_string(work.the_case.on), quantity::to_string(known_to)),
             "check the Federal Register for what was published since");
    for (const auto& requirement : work.out.requirements)
        if (scheduled(*requirement.cited))
            warn(fmt::format("`{}` is in force by its own terms, confirmation pending",
                             requirement.cited->provision->id));
}

}  // namespace

std::string_view to_string(ConditionState::State state) {
    constexpr std::string_view names[] = {"stated", "open", "failed"};
    return names[static_cast<std::size_t>(state)];
}

Finding explain(const Assessment& a, std::int32_t provision) {
    return explain(*a.world, *a.rules, a.the_case, a.determination.truths, provision);
}

bool scheduled(const CompiledProvision& cited) {
    return cited.in_force.scheduled || cited.version->scheduled;
}

Assessment assess(const Ground& ground, const facts::Case& the_case, const AssessOptions& options) {
    Assessment out{.the_case = the_case, .world = &ground.world, .rules = &ground.rules};
    Draft work{ground, the_case, out};

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
        out.not_met = examine(work, ground.rules.of(Kind::requirement));
        std::ranges::stable_partition(
            out.not_met, [](const Examined& e) { return turns_on_a_number(e.finding); });
    }

    // How near it was, and what is left open.
    margins(work);
    if (options.flips) bands(work);

    if (options.examined)
        for (const auto& kind : ground.rules.by_kind)
            text::append(out.examined, examine(work, kind));
    warnings(work);
    return out;
}

}  // namespace sluice::report
