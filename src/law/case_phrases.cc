#include "law/case_phrases.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "text/ascii.h"

namespace sluice::law {
namespace {

std::string_view trim(std::string_view text) {
    text = text::trimmed(text);
    return text.substr(0, text.find_last_not_of(" .") + 1);
}

// The first number in the phrase ("51 percent" -> "51", "26,900,000" -> "26900000").
std::string first_number(std::string_view phrase) {
    constexpr std::string_view digits = "0123456789";
    const auto begin = std::min(phrase.find_first_of(digits), phrase.size());
    const auto end = phrase.find_first_not_of("0123456789.,", begin);
    std::string number{phrase.substr(begin, end - begin)};
    std::erase(number, ',');
    while (number.ends_with('.')) number.pop_back();
    return number;
}

struct Phrase {
    std::string_view words;  // `+` joins what must occur, in any order; `|` separates alternatives
    std::string_view key;    // of a deal
    std::string_view value;  // "#" takes the phrase's number; "# %" adds a unit
};

// Longer and more telling phrases first: the first that fits decides.
constexpr std::array phrases{
    Phrase{"not approved+supp. 8|not+in 740 supp. 8", "supp8_approved", "no"},
    Phrase{"supp. 8", "supp8_approved", "yes"},
    Phrase{"share of us shipments", "share_of_us_shipments", "# %"},
    Phrase{"military end user list|meu list", "listed", "meu_list"},
    Phrase{"footnote 1", "listed", "entity_list:fn1"},
    Phrase{"footnote 3", "listed", "entity_list:fn3"},
    Phrase{"footnote 4", "listed", "entity_list:fn4"},
    Phrase{"footnote 5", "listed", "entity_list:fn5"},
    Phrase{"not+entity list", "listed", "none"},
    Phrase{"entity list", "listed", "entity_list"},
    Phrase{"unverified list", "listed", "unverified"},
    Phrase{"denied person", "listed", "denied"},
    Phrase{"sdn", "listed", "sdn"},
    Phrase{"unlisted|not listed", "listed", "none"},
    Phrase{"military intelligence|military-intelligence", "end_use", "military_intelligence"},
    Phrase{"military", "end_use", "military"},
    Phrase{"supercomputer", "end_use", "supercomputer"},
    Phrase{"node unknown|unknown node", "end_use", "unknown_node_fab"},
    Phrase{"advanced node|advanced-node", "end_use", "advanced_node_fab"},
    Phrase{"civil", "end_use", "civil"},
    Phrase{"authorized designer|authorised designer", "designer_status", "authorized"},
    Phrase{"approved designer|approved ic designer", "designer_status", "approved"},
    Phrase{"approved osat", "packaging", "by_approved_osat"},
    Phrase{"packaged by the fabricator", "packaging", "by_fabricator_outside_d5"},
    Phrase{"foundry", "foundry_shipment", "yes"},
    Phrase{"billion transistors|bn transistors", "assume", "transistor_count=# billion"},
    Phrase{"no hbm", "assume", "has_hbm=no"},
    Phrase{"attest", "parameters_attested", "yes"},
    Phrase{"received this year", "received_tpp", "#"},
    Phrase{"private sector", "private_sector", "yes"},
    Phrase{"server", "item", "computer"},
    Phrase{"board", "item", "board"},
    Phrase{"not marketed for data|not designed or marketed for data", "assume",
           "marketed_for_datacentre=no"},
    Phrase{"marketed for data", "assume", "marketed_for_datacentre=yes"},
    Phrase{"headquarters unknown", "headquarters", "unknown"},
    Phrase{"parent unknown", "parent_headquarters", "unknown"},
    Phrase{"units|quantity", "quantity", "#"},
};

bool fits(std::string_view phrase, std::string_view words) {
    return std::ranges::any_of(std::views::split(words, '|'), [&](auto alternative) {
        return std::ranges::all_of(std::views::split(alternative, '+'), [&](auto part) {
            return phrase.contains(std::string_view(part.begin(), part.end()));
        });
    });
}

class PhraseReader {
public:
    PhraseReader(const Lawbook& book, const text::Location& where, facts::Deal& deal)
        : book_(book), where_(where), deal_(deal) {}

    bool read(std::string_view phrase) {
        if (strict(phrase) || seller(phrase)) return true;
        const auto words = text::lower(phrase);
        if (words.contains("certif")) {
            const bool refused = words.starts_with("no ") || words.contains("not ") ||
                                 words.contains("without") || words.contains("none");
            for (const auto& name : book_.condition_names)
                state("certify", name + (refused ? "=no" : "=yes"));
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
            state(known.key, std::move(value));
            return true;
        }
        return false;
    }

private:
    void state(std::string_view key, std::string value) {
        deal_.fields.push_back({std::string{key}, std::move(value), where_});
    }

    // "exporter is NVIDIA", "seller: AMD".
    bool seller(std::string_view phrase) {
        for (const std::string_view opening :
             {"exporter is ", "seller is ", "exporter: ", "seller: "}) {
            if (!text::lower(phrase).starts_with(opening)) continue;
            const auto name = trim(phrase.substr(opening.size()));
            const auto words = text::lower(name);
            if (words.contains("foundry")) return false;
            // "not NVIDIA", "a distributor": a seller that no letter addresses.
            const bool nobody =
                words.starts_with("not ") || words.starts_with("a ") || words.starts_with("an ");
            state("seller", nobody ? "a party nobody addressed" : std::string{name});
            return true;
        }
        return false;
    }

    bool strict(std::string_view phrase) {
        const auto equals = phrase.find('=');
        if (equals == phrase.npos) return false;
        const auto key = trim(phrase.substr(0, equals));
        if (!facts::find_deal_key(key)) return false;
        state(key, std::string{trim(phrase.substr(equals + 1))});
        return true;
    }

    const Lawbook& book_;
    const text::Location& where_;
    facts::Deal& deal_;
};

}  // namespace

std::vector<std::string> read_phrases(std::string_view free_text, const Lawbook& book,
                                      const text::Location& where, facts::Deal& deal) {
    PhraseReader reader{book, where, deal};
    std::vector<std::string> not_understood;
    while (!free_text.empty()) {
        // A comma also separates, except inside a number.
        std::size_t end = 0;
        while (end < free_text.size() && free_text[end] != ';' &&
               !(free_text[end] == ',' && end + 1 < free_text.size() && free_text[end + 1] == ' '))
            ++end;
        const auto phrase = trim(free_text.substr(0, end));
        if (!phrase.empty() && !reader.read(phrase)) not_understood.emplace_back(phrase);
        free_text = end < free_text.size() ? free_text.substr(end + 1) : std::string_view{};
    }
    return not_understood;
}

}  // namespace sluice::law
