// Models: neural networks by their dimensions (a performance model is never called a model).
//
// A model is a stack of blocks: so many layers of one token mixer (attention or a recurrence) and
// one feed-forward part (dense, experts, or none). data/models/<family>.toml, one [[model]] each;
// shapes are plain integers, published totals carry unit and source:
//
//   [[model]]
//   id = "deepseek-v3"  name = "DeepSeek-V3"  aliases = ["DeepSeek-R1", "deepseek-r1"]
//   hidden = 7168  vocab = 129280  tied_embeddings = false  mtp_layers = 1  native = "fp8"
//   mixer.mla = { kind = "mla", heads = 128, q_rank = 1536, kv_rank = 512, qk_nope = 128,
//                 qk_rope = 64, value_dim = 128 }
//   ffn.dense = { width = 18432, matrices = 3 }
//   ffn.moe = { experts = 256, active = 8, expert_width = 2048, shared_width = 2048, matrices = 3 }
//   blocks = [{ count = 3, mixer = "mla", ffn = "dense" }, { count = 58, mixer = "mla", ffn = "moe"
//   }] published = { total = "671 billion", active = "37 billion" } source = ["https://…"]  date =
//   "2026-11"  confidence = "primary"
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/diagnostic.h"

namespace sluice::facts {

enum class MixerKind : std::uint8_t {
    none,         // a feed-forward layer on its own
    grouped,      // MHA, GQA and MQA: kv_heads from heads down to 1
    mla,          // multi-head latent attention: kv_rank + qk_rope kept per token
    latent_mqa,   // one shared key-value head, compressed context (DeepSeek-V4)
    gated_delta,  // gated delta net and Kimi's variant: a recurrent state, no cache
    mamba2,       // state-space layer
};
std::string_view to_string(MixerKind kind);

// Zero means "has none" for every part that its kind does not name.
struct Mixer {
    MixerKind kind = MixerKind::none;
    int heads = 0;
    int kv_heads = 0;                                       // grouped
    int head_dim = 0;                                       // of queries and keys
    int value_dim = 0;                                      // of values; head_dim when 0
    int q_rank = 0, kv_rank = 0, qk_nope = 0, qk_rope = 0;  // mla, latent_mqa
    int output_groups = 0, output_rank = 0;                 // latent_mqa: low-rank output
    bool gated = false;   // the query projection also makes an output gate
    int window = 0;       // sees only the last `window` tokens
    int compression = 1;  // cached tokens are merged `compression` to one
    int index_heads = 0, index_dim = 0, index_top = 0;          // sparse: indexer and its selection
    int key_heads = 0, value_heads = 0, key_dim = 0, conv = 0;  // recurrences; value_dim as above

    bool caches() const {
        return kind == MixerKind::grouped || kind == MixerKind::mla ||
               kind == MixerKind::latent_mqa;
    }
    bool recurrent() const { return kind == MixerKind::gated_delta || kind == MixerKind::mamba2; }
    int values() const { return value_dim > 0 ? value_dim : head_dim; }
    friend bool operator==(const Mixer&, const Mixer&) = default;
};

struct FeedForward {
    int width = 0;                // dense
    int matrices = 3;             // 3 gated (SwiGLU), 2 plain
    int experts = 0, active = 0;  // routed
    int expert_width = 0;
    int expert_input = 0;  // latent experts: their input width; hidden when 0
    int shared_width = 0;  // all shared experts together
    int node_limit = 0;    // nodes a token's experts may lie on; 0: no limit
    friend bool operator==(const FeedForward&, const FeedForward&) = default;
};

// The whole numbers of both, by their keys in files.
inline constexpr std::pair<std::string_view, int Mixer::*> mixer_counts[] = {
    {"heads", &Mixer::heads},
    {"kv_heads", &Mixer::kv_heads},
    {"head_dim", &Mixer::head_dim},
    {"value_dim", &Mixer::value_dim},
    {"q_rank", &Mixer::q_rank},
    {"kv_rank", &Mixer::kv_rank},
    {"qk_nope", &Mixer::qk_nope},
    {"qk_rope", &Mixer::qk_rope},
    {"output_groups", &Mixer::output_groups},
    {"output_rank", &Mixer::output_rank},
    {"window", &Mixer::window},
    {"compression", &Mixer::compression},
    {"index_heads", &Mixer::index_heads},
    {"index_dim", &Mixer::index_dim},
    {"index_top", &Mixer::index_top},
    {"key_heads", &Mixer::key_heads},
    {"value_heads", &Mixer::value_heads},
    {"key_dim", &Mixer::key_dim},
    {"conv", &Mixer::conv}};
inline constexpr std::pair<std::string_view, int FeedForward::*> ffn_counts[] = {
    {"width", &FeedForward::width},
    {"matrices", &FeedForward::matrices},
    {"experts", &FeedForward::experts},
    {"active", &FeedForward::active},
    {"expert_width", &FeedForward::expert_width},
    {"expert_input", &FeedForward::expert_input},
    {"shared_width", &FeedForward::shared_width},
    {"node_limit", &FeedForward::node_limit}};

struct Block {
    int count = 0;
    Mixer mixer{};
    FeedForward ffn{};
};

struct Model {
    std::string id{};
    std::string name{};
    std::string family{};  // the file's name
    std::vector<std::string> aliases{};
    int hidden = 0;
    int vocab = 0;
    bool tied_embeddings = false;
    int mtp_layers = 0;  // multi-token-prediction layers beside the blocks
    std::vector<Block> blocks{};
    std::string native_precision{};  // "bf16", "fp8", …
    double published_total = 0;      // parameters; 0 unknown
    double published_active = 0;
    std::vector<std::string> sources{};
    std::string note{};
    text::Location where{};

    int layers() const {
        int sum = 0;
        for (const auto& block : blocks) sum += block.count;
        return sum;
    }
    // False for a model of which only the size is known: it cannot be counted.
    bool described() const { return hidden > 0 && !blocks.empty(); }
};

// Reads dir/*.toml. Reports every problem of every file: unknown keys, blocks that name no mixer or
// feed-forward part of their model, shapes that are not whole and positive, ids used twice.
text::Result<std::vector<Model>> load_models(const std::filesystem::path& dir);

// By id, alias or name; case, blanks and punctuation do not matter. nullptr when there is none.
const Model* find_model(const std::vector<Model>& models, std::string_view name);

}  // namespace sluice::facts
