#include "report/delivery.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/number.h"

namespace sluice::report {
namespace {

struct Named {
    Work work{};
    double tokens = 0;  // to train on; 0: serving
};

text::Result<Named> workload_named(const ComputeGround& ground, std::string_view stated,
                                   const text::Location& where) {
    const auto fail = [&](text::Diagnostics problems) {
        for (auto& problem : problems) problem.where = where;
        return std::unexpected{std::move(problems)};
    };
    const auto space = std::min(stated.find(' '), stated.size());
    Named named{.work = {.model_name = std::string{stated.substr(0, space)}}};
    const auto model = model_named(ground, named.work.model_name);
    if (!model) return fail(model.error());
    named.work.model = *model;
    auto rest = stated.substr(std::min(space + 1, stated.size()));
    if (rest.starts_with("train ")) {
        named.tokens = tokens_of(rest.substr(6));
        if (named.tokens > 0) return named;
    } else if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
        auto& d = named.work.demand;
        d.input = tokens_of(rest.substr(0, slash));
        rest.remove_prefix(slash + 1);
        const auto under = std::min(rest.find(" under "), rest.size());
        d.output = tokens_of(rest.substr(0, under));
        if (under < rest.size()) d.most_tpot = tokens_of(rest.substr(under + 7));
        const bool limited = under == rest.size() || d.most_tpot > 0;
        if (d.input >= 1 && d.output >= 1 && limited) return named;
    }
    return fail(
        {{.message = fmt::format("`{}` names no work", stated),
          .hint = "write \"MODEL INPUT/OUTPUT [under SECONDS]\" or \"MODEL train TOKENS\", as in "
                  "\"deepseek-r1 1268/1527\" or \"deepseek-v3 train 14.8T\""}});
}

// A cost as a line of the answer: its total and what that is made of.
void say_cost(Section& money, std::string item, const money::Cost& cost) {
    std::vector<std::string_view> made_of, sources;
    for (const auto& line : cost.lines) {
        made_of.push_back(cost.lines.size() == 1 ? line.basis : line.label);
        if (std::ranges::find(sources, line.source) == sources.end())
            sources.push_back(line.source);
    }
    const auto usd = dollars(cost);
    money.row(std::move(item), usd, fmt::format("{}", fmt::join(made_of, ", ")),
              fmt::format("{}", fmt::join(sources, "; ")), std::isnan(usd.number) ? usd : Cell{});
}

// What is said of one work, in both sections.
void answer(const ComputeGround& ground, const facts::Chip& chip, const Named& named,
            double quantity, const Bill& bill, Delivery& delivery) {
    const bool train = named.tokens > 0;
    const auto machine = *report::machine(ground, chip, {}, train);
    auto work = named.work;
    work.chips = static_cast<int>(std::min(quantity, train ? 2048.0 : 128.0));
    // A check is quick: whole experts and one stage first, which are best where they fit; then all.
    if (!train) work.fixed = {.pp = 1, .moe_tp = 1};
    auto rated = rate(machine, work, train ? WorkKind::train : WorkKind::serve);
    if (!train && !rated.why.empty()) {
        work.fixed = {};
        rated = rate(machine, work, WorkKind::serve);
    }
    const auto& d = work.demand;
    auto name = work.model_name;
    if (train)
        name += " trained on " + figure(named.tokens / 1e12, "T tokens").text;
    else
        name += fmt::format(", {} in, {} out", figure(d.input).text, figure(d.output).text);
    if (d.most_tpot > 0) name += ", a token within " + span_of_time(d.most_tpot).text;
    // Nothing is said of what is not known: not-a-number makes empty cells.
    const double each = rated.why.empty() ? rated.rate : NAN, watts = watts_of(machine);
    const double used = std::floor(quantity / work.chips) * work.chips, all = each * used;
    const double hours = train ? named.tokens / each / 3600 : NAN;
    delivery.compute.row(std::move(name), work.model->id, figure(used), figure(all), figure(each),
                         train ? Cell{} : span_of_time(rated.why.empty() ? rated.tpot : NAN),
                         figure(hours / used / 24), figure(hours),
                         figure(watts > 0 ? watts / each : NAN),
                         rated.why.empty() ? rated.plan + " · " + rated.formats : rated.why,
                         figure(work.chips), rated.why);
    if (!rated.why.empty()) return;
    const auto chips = fleet_of(machine, used, bill.place);
    const auto way = [&](std::string_view how, const money::Cost& hourly) {
        say_cost(delivery.money,
                 fmt::format("{}, {}", train ? "the training run" : "a million tokens", how),
                 train
                     ? money::cost_of_run(hourly, used, money::about(hours, hours))
                     : money::cost_per_million_tokens(hourly, money::about(all, all), bill.assume));
    };
    way("rented", money::cost_of_renting(bill.prices, chips, bill.assume));
    way("owned", money::cost_of_owning(bill.prices, chips, bill.assume, bill.duty));
}

}  // namespace

