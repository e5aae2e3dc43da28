#include "law/lawbook.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "facts/data_file.h"
#include "law/link.h"
#include "law/parse.h"
#include "text/file.h"
#include "text/hash.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::law {
namespace {

namespace fs = std::filesystem;
using text::append;

// One directory of provisions; ids must be unique within it. Between two layers the same id is no
// mistake: the upper one replaces the lower.
using Layer = std::map<std::string, Provision, std::less<>>;

void add(Layer& layer, Provision provision, text::Diagnostics& problems) {
    const auto [found, fresh] = layer.try_emplace(provision.id);
    if (fresh) {
        found->second = std::move(provision);
        return;
    }
    const auto& first = found->second.where;
    text::report(problems, provision.where,
                 fmt::format("two provisions have the id `{}`", provision.id),
                 fmt::format("the first stands at {}:{}", first.file, first.line),
                 "give one of them another id, or make them versions of one provision");
}

Layer read_layer(const facts::World& world, const fs::path& dir, Lawbook& book, text::Sha256& hash,
                 text::Diagnostics& problems) {
    Layer layer;
    for (const auto& file : text::files_in(dir, ".law")) {
        auto text = text::read_text(file);
        if (!text) {
            append(problems, std::move(text.error()));
            continue;
        }
        // Relative, so that the same rules have the same hash wherever they are installed.
        hash.add_file(file.lexically_relative(dir).generic_string(), *text);
        auto parsed = parse_provisions(world, file.string(), *text);
        append(problems, std::move(parsed.problems));
        for (auto& provision : parsed.provisions) add(layer, std::move(provision), problems);
        book.files.push_back(file);
    }
    return layer;
}

// known.toml: up to which day the sources were read, and the phrases of worked cases.
void read_known(const fs::path& path, Lawbook& book, text::Diagnostics& problems) {
    const auto file = facts::read_data_file(path);
    if (!file) return append(problems, file.error());
    facts::TableReader known(*file, file->root, "known.toml", problems);
    for (const auto& [key, day] : {std::pair{"federal_register", &book.register_known_to},
                                   std::pair{"text", &book.text_known_to}}) {
        if (known.required(key)) *day = known.date(key).value_or(Date{});
    }
    book.phrases = known.texts("phrases");
    known.take("source");
    known.finish();
}

}  // namespace

int Lawbook::find(std::string_view id) const {
    const auto found = std::ranges::lower_bound(provisions, id, {}, &Provision::id);
    if (found == provisions.end() || found->id != id) return -1;
    return static_cast<int>(found - provisions.begin());
}

text::Result<Lawbook> load_lawbook(const facts::World& world, const fs::path& dir,
                                   const std::optional<fs::path>& overlay) {
    Lawbook book;
    text::Diagnostics problems;
    text::Sha256 hash;
    // An empty rulebook would answer every deal with "no licence required".
    for (const auto& each : {std::optional(dir), overlay}) {
        std::error_code ignored;
        if (each && !fs::is_directory(*each, ignored)) {
            text::report(problems, {}, fmt::format("no directory `{}`", each->string()), "",
                         "rules are read from `DATA/law`, and from `--law DIR`");
        }
    }
    if (!problems.empty()) return std::unexpected(std::move(problems));
    auto layer = read_layer(world, dir, book, hash, problems);
    read_known(dir / "known.toml", book, problems);
    if (overlay) {
        auto above = read_layer(world, *overlay, book, hash, problems);
        for (auto& [id, provision] : above) layer.insert_or_assign(id, std::move(provision));
    }
    for (auto& [id, provision] : layer) book.provisions.push_back(std::move(provision));
    book.hash = hash.hex();
    // Linking goes on in spite of broken files, so that their authors hear everything in one run.
    append(problems, link(book));
    return text::result_of(std::move(book), std::move(problems));
}

text::Result<std::vector<Provision>> parse_law(const facts::World& world, std::string_view name,
                                               std::string_view text) {
    const auto checked = text::checked_text(name, std::string(text));
    if (!checked) return std::unexpected(checked.error());
    auto parsed = parse_provisions(world, name, *checked);
    return text::result_of(std::move(parsed.provisions), std::move(parsed.problems));
}

text::Diagnostics unknown_names(const Lawbook& book, const facts::Case& the_case) {
    if (the_case.certified.empty() && the_case.red_flags.empty()) return {};
    std::vector<std::string> flags;
    for (const auto& provision : book.provisions)
        if (provision.kind == Kind::red_flag)
            flags.push_back(provision.id.substr(provision.id.rfind('.') + 1));
    text::Diagnostics problems;
    const auto refuse = [&](std::string_view what, const std::string& name,
                            const std::vector<std::string>& known, std::string_view flag) {
        if (text::contains(known, name)) return;
        auto otherwise = "`sluice law list` names every provision, `law show` its conditions";
        text::report(problems, {.file = std::string{flag}},
                     fmt::format("no {} is called `{}`", what, name), "",
                     text::did_you_mean(name, known, {}, otherwise));
    };
    for (const auto& [name, holds] : the_case.certified)
        refuse("condition", name, book.condition_names, "--certify");
    for (const auto& name : the_case.red_flags)
        if (book.find(name) < 0) refuse("red flag", name, flags, "--red-flag");
    return problems;
}

}  // namespace sluice::law
