#include <fmt/format.h>

#include <algorithm>

#include "cli/ground.h"
#include "report/validation.h"
#include "run/kernel_tables.h"
#include "text/sequence.h"

namespace sluice::cli {

namespace {

using report::errors;
using run::KernelTable;

struct ChipTables {
    timing::ChipTiming timing{};
    double link = 0;
    std::map<std::string, std::vector<const KernelTable*>> kinds{};
};

// What each chip of the tables is timed with, and its tables by kind.
std::map<std::string, ChipTables> by_chip(const facts::World& world,
                                          const std::vector<timing::Calibration>& calibrations,
                                          const run::KernelTables& tables) {
    std::map<std::string, ChipTables> out;
    for (const auto& table : tables.tables) {
        auto& chip = out[table.chip];
        if (chip.kinds.empty()) {
            const auto& facts = world.chips[static_cast<std::size_t>(world.find_chip(table.chip))];
            chip.timing = timing::prepare(facts, nullptr, calibrations).timing;
            // With shares of one, bandwidths are the link's own.
            timing::Calibration whole{.generic = true, .tables = {"collective"}};
            for (auto& line : whole.collective.all_reduce) line.bandwidth = 1;
            chip.link =
                timing::prepare(facts, nullptr, {whole}).timing.collective.all_reduce[0].bandwidth;
        }
        chip.kinds[table.kind].push_back(&table);
    }
    return out;
}

// The tables of a calibration in which a fit of this kind stands: latent attention beside the
// other, all collectives together.
std::vector<std::string> tables_of(const std::string& kind) {
    if (kind.starts_with("all_") || kind == "gather") return {"all_reduce", "gather", "all_to_all"};
    return {kind == "mla" ? "decode" : kind};
}

}  // namespace

int validate_kernels(const Command& command, const Ground& ground) {
    const auto tables = run::read_kernel_tables(command.invocation.value("--kernels"));
    if (!tables) return command.refuse(tables.error());
    report::Section s;
    s.set_columns(
        "chip=chip|kind=kind|table=table|rows=rows>|=median / p90 %>|median|p90|bias=bias %>");
    const auto add = [&](const auto& id, const auto& kind, const auto& name,
                         const run::ClassScore& score) {
        s.row(id, kind, name, report::whole(score.rows), errors(score),
              report::percent(score.median), report::percent(score.p90),
              report::percent(score.bias, "{:+.1f}"));
    };
    for (const auto& [id, chip] : by_chip(ground.world, ground.calibrations, *tables))
        for (const auto& [kind, some] : chip.kinds) {
            for (const auto* table : some)
                add(id, kind, table->name, run::kernel_score(chip.timing, {table}));
            if (some.size() > 1) add(id, kind, "all", run::kernel_score(chip.timing, some));
        }
    for (const auto& [reason, count] : tables->left_out)
        s.notes.push_back(fmt::format("left out: {} {}", count, reason));
    return command.print_rows(s);
}

int calibrate_kernels(const Command& command, const Ground& ground) {
    // From the sets of the full tables, never from an earlier fit of these.
    auto calibrations = ground.calibrations;
    std::erase_if(calibrations, [](const auto& c) { return c.id.ends_with("-tables"); });
    const auto seed = static_cast<std::uint64_t>(command.invocation.number("--seed", 1));
    const auto tables = run::read_kernel_tables(command.invocation.value("--kernels"));
    if (!tables) return command.refuse(tables.error());
    std::string out =
        "# Written by `sluice calibrate --kernels`: kinds that a fit to half of the "
        "measured shapes predicts\n# better on the other half than what was there. "
        "Forms and names: src/timing/kernels.h.\n";
    for (const auto& [id, chip] : by_chip(ground.world, calibrations, *tables)) {
        std::string notes, gemm;
        std::vector<std::string> kept;  // tables of the calibration, each once
        auto best = chip.timing;
        for (const auto& [kind, some] : chip.kinds) {
            const auto fitted = run::fit_kernels(best, kind, some, seed);
            const auto before = run::kernel_score(best, some, 1);
            const auto train = run::kernel_score(fitted, some, 0);
            const auto test = run::kernel_score(fitted, some, 1);
            const bool better =
                train.rows >= 6 && test.rows >= 6 &&
                test.median + test.p90 / 3 < 0.97 * (before.median + before.p90 / 3);
            fmt::print(command.around.err, "{:22} {:10} train {:>12}  test {:>12}  was {:>12}{}\n",
                       id, kind, errors(train), errors(test), errors(before),
                       better ? "  kept" : "");
            std::fflush(command.around.err);
            if (!better) continue;
            best = fitted;
            if (gemm.empty() && kind.starts_with("gemm"))
                gemm = fmt::format("error_median = {:.3f}\nerror_p90 = {:.3f}\n", test.median,
                                   test.p90);
            for (const auto& table : tables_of(kind))
                if (!text::contains(kept, table)) kept.push_back(table);
            notes += fmt::format("{}{} {} %, {} rows", notes.empty() ? "" : "; ", kind,
                                 errors(test), train.rows + test.rows);
        }
        if (kept.empty()) continue;
        out += fmt::format(
            "\n[[calibration]]\nid = \"{}-tables\"\nchips = [\"{}\"]\nsource = "
            "[\"https://github.com/ai-dynamo/aiconfigurator\", "
            "\"https://github.com/alibaba/InferSim\"]\ndate = \"2026-11\"\n"
            "note = \"test error, seed {}: {}\"\n{}",
            id, id, seed, notes, gemm);
        for (const auto& table : kept) out += run::kernels_toml(best, table, chip.link);
    }
    return deliver(command, out);
}

}  // namespace sluice::cli
