#include "law/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "law/contradiction.h"
#include "law/link.h"

namespace sluice::law {
namespace {

// Nothing here is an error: a limb that repeats another may name a paragraph that a lawyer looks
// for, and a letter that nobody published has no page to cite. It is a list to read before a merge.
struct Linter {
    const Lawbook& book;
    text::Diagnostics found{};

    text::Diagnostics run() {
        for (const auto& provision : book.provisions) {
            for (const auto& version : provision.versions) {
                clauses(version);
                origin(version);
            }
            gaps(provision);
            // What can only be stated, such as a red flag of conduct, has no sides to test.
            const auto decides = [](const Version& v) { return !v.limbs.empty(); };
            if (provision.cases.empty() && std::ranges::any_of(provision.versions, decides))
                text::report(found, provision.where, fmt::format("`{}` has no case", provision.id),
                             "", "add a `case` on each side of every threshold and date");
        }
        reviews();
        for (auto& one : found)
            if (one.severity != text::Severity::note) one.severity = text::Severity::warning;
        return std::move(found);
    }

    // ---- clauses that never decide ------------------------------------------------------------

    static std::string name_of(std::string_view word, std::string_view label) {
        return label.empty() ? std::string("`met when`") : fmt::format("{} `{}`", word, label);
    }

    void clauses(const Version& version) {
        for (const auto& limb : version.limbs) limb_alone(version, limb);
        for (const auto& carve : version.carves) carve_alone(version, carve);
        contained(version.limbs, "limb");
        contained(version.carves, "except");
        for (const auto& doubt : version.doubts) never_holds("unclear", doubt.when);
        for (const auto& ambiguity : version.ambiguities) never_holds("ambiguity", ambiguity.when);
    }

    bool never_holds(std::string_view clause, const Expr& when) {
        // `not always` says so itself: the text is known, what it covers was not published.
        if (when.op == Expr::Op::negate && when.children[0].op == Expr::Op::always) return true;
        if (!contradict({{&when}})) return false;
        text::report(found, when.where, fmt::format("{} can never hold", clause),
                     "its conditions exclude each other");
        return true;
    }

    void limb_alone(const Version& version, const Clause& limb) {
        if (never_holds(name_of("limb", limb.label), limb.when)) return;
        Conjuncts parts{{&limb.when}};
        for (const auto& carve : version.carves) parts.push_back({&carve.when, true});
        if (!contradict(parts)) return;
        text::report(found, limb.when.where,
                     fmt::format("{} can never decide", name_of("limb", limb.label)),
                     "an `except` takes all of it away");
    }

    void carve_alone(const Version& version, const Clause& carve) {
        if (never_holds(name_of("except", carve.label), carve.when)) return;
        const bool touches = std::ranges::any_of(version.limbs, [&](const Clause& limb) {
            return !contradict({{&limb.when}, {&carve.when}});
        });
        if (!touches)
            text::report(found, carve.when.where,
                         fmt::format("except `{}` can never decide", carve.label),
                         "it excludes every limb of its version");
    }

    void contained(const std::vector<Clause>& clauses, std::string_view word) {
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            for (std::size_t j = 0; j < clauses.size(); ++j) {
                if (i == j || !implies(clauses[i].when, clauses[j].when)) continue;
                const bool same = implies(clauses[j].when, clauses[i].when);
                if (same && i < j) continue;  // said once, at the later of the two
                text::report(found, clauses[i].when.where,
                             fmt::format("{} {} {}", name_of(word, clauses[i].label),
                                         same ? "says the same as" : "adds nothing to",
                                         name_of(word, clauses[j].label)),
                             same ? "" : "the other holds whenever this one does",
                             "keep it only where each paragraph must be named");
                break;
            }
        }
    }

    // ---- texts and dates ----------------------------------------------------------------------

    // A page, a paper or a number by which somebody else could find the document.
    static bool cites(std::string_view source) {
        constexpr std::array<std::string_view, 15> kinds = {
            " FR ",    "CFR",        "F.R.",     "letter",   "Letter",
            "press",   "Press",      "guidance", "Guidance", "FAQ",
            "Federal", "Public Law", "S. ",      "H.R.",     "Proclamation"};
        // 8-K and 10-Q have their numbers.
        return source.find_first_of("0123456789") != std::string_view::npos ||
               std::ranges::any_of(kinds, [&](auto kind) { return source.contains(kind); });
    }

    void origin(const Version& version) {
        if (!cites(version.source))
            text::report(
                found, version.where,
                fmt::format("the source `{}` cites nothing that can be looked up", version.source),
                "", "name the page, the number or the date of the document");
        if (version.text.empty() && !version.repealed)
            text::report(found, version.where, "this version has an empty text");
        for (const auto& condition : version.conditions)
            if (condition.text.empty())
                text::report(found, condition.where,
                             fmt::format("the condition `{}` has no text", condition.name));
        if (version.certainty < Certainty::memory) return;
        const bool memory = version.certainty == Certainty::memory;
        text::report(found, version.where,
                     fmt::format("this version rests on {}", memory ? "memory" : "inference"));
        found.back().severity = text::Severity::note;
    }

    void gaps(const Provision& provision) {
        for (std::size_t i = 0; i + 1 < provision.versions.size(); ++i) {
            const auto& until = provision.versions[i].until;
            const auto& next = provision.versions[i + 1];
            if (!until || next.effective <= *until) continue;
            text::report(
                found, next.where,
                fmt::format("`{}` says nothing from {} until {}", provision.id,
                            quantity::to_string(*until), quantity::to_string(next.effective)),
                "the version before this one ends earlier");
        }
    }

    // Which of two speaks makes no difference to the lane, but it does to the conditions.
    void reviews() {
        for (const auto& pair : unordered_reviews(book, true))
            text::report(found, pair.b_version->where,
                         fmt::format("`{}` and `{}` review `{}` in the same lane and have no order",
                                     pair.a->id, pair.b->id, pair.requirement),
                         fmt::format("the other stands at {}:{}", pair.a_version->where.file,
                                     pair.a_version->where.line),
                         fmt::format("add `over {}` to `{}`, or the other way round", pair.b->id,
                                     pair.a->id));
    }
};

}  // namespace

text::Diagnostics lint(const Lawbook& book) { return Linter{book}.run(); }

}  // namespace sluice::law
