// The committed data against the survey and the tables it was made from.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "facts/deal.h"
#include "facts/world.h"
#include "text/csv.h"

namespace sluice::facts {
namespace {

namespace fs = std::filesystem;
using quantity::Decimal;
using quantity::make_date;

const World& committed() {
    static const World world = [] {
        auto loaded = load(fs::path(SLUICE_SOURCE_DIR) / "data");
        if (loaded) return std::move(*loaded);
        ADD_FAILURE() << text::render(loaded.error());
        return World{};
    }();
    return world;
}

fs::path shared() {
    const char* set = std::getenv("SLUICE_SHARED");
    return set != nullptr ? fs::path(set) : fs::path(SLUICE_SOURCE_DIR).parent_path() / "shared";
}

using Row = std::map<std::string, std::string>;

std::vector<Row> rows_of(const fs::path& path) {
    std::vector<Row> rows;
    std::FILE* file = std::fopen(path.c_str(), "r");
    if (file == nullptr) return rows;
    text::CsvReader reader(file);
    std::vector<std::string> names;
    text::CsvRow row;
    while (reader.next(row)) {
        EXPECT_EQ(row.error, "");
        if (names.empty()) {
            names.assign(row.fields.begin(), row.fields.end());
            continue;
        }
        Row& made = rows.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i) made[names[i]] = row.fields[i];
    }
    std::fclose(file);
    return rows;
}

#define SKIP_WITHOUT(path)                                                        \
    if (!fs::exists(path)) {                                                      \
        GTEST_SKIP() << (path).string() << " is absent: nothing to compare with"; \
    }

const Chip* chip_of(const std::string& id) {
    const int code = committed().find_chip(id);
    return code < 0 ? nullptr : &committed().chips[static_cast<std::size_t>(code)];
}

// ---- the survey of chips ----------------------------------------------------------------------

struct Column {
    const char* name;
    Measured Chip::* field;
    int scale;  // of the survey's unit to the canonical one
};
constexpr Column columns[] = {
    {"die_area_mm2", &Chip::die_area, 1},
    {"transistor_count_bn", &Chip::transistor_count, 1},
    {"memory_gb", &Chip::memory_capacity, 1},
    {"memory_bw_gbs", &Chip::memory_bandwidth, 1},
    {"l2_mb", &Chip::cache, 1000},
    {"sm_count", &Chip::unit_count, 1},
    {"boost_clock_mhz", &Chip::boost_clock, 1},
    {"tdp_w", &Chip::power, 1},
    {"approx_price_usd", &Chip::price, 1},
};
constexpr const char* rate_columns[format_count] = {
    "fp64_tflops", "fp64_tensor_tflops", "fp32_tflops", "tf32_tflops", "bf16_fp16_tensor_tflops",
    "fp8_tflops",  "int8_tops",          "fp6_tflops",  "fp4_tflops",  "int4_tops"};

Value value_of(const std::string& cell, int scale = 1) {
    if (cell.empty()) return Value::unknown();
    const auto value = quantity::parse_decimal(cell);
    if (!value) return Value::absent();  // never equal to a figure
    return Value::number(Decimal::from_millionths(value->millionths() / scale));
}

// Known where the survey is, inside our interval, and what we prefer.
void expect_cell(const Row& row, const char* name, const Measured& ours, const Value& cell) {
    const std::string& id = row.at("id");
    if (cell.known == Known::unknown) {
        EXPECT_EQ(ours.value, Value::unknown()) << id << " " << name;
        return;
    }
    EXPECT_LE(ours.value.lo, cell.lo) << id << " " << name;
    EXPECT_GE(ours.value.hi, cell.hi) << id << " " << name;
    EXPECT_EQ(ours.preferred, cell) << id << " " << name;
    EXPECT_FALSE(ours.provenance.sources.empty()) << id << " " << name;
    EXPECT_FALSE(ours.provenance.date.empty()) << id << " " << name;
    const bool closed = ours.value.hi != Decimal::largest().millionths();
    if (ours.value.known == Known::range && closed && name != std::string("approx_price_usd") &&
        id != "hygon-dcu-k100-ai-64gb") {
        ASSERT_TRUE(ours.high_end) << id << " " << name;
        EXPECT_FALSE(ours.high_end->sources.empty()) << id << " " << name;
    }
}

TEST(DataChips, HoldEveryRowOfTheSurvey) {
    const fs::path path = shared() / "chips/chips.csv";
    SKIP_WITHOUT(path);
    const auto rows = rows_of(path);
    ASSERT_EQ(rows.size(), 129U);
    EXPECT_EQ(committed().chips.size(), rows.size());
    for (const Row& row : rows) {
        const Chip* chip = chip_of(row.at("id"));
        ASSERT_NE(chip, nullptr) << row.at("id");
        EXPECT_EQ(chip->id, row.at("id"));
        EXPECT_EQ(chip->name, row.at("name"));
        EXPECT_EQ(chip->family, row.at("family_arch"));
        EXPECT_EQ(chip->launched, row.at("launch_date"));
        EXPECT_EQ(chip->process_node, row.at("process_node"));
        EXPECT_EQ(chip->foundry, row.at("foundry"));
        EXPECT_EQ(chip->memory_type, row.at("memory_type"));
        EXPECT_EQ(chip->form_factor, row.at("form_factor"));
        const int vendor = committed().find_party(row.at("vendor"));
        EXPECT_EQ(chip->vendor, vendor) << row.at("id");
        EXPECT_GE(vendor, 0) << row.at("vendor");
        const std::string& marketed = row.at("marketed_for_datacenter");
        EXPECT_EQ(chip->marketed_for_datacentre,
                  marketed.empty() ? Value::unknown() : Value::boolean(marketed == "yes"))
            << row.at("id");
        std::string confidence = row.at("confidence");
        std::ranges::replace(confidence, ' ', '_');
        EXPECT_EQ(to_string(chip->marketed_provenance.confidence),
                  marketed.empty() ? "estimate" : confidence)
            << row.at("id");
    }
}

TEST(DataChips, AgreeWithEveryCellOfTheSurvey) {
    const fs::path path = shared() / "chips/chips.csv";
    SKIP_WITHOUT(path);
    for (const Row& row : rows_of(path)) {
        const Chip* chip = chip_of(row.at("id"));
        ASSERT_NE(chip, nullptr);
        const bool sram = row.at("memory_type") == "SRAM";
        for (const Column& column : columns) {
            Value cell = value_of(row.at(column.name), column.scale);
            Measured ours = chip->*column.field;
            const bool memory =
                column.field == &Chip::memory_capacity || column.field == &Chip::memory_bandwidth;
            if (sram && memory) {
                // The survey's memory of a chip without DRAM is what it keeps on the die.
                EXPECT_EQ(ours.value, Value::absent()) << chip->id << " " << column.name;
                ours = column.field == &Chip::memory_capacity ? chip->cache : chip->cache_bandwidth;
            }
            if (sram && column.field == &Chip::cache) continue;
            // Told in the survey's notes alone.
            if (chip->id == "alibaba-hanguang-800" && column.field == &Chip::cache) continue;
            expect_cell(row, column.name, ours, cell);
        }
        for (std::size_t i = 0; i < format_count; ++i)
            expect_cell(row, rate_columns[i], chip->rate[i], value_of(row.at(rate_columns[i])));
    }
}

TEST(DataChips, LinksAreThoseOfTheSurvey) {
    const fs::path path = shared() / "chips/chips.csv";
    SKIP_WITHOUT(path);
    for (const Row& row : rows_of(path)) {
        const Chip* chip = chip_of(row.at("id"));
        ASSERT_NE(chip, nullptr);
        const Value cell = value_of(row.at("scaleup_bw_bidir_gbs"));
        if (chip->scaleup_bandwidth.value.known == Known::absent) {
            // Where no other link exists the survey repeats PCIe.
            EXPECT_EQ(chip->pcie_bandwidth.value, cell) << chip->id;
        } else {
            expect_cell(row, "scaleup_bw_bidir_gbs", chip->scaleup_bandwidth, cell);
        }
        const bool pcie = !row.at("pcie_gen").empty() || row.at("interconnect").starts_with("PCIe");
        EXPECT_EQ(chip->pcie_bandwidth.value.known != Known::unknown, pcie) << chip->id;
    }
}

TEST(DataChips, TppIsThatOfTheSurvey) {
    const fs::path path = shared() / "chips/chips.csv";
    SKIP_WITHOUT(path);
    int compared = 0;
    for (const Row& row : rows_of(path)) {
        const Chip* chip = chip_of(row.at("id"));
        ASSERT_NE(chip, nullptr);
        if (row.at("tpp").empty()) continue;
        ++compared;
        const double survey = std::stod(row.at("tpp"));
        const Value tpp = tpp_of(*chip).value;
        // The survey rounds to whole numbers and takes the wider of two formats within 0.3 %.
        EXPECT_LE(static_cast<double>(tpp.lo) / 1e6, survey * 1.003 + 0.5) << chip->id;
        EXPECT_GE(static_cast<double>(tpp.hi) / 1e6, survey - 0.5) << chip->id;
        const Value& area = chip->die_area.value;
        if (tpp.known == Known::exact && area.known == Known::exact) {
            const double density = static_cast<double>(tpp.lo) / static_cast<double>(area.lo);
            EXPECT_NEAR(density, std::stod(row.at("performance_density")), density * 0.003)
                << chip->id;
        }
    }
    EXPECT_EQ(compared, 113);
}

// ---- what the worked cases rest on ------------------------------------------------------------

// Bounds in TPP, GB/s and mm2 that the outcome of a worked case needs; -1 leaves an end free.
struct Bound {
    const char* id;
    double tpp_from, tpp_below;
    double density_from, density_below;  // TPP per mm2
};

TEST(DataChips, NoDisputeCrossesAThresholdThatACaseNeeds) {
    const Bound bounds[] = {
        {"nvidia-a100-sxm-80gb", 4800, 21000, -1, -1},
        {"nvidia-a30-24gb", 2400, 4800, 1.6, 5.92},
        {"nvidia-rtx-3090-24gb", -1, 4800, -1, -1},
        {"nvidia-l4-24gb", 1600, 4800, 5.92, -1},
        {"nvidia-l40-48gb", 2400, 4800, 1.6, 5.92},
        {"nvidia-l40s-48gb", 4800, 21000, -1, -1},
        {"nvidia-l20-48gb", 1600, 2400, 1.6, 3.2},
        {"nvidia-h100-sxm-80gb", 4800, 21000, -1, -1},
        {"nvidia-h800-sxm-80gb", 4800, -1, -1, -1},
        {"nvidia-h200-sxm-141gb", 14001, 17500, -1, -1},
        {"nvidia-h20-sxm-96gb", 1600, 2400, 1.6, 3.2},
        {"nvidia-b200-sxm-180gb", 21000, -1, -1, -1},
        {"nvidia-rtx-4090-24gb", 4800, -1, -1, -1},
        {"nvidia-rtx-4090d-24gb", -1, 4800, -1, -1},
        {"amd-mi210-64gb", 2400, 4800, 1.6, 5.92},
        {"amd-mi250-128gb", 4800, 21000, -1, -1},
        {"amd-mi300x-192gb", 4800, 21000, -1, -1},
        {"amd-mi325x-256gb", 4800, 21000, -1, -1},
        {"amd-mi350x-288gb", 21000, -1, -1, -1},
        {"intel-gaudi3-128gb", 21000, -1, -1, -1},
        {"intel-max-1550-128gb", 4800, 21000, -1, -1},
        {"google-tpu-v5p-95gb", 4800, 21000, -1, -1},
        {"aws-trainium2-96gb", 4800, 21000, -1, -1},
        {"aws-inferentia2-32gb", 2400, 4800, -1, -1},
        {"huawei-ascend-910c-128gb", 4800, -1, -1, -1},
        {"nvidia-v100-sxm2-32gb", 1600, 2400, 1.6, 3.2},
    };
    for (const Bound& bound : bounds) {
        const Chip* chip = chip_of(bound.id);
        ASSERT_NE(chip, nullptr) << bound.id;
        const Value tpp = tpp_of(*chip).value;
        const auto lo = static_cast<double>(tpp.lo) / 1e6;
        const auto hi = static_cast<double>(tpp.hi) / 1e6;
        EXPECT_GE(lo, bound.tpp_from) << bound.id;
        if (bound.tpp_below > 0) {
            EXPECT_LT(hi, bound.tpp_below) << bound.id;
        }
        if (bound.density_from < 0 && bound.density_below < 0) continue;
        const Value& area = chip->die_area.value;
        EXPECT_GE(lo / (static_cast<double>(area.hi) / 1e6), bound.density_from) << bound.id;
        if (bound.density_below > 0) {
            EXPECT_LT(hi / (static_cast<double>(area.lo) / 1e6), bound.density_below) << bound.id;
        }
    }
    // Known by its absence: which limb it meets cannot be said.
    EXPECT_EQ(chip_of("aws-inferentia2-32gb")->die_area.value, Value::unknown());
    EXPECT_EQ(tpp_of(*chip_of("nvidia-h20-sxm-96gb")).value, Value::number(Decimal{2368}));
}

TEST(DataChips, TheFirstRuleSeparatesTheChinaModelsByTheirLinks) {
    const Decimal limit{600};
    for (const char* id : {"nvidia-a100-sxm-80gb", "nvidia-h100-sxm-80gb", "amd-mi250-128gb"})
        EXPECT_GE(io_bandwidth_of(*chip_of(id)).lo, limit.millionths()) << id;
    for (const char* id : {"nvidia-a800-sxm-80gb", "nvidia-h800-sxm-80gb", "nvidia-rtx-4090-24gb"})
        EXPECT_LT(io_bandwidth_of(*chip_of(id)).hi, limit.millionths()) << id;
}

TEST(DataChips, EverydayNamesFindTheBestKnownVariant) {
    const std::pair<const char*, const char*> names[] = {
        {"H20", "nvidia-h20-sxm-96gb"},
        {"h100", "nvidia-h100-sxm-80gb"},
        {"A100", "nvidia-a100-sxm-80gb"},
        {"H800", "nvidia-h800-sxm-80gb"},
        {"H200", "nvidia-h200-sxm-141gb"},
        {"4090", "nvidia-rtx-4090-24gb"},
        {"RTX4090", "nvidia-rtx-4090-24gb"},
        {"rtx 4090 d", "nvidia-rtx-4090d-24gb"},
        {"MI300X", "amd-mi300x-192gb"},
        {"910C", "huawei-ascend-910c-128gb"},
        {"Ascend 910C", "huawei-ascend-910c-128gb"},
        {"Kirin 9000S", "huawei-kirin-9000s"},
        {"Gaudi 3", "intel-gaudi3-128gb"},
        {"TPU v5p", "google-tpu-v5p-95gb"},
        {"NVIDIA H20", "nvidia-h20-sxm-96gb"},
        {"Nvidia Corporation H20", "nvidia-h20-sxm-96gb"},
        {"Xeon 8480+", "intel-xeon-8480plus"},
    };
    for (const auto& [name, id] : names) EXPECT_EQ(chip_of(name), chip_of(id)) << name;
    for (const char* name : {"AMD H20", "NVIDIA", "H", "H200 SXM 96GB"})
        EXPECT_EQ(chip_of(name), nullptr) << name;
}

// ---- places and parties -----------------------------------------------------------------------

PlaceSet group_on(const char* name, quantity::Date date) {
    const PlaceGroup* group = committed().places.group(name);
    EXPECT_NE(group, nullptr) << name;
    return group == nullptr ? PlaceSet{} : group->on(date);
}

std::set<std::string> codes_of(const PlaceSet& set) {
    std::set<std::string> codes;
    for (std::size_t i = 0; i < set.size(); ++i)
        if (set[i]) codes.insert(committed().places.all[i].iso);
    return codes;
}

TEST(DataPlaces, GroupsAreThePrintedTable) {
    const fs::path path = shared() / "law/country_groups_2026-09-01.csv";
    SKIP_WITHOUT(path);
    const auto rows = rows_of(path);
    ASSERT_EQ(rows.size(), 200U);
    const char* names[] = {"A1", "A2", "A3", "A4", "A5", "A6", "B",
                           "D1", "D2", "D3", "D4", "D5", "E1", "E2"};
    for (const std::string column : names) {
        const std::string name =
            column.size() == 1 ? column : column.substr(0, 1) + ":" + column[1];
        std::set<std::string> printed;
        for (const Row& row : rows)
            if (row.at(column) == "X") printed.insert(row.at("iso2"));
        EXPECT_EQ(codes_of(group_on(name.c_str(), make_date(2026, 9, 1))), printed) << name;
    }
    for (const Row& row : rows) {
        EXPECT_EQ(committed().places.find(row.at("iso2")),
                  committed().places.find(row.at("ear_name")))
            << row.at("ear_name");
        EXPECT_GE(committed().places.find(row.at("iso2")), 0) << row.at("iso2");
    }
}

TEST(DataFacts, EveryFactSaysWhatItAsksAndHowToStateIt) {
    std::set<std::string> flags;
    for (const DealKey& key : deal_keys()) flags.insert(std::string(key.flag));
    for (const FactInfo& fact : all_facts()) {
        const auto& [words, statement] = committed().questions[index(fact.id)];
        EXPECT_NE(words.back(), '.') << fact.name;
        EXPECT_TRUE(flags.contains(statement.substr(0, statement.find(' ')))) << fact.name;
    }
}

TEST(DataPlaces, MembershipsChangeOnTheirDays) {
    const struct {
        const char* group;
        const char* place;
        quantity::Date day;  // the first day of the new state
        bool member;         // from that day
        bool ends = true;    // it was the other way round before
    } changes[] = {
        {"A:6", "CY", make_date(2020, 12, 28), true},
        {"A:6", "MX", make_date(2020, 12, 28), true},
        {"B", "UA", make_date(2020, 12, 28), true},
        {"D:5", "KH", make_date(2021, 12, 9), true},
        {"D:5", "KH", make_date(2025, 11, 7), false},
        {"B", "NI", make_date(2024, 3, 15), false},
        {"D:1", "NI", make_date(2024, 3, 15), true},
        {"D:5", "NI", make_date(2024, 3, 15), true},
        {"D:5", "CY", make_date(2024, 5, 30), false},
        {"D:3", "AE", make_date(2026, 7, 10), false},
        {"D:4", "AE", make_date(2026, 7, 10), false},
        {"A:5", "AE", make_date(2026, 7, 10), true},
        {"supp5a", "TW", make_date(2025, 1, 13), true},
        {"supp5a", "US", make_date(2025, 1, 13), true},
    };
    for (const auto& change : changes) {
        const auto code = static_cast<std::size_t>(committed().places.find(change.place));
        for (const int step : {-1, 0, 1}) {
            const quantity::Date day{change.day.days + step};
            EXPECT_EQ(group_on(change.group, day)[code], change.member == (step >= 0))
                << change.place << " in " << change.group << " on " << to_string(day);
        }
    }
    EXPECT_EQ(group_on("supp5a", make_date(2025, 1, 13)).count(), 19U);
    EXPECT_EQ(group_on("supp5b", make_date(2025, 1, 13)).count(), 0U);
}

TEST(DataPlaces, ChangesAreThoseOfTheSharedTable) {
    const fs::path path = shared() / "law/country_group_changes.csv";
    SKIP_WITHOUT(path);
    int compared = 0;
    for (const Row& row : rows_of(path)) {
        std::string name = row.at("group");
        if (row.at("iso2") == "KH" && name == "D:5 (EAR table)")
            continue;  // the State list governs
        if (name.ends_with(" (State list)") || name.ends_with(" (EAR table)"))
            name = name.substr(0, 3);
        const PlaceGroup* group = committed().places.group(name);
        if (group == nullptr || row.at("iso2").size() != 2) continue;
        // Cyprus in the State list: neither end was found. The row of its A:6 mark has no end.
        if (row.at("iso2") == "CY" && name == "D:5" && row.at("group").contains("State")) continue;
        const auto code = static_cast<std::size_t>(committed().places.find(row.at("iso2")));
        const bool removed = row.at("change").starts_with("removed");
        const auto from = quantity::parse_date(row.at("date_from"));
        const auto last = quantity::parse_date(row.at("date_to"));
        if (from) {
            EXPECT_NE(group->on(*from)[code], removed) << row.at("iso2") << " " << name;
            EXPECT_EQ(group->on(quantity::previous_day(*from))[code], removed)
                << row.at("iso2") << " " << name;
        }
        if (last) {
            EXPECT_TRUE(group->on(*last)[code]) << row.at("iso2") << " " << name;
            EXPECT_FALSE(group->on(quantity::next_day(*last))[code])
                << row.at("iso2") << " " << name;
        }
        compared += from || last;
    }
    EXPECT_EQ(compared, 12);
}

// (D:1 + D:4 + D:5) - (A:5 + A:6), the places of the lower tier.
PlaceSet scope_on(quantity::Date date) {
    return (group_on("D:1", date) | group_on("D:4", date) | group_on("D:5", date)) &
           ~(group_on("A:5", date) | group_on("A:6", date));
}

TEST(DataPlaces, TheScopeOfTheLowerTierLosesTheEmirates) {
    const auto emirates = static_cast<std::size_t>(committed().places.find("AE"));
    const PlaceSet after = scope_on(make_date(2026, 7, 23));
    EXPECT_EQ(after.count(), 45U);
    EXPECT_FALSE(after[emirates]);
    EXPECT_EQ(scope_on(make_date(2026, 7, 10)), after);
    const PlaceSet before = scope_on(make_date(2026, 7, 9));
    EXPECT_EQ(before.count(), 46U);
    EXPECT_EQ(before & ~after, PlaceSet{}.set(emirates));
}

TEST(DataPlaces, EthiopiaIsNoMember) {
    const PlaceGroup& group = *committed().places.group("D:5");
    const auto ethiopia = static_cast<PlaceCode>(committed().places.find("Ethiopia"));
    EXPECT_FALSE(group.on(make_date(2022, 1, 1))[ethiopia]);
}

TEST(DataPlaces, HongKongIsLookedUpAsChinaAndMacauIsNot) {
    const Places& places = committed().places;
    const auto code = [&](const char* name) { return static_cast<PlaceCode>(places.find(name)); };
    const quantity::Date day = make_date(2020, 12, 23);
    EXPECT_EQ(places.governing(code("Hong Kong"), day), code("China"));
    EXPECT_EQ(places.governing(code("HK"), quantity::previous_day(day)), code("HK"));
    EXPECT_EQ(places.governing(code("Macao"), day), code("MO"));
    EXPECT_EQ(places.governing(code("Puerto Rico"), day), code("US"));
    EXPECT_EQ(places.governing(code("Cayman Islands"), day), code("GB"));
    for (const char* name : {"PRC", "UAE", "South Korea", "Taiwan", "Macau", "Russia", "Turkey"})
        EXPECT_GE(places.find(name), 0) << name;
}

TEST(DataParties, ListsHoldTheirMembersOnTheirDays) {
    const World& world = committed();
    const auto party = [&](const char* name) { return world.find_party(name); };
    const PartyList& designers = *world.party_list("approved_ic_designers");
    const PartyList& emirates = *world.party_list("uae_approved");
    EXPECT_EQ(designers.members.size(), 33U);
    EXPECT_EQ(world.party_list("approved_osat")->members.size(), 24U);
    EXPECT_EQ(emirates.members.size(), 11U);

    // A vendor of chips is the party of the list.
    EXPECT_EQ(party("NVIDIA"), party("Nvidia Corporation"));
    EXPECT_EQ(party("AMD"), party("Advanced Micro Devices, Inc."));
    EXPECT_FALSE(designers.contains(party("NVIDIA"), make_date(2025, 1, 15)));
    EXPECT_TRUE(designers.contains(party("NVIDIA"), make_date(2025, 1, 16)));
    EXPECT_FALSE(designers.contains(party("Huawei"), make_date(2025, 1, 16)));

    const struct {
        const char* name;
        quantity::Date first, last;
    } rows[] = {
        {"G42", make_date(2026, 7, 10), make_date(2027, 4, 5)},
        {"Core42", make_date(2026, 7, 10), make_date(2027, 4, 5)},
        {"UAE government agencies", make_date(2026, 7, 10), quantity::end_of_time},
        {"Microsoft", make_date(2026, 7, 14), quantity::end_of_time},
        {"X.AI LLC", make_date(2026, 7, 14), quantity::end_of_time},
    };
    for (const auto& row : rows) {
        EXPECT_FALSE(emirates.contains(party(row.name), quantity::previous_day(row.first)))
            << row.name;
        EXPECT_TRUE(emirates.contains(party(row.name), row.first)) << row.name;
        if (row.last == quantity::end_of_time) continue;
        EXPECT_TRUE(emirates.contains(party(row.name), row.last)) << row.name;
        EXPECT_FALSE(emirates.contains(party(row.name), quantity::next_day(row.last))) << row.name;
    }
}

TEST(DataParties, NamesAreThosePrintedInTheSupplements) {
    const fs::path path = shared() / "law/part740_supp5_to_8_2026-09-01.json";
    SKIP_WITHOUT(path);
    std::FILE* file = std::fopen(path.c_str(), "r");
    std::string json(65536, '\0');
    json.resize(std::fread(json.data(), 1, json.size(), file));
    std::fclose(file);
    // Plain string arrays, one entry a line: enough of JSON for a look at the names.
    const std::pair<const char*, const char*> lists[] = {
        {"\"supp6_approved_ic_designers\"", "approved_ic_designers"},
        {"\"supp7_approved_osat\"", "approved_osat"},
        {"\"c_us_headquartered_ai_companies\"", "uae_approved"}};
    for (const auto& [key, id] : lists) {
        std::size_t at = json.find('[', json.find(key));
        const std::size_t end = json.find(']', at);
        int names = 0;
        while ((at = json.find('"', at + 1)) < end) {
            const std::size_t close = json.find('"', at + 1);
            const std::string name = json.substr(at + 1, close - at - 1);
            const int party = committed().find_party(name);
            EXPECT_GE(party, 0) << name;
            EXPECT_TRUE(committed().party_list(id)->contains(party, make_date(2026, 9, 1))) << name;
            at = close;
            ++names;
        }
        EXPECT_GE(names, 8) << key;
    }
}

}  // namespace
}  // namespace sluice::facts
