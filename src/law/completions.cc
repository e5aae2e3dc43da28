#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <numeric>
#include <set>

#include "law/verdict.h"
#include "text/sequence.h"

namespace sluice::law {
namespace {

using facts::Facts;
using facts::FactType;
using facts::Value;
using quantity::Wide;

constexpr std::size_t most_completions = 20'000;
constexpr std::int64_t largest = quantity::Decimal::largest().millionths();

// The open facts under the unknown parts of conditions, as they are come upon.
struct Collector {
    const Evidence& evidence;
    const Facts& facts;
    std::vector<bool> seen = std::vector<bool>(evidence.rules.nodes.size());
    std::vector<FactId> found{};

    void add(FactId fact) {
        const auto known = facts[facts::index(fact)].known;
        const bool open = known == Known::unknown || known == Known::range;
        if (open && !text::contains(found, fact)) found.push_back(fact);
    }
    void collect(NodeId root) {
        if (seen[static_cast<std::size_t>(root)] || evidence.of(root) != Truth::unknown) return;
        seen[static_cast<std::size_t>(root)] = true;
        const auto& node = evidence.rules.node(root);
        switch (node.op) {
            case Node::Op::constant:
                return;
            case Node::Op::compare:
                for (const auto& term : evidence.rules.terms_of(node)) add(term.fact);
                return;
            case Node::Op::negate:
                return collect(node.first);
            case Node::Op::all:
            case Node::Op::any:
            case Node::Op::doubt:
                for (const auto operand : evidence.rules.operands_of(node)) collect(operand);
                return;
            default:
                return add(node.fact);
        }
    }
};

// Those on which a determination hangs.
std::vector<FactId> open_facts(const Evidence& evidence, const Facts& facts) {
    Collector open{evidence, facts};
    const auto may_be = [&](auto at) { return evidence.of_provision(at) != Truth::not_met; };
    for (const auto kind : {Kind::requirement, Kind::exception, Kind::classification})
        for (const auto at : evidence.rules.of(kind)) {
            open.collect(evidence.at(at).node);
            if (kind == Kind::requirement && may_be(at)) open.collect(evidence.at(at).enforced);
        }
    // Reviews matter only for requirements that may bite.
    for (const auto at : evidence.rules.of(Kind::review))
        if (std::ranges::any_of(evidence.at(at).covers, may_be)) open.collect(evidence.at(at).node);
    // Numbers last: their critical values depend on what the others are.
    std::ranges::stable_sort(open.found, {},
                             [](FactId f) { return facts::info(f).type == FactType::number; });
    return std::move(open.found);
}

// Codes, or millionths.
std::vector<std::int64_t> present_values(const Rulebook& rules, const Facts& facts, FactId fact) {
    switch (facts::info(fact).type) {
        case FactType::boolean:
            return {0, 1};
        case FactType::choice: {
            std::vector<std::int64_t> codes(facts::info(fact).choices.size());
            std::iota(codes.begin(), codes.end(), 0);
            return codes;
        }
        case FactType::place: {
            // One place for each way of belonging to the sets that the rules ask of this fact.
            std::vector<std::int64_t> found;
            const auto classes = place_classes(rules, fact);
            for (std::size_t place = 0; place < classes.size(); ++place)
                if (classes[place] == found.size())
                    found.push_back(static_cast<std::int64_t>(place));
            return found;
        }
        case FactType::party:
        case FactType::chip: {
            std::vector<std::int64_t> codes{facts::unaddressed};
            for (const auto& node : rules.nodes)
                if (node.op == Node::Op::one_of && node.fact == fact)
                    text::append(codes, rules.code_sets[static_cast<std::size_t>(node.first)]);
            text::sort_unique(codes);
            return codes;
        }
        case FactType::number:
            break;
    }
    const auto& value = facts[facts::index(fact)];
    const bool ranged = value.known == Known::range;
    return critical_values(rules, facts, fact, ranged ? value.lo : 0,
                           ranged ? value.hi : largest - 1);
}

// Of what is unknown it is not known either that it exists; only numbers and `exists` can tell.
std::vector<Value> candidates(const Rulebook& rules, const Facts& facts, FactId fact) {
    std::vector<Value> values;
    for (const auto value : present_values(rules, facts, fact))
        values.push_back(Value::code(value));
    const auto tells = [&](const Node& node) {
        return node.op == Node::Op::exists && node.fact == fact;
    };
    if (facts[facts::index(fact)].known == Known::unknown &&
        (facts::info(fact).type == FactType::number || std::ranges::any_of(rules.nodes, tells)))
        values.push_back(Value::absent());
    return values;
}

struct Sample {
    std::vector<Value> values{};  // of the open facts, in order; unknown: it no longer matters
    Verdict verdict{};
    std::optional<Lane> lane{};
    bool lane_open = false;
    bool settled = false;
    std::string_view tier{};
    std::array<int, 4> keys{};  // per Question; equal keys are equal answers
};

// The lane of a completed case; one that the text leaves open counts as none.
LaneAnswer lane_of(const Evidence& evidence, const Verdict& verdict) {
    if (verdict.at_most != Outcome::licence_required) return {};
    std::vector<Requirement> requirements;
    for (const auto at : evidence.rules.of(Kind::requirement)) {
        const auto& provision = evidence.at(at);
        const auto truth = evidence.of(provision.node);
        if (truth == Truth::not_met) continue;
        requirements.push_back(
            {.provision = at, .truth = truth, .enforced = evidence.of(provision.enforced)});
        choose_lane(evidence, requirements.back());
    }
    auto answer = overall_lane(requirements, verdict.enforced == Truth::met);
    if (answer.open) answer.lane.reset();
    return answer;
}

// The questions on which samples may disagree, in the order in which they are asked.
enum Question : std::size_t { ask_outcome, ask_enforced, ask_lane, ask_tier };
constexpr std::array questions = {ask_outcome, ask_enforced, ask_lane, ask_tier};

std::vector<NodeId> unknown_nodes(const Evidence& evidence) {
    std::vector<NodeId> nodes;
    for (NodeId node = 0; static_cast<std::size_t>(node) < evidence.truths.size(); ++node)
        if (evidence.of(node) == Truth::unknown) nodes.push_back(node);
    return nodes;
}

// Are the answers to a question, in order and without repeats, the same?
bool same_answers(std::span<const Sample> a, std::span<const Sample> b, Question question) {
    const auto skip = [&](std::span<const Sample>& from, int key) {
        const auto other = std::ranges::find_if(
            from, [&](const Sample& sample) { return sample.keys[question] != key; });
        from = {other, from.end()};
    };
    while (!a.empty() && !b.empty() && a[0].keys[question] == b[0].keys[question]) {
        const int key = a[0].keys[question];
        skip(a, key);
        skip(b, key);
    }
    return a.empty() && b.empty();
}

// Tries every combination of values, one fact after the other, and no further than it matters:
// where the facts so far settle everything, the values of the rest stay unknown.
struct Trial {
    const Evidence& evidence;
    Facts facts;
    const std::vector<FactId> open;
    std::vector<Value> values = std::vector<Value>(open.size());
    std::vector<Truth> truths{evidence.truths.begin(), evidence.truths.end()};
    const std::vector<NodeId> unknown = unknown_nodes(evidence);  // nothing changes the others
    std::vector<Sample> samples{};
    // Of each open fact: does the answer depend on it, for some values of those before it?
    std::vector<std::array<bool, questions.size()>> matters{open.size()};

