// Fabrics: what joins chips, and how chips are sold in nodes.
//
// data/fabrics/*.toml. Bandwidths are bytes a second in ONE direction of one chip, as a collective
// sees them. A fabric that states no scale-up bandwidth takes half of its chip's scaleup_bandwidth,
// which counts both directions.
#pragma once

#include <filesystem>

#include <string>
#include <string_view>
#include <vector>

#include "text/diagnostic.h"

namespace sluice::facts {

struct Link {
    double bandwidth = 0;   // byte/s, one direction, one chip; 0: the chip's own links
    double latency = 0;     // s, one hop, zero-byte message
    double efficiency = 1;  // share of bandwidth that large collectives reach
};

struct Fabric {
    std::string id{};  // "hgx-h100"
    std::string name{};
    std::vector<std::string> chips{};  // chip ids sold this way
    int domain = 1;                    // chips joined by `scale_up`
    Link scale_up{};
    Link scale_out{};
    double host_power = 0;  // W per chip for CPUs, NICs, fans, beside the chips themselves
    std::vector<std::string> sources{};
};

// Reads dir/*.toml: every problem of every file at once.
text::Result<std::vector<Fabric>> load_fabrics(const std::filesystem::path& dir);

// The first fabric that a chip is sold in; nullptr for none.
const Fabric* fabric_of(const std::vector<Fabric>& fabrics, std::string_view chip);

}  // namespace sluice::facts
