#include "catalog/commands/credentials.hpp"

#include "catalog/commands/api_key.hpp"
#include "catalog/commands/limits.hpp"

#include <boost/describe/enumerators.hpp>

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

// Whether it is a user or an application of the organisation that may act.
bool is_active_in(Draft& draft, const Principal& principal, OrganisationId organisation)
{
    switch (principal.kind) {
        case Principal::Kind::user: {
            const auto user = draft.find<User>({principal.bits});
            return user && user->organisation == organisation && user->state == UserState::active;
        }
        case Principal::Kind::application: {
            const auto application = draft.find<Application>({principal.bits});
            return application && application->organisation == organisation &&
                   application->state == ApplicationState::active;
        }
        case Principal::Kind::system:
        case Principal::Kind::host: return false;
    }
    std::unreachable();
}

// As what somebody may handle the keys of `holder`, in the organisation of both: a developer has to
// do with programs, and nobody but an admin with the keys of other people.
Actors as_to_keys(const Act& act, const Principal& holder, OrganisationId organisation)
{
    const auto all = act.actors(organisation, Scope::apps_write);
    Actors as;
    if (act.actor == holder) as.add(Actor::holder);
    for (const auto each : {Actor::admin, Actor::system}) {
        if (all.contains(each)) as.add(each);
    }
    const bool programs = holder.kind == Principal::Kind::application;
    if (programs && all.contains(Actor::consumer)) as.add(Actor::consumer);
    return as;
}

// Found for those alone who may know of it.
std::optional<Credential> find_key(Draft& draft, const Act& act, CredentialId id)
{
    auto credential = draft.find<Credential>(id);
    const bool system = act.actor.kind == Principal::Kind::system;
    if (credential && !system && act.organisation != credential->organisation) return std::nullopt;
    return credential;
}

}  // namespace

std::vector<Scope> all_scopes()
{
    std::vector<Scope> all;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Scope>>(
        [&](auto each) { all.push_back(each.value); });
    return all;
}

IssuedKey add_key(Draft& draft, const Act& act, OrganisationId organisation, const NewKey& input)
{
    const auto key = make_api_key(act.entropy);
    Credential credential;
    begin(credential, draft, act, organisation);
    credential.state = CredentialState::active;
    credential.principal = input.principal;
    credential.scopes = input.scopes;
    credential.allow_ips = input.allow_ips;
    credential.key_id = key.id;
    credential.secret = hash_of(key, act.pepper);
    credential.expires_at =
        input.expires_at.value_or(Timestamp{draft.now().unix_ms + key_life.count()});
    draft.put(credential);
    return {.credential = std::move(credential), .text = text_of(key)};
}

Outcome<IssuedKey> issue_key(Draft& draft, const Act& act, const NewKey& input)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    if (!is_active_in(draft, input.principal, organisation)) {
        return refuse(RefusalCode::not_found, to_string(input.principal));
    }
    constexpr Actors issuers{Actor::holder, Actor::admin, Actor::consumer};
    if (!issuers.intersects(as_to_keys(act, input.principal, organisation))) {
        return refuse(RefusalCode::right_missing, "only an org_admin makes keys for others");
    }
    Problems problems;
    const Spot expiry{.place = "body", .pointer = "/expires_at"};
    if (input.scopes.empty()) {
        problems.add(Spot{.place = "body", .pointer = "/scopes"}, "out_of_range", "at least one");
    }
    if (input.expires_at && *input.expires_at <= draft.now()) {
        problems.add(expiry, "out_of_range", "that is over");
    }
    if (!problems.empty()) return refuse(invalid(problems));
    if (input.expires_at &&
        input.expires_at->unix_ms > draft.now().unix_ms + key_life_max.count()) {
        return refuse(RefusalCode::key_too_long_lived, "a key lives 365 days at most");
    }
    if (draft.ids_below(Family::index, principal_key(input.principal), live_keys_max).size() ==
        live_keys_max) {
        return refuse(RefusalCode::in_use,
                      "there are " + std::to_string(live_keys_max) + " live keys: revoke one");
    }
    auto issued = add_key(draft, act, organisation, input);
    draft.names("issue", to_string(issued.credential.id));
    return issued;
}

Outcome<IssuedKey> rotate_key(Draft& draft,
                              const Act& act,
                              CredentialId id,
                              std::chrono::milliseconds overlap)
{
    auto old = find_key(draft, act, id);
    if (!old) return refuse(RefusalCode::not_found, to_string(id));
    if (overlap < std::chrono::milliseconds{0} || overlap > overlap_max) {
        Problems problems;
        problems.add(Spot{.place = "body", .pointer = "/overlap_s"}, "out_of_range", "0 to 604800");
        return refuse(invalid(problems));
    }
    const auto changed =
        change_state(*old, Verb::rotate, as_to_keys(act, old->principal, old->organisation));
    if (!changed) return refuse(changed.error());
    // A rotated key has its successor, and is not rotated again.
    if (!*changed) {
        return refuse(illegal_transition(
            prefix_of(Noun::credential), to_string(old->state), Verb::rotate, {Verb::revoke}));
    }
    for (auto& before :
         draft.all_below<Credential>(Family::index, principal_key(old->principal), live_keys_max)) {
        if (before.successor != id) continue;
        before.state = CredentialState::revoked;
        draft.put(before);
    }
    const auto life = old->expires_at.unix_ms - old->created_at.unix_ms;
    auto issued = add_key(draft,
                          act,
                          old->organisation,
                          {.principal = old->principal,
                           .scopes = old->scopes,
                           .allow_ips = old->allow_ips,
                           .expires_at = Timestamp{draft.now().unix_ms + life}});
    old->successor = issued.credential.id;
    old->expires_at = std::min(old->expires_at, Timestamp{draft.now().unix_ms + overlap.count()});
    draft.put(*old);
    draft.names(word_of(Verb::rotate), to_string(id));
    return issued;
}

Outcome<Credential> revoke_key(Draft& draft, const Act& act, CredentialId id)
{
    auto credential = find_key(draft, act, id);
    if (!credential) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed =
        change_state(*credential,
                     Verb::revoke,
                     as_to_keys(act, credential->principal, credential->organisation));
    if (!changed) return refuse(changed.error());
    if (*changed) {
        draft.put(*credential);
        draft.names(word_of(Verb::revoke), to_string(id));
    }
    return *std::move(credential);
}

void revoke_keys_of(Draft& draft, const Principal& principal)
{
    for (auto& credential :
         draft.all_below<Credential>(Family::index, principal_key(principal), live_keys_max)) {
        credential.state = CredentialState::revoked;
        draft.put(credential);
    }
}

}  // namespace strait::catalog
