// Every number of the rulebook one step (a millionth) below it, at it and one step above it.
//
// The table is typed from the texts, not from data/law: what the truth must be on each side follows
// from the words there (`or more`, `less than`, `more than`), written as three letters: n not met,
// u unknown, m met. A comparison of the rulebook that has no row here fails the test.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "law/format.h"
#include "law/real_rulebook_test.h"
#include "law/small_book_test.h"
#include "tests/law/naive.h"

namespace sluice::law {
namespace {

struct Line {
    std::string_view citation;
    std::string_view provision;
    std::string_view comparison;  // as the rulebook writes it
    std::string_view base;        // facts that leave all to this line
    FactId fact;
    std::string_view at;         // its value on the line
    std::string_view truth;      // below, at, above
    std::string_view part = "";  // a condition's name, or "ambiguity"; else the provision itself
    std::string_view on = "";    // one version; else every version that has the comparison
};

using enum FactId;

constexpr std::string_view chip_2022 = "item chip, tpp 4800, io_bandwidth 600 GB/s";
const Line classification[] = {
    {"87 FR 62186: 600 Gbyte/s or more and 4800 or more", "us.ear.3a090", "tpp >= 4800", chip_2022,
     tpp, "4800", "nmm"},
    {"", "us.ear.3a090", "io_bandwidth >= 600 GB/s", chip_2022, io_bandwidth, "600 GB/s", "nmm"},
    {"", "us.ear.4a090", "tpp >= 4800", "item board, io_bandwidth 600 GB/s", tpp, "4800", "nmm"},
    {"", "us.ear.4a090", "io_bandwidth >= 600 GB/s", "item board, tpp 4800", io_bandwidth,
     "600 GB/s", "nmm"},
    {"3A090.a.1: 4800 or more", "us.ear.3a090.a.1", "tpp >= 4800", "", tpp, "4800", "nmm"},
    {"3A090.a.2: 1600 or more and density 5.92 or more", "us.ear.3a090.a.2", "tpp >= 1600",
     "die_area 100 mm2", tpp, "1600", "nmm"},
    {"", "us.ear.3a090.a.2", "tpp >= 5.92 * die_area", "die_area 500 mm2", tpp, "2960", "nmm"},
    {"a larger die is less dense", "us.ear.3a090.a.2", "tpp >= 5.92 * die_area", "tpp 2960",
     die_area, "500 mm2", "mmn"},
    {"3A090.b.1: 2400 or more and less than 4800; 1.6 or more and less than 5.92",
     "us.ear.3a090.b.1", "tpp >= 2400", "die_area 814 mm2", tpp, "2400", "nmm"},
    {"", "us.ear.3a090.b.1", "tpp < 4800", "die_area 1000 mm2", tpp, "4800", "mnn"},
    {"", "us.ear.3a090.b.1", "tpp >= 1.6 * die_area", "die_area 2000 mm2", tpp, "3200", "nmm"},
    {"", "us.ear.3a090.b.1", "tpp >= 1.6 * die_area", "tpp 3200", die_area, "2000 mm2", "mmn"},
    {"", "us.ear.3a090.b.1", "tpp < 5.92 * die_area", "die_area 500 mm2", tpp, "2960", "mnn"},
    {"", "us.ear.3a090.b.1", "tpp < 5.92 * die_area", "tpp 2960", die_area, "500 mm2", "nnm"},
    {"3A090.b.2: 1600 or more; 3.2 or more and less than 5.92", "us.ear.3a090.b.2", "tpp >= 1600",
     "die_area 400 mm2", tpp, "1600", "nmm"},
    {"", "us.ear.3a090.b.2", "tpp >= 3.2 * die_area", "die_area 600 mm2", tpp, "1920", "nmm"},
    {"", "us.ear.3a090.b.2", "tpp >= 3.2 * die_area", "tpp 1920", die_area, "600 mm2", "mmn"},
    {"", "us.ear.3a090.b.2", "tpp < 5.92 * die_area", "die_area 500 mm2", tpp, "2960", "mnn"},
    {"", "us.ear.3a090.b.2", "tpp < 5.92 * die_area", "tpp 2960", die_area, "500 mm2", "nnm"},
    {"Note 2: TPP of less than 4800", "us.ear.3a090.note-2", "tpp < 4800",
     "marketed_for_datacentre no", tpp, "4800", "mnn"},
    {"3A090.c: greater than 2 GB/s/mm2", "us.ear.3a090.c", "memory_bandwidth_density > 2 GB/s/mm2",
     "item hbm", memory_bandwidth_density, "2 GB/s/mm2", "nnm"},
    {"732 Supp. 3 red flag 19: 50 billion or more would be `>=`; printed: more than",
     "us.ear.red-flag.19-many-transistors", "transistor_count > 50 billion",
     "has_hbm yes, headquarters CN", transistor_count, "50 billion", "nnm"},
};

const Line letters_before[] = {
    {"Form 8-K of 2022-08-31: A100 performance or better", "us.letter.2022-08-26.nvidia",
     "tpp >= 4992", "io_bandwidth 600 GB/s", tpp, "4992", "umm"},
    {"", "us.letter.2022-08-26.nvidia", "io_bandwidth >= 600 GB/s", "tpp 4992", io_bandwidth,
     "600 GB/s", "nmm"},
    {"whether below A100 at all: not known from 4800 on", "us.letter.2022-08-26.nvidia",
     "tpp >= 4800", "io_bandwidth 600 GB/s", tpp, "4800", "nuu"},
    {"", "us.letter.2022-08-26.nvidia", "tpp < 4992", "io_bandwidth 600 GB/s", tpp, "4992", "umm"},
    {"Form 8-K of 2023-10-24: 4800 or more", "us.letter.2023-10-23.nvidia", "tpp >= 4800",
     "marketed_for_datacentre yes", tpp, "4800", "nmm"},
};

// Between Intel's line, the one that was told, and H20 itself NVIDIA's letter is not known.
const Line letter_to_nvidia[] = {
    {"Form 8-K of 2025-04-15: H20 memory, 4000", "us.letter.2025-04-09.nvidia",
     "memory_bandwidth >= 4000 GB/s", "io_bandwidth 64 GB/s", memory_bandwidth, "4000 GB/s", "umm"},
    {"", "us.letter.2025-04-09.nvidia", "io_bandwidth >= 1100 GB/s", "memory_bandwidth 500 GB/s",
     io_bandwidth, "1100 GB/s", "umm"},
    {"", "us.letter.2025-04-09.nvidia", "memory_bandwidth >= 1400 GB/s", "io_bandwidth 64 GB/s",
     memory_bandwidth, "1400 GB/s", "nuu"},
    {"", "us.letter.2025-04-09.nvidia", "io_bandwidth >= 900 GB/s", "memory_bandwidth 500 GB/s",
     io_bandwidth, "900 GB/s", "nuu"},
    {"", "us.letter.2025-04-09.nvidia", "memory_bandwidth + io_bandwidth >= 1700 GB/s",
     "memory_bandwidth 1000 GB/s", io_bandwidth, "700 GB/s", "nuu"},
};

const Line letter_to_amd[] = {
    {"only MI308 is known", "us.letter.2025-04-09.amd", "memory_bandwidth >= 1400 GB/s",
     "io_bandwidth 64 GB/s", memory_bandwidth, "1400 GB/s", "nuu"},
    {"", "us.letter.2025-04-09.amd", "io_bandwidth >= 1100 GB/s", "memory_bandwidth 500 GB/s",
     io_bandwidth, "1100 GB/s", "nuu"},
    {"", "us.letter.2025-04-09.amd", "memory_bandwidth + io_bandwidth >= 1700 GB/s",
     "memory_bandwidth 1000 GB/s", io_bandwidth, "700 GB/s", "nuu"},
};

const Line letter_to_intel[] = {
    {"notice to customers: 1400, 1100, 1700 or more", "us.letter.2025-04-09.intel",
     "memory_bandwidth >= 1400 GB/s", "io_bandwidth 64 GB/s", memory_bandwidth, "1400 GB/s", "nmm"},
    {"", "us.letter.2025-04-09.intel", "io_bandwidth >= 1100 GB/s", "memory_bandwidth 500 GB/s",
     io_bandwidth, "1100 GB/s", "nmm"},
    {"", "us.letter.2025-04-09.intel", "memory_bandwidth + io_bandwidth >= 1700 GB/s",
     "memory_bandwidth 1000 GB/s", io_bandwidth, "700 GB/s", "nmm"},
    {"one source says more than: told exactly there", "us.letter.2025-04-09.intel",
     "memory_bandwidth == 1400 GB/s", "io_bandwidth 64 GB/s", memory_bandwidth, "1400 GB/s", "nmn",
     "ambiguity"},
    {"", "us.letter.2025-04-09.intel", "io_bandwidth == 1100 GB/s", "memory_bandwidth 500 GB/s",
     io_bandwidth, "1100 GB/s", "nmn", "ambiguity"},
    {"", "us.letter.2025-04-09.intel", "memory_bandwidth + io_bandwidth == 1700 GB/s",
     "memory_bandwidth 1000 GB/s", io_bandwidth, "700 GB/s", "nmn", "ambiguity"},
};

const Line lanes_and_exceptions[] = {
    {"742.6(b)(10)(iii)(A)(1): less than 21,000 and less than 6,500 GB/s",
     "us.ear.742.6.b10.h200-class", "tpp < 21000",
     "act export, destination CN, memory_bandwidth 4800 GB/s", tpp, "21000", "mnn"},
    {"", "us.ear.742.6.b10.h200-class", "memory_bandwidth < 6500 GB/s",
     "act export, destination CN, tpp 15832", memory_bandwidth, "6500 GB/s", "mnn"},
    {"748 Supp. 2 (dd): no more than 50 %", "us.ear.742.6.b10.h200-class",
     "share_of_us_shipments <= 50 %", "", share_of_us_shipments, "50 %", "mmn", "share_cap"},
    {"740.25: less than 3.3 GB/s/mm2", "us.ear.740.25.hbm",
     "memory_bandwidth_density < 3.3 GB/s/mm2", "item hbm, act export, unverified_listed no",
     memory_bandwidth_density, "3.3 GB/s/mm2", "mnn"},
    {"whether exports from abroad are meant is not said", "us.ear.740.25.hbm",
     "memory_bandwidth_density < 3.3 GB/s/mm2",
     "item hbm, act export_from_abroad, unverified_listed no", memory_bandwidth_density,
     "3.3 GB/s/mm2", "unn"},
    {"740.27(c): 253,000,000 or more", "us.ear.740.27.filing",
     "shipment_tpp + received_tpp >= 253000000", "shipment_tpp 250000000", received_tpp, "3000000",
     "nmm"},
    {"740.29(b): up to 26,900,000", "us.ear.740.29.lpp", "shipment_tpp + received_tpp <= 26900000",
     "received_tpp 20000000", shipment_tpp, "6900000", "mmn", "lpp_cap"},
    {"740.29(g)(3): 3,200,000 or more", "us.ear.740.29.notice", "shipment_tpp >= 3200000", "",
     shipment_tpp, "3200000", "nmm"},
    {"742.6(b)(10)(iii)(B)(1): up to 790,000,000", "us.ear.742.6.b10.allocation",
     "shipment_tpp + country_tpp <= 790000000", "shipment_tpp 90000000", country_tpp, "700000000",
     "mmn", "country_allocation"},
    {"90 FR 47201: 50 percent or more", "us.ear.744.11.a1", "listed_ownership >= 50 %",
     "listed_owner entity_list", listed_ownership, "50 %", "nmm"},
    {"", "us.ear.744.21.a3", "listed_ownership >= 50 %", "listed_owner meu_list, also_eccn 5A992",
     listed_ownership, "50 %", "nmm"},
    {"", "us.ear.744.8.a2", "listed_ownership >= 50 %", "listed_owner sdn", listed_ownership,
     "50 %", "nmm"},
};

const Line tariff[] = {
    {"HTSUS 9903.79.01: more than 14,000 and less than 17,500; more than 4,500 and less than 5,000",
     "us.tariff.section-232.chips", "tpp > 14000", "memory_bandwidth 4800 GB/s", tpp, "14000",
     "nnm"},
    {"", "us.tariff.section-232.chips", "tpp < 17500", "memory_bandwidth 4800 GB/s", tpp, "17500",
     "mnn"},
    {"", "us.tariff.section-232.chips", "memory_bandwidth > 4500 GB/s", "tpp 15832",
     memory_bandwidth, "4500 GB/s", "nnm"},
    {"", "us.tariff.section-232.chips", "memory_bandwidth < 5000 GB/s", "tpp 15832",
     memory_bandwidth, "5000 GB/s", "mnn"},
    {"more than 20,800 and less than 21,100; more than 5,800 and less than 6,200",
     "us.tariff.section-232.chips", "tpp > 20800", "memory_bandwidth 6000 GB/s", tpp, "20800",
     "nnm"},
    {"", "us.tariff.section-232.chips", "tpp < 21100", "memory_bandwidth 6000 GB/s", tpp, "21100",
     "mnn"},
    {"", "us.tariff.section-232.chips", "memory_bandwidth > 5800 GB/s", "tpp 20918",
     memory_bandwidth, "5800 GB/s", "nnm"},
    {"", "us.tariff.section-232.chips", "memory_bandwidth < 6200 GB/s", "tpp 20918",
     memory_bandwidth, "6200 GB/s", "mnn"},
};

// Note 1 presumes from 30 billion on; without HBM from 35 in 2027 and 40 in 2029; 2028 is a gap.
const Line presumption[] = {
    {"Note 1.c: fewer than 30 billion", "us.ear.3a090.note-1", "transistor_count < 30 billion",
     "has_hbm yes", transistor_count, "30 billion", "nmm"},
    {"2027, without HBM: fewer than 35 billion", "us.ear.3a090.note-1",
     "transistor_count < 35 billion", "has_hbm no", transistor_count, "35 billion", "nmm"},
    {"2029, without HBM: fewer than 40 billion", "us.ear.3a090.note-1",
     "transistor_count < 40 billion", "has_hbm no", transistor_count, "40 billion", "nmm", "",
     "2029-01-01"},
    {"2028: not said between 30 and 40 billion", "us.ear.3a090.note-1",
     "transistor_count < 40 billion", "has_hbm no", transistor_count, "40 billion", "umm", "",
     "2028-01-01"},
    {"", "us.ear.3a090.note-1", "transistor_count >= 30 billion", "has_hbm no", transistor_count,
     "30 billion", "nuu", "", "2028-01-01"},
};

const Line bills[] = {
    {"S. 3374: 4800; 2400 and 1.6; 1600 and 3.2; 4,100; 1,100; 5,000", "us.bill.safe-chips",
     "tpp >= 4800", "die_area 8000 mm2", tpp, "4800", "nmm"},
    {"", "us.bill.safe-chips", "tpp >= 2400", "die_area 1000 mm2", tpp, "2400", "nmm"},
    {"", "us.bill.safe-chips", "tpp >= 1.6 * die_area", "die_area 2000 mm2", tpp, "3200", "nmm"},
    {"", "us.bill.safe-chips", "tpp >= 1600", "die_area 400 mm2", tpp, "1600", "nmm"},
    {"", "us.bill.safe-chips", "tpp >= 3.2 * die_area", "die_area 600 mm2", tpp, "1920", "nmm"},
    {"", "us.bill.safe-chips", "memory_bandwidth >= 4100 GB/s", "", memory_bandwidth, "4100 GB/s",
     "nmm"},
    {"", "us.bill.safe-chips", "io_bandwidth >= 1100 GB/s", "", io_bandwidth, "1100 GB/s", "nmm"},
    {"", "us.bill.safe-chips", "memory_bandwidth + io_bandwidth >= 5000 GB/s",
     "memory_bandwidth 4000 GB/s", io_bandwidth, "1000 GB/s", "nmm"},
};

// ---- what the rulebook compares
// --------------------------------------------------------------------

void comparisons_of(const facts::World& world, const Expr& expr, std::set<std::string>& found) {
    for (const auto& child : expr.children) comparisons_of(world, child, found);
    if (expr.op == Expr::Op::compare) found.insert(format_expr(world, expr));
}

std::set<std::string> comparisons_of(const facts::World& world, const Version& version) {
    std::set<std::string> found;
    for (const auto& limb : version.limbs) comparisons_of(world, limb.when, found);
    for (const auto& carve : version.carves) comparisons_of(world, carve.when, found);
    for (const auto& doubt : version.doubts) comparisons_of(world, doubt.when, found);
    for (const auto& note : version.ambiguities) comparisons_of(world, note.when, found);
    for (const auto& condition : version.conditions)
        if (condition.when) comparisons_of(world, *condition.when, found);
    return found;
}

// The truth of the part of the provision that the line speaks of, by both evaluators.
std::pair<Truth, Truth> truths_of(const Line& line, const Rulebook& rules, const Lawbook& book,
                                  const facts::World& world, const facts::Facts& facts) {
    const auto at = rules.compiled_index[static_cast<std::size_t>(book.find(line.provision))];
    const auto& compiled = rules.provisions[static_cast<std::size_t>(at)];
    const naive::Context context{.world = &world, .book = &book, .on = rules.on, .facts = &facts};
    std::vector<Truth> truths;
    evaluate(rules, facts, truths);
    const auto of = [&](NodeId node) { return truths[static_cast<std::size_t>(node)]; };
    if (line.part.empty()) return {of(compiled.node), naive::met(context, *compiled.provision)};
    if (line.part == "ambiguity")
        return {of(compiled.ambiguities.front()),
                naive::evaluate(context, compiled.version->ambiguities.front().when)};
    for (const auto& condition : compiled.conditions)
        if (condition.condition->name == line.part)
            return {of(condition.node), naive::evaluate(context, *condition.condition->when)};
    ADD_FAILURE() << "no condition " << line.part;
    return {};
}

char letter(Truth truth) { return "num"[static_cast<int>(truth)]; }

void sweep(const Line& line, std::string_view common, Date on) {
    const auto& [world, book] = real_rulebook();
    const auto rules = compile(world, book, on);
    const auto base = std::string(common) + (common.empty() || line.base.empty() ? "" : ", ") +
                      std::string(line.base);
    auto the_case = case_of(world, base, on);
    const auto threshold =
        facts::read_fact(world, line.fact, facts::info(line.fact).name, line.at).value();
    std::string compiled, naively;
    for (const int step : {-1, 0, 1}) {
        const auto value = threshold.lo + step;
        the_case[line.fact] = {.known = facts::Known::exact, .lo = value, .hi = value};
        const auto [fast, slow] = truths_of(line, rules, book, world, the_case.facts);
        compiled += letter(fast);
        naively += letter(slow);
    }
    const auto where = fmt::format("{} {} on {}, {}", line.provision, line.comparison,
                                   quantity::to_string(on), base);
    EXPECT_EQ(compiled, line.truth) << where;
    EXPECT_EQ(naively, line.truth) << where;
}

// Sweeps a line in every version that has its comparison.
int sweep_versions(const Line& line, std::string_view common) {
    const auto& [world, book] = real_rulebook();
    const int at = book.find(line.provision);
    if (at < 0) return 0;
    int swept = 0;
    for (const auto& version : book.provisions[static_cast<std::size_t>(at)].versions) {
        const bool wanted = line.on.empty() || quantity::to_string(version.effective) == line.on;
        if (version.repealed || !wanted ||
            !comparisons_of(world, version).contains(std::string(line.comparison)))
            continue;
        sweep(line, common, version.effective);
        ++swept;
    }
    return swept;
}

struct Group {
    std::span<const Line> lines;
    std::string_view common;  // facts of every line
};

const Group groups[] = {
    {classification, "marketed_for_datacentre yes, foundry_shipment no"},
    {letters_before, "seller nvidia, item chip, destination CN"},
    {letter_to_nvidia, "seller nvidia, item chip, chip nvidia-l20-48gb, destination CN"},
    {letter_to_amd, "seller amd, item chip, chip amd-mi210-64gb, destination CN"},
    {letter_to_intel, "seller intel, item chip, destination CN"},
    {lanes_and_exceptions, ""},
    {tariff, "from US, destination CN"},
    {presumption,
     "foundry_shipment yes, item chip, advanced_node yes, designer_status neither, "
     "packaging by_approved_osat"},
    {bills,
     "marketed_for_datacentre yes, destination CN, tpp 100, die_area 900 mm2, "
     "memory_bandwidth 100 GB/s, io_bandwidth 100 GB/s"},
};

TEST(Thresholds, ChangeTheTruthExactlyWhereTheTextSays) {
    for (const auto& [lines, common] : groups)
        for (const auto& line : lines)
            EXPECT_GT(sweep_versions(line, common), 0)
                << line.provision << " does not compare " << line.comparison;
}

TEST(Thresholds, AreAllInTheTable) {
    std::set<std::string> known;
    for (const auto& [lines, common] : groups)
        for (const auto& line : lines)
            known.insert(std::string(line.provision) + ": " + std::string(line.comparison));
    const auto& [world, book] = real_rulebook();
    for (const auto& provision : book.provisions)
        for (const auto& version : provision.versions)
            for (const auto& comparison : comparisons_of(world, version)) {
                const auto name = provision.id + ": " + comparison;
                EXPECT_TRUE(known.contains(name)) << name << " is not swept";
            }
}

// ---- what follows for a deal -------------------------------------------------------------------

// An own chip for data centres, from the United States, to a civil company that nobody lists.
constexpr std::string_view civil =
    "item chip, also_eccn none, chip nvidia-v100-sxm2-32gb, designer none, designer_headquarters "
    "US, act export, "
    "from US, seller none, foundry_shipment no, end_use civil, marketed_for_datacentre yes, "
    "entity_listed no, footnote_1 no, footnote_3 no, footnote_4 no, footnote_5 no, meu_listed no, "
    "sdn_listed no, unverified_listed no, denied_person no, listed_owner none, "
    "listed_ownership 0 %, supp8_approved no, io_bandwidth 100 GB/s, memory_bandwidth 1000 GB/s, ";
constexpr std::string_view china =
    "destination CN, headquarters CN, parent_headquarters CN, majority_owner_headquarters CN, ";

struct Deal {
    std::string_view what;
    const char* on;
    std::string_view facts;
    FactId fact;
    std::string_view at;
    std::string_view below, on_it, above;
};

const Deal deals[] = {
    {"3A090 of 2022 needs both numbers", "2022-11-01", "io_bandwidth 600 GB/s", tpp, "4800",
     "no_licence_required", "licence_required, lane presumption_of_denial, tier 3A090",
     "licence_required, lane presumption_of_denial, tier 3A090"},
    {"", "2022-11-01", "tpp 4800", io_bandwidth, "600 GB/s", "no_licence_required",
     "licence_required, lane presumption_of_denial, tier 3A090",
     "licence_required, lane presumption_of_denial, tier 3A090"},
    {"lower tier with NAC up to 4800, upper tier without from there", "2024-06-01",
     "die_area 2000 mm2", tpp, "4800",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.b.1",
     "licence_required, lane presumption_of_denial, tier 3A090.a.1",
     "licence_required, lane presumption_of_denial, tier 3A090.a.1"},
    {"nothing below 2400 at a density under 3.2", "2024-06-01", "die_area 800 mm2", tpp, "2400",
     "no_licence_required",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.b.1",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.b.1"},
    {"1600 at a density over 5.92", "2024-06-01", "die_area 200 mm2", tpp, "1600",
     "no_licence_required", "licence_required, lane presumption_of_denial, tier 3A090.a.2",
     "licence_required, lane presumption_of_denial, tier 3A090.a.2"},
    {"density 5.92 divides the tiers", "2024-06-01", "tpp 2960", die_area, "500 mm2",
     "licence_required, lane presumption_of_denial, tier 3A090.a.2",
     "licence_required, lane presumption_of_denial, tier 3A090.a.2",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.b.1"},
    {"density 3.2, below 2400", "2024-06-01", "tpp 1920", die_area, "600 mm2",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.b.2",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.b.2",
     "no_licence_required"},
    {"density 1.6, from 2400 on", "2024-06-01", "tpp 2400", die_area, "1500 mm2",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.b.1",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.b.1",
     "no_licence_required"},
    {"Note 2 ends at 4800", "2024-06-01", "die_area 500 mm2, marketed_for_datacentre no", tpp,
     "4800", "no_licence_required",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.a.1",
     "exception_available, exception NAC, if purchase_order nac_notice, tier 3A090.a.1"},
    {"the lane of 2026 ends at 21,000", "2026-02-01",
     "die_area 800 mm2, memory_bandwidth 4800 GB/s, certify us_available yes, certify us_supply "
     "yes, "
     "certify foundry_capacity yes, certify share_cap yes, certify remote_access yes, "
     "certify us_tested yes",
     tpp, "21000", "licence_required, lane case_by_case, tier 3A090.a.1",
     "licence_required, lane presumption_of_denial, tier 3A090.a.1",
     "licence_required, lane presumption_of_denial, tier 3A090.a.1"},
    {"and at 6,500 GB/s", "2026-02-01",
     "die_area 800 mm2, tpp 15832, certify us_available yes, certify us_supply yes, "
     "certify foundry_capacity yes, certify share_cap yes, certify remote_access yes, "
     "certify us_tested yes",
     memory_bandwidth, "6500 GB/s", "licence_required, lane case_by_case, tier 3A090.a.1",
     "licence_required, lane presumption_of_denial, tier 3A090.a.1",
     "licence_required, lane presumption_of_denial, tier 3A090.a.1"},
    {"and its cap at half", "2026-02-01",
     "die_area 800 mm2, tpp 15832, memory_bandwidth 4800 GB/s, certify us_available yes, "
     "certify us_supply yes, certify foundry_capacity yes, certify remote_access yes, "
     "certify us_tested yes",
     share_of_us_shipments, "50 %", "licence_required, lane case_by_case, tier 3A090.a.1",
     "licence_required, lane case_by_case, tier 3A090.a.1",
     "licence_required, lane presumption_of_denial, tier 3A090.a.1"},
    {"Intel's letter", "2025-06-01", "seller intel, tpp 1000, die_area 800 mm2", memory_bandwidth,
     "1400 GB/s", "no_licence_required", "licence_required", "licence_required"},
    {"the same chip from nobody addressed", "2025-06-01", "tpp 1000, die_area 800 mm2",
     memory_bandwidth, "4000 GB/s", "no_licence_required", "no_licence_required",
     "no_licence_required"},
    {"half of the buyer", "2025-10-15",
     "tpp 1000, die_area 800 mm2, listed_owner entity_list, entity_lane presumption_of_denial",
     listed_ownership, "50 %", "no_licence_required",
     "licence_required, lane presumption_of_denial",
     "licence_required, lane presumption_of_denial"},
};

TEST(Thresholds, ChangeTheAnswerExactlyThere) {
    const auto& [world, book] = real_rulebook();
    for (const auto& deal : deals) {
        const auto on = quantity::parse_date(deal.on).value();
        const auto rules = compile(world, book, on);
        auto the_case =
            case_of(world, std::string(civil) + std::string(china) + std::string(deal.facts), on);
        const auto threshold =
            facts::read_fact(world, deal.fact, facts::info(deal.fact).name, deal.at).value();
        int step = -1;
        for (const auto expected : {deal.below, deal.on_it, deal.above}) {
            const auto value = threshold.lo + step++;
            the_case[deal.fact] = {.known = facts::Known::exact, .lo = value, .hi = value};
            EXPECT_EQ(one_line(rules, determine(rules, the_case)), expected)
                << deal.what << " " << deal.on << ", " << deal.at << ", step " << step - 1;
        }
    }
}

}  // namespace
}  // namespace sluice::law
