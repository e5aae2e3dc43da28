#include <fmt/format.h>

#include "report/assess.h"
#include "text/json.h"
#include "text/table.h"

namespace sluice::report {

using facts::Known;

std::string case_to_text(const facts::World& world, const facts::Case& the_case) {
    std::vector<std::vector<std::string>> rows;
    const auto why = [&](facts::FactId fact) -> std::string {
        for (const auto& [derived, text] : the_case.derivations)
            if (derived == fact) return text;
        for (const auto& assumption : the_case.assumptions)
            if (assumption.fact == fact) return "assumed: " + assumption.text;
        return {};
    };
    for (const auto& about : facts::all_facts())
        rows.push_back(
            {std::string{about.name}, words(world, about.id, the_case[about.id]), why(about.id)});
    for (const auto& [name, yes] : the_case.certified)
        rows.push_back({"certify " + name, yes ? "yes" : "no", ""});
    for (const auto& flag : the_case.red_flags) rows.push_back({"red flag", flag, ""});
    return fmt::format("the case on {}\n\n", quantity::to_string(the_case.on)) +
           text::table("fact|value|from:70", rows);
}

std::string case_to_json(const facts::World& world, const facts::Case& the_case) {
    return text::json_object([&](text::JsonWriter& json) {
        json.field("on", the_case.on);
        json.object("facts", [&] {
            for (const auto& about : facts::all_facts()) {
                const auto& value = the_case[about.id];
                json.field_or_null(about.name, value.known == Known::unknown
                                                   ? ""
                                                   : words(world, about.id, value, false));
            }
        });
        json.object("certified", [&] {
            for (const auto& [name, yes] : the_case.certified) json.field(name, yes);
        });
        json.key("assumptions");
        json.array(the_case.assumptions, [&](const auto& one) { json.string(one.text); });
    });
}

}  // namespace sluice::report
