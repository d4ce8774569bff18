#include "api/catalog/handlers.hpp"
#include "api/catalog/route_forms.hpp"
#include "api/catalog/routes.hpp"
#include "catalog/commands/applications.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/commands/organisations.hpp"

#include <array>

namespace strait::api {

namespace {

using catalog::Application;
using catalog::Credential;
using catalog::Invitation;
using catalog::Organisation;
using catalog::ReasonInput;
using catalog::User;
using catalog::Verb;
using forms::create;
using forms::edit;
using forms::list;
using forms::list_named;
using forms::list_own;
using forms::remove;
using forms::show;
using forms::show_own;
using forms::tell;
using forms::verb;

template <Verb V>
constexpr Route of_organisation(std::string_view path, Right right, std::string_view summary)
{
    return tell<catalog::change_organisation,
                V,
                Organisation,
                AnyOf<Organisation, RecordStub<Organisation>>>(path, right, summary, {"in-use"});
}

constexpr std::array table{
    routes::get(
        "/v1/about", Right::none, show_about, {"Where this API is", nothing, answered<About>}),
    routes::get("/v1/me",
                Right::signed_in,
                show_me,
                {"Who shows this key, and what it may do", nothing, answered<Me>}),
    create("/v1/bootstrap",
           Right::host,
           bootstrap_exchange,
           {"Make the organisation that runs the exchange",
            asked<catalog::NewOrganisation>,
            answered<CreatedOrganisation>,
            {"bootstrap-done"}}),
    verb("/v1/bootstrap:recover",
         Right::host,
         recover_operator,
         {"Make a new link for an org_admin of it",
          asked<catalog::AddressInput>,
          answered<LinkedInvitation>,
          {"bootstrap-required", "in-use"}}),
    routes::get("/activate",
                Right::none,
                explain_activation,
                {"What to do with a link", nothing, text_body}),
    routes::change(boost::beast::http::verb::post,
                   "/v1/activations:preview",
                   Right::none,
                   preview_activation,
                   {"Who invites the holder of a link, and to what; it is not used up",
                    asked<catalog::TokenInput>,
                    answered<ActivationPreview>,
                    {"activation-invalid"}}),
    create("/v1/activations",
           Right::none,
           redeem_invitation,
           {"Redeem a link: join an organisation, with a first key",
            asked<catalog::ActivationInput>,
            answered<Joined>,
            {"activation-invalid", "name-taken"}}),

    list("/v1/organisations",
         Right::signed_in,
         list_organisations,
         {"The organisations that the caller knows: an operator all, others their own",
          nothing,
          answered<PageDocument<AnyOf<Organisation, OrganisationCard>>>}),
    create("/v1/organisations",
           Right::operate,
           create_organisation,
           {"Let an organisation in",
            asked<catalog::NewOrganisation>,
            answered<CreatedOrganisation>,
            {"name-taken"}}),
    show("/v1/organisations/{organisation}",
         Right::signed_in,
         show_organisation,
         {"One organisation", nothing, answered<AnyOf<Organisation, OrganisationCard>>}),
    edit("/v1/organisations/{organisation}",
         Right::org_write,
         describe_organisation,
         {"Describe one's organisation otherwise",
          patched_to<catalog::OrganisationText>,
          answered<Organisation>}),
    of_organisation<Verb::suspend>("/v1/organisations/{organisation}:suspend",
                                   Right::operate,
                                   "Suspend an organisation: what it has stands still"),
    of_organisation<Verb::resume>("/v1/organisations/{organisation}:resume",
                                  Right::operate,
                                  "Let a suspended organisation go on"),
    of_organisation<Verb::close>("/v1/organisations/{organisation}:close",
                                 Right::signed_in,
                                 "Close an organisation for ever"),
    verb("/v1/organisations/{organisation}:reinvite",
         Right::operate,
         reinvite_admin,
         {"Make a new link for an org_admin of it",
          asked<catalog::AddressInput>,
          answered<AnyOf<LinkedInvitation, LinkedStub>>,
          {"in-use"}}),

    list_own<User>("/v1/users", Right::org_write, "The people of one's organisation"),
    show_own<User>("/v1/users/{user}", Right::org_write, "One of them"),
    edit("/v1/users/{user}",
         Right::org_write,
         describe_user,
         {"Change what a user is called, and may do",
          patched_to<catalog::UserText>,
          answered<User>,
          {"in-use"}}),
    tell<catalog::change_user, Verb::disable, User>(
        "/v1/users/{user}:disable", Right::org_write, "Let none of the user's keys in", {"in-use"}),
    tell<catalog::change_user, Verb::enable, User>(
        "/v1/users/{user}:enable", Right::org_write, "Let them in again"),
    remove<catalog::change_user, User>("/v1/users/{user}",
                                       Right::org_write,
                                       "Remove a user, and what is known of the person",
                                       {"in-use"}),

    list_own<Invitation>(
        "/v1/invitations", Right::access_write, "Invitations of members and partners"),
    create("/v1/invitations",
           Right::access_write,
           create_invitation,
           {"Invite a member, or a partner; activation_url is shown once",
            asked<catalog::InvitationInput>,
            answered<LinkedInvitation>,
            {"name-taken"}}),
    show_own<Invitation>("/v1/invitations/{invitation}", Right::access_write, "One invitation"),
    verb("/v1/invitations/{invitation}:resend",
         Right::access_write,
         resend_invitation,
         {"Make a new link: the old one does not work any more",
          asked<ReasonInput>,
          answered<LinkedInvitation>}),
    tell<catalog::end_invitation, Verb::cancel, Invitation>(
        "/v1/invitations/{invitation}:cancel", Right::access_write, "Take an invitation back"),

    list_named<Application>("/v1/applications", Right::apps_write, "One's programs"),
    create("/v1/applications",
           Right::apps_write,
           create_application,
           {"Register a program",
            asked<catalog::NewApplication>,
            answered<Application>,
            {"name-taken"}}),
    show_own<Application>("/v1/applications/{application}", Right::apps_write, "One program"),
    edit("/v1/applications/{application}",
         Right::apps_write,
         describe_application,
         {"Change all of a program but its name",
          patched_to<catalog::ApplicationText>,
          answered<Application>}),
    tell<catalog::change_application, Verb::disable, Application>(
        "/v1/applications/{application}:disable",
        Right::apps_write,
        "Let none of the program's keys in",
        {"in-use"}),
    tell<catalog::change_application, Verb::enable, Application>(
        "/v1/applications/{application}:enable", Right::apps_write, "Let them in again"),
    remove<catalog::change_application, Application>("/v1/applications/{application}",
                                                     Right::apps_write,
                                                     "Remove a program and its keys",
                                                     {"in-use"}),

    list_own<Credential>("/v1/credentials", Right::apps_write, "Keys"),
    create("/v1/credentials",
           Right::signed_in,
           create_credential,
           {"Make a key; its secret is shown once",
            asked<catalog::NewKey>,
            answered<IssuedCredential>,
            {"key-too-long-lived", "in-use", "illegal-transition"}}),
    show_own<Credential>(
        "/v1/credentials/{credential}", Right::apps_write, "One key, without its secret"),
    edit("/v1/credentials/{credential}",
         Right::signed_in,
         narrow_credential,
         {"Take something away from a key",
          asked<catalog::NarrowedKey>,
          answered<Credential>,
          {"key-too-long-lived"}}),
    verb("/v1/credentials/{credential}:rotate",
         Right::signed_in,
         rotate_credential,
         {"Make a successor; the old key goes on for a while",
          asked<catalog::RotationInput>,
          answered<IssuedCredential>,
          {"key-too-long-lived", "in-use"}}),
    verb("/v1/credentials/{credential}:revoke",
         Right::signed_in,
         revoke_credential,
         {"End a key at once", asked<ReasonInput>, answered<Credential>}),

    list("/v1/audit",
         Right::audit_read,
         list_audit,
         {"What was done that concerns one's organisation",
          nothing,
          answered<PageDocument<AuditRecord>>}),
    routes::get("/v1/audit/head",
                Right::audit_read,
                show_audit_head,
                {"Where that chain ends", nothing, answered<AuditHead>}),
};

}  // namespace

const std::span<const Route> people_routes{table};

}  // namespace strait::api
