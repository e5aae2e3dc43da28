#include "workload/expand.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numeric>
#include <random>
#include <set>

namespace sluice::workload {
namespace {

using facts::Block;
using facts::FeedForward;
using facts::Mixer;
using facts::MixerKind;
using facts::Model;

struct Counted {
    double products = 0, experts = 0, attention = 0;
    double total() const { return products + experts + attention; }
};

Counted counted(const Model& model, const Plan& plan, const Step& step) {
    std::vector<Operator> ops;
    expand(model, plan, {}, step, ops);
    Counted sum;
    for (const auto& op : ops)
        if (op.name != "index scores")
            (op.kind == OpKind::gemm           ? sum.products
             : op.kind == OpKind::grouped_gemm ? sum.experts
                                               : sum.attention) += op.count * flop(op);
    return sum;
}

// ---- a second counter
// ---------------------------------------------------------------------------- Walks what one chip
// holds: every layer, head, expert and query by itself, two FLOP a multiply-add. Written from the
// models' definitions, not from expand.cc.

struct Walk {
    const Model& model;
    const Plan& plan;
    const Step& step;
    Counted sum{};

    double ranks() const { return static_cast<double>(plan.attention_dp) * plan.cp; }
    double prompt_tokens() const { return step.prefill_sequences * step.prefill_tokens / ranks(); }
    double decode_tokens() const {
        return step.decode_sequences * step.tokens_per_sequence / ranks();
    }
    double tokens() const { return prompt_tokens() + decode_tokens(); }
    void multiply(double rows, double in, double out) { sum.products += 2 * rows * in * out; }

    // Pairs of a query and a key that it sees, of one chip's share of one sequence's queries.
    double pairs(int window) const {
        double seen = 0;
        for (int q = 0; q < static_cast<int>(step.prefill_tokens); ++q) {
            const double before = step.prefill_context + q + 1;
            seen += window > 0 ? std::min<double>(window, before) : before;
        }
        return seen / plan.cp;
    }

    // Heads that the first tensor-parallel rank holds, and the key-value heads that these use.
    template <class Visit>
    void heads_of(const Mixer& m, Visit visit) {
        std::set<int> keys;
        for (int head = 0; head < m.heads / plan.tp; ++head) {
            const int shared = m.kv_heads > 0 ? head / (m.heads / m.kv_heads) : -1;
            visit(keys.insert(shared).second && shared >= 0);
        }
    }

    void grouped(const Mixer& m) {
        heads_of(m, [&](bool new_key) {
            multiply(tokens(), model.hidden, m.head_dim * (m.gated ? 2 : 1));
            if (new_key) multiply(tokens(), model.hidden, m.head_dim + m.values());
            multiply(tokens(), m.values(), model.hidden);
            attend(m.head_dim, m.values(), m.head_dim, m.values(), m.window);
        });
    }

    void attend(double key, double value, double decode_key, double decode_value, int window) {
        const double sequences = step.prefill_sequences / plan.attention_dp;
        sum.attention += sequences * 2 * pairs(window) * (key + value);
        const double context =
            window > 0 ? std::min<double>(window, step.decode_context) : step.decode_context;
        sum.attention += step.decode_sequences * step.tokens_per_sequence / plan.attention_dp * 2 *
                         context / plan.cp * (decode_key + decode_value);
    }

    void latent(const Mixer& m) {
        multiply(tokens(), model.hidden, m.kv_rank + m.qk_rope + m.q_rank);
        heads_of(m, [&](bool) {
            multiply(tokens(), m.q_rank > 0 ? m.q_rank : model.hidden, m.qk_nope + m.qk_rope);
            multiply(prompt_tokens(), m.kv_rank, m.qk_nope);
            multiply(prompt_tokens(), m.kv_rank, m.value_dim);
            multiply(decode_tokens(), m.qk_nope, m.kv_rank);
            multiply(decode_tokens(), m.kv_rank, m.value_dim);
            multiply(tokens(), m.value_dim, model.hidden);
            attend(m.qk_nope + m.qk_rope, m.value_dim, m.kv_rank + m.qk_rope, m.kv_rank, 0);
        });
    }

    void recurrent(const Mixer& m) {
        for (int head = 0; head < m.key_heads / plan.tp; ++head)
            multiply(tokens(), model.hidden, 2 * m.key_dim);
        for (int head = 0; head < m.value_heads / plan.tp; ++head) {
            multiply(tokens(), model.hidden, 2 * m.values());
            multiply(tokens(), m.values(), model.hidden);
        }
    }

    void feed_forward(const FeedForward& f) {
        for (int matrix = 0; matrix < f.matrices; ++matrix) {
            const int own = f.width / plan.tp, shared = f.shared_width / plan.tp;
            multiply(tokens(), model.hidden, own);
            multiply(tokens(), model.hidden, shared);
        }
        if (f.experts == 0) return;
        multiply(tokens(), model.hidden, f.experts);
        // Every token of the stage draws `active` of the experts; this chip holds some of them.
        const double all = tokens() * plan.attention_dp;
        for (int expert = 0; expert < f.experts / plan.ep; ++expert)
            for (int matrix = 0; matrix < f.matrices; ++matrix)
                sum.experts += 2 * all * f.active / f.experts * model.hidden *
                               (static_cast<double>(f.expert_width) / plan.moe_tp);
    }

