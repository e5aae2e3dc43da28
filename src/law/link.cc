#include "law/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <span>
#include <utility>

#include "law/contradiction.h"
#include "text/sequence.h"
#include "text/suggest.h"

namespace sluice::law {
namespace {

using quantity::Period;

std::string place_of(const text::Location& where) {
    return fmt::format("{}:{}", where.file, where.line);
}

// Finds every name, then checks what no single file can show: the shape that a kind demands, the
// order of versions, circles, and reviews that disagree. All of it runs on the book as a whole,
// over all versions at once, so that an error shows at load and not on the day it would bite.
class Linker {
public:
    explicit Linker(Lawbook& book) : book_(book) {}

    text::Diagnostics run() {
        for (auto& provision : book_.provisions) {
            references(provision);
            if (!provision.broken) {
                shape(provision);
                order_of_versions(provision);
            }
        }
        condition_names();
        cycles({.verb = "asks",
                .hint = "break the circle: one of them must not use `met` here",
                .next = asked_by});
        cycles({.verb = "is over", .hint = "take one `over` away", .next = [](const Provision& p) {
                    return p.overrides_index;
                }});
        // Whether two reviews exclude each other is only worth saying of a book that is else sound.
        if (problems_.empty()) reviews();
        return std::move(problems_);
    }

private:
    const Provision& at(std::int32_t index) const {
        return book_.provisions[static_cast<std::size_t>(index)];
    }

    // ---- names --------------------------------------------------------------------------------

    std::int32_t find(std::string_view id, const text::Location& where) {
        const int found = book_.find(id);
        if (found >= 0) return found;
        auto hint = text::did_you_mean(id, book_.provisions, &Provision::id,
                                       "`sluice law list` lists every provision");
        text::report(problems_, where, fmt::format("no provision has the id `{}`", id), "",
                     std::move(hint));
        return -1;
    }

    std::vector<std::int32_t> find_all(const Provision& of, const std::vector<std::string>& ids,
                                       std::string_view clause, Kind kind) {
        std::vector<std::int32_t> found;
        for (const auto& id : ids) {
            const auto index = find(id, of.where);
            if (index < 0) continue;
            const auto& named = at(index);
            // An obligation may come with a requirement or with the use of an exception.
            const bool may_name = named.kind == kind ||
                                  (of.kind == Kind::obligation && named.kind == Kind::exception);
            if (!may_name && !named.broken) {
                text::report(
                    problems_, of.where,
                    fmt::format("`{}` in the `{}` of `{}` is no {}", id, clause, of.id,
                                to_string(kind)),
                    fmt::format("a {}, at {}", to_string(named.kind), place_of(named.where)));
            }
            found.push_back(index);
        }
        return found;
    }

    void references(Provision& provision) {
        provision.covers_index = find_all(provision, provision.covers, "for", Kind::requirement);
        provision.overrides_index = find_all(provision, provision.overrides, "over", Kind::review);
        const auto resolve = [&](Expr& top) {
            for_each_part(top, [&](Expr& expr) {
                if (expr.op == Expr::Op::met) expr.reference = find(expr.name, expr.where);
            });
        };
        for (auto& v : provision.versions) {
            for (auto* const list : {&v.limbs, &v.carves, &v.doubts, &v.ambiguities})
                for (auto& clause : *list) resolve(clause.when);
            for (auto& condition : v.conditions)
                if (condition.when) resolve(*condition.when);
        }
        for (auto& posture : provision.postures) resolve(posture.enforced);
    }

    // `--certify us_supply=yes` answers every provision that asks it, so it must ask the same
    // thing.
    void condition_names() {
        std::map<std::string, const Condition*, std::less<>> names;
        for (const auto& provision : book_.provisions) {
            for (const auto& version : provision.versions) {
                for (const auto& condition : version.conditions) {
                    const auto [first, fresh] = names.emplace(condition.name, &condition);
                    if (fresh || first->second->text == condition.text) continue;
                    text::report(
                        problems_, condition.where,
                        fmt::format("the condition `{}` has two texts", condition.name),
                        fmt::format("the first stands at {}", place_of(first->second->where)),
                        "one name has one meaning: use another name or the same text");
                }
            }
        }
        for (const auto& [name, condition] : names) book_.condition_names.push_back(name);
    }

    // ---- the shape of one provision -----------------------------------------------------------

