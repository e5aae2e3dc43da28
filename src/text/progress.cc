#include "text/progress.h"

#include <unistd.h>

#include <utility>

#include "text/table.h"

namespace sluice::text {

Progress::Progress(std::string what, std::FILE* out)
    : what_{std::move(what)}, out_{out}, terminal_{::isatty(::fileno(out)) == 1} {}

Progress::~Progress() {
    if (written_) std::fputs("\r\x1b[K", out_);
}

void Progress::write(std::uint64_t done) {
    const std::string line = "\r" + group_thousands(std::to_string(done)) + " " + what_;
    std::fputs(line.c_str(), out_);
    std::fflush(out_);
    written_ = true;
}

}  // namespace sluice::text
