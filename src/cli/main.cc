#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cli/door.h"
#include "text/check.h"

int main(int count, char** words) {
    using namespace sluice::cli;
    sluice::text::exit_70_on_abort();
    try {
        Surroundings around;
        around.out_is_terminal = isatty(STDOUT_FILENO) == 1;
        around.err_is_terminal = isatty(STDERR_FILENO) == 1;
        const char* no_color = std::getenv("NO_COLOR");
        around.no_color = no_color && *no_color;
        if (const char* data = std::getenv("SLUICE_DATA")) around.data = data;
        std::error_code failed;
        around.program = std::filesystem::read_symlink("/proc/self/exe", failed);
        const int status = run({words + std::min(count, 1), words + count}, around);
        // A full disk or a closed pipe is an error too.
        if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
            std::perror("error: cannot write to standard output");
            return static_cast<int>(Exit::input);
        }
        return status;
    } catch (const std::exception& bug) {
        std::fprintf(stderr, "error: sluice has a bug: %s\nhint: please report the command\n",
                     bug.what());
        return static_cast<int>(Exit::bug);
    }
}
