#include "run/kernel_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <tuple>

#include "run/fit.h"
#include "text/csv.h"
#include "text/file.h"
#include "text/number.h"
#include "timing/parameters.h"

namespace sluice::run {
namespace {

namespace fs = std::filesystem;
using timing::ChipTiming;
using workload::Operator;
using workload::OpKind;
using workload::Precision;

std::string chip_of(std::string_view said) {
    static constexpr std::pair<std::string_view, std::string_view> chips[] = {
        {"A100", "nvidia-a100-sxm-80gb"},  {"H100", "nvidia-h100-sxm-80gb"},
        {"H200", "nvidia-h200-sxm-141gb"}, {"B200", "nvidia-b200-sxm-180gb"},
        {"h800", "nvidia-h800-sxm-80gb"},  {"h20", "nvidia-h20-sxm-96gb"}};
    for (const auto& [word, id] : chips)
        if (said.contains(word)) return std::string{id};
    return {};
}

// One file while it is read: cells by column, and the words of its path.
struct TableFile {
    fs::path path{};
    std::string name{};
    std::vector<std::string> header{};
    std::vector<double> shape{};  // "64-8-128.csv"
    std::map<std::string, std::string, std::less<>> cells{};

    bool has(std::string_view column) const {
        return std::ranges::find(header, column) != header.end();
    }
    double operator()(std::string_view column) const {
        return text::parse_number<double>(cells.at(std::string{column})).value_or(-1);
    }
};

struct Row {
    std::string_view kind{};
    KernelSample sample{};
};

Row product(std::string_view kind, double m, double n, double k, double seconds) {
    const auto precision = kind == "gemm" ? Precision::bf16 : Precision::fp8;
    return {kind,
            {{.kind = kind == "grouped" ? OpKind::grouped_gemm : OpKind::gemm,
              .precision = precision,
              .stored = precision,
              .m = m,
              .n = n,
              .k = k},
             seconds,
             static_cast<std::uint64_t>(n) * 1'000'003 + static_cast<std::uint64_t>(k)}};
}

Row attention(std::string_view kind, double batch, double m, double context, double heads,
              double kv_heads, double qk, double v, double seconds) {
    const double split = ((heads * 1009 + kv_heads) * 1009 + qk) * 1009 + batch;
    return {kind,
            {{.kind = kind == "prefill" ? OpKind::prefill_attention : OpKind::decode_attention,
              .m = m,
              .k = m + context,
              .batch = batch,
              .context = context,
              .heads = static_cast<int>(heads),
              .kv_heads = static_cast<int>(kv_heads),
              .qk_dim = static_cast<int>(qk),
              .v_dim = static_cast<int>(v)},
             seconds,
             static_cast<std::uint64_t>(split)}};
}

// The scope of the bars: shapes of models, not of microbenchmarks.
bool in_scope(const Operator& op) {
    switch (op.kind) {
        case OpKind::gemm:
            return op.precision != Precision::bf16 ||
                   (std::min(op.n, op.k) >= 1024 && std::max(op.n, op.k) <= 16384);
        case OpKind::prefill_attention:
            return op.heads >= 4 && op.m >= 256;
        case OpKind::decode_attention:
            return op.heads >= 4 && op.context >= 256;
        default:
            return true;
    }
}

void rows_of_aiconfigurator(const TableFile& f, std::vector<Row>& rows) {
    const double seconds = f("latency") * 1e-3;
    if (f.has("gemm_dtype")) {
        const auto& dtype = f.cells.at("gemm_dtype");
        if (dtype == "bfloat16" || dtype == "fp8")
            rows.push_back(
                product(dtype == "fp8" ? "gemm_low" : "gemm", f("m"), f("n"), f("k"), seconds));
    } else if (f.has("message_size")) {
        const auto& name = f.cells.at("op_name");
        const auto [kind, op] =
            name == "all_reduce" ? std::pair{"all_reduce", OpKind::all_reduce}
            : name == "alltoall"
                ? std::pair{"all_to_all", OpKind::all_to_all}
                : std::pair{"gather",
                            name == "reduce_scatter" ? OpKind::reduce_scatter : OpKind::all_gather};
        const double width = f.cells.at("nccl_dtype") == "half" ? 2 : 1;
        rows.push_back({kind,
                        {{.kind = op,
                          .bytes = width * f("message_size"),
                          .ranks = static_cast<int>(f("num_gpus"))},
                         seconds,
                         static_cast<std::uint64_t>(f("message_size"))}});
    } else {
        const bool prefill = f.name.contains("context");
        const double dim = f("head_dim");
        rows.push_back(attention(prefill ? "prefill" : "decode", f("batch_size"),
                                 prefill ? f("isl") : 1, prefill ? f("step") : f("step") + f("isl"),
                                 f("num_heads"), f("num_key_value_heads"), dim, dim, seconds));
    }
}

void rows_of_infersim(const TableFile& f, std::vector<Row>& rows) {
    const auto& s = f.shape;
    if (f.has("up_proj_us")) {
        // At one token an expert half of them are empty.
        const double m = f("tokens_per_expert"), experts = f("num_local_experts");
        const double active = m <= 1 ? experts / 2 : experts;
        const double hidden = f("hidden_size"), inner = f("intermediate_size");
        for (const auto& [n, k, us] : {std::tuple{2 * inner, hidden, f("up_proj_us")},
                                       std::tuple{hidden, inner, f("down_proj_us")}}) {
            rows.push_back(product("grouped", m, n, k, us * 1e-6));
            rows.back().sample.op.groups = active;
            // Split by row: the tables hold too few shapes to set any apart.
            rows.back().sample.split = static_cast<std::uint64_t>(m * 7919 + n * 31 + k + experts);
        }
    } else if (f.has("n") && f.has("k")) {
        rows.push_back(product("gemm_low", f("m"), f("n"), f("k"), f("latency_us") * 1e-6));
    } else if ((f.has("kv_len") || f.has("seq_len")) && s.size() == 3) {
        const bool latent = f.name.contains("mla/"), prefill = !f.has("kv_len");
        const double batch = prefill ? 1 : f("batch_size"), t = f("latency_us") * 1e-6;
        const double length = f(prefill ? "seq_len" : "kv_len");
        // Decode works on one latent; prompts expand it for every head.
        const double kv_heads = !latent ? s[1] : prefill ? s[0] : 0;
        rows.push_back(attention(prefill  ? "prefill"
                                 : latent ? "mla"
                                          : "decode",
                                 batch, prefill ? length : 1, prefill ? 0 : length, s[0], kv_heads,
                                 latent ? s[1] + s[2] : s[2], latent ? s[1] : s[2], t));
        rows.back().sample.split =
            static_cast<std::uint64_t>(length + s[0] * 31 + (prefill ? s[1] : batch * 7919));
    }
}

void read_table(TableFile f, KernelTables& out, text::Diagnostics& problems) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(f.path.c_str(), "rb"),
                                                               &std::fclose};
    const auto fail = [&](std::string message, std::size_t line) {
        problems.push_back({.message = std::move(message),
                            .where = {.file = f.path.string(), .line = static_cast<int>(line)}});
    };
    if (!file) return fail("cannot read `" + f.path.string() + "`", 0);
    text::CsvReader reader{file.get()};
    text::CsvRow csv;
    std::map<std::pair<std::string, std::string_view>, KernelTable> tables;
    while (reader.next(csv)) {
        const std::vector<std::string> cells{csv.fields.begin(), csv.fields.end()};
        // One table of InferSim lacks its header.
        if (f.header.empty() && !cells.empty() && cells[0] == "bf16")
            f.header = {"dtype", "kv_dtype", "batch_size", "kv_len", "latency_us", "mfu"};
        else if (f.header.empty()) {
            f.header = cells;
            continue;
        }
        if (cells.size() != f.header.size()) continue;
        for (std::size_t i = 0; i < cells.size(); ++i) f.cells[f.header[i]] = cells[i];
        std::vector<Row> rows;
        auto chip = chip_of(f.name);
        if (f.has("latency") && f.has("device")) {
            chip = chip_of(f.cells.at("device"));
            rows_of_aiconfigurator(f, rows);
        } else if (!f.name.contains("dsa") && !f.name.contains("gdn")) {
            rows_of_infersim(f, rows);
        }
        if (rows.empty()) ++out.left_out["rows of kernels that the model does not have"];
        for (const auto& [kind, sample] : rows) {
            if (!(sample.seconds > 0)) {
                fail("a time is a number above zero", csv.line);
            } else if (chip.empty()) {
                ++out.left_out["rows of a chip that is not known"];
            } else if (!in_scope(sample.op)) {
                ++out.left_out["rows outside the scope of the bars"];
            } else {
                auto& table = tables[{chip, kind}];
                if (table.samples.empty()) table = {f.name, std::string{kind}, chip, {}};
                table.samples.push_back(sample);
            }
        }
    }
    for (auto& [key, table] : tables) out.tables.push_back(std::move(table));
}

