#include "law/case_phrases.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace sluice::law {
namespace {

using facts::Deal;
using facts::DealField;

std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.remove_suffix(1);
    return text;
}

// The first number in the phrase ("51 percent" -> "51", "26,900,000" -> "26900000").
std::string first_number(std::string_view phrase) {
    std::string number;
    for (const char c : phrase) {
        if (std::isdigit(static_cast<unsigned char>(c)) || (c == '.' && !number.empty()))
            number += c;
        else if (!number.empty() && c != ',')
            break;
    }
    while (!number.empty() && number.back() == '.') number.pop_back();
    return number;
}

struct Phrase {
    std::string_view words;  // every word list entry must occur, in any order; '+' separates
    std::string_view key;    // of a deal
    std::string_view value;  // "#" takes the phrase's number; "# %" adds a unit
};

// Longer and more telling phrases first: the first that fits decides.
constexpr std::array phrases{
    Phrase{"not approved+supp. 8", "supp8_approved", "no"},
    Phrase{"not+in 740 supp. 8", "supp8_approved", "no"},
    Phrase{"supp. 8", "supp8_approved", "yes"},
    Phrase{"share of us shipments", "share_of_us_shipments", "# %"},
    Phrase{"military end user list", "listed", "meu_list"},
    Phrase{"meu list", "listed", "meu_list"},
    Phrase{"footnote 1", "listed", "entity_list:fn1"},
    Phrase{"footnote 3", "listed", "entity_list:fn3"},
    Phrase{"footnote 4", "listed", "entity_list:fn4"},
    Phrase{"footnote 5", "listed", "entity_list:fn5"},
    Phrase{"not+entity list", "listed", "none"},
    Phrase{"entity list", "listed", "entity_list"},
    Phrase{"unverified list", "listed", "unverified"},
    Phrase{"denied person", "listed", "denied"},
    Phrase{"sdn", "listed", "sdn"},
    Phrase{"unlisted", "listed", "none"},
    Phrase{"not listed", "listed", "none"},
    Phrase{"military intelligence", "end_use", "military_intelligence"},
    Phrase{"military-intelligence", "end_use", "military_intelligence"},
    Phrase{"military", "end_use", "military"},
    Phrase{"supercomputer", "end_use", "supercomputer"},
    Phrase{"node unknown", "end_use", "unknown_node_fab"},
    Phrase{"unknown node", "end_use", "unknown_node_fab"},
    Phrase{"advanced node", "end_use", "advanced_node_fab"},
    Phrase{"advanced-node", "end_use", "advanced_node_fab"},
    Phrase{"civil", "end_use", "civil"},
    Phrase{"authorized designer", "designer_status", "authorized"},
    Phrase{"authorised designer", "designer_status", "authorized"},
    Phrase{"approved designer", "designer_status", "approved"},
    Phrase{"approved ic designer", "designer_status", "approved"},
    Phrase{"approved osat", "packaging", "by_approved_osat"},
    Phrase{"packaged by the fabricator", "packaging", "by_fabricator_outside_d5"},
    Phrase{"exporter is a foundry", "foundry_shipment", "yes"},
    Phrase{"exporter is the foundry", "foundry_shipment", "yes"},
    Phrase{"foundry", "foundry_shipment", "yes"},
    Phrase{"billion transistors", "assume", "transistor_count=# billion"},
    Phrase{"bn transistors", "assume", "transistor_count=# billion"},
    Phrase{"no hbm", "assume", "has_hbm=no"},
    Phrase{"attest", "parameters_attested", "yes"},
    Phrase{"received this year", "received_tpp", "#"},
    Phrase{"private sector", "private_sector", "yes"},
    Phrase{"server", "item", "computer"},
    Phrase{"board", "item", "board"},
    Phrase{"not marketed for data", "assume", "marketed_for_datacentre=no"},
    Phrase{"not designed or marketed for data", "assume", "marketed_for_datacentre=no"},
    Phrase{"marketed for data", "assume", "marketed_for_datacentre=yes"},
    Phrase{"headquarters unknown", "headquarters", "unknown"},
    Phrase{"parent unknown", "parent_headquarters", "unknown"},
    Phrase{"units", "quantity", "#"},
    Phrase{"quantity", "quantity", "#"},
};

