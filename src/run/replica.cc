#include "run/replica.h"

#include <algorithm>
#include <cmath>

#include "text/check.h"

namespace sluice::run {
namespace {

// A request as it enters a scheduler, or comes back to one: all its tokens so far are its prompt.
double tokens_so_far(const Flight& flight) { return flight.request.input + flight.generated; }

double whole_blocks(double tokens, int block) { return std::ceil(tokens / block) * block; }

}  // namespace

Scheduler scheduler_named(std::string_view name, const Engine& engine) {
    Scheduler s{.most_tokens = engine.most_batched_tokens, .most_sequences = engine.most_sequences};
    s.mixed = name == "vllm" || name == "sarathi";
    s.chunked = name != "orca" && name != "static";
    s.whole_batches = name == "static";
    if (name == "sarathi") s.most_tokens = 512;
    if (name == "static") s.most_tokens = 1e9;
    return s;
}

bool fits(const Pool& pool, const Request& request) {
    const double whole = whole_blocks(request.input + 1.0, pool.scheduler.block);
    return whole + request.output + pool.drafted <=
           pool.memory_tokens * (1 - pool.scheduler.watermark);
}

double cache_tokens(const Setup& setup, int block) {
    constexpr double length = 4096;
    const double held = sequence_capacity(setup, length) / setup.plan.attention_dp;
    return std::floor(held * length / block) * block;
}

std::uint32_t Flights::take(Request&& request, std::uint64_t id) {
    if (free.empty()) {
        free.push_back(static_cast<std::uint32_t>(all.size()));
        all.emplace_back();
    }
    const auto number = free.back();
    free.pop_back();
    all[number] = {.request = std::move(request), .id = id};
    all[number].prompt = all[number].request.input;
    return number;
}

void ReplicaCounts::add(const ReplicaCounts& o) {
    constexpr double ReplicaCounts::* all[] = {
        &ReplicaCounts::busy,           &ReplicaCounts::sequence_seconds,
        &ReplicaCounts::memory_seconds, &ReplicaCounts::steps,
        &ReplicaCounts::stretches,      &ReplicaCounts::prompt_tokens,
        &ReplicaCounts::hit_tokens,     &ReplicaCounts::generated_tokens,
        &ReplicaCounts::put_off};
    for (const auto one : all) this->*one += o.*one;
}

Replica::Replica(const Pool& pool, StepTimes& times, bool one_by_one)
    : pool_(&pool),
      times_(&times),
      one_by_one_(one_by_one),
      ranks_(static_cast<std::size_t>(pool.setup.plan.attention_dp)) {}

std::size_t Replica::waiting() const {
    std::size_t all = 0;
    for (const auto& rank : ranks_) all += rank.queued;
    return all;
}

double Replica::used(double now) const {
    double all = 0;
    for (const auto& rank : ranks_) all += used(rank, now);
    return all / std::max(1.0, pool_->memory_tokens * static_cast<double>(ranks_.size()));
}

double Replica::used(const Rank& rank, double now) const {
    const auto& s = stretch_;
    if (idle() || s.steps <= 1) return rank.used;
    const auto steps = times_->within(s.n, s.context, now - s.start, s.steps);
    return rank.used + static_cast<double>(rank.decoding.size() * steps) * pool_->emitted;
}

std::size_t Replica::match(const Request& request, double now) {
    std::size_t best = 0;
    for (auto& rank : ranks_) {
        evict(rank, used(rank, now));
        best = std::max(best, rank.cache.match(request.blocks));
    }
    return best;
}

// ---- queues -----------------------------------------------------------------------------------

void Replica::enter(Flights& flights, std::uint32_t number, double now) {
    const auto load = [](const Rank& rank) {
        return rank.queued + rank.prompts.size() + rank.decoding.size();
    };
    auto& rank = *std::ranges::min_element(ranks_, {}, load);
    const auto priority = flights[number].request.priority;
    // Who stands first in a queue that nobody leaves is no nearer for one more behind it.
    const bool first = rank.queued == 0 || priority < rank.waiting.begin()->first;
    rank.waiting[priority].push_back(number);
    ++rank.queued;
    const double at_work = static_cast<double>(rank.prompts.size() + rank.decoding.size());
    const double most = pool_->scheduler.whole_batches ? 1 : pool_->scheduler.most_sequences;
    if (first && !idle() && at_work < most) cut(now);
}

void Replica::cut(double now) {
    auto& s = stretch_;
    if (s.steps <= 1) return;
    const auto done = times_->within(s.n, s.context, now - s.start, s.steps);
    if (done + 1 >= s.steps) return;
    s.steps = done + 1;
    s.end = s.start + times_->decode(s.n, s.context, s.steps);
}

// ---- memory -----------------------------------------------------------------------------------

double Replica::grown(const Rank& rank, const Flight& flight) const {
    return pool_->emitted * static_cast<double>(rank.steps - flight.joined);
}

// Memory that a flight gives back when it leaves: its own, and blocks that nobody else uses.
double Replica::release(Rank& rank, const Flight& flight, double grown) {
    const auto left = rank.cache.release(std::span(flight.request.blocks).first(flight.held));
    return flight.memory + grown + static_cast<double>(left) * pool_->block_tokens;
}

// Blocks that nobody uses give way as sequences grow: seen to whenever that could be told, which is
// before memory comes back and before somebody looks for blocks.
void Replica::evict(Rank& rank, double used) const {
    if (!pool_->scheduler.prefix_cache) return;
    const double free = std::max(0.0, pool_->memory_tokens - used);
    rank.cache.keep(static_cast<std::size_t>(free / pool_->block_tokens));
}

// The one admitted last starts over, with what it has said so far as part of its prompt.
void Replica::put_off(Flights& flights, Rank& rank) {
    evict(rank, rank.used);
    const auto last =
        std::ranges::max_element(rank.decoding, {}, [](const Finish& f) { return f.admitted; });
    std::uint32_t number;
    double growth = 0;
    if (!rank.prompts.empty() &&
        (last == rank.decoding.end() || flights[rank.prompts.back()].admitted > last->admitted)) {
        number = rank.prompts.back();
        rank.prompts.pop_back();
    } else {
        number = last->flight;
        auto& flight = flights[number];
        growth = grown(rank, flight);
        rank.context -= flight.prompt + growth;
        flight.generated += growth;
        counts.generated_tokens += growth;
        rank.decoding.erase(last);
        std::ranges::make_heap(rank.decoding, std::greater{});
        flight.last = stretch_.end;
    }
    auto& flight = flights[number];
    rank.used -= release(rank, flight, growth);
    flight.held = 0;
    flight.done = 0;
    flight.prompt = tokens_so_far(flight);
    ++flight.put_off;
    ++counts.put_off;
    rank.waiting[flight.request.priority].push_front(number);
    ++rank.queued;
}

void Replica::make_room(Flights& flights, Rank& rank) {
    const auto wanted = [&] {
        return rank.used + pool_->emitted * static_cast<double>(rank.decoding.size());
    };
    while (rank.decoding.size() + rank.prompts.size() > 1 && wanted() > pool_->memory_tokens)
        put_off(flights, rank);
}

// ---- the next step ----------------------------------------------------------------------------

void Replica::join(Flight& flight, std::uint32_t number, Rank& rank) {
    flight.joined = rank.steps;
    rank.context += flight.prompt;
    const double left = flight.request.output - flight.generated;
    rank.decoding.push_back(
        {rank.steps + static_cast<std::uint64_t>(std::ceil(left / pool_->emitted - 1e-9)),
         flight.admitted, number});
    std::ranges::push_heap(rank.decoding, std::greater{});
}

bool Replica::admit(Flights& flights, Rank& rank, std::uint32_t number, double& budget) {
    auto& flight = flights[number];
    const auto& scheduler = pool_->scheduler;
    const bool moved = flight.done >= flight.prompt;  // its cache comes along
    std::size_t hits = 0;
    const auto full = static_cast<std::size_t>(flight.request.input) /
                      static_cast<std::size_t>(pool_->block_tokens);
    const auto blocks = std::span(flight.request.blocks);
    const auto usable = blocks.first(std::min(full, blocks.size()));
    if (scheduler.prefix_cache && !moved) hits = rank.cache.match(usable);
    const double block_tokens = pool_->block_tokens;
    const auto found = usable.first(hits);
    const double own =
        whole_blocks(flight.prompt + 1, scheduler.block) - static_cast<double>(hits) * block_tokens;
    const double woken = static_cast<double>(rank.cache.use(found)) * block_tokens;
    // At least the last token of a prompt is computed.
    const double hit = std::min(static_cast<double>(hits) * block_tokens, flight.prompt - 1);
    const double tokens = moved ? 0 : flight.prompt - hit;
    const bool alone = rank.decoding.empty() && rank.prompts.empty();
    const bool room =
        alone || rank.used + woken + own <= pool_->memory_tokens * (1 - scheduler.watermark);
    if (!room || (!scheduler.chunked && tokens > budget && budget < scheduler.most_tokens)) {
        rank.cache.release(found);
        return false;
    }
    rank.used += woken + own;
    flight.memory = own;
    flight.held = hits;
    flight.admitted = ++admissions_;
    if (moved) {
        if (scheduler.mixed) budget -= 1 + pool_->drafted;
        join(flight, number, rank);
        return true;
    }
    flight.done = hit;
    flight.hit = hit;
    counts.hit_tokens += hit;
    const double chunk = scheduler.chunked ? std::min(tokens, budget) : tokens;
    rank.prompts.push_back(number);
    rank.chunks.push_back(chunk);
    budget -= chunk;
    return true;
}

void Replica::plan(Flights& flights, Rank& rank) {
    const auto& scheduler = pool_->scheduler;
    const auto before = counts.put_off;
    const bool under_way = !rank.decoding.empty() || !rank.prompts.empty();
    make_room(flights, rank);
    if (rank.queued > 0) evict(rank, rank.used);
    double budget = scheduler.most_tokens;
    if (scheduler.mixed) budget -= static_cast<double>(rank.decoding.size()) * (1 + pool_->drafted);
    rank.chunks.clear();
    for (const auto number : rank.prompts) {
        const auto& flight = flights[number];
        const double chunk = std::clamp(flight.prompt - flight.done, 0.0, std::max(0.0, budget));
        rank.chunks.push_back(chunk);
        budget -= chunk;
    }
    if (counts.put_off > before || (scheduler.whole_batches && under_way)) return;
    while (rank.queued > 0 && budget >= 1 &&
           static_cast<double>(rank.decoding.size() + rank.prompts.size()) <
               scheduler.most_sequences) {
        const auto first = rank.waiting.begin();
        if (!admit(flights, rank, first->second.front(), budget)) break;
        --rank.queued;
        first->second.pop_front();
        if (first->second.empty()) rank.waiting.erase(first);
    }
}

void Replica::begin(Flights& flights, double now) {
    const double ranks = static_cast<double>(ranks_.size());
    StepTimes::Mixture mixture;
    double context = 0, decoding = 0;
    std::size_t n = 0;
    std::uint64_t steps = std::numeric_limits<std::uint64_t>::max();
    stretch_.end = now;
    const auto before = counts.put_off;
    for (auto& rank : ranks_) {
        plan(flights, rank);
        double tokens = 0, work = 0;
        for (std::size_t i = 0; i < rank.prompts.size(); ++i) {
            if (rank.chunks[i] <= 0) continue;
            tokens += rank.chunks[i];
            work += times_->prompt_attention(rank.chunks[i], flights[rank.prompts[i]].done);
        }
        mixture.prompt = std::max(mixture.prompt, ranks * tokens);
        mixture.total += tokens;
        mixture.attention = std::max(mixture.attention, work);
        n = std::max(n, rank.decoding.size());
        context += rank.context;
        const double size = static_cast<double>(rank.decoding.size());
        decoding += size;
        if (rank.decoding.empty()) continue;
        const double room = (pool_->memory_tokens - rank.used) / (size * pool_->emitted);
        steps = std::min({steps, rank.decoding.front().step - rank.steps,
                          static_cast<std::uint64_t>(std::max(1.0, std::floor(room)))});
    }
    auto& s = stretch_;
    s = {.start = now, .prompts = mixture.prompt > 0, .n = n * ranks_.size()};
    if (n > 0) s.context = context / decoding;
    if (mixture.prompt > 0) {
        if (!pool_->scheduler.mixed) s.n = 0;
        if (s.n > 0) mixture.total += decoding * (1 + pool_->drafted);
        s.steps = s.n > 0 ? 1 : 0;
        s.first = s.last = times_->mixed(s.n, s.context, mixture);
        s.end = now + s.first;
    } else if (n > 0) {
        // Nobody joins in a step for which somebody had to leave: the next one may be another.
        s.steps = one_by_one_ || counts.put_off > before ? 1 : steps;
        s.end = now + times_->decode(s.n, s.context, s.steps);
        s.first = times_->decode(s.n, s.context);
    }
}

// ---- the end of a stretch ---------------------------------------------------------------------

void Replica::leave(Flights& flights, Rank& rank, std::uint32_t number, double now, Ended& ended) {
    auto& flight = flights[number];
    flight.last = now;
    if (flight.generated >= flight.request.output) {
        ended.complete.push_back(number);
    } else if (pool_->role == Role::prefill) {
        ended.handed_over.push_back(number);
    } else {
        join(flight, number, rank);
        return;
    }
    --outstanding;
    rank.used -= release(rank, flight, 0);
    flight.held = 0;
}

// The blocks of a prompt that is whole are there for others; of two alike one is kept.
void Replica::keep_blocks(Rank& rank, Flight& flight) {
    if (!pool_->scheduler.prefix_cache) return;
    const auto full =
        std::min(flight.request.blocks.size(), static_cast<std::size_t>(flight.request.input) /
                                                   static_cast<std::size_t>(pool_->block_tokens));
    if (full <= flight.held) return;
    const auto more = full - flight.held;
    const auto woken = rank.cache.use(std::span(flight.request.blocks).subspan(flight.held, more));
    flight.held = full;
    flight.memory -= static_cast<double>(more) * pool_->block_tokens;
    rank.used -= static_cast<double>(more - woken) * pool_->block_tokens;
}

void Replica::end_prompts(Flights& flights, Rank& rank, Ended& ended) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rank.prompts.size(); ++i) {
        const auto number = rank.prompts[i];
        auto& flight = flights[number];
        flight.done += rank.chunks[i];
        counts.prompt_tokens += rank.chunks[i];
        if (flight.done < flight.prompt) {
            rank.prompts[kept++] = number;
            continue;
        }
        keep_blocks(rank, flight);
        if (flight.first < 0)
            flight.first = stretch_.end;
        else
            ended.gaps->add(stretch_.end - flight.last);
        const double next = std::min(1.0, flight.request.output - flight.generated);
        flight.generated += next;
        counts.generated_tokens += next;
        leave(flights, rank, number, stretch_.end, ended);
    }
    rank.prompts.resize(kept);
    rank.chunks.clear();
}