// All-to-all of a table says nothing of experts: as a plain collective.
double predicted(const ChipTiming& chip, const Operator& op) {
    return op.kind == OpKind::all_to_all
               ? timing::collective_time(chip, op.kind, op.bytes, op.ranks)
               : timing::kernel_time(chip, op);
}

int half_of(const KernelSample& s) {
    return static_cast<int>(((s.split * 0x9E3779B97F4A7C15ULL) >> 40) % 2);
}

}  // namespace

text::Result<KernelTables> read_kernel_tables(const fs::path& dir) {
    KernelTables out;
    text::Diagnostics problems;
    for (const auto& path : text::files_in(dir, ".csv")) {
        TableFile f{.path = path, .name = path.lexically_relative(dir).string()};
        const auto stem = path.stem().string();
        for (std::string_view left = stem; const auto side = text::leading_number<double>(left);) {
            f.shape.push_back(side->value);
            left = side->rest.substr(std::min<std::size_t>(1, side->rest.size()));
        }
        read_table(std::move(f), out, problems);
    }
    if (out.tables.empty() && problems.empty()) {
        auto& problem = problems.emplace_back();
        problem.message = "no kernel table in `" + dir.string() + "`";
        problem.hint = "the formats: docs/reference/measured.md";
    }
    return text::result_of(std::move(out), std::move(problems));
}

