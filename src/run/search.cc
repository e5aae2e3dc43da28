#include "run/search.h"

#include <algorithm>
#include <cmath>

namespace sluice::run {
namespace {

using workload::Plan;

bool may(int fixed, int value) { return fixed == 0 || fixed == value; }

bool has_experts(const facts::Model& model) {
    return std::ranges::any_of(model.blocks, [](const auto& b) { return b.ffn.experts > 0; });
}

// Every cut of one instance of `size` chips. Attention ranks of their own only pay where experts
// are shared between them; without experts they are replicas.
template <class Visit>
void for_each_cut(const Space& space, int size, Visit visit) {
    const auto& model = *space.setup.model;
    const auto& fixed = space.fixed;
    const bool moe = has_experts(model);
    for (int pp = 1; pp <= std::min(size, model.layers()); ++pp) {
        if (size % pp != 0 || !may(fixed.pp, pp)) continue;
        const int stage = size / pp;
        for (int tp = 1; tp <= stage; ++tp) {
            const int ranks = stage / tp;
            if (stage % tp != 0 || !may(fixed.tp, tp) || !may(fixed.attention_dp, ranks)) continue;
            if (!moe && ranks > 1) continue;
            for (int ep = moe ? stage : 1; ep >= 1; --ep) {
                if (stage % ep != 0 || !may(fixed.ep, ep)) continue;
                const int moe_tp = moe ? stage / ep : 1;
                const Plan plan{
                    .tp = tp, .pp = pp, .ep = ep, .moe_tp = moe_tp, .attention_dp = ranks};
                if (may(fixed.moe_tp, moe_tp) && !uneven(model, plan)) visit(plan);
            }
        }
    }
}

bool keeps(const Demand& demand, const ServingPoint& point) {
    return (demand.most_tpot <= 0 || point.tpot <= demand.most_tpot) &&
           (demand.most_ttft <= 0 || point.ttft <= demand.most_ttft);
}

struct Search {
    const Space& space;
    const Demand& demand;
    const std::size_t keep;
    Setup setup = space.setup;
    ServingSearch out{};

    ServingSearch run() {
        const int largest = std::min(space.chips, space.largest_instance);
        for (int size = 1; size <= largest; ++size)
            for_each_cut(space, size, [&](const Plan& plan) {
                for (const auto& formats : space.formats) consider(plan, formats);
            });
        return std::move(out);
    }

    ServingPoint at(double in_flight) {
        ++out.counts.evaluated;
        const auto point = evaluate(setup, demand, in_flight);
        const auto less = [](double& least, double value) {
            if (value > 0 && (least == 0 || value < least)) least = value;
        };
        less(out.least_tpot, point.tpot);
        less(out.least_ttft, point.ttft);
        return point;
    }

    Deployment deploy(double in_flight, const ServingPoint& point) const {
        Deployment d{.plan = setup.plan,
                     .formats = setup.formats,
                     .in_flight = in_flight,
                     .point = point,
                     .rate = point.output_rate * setup.plan.dp,
                     .chips = static_cast<double>(setup.plan.chips())};
        d.score = demand.objective == Objective::throughput ? d.rate
                  : demand.objective == Objective::cost
                      ? d.rate / d.chips
                      : -(point.ttft + demand.output * point.tpot);
        return d;
    }

    // Requests that the memory of one replica holds; prompts leave when they are done.
    double held_in_memory() const {
        const double output = demand.role == Role::prefill ? 0 : demand.output;
        return sequence_capacity(setup, demand.input + output);
    }

    // Requests one replica may have in flight.
    double most_in_flight(double held) const {
        const auto& plan = setup.plan;
        const double ranks = plan.attention_dp;
        double most = std::min(held, ranks * setup.engine->most_sequences);
        if (demand.role == Role::prefill)
            most = std::min(held, std::max(ranks, ranks * setup.engine->most_batched_tokens /
                                                      std::max(1.0, demand.input)));
        if (demand.concurrency > 0)
            most = std::min(most, std::ceil(demand.concurrency / plan.dp));
        else if (demand.objective == Objective::latency)
            most = 1;
        return std::max(1.0, std::floor(most));
    }

    void consider(const Plan& cut, const workload::Formats& formats) {
        setup.plan = cut;
        setup.formats = formats;
        int most = space.chips / cut.instance_chips();
        const double held = held_in_memory();
        // Fewer replicas than chips allow only pay where chips are counted and requests are few.
        int dp = demand.objective == Objective::cost && demand.concurrency > 0 ? 1 : most;
        if (space.fixed.dp > 0) {
            if (space.fixed.dp > most) return;
            dp = most = space.fixed.dp;
        }
        for (;; dp = std::min(2 * dp, most)) {
            setup.plan.dp = dp;
            ++out.counts.plans;
            if (held >= 1)
                weigh(held);
            else
                ++out.counts.too_large;
            if (dp == most) return;
        }
    }

