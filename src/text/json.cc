#include "text/json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "text/check.h"
#include "text/utf8.h"

namespace sluice::text {

void JsonWriter::newline() {
    if (indent_ == 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(indent_) * static_cast<std::size_t>(depth_), ' ');
}

void JsonWriter::separate() {
    if (std::exchange(after_key_, false)) return;
    if (!first_) out_ += ',';
    if (depth_ > 0) newline();
    first_ = false;
}

void JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    ++depth_;
    first_ = true;
}

void JsonWriter::close(char bracket) {
    CHECK(depth_ > 0 && !after_key_);
    --depth_;
    if (!first_) newline();
    out_ += bracket;
    first_ = false;
}

void JsonWriter::key(std::string_view name) {
    CHECK(depth_ > 0 && !after_key_);
    string(name);
    out_ += indent_ == 0 ? ":" : ": ";
    after_key_ = true;
}

void JsonWriter::string(std::string_view value) {
    separate();
    out_ += '"';
    while (!value.empty()) {
        const char c = value.front();
        const CodePoint point = first_code_point(value);
        if (c == '"' || c == '\\') {
            out_ += '\\';
            out_ += c;
        } else if (c == '\n') {
            out_ += "\\n";
        } else if (c == '\t') {
            out_ += "\\t";
        } else if (point.value < 0x20 || point.value == 0x7F) {
            out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(point.value));
        } else {
            out_ += point.valid ? value.substr(0, point.size) : replacement_utf8;
        }
        value.remove_prefix(point.size);
    }
    out_ += '"';
}

void JsonWriter::null() { literal("null"); }

void JsonWriter::number(double value) {
    if (!std::isfinite(value)) return null();
    // Plain digits where people read them; an exponent only where digits would be mostly zeros.
    const double size = std::fabs(value);
    const bool plain = value == 0 || (size >= 1e-6 && size < 1e15);
    std::array<char, 64> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value,
                      plain ? std::chars_format::fixed : std::chars_format::scientific);
    CHECK(error == std::errc{});
    literal({digits.data(), end});
}

void JsonWriter::literal(std::string_view number) {
    separate();
    out_ += number;
}

void JsonWriter::field_or_null(std::string_view name, std::string_view text) {
    key(name);
    text.empty() ? null() : string(text);
}

}  // namespace sluice::text
