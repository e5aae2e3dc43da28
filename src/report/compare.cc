#include "report/compare.h"

#include "report/train.h"

#include <fmt/format.h>

namespace sluice::report {
namespace {

Rated rate_training(const Machine& machine, const Work& work) {
    Run run{.model = work.model,
            .model_name = work.model_name,
            .tokens = 1,
            .space = {.chips = work.chips > 0 ? work.chips : 2048}};
    const auto trained = train(machine, run);
    if (!trained) return {.why = trained.error().front().message};
    return {.rate = trained->best().step.tokens_per_chip_second,
            .chips = static_cast<double>(run.space.chips),
            .plan = to_string(trained->best().plan),
            .formats = std::string{to_string(trained->setup.formats.activations)}};
}

}  // namespace

Rated rate(const Machine& machine, const Work& asked, WorkKind kind) {
    if (!machine.missing.empty())
        return {.why = fmt::format("undetermined: {}", fmt::join(machine.missing, ", "))};
    if (kind == WorkKind::train) return rate_training(machine, asked);
    auto work = asked;
    if (work.chips == 0) work.chips = 128;
    work.demand.objective = run::Objective::cost;
    work.demand.role = kind == WorkKind::decode    ? run::Role::decode
                       : kind == WorkKind::prefill ? run::Role::prefill
                                                   : run::Role::both;
    const auto found = perform(machine, work);
    if (!found) return {.why = found.error().front().message};
    const auto& best = found->sides.back().plan;
    return {.rate = found->rate / found->in_use,
            .chips = best.plan.instance_chips() * 1.0,
            .tpot = found->tpot,
            .ttft = found->ttft,
            .plan = cut_text(best.plan),
            .formats = std::string{to_string(best.formats.weights)}};
}

text::Result<Section> compare(const ComputeGround& ground, const std::vector<std::string>& chips,
                              std::string_view engine, const Work& work,
                              const std::vector<WorkKind>& kinds, const Bill& bill) {
    Section s{.key = "rows"};
    s.set_columns(
        "work=work|chip=chip|rate_per_chip=tokens/s a chip>|relative=of the first>|"
        "tokens_per_joule=a watt>|"
        "millions_per_usd_rented_low,millions_per_usd_rented_high=10^6 a USD rented>|"
        "millions_per_usd_owned_low,millions_per_usd_owned_high=10^6 a USD owned>|"
        "rate_per_1000_tpp=a 1,000 TPP>|instance_chips=chips>|"
        "plan=plan of one instance|formats=format|engine=engine|=kernels|kernels|undetermined");
    for (const auto kind : kinds) {
        double first = 0;
        for (const auto& name : chips) {
            const auto m = machine(ground, name, engine, kind == WorkKind::train);
            if (!m) return std::unexpected{m.error()};
            const auto rated = rate(*m, work, kind);
            const auto fleet = fleet_of(*m, 1, bill.place);
            if (first == 0) first = rated.rate;
            const auto over = [&](double by) {
                return rated.rate > 0 && by > 0 ? figure(rated.rate / by) : Cell{};
            };
            // Millions of tokens for a dollar, at the dearest and the cheapest.
            const auto for_a_dollar = [&](const money::Cost& hourly) {
                const auto usd = rated.rate > 0 ? hourly.total() : std::nullopt;
                return usd ? between(rated.rate * 3.6e-3 / usd->hi.approximate(),
                                     rated.rate * 3.6e-3 / usd->lo.approximate())
                           : Cell{};
            };
            const auto tpp = facts::tpp_of(*m->chip).value;
            const auto& from = m->timing.provenance;
            s.row(kind_names[static_cast<std::size_t>(kind)], m->chip->name, over(1), over(first),
                  over(watts_of(*m)),
                  for_a_dollar(money::cost_of_renting(bill.prices, fleet, bill.assume)),
                  for_a_dollar(money::cost_of_owning(bill.prices, fleet, bill.assume)),
                  over(tpp.is_number() ? static_cast<double>(tpp.lo + tpp.hi) / 2e9 : 0),
                  rated.rate > 0 ? figure(rated.chips) : Cell{},
                  rated.why.empty() ? rated.plan : rated.why, rated.formats, m->engine->id,
                  from.starts_with("fitted") ? "measured" : "inherited", from, rated.why);
        }
    }
    return s;
}

}  // namespace sluice::report
