#include "run/trace.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <map>
#include <system_error>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "quantity/date.h"
#include "run/arrivals.h"
#include "text/number.h"

namespace sluice::run {

using Json = nlohmann::json;

struct TraceFormat {
    std::string_view name;
    std::uint32_t block_tokens;
    double time_unit;  // ns; 0: times are a date and a clock
    // Of arrival, input, output, nothing (but no other format has it), priority, blocks.
    std::array<std::string_view, 6> keys;
};

namespace {

namespace key {
enum : std::uint8_t { arrival, input, output, own, priority, blocks };
}

// The first whose keys up to its own one are all in the first line.
constexpr TraceFormat trace_formats[] = {
    {"azure", 0, 0, {"TIMESTAMP", "ContextTokens", "GeneratedTokens"}},
    {"burstgpt", 0, 1e9, {"Timestamp", "Request tokens", "Response tokens"}},
    {"vidur", 0, 1e9, {"arrived_at", "num_prefill_tokens", "num_decode_tokens"}},
    {"vidur", 0, 1e9, {"", "num_prefill_tokens", "num_decode_tokens"}},
    {"sluice", 16, 1e9, {"arrival_s", "input_tokens", "output_tokens", "", "priority", "blocks"}},
    {"qwen", 16, 1e9, {"timestamp", "input_length", "output_length", "chat_id", "", "hash_ids"}},
    {"mooncake", 512, 1e6, {"timestamp", "input_length", "output_length", "", "", "hash_ids"}},
    {"vllm", 16, 1e9, {"arrival_time", "input_toks", "output_toks", "", "", "input_tok_ids"}},
    {"vllm", 16, 1, {"arrival_time_ns", "input_toks", "output_toks", "", "", "input_tok_ids"}},
};
constexpr std::string_view failing_format = "burstgpt";  // no output: the request failed
constexpr std::string_view token_ids = "input_tok_ids";

// A first arrival later than this is counted since 1970; the trace then begins with it.
constexpr std::int64_t latest_start = 1'000'000'000'000'000'000;
constexpr std::int32_t last_day = 100'000;  // since 1970: ns fit in 64 bits
constexpr std::size_t longest_line = std::size_t{1} << 24;
constexpr std::size_t shown_problems = 20;
constexpr std::uint64_t most_held = 1'000'000;

// Whole numbers between blanks or commas, in base 10 between brackets. Where they are tokens, so
// many become a block, named by the chain of all tokens up to its end.
bool read_list(std::string_view list, int base, std::size_t tokens,
               std::vector<std::uint64_t>& to) {
    constexpr std::string_view between = " ,";
    if (base == 10 && (!list.starts_with('[') || !list.ends_with(']'))) return false;
    if (base == 10) list = list.substr(1, list.size() - 2);
    std::uint64_t chain = 0, number = 0;
    for (std::size_t i = 0;; ++i) {
        list.remove_prefix(std::min(list.find_first_not_of(between), list.size()));
        if (list.empty()) return true;
        const auto read = std::from_chars(list.data(), list.data() + list.size(), number, base);
        list.remove_prefix(static_cast<std::size_t>(read.ptr - list.data()));
        if (read.ec != std::errc{} || (!list.empty() && !between.contains(list[0]))) return false;
        chain = mixed(chain ^ number);
        if (tokens == 0 || i % tokens == 0) to.emplace_back();
        to.back() = tokens == 0 ? number : chain;
    }
}

// ns, or -1. Whole units apart: a double of seconds since 1970 leaves no room for ns.
std::int64_t nanoseconds(double value, double unit) {
    if (!(value >= 0 && value * unit <= 9e18)) return -1;
    const double whole = std::floor(value);
    return std::llround(whole * unit) + std::llround((value - whole) * unit);
}

// "2023-11-16 18:17:03.9799600", with a zone only when that is UTC; ns since 1970, or -1.
std::int64_t moment(std::string_view stamp) {
    const auto day = quantity::parse_date(stamp.substr(0, 10));
    if (!day || day->days < 0 || day->days > last_day) return -1;
    if (stamp.size() < 19 || stamp[13] != ':' || stamp[16] != ':') return -1;
    const auto hour = text::parse_number<unsigned>(stamp.substr(11, 2));
    const auto minute = text::parse_number<unsigned>(stamp.substr(14, 2));
    const auto second = text::leading_number<double>(stamp.substr(17));
    if (!hour || *hour > 23 || !minute || *minute > 59 || !second || !(second->value < 61))
        return -1;
    const auto ns = nanoseconds(second->value, 1e9);
    const auto zone = second->rest;
    if (ns < 0 || (!zone.empty() && zone != "+00:00" && zone != "Z")) return -1;
    return ((day->days * 24LL + *hour) * 60 + *minute) * 60'000'000'000 + ns;
}

LengthFigures figures_of(const std::map<std::uint32_t, std::uint64_t>& counts) {
    LengthFigures out;
    double total = 0, below = 0;
    for (const auto& [length, count] : counts) total += static_cast<double>(count);
    for (const auto& [length, count] : counts) {
        out.mean += length * static_cast<double>(count);
        for (const auto& [share, figure] :
             {std::pair{0.5, &out.p50}, {0.9, &out.p90}, {0.99, &out.p99}, {1.0, &out.most}})
            if (below < share * total) *figure = length;
        below += static_cast<double>(count);
    }
    out.mean /= total;
    return out;
}

}  // namespace

// To the first row; the first time, finds the format.
void TraceReader::rewind() {
    std::fseek(file_.get(), 0, SEEK_SET);
    reader_.emplace(file_.get(), longest_line);
    if ((format_ && json_) || !reader_->next(row_) || format_) return;
    json_ = row_.raw.starts_with('{');
    std::vector<std::string> names(row_.fields.begin(), row_.fields.end());
    if (json_) names.clear();
    const auto line = Json::parse(json_ ? row_.raw : "{}", nullptr, false);
    for (const auto& [name, value] : line.items()) names.push_back(name);
    columns_ = names.size();
    for (const auto& f : trace_formats) {
        bool fits = true;
        for (std::size_t k = 0; k < f.keys.size(); ++k) {
            const auto at = f.keys[k].empty() ? names.end() : std::ranges::find(names, f.keys[k]);
            column_[k] = static_cast<std::size_t>(at - names.begin());
            fits &= k >= key::priority || f.keys[k].empty() || at != names.end();
        }
        if (!fits) continue;
        format_ = &f;
        facts_.format = f.name;
        if (column_[key::blocks] < columns_) facts_.block_tokens = f.block_tokens;
        return json_ ? rewind() : void();
    }
}

// The row that was read last. What is wrong with a bad one is then in problem_.
TraceReader::Row TraceReader::read(Request& request) {
    const auto& f = *format_;
    std::array<std::string, 6> members;
    if (json_) {
        problem_ = "not one JSON object";
        const auto line = Json::parse(row_.raw, nullptr, false);
        if (!line.is_object()) return Row::bad;
        for (std::size_t k = 0; k < members.size(); ++k)
            if (const auto at = line.find(f.keys[k]); at != line.end()) members[k] = at->dump();
    } else if (!row_.error.empty() || row_.fields.size() != columns_) {
        problem_ =
            row_.error.empty() ? "the row has more or fewer fields than the header" : row_.error;
        return Row::bad;
    }
    const auto field = [&](std::size_t k) -> std::string_view {
        if (json_) return members[k];
        return column_[k] < columns_ ? row_.fields[column_[k]] : std::string_view{};
    };
    const auto wrong = [&](std::size_t k, std::string_view what) {
        problem_ = fmt::format("`{}` is missing or not {}", f.keys[k], what);
        return Row::bad;
    };
    const auto time = field(key::arrival);
    if (f.time_unit == 0)
        time_ = moment(time);
    else
        time_ = nanoseconds(text::parse_number<double>(time).value_or(NAN), f.time_unit);
    if (f.keys[key::arrival].empty()) time_ = 0;
    if (time_ < 0) return wrong(key::arrival, "a time of zero or more");
    const auto whole = [&](std::size_t k, double least, double most, auto& to) {
        const auto n = text::parse_number<double>(field(k)).value_or(NAN);
        if (!(n >= least && n <= most && n == std::floor(n))) return false;
        to = static_cast<std::remove_reference_t<decltype(to)>>(n);
        return true;
    };
    constexpr double most = 1U << 31;
    constexpr std::string_view tokens = "a whole number from 1 to 2,147,483,648";
    const bool may_fail = f.name == failing_format;
    if (!whole(key::output, may_fail ? 0 : 1, most, request.output))
        return wrong(key::output, tokens);
    if (request.output == 0) return Row::failed;
    if (!whole(key::input, 1, most, request.input)) return wrong(key::input, tokens);
    request.priority = 0;
    if (!field(key::priority).empty() &&
        !whole(key::priority, INT32_MIN, INT32_MAX, request.priority))
        return wrong(key::priority, "a whole number");
    request.arrival = static_cast<double>(time_ - start_) / 1e9;
    request.blocks.clear();
    const auto list = field(key::blocks);
    if (list.empty() || facts_.block_tokens == 0) return Row::request;
    const std::size_t tokens_in = f.keys[key::blocks] == token_ids ? f.block_tokens : 0;
    if (!read_list(list, json_ ? 10 : 16, tokens_in, request.blocks))
        return wrong(key::blocks, "a list of whole numbers");
    // What is said beyond the end of the prompt says nothing of it.
    const std::size_t most_blocks = (request.input - 1) / f.block_tokens + 1;
    if (request.blocks.size() > most_blocks) request.blocks.resize(most_blocks);
    return Row::request;
}

// Counts and checks every row; what makes the trace unfit.
text::Diagnostics TraceReader::survey(const TraceOptions& options) {
    text::Diagnostics problems;
    const auto add = [&](std::string message, std::size_t line, std::string hint = {}) {
        problems.push_back({.message = std::move(message),
                            .where = {.file = name_, .line = static_cast<int>(line)},
                            .hint = std::move(hint)});
    };
    std::int64_t first = INT64_MAX, last = -1;
    std::size_t early = 0;  // the first line that is earlier than one before it
    for (Request request; reader_->next(row_);) {
        const auto row = read(request);
        ++(row == Row::request ? facts_.rows : row == Row::failed ? facts_.failed : facts_.bad);
        if (row == Row::bad && facts_.bad <= shown_problems) add(problem_, row_.line);
        if (row != Row::request) continue;
        if (time_ < last && early == 0) early = row_.line;
        first = std::min(first, time_);
        last = std::max(last, time_);
    }
    const bool too_bad = facts_.bad > options.skip_bad;
    if (too_bad)
        add(fmt::format("wrong rows: {}", facts_.bad), 0,
            fmt::format("`--skip-bad {}` passes over them", facts_.bad));
    else if (facts_.rows == 0)
        add("the trace has no request", 0);
    if (early > 0)
        add("requests are not in order of time", early,
            options.strict ? "without `--strict` they are sorted" : "they were sorted in memory");
    if (too_bad || facts_.rows == 0 || (early > 0 && options.strict)) return problems;
    for (auto& problem : problems) problem.severity = text::Severity::warning;
    facts_.warnings = std::move(problems);
    if (first > latest_start) start_ = first;
    facts_.first = static_cast<double>(first - start_) / 1e9;
    facts_.last = static_cast<double>(last - start_) / 1e9;
    left_ = facts_.rows;
    rewind();
    if (early > 0) hold();
    return {};
}

text::Result<TraceReader> TraceReader::open(const std::filesystem::path& path,
                                            const TraceOptions& options) {
    TraceReader trace;
    trace.name_ = path.string();
    trace.file_.reset(std::fopen(path.c_str(), "rb"));
    if (!trace.file_ || std::fseek(trace.file_.get(), 0, SEEK_SET) != 0)
        return text::refused({.message = fmt::format("cannot read `{}`: {}", trace.name_,
                                                     std::generic_category().message(errno))});
    trace.rewind();
    if (!trace.format_)
        return text::refused({.message = fmt::format("`{}` begins as no known trace", trace.name_),
                              .hint = "the simplest begins `arrival_s,input_tokens,output_tokens`; "
                                      "all formats: docs/reference/traces.md"});
    if (auto problems = trace.survey(options); !problems.empty())
        return std::unexpected{std::move(problems)};
    return trace;
}

bool TraceReader::stream(Request& request) {
    while (reader_->next(row_))
        if (read(request) == Row::request) return true;
    return false;
}

// All that is still to come, in order of time.
void TraceReader::hold() {
    held_.reserve(facts_.rows);
    for (Request request; stream(request);) held_.push_back(request);
    std::ranges::stable_sort(held_, {}, &Request::arrival);
}

bool TraceReader::next(Request& request) {
    if (left_ == 0) return false;
    if (at_ == facts_.rows) {
        const double span = facts_.last - facts_.first;
        shift_ += span + span / static_cast<double>(std::max<std::uint64_t>(facts_.rows, 2) - 1);
        at_ = 0;
        if (held_.empty()) rewind();
    }
    if (!held_.empty())
        request = held_[at_];
    else if (!stream(request))
        return false;
    ++at_;
    --left_;
    request.arrival += shift_;
    return true;
}

void TraceReader::repeat(std::uint64_t requests) {
    shift_ = 0;
    at_ = 0;
    left_ = requests;
    rewind();
    if (held_.empty() && requests > facts_.rows && facts_.rows <= most_held &&
        facts_.block_tokens == 0)
        hold();
}

TraceFigures describe(Requests requests) {
    TraceFigures out;
    std::map<std::uint32_t, std::uint64_t> inputs, outputs;
    std::unordered_set<std::uint64_t> seen;
    std::uint64_t in_minute = 0;
    double first = 0, minute = 0;
    for (Request r; requests(r);) {
        if (out.requests++ == 0) first = r.arrival;
        out.span = r.arrival - first;
        if (minute != std::floor(out.span / 60)) in_minute = 0;
        minute = std::floor(out.span / 60);
        out.peak_minute = std::max(out.peak_minute, ++in_minute);
        ++inputs[r.input];
        ++outputs[r.output];
        const auto known = [&](std::uint64_t block) { return seen.contains(block); };
        out.hit_blocks += static_cast<std::uint64_t>(std::ranges::find_if_not(r.blocks, known) -
                                                     r.blocks.begin());
        out.blocks += r.blocks.size();
        seen.insert(r.blocks.begin(), r.blocks.end());
    }
    out.rate = out.span > 0 ? static_cast<double>(out.requests - 1) / out.span : NAN;
    out.input = figures_of(inputs);
    out.output = figures_of(outputs);
    return out;
}

}  // namespace sluice::run
