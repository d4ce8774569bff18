#pragma once

#include "api/handler.hpp"

// The handlers of the catalog that are not made of a template (records.hpp).
namespace strait::api {

Handled show_about(Services& services, const Call& call);  // GET /v1/about
Handled show_me(Services& services, const Call& call);     // GET /v1/me

Handled bootstrap_exchange(Services& services, const Call& call);  // POST /v1/bootstrap
Handled recover_operator(Services& services, const Call& call);    // POST /v1/bootstrap:recover
Handled explain_activation(Services& services, const Call& call);  // GET /activate
Handled preview_activation(Services& services, const Call& call);  // POST /v1/activations:preview
Handled redeem_invitation(Services& services, const Call& call);   // POST /v1/activations

Handled list_organisations(Services& services, const Call& call);     // GET /v1/organisations
Handled create_organisation(Services& services, const Call& call);    // POST /v1/organisations
Handled show_organisation(Services& services, const Call& call);      // GET /v1/organisations/{}
Handled describe_organisation(Services& services, const Call& call);  // PATCH .../{}

Handled reinvite_admin(Services& services, const Call& call);  // POST /v1/organisations/{}:reinvite
Handled create_invitation(Services& services, const Call& call);  // POST /v1/invitations
Handled resend_invitation(Services& services, const Call& call);  // POST /v1/invitations/{}:resend

Handled create_application(Services& services, const Call& call);    // POST /v1/applications
Handled describe_application(Services& services, const Call& call);  // PATCH /v1/applications/{}
Handled describe_user(Services& services, const Call& call);         // PATCH /v1/users/{}

Handled create_credential(Services& services, const Call& call);  // POST /v1/credentials
Handled narrow_credential(Services& services, const Call& call);  // PATCH /v1/credentials/{}
Handled rotate_credential(Services& services, const Call& call);  // POST /v1/credentials/{}:rotate
Handled revoke_credential(Services& services, const Call& call);  // POST /v1/credentials/{}:revoke

Handled create_product(Services& services, const Call& call);    // POST /v1/products
Handled describe_product(Services& services, const Call& call);  // PATCH /v1/products/{}

Handled list_versions(Services& services, const Call& call);      // GET /v1/products/{}/versions
Handled add_version(Services& services, const Call& call);        // POST /v1/products/{}/versions
Handled show_version(Services& services, const Call& call);       // GET .../versions/{}
Handled edit_version(Services& services, const Call& call);       // PATCH .../versions/{}
Handled remove_version(Services& services, const Call& call);     // DELETE .../versions/{}
Handled submit_version(Services& services, const Call& call);     // POST .../versions/{}:submit
Handled return_version(Services& services, const Call& call);     // POST .../versions/{}:return
Handled publish_version(Services& services, const Call& call);    // POST .../versions/{}:publish
Handled deprecate_version(Services& services, const Call& call);  // POST .../versions/{}:deprecate
Handled restore_version(Services& services, const Call& call);    // POST .../versions/{}:restore
Handled retire_version(Services& services, const Call& call);     // POST .../versions/{}:retire

Handled discover(Services& services, const Call& call);             // GET /v1/discover
Handled show_discovered(Services& services, const Call& call);      // GET /v1/discover/{}
Handled describe_discovered(Services& services, const Call& call);  // GET /v1/discover/{}/asyncapi

Handled list_clusters(Services& services, const Call& call);        // GET /v1/clusters
Handled show_cluster(Services& services, const Call& call);         // GET /v1/clusters/{}
Handled create_cluster(Services& services, const Call& call);       // POST /v1/clusters
Handled edit_cluster(Services& services, const Call& call);         // PATCH /v1/clusters/{}
Handled verify_cluster(Services& services, const Call& call);       // POST /v1/clusters/{}:verify
Handled list_cluster_topics(Services& services, const Call& call);  // GET /v1/clusters/{}/topics

Handled create_offer(Services& services, const Call& call);  // POST /v1/offers
Handled show_offer(Services& services, const Call& call);    // GET /v1/offers/{}
Handled edit_offer(Services& services, const Call& call);    // PATCH /v1/offers/{}
Handled add_terms(Services& services, const Call& call);     // POST /v1/offers/{}/terms
Handled show_terms(Services& services, const Call& call);    // GET /v1/offers/{}/terms/{}

Handled create_request(Services& services, const Call& call);    // POST /v1/requests
Handled edit_request(Services& services, const Call& call);      // PATCH /v1/requests/{}
Handled approve_request(Services& services, const Call& call);   // POST /v1/requests/{}:approve
Handled reject_request(Services& services, const Call& call);    // POST /v1/requests/{}:reject
Handled return_request(Services& services, const Call& call);    // POST .../{}:request-changes
Handled resubmit_request(Services& services, const Call& call);  // POST /v1/requests/{}:resubmit
Handled withdraw_request(Services& services, const Call& call);  // POST /v1/requests/{}:withdraw

Handled show_accepted(Services& services, const Call& call);  // GET /v1/agreements/{}/terms

Handled renew_subscription(Services& services, const Call& call);  // POST .../{}:renew
Handled accept_new_terms(Services& services, const Call& call);    // POST .../{}:accept-terms
Handled show_receipt(Services& services, const Call& call);  // GET /v1/subscriptions/{}/receipt
Handled describe_subscription(Services& services, const Call& call);  // GET .../{}/asyncapi
Handled create_contract(Services& services, const Call& call);        // POST /v1/contracts
Handled edit_contract(Services& services, const Call& call);          // PATCH /v1/contracts/{}
Handled show_schema(Services& services, const Call& call);            // GET /v1/contracts/{}/schema

Handled apply_declarations(Services& services, const Call& call);   // POST /v1/apply
Handled export_declarations(Services& services, const Call& call);  // GET /v1/export

Handled list_audit(Services& services, const Call& call);       // GET /v1/audit
Handled show_audit_head(Services& services, const Call& call);  // GET /v1/audit/head

Handled show_usage(Services& services, const Call& call);  // GET /v1/usage

}  // namespace strait::api
