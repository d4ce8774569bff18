#include "catalog/commands/recovery.hpp"

#include "catalog/commands/applications.hpp"
#include "catalog/commands/limits.hpp"

#include <string>
#include <utility>

namespace strait::catalog {

namespace {

Outcome<Invited> let_back_in(Draft& draft,
                             const Act& act,
                             OrganisationId organisation,
                             std::string_view email,
                             std::string verb)
{
    const auto user =
        draft.find_by<User>(Family::index, email_key(organisation, lower_case(email)));
    if (!user || !is_admin(*user)) {
        return refuse(RefusalCode::not_found, "no active org_admin there has this address");
    }
    auto invited = add_invitation(draft, act, *user, {});
    draft.names(std::move(verb), to_string(invited.invitation.id));
    return invited;
}

}  // namespace

Outcome<Invited> reinvite(Draft& draft,
                          const Act& act,
                          OrganisationId organisation,
                          std::string_view email)
{
    const auto home = draft.find<Organisation>(organisation);
    if (!home || !concerns(act, organisation, Scope::org_write)) {
        return refuse(RefusalCode::not_found, to_string(organisation));
    }
    if (!act.actors(organisation, Scope::org_write).contains(Actor::operator_)) {
        return refuse(RefusalCode::right_missing, "only an operator does this");
    }
    if (has_way_in(draft, organisation)) {
        return refuse(RefusalCode::in_use,
                      "an org_admin of " + home->name + " has a key: that one invites");
    }
    return let_back_in(draft, act, organisation, email, "reinvite");
}

Outcome<Invited> recover(Draft& draft, const Act& act, std::string_view email)
{
    if (act.actor.kind != Principal::Kind::host) {
        return refuse(RefusalCode::right_missing, "only who may open the admin socket does this");
    }
    const auto home = draft.find_by<Organisation>(Family::index, operator_key());
    if (!home) return refuse(RefusalCode::not_found, "this exchange has no operator: bootstrap it");
    return let_back_in(draft, act, home->id, email, "recover");
}

}  // namespace strait::catalog
