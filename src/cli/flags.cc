#include "cli/flags.h"

#include <algorithm>
#include <array>

namespace sluice::cli {
namespace {

constexpr Flag json{"--json", "", "print JSON"};
constexpr Flag known_on{"--known-on", "DATE", "answer with what was published by that day only"};
constexpr Flag strict{"--strict", "", "assume nothing: what is not stated is unknown"};
constexpr Flag on{"--on", "DATE", "day to ask about; default: the last day the rules are known"};
constexpr Flag ids{"--ids", "", "print the identifiers only, one a line"};

constexpr std::array every_verb = {
    Flag{"--law", "DIR", "lay your own .law files over the rulebook", false,
         Completes::directories},
    Flag{"--data", "DIR", "read rules, chips and places from here (also SLUICE_DATA)", false,
         Completes::directories},
    Flag{"--color", "WHEN", "auto, always or never (also NO_COLOR)", false, Completes::words,
         "auto|always|never"},
    Flag{"--help", "", "explain this verb"},
};

constexpr std::array check_flags = {
    known_on,
    strict,
    json,
    Flag{"--all", "", "print every margin, flip and finding, not the first few"},
    Flag{"--show", "STAGE", "print one stage instead: case, rulebook or findings", false,
         Completes::words, "case|rulebook|findings"},
    Flag{"--exit-code", "",
         "exit 0 no licence required, 10 exception available, 11 licence required, "
         "12 presumed violation risk, 13 prohibited, 14 undetermined"},
};
constexpr std::array<std::string_view, 3> check_examples = {
    "sluice check --chip h20 --quantity 16000 --to china --on 2025-04-09 --headquarters china",
    "sluice check examples/h20-after-the-letter.toml --on 2025-04-08",
    "sluice check --tpp 2368 --die-area \"600..900 mm2\" --marketed-for-datacentre yes --to VN "
    "--on 2024-01-02 --json",
};

constexpr std::array classify_flags = {
    on, known_on, json, Flag{"--all", "", "print every classification, not only what is met"}};
constexpr std::array<std::string_view, 2> classify_examples = {
    "sluice classify h20",
    "sluice classify --tpp 2400 --die-area \"814 mm2\" --marketed-for-datacentre yes "
    "--on 2023-11-17",
};

constexpr std::array timeline_flags = {known_on, strict, json};
constexpr std::array<std::string_view, 2> timeline_examples = {
    "sluice timeline h20 --to china",
    "sluice timeline h100-sxm --to singapore --headquarters china --json",
};

constexpr std::array list_flags = {
    on,
    Flag{"--kind", "KIND", "only one kind, such as requirement or exception", false,
         Completes::words,
         "definition|classification|requirement|exception|review|tariff|import_measure|red_flag|"
         "obligation|watch"},
    known_on,
    json,
};
constexpr std::array<std::string_view, 2> list_examples = {
    "sluice law list --on 2023-11-17 --kind requirement",
    "sluice law list --json",
};

constexpr std::array show_flags = {Flag{"--on", "DATE", "only the version that speaks on that day"},
                                   known_on, json};
constexpr std::array<std::string_view, 2> show_examples = {
    "sluice law show us.ear.3a090.a",
    "sluice law show us.ear.3a090.a --on 2024-01-02",
};

constexpr std::array diff_flags = {
    Flag{"--from", "DATE", "the earlier day"},
    Flag{"--to", "DATE", "the later day"},
    Flag{"--chip", "CHIP", "only this chip", true, Completes::chips},
    Flag{"--place", "PLACE", "only this destination", true, Completes::places},
    known_on,
    json,
};
constexpr std::array<std::string_view, 2> diff_examples = {
    "sluice law diff --from 2023-11-16 --to 2023-11-17",
    "sluice law diff --from 2025-01-01 --to 2026-09-01 --chip h20 --place china",
};

constexpr std::array<std::string_view, 2> lint_examples = {
    "sluice law lint",
    "sluice law lint --law my-rules",
};

constexpr std::array test_flags = {
    Flag{"--cases", "FILE", "a file of worked cases as CSV instead of the cases in the rules", true,
         Completes::files}};
constexpr std::array<std::string_view, 2> test_examples = {
    "sluice law test",
    "sluice law test --cases my-cases.csv",
};

constexpr std::array fmt_flags = {
    Flag{"--check", "", "write nothing; name the files that would change and exit 1"}};
constexpr std::array<std::string_view, 2> fmt_examples = {
    "sluice law fmt my-rules/letter.law",
    "sluice law fmt --check data/law/us/ear/*.law",
};

constexpr std::array catalogue_flags = {on, json, ids};
constexpr std::array<std::string_view, 3> chips_examples = {
    "sluice chips",
    "sluice chips h20",
    "sluice chips nvidia --on 2023-11-17",
};
constexpr std::array<std::string_view, 3> places_examples = {
    "sluice places",
    "sluice places macau --on 2022-12-31",
    "sluice places D:5",
};

constexpr std::array bulk_flags = {
    Flag{"--output", "FILE", "write here when every row is done, instead of to the screen", false,
         Completes::files},
    known_on,
    strict,
};
constexpr std::array<std::string_view, 2> bulk_examples = {
    "sluice bulk orders.csv --output answered.csv",
    "sluice bulk orders.csv --seller nvidia --on 2025-04-09 > answered.csv",
};

constexpr std::array models_flags = {
    Flag{"--check", "", "list models whose computed total is more than 1 % from the published one"},
    json, ids};
constexpr std::array<std::string_view, 3> models_examples = {
    "sluice models", "sluice models deepseek-v3", "sluice models --check"};
constexpr std::array<std::string_view, 1> import_examples = {"sluice models import config.json"};
constexpr std::array fabrics_flags = {json};
constexpr std::array<std::string_view, 2> fabrics_examples = {"sluice fabrics",
                                                              "sluice fabrics h20 --json"};
constexpr std::array<std::string_view, 3> prices_examples = {"sluice prices", "sluice prices h20",
                                                             "sluice prices electricity --json"};

constexpr Flag measured{"--measured", "FILE", "published measurements, one a row (CSV)", false,
                        Completes::files};
constexpr Flag kernels{"--kernels", "DIR", "measured kernel times, in tables (CSV)", false,
                       Completes::directories};
constexpr std::array validate_flags = {
    measured,
    kernels,
    Flag{"--by", "KEY", "add a table by this key as well", false, Completes::words,
         "kind|chip|model|family|software|metric|engine"},
    Flag{"--part", "PART", "only rows that were learnt from, or only the others", false,
         Completes::words, "learn|report|all"},
    Flag{"--rows", "FILE", "write every row with its prediction here (CSV)", false,
         Completes::files},
    json,
};
constexpr std::array<std::string_view, 2> validate_examples = {
    "sluice validate --measured bench.csv --by chip",
    "sluice validate --measured bench.csv --part report --rows predicted.csv --json",
};
constexpr std::array calibrate_flags = {
    measured,
    kernels,
    Flag{"--seed", "N", "of the search; the same seed gives the same result (default 1)"},
    Flag{"--out", "FILE", "write the parameters here instead of to the screen", false,
         Completes::files},
};
constexpr std::array<std::string_view, 1> calibrate_examples = {
    "sluice calibrate --measured bench.csv --seed 1 --out engines.toml",
};

constexpr std::array<std::string_view, 3> completion_examples = {
    "sluice completion bash > /etc/bash_completion.d/sluice",
    "sluice completion zsh > ~/.zfunc/_sluice",
    "sluice completion fish > ~/.config/fish/completions/sluice.fish",
};
constexpr std::array version_flags = {json};
constexpr std::array<std::string_view, 2> version_examples = {"sluice version",
                                                              "sluice version --json"};
constexpr std::array<std::string_view, 2> help_examples = {"sluice help", "sluice help law diff"};

constexpr std::array verb_table = {
    Verb{VerbId::check, "check", "[DEAL.toml]", 0, 1, Completes::files, DealFlags::all, check_flags,
         "say whether a deal may go ahead, and why",
         "Determines one deal under the rules in force on its day and prints the verdict first, "
         "then the reasons, then what would change it. The deal comes from a file, from flags, or "
         "from both; a flag wins over the file. A chip (or your own chip's values), a destination "
         "and a day are required; headquarters are never assumed.",
         check_examples},
    Verb{VerbId::classify, "classify", "[CHIP]", 0, 1, Completes::chips, DealFlags::own_chip,
         classify_flags, "place a chip in its tier, with TPP, density and margins",
         "Classifies one chip, from the catalogue or described by flags, with the derivation of "
         "its TPP and performance density and the distance to every threshold.",
         classify_examples},
    Verb{VerbId::timeline, "timeline", "[CHIP]", 0, 1, Completes::chips, DealFlags::all_but_on,
         timeline_flags, "show how the answer for a chip and a place changed over time",
         "Prints one line for each stretch of days with the same answer, from the first rule on, "
         "with the rules that made it so. Days are half-open: the second day is the first one "
         "that is no longer included. A buyer whose headquarters are not stated is taken to be "
         "headquartered in the destination, and the answer says so.",
         timeline_examples},
    Verb{VerbId::law_list, "law list", "", 0, 0, Completes::nothing, DealFlags::none, list_flags,
         "list the provisions in force on a day",
         "One line a provision: what it is, since when it says what it says, and where it stands.",
         list_examples},
    Verb{VerbId::law_show, "law show", "PROVISION", 1, 1, Completes::nothing, DealFlags::none,
         show_flags, "print a provision with all its versions",
         "Prints every version of a provision with its dates, source, own-words text and "
         "conditions, then stays, what the agency says it enforces, open points and cases.",
         show_examples},
    Verb{VerbId::law_diff, "law diff", "", 0, 0, Completes::nothing, DealFlags::none, diff_flags,
         "say what changed between two days, and for which chips and places",
         "Compares the rules of two days: which provisions changed, and for which chips of the "
         "catalogue and which destinations the answer moved, with the provisions that moved it. "
         "Each chip is sold by its maker from the United States to a civil buyer headquartered "
         "in the destination.",
         diff_examples},
    Verb{VerbId::law_lint,
         "law lint",
         "",
         0,
         0,
         Completes::nothing,
         DealFlags::none,
         {},
         "find clauses that cannot decide, overlaps without order, missing sources",
         "Reads the whole rulebook (with your own provisions, when --law is given) and reports "
         "what is suspect. Exits 1 when there is anything to report.",
         lint_examples},
    Verb{VerbId::law_test, "law test", "", 0, 0, Completes::nothing, DealFlags::none, test_flags,
         "run the cases in the rules, or a file of worked cases",
         "Without --cases, runs every `case` written in the rules. With --cases, runs a CSV file "
         "of worked cases: an empty cell is not compared, `a|b` accepts either, a tier matches by "
         "its beginning. Ends with the number passed and failed; exits 1 when any failed.",
         test_examples},
    Verb{VerbId::law_fmt, "law fmt", "FILE...", 1, 1000, Completes::files, DealFlags::none,
         fmt_flags, "set line ends and indentation of .law files",
         "Rewrites each file in the one layout of the law language. A file with a mistake is "
         "reported and left as it is.",
         fmt_examples},
    Verb{VerbId::chips, "chips", "[NAME]", 0, 1, Completes::chips, DealFlags::none, catalogue_flags,
         "list the chips of the catalogue, or all that is known of one",
         "Without a name, one line a chip with its TPP, performance density, memory bandwidth and "
         "tier. With a name, every value with its source, date and confidence; with part of a "
         "name, the chips that contain it.",
         chips_examples},
    Verb{VerbId::places, "places", "[NAME]", 0, 1, Completes::places, DealFlags::none,
         catalogue_flags, "list places and their country groups on a day",
         "Without a name, one line a place with its groups on that day. With a place, its "
         "memberships and when they began and ended; with a group such as D:5, its members.",
         places_examples},
    Verb{VerbId::bulk, "bulk", "FILE.csv", 1, 1, Completes::files, DealFlags::all, bulk_flags,
         "determine every row of a CSV file",
         "Reads deals from columns named as the keys of a deal (chip, to, on, seller, quantity, "
         "headquarters, ...), passes other columns through, and adds the answer's columns. Flags "
         "state what the columns do not. A row with a mistake gets its error in the `error` "
         "column, is counted, and makes the exit status 1. `-` reads standard input.",
         bulk_examples},
    Verb{
        VerbId::models, "models", "[NAME]", 0, 1, Completes::nothing, DealFlags::none, models_flags,
        "list the neural networks of the catalogue, or all that is known of one",
        "Without a name, one line a model with its parameters, counted from its dimensions, beside "
        "the published totals, and the cache that a token takes. With a name, its parts and its "
        "dimensions; with part of a name, the models that contain it. --check exits 1 when a "
        "total is off by more than 1 % and no reason is noted.",
        models_examples},
    Verb{VerbId::models_import,
         "models import",
         "CONFIG.json",
         1,
         1,
         Completes::files,
         DealFlags::none,
         {},
         "turn a checkpoint's config.json into a model of the catalogue",
         "Reads a Hugging Face config.json and prints the model as the table that data/models "
         "holds, with the totals computed from it. An architecture that cannot be expressed is "
         "refused with the name of the field.",
         import_examples},
    Verb{VerbId::fabrics, "fabrics", "[NAME]", 0, 1, Completes::nothing, DealFlags::none,
         fabrics_flags, "list how chips are joined and sold in nodes",
         "One line a fabric: the chips that its fast links join, and the bandwidth inside and "
         "between nodes. A name may be a chip's.",
         fabrics_examples},
    Verb{VerbId::prices, "prices", "[ITEM]", 0, 1, Completes::nothing, DealFlags::none,
         fabrics_flags, "list dated prices and rents with their sources",
         "One line a price: what, where, on which terms, when it was said, the range for one, and "
         "by whom. An item is a chip, `building`, `electricity`, `pue` or a kind such as `rent`.",
         prices_examples},
    Verb{VerbId::validate, "validate", "", 0, 0, Completes::nothing, DealFlags::none,
         validate_flags, "predict published measurements and say how far off the predictions are",
         "Predicts every row that is marked as scored from its configuration alone, and prints the "
         "median and 90th percentile of the error and the bias by class, every group of rows "
         "counted once; for the part that parameters were learnt from, for the part that is only "
         "reported on, and for both. Rows that cannot be expressed are counted by reason; the "
         "worst twenty come with the likely reason.",
         validate_examples},
    Verb{VerbId::calibrate, "calibrate", "", 0, 0, Completes::nothing, DealFlags::none,
         calibrate_flags, "fit the parameters of engines or of kernels to measurements",
         "Fits engines on the learning half of published measurements (each group of rows counts "
         "once), by a robust search that a seed makes reproducible, and prints a file for "
         "data/engines. Progress and the error on both halves go to standard error.",
         calibrate_examples},
    Verb{VerbId::completion,
         "completion",
         "bash|zsh|fish",
         1,
         1,
         Completes::nothing,
         DealFlags::none,
         {},
         "print a completion script for a shell",
         "The script completes verbs, flags, chips and places.",
         completion_examples},
    Verb{VerbId::version, "version", "", 0, 0, Completes::nothing, DealFlags::none, version_flags,
         "print versions, hashes and the days to which the rules are known",
         "Prints the program's version, the hashes of the data and of the rulebook, and the days "
         "to which the Federal Register and the text of the regulations were read.",
         version_examples},
    Verb{VerbId::help,
         "help",
         "[VERB]",
         0,
         2,
         Completes::nothing,
         DealFlags::none,
         {},
         "explain a verb",
         "Lists the verbs, or explains one with its flags and examples.",
         help_examples},
};

Completes completes(const facts::DealKey& key) {
    if (key.value == "CHIP") return Completes::chips;
    if (key.value == "PLACE") return Completes::places;
    if (key.value == "FILE") return Completes::files;
    return key.value.contains('|') ? Completes::words : Completes::nothing;
}

bool takes(DealFlags which, const facts::DealKey& key) {
    switch (which) {
        case DealFlags::none:
            return false;
        case DealFlags::own_chip:
            return key.own_chip;
        case DealFlags::all:
            return true;
        case DealFlags::all_but_on:
            return key.name != "on";
    }
    return false;
}

}  // namespace

std::span<const Verb> verbs() { return verb_table; }

const Verb* find_verb(std::string_view name) {
    const auto found = std::ranges::find(verb_table, name, &Verb::name);
    return found == verb_table.end() ? nullptr : &*found;
}

std::vector<Flag> flags_of(const Verb& verb) {
    std::vector<Flag> flags{verb.flags.begin(), verb.flags.end()};
    for (const auto& key : facts::deal_keys())
        if (takes(verb.deal, key))
            flags.push_back({key.flag, key.value, key.help, key.repeatable, completes(key),
                             key.value.contains('|') ? key.value : std::string_view{}});
    flags.insert(flags.end(), every_verb.begin(), every_verb.end());
    return flags;
}

}  // namespace sluice::cli
