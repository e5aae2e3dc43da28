#include "facts/place.h"

#include <algorithm>

namespace sluice::facts {

PlaceSet PlaceGroup::on(quantity::Date date) const {
    PlaceSet set;
    for (const Membership& member : members) {
        if (member.period.contains(date)) set.set(member.place);
    }
    return set;
}

int Places::find(std::string_view name) const { return names.find(name); }

void Places::index() {
    names.entries.clear();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const int code = static_cast<int>(i);
        names.add(all[i].iso, code);
        names.add(all[i].name, code);
        for (const std::string& alias : all[i].aliases) names.add(alias, code);
    }
    names.sort();
}

const PlaceGroup* Places::group(std::string_view name) const {
    const auto at = std::ranges::find(groups, name, &PlaceGroup::name);
    return at == groups.end() ? nullptr : &*at;
}

PlaceCode Places::governing(PlaceCode place, quantity::Date date) const {
    const Place& asked = all[place];
    const bool elsewhere = asked.looked_up_as >= 0 && asked.looked_up_since <= date;
    return elsewhere ? static_cast<PlaceCode>(asked.looked_up_as) : place;
}

}  // namespace sluice::facts
