#include "catalog/commands/credentials.hpp"

#include "api/catalog/activations.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/people_inputs.hpp"

#include <chrono>

namespace strait::api {

namespace {

// The one answer that ever holds the secret.
catalog::Outcome<Shown> shown_with_secret(const Services& services,
                                          const catalog::Outcome<catalog::IssuedKey>& issued,
                                          const catalog::Act& act)
{
    if (!issued) return catalog::refuse(issued.error());
    auto made = shown(issued->credential, act);
    made.created = true;
    made.secrets = {{"secret", issued->text.reveal()}, {"profile", profile_of(services, *issued)}};
    return made;
}

}  // namespace

Handled create_credential(Services& services, const Call& call)
{
    auto input = read_body<catalog::NewKey>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [&services, input = *std::move(input)](catalog::Draft& draft,
                                                                          const catalog::Act& act) {
        return shown_with_secret(services, catalog::issue_key(draft, act, input), act);
    };
    co_return co_await carry_out(services, call, command);
}

Handled rotate_credential(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::credential>(call);
    if (!id) co_return std::unexpected{id.error()};
    const auto input = read_body<catalog::RotationInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [&services,
                                    id = *id,
                                    overlap = std::chrono::seconds{input->overlap_s}](
                                       catalog::Draft& draft, const catalog::Act& act) {
        auto made = shown_with_secret(services, catalog::rotate_key(draft, act, id, overlap), act);
        if (made) made->created = false;  // Location would be below the old one
        return made;
    };
    co_return co_await carry_out(services, call, command);
}

Handled narrow_credential(Services& services, const Call& call)
{
    return change_record<catalog::narrow_key, catalog::NarrowedKey, catalog::Credential>(services,
                                                                                         call);
}

Handled revoke_credential(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::credential>(call);
    if (!id) co_return std::unexpected{id.error()};
    auto reason = read_reason(call);
    if (!reason) co_return std::unexpected{reason.error()};
    const Command<catalog::Credential> command =
        [id = *id, reason = *std::move(reason)](catalog::Draft& draft, const catalog::Act& act) {
            draft.because(reason);
            return catalog::revoke_key(draft, act, id);
        };
    co_return co_await carry_out(services, call, shown_by(call, *id, command));
}

}  // namespace strait::api
