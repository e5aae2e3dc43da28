// CHECK: what must hold unless the program itself is wrong. Always on, in every build.
//
//   CHECK(lo <= hi);
//   internal error: `lo <= hi` does not hold at src/law/compile.cc:41
//
// Input that a user wrote is never CHECKed; it gets a Diagnostic. A failed CHECK calls
// std::abort. A door that promises exit status 70 for "our bug" calls exit_70_on_abort() first.
#pragma once

namespace sluice::text {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

// From now on std::abort ends the process with status 70, after what was printed.
void exit_70_on_abort();

}  // namespace sluice::text

// The only macro: it needs the text of the condition.
#define CHECK(condition)                \
    ((condition) ? static_cast<void>(0) \
                 : ::sluice::text::check_failed(#condition, __FILE__, __LINE__))
