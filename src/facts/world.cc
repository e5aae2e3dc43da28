#include "facts/world.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "facts/read_data.h"
#include "text/file.h"
#include "text/hash.h"
#include "text/sequence.h"

namespace sluice::facts {
namespace {

namespace fs = std::filesystem;

void read_questions(const DataFile& file, World& world, text::Diagnostics& problems) {
    TableReader root(file, file.root, "the file", problems);
    for (const FactInfo& fact : all_facts()) {
        const Node* node = root.required(fact.name);
        if (node == nullptr) continue;
        TableReader table(file, *node, "a fact", problems);
        world.questions[index(fact.id)] = {.words = table.required_text("question"),
                                           .statement = table.required_text("statement")};
        table.finish();
    }
    root.finish();
}

void sort_by_place(text::Diagnostics& problems) {
    std::ranges::sort(problems, {}, [](const text::Diagnostic& problem) {
        return std::tie(problem.where.file, problem.where.line, problem.where.column,
                        problem.message);
    });
}

}  // namespace

bool PartyList::contains(std::int32_t party, quantity::Date date) const {
    return std::ranges::any_of(members, [&](const Member& member) {
        return member.party == party && member.period.contains(date);
    });
}

void World::index() {
    chip_names = NameIndex(&Chip::id, chips);
    party_names = NameIndex(&Party::id, parties);
}

int World::find_chip(std::string_view name) const {
    if (const int code = chip_names.find(name); code >= 0) return code;
    // "NVIDIA H20": the vendor's name, then a name of one of its chips.
    const std::string folded = fold_name(name);
    for (const auto& [vendor, party] : party_names.entries) {
        if (!folded.starts_with(vendor)) continue;
        const int code = chip_names.find(folded.substr(vendor.size()));
        if (code >= 0 && chips[static_cast<std::size_t>(code)].vendor == party) return code;
    }
    return -1;
}

text::Result<World> load(const std::filesystem::path& dir) {
    World world;
    text::Diagnostics problems;
    text::Sha256 hash;
    const auto read = [&](const fs::path& path) -> std::optional<DataFile> {
        auto file = read_data_file(path);
        if (file) {
            hash.add_file(path.lexically_relative(dir).generic_string(), file->bytes);
            return std::move(*file);
        }
        append(problems, std::move(file.error()));
        return std::nullopt;
    };
    if (const auto file = read(dir / "facts.toml")) read_questions(*file, world, problems);
    if (const auto file = read(dir / "places/countries.toml"))
        read_countries(*file, world.places, problems);
    if (const auto file = read(dir / "places/groups.toml"))
        read_groups(*file, world.places, problems);
    // Chips name parties and lists name vendors, so that vendors are read first and chips last.
    std::vector<std::pair<DataFile, int>> chip_files;
    std::size_t chips = 0;
    for (const fs::path& path : text::files_in(dir / "chips", ".toml")) {
        auto file = read(path);
        if (!file) continue;
        chips += file->root.list("chip").size();
        const int vendor = read_vendor(*file, world, problems);
        chip_files.emplace_back(std::move(*file), vendor);
    }
    if (const auto file = read(dir / "parties/parties.toml")) read_parties(*file, world, problems);
    if (const auto file = read(dir / "parties/lists.toml"))
        read_party_lists(*file, world, problems);
    world.chips.reserve(chips);  // a chip is several kilobytes: do not move it about
    for (const auto& [file, vendor] : chip_files) read_chips(file, vendor, world, problems);
    if (chip_files.empty())
        problems.push_back({.message = "no chips were found",
                            .hint = "`--data DIR` names the folder that holds chips/*.toml"});
    world.index();
    report_clashes(world.chip_names, &Chip::id, world.chips, "chips", problems);
    report_clashes(world.party_names, &Party::id, world.parties, "parties", problems);
    world.hash = hash.hex();
    sort_by_place(problems);
    return text::result_of(std::move(world), std::move(problems));
}

text::Result<Chip> load_own_chip(const World& world, const fs::path& file) {
    const auto data = read_data_file(file);
    if (!data) return std::unexpected(data.error());
    text::Diagnostics problems;
    Chip chip = read_own_chip(*data, world, problems);
    sort_by_place(problems);
    return text::result_of(std::move(chip), std::move(problems));
}

}  // namespace sluice::facts
