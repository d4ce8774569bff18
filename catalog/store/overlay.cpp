#include "catalog/store/overlay.hpp"

#include <algorithm>

namespace strait::catalog {

Result<std::optional<std::string>> Overlay::get(Family family, std::string_view key) const
{
    const auto changed = changes_.find({family, std::string{key}});
    if (changed != changes_.end()) return changed->second;
    return base_.get(family, key);
}

Result<void> Overlay::scan(Family family,
                           std::string_view prefix,
                           std::string_view from,
                           const Visit& visit) const
{
    auto own = changes_.lower_bound({family, std::string{std::max(prefix, from)}});
    bool more = true;
    const auto has_own = [&] {
        return own != changes_.end() && own->first.first == family &&
               own->first.second.starts_with(prefix);
    };
    const auto visit_own = [&] {
        const auto& [place, value] = *own++;
        if (value) more = visit(place.second, *value);
    };

    auto scanned =
        base_.scan(family, prefix, from, [&](std::string_view key, std::string_view value) {
            while (more && has_own() && own->first.second < key) visit_own();
            if (!more) return false;
            if (has_own() && own->first.second == key) {
                visit_own();
            } else {
                more = visit(key, value);
            }
            return more;
        });
    if (!scanned) return scanned;
    while (more && has_own()) visit_own();
    return {};
}

void Overlay::put(Family family, std::string key, std::string value)
{
    changes_.insert_or_assign({family, std::move(key)}, std::move(value));
}

void Overlay::remove(Family family, std::string key)
{
    changes_.insert_or_assign({family, std::move(key)}, std::nullopt);
}

}  // namespace strait::catalog
