// What a user asks of a service: so many tokens in, so many out, at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace sluice::run {

struct Request {
    double arrival = 0;         // s from the beginning of the trace
    std::uint32_t input = 0;    // tokens of the prompt, at least 1
    std::uint32_t output = 1;   // tokens generated, at least 1
    std::int32_t priority = 0;  // less goes first
    // Content of the prompt, a block of Trace::block_tokens each but the last, which may be
    // shorter; equal beginnings of two requests are equal prompts. Empty: nothing is shared.
    std::vector<std::uint64_t> blocks{};
};

// The next request into its place, by time of arrival; false at the end.
using Requests = std::move_only_function<bool(Request&)>;

}  // namespace sluice::run
