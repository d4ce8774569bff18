#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "api/router.hpp"
#include "catalog/commands/applications.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/commands/organisations.hpp"

#include <array>

namespace strait::api {

namespace {

using routes::change;
using routes::get;
using routes::post;
using routes::remove;
namespace http = boost::beast::http;

using catalog::Application;
using catalog::Credential;
using catalog::Invitation;
using catalog::Organisation;
using catalog::User;
using catalog::Verb;

constexpr Route list(std::string_view path, Right right, Handler handler)
{
    auto route = get(path, right, handler);
    route.parameters = page_parameters;
    return route;
}

template <Verb V>
constexpr Handler of_organisation = say_verb<catalog::change_organisation, V, Organisation>;
template <Verb V>
constexpr Handler of_user = say_verb<catalog::change_user, V, User>;
template <Verb V>
constexpr Handler of_application = say_verb<catalog::change_application, V, Application>;

constexpr std::array table{
    get("/v1/about", Right::none, show_about),
    get("/v1/me", Right::signed_in, show_me),
    post("/v1/bootstrap", Right::host, bootstrap_exchange),
    post("/v1/bootstrap:recover", Right::host, recover_operator),
    get("/activate", Right::none, explain_activation),
    post("/v1/activations", Right::none, redeem_invitation),

    list("/v1/organisations", Right::signed_in, list_organisations),
    post("/v1/organisations", Right::operate, create_organisation),
    get("/v1/organisations/{}", Right::signed_in, show_organisation),
    post("/v1/organisations/{}:suspend", Right::operate, of_organisation<Verb::suspend>),
    post("/v1/organisations/{}:resume", Right::operate, of_organisation<Verb::resume>),
    post("/v1/organisations/{}:close", Right::signed_in, of_organisation<Verb::close>),
    post("/v1/organisations/{}:reinvite", Right::operate, reinvite_admin),

    list("/v1/users", Right::org_write, list_own<User>),
    get("/v1/users/{}", Right::org_write, show_own<User>),
    post("/v1/users/{}:disable", Right::org_write, of_user<Verb::disable>),
    post("/v1/users/{}:enable", Right::org_write, of_user<Verb::enable>),
    remove("/v1/users/{}", Right::org_write, of_user<Verb::remove>),

    list("/v1/invitations", Right::access_write, list_own<Invitation>),
    post("/v1/invitations", Right::access_write, create_invitation),
    get("/v1/invitations/{}", Right::access_write, show_own<Invitation>),
    post("/v1/invitations/{}:resend", Right::access_write, resend_invitation),
    post("/v1/invitations/{}:cancel",
         Right::access_write,
         say_verb<catalog::end_invitation, Verb::cancel, Invitation>),

    list("/v1/applications", Right::apps_write, list_own<Application>),
    post("/v1/applications", Right::apps_write, create_application),
    get("/v1/applications/{}", Right::apps_write, show_own<Application>),
    post("/v1/applications/{}:disable", Right::apps_write, of_application<Verb::disable>),
    post("/v1/applications/{}:enable", Right::apps_write, of_application<Verb::enable>),
    remove("/v1/applications/{}", Right::apps_write, of_application<Verb::remove>),

    list("/v1/credentials", Right::apps_write, list_own<Credential>),
    post("/v1/credentials", Right::signed_in, create_credential),
    get("/v1/credentials/{}", Right::apps_write, show_own<Credential>),
    change(http::verb::patch, "/v1/credentials/{}", Right::signed_in, narrow_credential),
    post("/v1/credentials/{}:rotate", Right::signed_in, rotate_credential),
    post("/v1/credentials/{}:revoke", Right::signed_in, revoke_credential),

    list("/v1/audit", Right::audit_read, list_audit),
    get("/v1/audit/head", Right::audit_read, show_audit_head),
};

}  // namespace

const std::span<const Route> catalog_routes{table};

}  // namespace strait::api
