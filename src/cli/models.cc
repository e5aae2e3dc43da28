#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/door.h"
#include "facts/fabric.h"
#include "facts/import_model.h"
#include "facts/model.h"
#include "facts/price.h"
#include "text/ascii.h"
#include "text/file.h"
#include "text/json.h"
#include "text/sequence.h"
#include "text/suggest.h"
#include "text/table.h"
#include "workload/expand.h"

namespace sluice::cli {

using facts::Fabric;
using facts::Model;
using facts::Price;
using text::Align;
using text::JsonWriter;

namespace {

using Rows = std::vector<std::vector<std::string>>;

bool holds(std::string_view whole, std::string_view part) {
    return text::lower(whole).contains(text::lower(part));
}

std::vector<std::string> names_of(const Model& model) {
    auto names = model.aliases;
    names.insert(names.begin(), {model.id, model.name});
    return names;
}
std::vector<std::string> names_of(const Fabric& fabric) {
    auto names = fabric.chips;
    names.insert(names.begin(), {fabric.id, fabric.name});
    return names;
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
    const auto near = text::nearest(name, names);
    return std::unexpected{
        text::Diagnostics{{.message = fmt::format("no {} named `{}`", what, name),
                           .hint = near.empty() ? fmt::format("`sluice {}s` lists all", what)
                                                : text::did_you_mean(near)}}};
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

// A list that prints as a table or as JSON: the same columns, numbers exact in the latter.
struct Cell {
    std::string text{};
    double number = NAN;
};
struct Listing {
    std::vector<std::pair<std::string_view, text::Column>> columns{};  // JSON key, table column
    std::vector<std::vector<Cell>> rows{};
};

int print_listing(const Command& command, const Listing& list, std::string_view below) {
    if (command.has("--json")) {
        JsonWriter json;
        json.array(list.rows, [&](const std::vector<Cell>& row) {
            json.begin_object();
            for (std::size_t i = 0; i < row.size(); ++i)
                if (std::isnan(row[i].number))
                    json.field_or_null(list.columns[i].first, row[i].text);
                else
                    json.field(list.columns[i].first, row[i].number);
            json.end_object();
        });
        return command.print(json.text() + "\n");
    }
    std::vector<text::Column> columns;
    for (const auto& column : list.columns) columns.push_back(column.second);
    Rows rows;
    for (const auto& row : list.rows) {
        rows.emplace_back();
        for (const auto& cell : row) rows.back().push_back(cell.text);
    }
    return command.print(text::table(columns, rows) + std::string{below});
}

// What a token's cache takes in 16 bits.
double cache_of(const Model& m) {
    return workload::kv_bytes_per_token(m, workload::Precision::bf16);
}
std::string whole_number(double n) { return text::group_thousands(fmt::format("{:.0f}", n)); }

Listing list_models(const std::vector<const Model*>& models) {
    Listing list{{{"id", {"model"}},
                  {"family", {"family"}},
                  {"layers_of", {"layers of"}},
                  {"layers", {"layers", Align::right}},
                  {"total", {"total, 10^9", Align::right}},
                  {"active", {"active", Align::right}},
                  {"published_total", {"published", Align::right}},
                  {"published_active", {"active", Align::right}},
                  {"kv_bytes_per_token", {"cache byte/token", Align::right}},
                  {"native", {"native"}}}};
    const auto count = [](double n) { return n > 0 ? Cell{billions(n), n} : Cell{}; };
    for (const auto* m : models) {
        const bool known = m->described();
        const auto p = known ? workload::parameters(*m) : workload::Parameters{};
        list.rows.push_back(
            {{m->id},
             {m->family},
             {attention_of(*m)},
             known ? Cell{std::to_string(m->layers()), static_cast<double>(m->layers())} : Cell{},
             count(p.total),
             count(p.active),
             count(m->published_total),
             count(m->published_active),
             known ? Cell{whole_number(cache_of(*m)), cache_of(*m)} : Cell{},
             {m->native_precision}});
    }
    return list;
}

std::string model_text(const Model& m) {
    auto out = fmt::format("{}  {}\n", m.id, m.name);
    if (!m.aliases.empty()) out += fmt::format("  also {}\n", fmt::join(m.aliases, ", "));
    if (m.described()) {
        const auto p = workload::parameters(m);
        Rows rows;
        const auto add = [&](std::string_view name, double value) {
            if (value > 0)
                rows.push_back({std::string{name}, billions(value),
                                fmt::format("{:.1f}", 100 * value / p.total)});
        };
        add("attention and recurrences", p.attention);
        add("dense feed-forward", p.dense_ffn);
        add("shared experts", p.shared_experts);
        add("routed experts", p.routed_experts);
        add("embeddings and head", p.embedding);
        add("total", p.total);
        add("multiplied for one token", p.active);
        out +=
            "\n" + text::table({{"parameters"}, {"10^9", Align::right}, {"%", Align::right}}, rows);
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
    Rows rows;
    std::size_t compared = 0, unexplained = 0;
    for (const auto& m : models) {
        compared += m.described() && m.published_total > 0 ? 1 : 0;
        if (std::abs(miss(m)) <= 0.01) continue;
        unexplained += m.note.empty() ? 1 : 0;
        rows.push_back({m.id, billions(workload::parameters(m).total), billions(m.published_total),
                        fmt::format("{:+.1f}", 100 * miss(m)),
                        m.note.empty() ? "no reason is noted" : m.note});
    }
    if (!rows.empty())
        command.print(text::table({{"model"},
                                   {"computed, 10^9", Align::right},
                                   {"published", Align::right},
                                   {"%", Align::right},
                                   {"reason", Align::left, 60}},
                                  rows));
    command.print(
        fmt::format("{} models compared, {} off by more than 1 %, {} of them without a "
                    "reason\n",
                    compared, rows.size(), unexplained));
    return static_cast<int>(unexplained > 0 ? Exit::input : Exit::answered);
}

Listing list_fabrics(const std::vector<const Fabric*>& fabrics) {
    Listing list{{{"id", {"fabric"}},
                  {"name", {"sold as", Align::left, 30}},
                  {"domain", {"chips joined", Align::right}},
                  {"scale_up", {"inside GB/s", Align::right}},
                  {"scale_out", {"outside GB/s", Align::right}},
                  {"latency", {"us", Align::right}},
                  {"chips", {"chips", Align::left, 50}},
                  {"source", {"source", Align::left, 30}}}};
    for (const auto* f : fabrics) {
        const double inside = f->scale_up.bandwidth, outside = f->scale_out.bandwidth;
        list.rows.push_back(
            {{f->id},
             {f->name},
             {std::to_string(f->domain), static_cast<double>(f->domain)},
             {inside > 0 ? fmt::format("{:.4g}", inside / 1e9) : "chip's own", inside},
             {outside > 0 ? fmt::format("{:.4g}", outside / 1e9) : "-", outside},
             {fmt::format("{:.0f}", f->scale_out.latency * 1e6), f->scale_out.latency},
             {joined(f->chips)},
             {joined(f->sources)}});
    }
    return list;
}

Listing list_prices(const std::vector<const Price*>& prices) {
    Listing list{{{"item", {"item"}},
                  {"kind", {"kind"}},
                  {"place", {"place"}},
                  {"terms", {"terms"}},
                  {"on", {"on"}},
                  {"low", {"low", Align::right}},
                  {"high", {"high", Align::right}},
                  {"unit", {"unit"}},
                  {"confidence", {"confidence"}},
                  {"source", {"source", Align::left, 40}}}};
    const auto money = [](double v) {
        return Cell{text::group_thousands(fmt::format("{:.6g}", v)), v};
    };
    for (const auto* p : prices)
        list.rows.push_back({{p->item},
                             {std::string{facts::to_string(p->kind)}},
                             {p->place},
                             {p->terms},
                             {p->on},
                             money(p->value.lo.approximate()),
                             money(p->value.hi.approximate()),
                             {std::string{facts::unit_of(p->kind)}},
                             {p->confidence},
                             {joined(p->sources)}});
    return list;
}

// What `load` reads from that folder of the data.
template <class Things>
text::Result<Things> loaded(const Command& command, std::string_view folder,
                            text::Result<Things> (*load)(const std::filesystem::path&)) {
    auto data = find_data(command);
    if (!data) return std::unexpected{std::move(data.error())};
    return load(*data / folder);
}

}  // namespace

namespace verb {

int models(const Command& command) {
    const auto all = loaded(command, "models", facts::load_models);
    if (!all) return command.refuse(all.error());
    if (command.has("--check")) return check_models(command, *all);
    const auto name = command.invocation.argument();
    const auto found = asked("model", *all, name);
    if (!found) return command.refuse(found.error());
    const bool one = found->size() == 1 && !name.empty();
    if (command.has("--ids")) {
        for (const auto* m : *found) command.print(m->id + "\n");
        return 0;
    }
    if (one && !command.has("--json")) return command.print(model_text(*found->front()));
    return print_listing(command, list_models(*found),
                         "totals are computed from the dimensions; the cache is in 16 bits\n");
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

int fabrics(const Command& command) {
    const auto all = loaded(command, "fabrics", facts::load_fabrics);
    if (!all) return command.refuse(all.error());
    const auto name = command.invocation.argument();
    const auto found = asked("fabric", *all, name);
    if (!found) return command.refuse(found.error());
    return print_listing(command, list_fabrics(*found),
                         "bandwidths are one direction of one chip\n");
}

int prices(const Command& command) {
    const auto all = loaded(command, "prices", facts::load_prices);
    if (!all) return command.refuse(all.error());
    const auto item = command.invocation.argument();
    std::vector<const Price*> found;
    for (const auto& p : *all)
        if (holds(p.item, item) || holds(facts::to_string(p.kind), item)) found.push_back(&p);
    if (found.empty())
        return command.refuse(
            {{.message = fmt::format("no price of `{}`", item),
              .hint = text::did_you_mean(item, *all, &Price::item, "`sluice prices` lists all")}});
    return print_listing(command, list_prices(found), "values are for one chip\n");
}

}  // namespace verb

}  // namespace sluice::cli
