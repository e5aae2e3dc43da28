// Compares the compiled rulebook with the naive evaluator on generated cases.
//
//   agreement [CASES] [SEED] [THREADS]     default 10,000,000 cases, 2 threads
//
// One case is the whole provision set of one day on one set of facts: the truth of every provision
// of the lawbook, in force or not, of every condition and every posture. Ends at the first case
// that differs, with its facts, and exit status 1.

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

#include "tests/law/agree.h"
#include "tests/law/generate.h"

namespace {

using namespace sluice;

constexpr std::uint64_t cases_a_day = 500;  // one rulebook serves them

struct Shared {
    const facts::World& world;
    const law::Lawbook& book;
    std::uint64_t cases;
    std::atomic<std::uint64_t> taken = 0, done = 0, compared = 0;
    std::atomic<bool> failed = false;
    std::mutex printing{};
};

void compare(Shared& shared, std::uint64_t seed) {
    law::generated::Generator generator{shared.world, shared.book, seed};
    std::vector<law::Truth> truths;
    std::uint64_t compared = 0;
    while (!shared.failed) {
        const auto first = shared.taken.fetch_add(cases_a_day);
        if (first >= shared.cases) break;
        const auto count = std::min(cases_a_day, shared.cases - first);
        const auto on = generator.day();
        const auto known_on =
            generator.chance(20) ? std::optional{generator.day()} : std::optional<quantity::Date>{};
        const auto rules = law::compile(shared.world, shared.book, on, known_on);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto facts = generator.facts();
            const auto certified = generator.certified();
            const auto found = law::disagreement(rules,
                                                 {.world = &shared.world,
                                                  .book = &shared.book,
                                                  .on = on,
                                                  .known_on = known_on,
                                                  .facts = &facts,
                                                  .certified = &certified},
                                                 truths, compared);
            if (found.empty()) continue;
            const std::lock_guard lock{shared.printing};
            fmt::print("{}\n", found);
            shared.failed = true;
            return;
        }
        shared.done += count;
    }
    shared.compared += compared;
}

}  // namespace

int main(int argc, char** argv) {
    const auto number = [&](int at, std::uint64_t otherwise) {
        return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
    };
    const auto cases = number(1, 10'000'000), seed = number(2, 20260919), threads = number(3, 2);
    const auto data = std::filesystem::path{SLUICE_SOURCE_DIR} / "data";
    const auto world = facts::load(data);
    if (!world) return fmt::print("{}", text::render(world.error())), 1;
    const auto book = law::load_lawbook(*world, data / "law");
    if (!book) return fmt::print("{}", text::render(book.error())), 1;

    const auto start = std::chrono::steady_clock::now();
    Shared shared{*world, *book, cases};
    {
        std::vector<std::jthread> workers;
        for (std::uint64_t t = 0; t < threads; ++t)
            workers.emplace_back([&shared, seed, t] { compare(shared, seed + t); });
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    fmt::print(
        "cases {} · provisions compared {} · disagreements {} · seed {} · threads {} · {:.0f} s · "
        "rulebook {}\n",
        shared.done.load(), shared.compared.load(), shared.failed ? 1 : 0, seed, threads,
        took.count(), book->hash.substr(0, 12));
    return shared.failed ? 1 : 0;
}
