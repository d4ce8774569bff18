#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <string_view>

// How an org_admin who has no key any more gets a new one. Each of these is one command, with an
// entry of the audit of the organisation that it lets somebody into. Who redeems the link is the
// same user as before, and all other keys of that user are revoked.
namespace strait::catalog {

// A new link for an active org_admin of the organisation, by the operator. RefusalCode::in_use
// while an org_admin there has a live key: then the operator lets nobody in.
Outcome<Invited> reinvite(Draft& draft,
                          const Act& act,
                          OrganisationId organisation,
                          std::string_view email);

// The same for the organisation that runs the exchange, by the host, at any time.
Outcome<Invited> recover(Draft& draft, const Act& act, std::string_view email);

}  // namespace strait::catalog
