#include "facts/resolve.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <tuple>

#include <fmt/format.h>

#include "text/ascii.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::facts {
namespace {

using quantity::problem;

Value choice_value(FactId fact, std::string_view name) {
    return Value::code(choice_code(fact, name));
}

Value governed(const World& world, const Value& place, quantity::Date on) {
    if (place.known != Known::exact || place.lo < 0) return place;
    return Value::code(world.places.governing(static_cast<PlaceCode>(place.lo), on));
}

Value headquarters_of(const World& world, std::int64_t party, quantity::Date on) {
    if (party < 0) return Value::unknown();
    const std::int16_t place = world.parties[static_cast<std::size_t>(party)].headquarters;
    return place < 0 ? Value::unknown() : governed(world, Value::code(place), on);
}

// "Consignee and every end user" cannot be told from one name, so only a listed buyer says yes;
// nobody outside the Emirates is a consignee in the sense of Supp. 8.
Value supp8_of(const World& world, const Case& the_case) {
    if (on_list(world, "uae_approved", the_case.buyer_party, the_case.on))
        return Value::boolean(true);
    const std::int64_t place = code_of(the_case[FactId::destination]);
    const bool elsewhere =
        place >= 0 && world.places.all[static_cast<std::size_t>(place)].iso != "AE";
    return elsewhere ? Value::boolean(false) : Value::unknown();
}

class Resolving {
public:
    Resolving(const World& world, const Deal& deal, const ResolveOptions& options)
        : world_(world), deal_(deal), options_(options), us_(world.places.find("US")) {}

    text::Result<Case> run() {
        sort_fields();
        require();
        read_day();
        read_chip();
        read_facts();
        read_repeated();
        settle_listings();
        settle_owners();
        settle_item();
        settle_seller();
        settle_route();
        settle_use();
        check_route();
        if (!problems_.empty()) {
            std::ranges::stable_sort(problems_, {}, [](const text::Diagnostic& problem) {
                return std::tuple(problem.where.line, problem.where.column);
            });
            return std::unexpected(std::move(problems_));
        }
        finish();
        return std::move(case_);
    }

private:
    // ---- reading ----

    void report(const DealField& field, ValueProblem problem) {
        problems_.push_back({.message = std::move(problem.message),
                             .where = field.where,
                             .label = std::move(problem.label),
                             .hint = std::move(problem.hint)});
    }

    // As the user wrote it: `--die-area` from a flag, `die_area` from a file.
    static std::string_view written_key(const DealField& field) {
        const DealKey* key = find_deal_key(field.key);
        return key != nullptr && field.where.file.starts_with("--") ? key->flag : field.key;
    }

    void sort_fields() {
        for (const DealField& field : deal_.fields) {
            const DealKey* key = find_deal_key(field.key);
            if (key == nullptr) {
                report(field, {fmt::format("a deal has no key `{}`", field.key), "not known", {}});
                continue;
            }
            if (key->own_chip) own_fields_.push_back(&field);
            if (key->repeatable) {
                repeated_.push_back(&field);
                continue;
            }
            if (const DealField* first = deal_.find(field.key); first->value != field.value) {
                report(field, {fmt::format("`{}` is stated twice, as `{}` and as `{}`",
                                           written_key(field), first->value, field.value),
                               "conflicts with what was stated before", "keep one of the two"});
            }
            if (key->fact) stated_[index(*key->fact)] = &field;
        }
    }

    void require() {
        std::string_view file;
        for (const DealField& field : deal_.fields)
            if (field.where.line > 0) file = field.where.file;
        const auto missing = [&](std::string_view what, std::string_view toml,
                                 std::string_view flag, std::string_view otherwise = "") {
            problems_.push_back({.message = fmt::format("the deal does not say {}", what),
                                 .hint = file.empty() ? fmt::format("add `{}`{}", flag, otherwise)
                                                      : fmt::format("add `{}` to {}, or `{}`{}",
                                                                    toml, file, flag, otherwise)});
        };
        if (stated_[index(FactId::chip)] == nullptr && own_fields_.empty()) {
            missing("which chip", "chip = \"nvidia-h20-sxm-96gb\"", "--chip nvidia-h20-sxm-96gb",
                    "; your own is described by `--tpp`, `--die-area` and so on");
        }
        if (stated_[index(FactId::destination)] == nullptr)
            missing("where the chip goes", "to = \"CN\"", "--to CN");
        if (deal_.find("on") == nullptr)
            missing("on which day", "on = 2025-04-09", "--on 2025-04-09");
    }

