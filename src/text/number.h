// Numbers of files and of the command line, as std::from_chars reads them: no blanks, no locale.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace sluice::text {

template <class Number>
struct LeadingNumber {
    Number value{};
    std::string_view rest{};  // what follows it: " us"
};

// The number at the front of a text; nullopt when there is none.
template <class Number>
std::optional<LeadingNumber<Number>> leading_number(std::string_view s) {
    Number value{};
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
    if (error != std::errc{}) return std::nullopt;
    return LeadingNumber<Number>{value, s.substr(static_cast<std::size_t>(end - s.data()))};
}

// The number that a text is; nullopt when it is anything else or more.
template <class Number>
std::optional<Number> parse_number(std::string_view s) {
    const auto found = leading_number<Number>(s);
    return found && found->rest.empty() ? std::optional(found->value) : std::nullopt;
}

}  // namespace sluice::text
