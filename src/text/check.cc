#include "text/check.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace sluice::text {

void check_failed(const char* condition, const char* names, const std::string& values,
                  const char* file, int line) {
    std::fflush(stdout);
    const std::string held = values.empty() ? "" : " (" + std::string(names) + " = " + values + ")";
    std::fprintf(stderr, "internal error: `%s` does not hold%s at %s:%d\n", condition, held.c_str(),
                 file, line);
    std::fflush(stderr);
    std::abort();
}

void exit_70_on_abort() {
    // _exit is safe inside a signal handler; exit is not.
    std::signal(SIGABRT, [](int) { _exit(70); });
}

}  // namespace sluice::text
