// A small invented world, lawbook and deal for the tests of report/.
#pragma once

#include <string>
#include <string_view>

#include "law/small_world_test.h"
#include "report/assess.h"
#include "text/check.h"

namespace sluice::report {

inline facts::World small_world() {
    using quantity::Decimal, quantity::Dimension;
    auto world = law::small_world();
    const auto measured = [](std::int64_t value, Dimension dimension) {
        return facts::Measured{.value = facts::Value::number(Decimal{value}),
                               .dimension = dimension,
                               .provenance = {.sources = {"a datasheet"}, .date = "2023-11"}};
    };
    auto& chip = world.chips[0];
    chip.rate[static_cast<std::size_t>(facts::Format::bf16)] =
        measured(148, Dimension::operation_rate);
    chip.die_area = measured(814, Dimension::area);
    chip.memory_bandwidth = measured(4000, Dimension::byte_rate);
    chip.scaleup_bandwidth = measured(900, Dimension::byte_rate);
    chip.pcie_bandwidth = measured(128, Dimension::byte_rate);
    chip.marketed_for_datacentre = facts::Value::boolean(true);
    return world;
}

// Tier t (TPP 2000 or more) needs a licence for D:5; an allied buyer gets a better lane when it
// certifies `supply`; exception EXC lifts it for chips that are not marketed for data centres.
// A second requirement, on density, is printed but not enforced.
inline constexpr std::string_view small_law = R"law(
provision t.class "Fast chip"
  kind classification
  at "Part 1"
  tier "T.1"
  version published 2023-01-01 effective 2023-02-01
    source "88 FR 1"
    confidence primary
    text "A chip with a TPP of 2000 or more."
    limb T.1 when tpp >= 2000

provision t.need "Licence for fast chips"
  kind requirement
  at "Part 2"
  version published 2023-01-01 effective 2023-02-01
    source "88 FR 1"
    confidence secondary
    text "A licence for D:5."
    met when met t.class and destination in D:5
    then licence_required

provision t.dense "Licence for dense chips"
  kind requirement
  at "Part 3"
  version published 2023-01-01 effective 2023-02-01
    source "88 FR 1"
    confidence primary
    text "A licence for density 2 or more."
    met when tpp >= 2 * die_area
    then licence_required
  posture published 2023-03-01 effective 2023-03-01
    source "Press release"
    text "Not enforced outside D:5."
    enforced when destination in D:5

provision t.denial "Review by default"
  kind review
  at "Part 4"
  for t.need, t.dense
  version published 2023-01-01 effective 2023-02-01
    source "88 FR 1"
    confidence primary
    text "Presumption of denial."
    met when always
    then presumption_of_denial

provision t.better "Review with supply"
  kind review
  at "Part 5"
  for t.need, t.dense
  over t.denial
  version published 2023-01-01 effective 2023-02-01
    source "88 FR 1"
    confidence primary
    text "Case by case."
    met when headquarters in A:5
    condition supply "enough for customers at home"
    then case_by_case

provision t.exc "Exception for consumer chips"
  kind exception
  at "Part 6"
  code "EXC"
  for t.need, t.dense
  version published 2023-01-01 effective 2023-02-01
    source "88 FR 1"
    confidence primary
    text "Consumer chips."
    met when not marketed_for_datacentre

provision t.duty "Duty on fast chips"
  kind tariff
  at "Part 7"
  version published 2023-01-01 effective 2023-02-01
    source "Proclamation 1"
    confidence primary
    text "A duty."
    met when memory_bandwidth > 3 TB/s
    then rate "25 % ad valorem"
)law";

struct SmallAssessment {
    facts::World world = small_world();
    law::Lawbook book;
    law::Rulebook rules;
    Assessment assessment;
};

// `keys` are key=value pairs of a deal beside chip, to and on. Never moved: the parts refer to each
// other.
inline void assess_small(SmallAssessment& small, std::string_view to, std::string_view on,
                         std::initializer_list<std::pair<const char*, const char*>> keys = {},
                         const AssessOptions& options = {}) {
    auto book = law::book_of(small.world, small_law);
    CHECK(book.has_value());
    small.book = std::move(*book);
    small.book.hash = "0123456789abcdef";
    small.book.register_known_to = quantity::make_date(2024, 12, 31);
    small.book.text_known_to = quantity::make_date(2024, 12, 1);
    facts::Deal deal;
    const auto state = [&](std::string_view key, std::string_view value) {
        deal.fields.push_back({.key = std::string{key}, .value = std::string{value}});
    };
    state("chip", "nvidia-h20");
    state("to", to);
    state("on", on);
    for (const auto& [key, value] : keys) state(key, value);
    const auto the_case = facts::resolve(small.world, deal);
    CHECK(the_case.has_value());
    small.rules = law::compile(small.world, small.book, the_case->on);
    small.assessment = assess({small.world, small.book, small.rules}, *the_case, options);
}

}  // namespace sluice::report
