#include "run/arrivals.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>

#include "facts/data_file.h"
#include "text/ascii.h"
#include "text/file.h"
#include "text/number.h"

namespace sluice::run {
namespace {

struct Random {
    std::uint64_t state;
    double uniform() {  // above 0, at most 1
        state += 0x9E3779B97F4A7C15U;
        return static_cast<double>((mixed(state) >> 11) + 1) * 0x1p-53;
    }
    double exponential() { return -std::log(uniform()); }
    // Marsaglia and Tsang 2000; its mean is the shape.
    double gamma(double shape) {
        if (shape < 1) return gamma(shape + 1) * std::pow(uniform(), 1 / shape);
        const double d = shape - 1.0 / 3;
        for (;;) {
            const double x =
                std::sqrt(2 * exponential()) * std::cos(2 * std::numbers::pi * uniform());
            const double v = std::pow(1 + x / std::sqrt(9 * d), 3);
            if (v > 0 && -exponential() < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
        }
    }
    // Of mean 1.
    double gap(const RateSpan& s) {
        if (s.shape == 1) return exponential();
        return s.weibull ? std::pow(exponential(), 1 / s.shape) / std::tgamma(1 + 1 / s.shape)
                         : gamma(s.shape) / s.shape;
    }
    std::uint32_t length(const LengthCurve& curve) {
        const double share = uniform() * curve.back().first;
        const auto to = std::ranges::lower_bound(curve, share, {}, &LengthCurve::value_type::first);
        const auto& [share0, tokens0] = to == curve.begin() ? *to : to[-1];
        const double width = to->first - share0;
        const double part = width > 0 ? (share - share0) / width : 1;
        return static_cast<std::uint32_t>(
            std::max(1.0, std::round(tokens0 + part * (to->second - tokens0))));
    }
};

// "\"{4: 7.2e-05, 5: 0.00016}\"": tokens and their shares; empty when it is something else.
LengthCurve curve_of(std::string_view dictionary) {
    LengthCurve curve;
    double sum = 0;
    if (!dictionary.starts_with("\"{") || !dictionary.ends_with("}\"")) return {};
    for (auto rest = dictionary.substr(2, dictionary.size() - 4); !rest.empty();) {
        auto share = text::take_until(rest, ',');
        const auto tokens = text::parse_number<double>(text::trimmed(text::take_until(share, ':')));
        const auto weight = text::parse_number<double>(text::trimmed(share));
        if (!tokens || !weight || !(*tokens >= 0 && *tokens <= 1U << 31)) return {};
        if (!(*weight >= 0 && *weight <= 1)) return {};
        curve.emplace_back(sum, *tokens);
        curve.emplace_back(sum += *weight, *tokens);
    }
    return sum > 0 ? curve : LengthCurve{};
}

}  // namespace

Requests generate(Arrivals arrivals) {
    const Random seeded{mixed(arrivals.seed)};
    return [random = seeded, t = std::move(arrivals), cycle_start = 0.0, clock = 0.0,
            at = std::size_t{0}](Request& r) mutable {
        double gap = random.gap(t.cycle[at]);
        for (;;) {
            const auto& s = t.cycle[at];
            const double room = s.rate > 0 ? (s.until - clock) * s.rate : 0;
            if (gap < room) {
                clock += gap / s.rate;
                break;
            }
            gap -= room;
            clock = s.until;
            if (++at < t.cycle.size()) continue;
            cycle_start += s.until;
            at = 0;
            clock = 0;
        }
        r.arrival = cycle_start + clock;
        if (t.requests == 0 || r.arrival >= t.seconds) return false;
        --t.requests;
        auto lengths = std::ranges::upper_bound(t.lengths, clock, {}, &Lengths::from);
        if (lengths != t.lengths.begin()) --lengths;
        r.input = random.length(lengths->input);
        r.output = random.length(lengths->output);
        r.priority = 0;
        r.blocks.clear();
        return true;
    };
}

text::Diagnostics read_traffic(const std::filesystem::path& path, Arrivals& arrivals) {
    const auto file = facts::read_data_file(path);
    if (!file) return file.error();
    text::Diagnostics problems;
    facts::TableReader table(*file, file->root, "traffic", problems);
    const auto numbers = [&](std::string_view key) {
        std::vector<double> out;
        for (const auto& node : table.list(key)) {
            out.push_back(text::parse_number<double>(file->plain(node)).value_or(-1));
            if (!(out.back() >= 0)) table.fail(node, "not a number of zero or more");
        }
        return out;
    };
    table.required_text("source");
    double until = 0;
    for (const double rate : numbers("rates_per_10_min"))
        arrivals.cycle.push_back({.until = until += 600, .rate = rate});
    const auto share = numbers("share"), input = numbers("input"), output = numbers("output");
    if (input.size() != share.size() || output.size() != share.size())
        table.fail(file->root, "`share`, `input` and `output` are lists of one length");
    table.finish();
    if (!problems.empty() || share.empty()) return problems;
    auto& lengths = arrivals.lengths.emplace_back();
    for (std::size_t i = 0; i < share.size(); ++i) {
        lengths.input.emplace_back(share[i], input[i]);
        lengths.output.emplace_back(share[i], output[i]);
    }
    return {};
}

text::Diagnostics read_client(const std::filesystem::path& file, Arrivals& arrivals) {
    const auto refuse = [](const std::filesystem::path& where, int line, std::string message) {
        return text::Diagnostics{
            {.message = std::move(message), .where = {.file = where.string(), .line = line}}};
    };
    const auto rates = text::read_text(file);
    if (!rates) return rates.error();
    double time = -1, step = 0, busiest = 0;
    std::string_view rest = *rates;
    for (int line = 1; !rest.empty(); ++line) {
        auto row = text::take_until(rest, '\n');
        std::array<std::string_view, 6> field;
        for (auto& f : field) f = text::take_until(row, ',');
        const auto number = [&](std::size_t i, double most) {
            const double n = text::parse_number<double>(field[i]).value_or(NAN);
            return n <= most ? n : NAN;
        };
        step = number(0, 1e9) - std::exchange(time, number(0, 1e9));
        RateSpan s{.rate = number(1, 1e9), .weibull = field[3] == "Weibull"};
        if (s.weibull || field[3] == "Gamma") s.shape = number(4, 1e6);
        if (!(time >= 0 && step > 0 && s.rate >= 0 && s.shape > 0.01))
            return refuse(file, line, "not a later time, a rate, a family of gaps and its shape");
        if (line > 1) arrivals.cycle.back().until = time;
        arrivals.cycle.push_back(s);
        busiest = std::max(busiest, s.rate);
    }
    if (busiest == 0) return refuse(file, 0, "no rate above zero");
    arrivals.cycle.back().until = time + step;
    if (!arrivals.lengths.empty()) return {};

    auto name = file.filename().string();
    name.resize(std::min(name.rfind("-trace.csv"), name.size()));
    const auto beside = file.parent_path() / (name + "-dataset.json");
    auto dataset = text::read_text(beside, std::size_t{1} << 28);
    if (!dataset) return dataset.error();
    const auto json = nlohmann::json::parse(*dataset, nullptr, false);
    for (const auto& [from, tables] : json.items()) {
        const auto curve = [&](const char* key) {
            const auto at = tables.find(key);
            return at == tables.end() ? LengthCurve{} : curve_of(at->dump());
        };
        Lengths lengths{.from = text::parse_number<double>(from).value_or(0),
                        .input = curve("input_tokens"),
                        .output = curve("output_tokens")};
        if (!lengths.input.empty() && !lengths.output.empty())
            arrivals.lengths.push_back(std::move(lengths));
    }
    std::ranges::sort(arrivals.lengths, {}, &Lengths::from);
    if (arrivals.lengths.empty()) return refuse(beside, 0, "no lengths of a ServeGen client");
    return {};
}

}  // namespace sluice::run
