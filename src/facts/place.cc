#include "facts/place.h"

namespace sluice::facts {

PlaceSet PlaceGroup::on(quantity::Date date) const {
    PlaceSet set;
    for (const Membership& member : members)
        if (member.period.contains(date)) set.set(member.place);
    return set;
}

PlaceCode Places::governing(PlaceCode place, quantity::Date date) const {
    const Place& asked = all[place];
    const bool elsewhere = asked.looked_up_as >= 0 && asked.looked_up_since <= date;
    return elsewhere ? static_cast<PlaceCode>(asked.looked_up_as) : place;
}

}  // namespace sluice::facts
