// Places and dated groups of places.
//
// data/places/countries.toml: ISO 3166 codes, EAR names, aliases, and since when a place is looked
// up as another (Hong Kong as China from 2020-12-23). data/places/groups.toml: Country Groups of
// 15 CFR 740 Supp. 1 and the place lists of Supp. 5, each membership with a period and a
// citation. Who may belong to a group without being counted is there for people.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "facts/name_index.h"
#include "quantity/date.h"
#include "text/diagnostic.h"

namespace sluice::facts {

using PlaceCode = std::uint8_t;  // index into Places::all
using PlaceSet = std::bitset<256>;

struct Place {
    std::string iso{};                   // "CN"
    std::string name{};                  // "China"
    std::vector<std::string> aliases{};  // the name that 740 Supp. 1 prints included
    std::int16_t looked_up_as = -1;      // code of another place (HK -> CN)
    quantity::Date looked_up_since = quantity::end_of_time;  // a territory: always
    std::string looked_up_source{};
    text::Location where{};  // of its code, for messages
};

struct Membership {
    PlaceCode place = 0;
    quantity::Period period{};
    std::string source{};
    std::string note{};
};

struct PlaceGroup {
    std::string name{};  // "D:5", "supp5a"
    std::vector<Membership> members{};
    PlaceSet on(quantity::Date date) const {
        PlaceSet set;
        for (const Membership& member : members)
            if (member.period.contains(date)) set.set(member.place);
        return set;
    }
};

struct Places {
    std::vector<Place> all{};
    std::vector<PlaceGroup> groups{};
    NameIndex names{};
    // Fills `names`; load() does, who builds Places must.
    void index() { names = NameIndex(&Place::iso, all); }

    // By ISO code, name or alias; case, blanks and punctuation do not matter. -1 when there is
    // none.
    int find(std::string_view name) const { return names.find(name); }
    const PlaceGroup* group(std::string_view name) const {
        return find_by(&PlaceGroup::name, groups, name);
    }
    // The place whose rules apply on `date` (Hong Kong: China from 2020-12-23).
    PlaceCode governing(PlaceCode place, quantity::Date date) const {
        const Place& asked = all[place];
        const bool elsewhere = asked.looked_up_as >= 0 && asked.looked_up_since <= date;
        return elsewhere ? static_cast<PlaceCode>(asked.looked_up_as) : place;
    }
};

}  // namespace sluice::facts
