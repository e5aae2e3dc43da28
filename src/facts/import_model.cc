#include "facts/import_model.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "text/ascii.h"

namespace sluice::facts {
namespace {

using Json = nlohmann::json;

// Decoders whose every layer these fields describe. A new name is added once its config was read.
constexpr std::string_view known_types[] = {
    "llama",       "mistral",     "mixtral",      "qwen2",        "qwen2_moe",
    "qwen3",       "qwen3_moe",   "qwen3_next",   "qwen3_5_text", "qwen3_5_moe_text",
    "deepseek_v2", "deepseek_v3", "deepseek_v32", "deepseek_v4",  "kimi_k2",
    "kimi_linear", "glm4_moe",    "glm_moe_dsa",  "gpt_oss",      "minimax_m2",
    "gemma2",      "gemma3_text", "gemma4_text",  "llama4_text",  "mimo_v2_flash",
    "nemotron_h",  "internlm2",   "phi3",         "granite"};

// Fields that change a network in a way that a Model has no place for.
constexpr std::string_view beyond[] = {"num_kv_shared_layers", "hidden_size_per_layer_input",
                                       "use_double_wide_mlp",  "is_encoder_decoder",
                                       "block_configs",        "attn_type_list",
                                       "altup_num_inputs",     "cross_attention_layers",
                                       "attn_layer_period",    "zero_expert_num"};

class ConfigReader {
public:
    ConfigReader(std::string_view file, const Json& root)
        : file_(file),
          root_(root),
          text_(root.contains("text_config") && root["text_config"].is_object()
                    ? root["text_config"]
                    : root) {}