    void read_day() {
        const DealField* on = deal_.find("on");
        if (on == nullptr) return;
        const auto day = quantity::parse_date(on->value);
        if (day)
            case_.on = *day;
        else
            report(*on, {fmt::format("`{}` is not a date", on->value), day.error(), {}});
    }

    void read_chip() {
        const DealField* named = stated_[index(FactId::chip)];
        if (named != nullptr) {
            for (const DealField* own : own_fields_) report_own_chip_too(*own, named->value);
            const auto code = read_fact(world_, FactId::chip, written_key(*named), named->value);
            if (!code) return report(*named, code.error());
            case_.chip = static_cast<int>(code->lo);
            const auto at = static_cast<std::size_t>(case_.chip);
            return options_.chips != nullptr ? take_chip((*options_.chips)[at], *code)
                                             : take_chip(facts_of(world_, world_.chips[at]), *code);
        }
        if (own_fields_.empty()) return;
        case_.own_chip.emplace();
        case_.own_chip->id = "own";
        case_.own_chip->name = "own chip";
        if (const DealField* file = deal_.find("chip_file")) {
            std::filesystem::path path = file->value;
            // A file names its neighbours; a flag, what the working directory holds.
            if (file->where.line > 0)
                path = std::filesystem::path(file->where.file).parent_path() / path;
            auto chip = load_own_chip(world_, path);
            if (!chip) return append(problems_, std::move(chip.error()));
            case_.own_chip = *std::move(chip);
        }
        take_chip(facts_of(world_, *case_.own_chip), Value::code(unaddressed));
    }

    void take_chip(const ChipFacts& chip, const Value& code) {
        case_.facts = chip.facts;
        foundries_ = chip.foundries;
        case_[FactId::chip] = code;
    }

    void report_own_chip_too(const DealField& own, std::string_view chip) {
        std::string hint;
        if (find_fact(own.key))
            hint = fmt::format("`--assume \"{}={}\"` asks what if the named chip were so", own.key,
                               own.value);
        report(own, {fmt::format("`{}` describes a chip of your own, but the deal names `{}`",
                                 written_key(own), chip),
                     "one or the other", std::move(hint)});
    }

    void read_facts() {
        for (std::size_t i = 0; i < stated_.size(); ++i) {
            const auto fact = static_cast<FactId>(i);
            if (stated_[i] == nullptr || fact == FactId::chip) continue;
            const DealField& field = *stated_[i];
            const auto value = read_fact(world_, fact, written_key(field), field.value);
            if (!value)
                report(field, value.error());
            else
                state(fact, *value);
        }
        if (const DealField* field = deal_.find("price")) {
            const auto price = quantity::parse_range_as(quantity::Dimension::money,
                                                        written_key(*field), field->value);
            if (!price)
                report(*field, price.error());
            else
                case_.price = *price;
        }
        if (const DealField* buyer = deal_.find("buyer")) {
            case_.buyer = buyer->value;
            case_.buyer_party = world_.find_party(buyer->value);
            supply(FactId::headquarters, headquarters_of(world_, case_.buyer_party, case_.on));
        }
    }

    void state(FactId fact, const Value& value) {
        case_[fact] = value;
        case_.stated.set(index(fact));
    }

    // What-ifs are read first and go over what the deal says.
    void state_unless(FactId fact, const Value& value) {
        if (silent(fact)) state(fact, value);
    }

    void read_repeated() {
        for (const DealField* field : repeated_) {
            const std::string_view key = written_key(*field);
            Reading<void> done;
            if (field->key == "listed") {
                done = read_listing(key, field->value, listings_);
                if (done) listed_field_ = field;
            } else if (field->key == "owner") {
                done = read_owner(key, field->value, owners_);
                if (done) owner_field_ = field;
            } else if (field->key == "certify") {
                done = read_certification(key, field->value);
            } else if (field->key == "assume") {
                done = read_what_if(key, field->value);
            } else {
                case_.red_flags.push_back(field->value);
            }
            if (!done) report(*field, std::move(done.error()));
        }
        text::sort_unique(case_.red_flags);
        std::ranges::sort(case_.certified);
    }

