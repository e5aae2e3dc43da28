#include "facts/world.h"

#include <algorithm>
#include <deque>
#include <tuple>

#include <fmt/format.h>

#include "facts/read_data.h"
#include "text/file.h"
#include "text/hash.h"

namespace sluice::facts {
namespace {

namespace fs = std::filesystem;

template <class Thing>
void report_clashes(const NameIndex& index, const std::vector<Thing>& things, std::string_view kind,
                    text::Diagnostics& problems) {
    for (const auto& [first, second] : index.clashes()) {
        // Neither of the two is wrong by itself; the later one is shown.
        const Thing& a = things[static_cast<std::size_t>(first.second)];
        const Thing& b = things[static_cast<std::size_t>(second.second)];
        if (a.id == b.id && first.first != fold_name(b.id)) continue;  // reported once, by the id
        const bool ids = a.id == b.id;
        const auto name = name_that_folds_to(second.first, b.id, b.name, b.aliases);
        problems.push_back(
            {.message = ids ? fmt::format("two {} have the id `{}`", kind, b.id)
                            : fmt::format("`{}` names two {}", name, kind),
             .where = b.where,
             .label = ids ? "the second" : fmt::format("and `{}`", a.id),
             .hint = fmt::format("the other is at {}:{}", a.where.file, a.where.line)});
    }
}

// Reads files in a fixed order, hashes them, and keeps them until all are understood.
class DataFolder {
public:
    explicit DataFolder(fs::path dir) : dir_(std::move(dir)) {}

    const DataFile* read(const fs::path& path) {
        auto file = read_data_file(path);
        if (!file) {
            problems.insert(problems.end(), file.error().begin(), file.error().end());
            return nullptr;
        }
        hash_.add_file(path.lexically_relative(dir_).generic_string(), file->bytes);
        return &files_.emplace_back(std::move(*file));
    }
    const DataFile* read_named(std::string_view name) { return read(dir_ / name); }
    std::vector<fs::path> toml_in(std::string_view folder) const {
        return text::files_in(dir_ / folder, ".toml");
    }
    std::string hash() const { return hash_.hex(); }

    text::Diagnostics problems{};

private:
    fs::path dir_;
    std::deque<DataFile> files_{};
    text::Sha256 hash_{};
};

void load_places(DataFolder& data, World& world) {
    if (const auto* file = data.read_named("places/countries.toml")) {
        read_countries(*file, world.places, data.problems);
    }
    if (const auto* file = data.read_named("places/groups.toml")) {
        read_groups(*file, world.places, data.problems);
    }
}

void load_chips_and_parties(DataFolder& data, World& world) {
    std::vector<std::pair<const DataFile*, int>> chip_files;
    for (const fs::path& path : data.toml_in("chips")) {
        const DataFile* file = data.read(path);
        if (file != nullptr) {
            chip_files.emplace_back(file, read_vendor(*file, world, data.problems));
        }
    }
    if (const auto* file = data.read_named("parties/parties.toml")) {
        read_parties(*file, world, data.problems);
    }
    if (const auto* file = data.read_named("parties/lists.toml")) {
        read_party_lists(*file, world, data.problems);
    }
    std::size_t chips = 0;
    for (const auto& [file, vendor] : chip_files) chips += file->root.list("chip").size();
    world.chips.reserve(chips);  // a chip is several kilobytes: do not move it about
    for (const auto& [file, vendor] : chip_files) {
        read_chips(*file, vendor, world, data.problems);
    }
    if (chip_files.empty()) {
        data.problems.push_back({.message = "no chips were found",
                                 .hint = "`--data DIR` names the folder that holds chips/*.toml"});
    }
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
    const std::vector<int> named = chips_named(name);
    return named.size() == 1 ? named[0] : -1;
}

std::vector<int> World::chips_named(std::string_view name) const {
    if (const int code = chip_names.find(name); code >= 0) return {code};
    // "NVIDIA H20": the vendor's name, then a name of one of its chips.
    const std::string folded = fold_name(name);
    for (const auto& [vendor, party] : party_names.entries) {
        if (!folded.starts_with(vendor)) continue;
        const int code = chip_names.find(folded.substr(vendor.size()));
        if (code >= 0 && chips[static_cast<std::size_t>(code)].vendor == party) return {code};
    }
    return {};
}

int World::find_party(std::string_view name) const { return party_names.find(name); }

const PartyList* World::party_list(std::string_view id) const {
    return find_by(&PartyList::id, party_lists, id);
}

text::Result<World> load(const std::filesystem::path& dir) {
    World world;
    DataFolder data(dir);
    load_places(data, world);
    load_chips_and_parties(data, world);
    world.index();
    report_clashes(world.chip_names, world.chips, "chips", data.problems);
    report_clashes(world.party_names, world.parties, "parties", data.problems);
    world.hash = data.hash();
    if (data.problems.empty()) return world;
    sort_by_place(data.problems);
    return std::unexpected(std::move(data.problems));
}

text::Result<Chip> load_own_chip(const World& world, const std::filesystem::path& file) {
    const auto data = read_data_file(file);
    if (!data) return std::unexpected(data.error());
    text::Diagnostics problems;
    Chip chip = read_own_chip(*data, world, problems);
    if (problems.empty()) return chip;
    sort_by_place(problems);
    return std::unexpected(std::move(problems));
}

}  // namespace sluice::facts
