// The rules themselves, printed: what is in force on a day, and one provision with all its
// versions.
#pragma once

#include <optional>
#include <string>

#include "facts/world.h"
#include "law/diff.h"
#include "law/lawbook.h"
#include "law/rulebook.h"
#include "report/sheet.h"

namespace sluice::report {

Sheet sheet_of(const law::Rulebook& rules, std::optional<law::Kind> only = {});

struct ShowOptions {
    std::optional<quantity::Date> on{};        // only the version that speaks on that day
    std::optional<quantity::Date> known_on{};  // with `on`: what was published by then
};
// In the law language, as `sluice law fmt` writes it.
Sheet sheet_of(const facts::World& world, const law::Provision& provision,
               const ShowOptions& options = {});

std::string diff_to_text(const facts::World& world, const law::Lawbook& book,
                         const law::DiffQuestion& question, const law::LawDiff& diff);
std::string diff_to_json(const facts::World& world, const law::Lawbook& book,
                         const law::DiffQuestion& question, const law::LawDiff& diff);

}  // namespace sluice::report
