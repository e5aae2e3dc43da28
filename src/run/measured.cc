#include "run/measured.h"

#include <algorithm>
#include <cmath>

#include "run/arrivals.h"
#include "run/fleet.h"
#include "run/serving.h"
#include "run/training.h"
#include "text/number.h"

namespace sluice::run {
namespace {

using workload::Precision;

int whole(const MeasuredRow& row, std::string_view column) {
    return std::max(1, static_cast<int>(row.number(column, 1)));
}

// `side` is "", "prefill_" or "decode_": the columns of one side of a disaggregated deployment.
workload::Plan plan_of(const MeasuredRow& row, const std::string& side) {
    workload::Plan plan;
    plan.tp = whole(row, side + "tp");
    plan.attention_dp = whole(row, side + "attention_dp");
    plan.pp = side.empty() ? whole(row, "pp") : 1;
    plan.cp = side.empty() ? whole(row, "cp") : 1;
    const auto ep = side.empty() ? std::string{"ep"} : side + "moe_ep";
    plan.moe_tp = whole(row, side + "moe_tp");
    plan.ep = whole(row, ep);
    if (row[ep].empty() && row[side + "moe_tp"].empty()) plan.moe_tp = plan.tp * plan.attention_dp;
    plan.dp = side.empty() ? whole(row, "dp") : whole(row, side + "workers");
    return plan;
}

struct Context {
    const MeasuredRow& row;
    Setup setup{};
    double input = 0, output = 1, chips = 1;
};

Traffic traffic_of(const Context& c, double in_flight) {
    return {.input = c.input,
            .output = c.output,
            .in_flight = in_flight,
            .drafted = c.row.number("mtp"),
            .emitted = std::max(1.0, c.row.number("accept_len", 1))};
}

double replicas(const Context& c) { return std::max(1, c.setup.plan.dp); }

// A replica's tokens a second in the unit of the row's metric: of all replicas or a chip.
double rate_of(const Context& c, double one) {
    const double rate = one * replicas(c);
    return c.row["metric"].ends_with("per_chip") ? rate / c.chips : rate;
}

double predict_training(Context c, Prediction& out) {
    Training t{.sequence = c.input,
               .global_batch = c.row.number("global_batch"),
               .micro_batch = c.row.number("micro_batch", 1),
               .chunks = whole(c.row, "vpp"),
               .recompute = c.row["recompute"] == "full" ||
                                    (c.row["recompute"].empty() && c.setup.engine->recompute > 0)
                                ? workload::Recompute::all
                            : c.row["recompute"] == "selective" ? workload::Recompute::attention
                                                                : workload::Recompute::none,
               .frozen_weights = c.row["method"] == "lora",
               .sharded_weights = !c.row["fsdp"].empty()};
    auto& plan = c.setup.plan;
    plan.dp = std::max(1, static_cast<int>(c.chips) / (plan.tp * plan.pp * plan.cp));
    if (t.global_batch <= 0) t.global_batch = plan.dp * t.micro_batch * std::max(8, 4 * plan.pp);
    if (const auto* its = std::ranges::find(schedule_names, c.setup.engine->schedule);
        its != schedule_names.end())
        t.schedule = static_cast<Schedule>(its - schedule_names.begin());
    const auto step = train_step(c.setup, t);
    out.span = step.forward_span;
    const auto& metric = c.row["metric"];
    if (metric == "tokens_per_s_per_chip") return step.tokens_per_chip_second;
    if (metric == "step_time_s") return step.seconds;
    if (metric == "samples_per_s") return t.global_batch / step.seconds;
    if (metric == "model_tflops_per_chip")
        return step.tokens_per_chip_second * step.model_flop_per_token / 1e12;
    return step.mfu;
}

double predict_prefill(const Context& c, Prediction& out) {
    const auto& plan = c.setup.plan;
    const double prompts =
        std::max(1.0, c.row.number("concurrency", plan.attention_dp) / replicas(c));
    const double seconds =
        prefill_time(c.setup, prompts, c.input) + c.setup.engine->request_cost * prompts;
    out.span = prefill_span(c.setup, prompts, c.input);
    if (c.row["metric"].starts_with("ttft")) return seconds;
    return prompts * c.input / seconds / plan.instance_chips();
}

// Replicas that decode and do nothing else.
double decoded(const Context& c, double batch, double context, Span& span) {
    const auto traffic = traffic_of(c, batch);
    span = decode_span(c.setup, batch, context, 1 + traffic.drafted);
    const double step = c.setup.plan.pp * span.total();
    if (c.row["metric"].starts_with("tpot")) return step / traffic.emitted;
    return rate_of(c, batch * traffic.emitted / step);
}

double predict_decode(const Context& c, Prediction& out) {
    const double batch = std::max(1.0, c.row.number("concurrency", 1) / replicas(c));
    return decoded(c, batch, c.row.number("kv_len", c.input + c.output / 2), out.span);
}

// Requests that one replica has in flight, by how the load was offered.
double in_flight(const Context& c) {
    const auto& load = c.row["load"];
    const double all = 1e9;
    if (load == "saturated" || load == "poisson_slo" || load == "rate") return all;
    if (load == "all_at_once") return c.row.number("requests", all) / replicas(c);
    const double concurrency = c.row.number("concurrency", 0);
    return concurrency > 0 ? std::max(1.0, concurrency / replicas(c)) : all;
}

// The largest load whose token time stays within the stated objective.
ServingPoint within_objective(const Context& c, Traffic traffic) {
    auto point = serve_steady(c.setup, traffic);
    const double most = c.row.number("slo_tpot_s", 0);
    if (most <= 0 || point.tpot <= most) return point;
    double low = 1, high = std::max(1.0, point.batch);
    for (int i = 0; i < 24; ++i) {
        traffic.in_flight = (low + high) / 2;
        point = serve_steady(c.setup, traffic);
        (point.tpot > most ? high : low) = traffic.in_flight;
    }
    return point;
}

// Replicas as a row's software schedules them.
Pool pool_of(const Context& c, Role role) {
    const auto& engine = *c.setup.engine;
    const bool sglang = engine.id.starts_with("sglang");
    Pool pool{.setup = c.setup,
              .scheduler = scheduler_named(sglang ? "sglang" : "vllm", engine),
              .role = role,
              .replicas = static_cast<int>(replicas(c)),
              .drafted = c.row.number("mtp"),
              .emitted = std::max(1.0, c.row.number("accept_len", 1)),
              .memory_tokens = cache_tokens(c.setup),
              .request_cost = engine.request_cost};
    pool.setup.plan.dp = 1;
    // What was run must have fitted somehow.
    pool.memory_tokens = std::max(pool.memory_tokens, 2 * (c.input + c.output) + 64);
    return pool;
}

// Mean time to the first token of a closed loop whose clients all start at once, over ten requests
// of each, as InferenceX and its like measure it: mostly a queue, so that it is simulated.
double first_token(const Context& c) {
    Fleet fleet{.clients = std::max(1.0, c.row.number("concurrency", 1))};
    if (c.row["disaggregated"] == "1") {
        auto prompts = c;
        prompts.setup.plan = plan_of(c.row, "prefill_");
        fleet.pools = {pool_of(prompts, Role::prefill), pool_of(c, Role::decode)};
    } else {
        fleet.pools = {pool_of(c, Role::both)};
    }
    const bool uniform = c.row["lengths"] == "uniform80";
    const auto length = [&](double mean, std::uint64_t draw) {
        const double share = static_cast<double>(mixed(draw) >> 11) * 0x1p-53;
        return static_cast<std::uint32_t>(
            std::max(1.0, std::round(uniform ? mean / 0.9 * (0.8 + 0.2 * share) : mean)));
    };
    const auto out = simulate(fleet, [&, left = 10 * fleet.clients](Request& r) mutable {
        const auto draw = static_cast<std::uint64_t>(2 * left);
        r = {.input = length(c.input, draw), .output = length(c.output, draw + 1)};
        return left-- > 0;
    });
    return out.ttft.mean() + c.setup.engine->client_latency;
}

double predict_serving(const Context& c, Prediction& out) {
    const auto& metric = c.row["metric"];
    auto traffic = traffic_of(c, in_flight(c));
    const double all = c.input + c.output;
    if (metric.starts_with("ttft") && c.row["load"] == "closed_loop") return first_token(c);
    if (c.row["load"] == "static_batch" || metric.starts_with("e2e")) {
        const double seconds = serve_batch(c.setup, traffic);
        if (metric.starts_with("e2e")) return seconds;
        if (metric.starts_with("tpot")) return seconds / c.output;
        return rate_of(
            c, traffic.in_flight * (metric.starts_with("total") ? all : c.output) / seconds);
    }
    if (c.row["disaggregated"] == "1") {
        // Prompts run elsewhere: decode replicas see no interference.
        const double asked = std::max(1.0, c.row.number("concurrency", 1e9) / replicas(c));
        Span unsaid;
        return decoded(c, std::min(asked, held_by(c.setup, traffic)), c.input + c.output / 2,
                       unsaid);
    }
    const auto point = within_objective(c, traffic);
    out.span = point.decode_span;
    if (metric.starts_with("tpot")) return point.tpot;
    double rate = point.output_rate;
    if (c.row["load"] == "all_at_once" && traffic.in_flight < 1e8) {
        // Ramp at the start and a tail at the end: one request's life is served below full batch.
        const double life = point.prefill + c.output * point.tpot;
        const double full = traffic.in_flight * c.output / point.output_rate;
        rate =
            traffic.in_flight * c.output /
            (full + 0.5 * life * std::min(1.0, traffic.in_flight / std::max(point.batch, 1.0) - 1));
    }
    if (metric.starts_with("total")) rate *= all / c.output;
    if (metric == "samples_per_s") rate /= c.output;
    return rate_of(c, rate);
}

}  // namespace

double MeasuredRow::number(std::string_view column, double otherwise) const {
    return text::parse_number<double>(record[column]).value_or(otherwise);
}

text::Result<std::vector<MeasuredRow>> read_measured(const std::filesystem::path& file) {
    auto records =
        text::read_csv(file, {"id", "kind", "chip", "model", "metric", "value", "group"});
    if (!records) return std::unexpected(std::move(records.error()));
    text::Diagnostics problems;
    std::vector<MeasuredRow> rows;
    for (auto& record : *records) {
        if (!record.error.empty())
            text::report(problems, {.file = file.string(), .line = static_cast<int>(record.line)},
                         std::move(record.error));
        rows.push_back({std::move(record)});
    }
    return text::result_of(std::move(rows), std::move(problems));
}

Prediction predict(const Bench& bench, const MeasuredRow& row) {
    Prediction out;
    const auto leave = [&](std::string why) {
        out.left_out = std::move(why);
        return out;
    };
    const auto at = bench.world->find_chip(row["chip"]);
    if (at < 0) return leave("chip not in the catalogue");
    const auto& chip = bench.world->chips[static_cast<std::size_t>(at)];
    const auto* model = facts::find_model(*bench.models, row["model"]);
    if (!model) return leave("model not in the catalogue");
    if (!model->described()) return leave("model's dimensions are not published");
    const auto prepared =
        timing::prepare(chip, facts::fabric_of(*bench.fabrics, chip.id), *bench.calibrations);
    if (!prepared.missing.empty()) return leave("chip lacks " + prepared.missing.front());
    const auto weights = workload::precision_named(row["weights"]);
    if (!weights) return leave("number format not understood");
    const auto activations = workload::precision_named(row["activations"]).value_or(*weights);
    const auto& engine = engine_of(bench, row);
    out.engine = engine.id;
    const auto chip_timing = with_engine(prepared.timing, engine);
    Context c{.row = row, .setup = {.model = model, .chip = &chip_timing, .engine = &engine}};
    c.setup.formats = {.weights = *weights,
                       .activations = activations,
                       .kv = workload::precision_named(row["kv"]).value_or(Precision::bf16)};
    c.setup.memory = timing::memory_bytes(chip);
    const bool split = row["disaggregated"] == "1" && row["kind"] != "training";
    c.setup.plan = plan_of(row, !split ? "" : row["kind"] == "prefill" ? "prefill_" : "decode_");
    c.chips = row.number("chips", 1);
    c.input = row.number("input_len");
    c.output = std::max(1.0, row.number("output_len", 1));
    if (row["lengths"] == "uniform80") {
        c.input *= 0.9;
        c.output *= 0.9;
    }
    if (row["kind"] == "training")
        out.value = predict_training(c, out);
    else if (row["kind"] == "prefill")
        out.value = predict_prefill(c, out);
    else if (row["kind"] == "decode")
        out.value = predict_decode(c, out);
    else if (row["kind"] == "serving")
        out.value = predict_serving(c, out);
    else
        return leave("kind not understood");
    if (!(out.value > 0) || !std::isfinite(out.value))
        return leave("no prediction for this configuration");
    return out;
}

const Engine& engine_of(const Bench& bench, const MeasuredRow& row) {
    const auto at = bench.world->find_chip(row["chip"]);
    const auto maker =
        at < 0 ? std::string_view{}
               : maker_of(*bench.world, bench.world->chips[static_cast<std::size_t>(at)]);
    return engine_for(*bench.engines, row["software"], maker);
}

std::string_view error_class(const MeasuredRow& row) {
    const auto& metric = row["metric"];
    if (row["kind"] == "training")
        return row["ep"].empty() ? "training, dense" : "training, mixture of experts";
    if (row["kind"] == "prefill") return "prefill";
    if (row["kind"] == "decode") return "decode";
    if (metric.starts_with("ttft")) {
        const double each =
            row.number("concurrency") / row.number("prefill_workers", row.number("dp", 1));
        return each <= 16 ? "TTFT, up to 16 requests a prefill instance" : "TTFT, more than 16";
    }
    if (metric.starts_with("tpot"))
        return row["disaggregated"] == "1" ? "TPOT, disaggregated" : "TPOT, aggregated serving";
    if (metric.starts_with("e2e")) return "whole-batch latency";
    const auto& load = row["load"];
    return load == "saturated" || load == "poisson_slo" || load == "all_at_once" || load == "rate"
               ? "throughput, engine picks the batch"
               : "throughput, batch given";
}

bool may_learn(std::string_view group) {
    std::uint64_t hash = 1469598103934665603ULL;  // FNV-1a
    for (const char c : group) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return (hash >> 32) % 3 != 0;
}

ClassScore score(std::string_view name, const std::vector<const Scored*>& rows) {
    ClassScore out{.name = std::string{name}, .rows = rows.size()};
    std::map<std::string, double> size;
    for (const auto* r : rows) ++size[(*r->row)["group"]];
    out.groups = size.size();
    const auto quantile = [&](double q, bool absolute) {
        std::vector<std::pair<double, double>> values;
        double total = 0;
        for (const auto* r : rows) {
            const double weight = 1 / size[(*r->row)["group"]];
            values.emplace_back(absolute ? std::abs(r->log_error) : r->log_error, weight);
            total += weight;
        }
        std::ranges::sort(values);
        double sum = 0;
        for (const auto& [value, weight] : values) {
            sum += weight;
            if (sum >= q * total - 1e-12) return std::exp(value) - 1;
        }
        return 0.0;
    };
    out.median = quantile(0.5, true);
    out.p90 = quantile(0.9, true);
    out.bias = quantile(0.5, false);
    return out;
}

std::string_view maker_of(const facts::World& world, const facts::Chip& chip) {
    if (chip.vendor < 0) return {};
    return world.parties[static_cast<std::size_t>(chip.vendor)].id;
}

}  // namespace sluice::run
