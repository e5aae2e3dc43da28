#include "facts/model.h"

#include <array>
#include <map>

#include "facts/read_data.h"
#include "quantity/unit.h"

namespace sluice::facts {
namespace {

// By MixerKind.
constexpr std::array<std::string_view, 6> mixer_names{"none",       "grouped",     "mla",
                                                      "latent_mqa", "gated_delta", "mamba2"};

Mixer read_mixer(const DataFile& file, const Node& node, text::Diagnostics& problems) {
    TableReader table(file, node, "a mixer", problems);
    Mixer m;
    table.required("kind");
    if (const auto kind = table.word("kind", mixer_names)) m.kind = static_cast<MixerKind>(*kind);
    for (const auto& [key, field] : mixer_counts) table.count(key, m.*field);
    table.flag("gated", m.gated);
    table.finish();
    if (m.compression < 1) m.compression = 1;
    return m;
}

FeedForward read_ffn(const DataFile& file, const Node& node, text::Diagnostics& problems) {
    TableReader table(file, node, "a feed-forward part", problems);
    FeedForward f;
    for (const auto& [key, field] : ffn_counts) table.count(key, f.*field);
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
    for (const auto& node : table.list("blocks")) {
        TableReader block(table.file(), node, "a block", table.problems());
        Block out;
        block.count("count", out.count);
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
    published.quantity("total", quantity::Dimension::count_billion, 1e9, model.published_total);
    published.quantity("active", quantity::Dimension::count_billion, 1e9, model.published_active);
    published.finish();
}

Model read_model(const DataFile& file, const Node& node, text::Diagnostics& problems) {
    TableReader table(file, node, "a model", problems);
    Model model{.family = std::filesystem::path(file.name).stem().string(),
                .where = file.where(node)};
    model.id = table.required_text("id");
    model.name = table.required_text("name");
    model.aliases = table.texts("aliases");
    table.count("hidden", model.hidden);
    table.count("vocab", model.vocab);
    table.count("mtp_layers", model.mtp_layers);
    table.flag("tied_embeddings", model.tied_embeddings);
    model.native_precision = table.text("native");
    read_blocks(table, model);
    read_published(table, model);
    model.sources = table.required_texts("source");
    for (const auto key : {"date", "confidence"}) table.required_text(key);
    model.note = table.text("note");
    table.finish();
    return model;
}

}  // namespace

std::string_view to_string(MixerKind kind) { return mixer_names[static_cast<std::size_t>(kind)]; }

text::Result<std::vector<Model>> load_models(const std::filesystem::path& dir) {
    auto models = read_each<Model>(dir, "model", read_model);
    if (!models) return models;
    text::Diagnostics problems;
    report_clashes(NameIndex(&Model::id, *models), &Model::id, *models, "models", problems);
    return text::result_of(*std::move(models), std::move(problems));
}

const Model* find_model(const std::vector<Model>& models, std::string_view name) {
    const int code = NameIndex(&Model::id, models).find(name);
    return code < 0 ? nullptr : &models[static_cast<std::size_t>(code)];
}

}  // namespace sluice::facts
