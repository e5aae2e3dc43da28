// Random lawbooks, as text: every construct of the language, nested, dated, and without a cycle.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <random>
#include <string>
#include <vector>

#include "facts/fact.h"
#include "quantity/date.h"

namespace sluice::law::generated {

class LawWriter {
public:
    explicit LawWriter(std::uint64_t seed) : random_(seed) {}

    // Provisions p00, p01, …; each may ask those before it.
    std::string lawbook(int provisions) {
        std::string text;
        for (int i = 0; i < provisions; ++i) text += provision(i);
        return text;
    }

private:
    std::size_t below(std::size_t n) { return random_() % n; }
    bool chance(int percent) { return static_cast<int>(below(100)) < percent; }
    template <class List>
    auto one_of(const List& list) {
        return *(std::begin(list) + static_cast<std::ptrdiff_t>(below(std::size(list))));
    }

    std::string day() {
        const auto first = quantity::make_date(2023, 1, 1);
        return quantity::to_string(
            quantity::Date{first.days + static_cast<std::int32_t>(below(1000))});
    }

    std::string provision(int index) {
        written_ = index;
        requirement_ = chance(50);
        auto text = fmt::format("provision p{:02} \"P\" kind {} at \"15 CFR {}\"\n", index,
                                requirement_ ? "requirement" : "definition", index);
        std::vector<std::string> effective{day()};
        if (chance(50)) effective.push_back(day());
        if (chance(20)) effective.push_back(day());
        std::ranges::sort(effective);
        effective.erase(std::ranges::unique(effective).begin(), effective.end());
        for (const auto& from : effective) text += version(from);
        if (chance(25)) text += stay();
        return text;
    }

    std::string version(const std::string& from) {
        std::string text = fmt::format("  version published {} effective {} ", from, from);
        if (chance(15)) text += fmt::format("until {} ", quantity::to_string(later(from)));
        text += "source \"S\" confidence primary text \"T.\"\n";
        const auto limbs = 1 + below(3);
        if (limbs == 1) text += "    met when " + expression(4) + "\n";
        for (std::size_t i = 0; limbs > 1 && i < limbs; ++i)
            text += fmt::format("    limb l{} when {}\n", i, expression(3));
        for (std::size_t i = below(3); i > 0; --i)
            text += fmt::format("    except e{} when {}\n", i, expression(3));
        if (chance(30)) text += "    unclear when " + expression(3) + " \"It does not say.\"\n";
        return requirement_ ? text + "    then licence_required\n" : text;
    }

    std::string stay() {
        const auto from = day();
        return fmt::format(
            "  stayed published {0} from {0} until {1}{2} source \"S\" text \"T.\"\n", from,
            quantity::to_string(later(from)), chance(50) ? " unless extended" : "");
    }

    quantity::Date later(const std::string& from) {
        return {quantity::parse_date(from)->days + 1 + static_cast<std::int32_t>(below(400))};
    }

    std::string expression(int depth) {
        const auto roll = below(10);
        if (depth == 0 || roll < 3) return leaf();
        if (roll == 3) return "not (" + expression(depth - 1) + ")";
        std::vector<std::string> operands;
        for (std::size_t i = 2 + below(2); i > 0; --i) operands.push_back(expression(depth - 1));
        return fmt::format("({})", fmt::join(operands, roll < 7 ? " and " : " or "));
    }

    std::string leaf() {
        const auto roll = below(12);
        if (roll == 0) return "always";
        if (roll == 1 && written_ > 0)
            return fmt::format("met p{:02}", below(static_cast<std::size_t>(written_)));
        const auto& fact = one_of(facts::all_facts());
        if (roll == 2) return fmt::format("exists {}", fact.name);
        switch (fact.type) {
            case facts::FactType::boolean:
                return std::string(fact.name);
            case facts::FactType::choice:
                return fmt::format("{} is {}{}", fact.name, chance(30) ? "not " : "",
                                   one_of(fact.choices));
            case facts::FactType::place:
                return fmt::format("{} in {}", fact.name, one_of(place_sets));
            case facts::FactType::party:
                return chance(30) ? fmt::format("{} in list approved_designers", fact.name)
                                  : fmt::format("{} is {}", fact.name, one_of(parties));
            case facts::FactType::chip:
                return fmt::format("{} is nvidia-h20", fact.name);
            case facts::FactType::number:
                break;
        }
        return comparison(fact);
    }

    std::string comparison(const facts::FactInfo& fact) {
        const auto compare = one_of(comparators);
        if (fact.id == facts::FactId::tpp && chance(40))
            return fmt::format("tpp {} {} * die_area", compare, one_of(densities));
        const auto unit = quantity::canonical_unit(fact.dimension);
        const auto bound = fmt::format("{}{}{}", one_of(numbers), unit.empty() ? "" : " ", unit);
        if (fact.id == facts::FactId::memory_bandwidth && chance(50))
            return fmt::format("memory_bandwidth + io_bandwidth {} {}", compare, bound);
        return chance(20) ? fmt::format("{} {} {}", bound, compare, fact.name)
                          : fmt::format("{} {} {}", fact.name, compare, bound);
    }

    static constexpr std::string_view comparators[] = {"<", "<=", "==", "!=", ">=", ">"};
    static constexpr std::string_view densities[] = {"1.6", "3.2", "5.92"};
    static constexpr std::string_view numbers[] = {"0",    "2",    "3.3",     "600",
                                                   "1600", "4800", "26900000"};
    static constexpr std::string_view parties[] = {"amd", "intel", "nvidia"};
    static constexpr std::string_view place_sets[] = {
        "CN", "D:5 + MO", "D:4 + D:5 - (A:5 + supp5a)", "US + A:5", "A:5 - AE"};

    std::mt19937_64 random_;
    int written_ = 0;
    bool requirement_ = false;
};

}  // namespace sluice::law::generated
