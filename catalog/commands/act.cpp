#include "catalog/commands/act.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace strait::catalog {

Entropy system_entropy()
{
    return [](std::span<std::uint8_t> bytes) {
        // Without random numbers no key may be made: that is a defect of the machine.
        if (::RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
            throw std::runtime_error{"OpenSSL has no random numbers"};
        }
    };
}

Actors Act::actors(OrganisationId owner, Scope scope) const
{
    Actors as;
    if (!has(scope)) return as;
    if (actor.kind == Principal::Kind::system) as.add(Actor::system);
    if (actor.kind == Principal::Kind::host) as.add(Actor::operator_);
    for (const auto role : roles) {
        if (role == Role::operator_) as.add(Actor::operator_);
        if (organisation != owner) continue;
        switch (role) {
            case Role::org_admin:
                for (const auto each : {Actor::admin, Actor::provider, Actor::consumer})
                    as.add(each);
                break;
            case Role::product_owner: as.add(Actor::provider); break;
            case Role::developer: as.add(Actor::consumer); break;
            case Role::auditor:
            case Role::operator_: break;
        }
    }
    return as;
}

bool Act::has(Scope scope) const
{
    const bool keyless =
        actor.kind == Principal::Kind::system || actor.kind == Principal::Kind::host;
    return keyless || std::ranges::find(scopes, scope) != scopes.end();
}

bool Act::covers(const std::vector<Role>& others) const
{
    const auto contains = [&](Role role) { return std::ranges::find(roles, role) != roles.end(); };
    return std::ranges::all_of(others, [&](Role role) {
        return contains(role) || (role != Role::operator_ && contains(Role::org_admin));
    });
}

Act Act::as_system() const
{
    auto act = *this;
    act.actor = Principal{Principal::Kind::system};
    return act;
}

bool concerns(const Act& act, OrganisationId owner, Scope scope)
{
    constexpr Actors all{Actor::operator_, Actor::system};
    return act.organisation == owner || act.actors(owner, scope).intersects(all);
}

Refusal illegal_transition(std::string_view noun,
                           std::string_view state,
                           Verb verb,
                           const std::vector<Verb>& allowed)
{
    noun.remove_suffix(1);
    Refusal refusal{.code = RefusalCode::illegal_transition,
                    .detail = word_of(verb) + ": not legal for " + std::string{noun} +
                              " in state " + std::string{state}};
    refusal.named.reserve(allowed.size());
    for (const auto each : allowed) refusal.named.push_back(word_of(each));
    return refusal;
}

}  // namespace strait::catalog
