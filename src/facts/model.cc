#include "facts/model.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>

#include "facts/data_file.h"
#include "quantity/unit.h"
#include "text/file.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

constexpr std::array<std::pair<MixerKind, std::string_view>, 6> mixer_names{{
    {MixerKind::none, "none"},
    {MixerKind::grouped, "grouped"},
    {MixerKind::mla, "mla"},
    {MixerKind::latent_mqa, "latent_mqa"},
    {MixerKind::gated_delta, "gated_delta"},
    {MixerKind::mamba2, "mamba2"},
}};

// A whole number of things: layers, heads, widths.
void read_count(TableReader& table, std::string_view key, int& out) {
    const auto* node = table.take(key);
    if (!node) return;
    const auto written = table.file().written(*node);
    int value = -1;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), value);
    if (node->kind != Node::Kind::number || error != std::errc{} ||
        end != written.data() + written.size() || value < 0)
        return table.fail(*node, "`" + std::string{key} + "` is a whole number of zero or more",
                          "found " + std::string{describe(node->kind)});
    out = value;
}

void read_flag(TableReader& table, std::string_view key, bool& out) {
    const auto* node = table.take(key);
    if (!node) return;
    if (node->kind != Node::Kind::boolean)
        return table.fail(*node, "`" + std::string{key} + "` is true or false");
    out = node->flag;
}

Mixer read_mixer(const DataFile& file, const Node& node, text::Diagnostics& problems) {
    TableReader table(file, node, "a mixer", problems);
    Mixer m;
    const auto* kind = table.required("kind");
    if (kind) {
        const auto found =
            std::ranges::find(mixer_names, table.text_of("kind", *kind),
                              [](const auto& pair) { return std::string{pair.second}; });
        if (found == mixer_names.end())
            table.fail(*kind, "no mixer kind of that name", "",
                       "grouped, mla, latent_mqa, gated_delta, mamba2 or none");
        else
            m.kind = found->first;
    }
    const std::pair<std::string_view, int*> counts[] = {
        {"heads", &m.heads},
        {"kv_heads", &m.kv_heads},
        {"head_dim", &m.head_dim},
        {"value_dim", &m.value_dim},
        {"q_rank", &m.q_rank},
        {"kv_rank", &m.kv_rank},
        {"qk_nope", &m.qk_nope},
        {"qk_rope", &m.qk_rope},
        {"output_groups", &m.output_groups},
        {"output_rank", &m.output_rank},
        {"window", &m.window},
        {"compression", &m.compression},
        {"index_heads", &m.index_heads},
        {"index_dim", &m.index_dim},
        {"index_top", &m.index_top},
        {"key_heads", &m.key_heads},
        {"value_heads", &m.value_heads},
        {"key_dim", &m.key_dim},
        {"conv", &m.conv},
    };
    for (const auto& [key, out] : counts) read_count(table, key, *out);
    read_flag(table, "gated", m.gated);
    table.finish();
    if (m.compression < 1) m.compression = 1;
    return m;
}

FeedForward read_ffn(const DataFile& file, const Node& node, text::Diagnostics& problems) {
    TableReader table(file, node, "a feed-forward part", problems);
    FeedForward f;
    const std::pair<std::string_view, int*> counts[] = {
        {"width", &f.width},
        {"matrices", &f.matrices},
        {"experts", &f.experts},
        {"active", &f.active},
        {"expert_width", &f.expert_width},
        {"expert_input", &f.expert_input},
        {"shared_width", &f.shared_width},
        {"node_limit", &f.node_limit},
    };
    for (const auto& [key, out] : counts) read_count(table, key, *out);
    table.finish();
    return f;
}

// The parts of a model by the names that its blocks use.
template <class Part, class Read>
std::map<std::string, Part> read_parts(TableReader& table, std::string_view key, Read read) {
    std::map<std::string, Part> parts;
    const auto* node = table.take(key);
    if (!node) return parts;
    for (const auto& child : node->children)
        parts.emplace(child.key, read(table.file(), child, table.problems()));
    return parts;
}

