// CHECK: what must hold unless the program itself is wrong. Always on, in every build.
//
//   CHECK(lo <= hi, lo, hi);
//   internal error: `lo <= hi` does not hold (lo, hi = 8, 3) at src/law/compile.cc:41
//
// Input that a user wrote is never CHECKed; it gets a Diagnostic. A failed CHECK calls
// std::abort. A door that promises exit status 70 for "our bug" calls exit_70_on_abort() first.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace sluice::text {

[[noreturn]] void check_failed(const char* condition, const char* names, const std::string& values,
                               const char* file, int line);

// From now on std::abort ends the process with status 70, after what was printed.
void exit_70_on_abort();

template <class T>
std::string printed_for_check(const T& value) {
    if constexpr (std::convertible_to<const T&, std::string_view>) {
        return std::string{std::string_view{value}};
    } else if constexpr (std::is_enum_v<T>) {
        return std::to_string(static_cast<long long>(value));
    } else {
        using std::to_string;
        if constexpr (requires { to_string(value); }) return std::string{to_string(value)};
        return "?";
    }
}

template <class... T>
std::string printed_for_check_all(const T&... values) {
    std::string all;
    ((all += all.empty() ? "" : ", ", all += printed_for_check(values)), ...);
    return all;
}

}  // namespace sluice::text

// The only macro: it needs the text of the condition and evaluates the values only on failure.
#define CHECK(condition, ...)                    \
    ((condition) ? static_cast<void>(0)          \
                 : ::sluice::text::check_failed( \
                       #condition, #__VA_ARGS__, \
                       ::sluice::text::printed_for_check_all(__VA_ARGS__), __FILE__, __LINE__))
