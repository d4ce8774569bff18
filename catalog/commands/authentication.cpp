#include "catalog/commands/authentication.hpp"

#include "catalog/commands/api_key.hpp"

#include <optional>
#include <utility>

namespace strait::catalog {

bool is_valid(const Credential& credential, Timestamp now)
{
    using enum CredentialState;
    return (credential.state == active || credential.state == rotating) &&
           credential.expires_at > now;
}

Act act_of(const Holder& holder, Entropy entropy, Secret pepper)
{
    return {.actor = holder.principal,
            .organisation = holder.organisation,
            .roles = holder.roles,
            .scopes = holder.credential.scopes,
            .credential = holder.credential.id,
            .entropy = std::move(entropy),
            .pepper = std::move(pepper)};
}

std::optional<Rights> rights_of(Draft& draft, const Principal& principal)
{
    switch (principal.kind) {
        case Principal::Kind::user: {
            auto user = draft.find<User>({principal.bits});
            if (!user || user->state != UserState::active) return std::nullopt;
            return Rights{user->organisation, std::move(user->roles), {}};
        }
        case Principal::Kind::application: {
            auto program = draft.find<Application>({principal.bits});
            if (!program || program->state != ApplicationState::active) return std::nullopt;
            return Rights{
                program->organisation, std::move(program->roles), std::move(program->allow_ips)};
        }
        case Principal::Kind::system:
        case Principal::Kind::host:
        case Principal::Kind::anyone: return std::nullopt;
    }
    std::unreachable();
}

Outcome<Holder> authenticate(Draft& draft, std::string_view key, const Secret& pepper)
{
    const auto refused = refuse(RefusalCode::unauthenticated,
                                "this key is not valid, or not any more: show another one");
    const auto shown = read_api_key(key);
    if (!shown) return refused;
    auto credential = draft.find_by<Credential>(Family::keys, credential_key(shown->id));
    const auto hash = hash_of(*shown, pepper);
    const bool same = is_same(hash, credential ? credential->secret : hash_of({}, pepper));
    if (!credential || !same || !is_valid(*credential, draft.now())) return refused;
    auto rights = rights_of(draft, credential->principal);
    if (!rights) return refused;
    auto organisation = draft.find<Organisation>(rights->organisation);
    if (!organisation || organisation->state != OrganisationState::active) return refused;
    return Holder{.principal = credential->principal,
                  .organisation = rights->organisation,
                  .roles = std::move(rights->roles),
                  .credential = *std::move(credential),
                  .organisation_ips = std::move(organisation->settings.allow_ips),
                  .principal_ips = std::move(rights->allow_ips)};
}

}  // namespace strait::catalog