    Reading<void> read_certification(std::string_view key, std::string_view text) {
        std::string_view answer = text;
        const std::string name(text::take_until(answer, '='));
        const bool yes = answer == "yes";
        if (name.empty() || (!yes && answer != "no")) {
            return problem(fmt::format("`{}` says yes or no to a name, found `{}`", key, text),
                           "expected NAME=yes or NAME=no");
        }
        const auto before =
            std::ranges::find(case_.certified, name, &std::pair<std::string, bool>::first);
        if (before == case_.certified.end()) {
            case_.certified.emplace_back(name, yes);
        } else if (before->second != yes) {
            return problem(fmt::format("`{}` is certified both yes and no", name),
                           "conflicts with what was stated before", "keep one of the two");
        }
        return {};
    }

    Reading<void> read_what_if(std::string_view key, std::string_view text) {
        if (!text.contains('=')) {
            return problem(fmt::format("`{}` gives a fact a value, found `{}`", key, text),
                           "expected FACT=VALUE, as die_area=\"600 mm2\"");
        }
        std::string_view written = text;
        const std::string_view name = text::take_until(written, '=');
        const auto fact = find_fact(name);
        if (!fact) {
            return problem(fmt::format("no fact is named `{}`", name), "not a fact of a deal",
                           text::did_you_mean(name, all_facts(), &FactInfo::name));
        }
        if (*fact == FactId::chip) {
            return problem("the chip cannot be assumed, since its facts come with it",
                           "not a what-if", fmt::format("state it, as `--chip {}`", written));
        }
        const auto value = read_fact(world_, *fact, name, written);
        if (!value) return std::unexpected(value.error());
        if (what_if_[index(*fact)] && case_[*fact] != *value) {
            return problem(fmt::format("`{}` is assumed twice, with two values", name),
                           "conflicts with what was assumed before", "keep one of the two");
        }
        what_if_.set(index(*fact));
        state(*fact, *value);
        case_.assumptions.push_back(
            {*fact, options_.explain ? fmt::format("what if {} is {}", name, written) : ""});
        return {};
    }

    // ---- what the deal leaves open ----

    bool silent(FactId fact) const { return !case_.stated[index(fact)]; }

    void supply(FactId fact, const Value& value) {
        if (silent(fact)) case_[fact] = value;
    }

    // Nothing is assumed under `strict` nor of what is stated; the callers need not ask.
    void assume(FactId fact, const Value& value, std::string_view text) {
        if (options_.strict || !silent(fact)) return;
        case_[fact] = value;
        note(fact, text);
    }
    void note(FactId fact, std::string_view text) {
        if (case_.assumptions.empty()) case_.assumptions.reserve(8);
        case_.assumptions.push_back({fact, options_.explain ? std::string(text) : std::string{}});
    }

    void settle_listings() {
        using enum FactId;
        if (listings_.none && (listings_.named.any() || listings_.unknown)) {
            report(*listed_field_, {"the deal says both that a party is listed and that none is",
                                    "conflicts with `none`", "keep one of the two"});
        }
        const bool settled = listings_.none || (!options_.strict && !listings_.unknown);
        const auto settle = [&](FactId fact, bool unnamed_is_no) {
            if (listings_.named[index(fact)])
                state_unless(fact, Value::boolean(true));
            else if (unnamed_is_no)
                supply(fact, Value::boolean(false));
        };
        bool any = listings_.named.any();
        for (const FactId list : party_lists | std::views::values) {
            any = any || case_[list] == Value::boolean(true);  // a what-if
            if (listings_.none) state_unless(list, Value::boolean(false));
            settle(list, settled);
        }
        const Value& entry = case_[entity_listed];
        const bool listed = entry == Value::boolean(true);
        const bool unlisted = entry == Value::boolean(false);
        for (const FactId footnote : entry_footnotes | std::views::values)
            settle(footnote, unlisted || settled);
        if (listings_.lane >= 0)
            state_unless(entity_lane, Value::code(listings_.lane));
        else if (unlisted)
            supply(entity_lane, Value::absent());

        if (options_.strict || listings_.none || listings_.unknown) return;
        if (!any)
            note(entity_listed, "no party is on a list (nobody was screened)");
        else
            note(meu_listed, "no party is on another list (not stated)");
        if (any && listed) note(footnote_1, "the entry carries no other footnote (not stated)");
    }

