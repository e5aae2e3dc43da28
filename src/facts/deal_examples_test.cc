// examples/*.toml against data/: what the README shows must at least be a deal.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "facts/deal.h"
#include "text/file.h"

namespace sluice::facts {
namespace {

TEST(Examples, EveryExampleResolvesWithNothingLeftToAssume) {
    const std::filesystem::path source_dir = SLUICE_SOURCE_DIR;
    const auto world = load(source_dir / "data");
    ASSERT_TRUE(world) << text::render(world.error());
    const auto files = text::files_in(source_dir / "examples", ".toml");
    EXPECT_GE(files.size(), 14U);
    for (const auto& file : files) {
        if (file.parent_path().filename() != "examples") continue;  // no deal
        SCOPED_TRACE(file.filename().string());
        const auto toml = text::read_text(file);
        ASSERT_TRUE(toml);
        EXPECT_TRUE(toml->starts_with("# Expected: "));
        const auto deal = read_deal(file);
        ASSERT_TRUE(deal) << text::render(deal.error());
        const auto the_case = resolve(*world, *deal);
        ASSERT_TRUE(the_case) << text::render(the_case.error());
        for (const FactId fact : {FactId::headquarters, FactId::parent_headquarters, FactId::seller,
                                  FactId::end_use, FactId::act, FactId::from, FactId::quantity}) {
            EXPECT_NE((*the_case)[fact].known, Known::unknown) << info(fact).name;
        }
        EXPECT_GE((*the_case)[FactId::seller].lo, 0) << "a seller that data know by name";
    }
}

}  // namespace
}  // namespace sluice::facts
