// UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace sluice::text {

inline constexpr char32_t replacement_character = 0xFFFD;
inline constexpr std::string_view replacement_utf8 = "\xEF\xBF\xBD";

struct CodePoint {
    char32_t value = replacement_character;
    std::size_t size = 1;  // bytes
    bool valid = false;    // when not, the byte stands alone for U+FFFD
};

// The code point at the front. Requires: !bytes.empty().
constexpr CodePoint first_code_point(std::string_view bytes) {
    const auto byte = [&](std::size_t i) {
        return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned b = byte(0);
    if (b < 0x80) return {.value = b, .size = 1, .valid = true};
    if (b >= 0xC2 && b <= 0xDF && continues(1))
        return {.value = (b & 0x1F) << 6 | (byte(1) & 0x3F), .size = 2, .valid = true};
    if (b >= 0xE0 && b <= 0xEF && continues(1) && continues(2)) {
        const char32_t value = (b & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
        if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF))
            return {.value = value, .size = 3, .valid = true};
    }
    if (b >= 0xF0 && b <= 0xF4 && continues(1) && continues(2) && continues(3)) {
        const char32_t value =
            (b & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
        if (value >= 0x10000 && value <= 0x10FFFF)
            return {.value = value, .size = 4, .valid = true};
    }
    return {};
}

// Code points that a terminal obeys or that reorder what is shown: controls and bidirectional
// overrides. Printing them from somebody's file would let it rewrite our messages.
constexpr bool unprintable(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

}  // namespace sluice::text