    // What some kinds must have and others cannot.
    struct Part {
        bool stated, must, may;
        std::string_view what, add, only;
    };
    void check(const Provision& p, const text::Location& where, std::string_view subject,
               std::initializer_list<Part> parts) {
        for (const auto& part : parts) {
            if (part.stated ? part.may : !part.must) continue;
            text::report(problems_, where,
                         fmt::format("{} {} `{}` {} {}", subject, to_string(p.kind), p.id,
                                     part.stated ? "cannot have" : "needs", part.what),
                         "", std::string(part.stated ? part.only : part.add));
        }
    }

    void shape(const Provision& p) {
        const bool exception = p.kind == Kind::exception;
        const bool review = p.kind == Kind::review;
        const bool classification = p.kind == Kind::classification;
        const bool coded = exception || p.kind == Kind::import_measure;
        const bool covers = exception || review || p.kind == Kind::obligation;
        check(p, p.where, "the",
              {{!p.covers.empty(), exception || review, covers, "`for`",
                "add `for` with the ids of its requirements",
                "only exceptions, reviews and obligations are for requirements"},
               {!p.overrides.empty(), false, review, "`over`", "", "only reviews are over others"},
               {!p.tier.empty(), classification, classification, "a tier", "add `tier \"3A090.a\"`",
                "only classifications put an item in a tier"},
               {!p.code.empty(), exception, coded, "a code", "add `code \"NAC\"`",
                "only exceptions and import measures have one"},
               {!p.aes.empty(), false, exception, "an AES code", "", "only exceptions have one"}});
        for (const auto& version : p.versions) shape(p, version);
    }

    void shape(const Provision& p, const Version& v) {
        const bool silent = v.repealed || p.kind == Kind::red_flag || p.kind == Kind::watch;
        const bool requirement = p.kind == Kind::requirement;
        const bool review = p.kind == Kind::review;
        check(p, v.where, "this version of the",
              {{!v.limbs.empty(), !v.carves.empty() || (!silent && v.doubts.empty()), true,
                "a `met when`", "add `met when …`, or `met when always`", ""},
               {v.outcome.has_value(), requirement && !v.repealed, requirement, "an outcome",
                "add `then licence_required`", "only requirements have one"},
               {v.lane.has_value(), review && !v.repealed, review, "a lane",
                "add `then case_by_case`", "only reviews have one"},
               {!v.rate.empty(), false, p.kind == Kind::tariff, "a rate", "",
                "only tariffs have one"}});
        for (auto limb = v.limbs.begin(); limb != v.limbs.end(); ++limb) {
            if (std::ranges::find(v.limbs.begin(), limb, limb->label, &Clause::label) == limb)
                continue;
            text::report(problems_, limb->when.where,
                         limb->label.empty()
                             ? std::string("a second `met when` in one version")
                             : fmt::format("two limbs are called `{}`", limb->label),
                         "", "join them with `or`, or give each limb a label of its own");
        }
    }

    void order_of_versions(const Provision& p) {
        for (std::size_t i = 1; i < p.versions.size(); ++i) {
            const auto& before = p.versions[i - 1];
            const auto& after = p.versions[i];
            if (before.effective < after.effective) continue;
            const bool same = before.effective == after.effective;
            text::report(
                problems_, after.where,
                same ? fmt::format("two versions of `{}` take effect on {}", p.id,
                                   quantity::to_string(after.effective))
                     : fmt::format("the versions of `{}` do not stand in the order of their "
                                   "effective days",
                                   p.id),
                fmt::format("the other stands at {}", place_of(before.where)),
                same ? "give one of them another day, or make one of the two"
                     : "write the earlier version first");
        }
    }

    // ---- circles ------------------------------------------------------------------------------

    // What must be evaluated before this provision.
    static std::vector<std::int32_t> asked_by(const Provision& provision) {
        std::vector<std::int32_t> asked;
        for (const auto& version : provision.versions) {
            for (const auto* const list : {&version.limbs, &version.carves, &version.doubts})
                for (const auto& clause : *list)
                    for_each_part(clause.when, [&](const Expr& expr) {
                        if (expr.reference >= 0 && expr.op == Expr::Op::met)
                            asked.push_back(expr.reference);
                    });
        }
        return asked;
    }

