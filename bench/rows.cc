// Writes a CSV file of made-up deals, as an exporter's order book would hold them.
//
//   rows [ROWS] [SEED] > deals.csv     default 1,000,000 rows
//
// Chips and destinations by a long-tailed popularity, four years of days, quantities over five
// orders of magnitude, 50,000 buyers each with one home, one buyer in fifteen owned from elsewhere,
// a few military end uses and listed parties, certifications on some rows. No two rows are alike.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "facts/world.h"
#include "quantity/date.h"

namespace {

using namespace sluice;

class Orders {
public:
    Orders(const facts::World& world, std::uint64_t seed) : world_(world), random_(seed) {
        for (std::size_t i = 0; i < 50'000; ++i)
            buyers_.push_back({popular(world_.places.all.size(), 7),
                               chance(0.07) ? popular(world_.places.all.size(), 3) : no_owner});
    }

    void row(std::size_t number, std::string& out) {
        const auto& chip = world_.chips[popular(world_.chips.size(), 31)];
        const auto buyer = below(buyers_.size());
        const auto home = buyers_[buyer].home;
        auto to = chance(0.9) ? home : popular(world_.places.all.size(), 7);
        if (world_.places.all[to].iso == "US") ++to;  // no export at all
        const auto parent = buyers_[buyer].parent == no_owner ? home : buyers_[buyer].parent;
        const auto quantity = static_cast<long>(std::pow(10.0, 5 * unit()));
        const quantity::Date day{quantity::make_date(2022, 9, 1).days +
                                 static_cast<std::int32_t>(below(1500))};
        fmt::format_to(std::back_inserter(out),
                       "PO-{:08},{},{},{},{},Buyer {:05},{},{},{},{},{},{}\n", number, chip.id,
                       quantity, world_.places.all[to].iso, quantity::to_string(day), buyer,
                       world_.places.all[home].iso, world_.places.all[parent].iso,
                       chance(0.01) ? "military" : "civil", chance(0.01) ? "entity_list" : "none",
                       chance(0.05) ? "purchase_order=yes" : "", quantity * 12'500);
    }

private:
    struct Buyer {
        std::size_t home, parent;
    };
    static constexpr std::size_t no_owner = ~std::size_t{0};

    double unit() { return std::uniform_real_distribution{}(random_); }
    std::size_t below(std::size_t n) { return random_() % n; }
    bool chance(double share) { return unit() < share; }
    // The k-th most popular of n has a share of about 1 / k; which one that is depends on `salt`.
    std::size_t popular(std::size_t n, std::size_t salt) {
        const auto rank = static_cast<std::size_t>(std::pow(static_cast<double>(n), unit())) - 1;
        return (rank * 97 + salt) % n;
    }

    const facts::World& world_;
    std::mt19937_64 random_;
    std::vector<Buyer> buyers_;
};

}  // namespace

int main(int argc, char** argv) {
    const auto number = [&](int at, std::uint64_t otherwise) {
        return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
    };
    const auto world = facts::load(std::filesystem::path{SLUICE_SOURCE_DIR} / "data");
    if (!world) return fmt::print(stderr, "{}", text::render(world.error())), 1;
    Orders orders{*world, number(2, 1)};
    std::string out =
        "order,chip,quantity,to,on,buyer,headquarters,parent_headquarters,end_use,listed,certify,"
        "price_usd\n";
    const auto rows = number(1, 1'000'000);
    for (std::uint64_t i = 1; i <= rows; ++i) {
        orders.row(i, out);
        if (out.size() < 1U << 20U && i < rows) continue;
        if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) return 1;
        out.clear();
    }
    return 0;
}
