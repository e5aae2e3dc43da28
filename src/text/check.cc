#include "text/check.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace sluice::text {

void check_failed(const char* condition, const char* file, int line) {
    std::fflush(stdout);
    std::fprintf(stderr, "internal error: `%s` does not hold at %s:%d\n", condition, file, line);
    std::fflush(stderr);
    std::abort();
}

void exit_70_on_abort() {
    // _exit is safe inside a signal handler; exit is not.
    std::signal(SIGABRT, [](int) { _exit(70); });
}

}  // namespace sluice::text
