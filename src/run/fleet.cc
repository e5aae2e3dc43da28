#include "run/fleet.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <queue>

#include "text/check.h"

namespace sluice::run {
namespace {

enum class Happening : std::uint8_t {
    stretch_ends,
    enters,
    handed,
    fails,
    recovers,
    check,
    starts
};

struct Event {
    double time = 0;
    std::uint64_t order = 0;  // of making
    Happening what{};
    std::uint32_t replica = 0, flight = 0;
    std::uint64_t version = 0;  // of the replica's stretch
    friend bool operator>(const Event& a, const Event& b) {
        return a.time != b.time ? a.time > b.time : a.order > b.order;
    }
};

// FNV-1a over 64-bit words.
void sign(std::uint64_t& signature, std::uint64_t word) {
    for (int i = 0; i < 64; i += 16) signature = (signature ^ (word >> i & 0xffff)) * 0x100000001b3;
}

struct Service {
    Fleet fleet;
    const Watch& watch;
    std::vector<StepTimes> times{};
    std::vector<Replica> replicas{};
    std::vector<std::size_t> pool_of{};
    std::vector<std::uint64_t> versions{};
    std::vector<bool> down{};  // failed and not yet back
    std::vector<double> there_since{};
    std::vector<double> busy_before{};
    Flights flights{};
    Ended ended{};
    Outcome out{};
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events{};
    std::uint64_t order = 0;
    std::size_t turn = 0;
    std::size_t starting = 0;              // replicas under way
    std::vector<std::uint32_t> nowhere{};  // flights that no live replica could take
    double in_system = 0, area = 0, sojourn = 0, now = 0;
    Percentiles gaps;

    Service(const Fleet& f, const Watch& w) : fleet(f), watch(w), gaps(w.exact) {
        // Multiples of 1/1024, so that sums of tokens are exact in whichever order they are made.
        for (auto& pool : fleet.pools) pool.emitted = std::round(pool.emitted * 1024) / 1024;
        out.ttft = out.tpot = out.latency = Percentiles(w.exact);
        out.pools.resize(f.pools.size());
        out.pool_seconds.resize(f.pools.size());
        ended.gaps = &gaps;
        out.signature = 0xcbf29ce484222325;
        times.reserve(f.pools.size());
        for (std::size_t p = 0; p < f.pools.size(); ++p) {
            const auto& pool = fleet.pools[p];
            times.emplace_back(pool.setup, pool.drafted, pool.emitted);
            for (int i = 0; i < pool.replicas; ++i) {
                replicas.emplace_back(pool, times.back(), f.one_by_one);
                pool_of.push_back(p);
            }
        }
        versions.resize(replicas.size());
        down.resize(replicas.size());
        there_since.resize(replicas.size());
        busy_before.resize(replicas.size());
        if (f.autoscale.least > 0) {
            for (std::size_t i = static_cast<std::size_t>(f.autoscale.least);
                 i < replicas.size() && pool_of[i] == 0; ++i)
                replicas[i].alive = false;
            make(f.autoscale.interval, Happening::check);
        }
        for (const auto& outage : f.outages) {
            make(outage.from, Happening::fails, outage.replica);
            make(outage.to, Happening::recovers, outage.replica);
        }
    }

    void make(double time, Happening what, std::size_t replica = 0, std::uint32_t flight = 0) {
        events.push({time, order++, what, static_cast<std::uint32_t>(replica), flight,
                     replica < versions.size() ? versions[replica] : 0});
    }
    void pass(double time) {
        area += in_system * (time - now);
        now = time;
    }

    // The replica that takes a flight: of those that do what it needs, as the router says.
    std::size_t route(std::uint32_t number, bool decodes) {
        const auto& request = flights[number].request;
        const auto none = replicas.size();
        auto best = none;
        double least = 0;
        const auto from = fleet.router == Router::round_robin ? turn++ : 0;
        for (std::size_t k = 0; k < none; ++k) {
            const auto i = (from + k) % none;
            auto& replica = replicas[i];
            const auto& pool = fleet.pools[pool_of[i]];
            if (!replica.alive || !does(pool.role, decodes) || !fits(pool, request)) continue;
            if (fleet.router == Router::round_robin) return i;
            double load = static_cast<double>(replica.outstanding);
            if (fleet.router == Router::least_memory) load = replica.used(now) + 1e-9 * load;
            // A hit is worth its share of a prompt, and a prompt about one request at work.
            if (fleet.router == Router::prefix && !request.blocks.empty())
                load -= 4 * static_cast<double>(replica.match(request, now)) /
                        static_cast<double>(request.blocks.size());
            if (best == none || load < least) {
                best = i;
                least = load;
            }
        }
        return best;
    }