ClassScore kernel_score(const ChipTiming& chip, const std::vector<const KernelTable*>& tables,
                        int half) {
    std::vector<double> errors, absolute;
    for (const auto* table : tables)
        for (const auto& s : table->samples)
            if (half == 2 || half_of(s) == half) {
                errors.push_back(predicted(chip, s.op) / s.seconds - 1);
                absolute.push_back(std::abs(errors.back()));
            }
    if (errors.empty()) return {};
    std::ranges::sort(errors);
    std::ranges::sort(absolute);
    const std::size_t n = errors.size();
    return {.rows = n,
            .median = absolute[n / 2],
            .p90 = absolute[std::min(n - 1, n * 9 / 10)],
            .bias = errors[n / 2]};
}

ChipTiming fit_kernels(const ChipTiming& start, const std::string& kind,
                       const std::vector<const KernelTable*>& tables, std::uint64_t seed) {
    auto trial = start;
    const auto parameters = timing::parameters_of(trial, kind);
    std::vector<double> origin, step;
    for (const auto& p : parameters) {
        // Bandwidth that grows with ranks is looked for from a tenth on.
        origin.push_back(
            std::log(std::max(*p.value, p.key.size() == 2 && p.key[0] == 'g' ? 0.1 : 1e-12)));
        // Samples of powers of two show no waves: theta stays what the full tables gave.
        // Nor do they show what unpacking costs.
        step.push_back(p.key == "eta_q" || (p.key == "theta" && kind.starts_with("gemm")) ? 0
                                                                                          : 0.25);
    }
    const auto loss = [&](const std::vector<double>& at) {
        double pull = 0;
        for (std::size_t i = 0; i < at.size(); ++i) {
            *parameters[i].value = std::exp(at[i]);
            pull += (at[i] - origin[i]) * (at[i] - origin[i]);
            // Shares of a datasheet rate stay shares; a pulled cache rate may pass them a little.
            if (!parameters[i].key.contains("eta") && parameters[i].key != "phi") continue;
            const double most = parameters[i].key.contains("eta_a") ? 1 : 1.1;
            const double value = *parameters[i].value;
            pull += 1e4 * (std::max(0.0, value - most) + std::max(0.0, 0.1 - value));
        }
        double sum = 0, rows = 0;
        for (const auto* table : tables)
            for (const auto& s : table->samples) {
                if (half_of(s) != 0) continue;
                const double error = std::log(predicted(trial, s.op) / s.seconds) / 0.05;
                sum += std::sqrt(1 + error * error) - 1;
                ++rows;
            }
        sum = sum / std::max(1.0, rows) + 0.004 * pull;
        return std::isfinite(sum) ? sum : 1e9;
    };
    // From where it stands, and from points around it.
    std::mt19937_64 random{seed};
    auto best = origin;
    for (int i = 0; i < 6; ++i) {
        auto from = origin;
        for (std::size_t j = 0; i > 0 && j < from.size(); ++j)
            from[j] += step[j] * (4 * static_cast<double>(random() >> 11) * 0x1p-53 - 2);
        auto found = minimise(loss, from, step, 5000, 4, seed + static_cast<std::uint64_t>(i));
        if (loss(found) < loss(best)) best = std::move(found);
    }
    for (std::size_t i = 0; i < best.size(); ++i) *parameters[i].value = std::exp(best[i]);
    return trial;
}

std::string kernels_toml(ChipTiming chip, const std::string& kind, double link) {
    const bool collective = kind.starts_with("all_") || kind == "gather";
    const auto list = [&](std::string_view of) {
        std::string out;
        for (const auto& p : timing::parameters_of(chip, of)) {
            out += out.empty() ? "" : ", ";
            const bool share = p.key.starts_with("share");
            out += timing::written(p.key, share ? *p.value / link : *p.value, p.unit);
        }
        return out;
    };
    if (collective) return fmt::format("collective.{} = {{ {} }}\n", kind, list(kind));
    if (kind == "decode") return fmt::format("decode = {{ {}, {} }}\n", list(kind), list("mla"));
    return fmt::format("{} = {{ {} }}\n", kind, list(kind));
}

}  // namespace sluice::run
