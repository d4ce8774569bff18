#include "core/document.hpp"

#include <algorithm>
#include <utility>

namespace strait {

Document merged(Document target, const Document& patch)
{
    if (patch.kind != Document::Kind::object) return patch;
    if (target.kind != Document::Kind::object) {
        target = {};
        target.kind = Document::Kind::object;
        target.place = patch.place;
    }
    for (const auto& [name, place, value] : patch.members) {
        const auto known = std::ranges::find(target.members, name, &Document::Member::name);
        const bool is_known = known != target.members.end();
        if (value.kind == Document::Kind::null) {
            if (is_known) target.members.erase(known);
        } else if (is_known) {
            known->value = merged(std::move(known->value), value);
        } else {
            target.members.push_back({name, place, merged({}, value)});
        }
    }
    return target;
}

}  // namespace strait
