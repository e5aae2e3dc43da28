#include <fmt/format.h>

#include "report/assess.h"

namespace sluice::report {

Sheet sheet_of(const facts::World& world, const facts::Case& the_case) {
    Section facts{.key = "facts"}, table;  // for JSON, for the text
    table.set_columns("=fact|=value|=from:70");
    const auto why = [&](facts::FactId fact) -> std::string {
        for (const auto& [derived, text] : the_case.derivations)
            if (derived == fact) return text;
        for (const auto& assumption : the_case.assumptions)
            if (assumption.fact == fact) return "assumed: " + assumption.text;
        return {};
    };
    for (const auto& about : facts::all_facts()) {
        const auto& value = the_case[about.id];
        const bool unknown = value.known == facts::Known::unknown;
        facts.fields.push_back(
            {about.name, "", unknown ? Cell{} : words(world, about.id, value, false)});
        table.row(about.name, words(world, about.id, value), why(about.id));
    }
    for (const auto& [name, yes] : the_case.certified)
        table.row("certify " + name, yes ? "yes" : "no", "");
    for (const auto& flag : the_case.red_flags) table.row("red flag", flag, "");
    Cell certified;
    certified.json = [all = the_case.certified](text::JsonWriter& json) {
        json.begin_object();
        for (const auto& [name, yes] : all) json.field(name, yes);
        json.end_object();
    };
    std::vector<std::string> assumed;
    for (const auto& assumption : the_case.assumptions) assumed.push_back(assumption.text);
    return {.subject = fmt::format("the case on {}\n", quantity::to_string(the_case.on)),
            .head = {{"on", "", quantity::to_string(the_case.on)}},
            .sections = {std::move(facts), std::move(table)},
            .foot = {{"certified", "", std::move(certified)},
                     {"assumptions", "", shown_as("", std::move(assumed))}}};
}

}  // namespace sluice::report