void read_blocks(TableReader& table, Model& model) {
    const auto mixers = read_parts<Mixer>(table, "mixer", read_mixer);
    const auto ffns = read_parts<FeedForward>(table, "ffn", read_ffn);
    const auto* blocks = table.take("blocks");
    if (!blocks) return;
    for (const auto& node : blocks->children) {
        TableReader block(table.file(), node, "a block", table.problems());
        Block out;
        read_count(block, "count", out.count);
        const auto part = [&](std::string_view key, const auto& parts, auto& to) {
            const auto* named = block.take(key);
            if (!named) return;
            const auto found = parts.find(block.text_of(key, *named));
            if (found == parts.end())
                block.fail(*named, "this model has no " + std::string{key} + " of that name");
            else
                to = found->second;
        };
        part("mixer", mixers, out.mixer);
        part("ffn", ffns, out.ffn);
        block.finish();
        model.blocks.push_back(out);
    }
}

void read_published(TableReader& table, Model& model) {
    const auto* node = table.take("published");
    if (!node) return;
    TableReader published(table.file(), *node, "published totals", table.problems());
    for (const auto& [key, out] : {std::pair{"total", &model.published_total},
                                   std::pair{"active", &model.published_active}}) {
        const auto* value = published.take(key);
        if (!value) continue;
        const auto parsed = quantity::parse_as(quantity::Dimension::count_billion, key,
                                               published.text_of(key, *value));
        if (!parsed)
            published.fail(*value, parsed.error().message, parsed.error().label,
                           parsed.error().hint);
        else
            *out = parsed->approximate() * 1e9;
    }
    published.finish();
}

Model read_model(const DataFile& file, const Node& node, std::string family,
                 text::Diagnostics& problems) {
    TableReader table(file, node, "a model", problems);
    Model model{.family = std::move(family), .where = file.where(node)};
    model.id = table.required_text("id");
    model.name = table.required_text("name");
    model.aliases = table.texts("aliases");
    read_count(table, "hidden", model.hidden);
    read_count(table, "vocab", model.vocab);
    read_count(table, "mtp_layers", model.mtp_layers);
    read_flag(table, "tied_embeddings", model.tied_embeddings);
    model.native_precision = table.text("native");
    read_blocks(table, model);
    read_published(table, model);
    if (table.required("source")) model.sources = table.texts("source");
    model.date = table.required_text("date");
    model.confidence = table.required_text("confidence");
    model.note = table.text("note");
    table.finish();
    return model;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::string_view to_string(MixerKind kind) {
    return std::ranges::find(mixer_names, kind, &std::pair<MixerKind, std::string_view>::first)
        ->second;
}

text::Result<std::vector<Model>> load_models(const std::filesystem::path& dir) {
    std::vector<Model> models;
    text::Diagnostics problems;
    for (const auto& path : text::files_in(dir, ".toml")) {
        auto file = read_data_file(path);
        if (!file) {
            problems.insert(problems.end(), file.error().begin(), file.error().end());
            continue;
        }
        const auto* list = file->root.child("model");
        if (!list) continue;
        for (const auto& node : list->children) {
            auto model = read_model(*file, node, path.stem().string(), problems);
            if (const auto* other = find_model(models, model.id))
                problems.push_back({.message = "two models are called `" + model.id + "`",
                                    .where = model.where,
                                    .hint = "the other one is in " + other->where.file});
            models.push_back(std::move(model));
        }
    }
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return models;
}

const Model* find_model(const std::vector<Model>& models, std::string_view name) {
    for (const auto& model : models)
        if (same_name(model.id, name) || same_name(model.name, name) ||
            std::ranges::any_of(model.aliases, [&](const auto& a) { return same_name(a, name); }))
            return &model;
    return nullptr;
}

}  // namespace sluice::facts
