#include "text/check.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace sluice::text {

void check_failed(const char* condition, const char* names, const std::string& values,
                  const char* file, int line) {
    std::fflush(stdout);
    if (values.empty()) {
        std::fprintf(stderr, "internal error: `%s` does not hold at %s:%d\n", condition, file,
                     line);
    } else {
        std::fprintf(stderr, "internal error: `%s` does not hold (%s = %s) at %s:%d\n", condition,
                     names, values.c_str(), file, line);
    }
    std::fflush(stderr);
    std::abort();
}

void exit_70_on_abort() {
    // _exit is safe inside a signal handler; exit is not.
    std::signal(SIGABRT, [](int) { _exit(70); });
}

}  // namespace sluice::text