void Replica::advance(Flights& flights, Rank& rank, Ended& ended) {
    const double k = static_cast<double>(stretch_.steps);
    const double n = static_cast<double>(rank.decoding.size());
    rank.steps += stretch_.steps;
    rank.context += n * k * pool_->emitted;
    rank.used += n * k * pool_->emitted;
    if (!rank.decoding.empty() && rank.decoding.front().step <= rank.steps) evict(rank, rank.used);
    while (!rank.decoding.empty() && rank.decoding.front().step <= rank.steps) {
        const auto number = rank.decoding.front().flight;
        std::ranges::pop_heap(rank.decoding, std::greater{});
        rank.decoding.pop_back();
        auto& flight = flights[number];
        const double growth = grown(rank, flight);
        rank.context -= flight.prompt + growth;
        rank.used -= release(rank, flight, growth);
        flight.held = 0;
        counts.generated_tokens += flight.request.output - flight.generated;
        flight.generated = flight.request.output;
        flight.last = stretch_.end;
        --outstanding;
        ended.complete.push_back(number);
    }
}

void Replica::finish(Flights& flights, Ended& ended) {
    auto& s = stretch_;
    const double seconds = s.end - s.start;
    std::size_t n = 0;
    double memory = 0;
    for (const auto& rank : ranks_) {
        n += rank.decoding.size();
        memory +=
            rank.used + static_cast<double>(rank.decoding.size() * s.steps) * pool_->emitted / 2;
    }
    counts.busy += seconds;
    counts.sequence_seconds += static_cast<double>(n) * seconds;
    counts.memory_seconds += memory * seconds;
    counts.steps += static_cast<double>(std::max<std::uint64_t>(1, s.steps));
    ++counts.stretches;
    if (s.steps > 0 && n > 0) {
        // Those that waited for prompts have their wait in their next gap.
        const double waited = static_cast<double>(std::min(stalled_sequences_, n));
        s.last = times_->decode(s.n, s.context + static_cast<double>(s.steps - 1) * pool_->emitted);
        if (s.prompts) s.last = s.first;
        if (waited > 0) ended.gaps->add((stalled_ + s.first) / pool_->emitted, waited);
        ended.gaps->add(s.first / pool_->emitted, static_cast<double>(n) - waited);
        if (s.steps > 1) {
            const double growth = (s.last - s.first) / static_cast<double>(s.steps - 1);
            ended.gaps->add_series((s.first + growth) / pool_->emitted, growth / pool_->emitted,
                                   s.steps - 1, static_cast<double>(n));
        }
        stalled_ = 0;
        stalled_sequences_ = 0;
    } else if (n > 0) {
        stalled_ += seconds;
        stalled_sequences_ = std::max(stalled_sequences_, n);
    }
    for (auto& rank : ranks_) {
        advance(flights, rank, ended);
        if (s.prompts) end_prompts(flights, rank, ended);
    }
}

