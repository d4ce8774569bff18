#include "api/right.hpp"

#include <algorithm>
#include <utility>

namespace strait::api {

bool may(const catalog::Act& act, Right right) noexcept
{
    using enum catalog::Role;
    if (act.actor.kind == catalog::Principal::Kind::host) return true;
    const auto has = [&](auto... roles) {
        return ((std::ranges::find(act.roles, roles) != act.roles.end()) || ...);
    };
    const auto with = [&](catalog::Scope scope, auto... roles) {
        return act.has(scope) && has(roles...);
    };
    using enum catalog::Scope;
    switch (right) {
        case Right::none:
        case Right::signed_in: return true;
        case Right::host: return false;
        case Right::read_links:
        case Right::change_links:
        case Right::operate: return with(org_write, operator_);
        case Right::org_write: return with(org_write, org_admin);
        case Right::products_write: return with(products_write, org_admin, product_owner);
        case Right::access_write: return with(access_write, org_admin, product_owner, operator_);
        case Right::apps_write: return with(apps_write, org_admin, developer);
        case Right::org_read: return act.has(catalog_read) && !act.roles.empty();
        case Right::catalog_read: return act.has(catalog_read);
        case Right::usage_read: return act.has(usage_read);
        case Right::audit_read: return with(audit_read, org_admin, auditor, operator_);
    }
    std::unreachable();
}

}  // namespace strait::api
