#include "catalog/records/visibility.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

Viewers viewers_of(const DataProduct& product, OrganisationState owner)
{
    const bool open =
        product.state == VersionState::published || product.state == VersionState::deprecated;
    if (!open || !product.listed || owner != OrganisationState::active) return {};
    const auto& audience = product.audience;
    switch (audience.kind) {
        case AudienceKind::public_: return {.everybody = true, .named = {}};
        case AudienceKind::private_: return {};
        case AudienceKind::organisations:
            return {.everybody = false, .named = audience.organisations};
    }
    std::unreachable();
}

bool visible_to(const DataProduct& product, OrganisationState owner, OrganisationId organisation)
{
    if (product.organisation == organisation) return true;
    const auto viewers = viewers_of(product, owner);
    return viewers.everybody ||
           std::ranges::find(viewers.named, organisation) != viewers.named.end();
}

}  // namespace strait::catalog
