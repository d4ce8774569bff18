#include "catalog/commands/invitations.hpp"

#include "api/catalog/activations.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/people_inputs.hpp"

namespace strait::api {

namespace {

struct ShownInvitation {
    Shown invitation;
    Secret token;
};

catalog::Outcome<ShownInvitation> shown_with_token(catalog::Outcome<catalog::Invited> invited,
                                                   const catalog::Act& act)
{
    if (!invited) return catalog::refuse(std::move(invited.error()));
    return ShownInvitation{shown(invited->invitation, act), std::move(invited->token)};
}

}  // namespace

Handled create_invitation(Services& services, const Call& call)
{
    auto input = read_body<catalog::InvitationInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<ShownInvitation> command =
        [input = *std::move(input)](catalog::Draft& draft,
                                    const catalog::Act& act) -> catalog::Outcome<ShownInvitation> {
        return shown_with_token(
            catalog::invite_member(draft,
                                   act,
                                   act.organisation.value_or(catalog::OrganisationId{}),
                                   {.email = input.email,
                                    .roles = input.roles,
                                    .message = input.message,
                                    .expires_at = input.expires_at}),
            act);
    };
    auto made = co_await carry_out(services, call, command);
    if (!made) co_return std::unexpected{made.error()};
    made->invitation.body.emplace("activation_url", activation_url(services, made->token));
    co_return created_response(services, call, std::move(made->invitation));
}

Handled resend_invitation(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::invitation>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<ShownInvitation> command =
        [id = *id](catalog::Draft& draft,
                   const catalog::Act& act) -> catalog::Outcome<ShownInvitation> {
        return shown_with_token(catalog::resend_invitation(draft, act, id), act);
    };
    auto made = co_await carry_out(services, call, command);
    if (!made) co_return std::unexpected{made.error()};
    made->invitation.body.emplace("activation_url", activation_url(services, made->token));
    co_return record_response(services, call, std::move(made->invitation));
}

}  // namespace strait::api