    static bool does(Role role, bool decodes) {
        return role == Role::both || (role == Role::decode) == decodes;
    }
    // Whether a pool's replicas can hold it, for its prompt and for its tokens.
    bool anyone_fits(const Request& request) const {
        bool found[2] = {};
        for (const auto& pool : fleet.pools)
            for (const bool decodes : {false, true})
                found[decodes] |= does(pool.role, decodes) && fits(pool, request);
        return found[0] && found[1];
    }

    void send(std::uint32_t number, bool decodes) {
        const auto i = route(number, decodes);
        if (i == replicas.size()) {
            nowhere.push_back(number);
            return;
        }
        auto& replica = replicas[i];
        ++replica.outstanding;
        const double cost = decodes ? 0 : fleet.pools[pool_of[i]].request_cost;
        if (cost <= 0) return enter(i, number);
        replica.front_free = std::max(now, replica.front_free) + cost;
        make(replica.front_free, Happening::enters, i, number);
    }

    void enter(std::size_t i, std::uint32_t number) {
        auto& replica = replicas[i];
        const double before = replica.end();
        replica.enter(flights, number, now);
        if (replica.idle())
            next(i);
        else if (replica.end() < before)
            announce(i);
    }
    void announce(std::size_t i) {
        ++versions[i];
        if (!replicas[i].idle()) make(replicas[i].end(), Happening::stretch_ends, i);
    }
    void next(std::size_t i) {
        replicas[i].begin(flights, now);
        announce(i);
    }

    void arrive(Request&& request, std::uint64_t id) {
        pass(std::max(now, request.arrival));
        ++out.requests;
        const bool fits = anyone_fits(request);
        const auto number = flights.take(std::move(request), id);
        if (fits) {
            ++in_system;
            return send(number, false);
        }
        ++out.rejected;
        if (out.first_rejected.size() < 20) out.first_rejected.push_back(id);
        if (watch.served)
            watch.served({.id = id, .request = &flights[number].request, .rejected = true});
        flights.free.push_back(number);
    }

    void answered(std::uint32_t number) {
        const auto& flight = flights[number];
        const Served served{.id = flight.id,
                            .request = &flight.request,
                            .first = flight.first,
                            .end = flight.last,
                            .hit = flight.hit,
                            .put_off = flight.put_off};
        const double latency = served.end - flight.request.arrival;
        ++out.answered;
        --in_system;
        sojourn += latency;
        out.output_tokens += flight.request.output;
        out.end = std::max(out.end, served.end);
        out.ttft.add(served.ttft());
        out.latency.add(latency);
        if (flight.request.output > 1) out.tpot.add(served.tpot());
        if ((watch.most_ttft <= 0 || served.ttft() <= watch.most_ttft) &&
            (watch.most_tpot <= 0 || served.tpot() <= watch.most_tpot))
            ++out.good;
        for (const auto word : {served.id, std::bit_cast<std::uint64_t>(served.first),
                                std::bit_cast<std::uint64_t>(served.end)})
            sign(out.signature, word);
        if (watch.served) watch.served(served);
        flights.free.push_back(number);
    }

    // What finished in a replica goes its way.
    void settle() {
        std::ranges::sort(ended.complete, {}, [&](std::uint32_t i) { return flights[i].id; });
        for (const auto number : ended.complete) answered(number);
        for (const auto number : ended.handed_over)
            make(now + fleet.transfer_latency + fleet.transfer_token * flights[number].prompt,
                 Happening::handed, 0, number);
        ended.complete.clear();
        ended.handed_over.clear();
    }

    void end_stretch(std::size_t i) {
        auto& replica = replicas[i];
        if (watch.busy) watch.busy({i, replica.stretch()});
        replica.finish(flights, ended);
        settle();
        next(i);
    }

