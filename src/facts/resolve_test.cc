#include "facts/resolve.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "facts/resolve_world_test.h"

namespace sluice::facts {
namespace {

using enum FactId;
using quantity::Decimal;
using Written = std::vector<std::pair<const char*, const char*>>;

const World& world() {
    static const World made = test_world();
    return made;
}

// As from the command line.
Deal flags(const Written& fields) {
    Deal deal;
    for (const auto& [name, value] : fields) {
        const DealKey* key = find_deal_key(name);
        deal.fields.push_back({name, value, {.file = std::string(key ? key->flag : name)}});
    }
    return deal;
}

Deal plus(Written fields, const Written& more) {
    fields.insert(fields.end(), more.begin(), more.end());
    return flags(fields);
}

Written h20_to_china() { return {{"chip", "H20"}, {"to", "China"}, {"on", "2025-04-09"}}; }
Written own_to_china() { return {{"tpp", "2368"}, {"to", "CN"}, {"on", "2025-04-09"}}; }

Case resolved(const Deal& deal, const ResolveOptions& options = {}) {
    auto the_case = resolve(world(), deal, options);
    EXPECT_TRUE(the_case) << text::render(the_case.error());
    return the_case ? *the_case : Case{};
}

std::string problems_of(const Deal& deal) {
    const auto the_case = resolve(world(), deal);
    if (the_case) return "no problem";
    std::string all;
    for (const text::Diagnostic& problem : the_case.error()) {
        all += problem.where.file.empty() ? "" : problem.where.file + ": ";
        all += problem.message;
        if (!problem.label.empty()) all += " | " + problem.label;
        if (!problem.hint.empty()) all += " | " + problem.hint;
        all += "\n";
    }
    return all;
}

std::string assumptions_of(const Case& the_case) {
    std::string all;
    for (const Assumption& assumption : the_case.assumptions)
        all += std::string(info(assumption.fact).name) + ": " + assumption.text + "\n";
    return all;
}

std::string_view choice(const Case& the_case, FactId fact) {
    const Value& value = the_case[fact];
    return value.known == Known::exact ? info(fact).choices[static_cast<std::size_t>(value.lo)]
                                       : "not exact";
}

// ---- a chip of the catalogue ----

TEST(Resolve, TheCatalogueFillsTheFactsOfAChip) {
    const Case c = resolved(flags(h20_to_china()));
    EXPECT_EQ(c.chip, 0);
    EXPECT_FALSE(c.own_chip);
    EXPECT_EQ(c[chip], Value::code(0));
    EXPECT_EQ(c[tpp], Value::number(Decimal(2372)));
    EXPECT_EQ(c[die_area], Value::number(Decimal(814)));
    EXPECT_EQ(c[memory_bandwidth], Value::number(Decimal(4000)));
    EXPECT_EQ(c[io_bandwidth], Value::number(Decimal(1028)));
    EXPECT_EQ(c[transistor_count], Value::number(Decimal(80)));
    EXPECT_EQ(c[marketed_for_datacentre], Value::boolean(true));
    EXPECT_EQ(c[has_hbm], Value::boolean(true));
    EXPECT_EQ(c[advanced_node], Value::boolean(true));
    EXPECT_EQ(c[designer], Value::code(0));
    EXPECT_EQ(c[designer_headquarters], Value::code(0));
    EXPECT_EQ(choice(c, designer_status), "approved");
    EXPECT_EQ(c[destination], Value::code(1));
    EXPECT_EQ(c.on, quantity::make_date(2025, 4, 9));
    // Never assumed.
    EXPECT_EQ(c[headquarters], Value::unknown());
    EXPECT_EQ(c[parent_headquarters], Value::unknown());
    EXPECT_EQ(c[shipment_tpp], Value::unknown());
    EXPECT_EQ(c[memory_bandwidth_density], Value::absent());
}

TEST(Resolve, EveryNameOfAChipAndAPlaceWill) {
    for (const char* name :
         {"H20", "h20", "acme-h20-96gb", "H20 96GB", "Acme H20", "ACME-H20-96GB"}) {
        EXPECT_EQ(resolved(plus({{"chip", name}}, {{"to", "prc"}, {"on", "2025-04-09"}})).chip, 0)
            << name;
    }
    for (const char* name : {"cn", "CN", "China", "china", "PRC"}) {
        const Case c = resolved(plus({{"to", name}}, {{"chip", "H20"}, {"on", "2025-04-09"}}));
        EXPECT_EQ(c[destination], Value::code(1)) << name;
    }
}

TEST(Resolve, HongKongIsChinaSinceTheDay) {
    const auto to_hong_kong = [](const char* day) {
        return resolved(
            flags({{"chip", "H20"}, {"to", "HK"}, {"headquarters", "HK"}, {"on", day}}));
    };
    EXPECT_EQ(to_hong_kong("2020-12-22")[destination], Value::code(2));
    const Case after = to_hong_kong("2020-12-23");
    EXPECT_EQ(after[destination], Value::code(1));
    EXPECT_EQ(after[headquarters], Value::code(1));
    EXPECT_EQ(after.derivations.back().second, "Hong Kong is looked up as China since 2020-12-23");
}

TEST(Resolve, ProcessNodes) {
    struct Node {
        const char* process;
        Value advanced;
    };
    const std::vector<Node> nodes = {
        {"4N (5nm class)", Value::boolean(true)},
        {"12nm FFN", Value::boolean(true)},
        {"7nm N+1/N+2", Value::boolean(true)},
        {"N+3 (reported)", Value::boolean(true)},
        {"N5 + N6", Value::boolean(true)},
        {"Intel 7 + N5 + N7", Value::boolean(true)},
        {"Intel 18A", Value::boolean(true)},
        {"Samsung LP4X", Value::boolean(true)},
        {"16nm", Value::boolean(true)},
        {"17nm", Value::unknown()},
        {"Intel 22nm", Value::unknown()},
        {"28nm HPC", Value::boolean(false)},
        {"40nm + 28nm", Value::boolean(false)},
        {"28nm + 7nm", Value::boolean(true)},
        {"", Value::unknown()},
        {"in house", Value::unknown()},
    };
    for (const Node& node : nodes) {
        Chip chip = world().chips[0];
        chip.process_node = node.process;
        EXPECT_EQ(facts_of(world(), chip).facts[index(advanced_node)], node.advanced)
            << node.process;
    }
}

TEST(Resolve, WhetherAChipHoldsHbm) {
    Chip chip = world().chips[0];
    const auto hbm = [&] { return facts_of(world(), chip).facts[index(has_hbm)]; };
    chip.memory_type = "LPDDR5";
    EXPECT_EQ(hbm(), Value::boolean(false));
    chip.memory_type = "";
    EXPECT_EQ(hbm(), Value::unknown());
    chip.memory_bandwidth.value = Value::absent();
    EXPECT_EQ(hbm(), Value::boolean(false));
}

// ---- what is assumed ----

TEST(Resolve, EveryAssumptionIsListed) {
    const Case c = resolved(flags(h20_to_china()));
    EXPECT_EQ(assumptions_of(c),
              "entity_listed: no party is on a list (nobody was screened)\n"
              "listed_owner: no listed party owns the buyer (not stated)\n"
              "item: a bare chip, in no second ECCN (not stated)\n"
              "seller: sold by Acme, the chip's vendor (not stated)\n"
              "foundry_shipment: not shipped by the chip's fabricator or packager (not stated)\n"
              "act: export from the United States (not stated)\n"
              "end_use: civil end use (not stated)\n"
              "uncontrolled_foreign_equivalent: every foreign chip of the kind is controlled too "
              "(not stated)\n");
    EXPECT_EQ(c[uncontrolled_foreign_equivalent], Value::boolean(false));
    EXPECT_EQ(c[majority_owner_headquarters], Value::unknown());
    EXPECT_EQ(choice(c, end_use), "civil");
    EXPECT_EQ(choice(c, act), "export");
    EXPECT_EQ(c[from], Value::code(0));
    EXPECT_EQ(c[seller], Value::code(0));
    EXPECT_EQ(c[seller_headquarters], Value::code(0));
    EXPECT_EQ(choice(c, item), "chip");
    EXPECT_EQ(choice(c, also_eccn), "none");
    EXPECT_EQ(c[footnote_4], Value::boolean(false));
    EXPECT_EQ(c[denied_person], Value::boolean(false));
    EXPECT_EQ(c[entity_lane], Value::absent());
    EXPECT_EQ(c[listed_ownership], Value::number(Decimal{}));
    EXPECT_EQ(choice(c, listed_owner), "none");
    EXPECT_EQ(c[foundry_shipment], Value::boolean(false));
    EXPECT_FALSE(c.stated[index(end_use)]);
}

TEST(Resolve, StrictAssumesNothing) {
    const Case c = resolved(flags(h20_to_china()), {.strict = true});
    EXPECT_EQ(assumptions_of(c), "");
    for (const FactId fact :
         {end_use, act, from, seller, item, also_eccn, entity_listed, footnote_1, entity_lane,
          listed_ownership, listed_owner, foundry_shipment}) {
        EXPECT_EQ(c[fact], Value::unknown()) << info(fact).name;
    }
    EXPECT_EQ(c[tpp], Value::number(Decimal(2372)));
}

TEST(Resolve, WhatIsStatedIsNotAssumed) {
    const Deal deal = plus(h20_to_china(), {{"end_use", "model-training"},
                                            {"listed", "none"},
                                            {"owner", "none"},
                                            {"seller", "Formosa Fab"},
                                            {"act", "export"},
                                            {"item", "computer"},
                                            {"also_eccn", "5a992"},
                                            {"uncontrolled_foreign_equivalent", "no"}});
    const Case c = resolved(deal);
    EXPECT_EQ(assumptions_of(c), "");
    EXPECT_EQ(choice(c, end_use), "model_training");
    EXPECT_EQ(choice(c, also_eccn), "5A992");
    EXPECT_EQ(c[from], Value::code(0));  // an export starts there by definition
    EXPECT_EQ(c[sdn_listed], Value::boolean(false));
    EXPECT_EQ(c[seller_headquarters], Value::code(5));
    EXPECT_EQ(c[foundry_shipment], Value::boolean(true));  // it made the chip
    EXPECT_TRUE(c.stated[index(end_use)]);
}

TEST(Resolve, UnknownStopsAnAssumptionAndNoneIsKnowledge) {
    const Case c = resolved(plus(h20_to_china(), {{"end_use", "unknown"},
                                                  {"seller", "unknown"},
                                                  {"listed", "unknown"},
                                                  {"owner", "unknown"},
                                                  {"parent_headquarters", "none"}}));
    EXPECT_EQ(c[end_use], Value::unknown());
    EXPECT_EQ(c[seller], Value::unknown());
    EXPECT_EQ(c[entity_listed], Value::unknown());
    EXPECT_EQ(c[listed_owner], Value::unknown());
    EXPECT_EQ(c[listed_ownership], Value::unknown());
    EXPECT_EQ(c[parent_headquarters], Value::absent());
}

TEST(Resolve, APartyThatNobodyNamesIsUnaddressed) {
    const Case c =
        resolved(plus(h20_to_china(), {{"seller", "Corner Shop"}, {"buyer", "Somebody"}}));
    EXPECT_EQ(c[seller], Value::code(unaddressed));
    EXPECT_EQ(c[seller_headquarters], Value::unknown());
    EXPECT_EQ(c.buyer, "Somebody");
    EXPECT_EQ(c.buyer_party, -1);
}

TEST(Resolve, WhereAKnownBuyerHasItsHeadquarters) {
    const Deal silent = plus(h20_to_china(), {{"buyer", "Dragon"}});
    EXPECT_EQ(resolved(silent)[headquarters], Value::code(1));  // Hong Kong, looked up as China
    EXPECT_EQ(
        resolved(plus(h20_to_china(), {{"buyer", "Dragon"}, {"headquarters", "SG"}}))[headquarters],
        Value::code(3));
    EXPECT_EQ(resolved(plus(h20_to_china(), {{"buyer", "Stateless"}}))[headquarters],
              Value::unknown());
}

TEST(Resolve, TheStatedParentIsTheMajorityOwnerUnlessSomebodySaysOtherwise) {
    const auto owner = [](const Written& more, bool strict = false) {
        return resolved(plus(h20_to_china(), more),
                        {.strict = strict})[majority_owner_headquarters];
    };
    EXPECT_EQ(owner({{"parent_headquarters", "HK"}}), Value::code(1));
    EXPECT_EQ(owner({{"parent_headquarters", "none"}}), Value::absent());
    EXPECT_EQ(owner({{"parent_headquarters", "HK"}}, true), Value::unknown());
    EXPECT_EQ(owner({{"parent_headquarters", "US"}, {"majority_owner_headquarters", "CN"}}),
              Value::code(1));
}

TEST(Resolve, ListingsOfTheParties) {
    const Case c = resolved(plus(h20_to_china(), {{"listed", "entity_list:fn4"}}));
    EXPECT_EQ(c[entity_listed], Value::boolean(true));
    EXPECT_EQ(c[footnote_4], Value::boolean(true));
    EXPECT_EQ(c[footnote_1], Value::boolean(false));
    EXPECT_EQ(c[meu_listed], Value::boolean(false));
    EXPECT_EQ(c[entity_lane], Value::unknown());  // the entry says, the deal does not
    EXPECT_NE(
        assumptions_of(c).find("meu_listed: no party is on another list (not stated)\n"
                               "footnote_1: the entry carries no other footnote (not stated)\n"),
        std::string::npos);
    const Case strict = resolved(plus(h20_to_china(), {{"listed", "entity_list:policy_of_denial"}}),
                                 {.strict = true});
    EXPECT_EQ(choice(strict, entity_lane), "policy_of_denial");
    EXPECT_EQ(strict[footnote_4], Value::unknown());
    EXPECT_EQ(strict[meu_listed], Value::unknown());
}

TEST(Resolve, AWhatIfListingIsNotDenied) {
    const Case c = resolved(plus(h20_to_china(), {{"assume", "sdn_listed=yes"}}));
    EXPECT_EQ(c[sdn_listed], Value::boolean(true));
    EXPECT_EQ(c[entity_listed], Value::boolean(false));
    EXPECT_NE(assumptions_of(c).find("meu_listed: no party is on another list (not stated)\n"),
              std::string::npos);
}

TEST(Resolve, OwnersOfTheBuyer) {
    const Case c =
        resolved(plus(h20_to_china(), {{"owner", "meu_list:30"}, {"owner", "entity_list:25"}}));
    EXPECT_EQ(c[listed_ownership], Value::number(Decimal(55)));
    EXPECT_EQ(choice(c, listed_owner), "entity_list");
}

TEST(Resolve, PartiesOfSupplementEight) {
    const auto approved = [](const char* buyer, const char* to, const char* day) {
        return resolved(
            flags({{"chip", "H20"}, {"to", to}, {"on", day}, {"buyer", buyer}}))[supp8_approved];
    };
    EXPECT_EQ(approved("Oasis", "AE", "2026-07-09"), Value::unknown());
    EXPECT_EQ(approved("Oasis", "AE", "2026-07-10"), Value::boolean(true));
    EXPECT_EQ(approved("Oasis", "AE", "2027-04-06"), Value::unknown());
    EXPECT_EQ(approved("Somebody", "AE", "2026-08-01"), Value::unknown());
    EXPECT_EQ(approved("Somebody", "SG", "2026-08-01"), Value::boolean(false));
}

TEST(Resolve, HowTheItemTravels) {
    const auto with = [](const Written& more) { return resolved(plus(h20_to_china(), more)); };
    const Case reexport = with({{"act", "reexport"}, {"from", "SG"}});
    EXPECT_EQ(choice(reexport, act), "reexport");
    EXPECT_EQ(with({{"act", "reexport"}})[from], Value::unknown());
    EXPECT_EQ(with({{"act", "transfer"}})[from], Value::code(1));
    const Case from_us = with({{"from", "US"}});
    EXPECT_EQ(choice(from_us, act), "export");
    // From Singapore it is a reexport or an export from abroad: nobody said which.
    EXPECT_EQ(with({{"from", "SG"}})[act], Value::unknown());
}

// ---- an own chip ----

TEST(Resolve, AnOwnChipKeepsWhatItDoesNotSayUnknown) {
    const Case c = resolved(plus(
        own_to_china(),
        {{"die_area", "600..800 mm2"}, {"memory_bandwidth", "4 TB/s"}, {"io_bandwidth", "none"}}));
    EXPECT_EQ(c.chip, -1);
    ASSERT_TRUE(c.own_chip);
    EXPECT_EQ(c[chip], Value::code(unaddressed));
    EXPECT_EQ(c[die_area], Value::range({Decimal(600), Decimal(800)}));
    EXPECT_EQ(c[memory_bandwidth], Value::number(Decimal(4000)));
    EXPECT_EQ(c[io_bandwidth], Value::absent());
    for (const FactId fact : {marketed_for_datacentre, has_hbm, advanced_node, transistor_count,
                              designer_headquarters, designer_status}) {
        EXPECT_EQ(c[fact], Value::unknown()) << info(fact).name;
    }
    EXPECT_EQ(c[designer], Value::code(unaddressed));
    EXPECT_EQ(c[seller], Value::code(unaddressed));
    EXPECT_NE(assumptions_of(c).find(
                  "seller: sold by the chip's designer, whom no rule names (not stated)\n"),
              std::string::npos);
}

TEST(Resolve, AnOwnChipOfANamedDesigner) {
    const Case c = resolved(plus(own_to_china(), {{"designer", "Acme"}}));
    EXPECT_EQ(c[designer], Value::code(0));
    EXPECT_EQ(choice(c, designer_status), "approved");
    EXPECT_EQ(c[seller], Value::code(0));
    EXPECT_NE(assumptions_of(c).find("seller: sold by Acme, the chip's designer (not stated)\n"),
              std::string::npos);
}

TEST(Resolve, HbmComputesNothing) {
    const Case c = resolved(flags({{"item", "hbm"},
                                   {"memory_bandwidth_density", "2.78 GB/s/mm2"},
                                   {"to", "CN"},
                                   {"on", "2025-01-01"},
                                   {"quantity", "10"}}));
    EXPECT_EQ(c[memory_bandwidth_density], Value::number(Decimal::from_millionths(2'780'000)));
    EXPECT_EQ(c[tpp], Value::absent());
    EXPECT_EQ(c[shipment_tpp], Value::absent());
}

TEST(Resolve, AnOwnChipFromItsFileWithFlagsOverIt) {
    const std::string path = testing::TempDir() + "own-chip.toml";
    std::ofstream(path) << "name = \"X1\"\ndate = \"2026-11\"\nconfidence = \"estimate\"\n"
                           "die_area = \"500 mm2\"\nmarketed_for_datacentre = true\n"
                           "[rate]\nfp8 = \"300 TOPS\"\n";
    const Case c = resolved(flags({{"chip_file", path.c_str()},
                                   {"die_area", "450 mm2"},
                                   {"to", "CN"},
                                   {"on", "2025-01-01"}}));
    EXPECT_EQ(c[tpp], Value::number(Decimal(2400)));
    EXPECT_EQ(c[die_area], Value::number(Decimal(450)));
    EXPECT_EQ(c[marketed_for_datacentre], Value::boolean(true));
    ASSERT_TRUE(c.own_chip);
    EXPECT_EQ(c.own_chip->name, "X1");

    // A deal file names the chip file beside it.
    const auto deal = parse_deal(testing::TempDir() + "deal.toml",
                                 "chip_file = \"own-chip.toml\"\nto = \"CN\"\non = 2025-01-01\n");
    ASSERT_TRUE(deal);
    EXPECT_EQ(resolved(*deal)[tpp], Value::number(Decimal(2400)));
}

// ---- the rest of a deal ----

TEST(Resolve, CertificationsFlagsPriceAndQuantity) {
    const Case c = resolved(plus(h20_to_china(), {{"quantity", "16_000"},
                                                  {"price", "216_000_000 USD"},
                                                  {"certify", "us_supply=yes"},
                                                  {"certify", "share_cap=no"},
                                                  {"certify", "us_supply=yes"},
                                                  {"red_flag", "b"},
                                                  {"red_flag", "a"},
                                                  {"red_flag", "b"}}));
    using Certified = std::vector<std::pair<std::string, bool>>;
    EXPECT_EQ(c.certified, (Certified{{"share_cap", false}, {"us_supply", true}}));
    EXPECT_EQ(c.red_flags, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(c[facts::FactId::quantity], Value::number(Decimal(16000)));
    EXPECT_EQ(c[shipment_tpp], Value::number(Decimal(37'952'000)));
    ASSERT_TRUE(c.price);
    EXPECT_EQ(c.price->lo, Decimal(216'000'000));
    EXPECT_EQ(c.deal.find("quantity")->value, "16_000");
}

TEST(Resolve, WhatIfsGoOverEverythingAndAreListed) {
    const Case c = resolved(plus(h20_to_china(), {{"quantity", "2"},
                                                  {"assume", "tpp=4800"},
                                                  {"assume", "die_area=600..700 mm2"},
                                                  {"assume", "end_use=military"},
                                                  {"assume", "designer=Dragon"},
                                                  {"assume", "footnote_4=yes"}}));
    EXPECT_EQ(c[tpp], Value::number(Decimal(4800)));
    EXPECT_EQ(c[shipment_tpp], Value::number(Decimal(9600)));
    EXPECT_EQ(c[die_area], Value::range({Decimal(600), Decimal(700)}));
    EXPECT_EQ(choice(c, end_use), "military");
    EXPECT_EQ(c[designer_headquarters], Value::code(1));
    EXPECT_EQ(c[designer_status], Value::unknown());
    EXPECT_EQ(c[footnote_4], Value::boolean(true));
    const std::string assumed = assumptions_of(c);
    EXPECT_TRUE(
        assumed.starts_with("tpp: what if tpp is 4800\n"
                            "die_area: what if die_area is 600..700 mm2\n"
                            "end_use: what if end_use is military\n"))
        << assumed;
    EXPECT_EQ(assumptions_of(c).find("civil"), std::string::npos);
}

TEST(Resolve, DerivationsShowTheArithmetic) {
    const Case c = resolved(plus(h20_to_china(), {{"quantity", "16000"}, {"buyer", "Dragon"}}));
    std::string all;
    for (const auto& [fact, why] : c.derivations)
        all += std::string(info(fact).name) + ": " + why + "\n";
    EXPECT_EQ(
        all,
        "tpp: 2372 = fp8 296.5 TOPS x 8 bits; also bf16 148 x 16 = 2368; tf32 is not counted: "
        "TF32 multiplies 19 of the 32 bits that it stores\n"
        "io_bandwidth: 1028 GB/s = NVLink 4 900 + PCIe 128\n"
        "die_area: performance density 2.914 = 2372 / 814 mm2\n"
        "shipment_tpp: 37952000 = 16000 x 2372\n"
        "designer_headquarters: United States = headquarters of Acme\n"
        "seller_headquarters: United States = headquarters of Acme\n"
        "headquarters: China = headquarters of Dragon\n"
        "designer_status: Acme is in approved IC designers (740 Supp. 6)\n");
    const Case phone = resolved(flags({{"chip", "Phone 9"}, {"to", "SG"}, {"on", "2024-01-01"}}));
    EXPECT_EQ(phone.derivations[0].second, "128 GB/s = PCIe 128");
}

TEST(Resolve, DeriveLeavesStatedAndChangedFactsAlone) {
    Case c = resolved(plus(h20_to_china(), {{"quantity", "10"}, {"seller_headquarters", "SG"}}));
    c[facts::FactId::quantity] = Value::number(Decimal(20));
    c[seller] = Value::code(1);
    derive(world(), c, FactId::quantity);
    EXPECT_EQ(c[shipment_tpp], Value::number(Decimal(47440)));
    EXPECT_EQ(c[seller_headquarters], Value::code(3));
    c[shipment_tpp] = Value::number(Decimal(1));
    derive(world(), c, shipment_tpp);
    EXPECT_EQ(c[shipment_tpp], Value::number(Decimal(1)));
    c[tpp] = Value::range({Decimal(100), Decimal::largest()});
    derive(world(), c);
    EXPECT_EQ(c[shipment_tpp], Value::range({Decimal(2000), Decimal::largest()}));
}

TEST(Resolve, SharedChipFactsChangeNothingButTheTexts) {
    const std::vector<ChipFacts> chips = chip_facts(world());
    const Deal deal = plus(h20_to_china(), {{"headquarters", "HK"}, {"seller", "Acme"}});
    const Case slow = resolved(deal);
    const Case fast = resolved(deal, {.explain = false, .chips = &chips});
    EXPECT_EQ(fast.facts, slow.facts);
    EXPECT_EQ(fast.assumptions.size(), slow.assumptions.size());
    EXPECT_EQ(fast.assumptions[0].text, "");
    EXPECT_TRUE(fast.derivations.empty());
    EXPECT_TRUE(fast.deal.fields.empty());
}

// ---- what is wrong with a deal ----

struct BadDeal {
    const char* name;
    Deal deal;
    std::string problems;
};
void PrintTo(const BadDeal& bad, std::ostream* out) { *out << bad.name; }

class ResolveProblems : public testing::TestWithParam<BadDeal> {};

TEST_P(ResolveProblems, AreReportedExactly) {
    EXPECT_EQ(problems_of(GetParam().deal), GetParam().problems);
}

Deal h20_with(const Written& more) { return plus(h20_to_china(), more); }

INSTANTIATE_TEST_SUITE_P(
    Names, ResolveProblems,
    testing::Values(
        BadDeal{"NothingStated", flags({}),
                "the deal does not say which chip | add `--chip nvidia-h20-sxm-96gb`; your own is "
                "described by `--tpp`, `--die-area` and so on\n"
                "the deal does not say where the chip goes | add `--to CN`\n"
                "the deal does not say on which day | add `--on 2025-04-09`\n"},
        BadDeal{"UnknownChip", flags({{"chip", "h20-96gx"}, {"to", "CN"}, {"on", "2025-04-09"}}),
                "--chip: no chip named `h20-96gx` | not in data/chips (3 chips) | did you mean "
                "`H20 96GB`? `sluice chips h20` lists those like it\n"},
        BadDeal{"ChipLikeNoOther", flags({{"chip", "zz9"}, {"to", "CN"}, {"on", "2025-04-09"}}),
                "--chip: no chip named `zz9` | not in data/chips (3 chips) | `sluice chips` lists "
                "all\n"},
        BadDeal{"SeveralChips", flags({{"chip", "Acme"}, {"to", "CN"}, {"on", "2025-04-09"}}),
                "--chip: `Acme` fits 2 chips | say which | one of `acme-h20-96gb`, "
                "`acme-h20-141gb`\n"},
        BadDeal{
            "UnknownPlace", flags({{"chip", "H20"}, {"to", "Chnia"}, {"on", "2025-04-09"}}),
            "--to: no place named `Chnia` | expected a country's ISO code or name | did you mean "
            "`China`? `sluice places` lists all\n"},
        BadDeal{"UnknownChoice", h20_with({{"end_use", "milatary"}}),
                "--end-use: `--end-use` is never `milatary` | expected one of civil, military, "
                "military_intelligence, supercomputer, advanced_node_fab, unknown_node_fab, "
                "semiconductor_equipment, nuclear, missile, chemical_biological, model_training, "
                "advanced_packaging | did you mean `military`?\n"},
        BadDeal{"UnknownFact", h20_with({{"assume", "dye_area=600 mm2"}}),
                "--assume: no fact is named `dye_area` | not a fact of a deal | did you mean "
                "`die_area`?\n"},
        BadDeal{"NoSuchOwner", h20_with({{"owner", "entitylist:60"}}),
                "--owner: `--owner` is never `entitylist` | expected one of none, meu_list, "
                "entity_list, sdn | did you mean `entity_list`?\n"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Values, ResolveProblems,
    testing::Values(
        BadDeal{"ImpossibleDate", flags({{"chip", "H20"}, {"to", "CN"}, {"on", "2023-02-30"}}),
                "--on: `2023-02-30` is not a date | February 2023 has 28 days\n"},
        BadDeal{"NoUnit", plus(own_to_china(), {{"die_area", "814"}}),
                "--die-area: `--die-area` needs a unit | write \"814 mm2\"\n"},
        BadDeal{
            "WrongDimension", plus(own_to_china(), {{"io_bandwidth", "900 GB"}}),
            "--io-bandwidth: `--io-bandwidth` is a byte rate, found a capacity | expected bytes "
            "per second, as in \"900 GB/s\"\n"},
        BadDeal{
            "BitsForBytes", plus(own_to_china(), {{"io_bandwidth", "400 Gb/s"}}),
            "--io-bandwidth: `--io-bandwidth` is a byte rate, found a bit rate | expected bytes "
            "per second, as in \"50 GB/s\" | 400 Gb/s is 50 GB/s\n"},
        BadDeal{"Negative", flags({{"tpp", "-5"}, {"to", "CN"}, {"on", "2025-04-09"}}),
                "--tpp: `--tpp` is negative | expected 0 or more\n"},
        BadDeal{"Infinite", flags({{"tpp", "inf"}, {"to", "CN"}, {"on", "2025-04-09"}}),
                "--tpp: `--tpp` is infinite | an end that is open is written as in \">= 600 "
                "mm2\"\n"},
        BadDeal{
            "NotANumber", flags({{"tpp", "nan"}, {"to", "CN"}, {"on", "2025-04-09"}}),
            "--tpp: `--tpp` is not a number | `nan` states nothing; leave out what is unknown\n"},
        BadDeal{"NoChips", h20_with({{"quantity", "0"}}),
                "--quantity: `--quantity` counts chips, found `0` | expected a whole number, 1 or "
                "more\n"},
        BadDeal{
            "HalfAChip", h20_with({{"quantity", "2.5"}}),
            "--quantity: `--quantity` counts chips, found `2.5` | expected a whole number, 1 or "
            "more\n"},
        BadDeal{"NotYesOrNo", plus(own_to_china(), {{"has_hbm", "maybe"}}),
                "--has-hbm: `--has-hbm` is yes, no or unknown, found `maybe` | expected yes, no or "
                "unknown\n"},
        BadDeal{"PriceInNothing", h20_with({{"price", "216000000"}}),
                "--price: `--price` needs a unit | write \"216000000 USD\"\n"},
        BadDeal{"CertifyWithoutAnswer", h20_with({{"certify", "us_supply"}}),
                "--certify: `--certify` says yes or no to a name, found `us_supply` | expected "
                "NAME=yes or NAME=no\n"},
        BadDeal{"AssumeWithoutValue", h20_with({{"assume", "tpp"}}),
                "--assume: `--assume` gives a fact a value, found `tpp` | expected FACT=VALUE, as "
                "die_area=\"600 mm2\"\n"},
        BadDeal{
            "AssumeTheChip", h20_with({{"assume", "chip=H100"}}),
            "--assume: the chip cannot be assumed, since its facts come with it | not a what-if "
            "| state it, as `--chip H100`\n"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Contradictions, ResolveProblems,
    testing::Values(
        BadDeal{"ConflictingFlags", h20_with({{"to", "SG"}}),
                "--to: `--to` is stated twice, as `China` and as `SG` | conflicts with what was "
                "stated before | keep one of the two\n"},
        BadDeal{
            "ConflictingCertifications", h20_with({{"certify", "a=yes"}, {"certify", "a=no"}}),
            "--certify: `a` is certified both yes and no | conflicts with what was stated before "
            "| keep one of the two\n"},
        BadDeal{
            "ConflictingWhatIfs", h20_with({{"assume", "tpp=1"}, {"assume", "tpp=2"}}),
            "--assume: `tpp` is assumed twice, with two values | conflicts with what was assumed "
            "before | keep one of the two\n"},
        BadDeal{
            "TwoChips", h20_with({{"die_area", "600 mm2"}}),
            "--die-area: `--die-area` describes a chip of your own, but the deal names `H20` | "
            "one or the other | `--assume \"die_area=600 mm2\"` asks what if the named chip were "
            "so\n"},
        BadDeal{"ListedAndNot", h20_with({{"listed", "none"}, {"listed", "sdn"}}),
                "--listed: the deal says both that a party is listed and that none is | conflicts "
                "with `none` | keep one of the two\n"},
        BadDeal{"OwnedAndNot", h20_with({{"owner", "sdn:5"}, {"owner", "none"}}),
                "--owner: the deal says both that a listed party is an owner and that none is | "
                "conflicts with `none` | keep one of the two\n"},
        BadDeal{"ExportFromAbroad", h20_with({{"act", "export"}, {"from", "SG"}}),
                "--from: an export starts in the United States, this deal in Singapore | conflicts "
                "with act export | `--act reexport` is a shipment between two other places\n"},
        BadDeal{"ReexportFromHome", h20_with({{"act", "reexport"}, {"from", "US"}}),
                "--from: act reexport starts abroad, this deal in the United States | conflicts "
                "with the place it starts from | `--act export`\n"},
        BadDeal{"TransferAcrossABorder", h20_with({{"act", "transfer"}, {"from", "SG"}}),
                "--from: a transfer stays in one place, this deal goes from Singapore to China | "
                "conflicts with act transfer | `--act reexport` is between two\n"},
        BadDeal{"NothingLeaves", flags({{"chip", "H20"}, {"to", "US"}, {"on", "2025-04-09"}}),
                "--to: the deal starts and ends in one place, United States | nothing leaves | "
                "rules of export "
                "begin at the border; name another `to`\n"},
        BadDeal{"NothingLeavesSingapore",
                flags({{"chip", "H20"}, {"to", "SG"}, {"from", "SG"}, {"on", "2025-04-09"}}),
                "--from: the deal starts and ends in one place, Singapore | nothing leaves | "
                "`--act transfer` "
                "stays in one place\n"},
        BadDeal{
            "SeveralAtOnce",
            flags({{"chip", "h2o"}, {"to", "Chna"}, {"quantity", "-1"}, {"price", "5 GB"}}),
            "the deal does not say on which day | add `--on 2025-04-09`\n"
            "--chip: no chip named `h2o` | not in data/chips (3 chips) | did you mean `H20`? "
            "`sluice chips` lists all\n"
            "--to: no place named `Chna` | expected a country's ISO code or name | did you mean "
            "`China`? `sluice places` lists all\n"
            "--quantity: `--quantity` is negative | expected 0 or more\n"
            "--price: `--price` is an amount of money, found a capacity | expected an amount of "
            "money, as in \"5 USD\"\n"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Resolve, AFileIsNamedWhereSomethingIsMissing) {
    const auto deal = parse_deal("deal.toml", "chip = \"H20\"\ndie_area = 5\n");
    ASSERT_TRUE(deal);
    EXPECT_EQ(
        problems_of(*deal),
        "the deal does not say where the chip goes | add `to = \"CN\"` to deal.toml, or `--to "
        "CN`\n"
        "the deal does not say on which day | add `on = 2025-04-09` to deal.toml, or `--on "
        "2025-04-09`\n"
        "deal.toml: `die_area` describes a chip of your own, but the deal names `H20` | one or "
        "the other | `--assume \"die_area=5\"` asks what if the named chip were so\n"
        "deal.toml: `die_area` needs a unit | write \"5 mm2\"\n");
}

}  // namespace
}  // namespace sluice::facts
