// Letters and blanks of ASCII; other bytes stay as they are.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace sluice::text {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view s) {
    std::string out{s};
    std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
    return out;
}

// Without blanks and tabs at both ends.
constexpr std::string_view trimmed(std::string_view s) {
    s.remove_prefix(std::min(s.find_first_not_of(" \t"), s.size()));
    return s.substr(0, s.find_last_not_of(" \t") + 1);
}

// Takes the text before the next `end`, or all of it, off the front, and the `end` with it.
constexpr std::string_view take_until(std::string_view& s, char end) {
    const std::size_t at = std::min(s.find(end), s.size());
    const std::string_view part = s.substr(0, at);
    s.remove_prefix(std::min(at + 1, s.size()));
    return part;
}

}  // namespace sluice::text
