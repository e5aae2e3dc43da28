#include <utility>

#include <fmt/format.h>

#include "facts/read_data.h"

namespace sluice::facts {
namespace {

using quantity::Decimal;
using quantity::Dimension;

constexpr MeasuredKey measured_table[] = {
    {"die_area", Dimension::area, &Chip::die_area},
    {"transistor_count", Dimension::count_billion, &Chip::transistor_count},
    {"memory_capacity", Dimension::capacity, &Chip::memory_capacity},
    {"memory_bandwidth", Dimension::byte_rate, &Chip::memory_bandwidth},
    {"cache", Dimension::capacity, &Chip::cache},
    {"cache_bandwidth", Dimension::byte_rate, &Chip::cache_bandwidth},
    {"unit_count", Dimension::number, &Chip::unit_count},
    {"boost_clock", Dimension::frequency, &Chip::boost_clock},
    {"scaleup_bandwidth", Dimension::byte_rate, &Chip::scaleup_bandwidth},
    {"pcie_bandwidth", Dimension::byte_rate, &Chip::pcie_bandwidth},
    {"power", Dimension::power, &Chip::power},
    {"price", Dimension::money, &Chip::price},
};

constexpr std::pair<std::string_view, std::string Chip::*> text_keys[] = {
    {"family", &Chip::family},
    {"process_node", &Chip::process_node},
    {"foundry", &Chip::foundry},
    {"memory_type", &Chip::memory_type},
    {"interconnect", &Chip::interconnect},
    {"form_factor", &Chip::form_factor},
};

// What a table states of its own goes before what it inherits.
Provenance read_provenance(TableReader& reader, const Provenance& inherited) {
    auto sources = reader.texts("source");
    std::string date = reader.calendar("date");
    if (sources.empty()) sources = inherited.sources;
    if (date.empty()) date = inherited.date;
    const auto confidence = reader.word("confidence", confidence_names);
    return {.sources = std::move(sources),
            .date = std::move(date),
            .confidence = confidence ? static_cast<Confidence>(*confidence) : inherited.confidence,
            .note = reader.text("note")};
}

// One chip while it is read. `own`: a user's file, which is its own source.
class ChipReader {
public:
    ChipReader(const DataFile& file, const Node& node, bool own, text::Diagnostics& problems)
        : table(file, node, "a chip", problems), node_(node), own_(own) {}

    TableReader table;

    Chip read() {
        Chip chip;
        read_names(chip);
        if (own_) inherited_ = {.sources = {table.file().name}, .confidence = {}};
        inherited_ = read_provenance(table, inherited_);
        chip.note = std::exchange(inherited_.note, {});
        for (const auto& [key, field] : text_keys) chip.*field = table.text(key);
        chip.launched = table.calendar("launched");
        for (const auto& [key, dimension, field] : measured_keys())
            if (const Node* node = table.take(key))
                chip.*field = read_measured(*node, key, dimension);
        if (const Node* rates = table.take("rate", Node::Kind::table)) read_rates(*rates, chip);
        read_marketed(chip);
        return chip;
    }

private:
    void read_names(Chip& chip) {
        const Node* id = own_ ? table.take("id") : table.required("id");
        chip.where = table.file().where(id == nullptr ? node_ : *id);
        if (id != nullptr) chip.id = table.text_of("id", *id);
        chip.name = own_ ? table.text("name") : table.required_text("name");
        chip.aliases = table.texts("aliases");
        if (own_) return;
        for (const std::string_view key : {"source", "date", "confidence"}) table.required(key);
    }

    void read_rates(const Node& node, Chip& chip) {
        TableReader rates(table.file(), node, "`rate`", table.problems());
        for (std::size_t i = 0; i < format_count; ++i) {
            const std::string_view key = to_string(static_cast<Format>(i));
            if (const Node* rate = rates.take(key))
                chip.rate[i] = read_measured(*rate, key, Dimension::operation_rate);
        }
        rates.finish();
    }

    void read_marketed(Chip& chip) {
        const Node* node = table.take("marketed_for_datacentre");
        if (node == nullptr) return;
        chip.marketed_provenance = inherited_;
        if (node->kind == Node::Kind::table) {
            TableReader stated(table.file(), *node, "`marketed_for_datacentre`", table.problems());
            node = stated.required("value");
            chip.marketed_provenance = read_provenance(stated, inherited_);
            stated.finish();
            if (node == nullptr) return;
        }
        if (node->kind == Node::Kind::boolean || node->text == "yes" || node->text == "no")
            chip.marketed_for_datacentre = Value::boolean(node->flag || node->text == "yes");
        else
            table.fail(*node, "`marketed_for_datacentre` is true or false",
                       "leave it out when it is not known");
    }

    // A number has a unit wherever its dimension has one; parse_range_as says so.
    Value read_value(const Node& node, std::string_view key, Dimension dimension) {
        if (node.kind == Node::Kind::string && node.text == "none") return Value::absent();
        if (node.kind != Node::Kind::string && node.kind != Node::Kind::number) {
            table.fail(node, fmt::format("`{}` is {}, found {}", key, quantity::describe(dimension),
                                         describe(node.kind)));
            return {};
        }
        const auto range = quantity::parse_range_as(dimension, key, table.file().plain(node));
        if (range && range->hi > Decimal{}) return Value::range(*range);
        if (range)
            table.fail(node, fmt::format("`{}` is zero", key),
                       "write \"none\" for what does not exist; leave out what is unknown");
        else
            table.fail(node, range.error());
        return {};
    }

