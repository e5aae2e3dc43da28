// The same deal on every day since the first rule: stretches of days with one answer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "facts/deal.h"
#include "law/determine.h"
#include "law/lawbook.h"
#include "report/sheet.h"

namespace sluice::report {

// One answer and what made it so.
struct Stretch {
    quantity::Period period{};  // half-open; `until` is end_of_time for the last
    law::Outcome outcome{};
    std::optional<bool> enforced{};
    std::optional<law::Lane> lane{}, lane_otherwise{};
    std::string tier{};
    std::string exception{};  // code
    bool scheduled = false;
    std::vector<std::pair<std::string, std::string>> because{};  // provision id and citation
};

struct Timeline {
    std::string subject{};
    std::vector<Stretch> stretches{};
    std::vector<std::string> assumptions{};
};

struct TimelineOptions {
    std::optional<quantity::Date> known_on{};
    bool strict = false;
};

// Days on which a rule, a place's groups, or a list in the regulations changes, from the first rule
// on; the answer to a deal cannot change between two of them.
std::vector<quantity::Date> answer_days(const facts::World& world, const law::Lawbook& book);

// `deal` has no `on`. A buyer whose headquarters are not stated is taken to be headquartered in the
// destination, and the assumption is listed.
text::Result<Timeline> timeline(const facts::World& world, const law::Lawbook& book,
                                const facts::Deal& deal, const TimelineOptions& options = {});

Sheet sheet_of(const Timeline& timeline, const law::Lawbook& book);

}  // namespace sluice::report
