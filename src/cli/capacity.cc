#include <fmt/format.h>

#include <cmath>

#include "cli/service.h"

namespace sluice::cli {
namespace {

// One fleet or rate that was tried.
struct Tried {
    double times = 1;  // the fleet, or the rate
    bool kept = false;
    double good_share = 0;
    run::Outcome out{};
};

struct Search {
    const Source& source;
    report::Site& site;
    double share = 0.99;  // of requests that must keep the objectives
    bool of_rate = false;
    std::vector<int> replicas{};  // of each pool, at the beginning
    std::vector<Tried> tried{};

    bool keeps(double times) {
        if (!of_rate)
            for (std::size_t p = 0; p < replicas.size(); ++p)
                site.fleet.pools[p].replicas = replicas[p] * static_cast<int>(times);
        const auto& d = site.work.demand;
        const double count = static_cast<double>(source.count);
        run::Watch watch{.most_ttft = d.most_ttft, .most_tpot = d.most_tpot};
        watch.most_missed = static_cast<std::uint64_t>((1 - share) * count);
        auto out = run::simulate(site.fleet, source.open(of_rate ? times : 1), watch);
        const double good = static_cast<double>(out.good) / count;
        tried.push_back({times, !out.gave_up && good >= share, good, std::move(out)});
        return tried.back().kept;
    }

    // The least fleet that keeps the objectives: doubled until it does, then halved between. 0:
    // none of up to as many times the fleet as there are requests.
    double least_fleet() {
        const double most = std::min(4096.0, static_cast<double>(source.count));
        double fails = 0, keeps_it = 1;
        while (!keeps(keeps_it)) {
            if (keeps_it >= most) return 0;
            fails = keeps_it;
            keeps_it *= 2;
        }
        while (keeps_it - fails > 1) {
            const double middle = std::floor((fails + keeps_it) / 2);
            (keeps(middle) ? keeps_it : fails) = middle;
        }
        return keeps_it;
    }

    // The highest rate, to 1 %, as a multiple of the source's own. 0: not even a millionth of it.
    double highest_rate() {
        double low = 1, high = 1;
        if (keeps(1))
            while (high < 1e6 && keeps(high *= 2)) low = high;
        else
            while (low > 1e-6 && !keeps(low /= 2)) high = low;
        if (low <= 1e-6) return 0;
        while (high / low > 1.01) {
            const double middle = std::sqrt(low * high);
            (keeps(middle) ? low : high) = middle;
        }
        return low;
    }
};

// What the largest fleet, or the lowest rate, came to: how far the best is from what was asked.
text::Diagnostic out_of_reach(const Search& search) {
    const auto& last = search.tried.back();
    return {
        .message = fmt::format("no {} keeps the objectives for {:.4g} % of the requests",
                               search.of_rate ? "rate" : "number of replicas", 100 * search.share),
        .hint = fmt::format("{} {:g} times {}, {:.3g} % do: the {:.4g} % percentile of the "
                            "first token is {}, of the time a token {}",
                            search.of_rate ? "at" : "with", last.times,
                            search.of_rate ? "the rate" : "the fleet", 100 * last.good_share,
                            100 * search.share,
                            report::span_of_time(last.out.ttft.at(search.share)).text,
                            report::span_of_time(last.out.tpot.at(search.share)).text)};
}

report::Sheet sheet_of(const Search& search, double found) {
    const auto& best = *std::ranges::find_if(
        search.tried, [&](const Tried& t) { return t.kept && t.times == found; });
    double chips = 0, count = 0;
    for (std::size_t p = 0; p < search.replicas.size(); ++p) {
        const double n = search.replicas[p] * (search.of_rate ? 1 : found);
        count += n;
        chips += n * search.site.chips(p);
    }
    const double rate = search.source.rate * (search.of_rate ? found : 1);
    report::Sheet sheet{
        .subject = fmt::format("{} · {}", search.site.work.model_name, search.source.name)};
    sheet.sections.push_back(
        {.key = "capacity",
         .fields = {
             {"replicas", "replicas", report::figure(count)},
             {"chips", "chips", report::figure(chips)},
             {"plan", "plan of one", report::cut_text(search.site.fleet.pools.front().setup.plan)},
             {"rate", "rate", report::figure(rate, "requests/s")},
             {"good_share", "keep the objectives", report::percent(best.good_share)}}});
    sheet.sections.push_back(report::latencies(best.out));
    auto& s = sheet.sections.emplace_back();
    s.key = "tried";
    s.title = "Tried";
    s.set_columns(
        "times=times>|kept=kept|good_share=good>|ttft_p99=first token, p99>|"
        "tpot_p99=a token, p99>");
    for (const auto& t : search.tried)
        s.row(report::figure(t.times), t.kept ? "yes" : "no",
              t.out.gave_up ? report::Cell{"given up"} : report::percent(t.good_share),
              report::span_of_time(t.out.ttft.at(0.99)), report::span_of_time(t.out.tpot.at(0.99)));
    return sheet;
}

}  // namespace

namespace verb {

int capacity(const Command& command, const Ground& ground) {
    const auto& flags = command.invocation;
    if (!flags.has("--slo-ttft") && !flags.has("--slo-tpot"))
        return command.misused("`sluice capacity` needs an objective",
                               "`--slo-ttft 2`, `--slo-tpot 0.05` or both, in seconds");
    const double percent = flags.number("--percentile", 99);
    if (percent > 100)
        return command.misused(fmt::format("`--percentile {:g}` is more than all", percent),
                               "such as `--percentile 99`");
    const auto source = asked_source(command, ground.data, true);
    if (!source) return command.refuse(source.error());
    const auto site = asked_site(command, ground, *source);
    if (!site) return command.refuse(site.error());
    Search search{*source, **site, percent / 100, flags.has("--replicas")};
    for (auto& pool : (*site)->fleet.pools)
        search.replicas.push_back(search.of_rate ? pool.replicas : 1);
    const double found = search.of_rate ? search.highest_rate() : search.least_fleet();
    if (found <= 0) return command.refuse({out_of_reach(search)});
    return command.print(sheet_of(search, found));
}

}  // namespace verb
}  // namespace sluice::cli
