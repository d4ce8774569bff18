#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <string>
#include <vector>

// How organisations come and go. Each of these is one command: it reads and changes the draft
// alone.
namespace strait::catalog {

struct NewOrganisation {
    std::string name;
    std::string title;
    std::string admin_email;
};

struct CreatedOrganisation {
    Organisation organisation;
    Invited admin;
};

// The organisation that runs the exchange, and its first person; by the host. RefusalCode::
// bootstrap_done if there is one.
Outcome<CreatedOrganisation> bootstrap(Draft& draft, const Act& act, const NewOrganisation& input);

// By the operator. RefusalCode::name_taken for a name that any organisation has, or had.
Outcome<CreatedOrganisation> create_organisation(Draft& draft,
                                                 const Act& act,
                                                 const NewOrganisation& input);

// suspend, resume, close. Succeeds where nothing is left to do. Others' are `not_found`. While it
// is suspended its subscriptions are held on both sides; when the operator closes it they end. Its
// own admin may close it as long as none is live: else RefusalCode::in_use.
Outcome<Organisation> change_organisation(Draft& draft,
                                          const Act& act,
                                          OrganisationId id,
                                          Verb verb);

}  // namespace strait::catalog
