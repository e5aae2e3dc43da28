#include "quantity/unit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace sluice::quantity {
namespace {

using enum Dimension;

std::string shown(const QuantityProblem& problem) {
    return problem.message + "|" + problem.label + "|" + problem.hint;
}

TEST(Quantity, Parses) {
    struct Row {
        const char* text;
        Dimension dimension;
        const char* canonical;
    };
    const Row rows[] = {
        {"2368", number, "2368"},
        {"814 mm2", area, "814 mm2"},
        {"814mm2", area, "814 mm2"},
        {"  814   mm\u00b2 ", area, "814 mm2"},
        {"4 TB/s", byte_rate, "4000 GB/s"},
        {"4_000 GB/s", byte_rate, "4000 GB/s"},
        {"1 kB/s", byte_rate, "0.000001 GB/s"},
        {"1.5 MB/s", byte_rate, "0.0015 GB/s"},
        {"0.4 Tb/s", bit_rate, "400 Gb/s"},
        {"50 Mb/s", bit_rate, "0.05 Gb/s"},
        {"50 %", percent, "50 %"},
        {"50%", percent, "50 %"},
        {"40 MB", capacity, "0.04 GB"},
        {"1.5 TB", capacity, "1500 GB"},
        {"125 MiB", capacity, "0.131072 GB"},
        {"125 GiB", capacity, "134.217728 GB"},
        {"500 mW", power, "0.5 W"},
        {"1.2 kW", power, "1200 W"},
        {"150 MW", power, "150000000 W"},
        {"1.83 GHz", frequency, "1830 MHz"},
        {"5 kHz", frequency, "0.005 MHz"},
        {"148 TFLOPS", operation_rate, "148 TOPS"},
        {"2.5 PFLOPS", operation_rate, "2500 TOPS"},
        {"900 GFLOPS", operation_rate, "0.9 TOPS"},
        {"1 POPS", operation_rate, "1000 TOPS"},
        {"5 GOPS", operation_rate, "0.005 TOPS"},
        {"3.3 GB/s/mm2", byte_rate_density, "3.3 GB/s/mm2"},
        {"5.92 TPP/mm2", tpp_density, "5.92 TPP/mm2"},
        {"30000 USD", money, "30000 USD"},
        {"80 billion", count_billion, "80 billion"},
        {"80 bn", count_billion, "80 billion"},
        {"1 day", duration, "1 day"},
        {"180 days", duration, "180 days"},
        {"0 W", power, "0 W"},
    };
    for (const Row& row : rows) {
        const auto found = parse_quantity(row.text);
        ASSERT_TRUE(found) << row.text << ": " << shown(found.error());
        EXPECT_EQ(found->dimension, row.dimension) << row.text;
        EXPECT_EQ(to_string(found->value, found->dimension), row.canonical) << row.text;
    }
}

TEST(Quantity, ReadsBackEveryUnitItPrints) {
    for (int i = 0; i <= static_cast<int>(duration); ++i) {
        const auto dimension = static_cast<Dimension>(i);
        const std::string text = to_string(Decimal{1250}, dimension);
        EXPECT_EQ(parse_quantity(text), (AnyQuantity{Decimal{1250}, dimension})) << text;
        EXPECT_FALSE(describe(dimension).empty());
        if (dimension == number) {
            EXPECT_TRUE(units_of(dimension).empty());
            continue;
        }
        EXPECT_TRUE(std::ranges::count(units_of(dimension), canonical_unit(dimension)) == 1)
            << text;
        for (const std::string_view unit : units_of(dimension)) {
            const auto found = parse_quantity("1000000 " + std::string{unit});
            ASSERT_TRUE(found) << unit;
            EXPECT_EQ(found->dimension, dimension) << unit;
        }
    }
}

struct Wrong {
    Dimension wanted;
    const char *name, *text, *problem;
};

void expect_wrong(std::span<const Wrong> rows) {
    for (const Wrong& row : rows) {
        const auto found = parse_as(row.wanted, row.name, row.text);
        ASSERT_FALSE(found) << row.text;
        EXPECT_EQ(shown(found.error()), row.problem) << row.text;
    }
}

TEST(Quantity, SaysWhatIsWrongWithTheUnit) {
    const Wrong rows[] = {
        {byte_rate, "memory_bandwidth", "4000",
         "`memory_bandwidth` needs a unit|write \"4000 GB/s\" (bytes) or \"4000 Gb/s\" (bits); "
         "they "
         "differ 8-fold|"},
        {bit_rate, "link", "400",
         "`link` needs a unit|write \"400 GB/s\" (bytes) or \"400 Gb/s\" (bits); they differ "
         "8-fold|"},
        {area, "die_area", "814", "`die_area` needs a unit|write \"814 mm2\"|"},
        {duration, "term", "90", "`term` needs a unit|write \"90 days\"|"},
        {byte_rate, "memory_bandwidth", "4000 gb/s",
         "`memory_bandwidth` has an unknown unit, `gb/s`|expected kB/s, MB/s, GB/s or TB/s|did you "
         "mean `GB/s` or `Gb/s`?"},
        {byte_rate, "memory_bandwidth", "4000 GBps",
         "`memory_bandwidth` has an unknown unit, `GBps`|expected kB/s, MB/s, GB/s or TB/s|did you "
         "mean `GB/s`?"},
        {byte_rate, "memory_bandwidth", "400 Gbps",
         "`memory_bandwidth` has an unknown unit, `Gbps`|expected kB/s, MB/s, GB/s or TB/s|did you "
         "mean `Gb/s`?"},
        {area, "die_area", "8 cm2",
         "`die_area` has an unknown unit, `cm2`|expected mm2|did you mean `mm2`?"},
        {area, "die_area", "814 mm^2",
         "`die_area` has an unknown unit, `mm^2`|expected mm2|did you mean `mm2`?"},
        {number, "tpp", "2368 TPP", "`tpp` has an unknown unit, `TPP`|write \"2368\"|"},
    };
    expect_wrong(rows);
}

TEST(Quantity, SaysWhatIsWrongWithTheDimension) {
    const Wrong rows[] = {
        {byte_rate, "interconnect", "900 GB",
         "`interconnect` is a byte rate, found a capacity|expected bytes per second, as in \"900 "
         "GB/s\"|"},
        {byte_rate, "io_bandwidth", "400 Gb/s",
         "`io_bandwidth` is a byte rate, found a bit rate|expected bytes per second, as in \"50 "
         "GB/s\"|400 Gb/s is 50 GB/s"},
        {byte_rate, "io_bandwidth", "1.6 Tb/s",
         "`io_bandwidth` is a byte rate, found a bit rate|expected bytes per second, as in \"200 "
         "GB/s\"|1.6 Tb/s is 200 GB/s"},
        {bit_rate, "link", "50 GB/s",
         "`link` is a bit rate, found a byte rate|expected bits per second, as in \"400 Gb/s\"|50 "
         "GB/s "
         "is 400 Gb/s"},
        {number, "quantity", "814 mm2",
         "`quantity` is a plain number, found an area|expected a plain "
         "number, as in \"814\"|"},
        {area, "die_area", "700 W",
         "`die_area` is an area, found a power|expected an area, as in \"700 mm2\"|"},
        {area, "die_area", "600..800 mm2",
         "`die_area` is one value, found a range|expected an area, as in \"814 mm2\"|"},
    };
    expect_wrong(rows);
}

TEST(Quantity, SaysWhatIsWrongWithTheNumber) {
    const Wrong rows[] = {
        {area, "die_area", "", "`die_area` is empty|expected an area, as in \"814 mm2\"|"},
        {area, "die_area", "  ", "`die_area` is empty|expected an area, as in \"814 mm2\"|"},
        {area, "die_area", "-814 mm2", "`die_area` is negative|expected 0 or more|"},
        {number, "quantity", "-1", "`quantity` is negative|expected 0 or more|"},
        {number, "quantity", "\u22125", "`quantity` is negative|expected 0 or more|"},
        {number, "tpp", "-inf", "`tpp` is negative|expected 0 or more|"},
        {number, "tpp", "inf",
         "`tpp` is infinite|an end that is open is written as in \">= 600 mm2\"|"},
        {area, "die_area", "Infinity mm2",
         "`die_area` is infinite|an end that is open is written as in \">= 600 mm2\"|"},
        {number, "tpp", "\u221e",
         "`tpp` is infinite|an end that is open is written as in \">= 600 mm2\"|"},
        {number, "tpp", "NaN",
         "`tpp` is not a number|`nan` states nothing; leave out what is unknown|"},
        {number, "tpp", "9000000000001", "`tpp` is too large|at most 9,000,000,000,000|"},
        {number, "tpp", "9_000_000_000_001", "`tpp` is too large|at most 9,000,000,000,000|"},
        {number, "tpp", "1__0", "`tpp` is not a number|write digits, as in 26900 or 5.92|"},
        {number, "tpp", "1234567890123456789012345678901234567890",
         "`tpp` is too large|at most 9,000,000,000,000|"},
        {byte_rate, "io_bandwidth", "9000000000001 TB/s",
         "`io_bandwidth` is too large|at most 9,000,000,000,000|"},
        {byte_rate, "io_bandwidth", "9000000001 TB/s",
         "`io_bandwidth` is too large|at most 9,000,000,000 TB/s|"},
        {number, "tpp", "1e6", "`tpp` has an exponent|write the number out, as in 26900|"},
        {area, "die_area", "8.14E+2 mm2",
         "`die_area` has an exponent|write the number out, as in 26900|"},
        {number, "tpp", "26,900", "`tpp` has a comma|write \"26900\"|"},
        {number, "tpp", "1,234,567.5", "`tpp` has a comma|write \"1234567.5\"|"},
        {area, "die_area", "814,5 mm2", "`die_area` has a comma|write \"814.5 mm2\"|"},
        {area, "die_area", "1,2,3 mm2",
         "`die_area` is not a number|write digits, as in 26900 or 5.92|"},
        {number, "tpp", "1.2.3", "`tpp` is not a number|write digits, as in 26900 or 5.92|"},
        {number, "tpp", "5.", "`tpp` is not a number|write digits, as in 26900 or 5.92|"},
        {number, "tpp", "0.0000001", "`tpp` has more than six decimal places|write at most six|"},
        {capacity, "cache", "50 MiB",
         "`cache` is finer than 0.000001 GB, the smallest step|expected a whole number of "
         "steps|write "
         "\"0.052429 GB\""},
        {byte_rate, "x", "0.5 kB/s",
         "`x` is finer than 0.000001 GB/s, the smallest step|expected a whole number of "
         "steps|write "
         "\"0.000001 GB/s\""},
        {byte_rate, "x", "0.1 kB/s",
         "`x` is finer than 0.000001 GB/s, the smallest step|expected a whole number of steps|"},
        {money, "price", "$30000",
         "`price` does not start with a number|expected an amount of money, as in \"30000 USD\"|"},
        {number, "quantity", "many",
         "`quantity` does not start with a number|expected a plain number, as in \"2368\"|"},
    };
    expect_wrong(rows);
}

TEST(Quantity, ProblemsWithoutAName) {
    EXPECT_EQ(shown(parse_quantity("-5 mm2").error()), "`-5 mm2` is negative|expected 0 or more|");
    EXPECT_EQ(shown(parse_quantity("5 mm3").error()),
              "`5 mm3` has an unknown unit, `mm3`||did you mean `mm2`?");
    EXPECT_EQ(shown(parse_quantity("").error()),
              "the quantity is empty|expected a number and a unit, as in \"814 mm2\"|");
}

TEST(Range, Parses) {
    struct Row {
        Dimension wanted;
        const char *text, *printed;
    };
    const Row rows[] = {
        {area, "600..800 mm2", "600..800 mm2"},
        {area, "600 mm2..800 mm2", "600..800 mm2"},
        {area, " 600 .. 800mm2 ", "600..800 mm2"},
        {area, ">= 600 mm2", "at least 600 mm2"},
        {area, ">=600mm2", "at least 600 mm2"},
        {area, "814 mm2", "814 mm2"},
        {area, "814..814 mm2", "814 mm2"},
        {number, "1600..4800", "1600..4800"},
        {number, ">= 0", "at least 0"},
        {capacity, "96 GB..1.5 TB", "96..1500 GB"},
        {byte_rate, "4..4.8 TB/s", "4000..4800 GB/s"},
        {percent, "0..50 %", "0..50 %"},
    };
    for (const Row& row : rows) {
        const auto found = parse_range_as(row.wanted, "x", row.text);
        ASSERT_TRUE(found) << row.text << ": " << shown(found.error());
        EXPECT_EQ(to_string(*found, row.wanted), row.printed) << row.text;
    }
    EXPECT_EQ(parse_range_as(area, "x", ">= 600 mm2")->hi, Decimal::largest());
}

TEST(Range, SaysWhatIsWrong) {
    struct Row {
        Dimension wanted;
        const char *text, *problem;
    };
    const Row rows[] = {
        {area, "800..600 mm2",
         "`die_area` runs down, from 800 mm2 to 600 mm2|write \"600..800 mm2\"|"},
        {capacity, "900 GB..0.5 TB",
         "`die_area` runs down, from 900 GB to 500 GB|write \"500..900 GB\"|"},
        {area, "600..800", "`die_area` needs a unit|write \"600..800 mm2\"|"},
        {area, "600 mm2..800", "`die_area` needs a unit|write \"600..800 mm2\"|"},
        {byte_rate, "4..5",
         "`die_area` needs a unit|write \"4..5 GB/s\" (bytes) or \"4..5 Gb/s\" (bits); they differ "
         "8-fold|"},
        {area, "600 W..800 mm2",
         "`die_area` is an area, found a power|expected an area, as in \"600 mm2\"|"},
        {area, "600..800 W",
         "`die_area` is an area, found a power|expected an area, as in \"800 mm2\"|"},
        {area, "-1..800 mm2", "`die_area` is negative|expected 0 or more|"},
        {area, "600..inf mm2",
         "`die_area` is infinite|an end that is open is written as in \">= 600 mm2\"|"},
        {area, ">= 600", "`die_area` needs a unit|write \">= 600 mm2\"|"},
        {area, ">= -1 mm2", "`die_area` is negative|expected 0 or more|"},
        {area, "> 600 mm2", "`die_area` leaves out its lower end|write \">= 600 mm2\"|"},
        {area, "<= 800 mm2", "`die_area` has no lower end|write \"0..800 mm2\"|"},
        {area, "< 800 mm2", "`die_area` has no lower end|write \"0..800 mm2\"|"},
        {area, "..800 mm2", "`die_area` has no lower end|write \"0..800 mm2\"|"},
        {area, "600 mm2..", "`die_area` has no upper end|write \">= 600 mm2\"|"},
        {area, "..", "`die_area` is empty|expected an area, as in \"814 mm2\"|"},
        {area, "", "`die_area` is empty|expected an area, as in \"814 mm2\"|"},
        {area, "1..2..3 mm2", "`die_area` is not a number|write digits, as in 26900 or 5.92|"},
        {area, "600...800 mm2", "`die_area` is not a number|write digits, as in 26900 or 5.92|"},
    };
    for (const Row& row : rows) {
        const auto found = parse_range_as(row.wanted, "die_area", row.text);
        ASSERT_FALSE(found) << row.text;
        EXPECT_EQ(shown(found.error()), row.problem) << row.text;
    }
}

TEST(Quantity, PrintsGrouped) {
    EXPECT_EQ(to_string(Decimal{16000}, number, true), "16,000");
    EXPECT_EQ(to_string(Range{Decimal{1600}, Decimal{30000}}, money, true), "1,600..30,000 USD");
    EXPECT_EQ(to_string(Range{Decimal{1600}, Decimal::largest()}, number, true), "at least 1,600");
}

}  // namespace
}  // namespace sluice::quantity
