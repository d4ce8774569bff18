#include "api/catalog/activations.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/inputs/people_inputs.hpp"

namespace strait::api {

namespace http = boost::beast::http;

std::string activation_url(const Services& services, const Secret& token)
{
    return services.url + "/activate#" + token.reveal();
}

boost::json::object profile_of(const Services& services, const catalog::IssuedKey& key)
{
    return {{"shareCredentialsVersion", 1},
            {"endpoint", services.url + "/v1"},
            {"bearerToken", key.text.reveal()},
            {"expirationTime", written(key.credential.expires_at)}};
}

Handled redeem_invitation(Services& services, const Call& call)
{
    auto input = read_body<catalog::ActivationInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<catalog::Joined> command = [input = *std::move(input)](catalog::Draft& draft,
                                                                         const catalog::Act& act) {
        return catalog::redeem_invitation(draft,
                                          act,
                                          {.token = input.token,
                                           .email = input.user.email,
                                           .display_name = input.user.display_name});
    };
    const auto joined = co_await carry_out(services, call, command);
    if (!joined) co_return std::unexpected{joined.error()};
    const auto& [user, key] = *joined;
    co_return catalog_response(
        services,
        http::status::created,
        boost::json::object{{"organisation", to_string(user.organisation)},
                            {"user", catalog::to_json(user, catalog::Purpose::shown)},
                            {"key", catalog::to_json(key.credential, catalog::Purpose::shown)},
                            {"secret", key.text.reveal()},
                            {"profile", profile_of(services, key)}});
}

}  // namespace strait::api
