#include <algorithm>
#include <cmath>

#include "run/search.h"

namespace sluice::run {
namespace {

using workload::Plan;
using workload::Recompute;

struct PlanSearch {
    const TrainingSpace& space;
    Setup setup = space.setup;
    TrainingSearch out{};

    TrainingSearch run() {
        // Short sequences have nothing to share out.
        const int most = space.training.sequence >= 32768 ? 16 : 1;
        if (space.fixed.cp > 0)
            cuts(space.fixed.cp);
        else
            for (int cp = 1; cp <= most; cp *= 2) cuts(cp);
        return std::move(out);
    }

    void cuts(int cp) {
        const auto& model = *space.setup.model;
        int experts = 0;
        for (const auto& block : model.blocks) experts = std::max(experts, block.ffn.experts);
        const auto& fixed = space.fixed;
        for (int tp = 1; tp <= space.chips; ++tp) {
            // Beyond a scale-up domain tensor parallelism never pays in training.
            if (fixed.tp > 0 ? tp != fixed.tp : tp > 8) continue;
            for (int pp = 1; pp <= model.layers() && tp * pp * cp <= space.chips; ++pp) {
                if (space.chips % (tp * pp * cp) != 0) continue;
                if (fixed.pp > 0 && pp != fixed.pp) continue;
                const int dp = space.chips / (tp * pp * cp);
                if (fixed.dp > 0 && dp != fixed.dp) continue;
                const int stage = tp * cp * dp;
                for (int ep = 1; ep <= std::clamp(experts, 1, stage); ++ep) {
                    if (stage % ep != 0 || (fixed.ep > 0 && ep != fixed.ep)) continue;
                    // Experts are cut over the ranks of a sequence or over whole ones.
                    if (ep % tp != 0 && tp % ep != 0) continue;
                    Plan plan{.tp = tp, .pp = pp, .dp = dp, .cp = cp, .ep = ep};
                    if (experts > 0)
                        plan.moe_tp = fixed.moe_tp > 0 ? fixed.moe_tp : std::max(1, tp / ep);
                    if (!uneven(model, plan)) variants(plan);
                }
            }
        }
    }

    void variants(const Plan& plan) {
        Training t = space.training;
        const double sequences = t.global_batch / plan.dp;
        for (const double micro : {1.0, 2.0, 4.0, 8.0}) {
            if (space.micro_batch && micro > 1) break;
            t.micro_batch = space.micro_batch.value_or(micro);
            // Every rank runs the same number of whole micro-batches.
            if (std::fmod(sequences, t.micro_batch) != 0) continue;
            for (const auto schedule : {Schedule::one_f_one_b, Schedule::interleaved,
                                        Schedule::zero_bubble, Schedule::dual_pipe}) {
                const bool wanted =
                    space.schedule ? schedule == *space.schedule : sensible(schedule, plan);
                if (!wanted || !schedules(schedule, plan, space.setup.model->layers(),
                                          sequences / t.micro_batch))
                    continue;
                t.schedule = schedule;
                t.chunks =
                    schedule == Schedule::interleaved ? std::max(2, space.training.chunks) : 1;
                recomputations(plan, t);
            }
        }
    }

    // What is worth trying unasked: DualPipe keeps weights twice, to hide expert traffic.
    static bool sensible(Schedule schedule, const Plan& plan) {
        return schedule == Schedule::one_f_one_b ||
               (plan.pp > 1 && (schedule != Schedule::dual_pipe || plan.ep > 1));
    }

    // The least recomputation that fits is the quickest; more is not tried.
    void recomputations(const Plan& plan, Training t) {
        for (const auto recompute : {Recompute::none, Recompute::attention, Recompute::all}) {
            if (space.recompute && recompute != *space.recompute) continue;
            t.recompute = recompute;
            ++out.points;
            TrainingPlan found{.plan = plan, .training = t};
            setup.plan = plan;
            found.memory = training_memory(setup, t);
            if (!out.leanest || found.total_memory() < out.leanest->total_memory())
                out.leanest = found;
            if (found.total_memory() > training_share * setup.memory) {
                ++out.too_large;
                continue;
            }
            found.step = train_step(setup, t);
            ++out.evaluated;
            insert(found);
            return;
        }
    }

    // The quickest of each plan, and of all plans the quickest few.
    void insert(const TrainingPlan& found) {
        auto& best = out.best;
        const auto same = std::ranges::find(best, found.plan, &TrainingPlan::plan);
        if (same != best.end()) {
            if (same->step.seconds <= found.step.seconds) return;
            best.erase(same);
        }
        const auto place = std::ranges::find_if(
            best, [&](const TrainingPlan& p) { return p.step.seconds > found.step.seconds; });
        best.insert(place, found);
        if (best.size() > space.keep) best.pop_back();
    }
};

}  // namespace

bool schedules(Schedule schedule, const Plan& plan, int layers, double micro_batches) {
    switch (schedule) {
        case Schedule::one_f_one_b:
        case Schedule::zero_bubble:
            return true;
        case Schedule::interleaved:
            return plan.pp > 1 && layers >= 2 * plan.pp;
        case Schedule::dual_pipe:
            return plan.pp % 2 == 0 && micro_batches >= 2 * plan.pp &&
                   std::fmod(micro_batches, 2) == 0;
    }
    return false;
}

TrainingSearch search_training(const TrainingSpace& space) { return PlanSearch{space}.run(); }

}  // namespace sluice::run