    // Every circle that a depth-first walk closes is reported once, with the whole way round.
    struct Walk {
        std::string_view verb{}, hint{};  // of the message
        std::vector<std::int32_t> (*next)(const Provision&);
        std::vector<bool> visited{};
        std::vector<std::int32_t> path{};
    };
    void cycles(Walk walk) {
        walk.visited.resize(book_.provisions.size());
        for (std::int32_t root = 0; root < std::ssize(book_.provisions); ++root) visit(walk, root);
    }
    void visit(Walk& walk, std::int32_t provision) {
        const auto from = std::ranges::find(walk.path, provision);
        if (from != walk.path.end()) return report_circle({from, walk.path.end()}, walk);
        if (walk.visited[static_cast<std::size_t>(provision)]) return;
        walk.visited[static_cast<std::size_t>(provision)] = true;
        walk.path.push_back(provision);
        for (const auto next : walk.next(at(provision))) visit(walk, next);
        walk.path.pop_back();
    }

    void report_circle(std::span<const std::int32_t> circle, const Walk& walk) {
        const auto& first = at(circle.front());
        std::string chain = fmt::format("`{}` {}", first.id, walk.verb);
        std::string places;
        for (const auto& step : circle.subspan(1)) {
            const auto& provision = at(step);
            chain += fmt::format(" `{}` which {}", provision.id, walk.verb);
            places += fmt::format("{}`{}` stands at {}", places.empty() ? "" : ", ", provision.id,
                                  place_of(provision.where));
        }
        text::report(problems_, first.where, fmt::format("a circle: {} `{}`", chain, first.id),
                     places, std::string(walk.hint));
    }

    // ---- reviews that disagree ----------------------------------------------------------------

    void reviews() {
        for (const auto& pair : unordered_reviews(book_, false)) {
            text::report(
                problems_, pair.b_version->where,
                fmt::format("`{}` and `{}` give `{}` different lanes from {} on, neither over "
                            "the other",
                            pair.a->id, pair.b->id, pair.requirement,
                            quantity::to_string(pair.from)),
                fmt::format("{} here, {} at {}", to_string(*pair.b_version->lane),
                            to_string(*pair.a_version->lane), place_of(pair.a_version->where)),
                fmt::format("add `over {}` to `{}` if that one prevails, or the other way round",
                            pair.b->id, pair.a->id));
        }
    }

    Lawbook& book_;
    text::Diagnostics problems_;
};

// An order may run through other reviews.
bool is_over(const Lawbook& book, const Provision& above, const Provision& below) {
    const auto goal = static_cast<std::int32_t>(&below - book.provisions.data());
    auto reached = above.overrides_index;
    for (std::size_t i = 0; i < reached.size(); ++i) {
        if (reached[i] == goal) return true;
        const auto& next = book.provisions[static_cast<std::size_t>(reached[i])];
        for (const auto further : next.overrides_index)
            if (!text::contains(reached, further)) reached.push_back(further);
    }
    return false;
}

// Stays are left out on purpose: a stay may end, and the disagreement would then be live.
Period period_of(const Provision& p, std::size_t version) {
    const auto& v = p.versions[version];
    Period period{v.effective, v.until.value_or(quantity::end_of_time)};
    if (version + 1 < p.versions.size())
        period.until = std::min(period.until, p.versions[version + 1].effective);
    return period;
}

std::optional<UnorderedReviews> unordered(const Lawbook& book, const Provision& a,
                                          const Provision& b, bool same_lane) {
    const auto shared = std::ranges::find_first_of(a.covers, b.covers);
    if (shared == a.covers.end() || is_over(book, a, b) || is_over(book, b, a)) return {};
    for (std::size_t i = 0; i < a.versions.size(); ++i) {
        for (std::size_t j = 0; j < b.versions.size(); ++j) {
            const auto& first = a.versions[i];
            const auto& second = b.versions[j];
            const auto p = period_of(a, i);
            const auto q = period_of(b, j);
            const Period both{std::max(p.from, q.from), std::min(p.until, q.until)};
            if (!first.repealed && !second.repealed && !both.empty() &&
                (first.lane == second.lane) == same_lane && !exclude_each_other(first, second)) {
                return UnorderedReviews{&a, &b, &first, &second, *shared, both.from};
            }
        }
    }
    return {};
}

}  // namespace

std::vector<UnorderedReviews> unordered_reviews(const Lawbook& book, bool same_lane) {
    std::vector<UnorderedReviews> found;
    std::vector<const Provision*> before;
    for (const auto& p : book.provisions) {
        if (p.kind != Kind::review || p.broken) continue;
        for (const auto* const other : before)
            if (const auto pair = unordered(book, *other, p, same_lane)) found.push_back(*pair);
        before.push_back(&p);
    }
    std::ranges::stable_sort(found, {}, &UnorderedReviews::a);
    return found;
}

text::Diagnostics link(Lawbook& book) { return Linker(book).run(); }

}  // namespace sluice::law