    void weigh(double held) {
        double high = most_in_flight(held);
        out.counts.points += high;
        auto point = at(high);
        if (!keeps(demand, point)) {
            // What more requests would give bounds what fewer give.
            if (hopeless(deploy(high, point).score)) return void(++out.counts.bounded);
            double low = 1;
            point = high > 1 ? at(low) : point;
            if (!keeps(demand, point)) return void(++out.counts.too_slow);
            while (high - low > 1) {
                const double middle = std::max(low + 1, std::floor(std::sqrt(low * high)));
                const auto tried = at(middle);
                if (keeps(demand, tried)) {
                    low = middle;
                    point = tried;
                } else {
                    high = middle;
                    if (hopeless(deploy(high, tried).score)) return void(++out.counts.bounded);
                }
            }
            high = low;
        }
        insert(deploy(high, point));
    }

    bool hopeless(double bound) const {
        return demand.objective != Objective::latency && out.best.size() == keep &&
               bound <= out.best.back().score;
    }

    void insert(const Deployment& found) {
        const auto place = std::ranges::upper_bound(out.best, found.score, std::ranges::greater{},
                                                    &Deployment::score);
        out.best.insert(place, found);
        if (out.best.size() > keep) out.best.pop_back();
    }
};

}  // namespace

std::optional<Uneven> uneven(const facts::Model& model, const Plan& plan) {
    if (plan.pp > model.layers()) return Uneven{"pp", plan.pp, model.layers(), "layers"};
    for (const auto& [layers, mixer, ffn] : model.blocks) {
        const Uneven cuts[] = {{"tp", plan.tp, mixer.heads, "attention heads"},
                               {"tp", plan.tp, mixer.value_heads, "heads of values"},
                               {"tp", plan.tp, ffn.width, "columns of the feed-forward part"},
                               {"tp", plan.tp, ffn.shared_width, "columns of the shared experts"},
                               {"ep", plan.ep, ffn.experts, "experts"},
                               {"moe_tp", plan.moe_tp, ffn.expert_width, "columns of an expert"}};
        for (const auto& cut : cuts)
            if (cut.count % cut.by != 0) return cut;
        // Key-value heads are cut, or copied whole.
        if (const int keys = mixer.kv_heads; keys > 0 && keys % plan.tp != 0 && plan.tp % keys != 0)
            return Uneven{"tp", plan.tp, keys, "heads of keys and values"};
    }
    return std::nullopt;
}

ServingPoint evaluate(const Setup& setup, const Demand& demand, double in_flight) {
    if (demand.role == Role::both)
        return serve_steady(setup, {.input = demand.input,
                                    .output = demand.output,
                                    .in_flight = in_flight,
                                    .drafted = demand.drafted,
                                    .emitted = demand.emitted});
    ServingPoint point{.batch = in_flight};
    if (demand.role == Role::prefill) {
        point.prefill =
            prefill_time(setup, in_flight, demand.input) + setup.engine->request_cost * in_flight;
        point.ttft = point.prefill;
        point.output_rate = in_flight * demand.input / point.prefill;
        return point;
    }
    point.step =
        decode_step(setup, in_flight, demand.input + demand.output / 2, 1 + demand.drafted);
    point.tpot = point.step / demand.emitted;
    point.output_rate = in_flight / point.tpot;
    return point;
}

ServingSearch search_serving(const Space& space, const Demand& demand, std::size_t keep) {
    return Search{space, demand, keep}.run();
}

std::optional<Smallest> smallest_plan(const Space& space, double length) {
    Setup setup = space.setup;
    std::optional<Smallest> least;
    double least_bytes = 0;
    for (int size = 1; size <= 4096 && !least; size *= 2)
        for_each_cut(space, size, [&](const Plan& plan) {
            for (const auto& formats : space.formats) {
                setup.plan = plan;
                setup.formats = formats;
                if (sequence_capacity(setup, length) < 1) continue;
                const auto need = workload::serving_footprint(*setup.model, plan, formats, length,
                                                              setup.engine->most_batched_tokens);
                const double bytes = need.weights + need.kv_per_sequence + need.activations;
                if (least && bytes >= least_bytes) continue;
                least = Smallest{plan, formats, need};
                least_bytes = bytes;
            }
        });
    return least;
}

}  // namespace sluice::run
