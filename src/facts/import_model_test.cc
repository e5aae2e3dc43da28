#include "facts/import_model.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "text/file.h"

namespace sluice::facts {
namespace {

std::string problems_of_config(std::string_view json) {
    const auto model = import_model("config.json", json);
    return model ? "imported" : text::render(model.error());
}

TEST(ImportModel, SaysWhatIsWrong) {
    const struct {
        std::string_view json, said;
    } cases[] = {
        {R"({"model_type": "llama", "hidden_size": 40)",
         "error: the JSON ends before it is complete\n"
         "  --> config.json:1:42\n"
         "   |\n"
         " 1 | {\"model_type\": \"llama\", \"hidden_size\": 40\n"
         "   |                                          ^ the file ends here\n"
         "hint: the file may be cut short; fetch it again\n"},
        {R"({"model_type": "rwkv7"})",
         "error: `model_type` is `rwkv7`, an architecture that is not known\n"
         "  --> config.json\n"
         "hint: describe the model by hand: docs/reference/model-files.md\n"},
        {R"([1])", "error: a config.json holds one JSON object\n  --> config.json\n"},
        {R"({"model_type": "llama", "hidden_size": 64, "vocab_size": "many",
             "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 128})",
         "error: `vocab_size` is a whole number of zero or more, found `\"many\"`\n"
         "  --> config.json\n"},
        {R"({"model_type": "gemma3_text", "num_kv_shared_layers": 20, "hidden_size": 64,
             "vocab_size": 10, "num_hidden_layers": 1, "num_attention_heads": 4,
             "intermediate_size": 128})",
         "error: `num_kv_shared_layers` is set, which a model here cannot express\n"
         "  --> config.json\n"
         "hint: describe the nearest model by hand: docs/reference/model-files.md\n"},
        {R"({"model_type": "qwen3", "hidden_size": 64, "vocab_size": 10, "num_hidden_layers": 1,
             "num_attention_heads": 4, "intermediate_size": 128, "layer_types": ["hyper"]})",
         "error: `layer_types` has `hyper`, a kind of layer that is not known\n"
         "  --> config.json\n"},
    };
    for (const auto& [json, said] : cases) EXPECT_EQ(problems_of_config(json), said) << json;
}

TEST(ImportModel, ReadsLayersOfEveryKind) {
    const auto model = import_model("maker--tiny_config.json", R"({"text_config": {
        "model_type": "qwen3_next", "hidden_size": 64, "vocab_size": 10, "num_hidden_layers": 4,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
        "full_attention_interval": 4, "linear_num_key_heads": 2, "linear_num_value_heads": 4,
        "linear_key_head_dim": 8, "linear_value_head_dim": 8, "num_experts": 8,
        "num_experts_per_tok": 2, "moe_intermediate_size": 32, "intermediate_size": 96,
        "mlp_only_layers": [0]}, "model_type": "qwen3_next"})");
    ASSERT_TRUE(model) << text::render(model.error());
    EXPECT_EQ(model_toml(*model),
              "[[model]]\nid = \"tiny\"\nname = \"tiny\"\nhidden = 64\nvocab = 10\n"
              "mixer.mixer1 = { kind = \"gated_delta\", value_dim = 8, key_heads = 2, "
              "value_heads = 4, key_dim = 8, conv = 4 }\n"
              "mixer.mixer2 = { kind = \"grouped\", gated = true, heads = 4, kv_heads = 2, "
              "head_dim = 16 }\n"
              "ffn.ffn1 = { width = 96, matrices = 3 }\n"
              "ffn.ffn2 = { matrices = 3, experts = 8, active = 2, expert_width = 32 }\n"
              "blocks = [\n"
              "    { count = 1, mixer = \"mixer1\", ffn = \"ffn1\" },\n"
              "    { count = 2, mixer = \"mixer1\", ffn = \"ffn2\" },\n"
              "    { count = 1, mixer = \"mixer2\", ffn = \"ffn2\" },\n"
              "]\nnative = \"bf16\"\n");
}

TEST(ImportModel, ReadsEveryPublishedConfig) {
    const char* stated = std::getenv("SLUICE_SHARED");
    const auto shared = stated ? std::filesystem::path{stated}
                               : std::filesystem::path{SLUICE_SOURCE_DIR} / "../shared";
    const auto files = text::files_in(shared / "models/hf_configs", ".json");
    if (files.empty()) GTEST_SKIP() << "no configs in " << shared;
    for (const auto& file : files) {
        const auto bytes = text::read_text(file);
        ASSERT_TRUE(bytes);
        const auto model = import_model(file.string(), *bytes);
        EXPECT_TRUE(model) << text::render(model.error());
        // Cut anywhere, it is refused, never misread.
        for (std::size_t cut = 1; cut + 2 < bytes->size(); cut += bytes->size() / 7)
            EXPECT_FALSE(import_model("config.json", bytes->substr(0, cut))) << file << " " << cut;
    }
}

}  // namespace
}  // namespace sluice::facts
