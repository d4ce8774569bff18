#include "catalog/commands/credentials.hpp"

#include "catalog/commands/api_key.hpp"
#include "catalog/commands/authentication.hpp"
#include "catalog/commands/limits.hpp"
#include "catalog/commands/networks.hpp"
#include "catalog/records/access.hpp"

#include <boost/describe/enumerators.hpp>

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

Timestamp in(const Draft& draft, std::chrono::milliseconds time)
{
    return {draft.now().unix_ms + time.count()};
}

// As what somebody may handle the keys of `holder`, in the organisation of both: a developer has to
// do with programs, and nobody but an admin with the keys of other people.
Actors as_to_keys(const Act& act, const Principal& holder, OrganisationId organisation)
{
    constexpr Actors known{Actor::admin, Actor::system};
    const auto all = act.actors(organisation, Scope::apps_write);
    auto as = all.among(known);
    if (act.actor == holder && act.has(Scope::apps_write)) as.add(Actor::holder);
    const bool programs = holder.kind == Principal::Kind::application;
    if (programs && all.contains(Actor::consumer)) as.add(Actor::consumer);
    return as;
}

// To itself a key is no other's, whatever its scopes.
Actors as_to_key(const Act& act, const Credential& key)
{
    auto as = as_to_keys(act, key.principal, key.organisation);
    if (act.credential == key.id) as.add(Actor::holder);
    return as;
}

// Whoever makes a key may do all that it can be used for, from everywhere that it can be used from:
// there is no way up by a key.
Outcome<void> check_maker(Draft& draft, const Act& act, const Rights& rights, const NewKey& wanted)
{
    const auto& holder = wanted.principal;
    const auto& scopes = wanted.scopes;

    if (act.actor != holder && !act.covers(rights.roles)) {
        return refuse(RefusalCode::right_missing, "its holder has roles that you have not");
    }
    if (!std::ranges::all_of(scopes, [&](Scope scope) { return act.has(scope); })) {
        return refuse(RefusalCode::right_missing, "your own key has not all of these scopes");
    }
    const auto own = act.credential ? draft.find<Credential>(*act.credential) : std::nullopt;
    if (own && !is_within(wanted.allow_ips, own->allow_ips)) {
        return refuse(RefusalCode::right_missing,
                      "your own key is of use only from its allow_ips: say some of them");
    }
    return {};
}

std::vector<Scope> scopes_of(const Subscription& subscription)
{
    std::vector scopes{Scope::catalog_read, Scope::usage_read};
    for (const auto right : subscription.rights) {
        scopes.push_back(right == StreamRight::consume ? Scope::stream_read : Scope::stream_write);
    }
    return scopes;
}

bool is_subset(const std::vector<Scope>& scopes, const std::vector<Scope>& wider)
{
    return std::ranges::all_of(
        scopes, [&](Scope scope) { return std::ranges::find(wider, scope) != wider.end(); });
}

// The live subscription of the holder that a key is to be bound to.
std::optional<Subscription> find_bound(Draft& draft,
                                       SubscriptionId id,
                                       const Principal& holder,
                                       OrganisationId organisation)
{
    auto subscription = draft.find<Subscription>(id);
    const bool fits = subscription && subscription->organisation == organisation &&
                      Principal{subscription->application} == holder &&
                      is_live(subscription->state);
    if (!fits) return std::nullopt;
    return subscription;
}

bool has_room(Draft& draft, const Principal& holder)
{
    return draft.ids_below(Family::index, principal_key(holder), live_keys_max).size() <
           live_keys_max;
}

Refusal no_room()
{
    return {.code = RefusalCode::in_use,
            .detail = "there are " + std::to_string(live_keys_max) + " live keys: revoke one"};
}

Outcome<void> check_end(const Draft& draft,
                        std::optional<Timestamp> expires_at,
                        const std::optional<Subscription>& bound)
{
    if (!expires_at) return {};
    if (expires_at->unix_ms > draft.now().unix_ms + key_life_max.count()) {
        return refuse(RefusalCode::key_too_long_lived, "a key lives 365 days at most");
    }
    if (bound && *expires_at > bound->ends_at) {
        return refuse(RefusalCode::key_too_long_lived,
                      "its subscription ends at " + written(bound->ends_at));
    }
    return {};
}

// What is wrong with the members themselves; `input` gets them as they are stored.
Outcome<void> read(const Draft& draft, const std::optional<Subscription>& bound, NewKey& input)
{
    Problems problems;
    input.allow_ips = read_networks("/allow_ips", input.allow_ips, problems);
    std::ranges::sort(input.scopes);
    const auto twins = std::ranges::unique(input.scopes);
    input.scopes.erase(twins.begin(), twins.end());
    if (input.scopes.empty()) reject(problems, "/scopes", "at least one");
    if (bound && !is_subset(input.scopes, scopes_of(*bound))) {
        reject(problems, "/scopes", "only those of its subscription's rights");
    }
    if (const auto& at = input.expires_at; at && *at <= draft.now()) {
        reject(problems, "/expires_at", "that is over");
    }
    if (!problems.empty()) return refuse(invalid(problems));
    return {};
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
    credential.subscription = input.subscription;
    credential.scopes = input.scopes;
    credential.allow_ips = input.allow_ips;
    credential.key_id = key.id;
    credential.secret = hash_of(key, act.pepper);
    credential.expires_at = input.expires_at.value_or(in(draft, key_life));
    draft.put(credential);
    return {.credential = std::move(credential), .text = text_of(key)};
}

