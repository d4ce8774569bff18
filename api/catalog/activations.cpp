#include "api/catalog/activations.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/inputs/people_inputs.hpp"

namespace strait::api {

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
    const Command<Shown> command = [&services, input = *std::move(input)](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        auto joined = catalog::redeem_invitation(draft,
                                                 act,
                                                 {.token = input.token,
                                                  .email = input.user.email,
                                                  .display_name = input.user.display_name});
        if (!joined) return catalog::refuse(std::move(joined.error()));
        using catalog::Purpose;
        const auto& [user, key] = *joined;
        return Shown{
            .body = {{"organisation", to_string(user.organisation)},
                     {"user", catalog::to_json(user, Purpose::shown)},
                     {"key", catalog::to_json(key.credential, Purpose::shown)}},
            .revision = user.revision,
            .created = true,
            .secrets = {{"secret", key.text.reveal()}, {"profile", profile_of(services, key)}}};
    };
    co_return co_await carry_out(services, call, command);
}

}  // namespace strait::api
