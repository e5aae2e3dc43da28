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

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::text {

class JsonWriter {
public:
    // indent 0 writes one line.
    explicit JsonWriter(int indent = 2) : indent_(indent) {}

    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);

    void string(std::string_view value);
    void boolean(bool value);
    void null();
    void integer(std::int64_t value);
    void number(double value);  // shortest text that reads back the same; not finite: null
    void literal(std::string_view number);  // a number already printed, such as a Decimal

    void field(std::string_view name, std::string_view value) {
        key(name);
        string(value);
    }
    void field(std::string_view name, const char* value) {
        key(name);
        string(value);
    }
    void field(std::string_view name, bool value) {
        key(name);
        boolean(value);
    }
    void field(std::string_view name, int value) {
        key(name);
        integer(value);
    }
    void field(std::string_view name, std::int64_t value) {
        key(name);
        integer(value);
    }
    void field(std::string_view name, double value) {
        key(name);
        number(value);
    }
    // null when empty
    void field_or_null(std::string_view name, std::string_view value);

    const std::string& text() const { return out_; }

private:
    void separate();
    void newline();

    std::string out_;
    int indent_;
    int depth_ = 0;
    bool first_ = true;
    bool after_key_ = false;
};

}  // namespace sluice::text
