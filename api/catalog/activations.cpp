#include "api/catalog/activations.hpp"

#include "api/catalog/documents.hpp"
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

// Whoever opens the link in a browser: what follows its "#" has not reached us.
Handled explain_activation(Services& services, const Call&)
{
    co_return text(boost::beast::http::status::ok,
                   "text/plain; charset=utf-8",
                   "Somebody has invited you to a Strait exchange. Your link works once.\n\n"
                   "With strait, the whole link, and the e-mail address that was invited:\n\n"
                   "strait login --link 'LINK' --email YOU@EXAMPLE\nstrait whoami\n\n"
                   "Without it, with TOKEN being what follows the # of your link:\n\ncurl " +
                       services.url +
                       "/v1/activations -H 'Content-Type: application/json' -d @- <<'END'\n"
                       R"({"token": "TOKEN", "user": {"email": "YOU@EXAMPLE", )"
                       R"("display_name": "YOUR NAME"}})"
                       "\nEND\n\nWho comes as a partner also says what its organisation is to be "
                       "called: --organisation NAME --title TITLE,\nor, beside \"user\", "
                       R"("organisation": {"name": "NAME", "title": "TITLE"}.)"
                       "\n\nThe answer holds your key, as `secret` and in `profile`: keep "
                       "it, it is not shown again. Try it:\n\ncurl " +
                       services.url + "/v1/me -H \"Authorization: Bearer $KEY\"\n");
}

Handled preview_activation(Services& services, const Call& call)
{
    auto input = read_body<catalog::TokenInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> question = [&services, input = *std::move(input)](
                                        catalog::Draft& draft,
                                        const catalog::Act&) -> catalog::Outcome<Shown> {
        const auto seen = catalog::preview_invitation(draft, input.token, services.partner_join);
        if (!seen) return catalog::refuse(seen.error());
        const auto& [invitation, inviter] = *seen;
        const ActivationPreview preview{.kind = invitation.kind,
                                        .organisation = {inviter.name, inviter.title},
                                        .roles = invitation.roles,
                                        .message = invitation.message.text,
                                        .expires_at = invitation.expires_at};
        return Shown{catalog::to_json(preview, catalog::Purpose::shown).as_object()};
    };
    const auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return catalog_response(services, boost::beast::http::status::ok, found->body);
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
                                                  .display_name = input.user.display_name,
                                                  .organisation = input.organisation,
                                                  .partners = services.partner_join});
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
