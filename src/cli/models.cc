#include <fmt/format.h>

#include <cmath>

#include "cli/ground.h"
#include "facts/fabric.h"
#include "facts/import_model.h"
#include "facts/model.h"
#include "facts/name_index.h"
#include "facts/price.h"
#include "text/ascii.h"
#include "text/file.h"
#include "text/sequence.h"
#include "text/suggest.h"
#include "text/table.h"
#include "workload/expand.h"

namespace sluice::cli {

using facts::Fabric;
using facts::Model;
using facts::Price;
using report::Cell;
using report::Section;

namespace {

bool holds(std::string_view whole, std::string_view part) {
    return text::lower(whole).contains(text::lower(part));
}

std::vector<std::string> names_of(const Model& model) { return facts::names_of(&Model::id, model); }
std::vector<std::string> names_of(const Fabric& fabric) {
    auto names = fabric.chips;
    names.insert(names.begin(), {fabric.id, fabric.name});
    return names;
}

std::vector<std::string> names_of(const Price& price) {
    return {price.item, std::string{facts::to_string(price.kind)}};
}

// The things that a name asks for: exactly that one, else all whose names hold it.
template <class T>
text::Result<std::vector<const T*>> asked(std::string_view what, const std::vector<T>& all,
                                          std::string_view name) {
    std::vector<const T*> exact, some;
    std::vector<std::string> names;
    for (const auto& one : all)
        for (const auto& known : names_of(one)) {
            names.push_back(known);
            if (!holds(known, name)) continue;
            if (some.empty() || some.back() != &one) some.push_back(&one);
            if (known.size() == name.size() && (exact.empty() || exact.back() != &one))
                exact.push_back(&one);
        }
    if (!exact.empty()) return exact;
    if (!some.empty()) return some;
    return std::unexpected{
        text::no_such(what, name, names, fmt::format("`sluice {}s` lists all", what))};
}

std::string billions(double parameters) {
    return parameters > 0 ? fmt::format("{:.4g}", parameters / 1e9) : "-";
}

// Share by which the computed total misses the published one; 0 when either is not known.
double miss(const Model& model) {
    if (!model.described() || model.published_total <= 0) return 0;
    return workload::parameters(model).total / model.published_total - 1;
}

std::string attention_of(const Model& model) {
    std::vector<std::string_view> kinds;
    for (const auto& block : model.blocks)
        if (const auto kind = facts::to_string(block.mixer.kind);
            kind != "none" && !text::contains(kinds, kind))
            kinds.push_back(kind);
    return fmt::format("{}", fmt::join(kinds, " + "));
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

// What a token's cache takes in 16 bits.
double cache_of(const Model& m) {
    return workload::kv_bytes_per_token(m, workload::Precision::bf16);
}
std::string whole_number(double n) { return text::group_thousands(fmt::format("{:.0f}", n)); }

Section list_models(const std::vector<const Model*>& models) {
    Section list{.notes = {"totals are computed from the dimensions; the cache is in 16 bits"}};
    list.set_columns(
        "id=model|family=family|layers_of=layers of|layers=layers>|total=total, 10^9>|"
        "active=active>|published_total=published>|published_active=active>|"
        "kv_bytes_per_token=cache byte/token>|native=native");
    const auto count = [](double n) { return n > 0 ? Cell{billions(n), n} : Cell{}; };
    for (const auto* m : models) {
        const bool known = m->described();
        const auto p = known ? workload::parameters(*m) : workload::Parameters{};
        list.row(m->id, m->family, attention_of(*m), known ? report::figure(m->layers()) : Cell{},
                 count(p.total), count(p.active), count(m->published_total),
                 count(m->published_active), known ? report::figure(cache_of(*m)) : Cell{},
                 m->native_precision);
    }
    return list;
}

std::string model_text(const Model& m) {
    auto out = fmt::format("{}  {}\n", m.id, m.name);
    if (!m.aliases.empty()) out += fmt::format("  also {}\n", fmt::join(m.aliases, ", "));
    if (m.described()) {
        const auto p = workload::parameters(m);
        Section parts;
        parts.set_columns("=parameters|=10^9>|=%>");
        const auto add = [&](std::string_view name, double value) {
            if (value > 0)
                parts.row(name, billions(value), fmt::format("{:.1f}", 100 * value / p.total));
        };
        add("attention and recurrences", p.attention);
        add("dense feed-forward", p.dense_ffn);
        add("shared experts", p.shared_experts);
        add("routed experts", p.routed_experts);
        add("embeddings and head", p.embedding);
        add("total", p.total);
        add("multiplied for one token", p.active);
        out += "\n" + report::to_text(parts, false);
        out += fmt::format(
            "\ncache: {} bytes a token in 16 bits; one sequence of 32,768 tokens {:.3g} GB\n",
            whole_number(cache_of(m)),
            workload::kv_bytes(m, workload::Precision::bf16, 32768) / 1e9);
        out += "\n" + facts::model_toml(m) + "\n";
    } else {
        out += "\nits dimensions are not published: it cannot be counted\n";
    }
    if (m.published_total > 0)
        out += fmt::format("published: {} billion parameters, {} active\n",
                           billions(m.published_total), billions(m.published_active));
    for (const auto& source : m.sources) out += "source: " + source + "\n";
    if (!m.note.empty()) out += "note: " + text::wrap(m.note, 100, 2) + "\n";
    return out;
}

// Models whose computed total is more than 1 % from the published one.
int check_models(const Command& command, const std::vector<Model>& models) {
    Section off;
    off.set_columns("=model|=computed, 10^9>|=published>|=%>|=reason:60");
    std::size_t compared = 0, unexplained = 0;
    for (const auto& m : models) {
        compared += m.described() && m.published_total > 0 ? 1 : 0;
        if (std::abs(miss(m)) <= 0.01) continue;
        unexplained += m.note.empty() ? 1 : 0;
        off.row(m.id, billions(workload::parameters(m).total), billions(m.published_total),
                fmt::format("{:+.1f}", 100 * miss(m)),
                m.note.empty() ? "no reason is noted" : m.note);
    }
    off.notes = {
        fmt::format("{} models compared, {} off by more than 1 %, {} of them without a "
                    "reason",
                    compared, off.rows.size(), unexplained)};
    command.print(report::to_text(off, false));
    return static_cast<int>(unexplained > 0 ? Exit::input : Exit::answered);
}

Section list_fabrics(const std::vector<const Fabric*>& fabrics) {
    Section list{.notes = {"bandwidths are one direction of one chip"}};
    list.set_columns(
        "id=fabric|name=sold as:30|domain=chips joined>|scale_up=inside GB/s>|"
        "scale_out=outside GB/s>|latency=us>|chips=chips:50|source=source:30");
    for (const auto* f : fabrics) {
        const double inside = f->scale_up.bandwidth, outside = f->scale_out.bandwidth;
        list.row(f->id, f->name, report::figure(f->domain),
                 Cell{inside > 0 ? fmt::format("{:.4g}", inside / 1e9) : "chip's own", inside},
                 Cell{outside > 0 ? fmt::format("{:.4g}", outside / 1e9) : "", outside},
                 Cell{fmt::format("{:.0f}", f->scale_out.latency * 1e6), f->scale_out.latency},
                 joined(f->chips), joined(f->sources));
    }
    return list;
}

Section list_prices(const std::vector<const Price*>& prices) {
    Section list{.notes = {"values are for one chip"}};
    list.set_columns(
        "item=item|kind=kind|place=place|terms=terms|on=on|low=low>|high=high>|unit=unit|"
        "confidence=confidence|source=source:40");
    const auto money = [](double v) {
        return Cell{text::group_thousands(fmt::format("{:.6g}", v)), v};
    };
    for (const auto* p : prices)
        list.row(p->item, facts::to_string(p->kind), p->place, p->terms, p->on,
                 money(p->value.lo.approximate()), money(p->value.hi.approximate()),
                 facts::unit_of(p->kind), p->confidence, joined(p->sources));
    return list;
}

}  // namespace

namespace verb {

int models(const Command& command, const Ground& ground) {
    if (command.has("--check")) return check_models(command, ground.models);
    const auto name = command.invocation.argument();
    const auto found = asked("model", ground.models, name);
    if (!found) return command.refuse(found.error());
    const bool one = found->size() == 1 && !name.empty();
    if (one && !command.has("--json") && !command.has("--ids"))
        return command.print(model_text(*found->front()));
    return command.print_rows(list_models(*found));
}

int models_import(const Command& command) {
    const auto file = command.invocation.argument();
    const auto bytes = text::read_text(file);
    if (!bytes) return command.refuse(bytes.error());
    const auto model = facts::import_model(file, *bytes);
    if (!model) return command.refuse(model.error());
    const auto p = workload::parameters(*model);
    return command.print(fmt::format(
        "{}# computed: {} billion parameters, {} multiplied for one token, {} bytes of cache a "
        "token\n",
        facts::model_toml(*model), billions(p.total), billions(p.active),
        whole_number(cache_of(*model))));
}

int fabrics(const Command& command, const Ground& ground) {
    const auto found = asked("fabric", ground.fabrics, command.invocation.argument());
    return found ? command.print_rows(list_fabrics(*found)) : command.refuse(found.error());
}

int prices(const Command& command, const Ground& ground) {
    const auto found = asked("price", ground.prices, command.invocation.argument());
    return found ? command.print_rows(list_prices(*found)) : command.refuse(found.error());
}

}  // namespace verb

}  // namespace sluice::cli
