// Any bytes as a user's own chip file: loading ends in a chip or in problems that print.
// Seeds: fuzz/corpus/chip
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "facts/world.h"
#include "text/diagnostic.h"
#include "text/file.h"

namespace {

const sluice::facts::World& world() {
    static const auto loaded = sluice::facts::load(SLUICE_SOURCE_DIR "/data");
    if (loaded) return *loaded;
    std::fputs(sluice::text::render(loaded.error()).c_str(), stderr);
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const int file = memfd_create("chip", 0);
    if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
    const auto chip =
        sluice::facts::load_own_chip(world(), "/proc/self/fd/" + std::to_string(file));
    close(file);
    if (chip) return 0;
    if (chip.error().empty()) std::abort();
    const auto text = sluice::text::render(chip.error());
    if (sluice::text::first_invalid_utf8(text) != std::string::npos) std::abort();
    return 0;
}
