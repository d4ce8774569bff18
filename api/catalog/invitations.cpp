#include "catalog/commands/invitations.hpp"

#include "api/catalog/activations.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/commands/recovery.hpp"
#include "catalog/inputs/people_inputs.hpp"

namespace strait::api {

namespace {

catalog::Outcome<Shown> shown_with_link(const Services& services,
                                        const catalog::Outcome<catalog::Invited>& invited,
                                        const catalog::Act& act)
{
    if (!invited) return catalog::refuse(invited.error());
    auto made = shown(invited->invitation, act);
    made.secrets.emplace("activation_url", activation_url(services, invited->token));
    return made;
}

catalog::Outcome<catalog::Invited> invite(const Services& services,
                                          catalog::Draft& draft,
                                          const catalog::Act& act,
                                          const catalog::InvitationInput& input)
{
    if (input.kind == catalog::InvitationKind::member) {
        return catalog::invite_member(draft,
                                      act,
                                      act.organisation.value_or(catalog::OrganisationId{}),
                                      {.email = input.email,
                                       .roles = input.roles,
                                       .message = input.message,
                                       .expires_at = input.expires_at});
    }
    if (!services.partner_join) {
        return catalog::refuse(catalog::RefusalCode::right_missing,
                               "only the operator makes organisations here: "
                               "catalog.partner_join lets partners found theirs");
    }
    if (!input.roles.empty()) {
        Problems problems;
        catalog::reject(problems, "/roles", "none: a partner has its own organisation");
        return catalog::refuse(catalog::invalid(problems));
    }
    return catalog::invite_partner(
        draft,
        act,
        {.email = input.email, .message = input.message, .expires_at = input.expires_at});
}

}  // namespace

Handled create_invitation(Services& services, const Call& call)
{
    auto input = read_body<catalog::InvitationInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [&services, input = *std::move(input)](catalog::Draft& draft,
                                                                          const catalog::Act& act) {
        auto made = shown_with_link(services, invite(services, draft, act, input), act);
        if (made) made->created = true;
        return made;
    };
    co_return co_await carry_out(services, call, command);
}

Handled resend_invitation(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::invitation>(call);
    if (!id) co_return std::unexpected{id.error()};
    const auto reason = read_reason(call);
    if (!reason) co_return std::unexpected{reason.error()};
    const Command<Shown> command = [&services, id = *id, reason = *reason](
                                       catalog::Draft& draft, const catalog::Act& act) {
        draft.because(reason);
        return shown_with_link(services, catalog::resend_invitation(draft, act, id), act);
    };
    co_return co_await carry_out(services, call, command);
}

Handled reinvite_admin(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::organisation>(call);
    if (!id) co_return std::unexpected{id.error()};
    auto input = read_body<catalog::AddressInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [&services, id = *id, email = std::move(input->email)](
                                       catalog::Draft& draft, const catalog::Act& act) {
        return shown_with_link(services, catalog::reinvite(draft, act, id, email), act);
    };
    co_return co_await carry_out(services, call, command);
}

Handled recover_operator(Services& services, const Call& call)
{
    auto input = read_body<catalog::AddressInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [&services, email = std::move(input->email)](
                                       catalog::Draft& draft, const catalog::Act& act) {
        return shown_with_link(services, catalog::recover(draft, act, email), act);
    };
    co_return co_await carry_out(services, call, command);
}

}  // namespace strait::api