    void settle_owners() {
        using enum FactId;
        if (owner_field_ == nullptr) {
            if (options_.strict || !silent(listed_owner) || !silent(listed_ownership)) return;
            supply(listed_ownership, Value::number({}));
            assume(listed_owner, Value::code(0), "no listed party owns the buyer (not stated)");
            return;
        }
        if (owners_.none && (owners_.strictest > 0 || owners_.unknown)) {
            report(*owner_field_, {"the deal says both that a listed party is an owner and that "
                                   "none is",
                                   "conflicts with `none`", "keep one of the two"});
        }
        state_unless(listed_ownership, ownership_of(owners_));
        state_unless(listed_owner,
                     owners_.unknown ? Value::unknown() : Value::code(owners_.strictest));
    }

    void settle_item() {
        using enum FactId;
        const bool no_item = silent(item);
        const bool no_second = silent(also_eccn);
        assume(
            item, choice_value(item, "chip"),
            no_second ? "a bare chip, in no second ECCN (not stated)" : "a bare chip (not stated)");
        if (no_second && !options_.strict) {
            supply(also_eccn, choice_value(also_eccn, "none"));
            if (!no_item) note(also_eccn, "in no second ECCN (not stated)");
        }
        // HBM computes nothing, and only HBM has a bandwidth density of its own.
        const Value hbm = choice_value(item, "hbm");
        if (case_[item] == hbm && case_[tpp].known == Known::unknown) supply(tpp, Value::absent());
        if (case_[item].known == Known::exact && case_[item] != hbm)
            supply(memory_bandwidth_density, Value::absent());
    }

    void settle_seller() {
        using enum FactId;
        if (case_.own_chip && case_[designer].known == Known::unknown && !options_.strict)
            supply(designer, Value::code(unaddressed));
        if (case_[designer].known == Known::exact) {
            const std::int64_t maker = case_[designer].lo;
            if (maker < 0 || !options_.explain)
                assume(seller, case_[designer],
                       "sold by the chip's designer, whom no rule names (not stated)");
            else
                assume(seller, case_[designer],
                       fmt::format("sold by {}, the chip's {} (not stated)",
                                   world_.parties[static_cast<std::size_t>(maker)].name,
                                   case_.own_chip ? "designer" : "vendor"));
        }
        const std::int64_t party = code_of(case_[seller]);
        if (party >= 0 && text::contains(foundries_, party)) {
            supply(foundry_shipment, Value::boolean(true));
        } else {
            assume(foundry_shipment, Value::boolean(false),
                   "not shipped by the chip's fabricator or packager (not stated)");
        }
    }

    void settle_route() {
        using enum FactId;
        const Value us = us_ < 0 ? Value::unknown() : Value::code(us_);
        const Value exporting = choice_value(act, "export");
        if (silent(from) || case_[from] == us)
            assume(act, exporting,
                   silent(from) ? "export from the United States (not stated)"
                                : "export (not stated)");
        // By the meaning of the words, so not assumptions.
        if (case_[act] == exporting) supply(from, us);
        if (case_[act] == choice_value(act, "transfer")) supply(from, case_[destination]);
        // A user's own chip has no designer of Macau or D:5 behind it unless the user says so.
        if (case_.own_chip && case_[designer] == Value::code(unaddressed) &&
            case_[act] == exporting)
            assume(designer_headquarters, us,
                   "designed in the United States, where it ships from (own chip, not stated)");
    }

    void settle_use() {
        using enum FactId;
        // What was shipped before is not known, but it is not less than nothing: a cap that this
        // shipment alone exceeds is exceeded.
        const Value some = Value::range({quantity::Decimal{0}, quantity::Decimal::largest()});
        for (const FactId before : {received_tpp, country_tpp}) supply(before, some);
        assume(end_use, choice_value(end_use, "civil"), "civil end use (not stated)");
        // It would only help the applicant, who has to show it.
        assume(uncontrolled_foreign_equivalent, Value::boolean(false),
               "every foreign chip of the kind is controlled too (not stated)");
        if (case_[parent_headquarters].known != Known::unknown)
            assume(majority_owner_headquarters, case_[parent_headquarters],
                   "the ultimate parent is the majority owner (not stated)");
    }

