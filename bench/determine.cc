// Times one determination, with all that its reasons are made of, once the rules are loaded.
//
//   determine [SECONDS]      about how long to measure each line, default 2
//
// The deals: every chip of data/chips from its vendor to each of twelve places, on days between
// which the law changed, as the command line states them (undetermined ones included). Prints p50,
// p99 and the rate of each step, and one CSV line a step for bench/results.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "facts/deal.h"
#include "law/determine.h"
#include "report/assess.h"

namespace {

using namespace sluice;
using Clock = std::chrono::steady_clock;

struct Question {
    const law::Rulebook* rules;
    facts::Case the_case;
};

std::vector<Question> questions(const facts::World& world,
                                const std::vector<law::Rulebook>& rulebooks) {
    std::vector<Question> all;
    for (const auto& rules : rulebooks)
        for (const auto& chip : world.chips)
            for (const auto* place :
                 {"CN", "MO", "RU", "VN", "SA", "AE", "SG", "PL", "DE", "JP", "IN", "BR"}) {
                facts::Deal deal;
                for (const auto& [key, value] :
                     {std::pair<const char*, std::string>{"chip", chip.id},
                      {"to", place},
                      {"headquarters", place},
                      {"parent_headquarters", place},
                      {"quantity", "1000"},
                      {"on", quantity::to_string(rules.on)}})
                    deal.fields.push_back({.key = key, .value = value});
                auto the_case = facts::resolve(world, deal);
                if (the_case) all.push_back({&rules, std::move(*the_case)});
            }
    return all;
}

std::size_t sink = 0;

// Each question again and again, one time a call, until the seconds are used up.
template <class Step>
void measure(const char* name, double seconds, const std::vector<Question>& all, Step step) {
    for (const auto& q : all) sink += step(q);
    std::vector<double> times;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    for (std::size_t i = 0; i < all.size() || Clock::now() < end; ++i) {
        const auto& q = all[i * 7919 % all.size()];
        const auto start = Clock::now();
        sink += step(q);
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
    std::ranges::sort(times);
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    double total = 0;
    for (const auto t : times) total += t;
    fmt::print("{},{},{:.2f},{:.2f},{:.2f},{:.2f}\n", name, times.size(), at(0.5), at(0.9),
               at(0.99), total / static_cast<double>(times.size()));
}

}  // namespace

int main(int argc, char** argv) {
    const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 2;
    const auto data = std::filesystem::path{SLUICE_SOURCE_DIR} / "data";
    const auto world = facts::load(data);
    if (!world) return fmt::print("{}", text::render(world.error())), 1;
    const auto book = law::load_lawbook(*world, data / "law");
    if (!book) return fmt::print("{}", text::render(book.error())), 1;
    std::vector<law::Rulebook> rulebooks;
    for (const auto on : {quantity::make_date(2022, 11, 1), quantity::make_date(2023, 12, 1),
                          quantity::make_date(2025, 6, 1), quantity::make_date(2026, 2, 1)})
        rulebooks.push_back(law::compile(*world, *book, on));
    const auto all = questions(*world, rulebooks);
    std::vector<Question> settled;
    for (const auto& q : all)
        if (law::determine(*q.rules, q.the_case).missing.empty()) settled.push_back(q);

    fmt::print("# {} deals, {} of them without a missing fact; {} nodes; times in microseconds\n",
               all.size(), settled.size(), rulebooks.back().nodes.size());
    fmt::print("step,calls,p50,p90,p99,mean\n");
    std::vector<law::Truth> truths;
    measure("evaluate", seconds, settled, [&](const Question& q) {
        law::evaluate(*q.rules, q.the_case.facts, truths);
        return truths.size();
    });
    const auto determine = [](const Question& q) {
        return law::determine(*q.rules, q.the_case).truths.size();
    };
    measure("determine", seconds, settled, determine);
    measure("determine, facts missing too", seconds, all, determine);
    const auto assess = [&](const Question& q, bool flips) {
        return report::assess({*world, *book, *q.rules}, q.the_case, {.flips = flips})
            .requirements.size();
    };
    measure("assess", seconds, settled, [&](const Question& q) { return assess(q, false); });
    measure("flips", seconds, settled, [&](const Question& q) {
        const auto d = law::determine(*q.rules, q.the_case);
        return law::flips(*world, *q.rules, q.the_case, d).size();
    });
    return sink == 0 ? 1 : 0;
}
