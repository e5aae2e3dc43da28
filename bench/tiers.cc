// The 3A090 tier of made-up chips, for the comparison with a rule engine of general use (peer.py).
//
//   tiers FILE [CHIPS] [SEED]     writes tpp,die_area,marketed,tier to FILE; default 100,000 chips
//
// Prints the seconds that the determinations alone took. Each is the whole rulebook of 2024-01-02
// with all reasons, not the five rules that the peer is given.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <vector>

#include "facts/deal.h"
#include "law/determine.h"

namespace {

using namespace sluice;

// A third of the chips lie on a threshold or one thousandth beside it.
facts::Case made_up(std::mt19937_64& random, const facts::Case& base) {
    const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
    constexpr std::int64_t lines[] = {1600, 2400, 4800};
    constexpr std::int64_t densities[] = {1'600'000, 3'200'000, 5'920'000};
    auto area = 100'000'000 + below(1'100'000) * 1000;
    auto tpp = below(9'000'000) * 1000;
    const auto step = (below(3) - 1) * 1000;
    if (below(6) == 0) tpp = lines[below(3)] * 1'000'000 + step;
    if (below(6) == 0) {
        area = (100 + below(1000)) * 1'000'000;
        tpp = area / 1'000'000 * densities[below(3)] + step;
    }
    auto made = base;
    const auto exact = [](std::int64_t v) {
        return facts::Value{.known = facts::Known::exact, .lo = v, .hi = v};
    };
    made[facts::FactId::tpp] = exact(tpp);
    made[facts::FactId::die_area] = exact(area);
    made[facts::FactId::marketed_for_datacentre] = facts::Value::boolean(below(4) != 0);
    return made;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return fmt::print(stderr, "usage: tiers FILE [CHIPS] [SEED]\n"), 2;
    const auto number = [&](int at, std::uint64_t otherwise) {
        return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
    };
    const auto data = std::filesystem::path{SLUICE_SOURCE_DIR} / "data";
    const auto world = facts::load(data);
    if (!world) return fmt::print(stderr, "{}", text::render(world.error())), 1;
    const auto book = law::load_lawbook(*world, data / "law");
    if (!book) return fmt::print(stderr, "{}", text::render(book.error())), 1;
    const auto rules = law::compile(*world, *book, quantity::make_date(2024, 1, 2));
    facts::Deal deal;
    for (const auto& [key, value] : {std::pair<const char*, const char*>{"tpp", "1000"},
                                     {"die_area", "800 mm2"},
                                     {"marketed_for_datacentre", "yes"},
                                     {"memory_bandwidth", "1000 GB/s"},
                                     {"io_bandwidth", "100 GB/s"},
                                     {"to", "CN"},
                                     {"headquarters", "CN"},
                                     {"parent_headquarters", "CN"},
                                     {"on", "2024-01-02"}})
        deal.fields.push_back({.key = key, .value = value});
    const auto base = facts::resolve(*world, deal);
    if (!base) return fmt::print(stderr, "{}", text::render(base.error())), 1;

    std::mt19937_64 random{number(3, 1)};
    std::vector<facts::Case> cases(number(2, 100'000));
    for (auto& made : cases) made = made_up(random, *base);
    std::vector<std::string> tiers(cases.size());
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < cases.size(); ++i)
        tiers[i] = law::determine(rules, cases[i]).tier.name;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;

    std::FILE* file = std::fopen(argv[1], "w");
    if (!file) return fmt::print(stderr, "cannot write {}\n", argv[1]), 1;
    fmt::print(file, "tpp,die_area,marketed,tier\n");
    const auto written = [](const facts::Value& value) {
        return quantity::to_string(quantity::Decimal::from_millionths(value.lo));
    };
    for (std::size_t i = 0; i < cases.size(); ++i)
        fmt::print(file, "{},{},{},{}\n", written(cases[i][facts::FactId::tpp]),
                   written(cases[i][facts::FactId::die_area]),
                   cases[i][facts::FactId::marketed_for_datacentre].lo, tiers[i]);
    std::fclose(file);
    fmt::print("{:.6f}\n", took.count());
    return 0;
}
