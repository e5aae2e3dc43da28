#include "run/schema.h"

#include <string>

#include <fmt/format.h>

#include "text/ascii.h"
#include "text/number.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::run {
namespace {

// Each unit and the metrics that are in it.
constexpr std::pair<std::string_view, std::string_view> metrics[] = {
    {"token/s",
     "tokens_per_s_per_chip input_tokens_per_s_per_chip output_tokens_per_s_per_chip "
     "output_tokens_per_s total_tokens_per_s total_tokens_per_s_per_chip"},
    {"s",
     "ttft_mean_s ttft_p50_s tpot_mean_s tpot_p50_s e2e_latency_mean_s step_time_s "
     "time_to_train_s"},
    {"sample/s", "samples_per_s"},
    {"TFLOP/s", "model_tflops_per_chip"},
    {"", "mfu"},
    {"h", "gpu_hours"}};

std::vector<std::string_view> words_of(std::string_view list) {
    std::vector<std::string_view> words;
    while (!list.empty()) words.push_back(text::take_until(list, ' '));
    return words;
}

constexpr std::string_view number_columns =
    "chips nodes tp pp dp ep cp attention_dp moe_tp disaggregated mtp accept_len prefill_tp "
    "prefill_moe_tp prefill_attention_dp prefill_moe_ep prefill_workers decode_workers "
    "decode_tp decode_moe_tp decode_attention_dp decode_moe_ep requests request_rate "
    "input_len output_len concurrency batch_per_chip kv_len slo_ttft_s slo_tpot_s "
    "global_batch micro_batch vpp value";

// Or nothing: a cell may stay empty.
bool is_number(const std::string& cell) {
    return cell.empty() || text::parse_number<double>(cell).value_or(-1) >= 0;
}

}  // namespace

std::string_view unit_of(std::string_view metric) {
    for (const auto& [unit, list] : metrics)
        if (text::contains(words_of(list), metric)) return unit;
    return "?";
}

text::Diagnostics problems_of(const std::filesystem::path& file,
                              const std::vector<MeasuredRow>& rows) {
    text::Diagnostics problems;
    for (const auto& row : rows) {
        const auto fail = [&](std::string message, std::string hint = {}) {
            problems.push_back(
                {.message = std::move(message),
                 .where = {.file = file.string(), .line = static_cast<int>(row.record.line)},
                 .hint = std::move(hint)});
        };
        for (const auto column : words_of(number_columns))
            if (!is_number(row[column]))
                fail(fmt::format("`{}` is a number of zero or more, found `{}`", column,
                                 row[column]));
        if (row["value"].empty() || (is_number(row["value"]) && row.number("value") <= 0))
            fail("`value` is more than zero, found `" + row["value"] + "`");
        const auto& metric = row["metric"];
        if (unit_of(metric) == "?") {
            std::vector<std::string> names;
            for (const auto& [unit, list] : metrics)
                for (const auto name : words_of(list)) names.emplace_back(name);
            const auto near = text::nearest(metric, names);
            fail("no metric named `" + metric + "`",
                 near.empty() ? "times are in seconds, rates in tokens a second"
                              : text::did_you_mean(near));
        }
        if (metric == "mfu" && row.number("value") > 1.5)
            fail("`mfu` is a share, found `" + row["value"] + "`", "43 % is written 0.43");
    }
    return problems;
}

}  // namespace sluice::run
