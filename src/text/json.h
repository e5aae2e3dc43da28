// JSON out. Keys keep the order in which they are written, numbers are written as given, and the
// result is always valid UTF-8 JSON.
//
//   JsonWriter json;
//   json.begin_object();
//   json.field("outcome", "licence_required");
//   json.key("missing"); json.begin_array(); json.end_array();
//   json.end_object();
//   puts(json.text().c_str());
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::text {

class JsonWriter {
public:
    // indent 0 writes one line.
    explicit JsonWriter(int indent = 2) : indent_(indent) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    void key(std::string_view name);

    void string(std::string_view value);
    void boolean(bool value);
    void null();
    void integer(std::int64_t value);
    void number(double value);  // shortest text that reads back the same; not finite: null
    void literal(std::string_view number);  // a number already printed, such as a Decimal

    template <class T>
    void field(std::string_view name, const T& value) {
        key(name);
        if constexpr (std::same_as<T, bool>)
            boolean(value);
        else if constexpr (std::integral<T>)
            integer(value);
        else if constexpr (std::floating_point<T>)
            number(value);
        else
            string(value);
    }
    // null when empty
    void field_or_null(std::string_view name, std::string_view value);

    const std::string& text() const { return out_; }

private:
    void open(char bracket);
    void close(char bracket);
    void separate();
    void newline();

    std::string out_;
    int indent_;
    int depth_ = 0;
    bool first_ = true;
    bool after_key_ = false;
};

}  // namespace sluice::text