bool fits(std::string_view phrase, std::string_view words) {
    while (!words.empty()) {
        const auto plus = words.find('+');
        if (!phrase.contains(words.substr(0, plus))) return false;
        words = plus == words.npos ? std::string_view{} : words.substr(plus + 1);
    }
    return true;
}

void state(Deal& deal, const text::Location& where, std::string_view key, std::string value) {
    deal.fields.push_back(DealField{std::string{key}, std::move(value), where});
}

void certify_all(Deal& deal, const text::Location& where, const Lawbook& book, bool made) {
    for (const auto& name : book.condition_names)
        state(deal, where, "certify", name + (made ? "=yes" : "=no"));
}

// "exporter is NVIDIA", "seller: AMD".
bool read_seller(std::string_view phrase, Deal& deal, const text::Location& where) {
    for (const std::string_view opening :
         {"exporter is ", "seller is ", "exporter: ", "seller: "}) {
        if (!lower(phrase).starts_with(opening)) continue;
        auto name = trim(phrase.substr(opening.size()));
        if (lower(name).contains("foundry")) return false;
        const auto words = lower(name);
        // "not NVIDIA", "a distributor": a seller that no letter addresses.
        state(deal, where, "seller",
              words.starts_with("not ") || words.starts_with("a ") || words.starts_with("an ")
                  ? "a party nobody addressed"
                  : std::string{name});
        return true;
    }
    return false;
}

bool read_strict(std::string_view phrase, Deal& deal, const text::Location& where) {
    const auto equals = phrase.find('=');
    if (equals == phrase.npos) return false;
    const auto key = trim(phrase.substr(0, equals));
    const auto keys = facts::deal_keys();
    const bool known = std::ranges::any_of(keys, [&](const auto& k) { return k.name == key; });
    if (known) state(deal, where, key, std::string{trim(phrase.substr(equals + 1))});
    return known;
}

bool read_phrase(std::string_view phrase, Deal& deal, const text::Location& where,
                 const Lawbook& book) {
    if (read_strict(phrase, deal, where) || read_seller(phrase, deal, where)) return true;
    const auto words = lower(phrase);
    if (words.contains("certif")) {
        const bool refused = words.starts_with("no ") || words.contains("not ") ||
                             words.contains("without") || words.contains("none");
        certify_all(deal, where, book, !refused);
        return true;
    }
    for (const auto& known : phrases) {
        if (!fits(words, known.words)) continue;
        std::string value{known.value};
        if (const auto hash = value.find('#'); hash != value.npos) {
            const auto number = first_number(words);
            if (number.empty()) continue;
            value.replace(hash, 1, number);
        }
        state(deal, where, known.key, std::move(value));
        return true;
    }
    return false;
}

}  // namespace

std::vector<std::string> read_phrases(std::string_view free_text, const Lawbook& book,
                                      const text::Location& where, Deal& deal) {
    std::vector<std::string> not_understood;
    while (!free_text.empty()) {
        // A comma also separates, except inside a number.
        std::size_t end = 0;
        while (end < free_text.size() && free_text[end] != ';' &&
               !(free_text[end] == ',' && end + 1 < free_text.size() && free_text[end + 1] == ' '))
            ++end;
        const auto phrase = trim(free_text.substr(0, end));
        if (!phrase.empty() && !read_phrase(phrase, deal, where, book))
            not_understood.emplace_back(phrase);
        free_text = end < free_text.size() ? free_text.substr(end + 1) : std::string_view{};
    }
    return not_understood;
}

}  // namespace sluice::law
