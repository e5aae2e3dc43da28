#include "cli/flags.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "cli/door.h"

namespace sluice::cli {
namespace {

// In the order in which a verb lists them.
constexpr std::array flag_table = {
    Flag{"--chip", "CHIP", "chip of the catalogue", "perf|train|simulate|capacity"},
    Flag{"--model", "MODEL", "neural network, by id or alias",
         "perf|train|compare|simulate|capacity"},
    Flag{"--tokens", "T", "tokens to train on, such as 300B, 14.8T or 15e12", "train"},
    Flag{"--input", "N", "tokens of a prompt", "perf|compare"},
    Flag{"--output", "N", "tokens that are generated for it", "perf|compare"},
    Flag{"--work", "KIND", "default serve; several give several rows", "compare", true,
         "decode|prefill|serve|train"},
    Flag{"--chips", "N", "how many; default: one node, or the fewest that hold the model",
         "perf|simulate|capacity"},
    Flag{"--pool", "POOL", "more replicas, as \"h20 chips=8 replicas=2 role=decode plan=tp8\"",
         "simulate|capacity", true},
    Flag{"--replicas", "N", "of --chip's plan; default: as many as its chips make", "simulate"},
    Flag{"--replicas", "N", "find the highest rate of so many; default: the fewest at this rate",
         "capacity"},
    Flag{"--trace", "FILE", "requests to replay, in any format that `trace describe` reads",
         "simulate|capacity|check"},
    Flag{"--arrivals", "KIND", "default poisson; diurnal follows a day of DeepSeek-R1",
         "trace make|simulate|capacity", false, "poisson|gamma|diurnal"},
    Flag{"--client", "FILE", "rates, gaps and lengths of a ServeGen client",
         "trace make|simulate|capacity"},
    Flag{"--rate", "R", "mean requests a second (default 1; a trace, a day, a client: their own)",
         "trace make|simulate|capacity"},
    Flag{"--cv", "CV", "coefficient of variation of gaps (gamma: 2)",
         "trace make|simulate|capacity"},
    Flag{"--lengths", "KIND", "chat (default), code, reasoning or fixed:I,O",
         "trace make|simulate|capacity"},
    Flag{"--requests", "N", "stop after so many (default 1000); a trace starts over",
         "trace make|simulate|capacity"},
    Flag{"--hours", "H", "stop after so long", "trace make|simulate|capacity"},
    Flag{"--seed", "SEED", "the same gives the same requests (default 1)",
         "trace make|simulate|capacity"},
    Flag{"--skip-bad", "D", "pass over at most so many wrong rows (default 0)",
         "trace describe|simulate|capacity"},
    Flag{"--strict", "", "refuse requests out of order of time",
         "trace describe|simulate|capacity"},
    Flag{"--scheduler", "KIND", "how steps are filled; default vllm", "simulate|capacity", false,
         "vllm|sglang|orca|sarathi|static"},
    Flag{"--router", "KIND", "default least-outstanding", "simulate|capacity", false,
         "round-robin|least-outstanding|kv-aware|prefix-aware"},
    Flag{"--batched-tokens", "N", "most tokens of a step; default: the engine's",
         "simulate|capacity"},
    Flag{"--max-sequences", "N", "most sequences of a rank; default: the engine's",
         "simulate|capacity"},
    Flag{"--kv-blocks", "N", "blocks of 16 tokens of a rank's cache; default: what fits",
         "simulate|capacity"},
    Flag{"--no-prefix-cache", "", "compute every prompt whole", "simulate|capacity"},
    Flag{"--fail", "R:FROM:TO", "replica R (from 0) is down between two times, in s", "simulate",
         true},
    Flag{"--autoscale", "N", "start with so many replicas, add others as queues grow", "simulate"},
    Flag{"--scale-queue", "N", "waiting requests a replica that start one more (default 8)",
         "simulate"},
    Flag{"--scale-delay", "S", "until it serves (default 60)", "simulate"},
    Flag{"--exact", "", "exact percentiles; else within 0.8 %", "simulate"},
    Flag{"--one-by-one", "", "every step by itself: slow, for comparison", "simulate"},
    Flag{"--per-request", "FILE", "write every request's times here (CSV)", "simulate"},
    Flag{"--timeline", "FILE", "write what replicas do here (JSON for Perfetto)", "simulate"},
    Flag{"--percentile", "P", "of requests that keep the objectives (default 99)", "capacity"},
    Flag{"--chips", "N", "how many", "train"},
    Flag{"--chips", "N", "at most so many of each; default 128, for training 2,048", "compare"},
    Flag{"--slo-ttft", "S", "most seconds to the first token, without a queue", "perf|compare"},
    Flag{"--slo-ttft", "S", "most seconds to the first token", "simulate|capacity"},
    Flag{"--slo-tpot", "S", "most seconds between two tokens", "perf|compare|simulate|capacity"},
    Flag{"--objective", "GOAL", "what is best; default throughput", "perf", false,
         "throughput|latency|cost"},
    Flag{"--plan", "PLAN", "degrees to keep to, as \"tp8 ep8\"; the rest is searched",
         "perf|train|simulate|capacity"},
    Flag{"--sequence", "N", "tokens of a sequence (default 4096)", "train"},
    Flag{"--global-batch", "N", "sequences a step; default: 8 a chip, at most 15,360", "train"},
    Flag{"--micro-batch", "N", "sequences that a rank takes at once; default: searched", "train"},
    Flag{"--schedule", "KIND", "default: searched", "train", false,
         "1f1b|interleaved|zero-bubble|dualpipe"},
    Flag{"--recompute", "WHAT", "default: the least that fits", "train", false,
         "none|attention|all"},
    Flag{"--format", "F", "fp8, bf16 …, or weights/products/cache",
         "perf|train|compare|simulate|capacity"},
    Flag{"--engine", "E", "of data/engines; default: the chip's usual",
         "perf|train|compare|simulate|capacity"},
    Flag{"--concurrency", "N", "requests in flight on all chips", "perf|compare"},
    Flag{"--mtp", "D", "tokens drafted a step", "perf|compare|simulate|capacity"},
    Flag{"--accept", "A", "mean tokens that a step emits then, 1 to 1 + D",
         "perf|compare|simulate|capacity"},
    Flag{"--disaggregated", "", "run prompts and tokens on chips of their own", "perf"},
    Flag{"--price-per-hour", "P", "USD a chip-hour; default: as the price list says", "train"},
    Flag{"--on", "DATE", "prices of that day; default: the last",
         "perf|train|compare|simulate|capacity"},
    Flag{"--place", "PLACE", "where prices hold; default US",
         "perf|train|compare|simulate|capacity"},
    Flag{"--markdown", "", "print the table in Markdown", "compare"},
    Flag{"--measured", "FILE", "published measurements, one a row (CSV)", "validate|calibrate"},
    Flag{"--kernels", "DIR", "measured kernel times, in tables (CSV)", "validate|calibrate"},
    Flag{"--by", "KEY", "a table by this key as well", "validate", false,
         "kind|chip|model|family|software|metric|engine"},
    Flag{"--part", "PART", "rows learnt from, or the others", "validate", false,
         "learn|report|all"},
    Flag{"--seed", "SEED", "of the search for kernels (default 1)", "calibrate"},
    Flag{"--out", "FILE", "write here instead of to the screen", "trace make"},
    Flag{"--out", "FILE", "write here (CSV), and go on from there after a stop", "sweep"},
    Flag{"--threads", "N", "points at once; default: as many as there are cores", "sweep"},
    Flag{"--shard", "I/N", "only the I-th of N parts, from 1", "sweep"},
    Flag{"--merge", "FILE", "run nothing, put the shards' files together", "sweep", true},
    Flag{"--out", "FILE", "write the parameters here instead of to the screen", "calibrate"},
    Flag{"--output", "FILE", "write here when every row is done, instead of to the screen", "bulk"},
    Flag{"--cases", "FILE", "worked cases as CSV instead of those in the rules", "law test", true},
    Flag{"--check", "", "write nothing; name the files that would change and exit 1", "law fmt"},
    Flag{"--check", "", "list models whose total is over 1 % from the published", "models"},
    Flag{"--on", "DATE", "day to ask about; default: the last day the rules are known",
         "classify|law list|chips|places"},
    Flag{"--on", "DATE", "only the version that speaks on that day", "law show"},
    Flag{"--kind", "KIND", "only one kind, such as requirement or exception", "law list", false,
         "definition|classification|requirement|exception|review|tariff|import_measure|red_flag|"
         "obligation|watch"},
    Flag{"--from", "DATE", "the earlier day", "law diff"},
    Flag{"--to", "DATE", "the later day", "law diff"},
    Flag{"--chip", "CHIP", "only this chip", "law diff", true},
    Flag{"--place", "PLACE", "only this destination", "law diff", true},
    Flag{"--known-on", "DATE", "answer with what was published by that day only",
         "check|classify|timeline|law list|law show|law diff|bulk"},
    Flag{"--strict", "", "assume nothing: what is not stated is unknown", "check|timeline|bulk"},
    Flag{"--json", "", "print JSON",
         "check|classify|timeline|law list|law show|law diff|chips|places|models|fabrics|prices|"
         "perf|train|compare|validate|version|trace describe|simulate|capacity"},
    Flag{"--all", "", "print every margin, flip and finding, not the first few", "check"},
    Flag{"--all", "", "print every classification, not only what is met", "classify"},
    Flag{"--no-compute", "", "without what the chips do and cost", "check"},
    Flag{"--show", "STAGE", "print one stage instead", "check", false, "case|rulebook|findings"},
    Flag{"--exit-code", "",
         "exit 0 free, 10 exception, 11 licence, 12 risk, 13 prohibited, 14 undetermined", "check"},
    Flag{"--ids", "", "print the identifiers only, one a line", "chips|places|models"},
};

constexpr std::array every_verb = {
    Flag{"--law", "DIR", "lay your own .law files over the rulebook"},
    Flag{"--data", "DIR", "read rules, chips and places from here (also SLUICE_DATA)"},
    Flag{"--color", "WHEN", "also NO_COLOR", "", false, "auto|always|never"},
    Flag{"--help", "", "explain this verb"},
};

constexpr std::array verb_table = {
    Verb{"check", verb::check, "[DEAL.toml]", "say whether a deal may go ahead, and why",
         DealFlags::all},
    Verb{"classify", verb::classify, "[CHIP]",
         "place a chip in its tier, with TPP, density and margins", DealFlags::own_chip},
    Verb{"timeline", verb::timeline, "[CHIP]",
         "show how the answer for a chip and a place changed over time", DealFlags::all_but_on},
    Verb{"law list", verb::law_list, "", "list the provisions in force on a day"},
    Verb{"law show", verb::law_show, "PROVISION", "print a provision with all its versions"},
    Verb{"law diff", verb::law_diff, "",
         "say what changed between two days, and for which chips and places", DealFlags::none,
         "--from|--to"},
    Verb{"law lint", verb::law_lint, "",
         "find clauses that cannot decide, overlaps without order, missing sources"},
    Verb{"law test", verb::law_test, "", "run the cases in the rules, or a file of worked cases"},
    Verb{"law fmt", verb::law_fmt, "FILE...", "set line ends and indentation of .law files"},
    Verb{"chips", verb::chips, "[CHIP]",
         "list the chips of the catalogue, or all that is known of one"},
    Verb{"places", verb::places, "[PLACE]", "list places and their country groups on a day"},
    Verb{"bulk", verb::bulk, "FILE.csv", "determine every row of a CSV file", DealFlags::all},
    Verb{"models", verb::models, "[NAME]",
         "list the neural networks of the catalogue, or all that is known of one"},
    Verb{"models import", verb::models_import, "CONFIG.json",
         "turn a checkpoint's config.json into a model of the catalogue"},
    Verb{"fabrics", verb::fabrics, "[NAME]", "list how chips are joined and sold in nodes"},
    Verb{"prices", verb::prices, "[ITEM]", "list dated prices and rents with their sources"},
    Verb{"perf", verb::perf, "",
         "find the best way to serve a model on a chip, and say what it does", DealFlags::none,
         "--chip|--model|--input|--output"},
    Verb{"train", verb::train, "", "say what training a model on so many tokens takes and costs",
         DealFlags::none, "--chip|--model|--tokens|--chips"},
    Verb{"compare", verb::compare, "CHIP...", "put chips side by side on the same work",
         DealFlags::none, "--model|--input|--output"},
    Verb{"simulate", verb::simulate, "", "replay traffic through a fleet, request by request",
         DealFlags::none, "--model"},
    Verb{"capacity", verb::capacity, "",
         "find the smallest fleet, or the highest rate, that keeps the objectives", DealFlags::none,
         "--model"},
    Verb{"sweep", verb::sweep, "FILE.toml", "simulate every point of a grid, on all cores"},
    Verb{"trace describe", verb::trace_describe, "FILE",
         "say what a request trace holds: rates, lengths, shared prefixes"},
    Verb{"trace make", verb::trace_make, "", "make a request trace from a seed"},
    Verb{"validate", verb::validate, "",
         "predict published measurements and say how far off the predictions are"},
    Verb{"calibrate", verb::calibrate, "",
         "fit the parameters of engines or of kernels to measurements"},
    Verb{"completion", verb::completion, "bash|zsh|fish|words WORD...",
         "print a completion script for a shell"},
    Verb{"version", verb::version, "",
         "print versions, hashes and the days to which the rules are known"},
    Verb{"help", verb::help, "[VERB...]", "explain a verb"},
};

bool takes(DealFlags which, const facts::DealKey& key) {
    return which == DealFlags::all || (which == DealFlags::all_but_on && key.name != "on") ||
           (which == DealFlags::own_chip && key.own_chip);
}

}  // namespace

std::span<const Verb> verbs() { return verb_table; }

const Verb* find_verb(std::string_view name) {
    const auto found = std::ranges::find(verb_table, name, &Verb::name);
    return found == verb_table.end() ? nullptr : &*found;
}

std::vector<Flag> flags_of(const Verb& verb) {
    std::vector<Flag> flags;
    for (const auto& flag : flag_table)
        for (const auto name : std::views::split(flag.verbs, '|'))
            if (std::string_view{name} == verb.name) flags.push_back(flag);
    for (const auto& key : facts::deal_keys())
        if (takes(verb.deal, key))
            flags.push_back({key.flag,
                             key.value,
                             key.help,
                             {},
                             key.repeatable,
                             key.value.contains('|') ? key.value : std::string_view{}});
    flags.insert(flags.end(), every_verb.begin(), every_verb.end());
    return flags;
}

}  // namespace sluice::cli