std::vector<std::uint32_t> Replica::fail(Flights& flights, Ended& ended, double now) {
    // Whole steps that had ended stand; the step under way is lost, and what it would have brought.
    if (!idle()) {
        auto& s = stretch_;
        const bool decodes = !s.prompts && s.steps > 0;
        s.steps = decodes ? times_->within(s.n, s.context, now - s.start, s.steps) : 0;
        s.end = s.start + (s.steps > 0 ? times_->decode(s.n, s.context, s.steps) : 0);
        s.prompts = false;
        if (s.steps > 0) finish(flights, ended);
    }
    std::vector<std::uint32_t> left;
    for (auto& rank : ranks_) {
        for (const auto& one : rank.decoding) {
            const double growth = grown(rank, flights[one.flight]);
            flights[one.flight].generated += growth;
            flights[one.flight].last = now;
            counts.generated_tokens += growth;
            left.push_back(one.flight);
        }
        left.insert(left.end(), rank.prompts.begin(), rank.prompts.end());
        for (const auto& [priority, queue] : rank.waiting)
            left.insert(left.end(), queue.begin(), queue.end());
        rank = {.steps = rank.steps};
    }
    std::ranges::sort(left, {}, [&](std::uint32_t i) { return flights[i].id; });
    for (const auto number : left) {
        auto& flight = flights[number];
        flight.prompt = tokens_so_far(flight);
        flight.done = 0;
        flight.held = 0;
    }
    outstanding -= left.size();
    stretch_ = {};
    return left;
}

}  // namespace sluice::run
