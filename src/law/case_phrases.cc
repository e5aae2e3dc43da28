#include "law/case_phrases.h"

#include <algorithm>
#include <functional>
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

bool fits(std::string_view phrase, std::string_view words) {
    return std::ranges::any_of(std::views::split(words, '|'), [&](auto alternative) {
        return std::ranges::all_of(std::views::split(alternative, '+'), [&](auto part) {
            return phrase.contains(std::string_view(part.begin(), part.end()));
        });
    });
}

using State = std::function<void(std::string_view key, std::string value)>;

// "exporter is NVIDIA", "seller: AMD".
bool read_seller(std::string_view phrase, const State& state) {
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

bool read_strict(std::string_view phrase, const State& state) {
    const auto equals = phrase.find('=');
    if (equals == phrase.npos) return false;
    const auto key = trim(phrase.substr(0, equals));
    if (!facts::find_deal_key(key)) return false;
    state(key, std::string{trim(phrase.substr(equals + 1))});
    return true;
}

bool read_phrase(std::string_view phrase, const Lawbook& book, const State& state) {
    if (read_strict(phrase, state) || read_seller(phrase, state)) return true;
    const auto words = text::lower(phrase);
    if (words.contains("certif")) {
        const bool refused = words.starts_with("no ") || words.contains("not ") ||
                             words.contains("without") || words.contains("none");
        for (const auto& name : book.condition_names)
            state("certify", name + (refused ? "=no" : "=yes"));
        return true;
    }
    for (std::string_view known : book.phrases) {
        if (!fits(words, text::take_until(known, ':'))) continue;
        const auto key = text::trimmed(text::take_until(known, '='));
        std::string value{known};
        if (const auto hash = value.find('#'); hash != value.npos) {
            const auto number = first_number(words);
            if (number.empty()) continue;
            value.replace(hash, 1, number);
        }
        state(key, std::move(value));
        return true;
    }
    return false;
}

}  // namespace

std::vector<std::string> read_phrases(std::string_view free_text, const Lawbook& book,
                                      const text::Location& where, facts::Deal& deal) {
    const auto state = [&](std::string_view key, std::string value) {
        deal.fields.push_back({std::string{key}, std::move(value), where});
    };
    std::vector<std::string> not_understood;
    while (!free_text.empty()) {
        // A comma also separates, except inside a number.
        std::size_t end = 0;
        while (end < free_text.size() && free_text[end] != ';' &&
               !(free_text[end] == ',' && end + 1 < free_text.size() && free_text[end + 1] == ' '))
            ++end;
        const auto phrase = trim(free_text.substr(0, end));
        if (!phrase.empty() && !read_phrase(phrase, book, state))
            not_understood.emplace_back(phrase);
        free_text = end < free_text.size() ? free_text.substr(end + 1) : std::string_view{};
    }
    return not_understood;
}

}  // namespace sluice::law