    Measured read_measured(const Node& node, std::string_view key, Dimension dimension) {
        Measured out{.dimension = dimension, .provenance = inherited_};
        if (node.kind != Node::Kind::table) {
            out.value = read_value(node, key, dimension);
            check_ends(node, key, out, nullptr, nullptr, false);
        } else {
            read_measured_table(node, key, out);
        }
        if (out.value.known == Known::exact) out.preferred = out.value;
        return out;
    }

    void read_measured_table(const Node& node, std::string_view key, Measured& out) {
        TableReader stated(table.file(), node, fmt::format("`{}`", key), table.problems());
        const Node* value = stated.required("value");
        const Node* prefer = stated.take("prefer");
        const Node* low = stated.take("low", Node::Kind::table);
        const Node* high = stated.take("high", Node::Kind::table);
        const bool sourced = stated.take("source") != nullptr;
        out.provenance = read_provenance(stated, inherited_);
        stated.finish();
        if (value == nullptr) return;
        out.value = read_value(*value, key, out.dimension);
        if (prefer != nullptr) {
            out.preferred = read_value(*prefer, key, out.dimension);
            if (out.preferred.lo < out.value.lo || out.preferred.hi > out.value.hi)
                stated.fail(*prefer, fmt::format("`prefer` of `{}` is outside its value", key));
        }
        check_ends(*value, key, out, low, high, sourced);
        if (low != nullptr) out.provenance = read_end(*low, "low", out.provenance);
        if (high != nullptr) out.high_end = read_end(*high, "high", out.provenance);
    }

    // A dispute names who says which end; a range that one source prints needs that source.
    void check_ends(const Node& value, std::string_view key, const Measured& measured,
                    const Node* low, const Node* high, bool sourced) {
        const bool range = measured.value.known == Known::range;
        if (measured.value.known == Known::unknown) return;  // already reported
        if (!range && (low != nullptr || high != nullptr))
            table.fail(value, fmt::format("`{}` is one value and has no `low` and `high`", key));
        const bool open = measured.value.hi == Decimal::largest().millionths();
        if (!range || own_ || sourced || (low != nullptr && (open || high != nullptr))) return;
        table.fail(value, fmt::format("`{}` is a range without the source of both ends", key),
                   "who says so", "add `low = { source = \"…\" }` and `high = { source = \"…\" }`");
    }

    Provenance read_end(const Node& node, std::string_view key, const Provenance& inherited) {
        TableReader end(table.file(), node, fmt::format("`{}`", key), table.problems());
        if (!own_) end.required("source");
        Provenance provenance = read_provenance(end, inherited);
        end.finish();
        return provenance;
    }

    const Node& node_;
    bool own_;
    Provenance inherited_{};
};

bool is_chip_id(std::string_view id) {
    constexpr std::string_view may_hold = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    return !id.empty() && id[0] >= 'a' && id[0] <= 'z' &&
           id.find_first_not_of(may_hold) == std::string_view::npos;
}

}  // namespace

std::span<const MeasuredKey> measured_keys() { return measured_table; }

void read_chips(const DataFile& file, int vendor, World& world, text::Diagnostics& problems) {
    TableReader root(file, file.root, "a file of chips", problems);
    root.take("vendor");
    for (const Node& node : root.list("chip")) {
        ChipReader reader(file, node, false, problems);
        Chip& chip = world.chips.emplace_back(reader.read());
        reader.table.finish();
        chip.vendor = vendor;
        if (!chip.id.empty() && !is_chip_id(chip.id))
            reader.table.fail(*node.child("id"),
                              fmt::format("`{}` cannot be the id of a chip", chip.id),
                              "small letters, digits, `-` and `.`, first a letter");
    }
    root.finish();
}

Chip read_own_chip(const DataFile& file, const World& world, text::Diagnostics& problems) {
    const Node* list = file.root.child("chip");
    const bool nested = list != nullptr && list->children.size() == 1;
    ChipReader reader(file, nested ? list->children[0] : file.root, true, problems);
    Chip chip = reader.read();
    TableReader& table = reader.table;
    if (const Node* vendor = table.take("vendor")) {
        chip.vendor = world.find_party(vendor->text);
        if (chip.vendor < 0) {
            table.fail(*vendor, fmt::format("no party named `{}`", vendor->text),
                       "leave it out for a maker of your own");
        }
    }
    if (const Node* tpp = table.take("tpp")) {
        table.fail(*tpp, "`tpp` is computed from the rates", "not stated",
                   "write the rates instead, as in `rate = { fp8 = \"296 TFLOPS\" }`");
    }
    table.finish();
    if (chip.id.empty()) chip.id = std::filesystem::path(file.name).stem().string();
    if (chip.name.empty()) chip.name = chip.id;
    return chip;
}

}  // namespace sluice::facts