    Counted run() {
        for (const auto& block : model.blocks)
            for (int layer = 0; layer < block.count; ++layer) {
                const auto& m = block.mixer;
                if (m.kind == MixerKind::grouped) grouped(m);
                if (m.kind == MixerKind::mla) latent(m);
                if (m.recurrent()) recurrent(m);
                feed_forward(block.ffn);
            }
        const double sampled =
            step.heads > 0
                ? step.heads * tokens()
                : (step.prefill_sequences + step.decode_sequences * step.tokens_per_sequence) /
                      plan.attention_dp;
        multiply(sampled, model.hidden, static_cast<double>(model.vocab) / plan.tp);
        for (double* part : {&sum.products, &sum.experts, &sum.attention}) *part /= plan.pp;
        return sum;
    }
};

// ---- generated cases
// -----------------------------------------------------------------------------

struct Dice {
    std::mt19937_64 random;
    int below(int n) { return static_cast<int>(random() % static_cast<std::uint64_t>(n)); }
    int one_of(std::initializer_list<int> values) {
        return values.begin()[below(static_cast<int>(values.size()))];
    }
};

Mixer any_mixer(Dice& dice, int tp) {
    Mixer m;
    m.kind = static_cast<MixerKind>(
        dice.one_of({static_cast<int>(MixerKind::none), static_cast<int>(MixerKind::grouped),
                     static_cast<int>(MixerKind::grouped), static_cast<int>(MixerKind::mla),
                     static_cast<int>(MixerKind::gated_delta)}));
    if (m.kind == MixerKind::grouped) {
        m.heads = tp * dice.one_of({1, 2, 4});
        do m.kv_heads = 1 << dice.below(5);
        while (m.heads % m.kv_heads != 0 || (m.kv_heads % tp != 0 && tp % m.kv_heads != 0));
        m.head_dim = dice.one_of({64, 128});
        m.value_dim = dice.one_of({0, 96});
        m.gated = dice.below(3) == 0;
        m.window = dice.below(3) == 0 ? dice.one_of({16, 40, 1000}) : 0;
    } else if (m.kind == MixerKind::mla) {
        m.heads = tp * dice.one_of({2, 4});
        m.q_rank = dice.one_of({0, 192});
        m.kv_rank = 128;
        m.qk_nope = 64;
        m.qk_rope = 32;
        m.value_dim = 64;
    } else if (m.recurrent()) {
        m.key_heads = tp * dice.one_of({1, 2});
        m.value_heads = tp * dice.one_of({2, 4});
        m.key_dim = 64;
        m.value_dim = 128;
        m.conv = 4;
    }
    return m;
}

struct Case {
    Model model{};
    Plan plan{};
    Step step{};
};

Case any_case(Dice& dice) {
    Case c;
    auto& p = c.plan;
    p = {.tp = 1 << dice.below(4),
         .pp = dice.one_of({1, 1, 2, 3}),
         .attention_dp = 1 << dice.below(4)};
    p.ep = 1 << dice.below(static_cast<int>(std::log2(p.tp * p.attention_dp)) + 1);
    p.moe_tp = p.tp * p.attention_dp / p.ep;
    c.model.hidden = dice.one_of({256, 384});
    c.model.vocab = 8 * dice.one_of({1000, 1027});
    bool windows = false;
    for (int i = 0; i < 1 + dice.below(3); ++i) {
        Block block{.count = 1 + dice.below(4), .mixer = any_mixer(dice, p.tp)};
        windows |= block.mixer.window > 0;
        auto& f = block.ffn;
        f.matrices = dice.one_of({2, 3});
        if (dice.below(2) == 0) {
            f.width = 128 * dice.one_of({4, 5});
        } else {
            f.experts = p.ep * dice.one_of({2, 4});
            f.active = 1 + dice.below(2);
            f.expert_width = p.moe_tp * 64;
            f.shared_width = dice.one_of({0, 256});
        }
        c.model.blocks.push_back(block);
    }
    // Context parallelism is for prompts; with a window its equal shares hold only nearly.
    p.cp = windows || dice.below(2) == 0 ? 1 : 2;
    auto& s = c.step;
    s.prefill_sequences = p.attention_dp * dice.below(3);
    s.prefill_tokens = 4 * (1 + dice.below(16));
    if (p.cp == 1) s.prefill_context = dice.one_of({0, 30});
    if (p.cp == 1 || s.prefill_sequences == 0) {
        s.decode_sequences = p.attention_dp * p.cp * (1 + dice.below(4));
        s.decode_context = 1 + dice.below(100);
        s.tokens_per_sequence = 1 + dice.below(2);
    } else {
        s.heads = dice.below(3);
    }
    return c;
}

TEST(Expand, AgreesWithASecondCounter) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice{std::mt19937_64{seed}};
    for (int i = 0; i < 3000; ++i) {
        const auto c = any_case(dice);
        const auto ours = counted(c.model, c.plan, c.step);
        const auto theirs = Walk{c.model, c.plan, c.step}.run();
        const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-9 * (a + b); };
        ASSERT_TRUE(near(ours.products, theirs.products) && near(ours.experts, theirs.experts) &&
                    near(ours.attention, theirs.attention))
            << "case " << i << ": " << to_string(c.plan) << " cp " << c.plan.cp << ", products "
            << ours.products << " against " << theirs.products << ", experts " << ours.experts
            << " against " << theirs.experts << ", attention " << ours.attention << " against "
            << theirs.attention;
    }
}

