#include "run/fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <tuple>

namespace sluice::run {
namespace {

using Point = std::vector<double>;
using Corner = std::pair<double, Point>;  // the loss at a point, and the point

Point between(const Point& a, const Point& b, double share) {
    Point p(a.size());
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = a[i] + share * (b[i] - a[i]);
    return p;
}

// One simplex descent from `start`, to its best corner.
Corner descend(const std::function<double(const Point&)>& loss, const Point& start,
               const Point& step, int evaluations) {
    int used = 0;
    const auto corner = [&](const Point& at) {
        ++used;
        return Corner{loss(at), at};
    };
    const std::size_t n = start.size();
    std::vector<Corner> simplex{corner(start)};
    for (std::size_t i = 0; i < n; ++i) {
        auto beside = start;
        beside[i] += step[i];
        simplex.push_back(corner(beside));
    }
    while (used < evaluations) {
        std::ranges::sort(simplex, {}, &Corner::first);
        auto& worst = simplex.back();
        Point middle(n, 0.0);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                middle[j] += simplex[i].second[j] / static_cast<double>(n);
        const auto towards = [&](double by) { return corner(between(middle, worst.second, by)); };
        auto reflected = towards(-1);
        if (reflected.first < simplex.front().first) {
            auto further = towards(-2);
            worst = further.first < reflected.first ? further : reflected;
        } else if (reflected.first < simplex[n - 1].first) {
            worst = reflected;
        } else if (auto nearer = towards(0.5); nearer.first < worst.first) {
            worst = nearer;
        } else {
            for (std::size_t i = 1; i <= n; ++i)
                simplex[i] = corner(between(simplex[0].second, simplex[i].second, 0.5));
        }
    }
    return *std::ranges::min_element(simplex, {}, &Corner::first);
}

struct Lesson {
    const MeasuredRow* row = nullptr;
    double weight = 1;  // every group counts once
};

// Robust mean loss of the logarithmic errors.
double error_of(Bench bench, const Engine& engine, const std::vector<Lesson>& lessons) {
    const std::vector<Engine> engines{engine};
    bench.engines = &engines;
    double sum = 0, total = 0;
    for (const auto& [row, weight] : lessons) {
        const auto prediction = predict(bench, *row);
        if (!prediction.left_out.empty()) continue;
        const double error = std::log(prediction.value / row->number("value"));
        sum += weight * (std::sqrt(1 + error * error / 0.01) - 1);
        total += weight;
    }
    return sum / std::max(1e-9, total);
}

// What first tokens take beside all that is simulated: the latency, of a scale of ten to the
// decade, whose logarithmic errors are least.
double fit_client_latency(const Bench& bench, Engine engine, const std::vector<MeasuredRow>& rows) {
    engine.client_latency = 0;
    auto engines = *bench.engines;
    *std::ranges::find(engines, engine.id, &Engine::id) = engine;
    auto with = bench;
    with.engines = &engines;
    std::vector<std::tuple<double, double, double>> lessons;  // predicted, measured, weight
    std::map<std::string, double> size;
    const auto taught = [&](const MeasuredRow& row) {
        return row["scored"] == "Y" && may_learn(row["group"]) && row["load"] == "closed_loop" &&
               row["metric"].starts_with("ttft") && engine_of(with, row).id == engine.id;
    };
    for (const auto& row : rows)
        if (taught(row)) ++size[row["group"]];
    for (const auto& row : rows)
        if (taught(row))
            lessons.emplace_back(predict(with, row).value, row.number("value"),
                                 1 / size[row["group"]]);
    double best = 0, least = std::numeric_limits<double>::infinity();
    for (int i = 0; i <= 30; ++i) {
        const double latency = i == 0 ? 0 : 1e-3 * std::pow(10, (i - 1) / 10.0);
        double loss = 0;
        for (const auto& [predicted, measured, weight] : lessons)
            loss += weight * std::min(1.5, std::abs(std::log((predicted + latency) / measured)));
        if (loss < least) best = latency;
        least = std::min(least, loss);
    }
    return best;
}

}  // namespace

std::vector<double> minimise(const std::function<double(const Point&)>& loss, const Point& start,
                             const Point& step, int evaluations, int restarts, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    auto best = descend(loss, start, step, evaluations / (restarts + 1));
    for (int i = 0; i < restarts; ++i) {
        // Plain uniform noise from the raw generator: the same on every standard library.
        auto edge = step;
        for (auto& s : edge)
            s *= (static_cast<double>(random() >> 11) * 0x1p-53 < 0.5 ? -1 : 1) *
                 (0.3 + static_cast<double>(random() >> 11) * 0x1p-53);
        auto next = descend(loss, best.second, edge, evaluations / (restarts + 1));
        if (next.first < best.first) best = std::move(next);
    }
    return best.second;
}

Engine fit_engine(const Bench& bench, const Engine& start, const std::vector<MeasuredRow>& rows) {
    std::vector<Lesson> lessons;
    std::map<std::string, double> size;
    for (const auto& row : rows) {
        if (row["scored"] != "Y" || !may_learn(row["group"]) || row["metric"].starts_with("ttft"))
            continue;
        if (predict(bench, row).engine != start.id) continue;
        lessons.push_back({&row});
        ++size[row["group"]];
    }
    for (auto& lesson : lessons) lesson.weight = 1 / size[(*lesson.row)["group"]];
    const double groups = static_cast<double>(size.size());
    if (groups < 1) return start;
    // One number at a time, both ways, with steps that grow where they help and shrink where not:
    // the numbers hardly depend on each other. Scheduler limits are whole choices, taken only for a
    // gain that is more than the noise of a few rows. A mechanism that an engine lacks stays away.
    Engine best = start;
    const auto parameters = engine_parameters();
    const auto turned = [&](const EngineParameter& p) {
        return p.width > 0 && start.*p.value + p.floor > 0;
    };
    const auto loss = [&](const Engine& e) {
        double pull = 0;
        for (const auto& p : parameters) {
            if (!turned(p)) continue;
            const double away =
                std::log((e.*p.value + p.floor) / (start.*p.value + p.floor)) / p.width;
            pull += away * away;
        }
        return error_of(bench, e, lessons) + (1 + 1 / groups) * pull / groups;
    };
    double least = loss(best);
    const auto try_it = [&](const EngineParameter& p, double value, double gain) {
        Engine other = best;
        other.*p.value = std::clamp(value, 0.0, p.most);
        const double its = loss(other);
        if (its >= gain * least) return false;
        best = other;
        least = its;
        return true;
    };
    std::vector<double> edges;
    for (const auto& p : parameters) edges.push_back(p.edge);
    for (int sweep = 0; sweep < 16; ++sweep)
        for (std::size_t i = 0; i < edges.size(); ++i) {
            const auto& p = parameters[i];
            if (groups >= 4)
                for (const double choice : p.choices) try_it(p, choice, 0.97);
            if (!turned(p) || edges[i] < 0.01) continue;
            const auto moved = [&](double by) {
                return try_it(p, (best.*p.value + p.floor) * std::exp(by) - p.floor, 1);
            };
            edges[i] *= moved(edges[i]) || moved(-edges[i]) ? 1.3 : 0.5;
        }
    best.rows = static_cast<int>(lessons.size());
    best.client_latency = fit_client_latency(bench, best, rows);
    return best;
}

}  // namespace sluice::run