    void stop(std::size_t i) {
        replicas[i].alive = false;
        out.pool_seconds[pool_of[i]] += now - there_since[i];
    }
    void start(std::size_t i) {
        if (replicas[i].alive) return;
        replicas[i].alive = true;
        there_since[i] = now;
        for (const auto number : std::exchange(nowhere, {}))
            send(number, flights[number].done >= flights[number].prompt);
    }

    void fail(std::size_t i) {
        down[i] = true;
        if (!replicas[i].alive) return;
        stop(i);
        const auto left = replicas[i].fail(flights, ended, now);
        ++versions[i];
        settle();
        for (const auto number : left) send(number, false);
    }

    // One more replica of the first pool where too many wait; one less where one had nothing to do.
    void check() {
        const auto& scale = fleet.autoscale;
        std::size_t live = 0, first_off = replicas.size(), last_on = replicas.size();
        double waiting = static_cast<double>(nowhere.size());
        for (std::size_t i = 0; i < replicas.size() && pool_of[i] == 0; ++i) {
            waiting += static_cast<double>(replicas[i].waiting());
            if (replicas[i].alive) {
                ++live;
                last_on = i;
            } else if (first_off == replicas.size() && !down[i]) {
                first_off = i;
            }
        }
        const auto ready = static_cast<double>(live + starting);
        if (waiting > scale.queue * ready && first_off + starting < replicas.size() &&
            pool_of[first_off + starting] == 0) {
            make(now + scale.delay, Happening::starts, first_off + starting);
            ++starting;
        } else if (starting == 0 && live > static_cast<std::size_t>(scale.least) &&
                   replicas[last_on].outstanding == 0 &&
                   replicas[last_on].counts.busy == busy_before[last_on]) {
            stop(last_on);
        }
        for (std::size_t i = 0; i < replicas.size(); ++i) busy_before[i] = replicas[i].counts.busy;
        if (in_system > 0) make(now + scale.interval, Happening::check);
    }

    // What every run must show of itself.
    void close() {
        for (std::size_t i = 0; i < replicas.size(); ++i) {
            if (replicas[i].alive) out.pool_seconds[pool_of[i]] += now - there_since[i];
            out.pools[pool_of[i]].add(replicas[i].counts);
        }
        out.gap = std::move(gaps);
        if (now > 0) out.in_system = area / now;
        if (out.gave_up) return;
        double tokens = 0;
        for (const auto& pool : out.pools) tokens += pool.generated_tokens;
        CHECK(in_system == 0);
        CHECK(out.answered + out.rejected == out.requests);
        CHECK(std::abs(tokens - out.output_tokens) <= 1e-9 * tokens);
        CHECK(std::abs(area - sojourn) <= 1e-9 * sojourn);
    }

    void happen(const Event& event) {
        const std::size_t i = event.replica;
        if (event.what == Happening::stretch_ends && event.version != versions[i]) return;
        pass(event.time);
        switch (event.what) {
            case Happening::stretch_ends:
                return end_stretch(i);
            case Happening::enters:
                // A replica that has failed meanwhile passes on what its front end held.
                if (replicas[i].alive) return enter(i, event.flight);
                --replicas[i].outstanding;
                return send(event.flight, false);
            case Happening::handed:
                return send(event.flight, true);
            case Happening::fails:
                return fail(i);
            case Happening::recovers:
                down[i] = false;
                return start(i);
            case Happening::check:
                return check();
            case Happening::starts:
                --starting;
                return down[i] ? void() : start(i);
        }
    }
};

}  // namespace

Outcome simulate(const Fleet& fleet, Requests requests, const Watch& watch) {
    CHECK(!fleet.pools.empty());
    Service service(fleet, watch);
    auto& out = service.out;
    Request next;
    std::uint64_t id = 0;
    bool more = requests(next);
    while (more || !service.events.empty()) {
        if (fleet.clients > 0)
            next.arrival = service.in_system < fleet.clients ? service.now : Replica::never;
        if (more && (service.events.empty() || next.arrival < service.events.top().time)) {
            service.arrive(std::move(next), id++);
            next = {};
            more = requests(next);
            continue;
        }
        const auto event = service.events.top();
        service.events.pop();
        service.happen(event);
        out.gave_up = out.answered + out.rejected - out.good > watch.most_missed;
        if (out.gave_up || (!more && service.in_system <= 0)) break;
    }
    service.close();
    return std::move(out);
}

}  // namespace sluice::run
