// JSON out. Keys keep the order in which they are written, numbers are written as given, and the
// result is always valid UTF-8 JSON.
//
//   auto text = json_object([&](JsonWriter& json) {
//       json.field("outcome", law::Outcome::licence_required);
//       json.objects("missing", missing, [](JsonWriter& one, const MissingFact& m) { … });
//   });
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

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
    void null();
    void number(double value);  // shortest text that reads back the same; not finite: null
    void literal(std::string_view number);  // a number already printed, such as a Decimal

    // Text, a number, yes or no; the name of what has one (an enumerator, a day); null for an
    // optional without a value; a list of these.
    template <class T>
    void value(const T& v) {
        if constexpr (std::same_as<T, bool>)
            literal(v ? "true" : "false");
        else if constexpr (std::integral<T>)
            literal(std::to_string(v));
        else if constexpr (std::floating_point<T>)
            number(v);
        else if constexpr (std::convertible_to<const T&, std::string_view>)
            string(v);
        else if constexpr (requires { to_string(v); })
            string(to_string(v));
        else if constexpr (requires { v.has_value(); })
            v ? value(*v) : null();
        else
            array(v, [this](const auto& one) { this->value(one); });
    }
    template <class T>
    void field(std::string_view name, const T& v) {
        key(name);
        value(v);
    }
    // null when empty
    void field_or_null(std::string_view name, std::string_view text);

    // `write` writes one row, the members of an object, or each row's members (told the writer when
    // it asks for it).
    template <class Rows, class Write>
    void array(Rows&& rows, Write write) {
        begin_array();
        for (const auto& row : rows) write(row);
        end_array();
    }
    template <class Write>
    void object(std::string_view name, Write write) {
        key(name);
        begin_object();
        write();
        end_object();
    }
    template <class Rows, class Write>
    void objects(std::string_view name, Rows&& rows, Write write) {
        key(name);
        array(rows, [&](const auto& row) {
            begin_object();
            if constexpr (std::is_invocable_v<Write&, JsonWriter&, decltype(row)>)
                write(*this, row);
            else
                write(row);
            end_object();
        });
    }

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

// A document: the object whose members `write` writes, and a line end.
template <class Write>
std::string json_object(Write write) {
    JsonWriter json;
    json.begin_object();
    write(json);
    json.end_object();
    return json.text() + "\n";
}

}  // namespace sluice::text