    void fail(std::string message, std::string hint = {}) {
        problems.push_back({.message = std::move(message),
                            .where = {.file = std::string{file_}},
                            .hint = std::move(hint)});
    }
    // A field of the language part, else of the whole; nullptr when absent or null. The name may
    // be a path: "quantization_config/bits".
    const Json* field(std::string_view name) const {
        for (const Json* at : {&text_, &root_}) {
            for (std::string_view path = name; at != nullptr && !path.empty();) {
                const auto found = at->find(text::take_until(path, '/'));
                at = found == at->end() || found->is_null() ? nullptr : &*found;
            }
            if (at != nullptr) return at;
        }
        return nullptr;
    }
    bool has(std::string_view name) const { return field(name) != nullptr; }
    // A flag, or a count that is not zero.
    bool is_set(std::string_view name) const {
        const auto* f = field(name);
        if (!f) return false;
        if (f->is_boolean()) return f->get<bool>();
        if (f->is_number()) return f->get<double>() != 0;
        return !f->empty();
    }
    std::string word(std::string_view name) const {
        const auto* f = field(name);
        return f && f->is_string() ? f->get<std::string>() : std::string{};
    }
    std::string type() const { return word("model_type"); }
    int whole(const Json& value, std::string_view name) {
        if (value.is_number_integer() && value >= 0 && value <= 1'000'000'000)
            return value.get<int>();
        fail(fmt::format("`{}` is a whole number of zero or more, found `{}`", name,
                         value.dump().substr(0, 40)));
        return 0;
    }
    // The first of these fields that is stated; `otherwise` when none is.
    int count(std::initializer_list<std::string_view> names, int otherwise = 0) {
        for (const auto name : names)
            if (const auto* f = field(name)) return whole(*f, name);
        return otherwise;
    }
    int required(std::string_view name) {
        const auto* f = field(name);
        if (!f) fail("`" + std::string{name} + "` is not stated");
        const int value = f ? whole(*f, name) : 1;
        if (f && f->is_number_integer() && value == 0)
            fail("`" + std::string{name} + "` is more than zero");
        return value > 0 ? value : 1;
    }
    // A list with an entry for each layer (more are of layers for speculation), or nullptr.
    const Json* per_layer(std::string_view name, int layers) {
        const auto* f = field(name);
        if (!f || !f->is_array() || f->empty()) return nullptr;
        if (f->size() >= static_cast<std::size_t>(layers)) return f;
        fail(fmt::format("`{}` has {} entries for {} layers", name, f->size(), layers));
        return nullptr;
    }

    text::Diagnostics problems{};

private:
    std::string_view file_;
    const Json& root_;
    const Json& text_;
};

Mixer grouped(ConfigReader& c, int hidden) {
    Mixer m{.kind = MixerKind::grouped, .heads = c.required("num_attention_heads")};
    m.kv_heads = c.count({"num_key_value_heads"}, m.heads);
    m.head_dim = c.count({"head_dim"}, hidden / m.heads);
    m.value_dim = c.count({"v_head_dim"});
    if (m.value_dim == m.head_dim) m.value_dim = 0;
    m.gated = c.is_set("attn_output_gate") || c.type() == "qwen3_next";
    return m;
}

void read_indexer(ConfigReader& c, Mixer& m) {
    m.index_heads = c.count({"index_n_heads"});
    m.index_dim = c.count({"index_head_dim"});
    m.index_top = c.count({"index_topk"});
}

Mixer latent(ConfigReader& c) {
    Mixer m{.kind = MixerKind::mla, .heads = c.required("num_attention_heads")};
    m.value_dim = c.required("v_head_dim");
    m.q_rank = c.count({"q_lora_rank"});
    m.kv_rank = c.required("kv_lora_rank");
    m.qk_nope = c.required("qk_nope_head_dim");
    m.qk_rope = c.count({"qk_rope_head_dim"});
    m.gated = c.is_set("mla_use_output_gate");
    read_indexer(c, m);
    return m;
}

// DeepSeek-V4: ratio 0 sees a window, 4 an indexer's choice of merged tokens, others all of them.
Mixer compressed(ConfigReader& c, int ratio) {
    Mixer m{.kind = MixerKind::latent_mqa, .heads = c.required("num_attention_heads")};
    m.head_dim = c.required("head_dim");
    m.q_rank = c.required("q_lora_rank");
    m.qk_rope = c.count({"qk_rope_head_dim"});
    m.output_groups = c.count({"o_groups"});
    m.output_rank = c.count({"o_lora_rank"});
    m.compression = std::max(1, ratio);
    if (ratio == 0) m.window = c.count({"sliding_window"});
    if (ratio == 4) read_indexer(c, m);
    return m;
}

// Where a config states the shape of its recurrence, by the field that tells which.
struct RecurrenceFields {
    std::string_view told_by;
    MixerKind kind;
    std::string_view value_dim, key_heads, value_heads, key_dim, conv;
};
constexpr RecurrenceFields recurrences[] = {
    {"linear_attn_config", MixerKind::gated_delta, "linear_attn_config/head_dim",
     "linear_attn_config/num_heads", "linear_attn_config/num_heads", "linear_attn_config/head_dim",
     "linear_attn_config/short_conv_kernel_size"},
    {"mamba_num_heads", MixerKind::mamba2, "mamba_head_dim", "n_groups", "mamba_num_heads",
     "ssm_state_size", "conv_kernel"},
    {"", MixerKind::gated_delta, "linear_value_head_dim", "linear_num_key_heads",
     "linear_num_value_heads", "linear_key_head_dim", "linear_conv_kernel_dim"}};

Mixer recurrence(ConfigReader& c) {
    const auto& fields = *std::ranges::find_if(recurrences, [&](const RecurrenceFields& one) {
        return one.told_by.empty() || c.has(one.told_by);
    });
    return {.kind = fields.kind,
            .value_dim = c.required(fields.value_dim),
            .key_heads = c.required(fields.key_heads),
            .value_heads = c.required(fields.value_heads),
            .key_dim = c.required(fields.key_dim),
            .conv = c.count({fields.conv}, 4)};
}

// The local variant of full attention: a window, and what a few models change beside it.
Mixer local(ConfigReader& c, Mixer m) {
    m.window = c.count({"sliding_window", "attention_chunk_size"});
    if (c.has("swa_num_attention_heads")) {
        m.heads = c.required("swa_num_attention_heads");
        m.kv_heads = c.required("swa_num_key_value_heads");
        m.head_dim = c.count({"swa_head_dim"}, m.head_dim);
        m.value_dim = c.count({"swa_v_head_dim"}, m.value_dim);
    }
    return m;
}

bool listed(const Json& list, std::size_t value) {
    return list.is_array() && std::ranges::find(list, Json(value)) != list.end();
}

// "full", "local", "linear", "mamba", "none", "shared" (another layer's selection), "ratio N".
std::vector<std::string> mixers_of_layers(ConfigReader& c, int layers) {
    const auto each = [layers](auto name_of) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < static_cast<std::size_t>(layers); ++i)
            names.emplace_back(name_of(i));
        return names;
    };
    // One full layer after every so many others.
    const auto full_every = [&each](int interval, const char* others) {
        return each([n = static_cast<std::size_t>(std::max(1, interval)), others](std::size_t i) {
            return (i + 1) % n == 0 ? "full" : others;
        });
    };
    if (const auto pattern = c.word("hybrid_override_pattern"); !pattern.empty()) {
        if (pattern.size() != static_cast<std::size_t>(layers)) {
            c.fail(fmt::format("`hybrid_override_pattern` has {} letters for {} layers",
                               pattern.size(), layers));
            return {};
        }
        return each([&](std::size_t i) {
            if (!std::string_view{"M*E-"}.contains(pattern[i]))
                c.fail(std::string{"`hybrid_override_pattern` has the letter `"} + pattern[i] +
                       "`, which is not known");
            return pattern[i] == 'M' ? "mamba" : pattern[i] == '*' ? "full" : "none";
        });
    }
    if (const auto* types = c.per_layer("layer_types", layers))
        return each([&](std::size_t i) {
            const auto& type = (*types)[i];
            const auto word = type.is_string() ? type.get<std::string>() : type.dump();
            if (word == "sliding_attention" || word == "chunked_attention") return "local";
            if (word == "linear_attention") return "linear";
            if (word != "full_attention" && word != "attention")
                c.fail("`layer_types` has `" + word + "`, a kind of layer that is not known");
            return "full";
        });
    if (const auto* ratios = c.per_layer("compress_ratios", layers))
        return each([&](std::size_t i) { return "ratio " + (*ratios)[i].dump(); });
    if (const auto* swa = c.per_layer("hybrid_layer_pattern", layers))
        return each([&](std::size_t i) { return (*swa)[i] == 1 ? "local" : "full"; });
    if (const auto* indexers = c.per_layer("indexer_types", layers))
        return each([&](std::size_t i) { return (*indexers)[i] == "shared" ? "shared" : "full"; });
    if (const auto* list = c.field("linear_attn_config/kda_layers"))
        return each([&](std::size_t i) { return listed(*list, i + 1) ? "linear" : "full"; });
    if (const int interval = c.count({"full_attention_interval"}); interval > 0)
        return full_every(interval, "linear");
    if (c.type() == "llama4_text" && c.has("attention_chunk_size"))
        return full_every(c.count({"no_rope_layer_interval"}, 4), "local");
    if (const int every = c.count({"sliding_window_pattern"}, c.type() == "gemma2" ? 2 : 0);
        every > 0)
        return full_every(every, "local");
    const bool told = c.has("use_sliding_window");
    const bool slides = c.is_set("sliding_window") && (!told || c.is_set("use_sliding_window"));
    const auto first =
        static_cast<std::size_t>(told && slides ? c.count({"max_window_layers"}) : 0);
    return each([&](std::size_t i) { return slides && i >= first ? "local" : "full"; });
}

Mixer mixer_named(ConfigReader& c, const std::string& name, int hidden) {
    if (name == "none") return {};
    if (name == "linear" || name == "mamba") return recurrence(c);
    if (name.starts_with("ratio ")) return compressed(c, std::stoi(name.substr(6)));
    auto full = c.has("kv_lora_rank") ? latent(c) : grouped(c, hidden);
    if (name == "local") return local(c, full);
    if (name == "shared") full.index_heads = full.index_dim = 0;
    if (c.has("global_head_dim")) full.head_dim = c.required("global_head_dim");
    if (c.has("num_global_key_value_heads"))
        full.kv_heads = c.required("num_global_key_value_heads");
    return full;
}

// Whether each layer is routed to experts.
std::vector<bool> routed_layers(ConfigReader& c, int layers) {
    const auto* kinds = c.per_layer("mlp_layer_types", layers);
    const auto* frequency = c.field("moe_layer_freq");
    const bool is_list = frequency && frequency->is_array();
    const auto* list = is_list ? c.per_layer("moe_layer_freq", layers) : nullptr;
    const int dense = c.count({"first_k_dense_replace"});
    const int every =
        is_list
            ? 1
            : c.count({"moe_layer_freq", "interleave_moe_layer_step", "decoder_sparse_step"}, 1);
    // DeepSeek counts layers from 0, the others from 1.
    const int shift = frequency ? 0 : 1;
    const auto* only = c.field("mlp_only_layers");
    std::vector<bool> routed;
    for (int layer = 0; layer < layers; ++layer) {
        const auto i = static_cast<std::size_t>(layer);
        routed.push_back(kinds  ? (*kinds)[i] != "dense"
                         : list ? (*list)[i] != 0
                                : layer >= dense && (layer + shift) % std::max(1, every) == 0 &&
                                      !(only && listed(*only, i)));
    }
    return routed;
}

FeedForward experts(ConfigReader& c, int count) {
    FeedForward f{.experts = count};
    f.active = c.count(
        {"num_experts_per_tok", "num_experts_per_token", "top_k_experts", "experts_per_token"});
    if (f.active <= 0 || f.active > count)
        c.fail(
            fmt::format("`num_experts_per_tok` is from 1 to the {} experts that there are", count));
    f.expert_width = c.count({"moe_intermediate_size"});
    if (f.expert_width == 0) f.expert_width = c.required("intermediate_size");
    f.expert_input = c.count({"routed_expert_hidden_size", "moe_latent_size"});
    const int shared = c.count({"n_shared_experts", "num_shared_experts"});
    f.shared_width = c.count({"moe_shared_expert_intermediate_size",
                              "shared_expert_intermediate_size", "shared_intermediate_size"},
                             shared * f.expert_width);
    if (c.type() == "llama4_text") f.shared_width = f.expert_width;
    // Gemma 4 runs a dense part beside its experts in every layer.
    if (c.is_set("enable_moe_block")) f.shared_width = c.required("intermediate_size");
    if (c.type() == "nemotron_h") f.matrices = 2;
    const int groups = c.count({"n_group"}), top = c.count({"topk_group"});
    if (groups > top) f.node_limit = top;
    return f;
}

FeedForward dense(ConfigReader& c) {
    FeedForward f{.width = c.has("intermediate_size_mlp") ? c.required("intermediate_size_mlp")
                                                          : c.required("intermediate_size")};
    if (c.type() == "nemotron_h") f.matrices = 2;
    return f;
}

std::string precision_of(ConfigReader& c) {
    if (!c.is_set("quantization_config")) {
        const auto dtype = c.has("dtype") ? c.word("dtype") : c.word("torch_dtype");
        return dtype == "float16" ? "fp16" : dtype == "float32" ? "fp32" : "bf16";
    }
    auto method = c.word("quantization_config/quant_method");
    const auto format = c.word("quantization_config/format");
    const auto algorithm = c.word("quantization_config/quant_algo");
    if (method == "fp8" || method == "mxfp4") return method;
    if (format.starts_with("mxfp4")) return "mxfp4";
    if (format.starts_with("nvfp4") || algorithm == "NVFP4") return "nvfp4";
    if (algorithm == "FP8") return "fp8";
    const Json* bits = c.field("quantization_config/bits");
    bool floating = false;
    if (const auto* groups = c.field("quantization_config/config_groups"))
        for (const auto& group : groups->items()) {
            const auto weights = "quantization_config/config_groups/" + group.key() + "/weights/";
            if (const auto* stated = c.field(weights + "num_bits")) bits = stated;
            floating = c.word(weights + "type") == "float";
        }
    if (bits && bits->is_number_integer())
        return (floating ? "fp" : "int") + std::to_string(bits->get<int>());
    c.fail("`quantization_config.quant_method` is `" + method + "`, which is not known",
           "fp8, mxfp4, compressed-tensors, modelopt, gptq and awq are");
    return {};
}

std::string name_of(std::string_view file) {
    const std::filesystem::path path{file};
    auto name = path.stem().string();
    if (name == "config" && path.has_parent_path()) name = path.parent_path().filename().string();
    for (const std::string_view end : {"_config", "-config"})
        if (name.ends_with(end)) name.resize(name.size() - end.size());
    if (const auto maker = name.find("--"); maker != std::string::npos) name.erase(0, maker + 2);
    return name;
}

void read_layers(ConfigReader& c, Model& model) {
    const int layers = c.required("num_hidden_layers");
    if (layers > 10'000) return c.fail("`num_hidden_layers` is more than 10,000");
    const int count = c.count({"n_routed_experts", "num_experts", "num_local_experts"});
    const auto mixers = mixers_of_layers(c, layers);
    const auto routed = routed_layers(c, layers);
    const auto pattern = c.word("hybrid_override_pattern");  // where a layer is one part only
    for (std::size_t i = 0; i < mixers.size() && c.problems.empty(); ++i) {
        const char part = !pattern.empty() ? pattern[i] : count > 0 && routed[i] ? 'E' : '-';
        Block block{.mixer = mixer_named(c, mixers[i], model.hidden)};
        if (part == 'E') block.ffn = experts(c, count);
        if (part == '-') block.ffn = dense(c);
        auto same = std::ranges::find_if(model.blocks, [&](const Block& other) {
            return other.mixer == block.mixer && other.ffn == block.ffn;
        });
        if (same == model.blocks.end()) same = model.blocks.insert(same, block);
        ++same->count;
    }
}

// One part as an inline table after `first`, without its zeros.
template <class Part, std::size_t Count>
std::string inline_table(std::string first, const Part& part,
                         const std::pair<std::string_view, int Part::*> (&fields)[Count]) {
    for (const auto& [key, field] : fields)
        if (part.*field != 0)
            first += fmt::format("{}{} = {}", first.empty() ? "" : ", ", key, part.*field);
    return "{ " + first + " }";
}

std::string mixer_toml(Mixer m) {
    if (m.compression == 1) m.compression = 0;
    return inline_table(
        fmt::format("kind = \"{}\"{}", to_string(m.kind), m.gated ? ", gated = true" : ""), m,
        mixer_counts);
}

}  // namespace

text::Result<Model> import_model(std::string_view file, std::string_view json) {
    Json root;
    try {
        root = Json::parse(json);
    } catch (const Json::parse_error& error) {
        const bool early = error.byte >= json.size();
        const auto at = std::min(error.byte > 0 ? error.byte - 1 : 0, json.size());
        return text::refused(
            {.message = early ? "the JSON ends before it is complete" : "malformed JSON",
             .where = text::locate(file, json, at, 1),
             .label = early ? "the file ends here" : "unexpected",
             .hint = early ? "the file may be cut short; fetch it again" : ""});
    }
    ConfigReader c{file, root};
    if (!root.is_object()) {
        c.fail("a config.json holds one JSON object");
        return std::unexpected{std::move(c.problems)};
    }
    const auto type = c.type();
    if (std::ranges::find(known_types, type) == std::end(known_types)) {
        c.fail(type.empty() ? "`model_type` is not stated"
                            : "`model_type` is `" + type + "`, an architecture that is not known",
               "describe the model by hand: docs/reference/model-files.md");
        return std::unexpected{std::move(c.problems)};
    }
    for (const auto name : beyond)
        if (c.is_set(name))
            c.fail("`" + std::string{name} + "` is set, which a model here cannot express",
                   "describe the nearest model by hand: docs/reference/model-files.md");
    Model model{.name = name_of(file)};
    model.id = text::lower(model.name);
    model.hidden = c.required("hidden_size");
    model.vocab = c.required("vocab_size");
    // Llama 4 and Qwen 3.5 leave it unsaid and do not tie; Gemma leaves it unsaid and ties.
    model.tied_embeddings =
        c.has("tie_word_embeddings") ? c.is_set("tie_word_embeddings") : type.starts_with("gemma");
    model.mtp_layers = c.count({"num_nextn_predict_layers", "mtp_num_hidden_layers"});
    if (c.is_set("use_mtp"))
        model.mtp_layers = c.count({"num_mtp_modules"}) * c.count({"mtp_transformer_layers"}, 1);
    model.native_precision = precision_of(c);
    read_layers(c, model);
    if (!c.problems.empty()) return std::unexpected{std::move(c.problems)};
    return model;
}

std::string model_toml(const Model& model) {
    std::vector<std::string> mixers, ffns;
    const auto named = [](std::vector<std::string>& parts, const std::string& toml,
                          std::string_view stem) {
        auto at = std::ranges::find(parts, toml);
        if (at == parts.end()) at = parts.insert(parts.end(), toml);
        return std::string{stem} + std::to_string(at - parts.begin() + 1);
    };
    std::string blocks;
    for (const auto& b : model.blocks) {
        blocks += "    { count = " + std::to_string(b.count);
        if (b.mixer.kind != MixerKind::none)
            blocks += ", mixer = \"" + named(mixers, mixer_toml(b.mixer), "mixer") + "\"";
        if (b.ffn.width > 0 || b.ffn.experts > 0)
            blocks += ", ffn = \"" + named(ffns, inline_table({}, b.ffn, ffn_counts), "ffn") + "\"";
        blocks += " },\n";
    }
    auto out = fmt::format("[[model]]\nid = \"{}\"\nname = \"{}\"\nhidden = {}\nvocab = {}\n",
                           model.id, model.name, model.hidden, model.vocab);
    if (model.tied_embeddings) out += "tied_embeddings = true\n";
    for (const auto& [key, parts] : {std::pair{"mixer", &mixers}, std::pair{"ffn", &ffns}})
        for (std::size_t i = 0; i < parts->size(); ++i)
            out += fmt::format("{0}.{0}{1} = {2}\n", key, i + 1, (*parts)[i]);
    out += "blocks = [\n" + blocks + "]\n";
    if (model.mtp_layers > 0) out += "mtp_layers = " + std::to_string(model.mtp_layers) + "\n";
    return out + "native = \"" + model.native_precision + "\"\n";
}

}  // namespace sluice::facts