double tokens_of(std::string_view text) {
    constexpr std::pair<char, double> units[] = {{'K', 1e3}, {'M', 1e6}, {'B', 1e9}, {'T', 1e12}};
    const auto number = text::leading_number<double>(text);
    if (!number) return 0;
    const auto& [value, rest] = *number;
    double tokens = rest.empty() ? value : 0;
    for (const auto& [letter, size] : units)
        if (rest.size() == 1 && (rest[0] & ~0x20) == letter) tokens = value * size;
    return tokens > 0 && tokens <= 1e18 ? tokens : 0;
}

text::Result<Delivery> delivery_of(const ComputeGround& ground, const facts::Case& the_case,
                                   const std::optional<money::Duty>& duty) {
    std::vector<std::pair<std::string_view, text::Location>> stated{
        {"DeepSeek-R1 1268/1527 under 0.05", {}}, {"DeepSeek-V3 train 14.8T", {}}};
    if (const auto* field = the_case.deal.find("workload")) stated = {{field->value, field->where}};
    const auto& world = ground.world;
    const auto& chip = the_case.own_chip ? *the_case.own_chip
                                         : world.chips[static_cast<std::size_t>(the_case.chip)];
    const auto& count = the_case[facts::FactId::quantity];
    const auto& to = the_case[facts::FactId::destination];
    const bool known_place = to.known == facts::Known::exact;
    const Bill bill{
        .prices = {ground.prices, the_case.on},
        .place = known_place ? world.places.all[static_cast<std::size_t>(to.lo)].iso : "",
        .duty = duty};
    const bool counted = count.known == facts::Known::exact && count.lo >= 1'000'000;
    const double quantity = counted ? static_cast<double>(count.lo) / 1e6 : NAN;
    Delivery delivery;
    auto& [compute, money] = delivery;
    compute.set_columns(
        "workload=work|model|chips_used=chips used>|tokens_per_s=tokens/s>|"
        "tokens_per_s_per_chip=a chip>|tpot_s=a token>|days=days>|chip_hours=chip-hours>|"
        "joules_per_token=J a token>|plan=plan|searched_on_chips|undetermined");
    compute.columns[9].second.most = 30;
    money.set_columns("item=item|usd_low,usd_high=USD>|made_of=of|source|undetermined");
    money.columns[2].second.most = 48;
    compute.fields = {{"chips", "", figure(quantity)}};
    money.fields = {{"on", "", to_string(the_case.on)}, {"place", "", bill.place}};
    for (const auto& [words, where] : stated) {
        const auto named = workload_named(ground, words, where);
        if (!named) return std::unexpected{named.error()};
        if (!counted) continue;
        if (money.rows.empty())
            say_cost(money, figure(quantity, "chips").text,
                     money::cost_of_deal(bill.prices, {chip.id, quantity, bill.place}, duty));
        answer(ground, chip, *named, quantity, bill, delivery);
    }
    compute.notes = {counted ? "plans are searched on at most 128 chips, for training 2,048, and "
                               "counted in whole shares, the rest stands idle; energy is at the "
                               "power limit; `sluice perf` says how sure such rates are"
                             : "undetermined: the number of chips is not stated"};
    if (!counted) money.notes = compute.notes;
    return delivery;
}

}  // namespace sluice::report
