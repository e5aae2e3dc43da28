// Any bytes as a .law file: parsing and linking end in provisions or in problems that print. What
// parses prints in a layout that parses to the same and prints the same; what links can be linted.
// Seeds: fuzz/corpus/law data/law
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "facts/world.h"
#include "law/format.h"
#include "law/lawbook.h"
#include "law/lint.h"
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
    const auto text = sluice::text::checked_text("fuzz.law", std::string(bytes));
    if (!text) return expect_reasons(text.error()), 0;
    auto provisions = sluice::law::parse_law(world(), "fuzz.law", *text);
    if (!provisions) return expect_reasons(provisions.error()), 0;
    const auto once = sluice::law::format_law(world(), *provisions);
    const auto again = sluice::law::parse_law(world(), "fuzz.law", once);
    if (!again || sluice::law::format_law(world(), *again) != once) {
        std::fprintf(stderr, "not stable:\n%s", once.c_str());
        if (!again) std::fputs(sluice::text::render(again.error()).c_str(), stderr);
        std::abort();
    }
    sluice::law::Lawbook book;
    book.provisions = std::move(*provisions);
    std::ranges::sort(book.provisions, {}, &sluice::law::Provision::id);
    const auto problems = sluice::law::link(book);
    if (!problems.empty()) return expect_reasons(problems), 0;
    sluice::text::render(sluice::law::lint(book));
    return 0;
}
