#include "facts/chip.h"

#include <gtest/gtest.h>

namespace sluice::facts {
namespace {

using quantity::Decimal;

Value tops(std::int64_t lo, std::int64_t hi) { return Value::range({Decimal{lo}, Decimal{hi}}); }
Value tops(std::int64_t rate) { return Value::number(Decimal{rate}); }

Chip with_rates(std::initializer_list<std::pair<Format, Value>> rates) {
    Chip chip;
    for (const auto& [format, rate] : rates)
        chip.rate[static_cast<std::size_t>(format)].value = rate;
    return chip;
}

TEST(ChipTpp, IsTheHighestProductOfRateAndBits) {
    using enum Format;
    const struct {
        const char* name;
        Chip chip;
        Value tpp;
        std::optional<Format> format;
    } rows[] = {
        {"no rate", with_rates({}), Value::unknown(), std::nullopt},
        {"the statute's example in 8 bits", with_rates({{int8, tops(600)}}), tops(4800), int8},
        {"the statute's example in 16 bits", with_rates({{bf16, tops(300)}}), tops(4800), bf16},
        {"a tie goes to the wider format", with_rates({{int8, tops(296)}, {bf16, tops(148)}}),
         tops(2368), bf16},
        {"FP6 at the FP4 rate wins", with_rates({{fp4, tops(9000)}, {fp6, tops(9000)}}),
         tops(54000), fp6},
        {"TF32 never counts", with_rates({{tf32, tops(667)}, {bf16, tops(667)}}), tops(10672),
         bf16},
        {"TF32 alone is no TPP", with_rates({{tf32, tops(667)}}), Value::unknown(), std::nullopt},
        {"a dispute stays one", with_rates({{bf16, tops(314, 345)}}), tops(5024, 5520), bf16},
        {"a floor from another format", with_rates({{fp8, tops(900, 1000)}, {bf16, tops(490)}}),
         tops(7840, 8000), bf16},
        {"a format that does not exist", with_rates({{fp8, Value::absent()}, {bf16, tops(100)}}),
         tops(1600), bf16},
        {"no upper bound",
         with_rates({{fp8, Value::range({Decimal{100}, Decimal::largest()})}, {bf16, tops(100)}}),
         Value::range({Decimal{1600}, Decimal::largest()}), bf16},
    };
    for (const auto& row : rows) {
        const Tpp tpp = tpp_of(row.chip);
        EXPECT_EQ(tpp.value, row.tpp) << row.name;
        EXPECT_EQ(tpp.format, row.format) << row.name;
    }
}

TEST(ChipTpp, ListsEveryFormatForTheDerivation) {
    const Tpp tpp = tpp_of(with_rates({{Format::bf16, tops(148)}, {Format::tf32, tops(74)}}));
    ASSERT_EQ(tpp.terms.size(), format_count);
    for (const TppTerm& term : tpp.terms) {
        EXPECT_EQ(term.counted, term.format != Format::tf32) << to_string(term.format);
        EXPECT_EQ(term.why.empty(), term.counted) << to_string(term.format);
        EXPECT_EQ(term.bits, bits_of(term.format)) << to_string(term.format);
    }
    EXPECT_EQ(tpp.terms[3].product, tops(2368));
    EXPECT_EQ(tpp.terms[4].product, tops(2368));
    EXPECT_EQ(tpp.terms[5].product, Value::unknown());
}

TEST(ChipTpp, BitsAreThoseOfTheFormat) {
    const int bits[] = {64, 64, 32, 32, 16, 8, 8, 6, 4, 4};
    for (std::size_t i = 0; i < format_count; ++i)
        EXPECT_EQ(bits_of(static_cast<Format>(i)), bits[i]) << to_string(static_cast<Format>(i));
}

TEST(ChipIoBandwidth, AddsScaleUpLinksAndPcie) {
    const Value open = Value::range({Decimal{128}, Decimal::largest()});
    const struct {
        const char* name;
        Value scaleup, pcie, sum;
    } rows[] = {
        {"both", tops(400), tops(64), tops(464)},
        {"PCIe only, and no other link exists", Value::absent(), tops(64), tops(64)},
        {"a disputed link", tops(512, 1024), tops(128), tops(640, 1152)},
        {"unknown link", Value::unknown(), tops(128), open},
        {"unknown PCIe", tops(128), Value::unknown(), open},
        {"nothing known", Value::unknown(), Value::unknown(), Value::unknown()},
        {"no link, unknown PCIe", Value::absent(), Value::unknown(), Value::unknown()},
        {"no link at all", Value::absent(), Value::absent(), Value::absent()},
        {"no upper bound", Value::range({Decimal{64}, Decimal::largest()}), tops(64), open},
    };
    for (const auto& row : rows) {
        Chip chip;
        chip.scaleup_bandwidth.value = row.scaleup;
        chip.pcie_bandwidth.value = row.pcie;
        EXPECT_EQ(io_bandwidth_of(chip), row.sum) << row.name;
    }
}

}  // namespace
}  // namespace sluice::facts
