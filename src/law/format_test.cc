#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "law/format.h"
#include "law/lawbook.h"
#include "law/small_world_test.h"
#include "text/diagnostic.h"
#include "text/file.h"

namespace sluice::law {
namespace {

std::string formatted(const facts::World& world, std::string_view name, std::string_view text) {
    const auto parsed = parse_law(world, name, text);
    EXPECT_TRUE(parsed) << text::render(parsed.error());
    return parsed ? format_law(world, *parsed) : std::string{};
}

constexpr std::string_view untidy = R"(# The head of the file.

# Above the provision.
provision us.test "Title" kind requirement # a kind
at "15 CFR 742.6"
version published 2023-10-25 effective 2023-11-17 # dates
source "88 FR 73458" url
"https://www.federalregister.gov/documents/2023/10/25/2023-23055/implementation"
confidence primary
text "A text that is longer than a line of a hundred columns and so has to be broken
at a blank into two."
condition supply "Enough at home." when share_of_us_shipments<=50%
# above the limb
limb a.1 when tpp>=4_800 and(has_hbm or advanced_node) # beside it
except note-2 when not act in{export,reexport} and destination in (D:4+D:5)-(A:5+supp5a)
and tpp >= 5.92*die_area
ambiguity when always "Short."
then licence_required
case "one" on 2024-01-02 tpp 2_000 , memory_bandwidth 1..2   TB/s,not has_hbm,destination CN,
seller nvidia => unknown ask die_area
# after the case
provision us.other "Other" kind watch at "H.R. 1"
version published 2023-10-25 effective 2023-11-17 repealed source "x" confidence memory
# the end
)";

constexpr std::string_view tidy = R"(# The head of the file.

# Above the provision.
# a kind
provision us.test "Title"
  kind requirement
  at "15 CFR 742.6"

  # dates
  version published 2023-10-25 effective 2023-11-17
    source "88 FR 73458"
    url "https://www.federalregister.gov/documents/2023/10/25/2023-23055/implementation"
    confidence primary
    text "A text that is longer than a line of a hundred columns and so has to be broken at a blank
          into two."
    # above the limb
    # beside it
    limb a.1 when tpp >= 4800 and (has_hbm or advanced_node)
    except note-2 when not act in {export, reexport} and destination in D:4 + D:5 - (A:5 + supp5a)
        and tpp >= 5.92 * die_area
    ambiguity when always "Short."
    condition supply "Enough at home."
      when share_of_us_shipments <= 50 %
    then licence_required

  case "one" on 2024-01-02 tpp 2_000, memory_bandwidth 1..2 TB/s, not has_hbm, destination CN,
      seller nvidia => unknown ask die_area

# after the case
provision us.other "Other"
  kind watch
  at "H.R. 1"

  version published 2023-10-25 effective 2023-11-17 repealed
    source "x"
    confidence memory

# the end
)";

TEST(FormatLaw, SetsTheOneLayout) {
    const auto world = small_world();
    EXPECT_EQ(formatted(world, "x.law", untidy), tidy);
    EXPECT_EQ(formatted(world, "x.law", tidy), tidy);
}

TEST(FormatLaw, KeepsStringsAndSpecialFields) {
    constexpr std::string_view text = R"(provision us.nac "A \"quoted\" \\ title"
  kind exception
  at "15 CFR 740.8"
  code "NAC"
  aes "C67"
  addressee only
  for us.a, us.b

  version published 2023-10-25 released 2023-10-17 effective 2023-11-17 compliance 2023-12-01
      until 2025-01-01 scheduled
    source "88 FR 73458" url "https://a.example/b"
    confidence primary
    text " Blanks at both ends "
    met when always
    unclear when seller in list approved_designers
      "A reason that is so long that it does not fit beside its condition on one line of the file."

  stayed published 2025-11-12 from 2025-11-10 until 2026-11-09 unless extended
    source "90 FR 50857"
    text "Stayed."

  posture published 2025-05-13 effective 2025-05-13 until 2026-01-01
    source "Press"
    text "T."
    enforced when chip is nvidia-h20 or exists die_area

provision cn.measure "Measure"
  kind import_measure
  at "Order 1"
  code "CN"

  version published 2023-10-25 effective 2023-11-17
    source "1"
    confidence single
    text ""
    met when always

provision us.tariff "Tariff"
  kind tariff
  at "H.T.S. 1"

  version published 2023-10-25 effective 2023-11-17
    source "1"
    confidence single
    text "T."
    met when always
    then rate "25 % ad valorem"
)";
    EXPECT_EQ(formatted(small_world(), "x.law", text), text);
}

TEST(FormatLaw, TheExampleOfTheReferenceIsInTheOneLayout) {
    const auto page = text::read_text(SLUICE_SOURCE_DIR "/docs/reference/law-language.md");
    ASSERT_TRUE(page);
    const auto begin = page->find("provision us.");
    const auto example = page->substr(begin, page->find("```", begin) - begin);
    EXPECT_EQ(formatted(small_world(), "law-language.md", example), example);
}

// Formatting loses nothing: what is read back prints the same, also after every line was joined.
TEST(FormatLaw, IsStableOverTheRulebook) {
    const std::filesystem::path data = SLUICE_SOURCE_DIR "/data";
    const auto files = text::files_in(data / "law", ".law");
    if (files.empty()) GTEST_SKIP() << "no rules in " << data;
    const auto world = facts::load(data);
    ASSERT_TRUE(world) << text::render(world.error());
    for (const auto& file : files) {
        SCOPED_TRACE(file.string());
        const auto text = text::read_text(file);
        ASSERT_TRUE(text);
        const auto once = formatted(*world, file.string(), *text);
        EXPECT_EQ(formatted(*world, file.string(), once), once);
        auto joined = once;
        if (!joined.contains('#')) {
            std::ranges::replace(joined, '\n', ' ');
            EXPECT_EQ(formatted(*world, file.string(), joined), once);
        }
    }
}

}  // namespace
}  // namespace sluice::law
