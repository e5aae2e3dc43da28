#include "law/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "law/contradiction.h"
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
    Linker(Lawbook& book, std::span<const std::string> broken) : book_(book), broken_(broken) {}

    text::Diagnostics run() {
        for (auto& provision : book_.provisions) {
            references(provision);
            if (!is_broken(provision)) {
                shape(provision);
                order_of_versions(provision);
            }
        }
        condition_names();
        cycles("asks", "break the circle: one of them must not use `met` here",
               [&](const Provision& p) { return asked_by(p); });
        cycles("is over", "take one `over` away",
               [](const Provision& p) { return p.overrides_index; });
        // Whether two reviews exclude each other is only worth saying of a book that is else sound.
        if (problems_.empty()) reviews();
        return std::move(problems_);
    }

private:
    bool is_broken(const Provision& provision) const {
        return std::ranges::binary_search(broken_, provision.id);
    }
    const Provision& at(std::int32_t index) const {
        return book_.provisions[static_cast<std::size_t>(index)];
    }
    void report(const text::Location& where, std::string message, std::string label = {},
                std::string hint = {}) {
        problems_.push_back({.message = std::move(message),
                             .where = where,
                             .label = std::move(label),
                             .hint = std::move(hint)});
    }

    // ---- names --------------------------------------------------------------------------------

    std::int32_t find(std::string_view id, const text::Location& where) {
        const int found = book_.find(id);
        if (found >= 0) return found;
        std::vector<std::string> ids;
        for (const auto& provision : book_.provisions) ids.push_back(provision.id);
        auto hint = text::did_you_mean(text::nearest(id, ids));
        if (hint.empty()) hint = "`sluice law list` lists every provision";
        report(where, fmt::format("no provision has the id `{}`", id), "", std::move(hint));
        return -1;
    }

    // An obligation may come with a requirement or with the use of an exception.
    static bool may_name(const Provision& of, const Provision& named, Kind kind) {
        return named.kind == kind || (of.kind == Kind::obligation && named.kind == Kind::exception);
    }

    std::vector<std::int32_t> find_all(const Provision& of, const std::vector<std::string>& ids,
                                       std::string_view clause, Kind kind) {
        std::vector<std::int32_t> found;
        for (const auto& id : ids) {
            const auto index = find(id, of.where);
            if (index < 0) continue;
            const auto& named = at(index);
            if (!may_name(of, named, kind) && !is_broken(named)) {
                report(of.where,
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
        for_each_condition(provision, [&](Expr& top) {
            for_each_part(top, [&](Expr& expr) {
                if (expr.op == Expr::Op::met) expr.reference = find(expr.name, expr.where);
            });
        });
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
                    report(condition.where,
                           fmt::format("the condition `{}` has two texts", condition.name),
                           fmt::format("the first stands at {}", place_of(first->second->where)),
                           "one name has one meaning: use another name or the same text");
                }
            }
        }
        for (const auto& [name, condition] : names) book_.condition_names.push_back(name);
    }

    // ---- the shape of one provision -----------------------------------------------------------

    void demand(const Provision& p, bool holds, std::string_view what, std::string hint) {
        if (!holds) {
            report(p.where, fmt::format("the {} `{}` {}", to_string(p.kind), p.id, what), "",
                   std::move(hint));
        }
    }

    void shape(const Provision& p) {
        const bool exception = p.kind == Kind::exception;
        const bool review = p.kind == Kind::review;
        if (exception) {
            demand(p, !p.code.empty(), "has no code", "add `code \"NAC\"`");
        }
        if (exception || review) {
            demand(p, !p.covers.empty(), "does not say what it is for",
                   "add `for` with the ids of its requirements");
        }
        if (p.kind == Kind::classification) {
            demand(p, !p.tier.empty(), "has no tier", "add `tier \"3A090.a\"`");
        }
        demand(p, p.covers.empty() || exception || review || p.kind == Kind::obligation,
               "cannot have `for`",
               "only exceptions, reviews and obligations are for requirements");
        demand(p, p.overrides.empty() || review, "cannot have `over`",
               "only reviews are over others");
        demand(p, p.tier.empty() || p.kind == Kind::classification, "cannot have a tier",
               "only classifications put an item in a tier");
        demand(p, (p.code.empty() && p.axis.empty()) || exception || p.kind == Kind::import_measure,
               "cannot have a code", "only exceptions and import measures have one");
        for (const auto& version : p.versions) shape(p, version);
    }

    void shape(const Provision& p, const Version& version) {
        const auto demand_here = [&](bool holds, std::string_view what, std::string hint) {
            if (!holds) {
                report(version.where,
                       fmt::format("this version of the {} `{}` {}", to_string(p.kind), p.id, what),
                       "", std::move(hint));
            }
        };
        const bool says = !version.limbs.empty();
        const bool speaks = !version.repealed;
        const bool may_be_silent = p.kind == Kind::red_flag || p.kind == Kind::watch;
        demand_here(says || !speaks || may_be_silent || !version.doubts.empty(), "is never met",
                    "add `met when …`, or `met when always`");
        demand_here(says || version.carves.empty(), "has an `except` and nothing to except from",
                    "add `met when …`");
        const bool requirement = p.kind == Kind::requirement;
        const bool review = p.kind == Kind::review;
        demand_here(!requirement || !speaks || version.outcome, "has no outcome",
                    "add `then licence_required`");
        demand_here(!review || !speaks || version.lane, "has no lane", "add `then case_by_case`");
        demand_here(!version.outcome || requirement, "cannot have an outcome",
                    "only requirements have one");
        demand_here(!version.lane || review, "cannot have a lane", "only reviews have one");
        demand_here(version.rate.empty() || p.kind == Kind::tariff, "cannot have a rate",
                    "only tariffs have one");
        for (std::size_t i = 0; i < version.limbs.size(); ++i) {
            const auto& label = version.limbs[i].label;
            const auto same = [&](const Limb& other) { return other.label == label; };
            if (std::any_of(version.limbs.begin(), version.limbs.begin() + static_cast<long>(i),
                            same)) {
                report(version.limbs[i].when.where,
                       label.empty() ? std::string("a second `met when` in one version")
                                     : fmt::format("two limbs are called `{}`", label),
                       "", "join them with `or`, or give each limb a label of its own");
            }
        }
    }

    void order_of_versions(const Provision& p) {
        for (std::size_t i = 1; i < p.versions.size(); ++i) {
            const auto& before = p.versions[i - 1];
            const auto& after = p.versions[i];
            if (before.effective < after.effective) continue;
            const bool same = before.effective == after.effective;
            report(after.where,
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
    std::vector<std::int32_t> asked_by(const Provision& provision) const {
        std::vector<std::int32_t> asked;
        const auto add = [&](const auto& clauses) {
            for (const auto& clause : clauses) {
                for_each_part(clause.when, [&](const Expr& expr) {
                    if (expr.op == Expr::Op::met && expr.reference >= 0) {
                        asked.push_back(expr.reference);
                    }
                });
            }
        };
        for (const auto& version : provision.versions) {
            add(version.limbs);
            add(version.carves);
            add(version.doubts);
        }
        return asked;
    }

    // Every circle that a depth-first walk closes is reported once, with the whole way round.
    // Depth first with a stack of its own: a chain of provisions may be as long as the book.
    template <class Next>
    void cycles(std::string_view verb, std::string_view hint, Next next) {
        enum class Mark : char { fresh, open, done };
        struct Step {
            std::int32_t provision;
            std::vector<std::int32_t> next;
            std::size_t tried = 0;
        };
        std::vector<Mark> marks(book_.provisions.size(), Mark::fresh);
        const auto mark = [&](std::int32_t i) -> Mark& {
            return marks[static_cast<std::size_t>(i)];
        };
        for (std::int32_t root = 0; root < std::ssize(book_.provisions); ++root) {
            if (mark(root) != Mark::fresh) continue;
            std::vector<Step> path{{root, next(at(root))}};
            mark(root) = Mark::open;
            while (!path.empty()) {
                auto& top = path.back();
                if (top.tried == top.next.size()) {
                    mark(top.provision) = Mark::done;
                    path.pop_back();
                    continue;
                }
                const auto to = top.next[top.tried++];
                if (mark(to) == Mark::open) {
                    const auto from = std::ranges::find(path, to, &Step::provision);
                    std::vector<std::int32_t> circle;
                    for (auto step = from; step != path.end(); ++step) {
                        circle.push_back(step->provision);
                    }
                    report_circle(circle, verb, hint);
                } else if (mark(to) == Mark::fresh) {
                    mark(to) = Mark::open;
                    path.push_back({to, next(at(to))});
                }
            }
        }
    }

    void report_circle(const std::vector<std::int32_t>& circle, std::string_view verb,
                       std::string_view hint) {
        std::string chain = fmt::format("`{}`", at(circle.front()).id);
        std::string places;
        for (std::size_t i = 1; i <= circle.size(); ++i) {
            const auto& provision = at(circle[i % circle.size()]);
            chain += fmt::format(" {} `{}`", i == 1 ? verb : fmt::format("which {}", verb),
                                 provision.id);
            if (i == circle.size()) break;
            places += fmt::format("{}`{}` stands at {}", places.empty() ? "" : ", ", provision.id,
                                  place_of(provision.where));
        }
        report(at(circle.front()).where, fmt::format("a circle: {}", chain), places,
               std::string(hint));
    }

    // ---- reviews that disagree ----------------------------------------------------------------

    void reviews() {
        for (const auto& pair : unordered_reviews(book_, false, broken_)) {
            report(pair.b_version->where,
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
    std::span<const std::string> broken_;
    text::Diagnostics problems_;
};

// The pairs of reviews that have no order, for link() and for lint().
class ReviewPairs {
public:
    ReviewPairs(const Lawbook& book, bool same_lane) : book_(book), same_lane_(same_lane) {}

    std::vector<UnorderedReviews> run(std::span<const std::string> skip) {
        std::vector<const Provision*> reviews;
        for (const auto& p : book_.provisions) {
            if (p.kind == Kind::review && !std::ranges::binary_search(skip, p.id)) {
                reviews.push_back(&p);
            }
        }
        for (std::size_t i = 0; i < reviews.size(); ++i) {
            for (std::size_t j = i + 1; j < reviews.size(); ++j) compare(*reviews[i], *reviews[j]);
        }
        return std::move(found_);
    }

private:
    // An order may run through other reviews.
    bool is_over(const Provision& above, const Provision& below) const {
        const auto goal = static_cast<std::int32_t>(&below - book_.provisions.data());
        auto reached = above.overrides_index;
        for (std::size_t i = 0; i < reached.size(); ++i) {
            if (reached[i] == goal) return true;
            const auto& next = book_.provisions[static_cast<std::size_t>(reached[i])];
            for (const auto further : next.overrides_index) {
                if (std::ranges::find(reached, further) == reached.end()) {
                    reached.push_back(further);
                }
            }
        }
        return false;
    }

    // Stays are left out on purpose: a stay may end, and the disagreement would then be live.
    static Period period_of(const Provision& p, std::size_t version) {
        Period period{.from = p.versions[version].effective};
        if (p.versions[version].until) period.until = *p.versions[version].until;
        if (version + 1 < p.versions.size()) {
            period.until = std::min(period.until, p.versions[version + 1].effective);
        }
        return period;
    }

    void compare(const Provision& a, const Provision& b) {
        const auto shared = std::ranges::find_if(a.covers, [&](const std::string& id) {
            return std::ranges::find(b.covers, id) != b.covers.end();
        });
        if (shared == a.covers.end() || is_over(a, b) || is_over(b, a)) return;
        for (std::size_t i = 0; i < a.versions.size(); ++i) {
            for (std::size_t j = 0; j < b.versions.size(); ++j) {
                const auto& first = a.versions[i];
                const auto& second = b.versions[j];
                const auto p = period_of(a, i);
                const auto q = period_of(b, j);
                const Period both{std::max(p.from, q.from), std::min(p.until, q.until)};
                if (first.repealed || second.repealed || both.empty() ||
                    (first.lane == second.lane) != same_lane_ ||
                    exclude_each_other(first, second)) {
                    continue;
                }
                found_.push_back({&a, &b, &first, &second, *shared, both.from});
                return;
            }
        }
    }

    const Lawbook& book_;
    bool same_lane_;
    std::vector<UnorderedReviews> found_;
};

}  // namespace

std::vector<UnorderedReviews> unordered_reviews(const Lawbook& book, bool same_lane,
                                                std::span<const std::string> skip) {
    return ReviewPairs(book, same_lane).run(skip);
}

text::Diagnostics link_sound(const facts::World&, Lawbook& book,
                             std::span<const std::string> broken) {
    return Linker(book, broken).run();
}

text::Diagnostics link(const facts::World& world, Lawbook& book) {
    return link_sound(world, book, {});
}

}  // namespace sluice::law
