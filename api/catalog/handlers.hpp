#pragma once

#include "api/handler.hpp"

// The handlers of the catalog that are not made of a template (records.hpp).
namespace strait::api {

Handled show_about(Services& services, const Call& call);  // GET /v1/about
Handled show_me(Services& services, const Call& call);     // GET /v1/me

Handled bootstrap_exchange(Services& services, const Call& call);  // POST /v1/bootstrap
Handled recover_operator(Services& services, const Call& call);    // POST /v1/bootstrap:recover
Handled explain_activation(Services& services, const Call& call);  // GET /activate
Handled redeem_invitation(Services& services, const Call& call);   // POST /v1/activations

Handled list_organisations(Services& services, const Call& call);   // GET /v1/organisations
Handled create_organisation(Services& services, const Call& call);  // POST /v1/organisations
Handled show_organisation(Services& services, const Call& call);    // GET /v1/organisations/{}

Handled reinvite_admin(Services& services, const Call& call);  // POST /v1/organisations/{}:reinvite
Handled create_invitation(Services& services, const Call& call);  // POST /v1/invitations
Handled resend_invitation(Services& services, const Call& call);  // POST /v1/invitations/{}:resend

Handled create_application(Services& services, const Call& call);  // POST /v1/applications

Handled create_credential(Services& services, const Call& call);  // POST /v1/credentials
Handled narrow_credential(Services& services, const Call& call);  // PATCH /v1/credentials/{}
Handled rotate_credential(Services& services, const Call& call);  // POST /v1/credentials/{}:rotate
Handled revoke_credential(Services& services, const Call& call);  // POST /v1/credentials/{}:revoke

Handled list_audit(Services& services, const Call& call);       // GET /v1/audit
Handled show_audit_head(Services& services, const Call& call);  // GET /v1/audit/head

}  // namespace strait::api
