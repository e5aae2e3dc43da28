#include "text/hash.h"

#include <gtest/gtest.h>

#include "text/check.h"

namespace sluice::text {
namespace {

std::string sha256(std::string_view bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

// FIPS 180-2, appendix B.
TEST(Sha256, KnownAnswers) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, InPieces) {
    Sha256 hash;
    hash.add("a");
    EXPECT_EQ(hash.hex(), sha256("a"));
    hash.add("bc");
    EXPECT_EQ(hash.hex(), sha256("abc"));
}

TEST(Sha256, FilesAreFramed) {
    const auto of = [](std::string_view name_1, std::string_view bytes_1, std::string_view name_2,
                       std::string_view bytes_2) {
        Sha256 hash;
        hash.add_file(name_1, bytes_1);
        hash.add_file(name_2, bytes_2);
        return hash.hex();
    };
    const std::string base = of("a", "xy", "b", "z");
    EXPECT_EQ(base, of("a", "xy", "b", "z"));
    EXPECT_NE(base, of("a", "x", "b", "yz"));
    EXPECT_NE(base, of("b", "xy", "a", "z"));
    EXPECT_NE(base, of("axy", "", "b", "z"));
}

TEST(Check, PrintsConditionAndPlace) {
    const int lo = 8;
    EXPECT_DEATH(CHECK(lo == 0), "internal error: `lo == 0` does not hold at .*hash_test.cc:");
    CHECK(lo == 8);
}

TEST(Check, ExitStatus70AtADoor) {
    EXPECT_EXIT(
        {
            exit_70_on_abort();
            CHECK(1 + 1 == 3);
        },
        testing::ExitedWithCode(70), "1 \\+ 1 == 3");
}

}  // namespace
}  // namespace sluice::text