    // False when there are too many.
    bool run(std::size_t depth = 0) {
        if (samples.size() == most_completions) return false;
        const bool last = depth == open.size();
        auto sample = judge(last);
        if (sample.settled || last) {
            samples.push_back(std::move(sample));
            return true;
        }
        auto& slot = facts[facts::index(open[depth])];
        const auto before = slot;
        const auto first = samples.size();
        std::size_t second = 0;  // where the samples of the second value begin
        for (const auto& value : candidates(evidence.rules, facts, open[depth])) {
            const auto begin = samples.size();
            slot = values[depth] = value;
            if (!run(depth + 1)) return false;
            if (begin == first) second = samples.size();
            const std::span all{samples};
            for (const auto question : questions)
                matters[depth][question] =
                    matters[depth][question] ||
                    !same_answers(all.subspan(first, second - first), all.subspan(begin), question);
        }
        slot = before;
        values[depth] = Value::unknown();
        return true;
    }

    // Complete where all is settled or nothing is left to try.
    Sample judge(bool last) {
        evaluate(evidence.rules, facts, unknown, truths);
        const Evidence now{evidence.rules, truths, evidence.stated};
        Sample sample{.verdict = verdict(now)};
        const auto& v = sample.verdict;
        const bool settled = v.at_least == v.at_most && v.enforced != Truth::unknown;
        if (!settled && !last) return sample;
        sample.tier = tier_name(now);
        const auto lane = lane_of(now, v);
        sample.lane = lane.lane;
        sample.lane_open = lane.open;
        sample.settled = settled && sample.tier != "undetermined" && !lane.open;
        sample.values = values;
        const int outcome = static_cast<int>(v.at_least) * 16 + static_cast<int>(v.at_most);
        sample.keys = {outcome, outcome * 4 + static_cast<int>(v.enforced),
                       lane.lane ? static_cast<int>(*lane.lane) : -1,
                       static_cast<int>(std::hash<std::string_view>{}(sample.tier))};
        return sample;
    }
};

// The open facts on which the answer hangs, those first that settle it alone most often.
std::vector<MissingFact> rank(const Trial& trial, Question question) {
    std::vector<MissingFact> missing;
    for (std::size_t i = 0; i < trial.open.size(); ++i) {
        if (!trial.matters[i][question]) continue;
        std::map<std::pair<Known, std::int64_t>, std::set<int>> by_value;
        std::set<int> whatever;  // answers that came without asking this fact
        for (const auto& s : trial.samples) {
            const auto& value = s.values[i];
            auto& keys =
                value.known == Known::unknown ? whatever : by_value[{value.known, value.lo}];
            keys.insert(s.keys[question]);
        }
        std::size_t settled = 0;
        for (auto& [value, keys] : by_value) {
            keys.insert(whatever.begin(), whatever.end());
            settled += keys.size() == 1;
        }
        missing.push_back(
            {.fact = trial.open[i],
             .decides = static_cast<double>(settled) / static_cast<double>(by_value.size())});
    }
    std::ranges::stable_sort(missing, std::greater{}, &MissingFact::decides);
    return missing;
}

// Gaps in the text: the `unclear` clauses that hold and leave their provision unknown.
void add_gaps(const Evidence& evidence, std::vector<MissingFact>& missing) {
    for (const auto kind : {Kind::requirement, Kind::exception, Kind::classification})
        for (const auto at : evidence.rules.of(kind)) {
            const auto& provision = evidence.at(at);
            if (evidence.of(provision.node) != Truth::unknown) continue;
            for (std::size_t i = 0; i < provision.doubts.size(); ++i)
                if (evidence.of(provision.doubts[i]) == Truth::met)
                    missing.push_back({.gap = provision.version->doubts[i].text});
        }
}

}  // namespace

std::vector<FactId> open_facts(const Evidence& evidence, const Facts& facts, NodeId root) {
    Collector open{evidence, facts};
    open.collect(root);
    return std::move(open.found);
}

std::vector<std::int64_t> critical_values(const Rulebook& rules, const Facts& facts, FactId fact,
                                          std::int64_t lo, std::int64_t hi) {
    std::vector<std::int64_t> values{lo, hi};
    const auto around = [&](Wide numerator, std::int64_t coefficient) {
        if (coefficient == 0) return;
        auto at = numerator / coefficient;
        if (at < lo || at > hi) return;
        for (const auto v : {at - 1, at, at + 1})
            if (v >= lo && v <= hi) values.push_back(static_cast<std::int64_t>(v));
    };
    for (const auto& node : rules.nodes) {
        if (node.op == Node::Op::compare1 && node.fact == fact) around(node.bound, 1'000'000);
        if (node.op != Node::Op::compare) continue;
        const auto terms = rules.terms_of(node);
        const auto own = std::ranges::find(terms, fact, &CompiledTerm::fact);
        if (own == terms.end()) continue;
        // With one other open term, the line is crossed where that term takes its own ends or
        // thresholds; between those crossings the order of all thresholds stays the same.
        std::vector<Wide> rests{0};
        for (const auto& term : terms) {
            if (term.fact == fact) continue;
            const auto& value = facts[facts::index(term.fact)];
            std::vector<std::int64_t> points{value.lo};
            if (value.known == Known::absent) rests.clear();
            if (value.known == Known::range) points.push_back(value.hi);
            if (value.known == Known::unknown || value.known == Known::range)
                for (const auto& other : rules.nodes)
                    if (other.op == Node::Op::compare1 && other.fact == term.fact)
                        points.push_back(static_cast<std::int64_t>(other.bound / 1'000'000));
            std::vector<Wide> next;
            for (const auto rest : rests)
                for (const auto point : points)
                    next.push_back(rest + static_cast<Wide>(term.coefficient) * point);
            rests = std::move(next);
        }
        for (const auto rest : rests) around(node.bound - rest, own->coefficient);
    }
    text::sort_unique(values);
    return values;
}

Completed complete(const Evidence& evidence, const facts::Case& the_case) {
    Completed result;
    Trial trial{evidence, the_case.facts, open_facts(evidence, the_case.facts)};
    result.exhaustive = trial.run();
    if (!result.exhaustive) {
        for (const auto fact : trial.open) result.missing.push_back({.fact = fact});
        add_gaps(evidence, result.missing);
        return result;
    }
    const auto& samples = trial.samples;
    for (const auto& s : samples) {
        result.at_least = std::min(result.at_least, s.verdict.at_least);
        result.at_most = std::max(result.at_most, s.verdict.at_most);
        result.enforced.push_back(s.verdict.enforced);
        result.lanes.push_back(s.lane);
        result.tiers.emplace_back(s.tier);
    }
    text::sort_unique(result.enforced);
    text::sort_unique(result.lanes);
    text::sort_unique(result.tiers);
    for (const auto question : questions) {
        const auto differs = [&](const Sample& s) {
            return s.keys[question] != samples[0].keys[question];
        };
        if (std::ranges::none_of(samples, differs)) continue;
        result.missing = rank(trial, question);
        break;
    }
    const bool lane_open = std::ranges::any_of(samples, &Sample::lane_open);
    if (result.at_least != result.at_most || lane_open) add_gaps(evidence, result.missing);
    return result;
}

}  // namespace sluice::law
