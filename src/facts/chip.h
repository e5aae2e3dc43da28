// Chips: one accelerator package each, as its maker and others describe it.
//
// data/chips/<vendor>.toml holds one file a vendor. Every value carries its unit and inherits
// source, date and confidence from its chip unless it states its own:
//
//   [[chip]]
//   id = "nvidia-h20-sxm-96gb"
//   name = "H20 SXM 96GB"
//   aliases = ["H20"]
//   source = ["https://…", "https://…"]   date = 2026-11-01   confidence = "secondary"
//   die_area = { value = "814 mm2", note = "same die as H100; dark silicon counts" }
//   memory_bandwidth = "4000 GB/s"
//   rate = { bf16 = "148 TFLOPS", fp8 = "296 TFLOPS", int8 = "296 TOPS" }   # dense, per package
//
// A key that is left out is unknown. "none" says that the thing does not exist. A dispute is a
// range with the source of both ends, `low` and `high`; `prefer` names the figure trusted most:
//
//   [chip.die_area]
//   value = "456..624 mm2"
//   prefer = "624 mm2"
//   low = { source = "https://…", note = "compute die alone" }
//   high = { source = "https://…", note = "with the I/O die" }
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facts/fact.h"
#include "quantity/date.h"
#include "quantity/unit.h"
#include "text/diagnostic.h"

namespace sluice::facts {

// Number formats, widest input first; the enumerators are spelled as in data and JSON.
enum class Format : std::uint8_t {
    fp64,
    fp64_tensor,
    fp32,
    tf32,
    bf16,
    fp8,
    int8,
    fp6,
    fp4,
    int4,
};
inline constexpr std::size_t format_count = 10;
std::string_view to_string(Format format);
// Bit length of the multiply's larger input, as Note 1.c to 3A090 counts it. TF32 counts 32 by its
// storage but is left out of TPP (see tpp_of).
int bits_of(Format format);

enum class Confidence : std::uint8_t { vendor_datasheet, secondary, estimate };
inline constexpr std::array<std::string_view, 3> confidence_names = {"vendor_datasheet",
                                                                     "secondary", "estimate"};
constexpr std::string_view to_string(Confidence confidence) {
    return confidence_names[static_cast<std::size_t>(confidence)];
}

struct Provenance {
    std::vector<std::string> sources{};  // never empty for a known value
    std::string date{};                  // of the reading: "2026-11" or a full day
    Confidence confidence = Confidence::estimate;
    std::string note{};
};

// A measured or printed quantity: exact, disputed (a range), absent, or unknown.
struct Measured {
    Value value{};      // millionths of the dimension's canonical unit
    Value preferred{};  // the figure trusted most: `value` itself when exact
    quantity::Dimension dimension = quantity::Dimension::number;
    Provenance provenance{};               // of the value, or of the range's low end
    std::optional<Provenance> high_end{};  // of the range's high end
};

struct Chip {
    std::string id{};
    std::string name{};
    std::vector<std::string> aliases{};
    std::int32_t vendor = -1;  // party code in World::parties
    std::string family{};      // "Hopper GH100"
    std::string launched{};    // "2023-11-09", "2022-11", "" when unknown
    std::string process_node{};
    std::string foundry{};
    Measured die_area{};  // applicable: non-planar logic dies, all in the package
    Measured transistor_count{};
    std::array<Measured, format_count> rate{};  // dense peak, per package
    std::string memory_type{};
    Measured memory_capacity{};
    Measured memory_bandwidth{};
    Measured cache{};            // last level; all memory of a chip without DRAM
    Measured cache_bandwidth{};  // where it is the memory of a chip without DRAM
    Measured unit_count{};       // SM, CU, core
    Measured boost_clock{};
    std::string interconnect{};
    Measured scaleup_bandwidth{};  // both directions, all scale-up links
    Measured pcie_bandwidth{};     // both directions
    Measured power{};
    std::string form_factor{};
    Value marketed_for_datacentre{};
    Provenance marketed_provenance{};
    Measured price{};
    std::string note{};
    text::Location where{};  // of its id, for messages
};

// One term of a TPP: rate x bits for a format.
struct TppTerm {
    Format format;
    Value rate;  // TOPS
    int bits;
    Value product;  // may be a range; unknown when the rate is
    bool counted;   // false for TF32, with `why`
    std::string_view why;
};

// TPP = 2 x MacTOPS x bit length = dense TOPS x bit length, the maximum over formats (15 CFR 774
// Supp. 1, 3A090 Technical Notes 1-3). Unknown only when every rate is unknown; formats nobody
// published do not make a published maximum unknown. `formats` lists every term for the derivation.
struct Tpp {
    Value value{};
    std::optional<Format> format{};  // that sets the (lower end of the) maximum
    std::vector<TppTerm> terms{};
};
Tpp tpp_of(const Chip& chip);

// io_bandwidth = scale-up links + PCIe, both directions (3A090 of 2022: all inputs and outputs but
// volatile memory). Unknown scale-up with known PCIe gives a range without upper bound.
Value io_bandwidth_of(const Chip& chip);

// TPP / die area with three places, for display: rules compare TPP with multiples of the area.
Value performance_density(const Value& tpp, const Value& die_area);

}  // namespace sluice::facts
