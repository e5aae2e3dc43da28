// Random facts for the tests and benches of the law, drawn on and beside everything that a lawbook
// compares with.
#pragma once

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "facts/deal.h"
#include "facts/world.h"
#include "law/lawbook.h"

namespace sluice::law::generated {

using facts::Known;
using facts::Value;
using quantity::Wide;

struct FactMix {
    int unknown = 15, absent = 8, range = 15;  // percent; the rest is exact
};

class Generator {
public:
    Generator(const facts::World& world, const Lawbook& book, std::uint64_t seed)
        : places_(world.places.all.size()), random_(seed) {
        for (const auto& provision : book.provisions)
            for (const auto& version : provision.versions) {
                for (const auto& limb : version.limbs) learn(limb.when);
                for (const auto& carve : version.carves) learn(carve.when);
                for (const auto& doubt : version.doubts) learn(doubt.when);
                for (const auto& condition : version.conditions)
                    if (condition.when) learn(*condition.when);
            }
        const auto days = book.change_days();
        for (const auto day : days)
            for (const int step : {-1, 0, 1})
                if (day.days + step >= book.first_day().days) days_.push_back({day.days + step});
        names_ = book.condition_names;
    }

    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
    bool chance(int percent) { return static_cast<int>(below(100)) < percent; }

    // Beside a day on which the law changes, or any day of those years.
    Date day() {
        if (chance(70)) return days_[below(days_.size())];
        const auto span = static_cast<std::size_t>(days_.back().days - days_.front().days) + 400;
        return {days_.front().days + static_cast<std::int32_t>(below(span))};
    }

    facts::Facts facts(const FactMix& mix = {}) {
        facts::Facts facts{};
        for (const auto& fact : facts::all_facts()) facts[facts::index(fact.id)] = value(fact, mix);
        if (!sums_.empty() && chance(60)) touch(facts, *sums_[below(sums_.size())]);
        return facts;
    }

    Value value(const facts::FactInfo& fact, const FactMix& mix = {}) {
        const auto roll = static_cast<int>(below(100));
        if (roll < mix.unknown) return Value::unknown();
        if (roll < mix.unknown + mix.absent) return Value::absent();
        switch (fact.type) {
            case facts::FactType::boolean:
                return Value::boolean(chance(50));
            case facts::FactType::choice:
                return Value::code(static_cast<std::int64_t>(below(fact.choices.size())));
            case facts::FactType::place:
                return Value::code(static_cast<std::int64_t>(below(places_)));
            case facts::FactType::party:
            case facts::FactType::chip:
                return Value::code(name(fact.id));
            case facts::FactType::number:
                break;
        }
        auto lo = number(fact.id);
        if (roll >= mix.unknown + mix.absent + mix.range) return exact(lo);
        auto hi = chance(15) ? Decimal::largest().millionths() : number(fact.id);
        if (lo > hi) std::swap(lo, hi);
        return lo == hi ? exact(lo) : Value{.known = Known::range, .lo = lo, .hi = hi};
    }

    // On, one step beside, or far from a number that the law compares this fact with.
    std::int64_t number(FactId fact) {
        const auto& bounds = bounds_[facts::index(fact)];
        if (bounds.empty() || chance(5)) return static_cast<std::int64_t>(below(9'000'000'000));
        const auto bound = bounds[below(bounds.size())];
        switch (below(6)) {
            case 0:
                return bound + 1;
            case 1:
                return std::max<std::int64_t>(bound - 1, 0);
            case 2:
                return bound + static_cast<std::int64_t>(below(2'000'000'000));
            case 3:
                return bound / static_cast<std::int64_t>(2 + below(3));
            default:
                return bound;
        }
    }

    std::vector<std::pair<std::string, bool>> certified() {
        std::vector<std::pair<std::string, bool>> stated;
        for (const auto& condition : names_)
            if (chance(40)) stated.emplace_back(condition, chance(60));
        return stated;
    }

    const std::vector<std::int64_t>& bounds(FactId fact) const {
        return bounds_[facts::index(fact)];
    }

private:
    static Value exact(std::int64_t v) { return {.known = Known::exact, .lo = v, .hi = v}; }

    std::int64_t name(FactId fact) {
        const auto& codes = codes_[facts::index(fact)];
        if (codes.empty() || chance(25)) return facts::unaddressed;
        return codes[below(codes.size())];
    }

    void learn(const Expr& expr) {
        for (const auto& child : expr.children) learn(child);
        auto& codes = codes_[facts::index(expr.fact)];
        if (expr.op == Expr::Op::is)
            codes.insert(codes.end(), expr.codes.begin(), expr.codes.end());
        if (expr.op != Expr::Op::compare) return;
        const auto bound = expr.right.constant.millionths() - expr.left.constant.millionths();
        for (const auto* side : {&expr.left, &expr.right})
            for (const auto& term : side->terms)
                bounds_[facts::index(term.fact)].push_back(std::max<std::int64_t>(bound, 0));
        if (expr.left.terms.size() + expr.right.terms.size() < 2) return;
        sums_.push_back(&expr);
        for (const std::int64_t mm2 : {100, 500, 814, 1000})
            bounds_[facts::index(FactId::die_area)].push_back(mm2 * 1'000'000);
    }

    // Puts one fact where the two sides of a sum are equal, or one step beside.
    void touch(facts::Facts& facts, const Expr& expr) {
        const auto& own = expr.left.terms.front();
        Wide rest = (static_cast<Wide>(expr.right.constant.millionths()) -
                     expr.left.constant.millionths()) *
                    1'000'000;
        const auto add = [&](const Linear::Term& term, int sign) {
            auto& value = facts[facts::index(term.fact)];
            if (value.known != Known::exact && value.known != Known::range)
                value = exact(number(term.fact));
            rest += static_cast<Wide>(sign) * term.coefficient.millionths() * value.lo;
        };
        for (const auto& term : expr.right.terms) add(term, 1);
        for (const auto& term : expr.left.terms)
            if (term.fact != own.fact) add(term, -1);
        const auto at = static_cast<std::int64_t>(rest / own.coefficient.millionths()) +
                        static_cast<std::int64_t>(below(3)) - 1;
        if (at >= 0) facts[facts::index(own.fact)] = exact(at);
    }

    std::size_t places_;
    std::mt19937_64 random_;
    std::array<std::vector<std::int64_t>, facts::fact_count> bounds_{}, codes_{};
    std::vector<const Expr*> sums_;
    std::vector<Date> days_;
    std::vector<std::string> names_;
};

}  // namespace sluice::law::generated