Outcome<IssuedKey> issue_key(Draft& draft, const Act& act, NewKey input)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    const auto rights = rights_of(draft, input.principal);
    if (!rights || rights->organisation != organisation) {
        return refuse(RefusalCode::not_found, to_string(input.principal));
    }
    constexpr Actors issuers{Actor::holder, Actor::admin, Actor::consumer};
    if (!issuers.intersects(as_to_keys(act, input.principal, organisation))) {
        return refuse(RefusalCode::right_missing, "only an org_admin makes keys for others");
    }
    std::optional<Subscription> bound;
    if (const auto& id = input.subscription) {
        bound = find_bound(draft, *id, input.principal, organisation);
        if (!bound) return refuse(RefusalCode::not_found, to_string(*id));
    }
    if (const auto fine = read(draft, bound, input); !fine) return refuse(fine.error());
    if (const auto may = check_maker(draft, act, *rights, input); !may) {
        return refuse(may.error());
    }
    if (const auto fine = check_end(draft, input.expires_at, bound); !fine) {
        return refuse(fine.error());
    }
    if (!has_room(draft, input.principal)) return refuse(no_room());
    if (bound && !input.expires_at) {
        input.expires_at = std::min(in(draft, key_life), bound->ends_at);
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
    const auto changed = change_state(*old, Verb::rotate, as_to_key(act, *old));
    if (!changed) return refuse(changed.error());
    // A rotated key has its successor, and is not rotated again.
    if (!*changed) {
        return refuse(illegal_transition(
            prefix_of(Noun::credential), to_string(old->state), Verb::rotate, {Verb::revoke}));
    }
    if (overlap < std::chrono::milliseconds{0} || overlap > overlap_max) {
        Problems problems;
        reject(problems, "/overlap_s", "0 to 604800");
        return refuse(invalid(problems));
    }
    const auto rights = rights_of(draft, old->principal);
    if (!rights) return refuse(RefusalCode::not_found, to_string(old->principal));
    NewKey wanted{.principal = old->principal,
                  .scopes = old->scopes,
                  .subscription = old->subscription,
                  .allow_ips = old->allow_ips};
    if (const auto may = check_maker(draft, act, *rights, wanted); !may) {
        return refuse(may.error());
    }
    auto end =
        in(draft, std::chrono::milliseconds{old->expires_at.unix_ms - old->created_at.unix_ms});
    if (const auto& bound_to = old->subscription) {
        const auto bound = find_bound(draft, *bound_to, old->principal, old->organisation);
        if (!bound) return refuse(RefusalCode::not_found, to_string(*bound_to));
        end = std::min(end, bound->ends_at);
    }
    for (auto& before : draft.all_below<Credential>(Family::index, principal_key(old->principal))) {
        if (before.successor != id) continue;
        before.state = CredentialState::revoked;
        draft.put(before);
    }
    if (!has_room(draft, old->principal)) return refuse(no_room());
    wanted.expires_at = end;
    auto issued = add_key(draft, act, old->organisation, wanted);
    old->successor = issued.credential.id;
    old->expires_at = std::min(old->expires_at, in(draft, overlap));
    draft.put(*old);
    draft.names(word_of(Verb::rotate), to_string(id));
    return issued;
}

Outcome<Credential> narrow_key(Draft& draft,
                               const Act& act,
                               CredentialId id,
                               const NarrowedKey& input)
{
    auto key = find_key(draft, act, id);
    if (!key) return refuse(RefusalCode::not_found, to_string(id));
    // Whoever may end it may take a part of it away.
    auto ended = *key;
    const auto live = change_state(ended, Verb::revoke, as_to_key(act, *key));
    if (!live) return refuse(live.error());
    if (!*live) return refuse(RefusalCode::illegal_transition, "this key is revoked");
    Problems problems;
    if (const auto& scopes = input.scopes) {
        if (scopes->empty() || !is_subset(*scopes, key->scopes)) {
            reject(problems, "/scopes", "at least one of those that it has, and no other");
        }
        std::erase_if(key->scopes, [&](Scope scope) { return !is_subset({scope}, *scopes); });
    }
    if (const auto& texts = input.allow_ips) {
        auto networks = read_networks("/allow_ips", *texts, problems);
        if (!is_within(networks, key->allow_ips)) {
            reject(problems, "/allow_ips", "only parts of those that it has");
        }
        key->allow_ips = std::move(networks);
    }
    if (const auto& at = input.expires_at) {
        if (*at <= draft.now() || *at > key->expires_at) {
            reject(
                problems, "/expires_at", "a time to come, not after " + written(key->expires_at));
        }
        key->expires_at = *at;
    }
    if (!problems.empty()) return refuse(invalid(problems));
    draft.put(*key);
    draft.names("narrow", to_string(id));
    return *std::move(key);
}

Outcome<Credential> revoke_key(Draft& draft, const Act& act, CredentialId id)
{
    auto credential = find_key(draft, act, id);
    if (!credential) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed = change_state(*credential, Verb::revoke, as_to_key(act, *credential));
    if (!changed) return refuse(changed.error());
    if (*changed) {
        draft.put(*credential);
        draft.names(word_of(Verb::revoke), to_string(id));
    }
    return *std::move(credential);
}

void revoke_keys_of(Draft& draft, const Principal& principal)
{
    for (auto& credential : draft.all_below<Credential>(Family::index, principal_key(principal))) {
        credential.state = CredentialState::revoked;
        draft.put(credential);
    }
}

}  // namespace strait::catalog
