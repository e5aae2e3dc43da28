#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "law/verdict.h"

namespace sluice::law {
namespace {

using facts::Facts;
using facts::FactType;
using facts::Value;
using quantity::Wide;

constexpr std::size_t most_completions = 20'000;
constexpr std::int64_t largest = quantity::Decimal::largest().millionths();
constexpr std::int64_t unaddressed = -2;  // a party or chip that no rule names

bool open_fact(const Value& value) {
    return value.known == Known::unknown || value.known == Known::range;
}

// The open facts under the unknown parts of `root`, and whether the text itself leaves it unknown.
void collect(const Evidence& evidence, const Facts& facts, NodeId root, std::vector<bool>& seen,
             std::vector<FactId>& found) {
    if (seen[static_cast<std::size_t>(root)] || evidence.of(root) != Truth::unknown) return;
    seen[static_cast<std::size_t>(root)] = true;
    const auto& rules = evidence.rules;
    const auto& node = rules.nodes[static_cast<std::size_t>(root)];
    const auto add = [&](FactId fact) {
        if (open_fact(facts[facts::index(fact)]) && std::ranges::find(found, fact) == found.end())
            found.push_back(fact);
    };
    switch (node.op) {
        case Node::Op::constant:
            return;
        case Node::Op::compare1:
        case Node::Op::flag:
        case Node::Op::one_of:
        case Node::Op::in_places:
        case Node::Op::exists:
            return add(node.fact);
        case Node::Op::compare:
            for (std::int32_t i = 0; i < node.count; ++i)
                add(rules.terms[static_cast<std::size_t>(node.first + i)].fact);
            return;
        case Node::Op::negate:
            return collect(evidence, facts, node.first, seen, found);
        case Node::Op::all:
        case Node::Op::any:
        case Node::Op::doubt:
            for (const auto operand : rules.operands_of(node))
                collect(evidence, facts, operand, seen, found);
            return;
    }
}

std::vector<FactId> open_facts(const Evidence& evidence, const Facts& facts) {
    std::vector<bool> seen(evidence.rules.nodes.size());
    std::vector<FactId> found;
    for (const auto kind : {Kind::requirement, Kind::exception, Kind::classification})
        for (const auto at : evidence.rules.of(kind)) {
            collect(evidence, facts, evidence.at(at).node, seen, found);
            if (kind == Kind::requirement && evidence.of_provision(at) != Truth::not_met)
                collect(evidence, facts, evidence.at(at).enforced, seen, found);
        }
    // Reviews matter only for requirements that may bite.
    for (const auto at : evidence.rules.of(Kind::review)) {
        const auto& review = evidence.at(at);
        if (std::ranges::any_of(review.covers,
                                [&](auto r) { return evidence.of_provision(r) != Truth::not_met; }))
            collect(evidence, facts, review.node, seen, found);
    }
    // Numbers last: their critical values depend on what the others are.
    std::ranges::stable_sort(found, {},
                             [](FactId f) { return facts::info(f).type == FactType::number; });
    return found;
}

// One place for each way of belonging to the sets that the rules ask of this fact.
std::vector<Value> distinct_places(const Rulebook& rules, FactId fact) {
    std::vector<const facts::PlaceSet*> sets;
    for (const auto& node : rules.nodes)
        if (node.op == Node::Op::in_places && node.fact == fact)
            sets.push_back(&rules.place_sets[static_cast<std::size_t>(node.first)]);
    std::map<std::vector<bool>, std::size_t> classes;
    for (std::size_t place = 0; place < facts::PlaceSet{}.size(); ++place) {
        std::vector<bool> signature;
        for (const auto* set : sets) signature.push_back(set->test(place));
        classes.try_emplace(std::move(signature), place);
    }
    std::vector<Value> values;
    for (const auto& [signature, place] : classes)
        values.push_back(Value::code(static_cast<std::int64_t>(place)));
    return values;
}

std::vector<Value> distinct_names(const Rulebook& rules, FactId fact) {
    std::vector<std::int64_t> codes{unaddressed};
    for (const auto& node : rules.nodes) {
        if (node.op != Node::Op::one_of || node.fact != fact) continue;
        for (std::int64_t bit = 0; bit < 64; ++bit)
            if (node.mask >> bit & 1U) codes.push_back(bit);
        for (std::int32_t i = 0; i < node.count; ++i)
            codes.push_back(rules.codes[static_cast<std::size_t>(node.first + i)]);
    }
    std::ranges::sort(codes);
    codes.erase(std::ranges::unique(codes).begin(), codes.end());
    std::vector<Value> values;
    for (const auto code : codes) values.push_back(Value::code(code));
    return values;
}

std::vector<Value> present_values(const Rulebook& rules, const Facts& facts, FactId fact) {
    switch (facts::info(fact).type) {
        case FactType::boolean:
            return {Value::boolean(false), Value::boolean(true)};
        case FactType::choice: {
            std::vector<Value> values;
            for (std::size_t i = 0; i < facts::info(fact).choices.size(); ++i)
                values.push_back(Value::code(static_cast<std::int64_t>(i)));
            return values;
        }
        case FactType::place:
            return distinct_places(rules, fact);
        case FactType::party:
        case FactType::chip:
            return distinct_names(rules, fact);
        case FactType::number:
            break;
    }
    const auto& value = facts[facts::index(fact)];
    const bool ranged = value.known == Known::range;
    std::vector<Value> values;
    for (const auto v : critical_values(rules, facts, fact, ranged ? value.lo : 0,
                                        ranged ? value.hi : largest - 1))
        values.push_back({.known = Known::exact, .lo = v, .hi = v});
    return values;
}

// Of what is unknown it is not known either that it exists; only numbers and `exists` can tell.
std::vector<Value> candidates(const Rulebook& rules, const Facts& facts, FactId fact) {
    auto values = present_values(rules, facts, fact);
    const auto tells = [&](const Node& node) {
        return node.op == Node::Op::exists && node.fact == fact;
    };
    if (facts[facts::index(fact)].known == Known::unknown &&
        (facts::info(fact).type == FactType::number || std::ranges::any_of(rules.nodes, tells)))
        values.push_back(Value::absent());
    return values;
}

struct Sample {
    std::vector<Value> values;  // of the open facts, in order
    Verdict verdict;
    std::optional<Lane> lane;
    bool lane_open;  // by the text itself
    std::string_view tier;
    std::array<int, 4> keys;  // per Question; equal keys are equal answers
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

// Tries every combination of candidate values. False when there are too many.
bool try_all(const Evidence& evidence, Facts& facts, const std::vector<FactId>& open,
             std::size_t depth, std::vector<Value>& chosen, std::vector<Truth>& truths,
             std::vector<Sample>& samples) {
    if (depth == open.size()) {
        if (samples.size() == most_completions) return false;
        evaluate(evidence.rules, facts, truths);
        const Evidence completed{evidence.rules, truths, evidence.stated};
        const auto found = verdict(completed);
        const auto tier = tier_name(completed);
        const int outcome = static_cast<int>(found.at_least) * 16 + static_cast<int>(found.at_most);
        const auto [lane, otherwise, open_lane] = lane_of(completed, found);
        samples.push_back({chosen,
                           found,
                           lane,
                           open_lane,
                           tier,
                           {outcome, outcome * 4 + static_cast<int>(found.enforced),
                            lane ? static_cast<int>(*lane) : -1,
                            static_cast<int>(std::hash<std::string_view>{}(tier))}});
        return true;
    }
    auto& slot = facts[facts::index(open[depth])];
    const auto before = slot;
    for (const auto& value : candidates(evidence.rules, facts, open[depth])) {
        slot = value;
        chosen.push_back(value);
        const bool in_bounds = try_all(evidence, facts, open, depth + 1, chosen, truths, samples);
        chosen.pop_back();
        if (!in_bounds) {
            slot = before;
            return false;
        }
        slot = before;
    }
    return true;
}

// The questions on which samples may disagree, in the order in which they are asked.
enum Question : std::size_t { ask_outcome, ask_enforced, ask_lane, ask_tier };

int key(const Sample& sample, Question question) { return sample.keys[question]; }

bool agree(const std::vector<Sample>& samples, Question question) {
    return std::ranges::all_of(
        samples, [&](const Sample& s) { return key(s, question) == key(samples[0], question); });
}

// Are there two samples that differ in this fact alone, and in the answer?
bool turns(const std::vector<Sample>& samples, std::size_t fact, Question question) {
    std::vector<std::pair<std::uint64_t, int>> others;  // every other value, hashed
    for (const auto& s : samples) {
        std::uint64_t hash = 0;
        for (std::size_t i = 0; i < s.values.size(); ++i) {
            if (i == fact) continue;
            for (const auto part : {static_cast<std::uint64_t>(s.values[i].known),
                                    static_cast<std::uint64_t>(s.values[i].lo)}) {
                hash = (hash ^ part) * 0x9e3779b97f4a7c15U;
                hash ^= hash >> 29U;
            }
        }
        others.emplace_back(hash, key(s, question));
    }
    std::ranges::sort(others);
    return std::ranges::adjacent_find(others, [](const auto& a, const auto& b) {
               return a.first == b.first && a.second != b.second;
           }) != others.end();
}

// For each open fact: does its value change the answer, and how often does it settle it alone?
std::vector<MissingFact> rank(const std::vector<FactId>& open, const std::vector<Sample>& samples,
                              Question question) {
    std::vector<MissingFact> missing;
    std::set<int> everything;
    for (const auto& s : samples) everything.insert(key(s, question));
    for (std::size_t i = 0; i < open.size(); ++i) {
        std::map<std::pair<Known, std::int64_t>, std::set<int>> by_value;
        for (const auto& s : samples)
            by_value[{s.values[i].known, s.values[i].lo}].insert(key(s, question));
        std::size_t settled = 0;
        bool matters = false;
        for (const auto& [value, keys] : by_value) {
            settled += keys.size() == 1;
            matters = matters || keys.size() != everything.size();
        }
        if (matters || turns(samples, i, question))
            missing.push_back(
                {.fact = open[i],
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
                    missing.push_back({.gap = provision.version->doubts[i].why});
        }
}

}  // namespace

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
        const auto terms = std::span{rules.terms}.subspan(static_cast<std::size_t>(node.first),
                                                          static_cast<std::size_t>(node.count));
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
    std::ranges::sort(values);
    values.erase(std::ranges::unique(values).begin(), values.end());
    return values;
}

Completed complete(const Evidence& evidence, const facts::Case& the_case) {
    Completed result;
    auto facts = the_case.facts;
    const auto open = open_facts(evidence, facts);
    std::vector<Sample> samples;
    std::vector<Value> chosen;
    std::vector<Truth> truths;
    result.any = !open.empty();
    result.exhaustive = try_all(evidence, facts, open, 0, chosen, truths, samples);
    if (!result.exhaustive) {
        for (const auto fact : open) result.missing.push_back({.fact = fact});
        add_gaps(evidence, result.missing);
        return result;
    }
    for (const auto& s : samples) {
        result.outcomes.push_back(s.verdict.at_least);
        result.outcomes.push_back(s.verdict.at_most);
        result.enforced.push_back(s.verdict.enforced);
        result.lanes.push_back(s.lane);
        result.tiers.emplace_back(s.tier);
    }
    const auto distinct = [](auto& values) {
        std::ranges::sort(values);
        values.erase(std::ranges::unique(values).begin(), values.end());
    };
    distinct(result.outcomes);
    distinct(result.enforced);
    distinct(result.lanes);
    distinct(result.tiers);
    for (const auto question : {ask_outcome, ask_enforced, ask_lane, ask_tier}) {
        if (agree(samples, question)) continue;
        result.missing = rank(open, samples, question);
        break;
    }
    const bool lane_open = std::ranges::any_of(samples, &Sample::lane_open);
    if (result.outcomes.size() > 1 || lane_open) add_gaps(evidence, result.missing);
    return result;
}

}  // namespace sluice::law
