// Any bytes as a deal: reading and resolving end in a case or in problems that print.
// Seeds: fuzz/corpus/deal examples
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "facts/deal.h"
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

// A refusal says why, in text that can be printed.
void expect_reasons(const sluice::text::Diagnostics& problems) {
    if (problems.empty()) std::abort();
    const auto text = sluice::text::render(problems);
    if (sluice::text::first_invalid_utf8(text) != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto text = sluice::text::checked_text("deal.toml", std::string(bytes));
    if (!text) return expect_reasons(text.error()), 0;
    const auto deal = sluice::facts::parse_deal("deal.toml", *text);
    if (!deal) return expect_reasons(deal.error()), 0;
    const auto resolved = sluice::facts::resolve(world(), *deal);
    if (!resolved) expect_reasons(resolved.error());
    return 0;
}