    // ---- contradictions ----

    std::string place_name(const Value& place) const {
        return world_.places.all[static_cast<std::size_t>(place.lo)].name;
    }

    void check_route() {
        using enum FactId;
        const Value& start = case_[from];
        const Value& end = case_[destination];
        if (start.known != Known::exact || end.known != Known::exact) return;
        const bool in_us = us_ == start.lo;
        const bool within = governed(world_, start, case_.on) == governed(world_, end, case_.on);
        const DealField* blamed = nullptr;
        for (const FactId fact : {destination, act, from})
            if (stated_[index(fact)] != nullptr) blamed = stated_[index(fact)];
        if (blamed == nullptr) return;
        const Value& how = case_[act];
        const std::string starts_at = place_name(start);
        if (how == choice_value(act, "export") && !in_us) {
            report(*blamed, {"an export starts in the United States, this deal in " + starts_at,
                             "conflicts with act export",
                             "`--act reexport` is a shipment between two other places"});
        } else if (how == choice_value(act, "transfer") && !within) {
            report(*blamed, {fmt::format("a transfer stays in one place, this deal goes from {} "
                                         "to {}",
                                         starts_at, place_name(end)),
                             "conflicts with act transfer", "`--act reexport` is between two"});
        } else if (how.known == Known::exact && how.lo >= 1 && in_us) {
            report(*blamed, {fmt::format("act {} starts abroad, this deal in the United States",
                                         info(act).choices[static_cast<std::size_t>(how.lo)]),
                             "conflicts with the place it starts from", "`--act export`"});
        } else if (start == end && how != choice_value(act, "transfer")) {
            report(*blamed,
                   {"the deal starts and ends in one place, " + starts_at, "nothing leaves",
                    in_us ? "rules of export begin at the border; name another `to`"
                          : "`--act transfer` stays in one place"});
        }
    }

    // ---- the end ----

    void finish() {
        for (const FactInfo& fact : all_facts())
            if (fact.type == FactType::place)
                case_[fact.id] = governed(world_, case_[fact.id], case_.on);
        derive(world_, case_);
        if (!options_.explain) return;
        case_.deal = deal_;
        explain(world_, case_);
    }

    const World& world_;
    const Deal& deal_;
    const ResolveOptions& options_;
    int us_;
    Case case_{};
    text::Diagnostics problems_{};

    std::array<const DealField*, fact_count> stated_{};  // without the repeatable ones
    const DealField* listed_field_ = nullptr;            // the last of each, for messages
    const DealField* owner_field_ = nullptr;
    std::vector<const DealField*> own_fields_{};
    std::vector<const DealField*> repeated_{};
    Listings listings_{};
    Owners owners_{};
    std::bitset<fact_count> what_if_{};
    std::vector<std::int32_t> foundries_{};  // parties that fabricated the chip
};

}  // namespace

std::int64_t code_of(const Value& fact) { return fact.known == Known::exact ? fact.lo : -1; }

bool on_list(const World& world, std::string_view list, std::int64_t party, quantity::Date on) {
    const PartyList* found = party < 0 ? nullptr : world.party_list(list);
    return found != nullptr && found->contains(static_cast<std::int32_t>(party), on);
}

text::Result<Case> resolve(const World& world, const Deal& deal, const ResolveOptions& options) {
    return Resolving(world, deal, options).run();
}

void derive(const World& world, Case& the_case, std::optional<FactId> changed) {
    using enum FactId;
    const auto set = [&](FactId fact, const Value& value) {
        if (!the_case.stated[index(fact)] && changed != fact) the_case[fact] = value;
    };
    const std::int64_t maker = code_of(the_case[designer]);
    set(shipment_tpp, product(the_case[FactId::quantity], the_case[tpp]));
    set(designer_headquarters, headquarters_of(world, maker, the_case.on));
    set(seller_headquarters, headquarters_of(world, code_of(the_case[seller]), the_case.on));
    // "Authorized" and "neither" hang on filings that only the designer knows of.
    set(designer_status, on_list(world, "approved_ic_designers", maker, the_case.on)
                             ? choice_value(designer_status, "approved")
                             : Value::unknown());
    set(supp8_approved, supp8_of(world, the_case));
}

}  // namespace sluice::facts