// ---- closed forms
// --------------------------------------------------------------------------------

const std::vector<Model>& catalogue() {
    static const auto models =
        *facts::load_models(std::filesystem::path{SLUICE_SOURCE_DIR} / "data/models");
    return models;
}

// 2 FLOP a parameter that a token meets, and attention over half the sequence: a third of 6ND and
// its correction.
TEST(Expand, ForwardIsTwiceTheParametersAndCausalAttention) {
    constexpr double tokens = 512;
    int compared = 0;
    for (const auto& model : catalogue()) {
        if (!model.described()) continue;
        const Step step{.prefill_sequences = 1, .prefill_tokens = tokens, .heads = 1};
        const auto ours = counted(model, {}, step);
        double attention = 0;
        bool compressed = false;
        for (const auto& block : model.blocks) {
            const auto& m = block.mixer;
            compressed |= m.compression > 1 || m.index_top > 0;
            if (!m.caches()) continue;
            const double seen = m.window > 0 && m.window < tokens
                                    ? m.window - m.window * (m.window - 1.0) / 2 / tokens
                                    : (tokens + 1) / 2;
            const double key = m.kind == MixerKind::mla ? m.qk_nope + m.qk_rope : m.head_dim;
            attention += block.count * 2.0 * m.heads * (key + m.values()) * seen;
        }
        const double expected = 2 * parameters(model).active * tokens;
        EXPECT_NEAR((ours.products + ours.experts) / expected, 1, 0.01) << model.id;
        if (!compressed) {
            EXPECT_NEAR(ours.attention / tokens, attention, 1e-6 * attention + 1) << model.id;
        }
        ++compared;
    }
    EXPECT_GT(compared, 60);
}

TEST(Expand, PlansCutWorkAndAddNone) {
    const auto& v3 = *facts::find_model(catalogue(), "deepseek-v3");
    const Step one{.prefill_sequences = 64, .prefill_tokens = 4096, .heads = 1};
    const double whole = counted(v3, {}, one).total();
    const Plan cut{.pp = 16, .ep = 64, .attention_dp = 64};
    EXPECT_NEAR(counted(v3, cut, one).total() * cut.stage_chips() * cut.pp / whole, 1, 1e-9);
    // Tensor parallelism repeats the latent down-projections and the router on every rank.
    const Plan cut_heads{.tp = 8, .ep = 8, .attention_dp = 1};
    const double repeated = counted(v3, cut_heads, one).total() * 8 / whole;
    EXPECT_GT(repeated, 1.1);
    EXPECT_LT(repeated, 1.25);
}

TEST(Footprint, CacheOfTheLatentIsThePublishedOne) {
    // 61 layers x (512 + 64) x 2 bytes.
    EXPECT_EQ(kv_bytes_per_token(*facts::find_model(catalogue(), "deepseek-v3"), Precision::bf16),
              70272);
}

// Korthikanti et al. (arXiv 2205.05198): s b h (34 + 5 a s / h) bytes a layer; without dropout (2)
// and with flash attention (5 a s / h) 32 are left, 2 of them when only the layer's input is kept.
TEST(Footprint, ActivationsAreThoseOfThePaper) {
    Model gpt{.hidden = 1024, .vocab = 0};
    gpt.blocks = {
        {.count = 4,
         .mixer = {.kind = MixerKind::grouped, .heads = 16, .kv_heads = 16, .head_dim = 64},
         .ffn = {.width = 4096, .matrices = 2}}};
    const auto kept = [&](Recompute recompute, const Plan& plan) {
        return training_footprint(gpt, plan, {}, {.tokens = 2048, .recompute = recompute})
            .activations;
    };
    const double layer = 2048.0 * 1024;
    EXPECT_EQ(kept(Recompute::none, {}), 4 * 32 * layer);
    EXPECT_EQ(kept(Recompute::all, {}), 4 * 2 * layer);
    // Its attention and activation function again: without the inputs of both last products.
    EXPECT_EQ(kept(Recompute::attention, {}), 4 * (32 - 2 - 8) * layer);
    EXPECT_EQ(kept(Recompute::none, {.tp = 4, .pp = 2}), 4 * 32 * layer / 8);
}

}  // namespace
}  // namespace sluice::workload
