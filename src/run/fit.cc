#include "run/fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>

namespace sluice::run {
namespace {

using Point = std::vector<double>;

// One simplex descent from `start`; returns the best point and its loss.
std::pair<Point, double> descend(const std::function<double(const Point&)>& loss,
                                 const Point& start, const Point& step, int evaluations) {
    const std::size_t n = start.size();
    std::vector<std::pair<double, Point>> simplex{{loss(start), start}};
    for (std::size_t i = 0; i < n; ++i) {
        auto corner = start;
        corner[i] += step[i];
        simplex.emplace_back(loss(corner), corner);
    }
    int used = static_cast<int>(n) + 1;
    while (used < evaluations) {
        std::ranges::sort(simplex, {}, &std::pair<double, Point>::first);
        auto& worst = simplex.back();
        Point middle(n, 0.0);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                middle[j] += simplex[i].second[j] / static_cast<double>(n);
        const auto towards = [&](double by) {
            Point p(n);
            for (std::size_t j = 0; j < n; ++j)
                p[j] = middle[j] + by * (worst.second[j] - middle[j]);
            ++used;
            return std::pair{loss(p), p};
        };
        auto reflected = towards(-1);
        if (reflected.first < simplex.front().first) {
            auto further = towards(-2);
            worst = further.first < reflected.first ? further : reflected;
        } else if (reflected.first < simplex[n - 1].first) {
            worst = reflected;
        } else if (auto nearer = towards(0.5); nearer.first < worst.first) {
            worst = nearer;
        } else {
            for (std::size_t i = 1; i <= n; ++i) {
                for (std::size_t j = 0; j < n; ++j)
                    simplex[i].second[j] = (simplex[i].second[j] + simplex[0].second[j]) / 2;
                simplex[i].first = loss(simplex[i].second);
                ++used;
            }
        }
    }
    const auto best = std::ranges::min_element(simplex, {}, &std::pair<double, Point>::first);
    return {best->second, best->first};
}

// The engine's parameters as logarithms, and back. The order is that of `engine_of`.
Point point_of(const Engine& e) {
    return {std::log(e.prefill_factor),
            std::log(e.decode_factor),
            std::log(e.host_step),
            std::log(e.host_sequence + 1e-7),
            std::log(e.request_cost + 1e-5),
            std::log(e.gap + 3e-7),
            std::log(e.communication_factor),
            std::log(e.training_factor),
            std::log(e.element_factor),
            std::log(e.expert_factor)};
}

Engine engine_of(const Engine& base, const Point& p) {
    Engine e = base;
    e.prefill_factor = std::exp(p[0]);
    e.decode_factor = std::exp(p[1]);
    e.host_step = std::exp(p[2]);
    e.host_sequence = std::max(0.0, std::exp(p[3]) - 1e-7);
    e.request_cost = std::max(0.0, std::exp(p[4]) - 1e-5);
    e.gap = std::max(0.0, std::exp(p[5]) - 3e-7);
    e.communication_factor = std::exp(p[6]);
    e.training_factor = std::exp(p[7]);
    e.element_factor = std::exp(p[8]);
    e.expert_factor = std::exp(p[9]);
    return e;
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
        auto next = descend(loss, best.first, edge, evaluations / (restarts + 1));
        if (next.second < best.second) best = std::move(next);
    }
    return best.first;
}

Engine fit_engine(const Bench& bench, const Engine& start, const std::vector<MeasuredRow>& rows,
                  std::uint64_t seed) {
    std::vector<const MeasuredRow*> mine;
    std::map<std::string, double> size;
    for (const auto& row : rows) {
        if (row["scored"] != "Y" || !may_learn(row["group"]) || row["metric"].starts_with("ttft"))
            continue;
        if (engine_for(*bench.engines, row["software"]).id != start.id) continue;
        mine.push_back(&row);
        ++size[row["group"]];
    }
    if (size.size() < 3) return start;
    std::vector<Engine> engines{start};
    Bench trial = bench;
    trial.engines = &engines;
    const auto origin = point_of(start);
    // How far each parameter may roam, in logarithms, before the pull equals one row's error.
    const Point width{0.5, 0.5, 1.5, 2, 2, 1.5, 0.5, 0.5, 1, 0.5};
    const auto loss = [&](const Point& p) {
        engines[0] = engine_of(start, p);
        double sum = 0, total = 0;
        for (const auto* row : mine) {
            const auto prediction = predict(trial, *row);
            if (!prediction.left_out.empty()) continue;
            const double weight = 1 / size[(*row)["group"]];
            const double error = std::log(prediction.value / row->number("value"));
            sum += weight * (std::sqrt(1 + error * error / 0.01) - 1);
            total += weight;
        }
        double pull = 0;
        for (std::size_t i = 0; i < p.size(); ++i)
            pull += (p[i] - origin[i]) * (p[i] - origin[i]) / (width[i] * width[i]);
        return sum / std::max(1e-9, total) + (1 + 20 / static_cast<double>(size.size())) * pull /
                                                 static_cast<double>(size.size());
    };
    const auto best =
        minimise(loss, origin, {0.2, 0.2, 0.5, 0.7, 0.7, 0.5, 0.3, 0.2, 0.4, 0.3}, 900, 3, seed);
    auto fitted = engine_of(start, best);
    fitted.rows = static_cast<int>(mine.size());
    return fitted;
}

}  // namespace sluice::run
