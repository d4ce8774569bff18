#include "catalog/commands/clusters.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/owned.hpp"
#include "catalog/commands/secrets.hpp"
#include "catalog/commands/subscriptions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::size_t named_max = 10;

std::vector<std::string> users_of(Draft& draft, ClusterId id)
{
    constexpr std::array nouns{Noun::version, Noun::request, Noun::subscription};
    std::vector<std::string> names;
    for (const auto noun : nouns) {
        for (const auto& each :
             draft.ids_below(Family::index, reference_key(id.bits, noun), named_max)) {
            names.push_back(text_of(noun, each));
        }
    }
    return names;
}

bool is_verified(Draft& draft, ClusterId id)
{
    const auto cluster = draft.find<Cluster>(id);
    return cluster && cluster->state == ClusterState::verified;
}

// Whether it comes from verified clusters, and goes to one.
bool may_flow(Draft& draft, const Subscription& subscription)
{
    const auto& target = subscription.target.cluster;
    return (!target || is_verified(draft, *target)) &&
           std::ranges::all_of(subscription.ports, [&](const OutputPort& port) {
               return is_verified(draft, port.cluster);
           });
}

// Nothing flows from a cluster that is disabled, nor to it, until it is verified anew. The cluster
// is in the draft as it is now.
Outcome<void> hold_users(Draft& draft, const Act& act, ClusterId id, bool holds)
{
    const auto prefix = reference_key(id.bits, Noun::subscription);
    for (const auto& each : draft.all_below<Subscription>(Family::index, prefix)) {
        if (!is_live(each.state) || (!holds && !may_flow(draft, each))) continue;
        const auto held =
            hold_for_cause(draft, act.as_system(), each.id, HoldCause::cluster_disabled, holds);
        if (!held) return refuse(held.error());
    }
    return {};
}

// What the configuration file says is not said here.
Outcome<void> check_managed(const Act& act, ManagedBy managed_by)
{
    const bool system = act.actor.kind == Principal::Kind::system;
    if (managed_by == ManagedBy::api || system) return {};
    return refuse(RefusalCode::right_missing, "the configuration file has this cluster");
}

void check_bootstrap(const std::vector<std::string>& addresses, Problems& problems)
{
    if (addresses.empty() || addresses.size() > bootstrap_max) {
        reject(problems, "/bootstrap", "1 to " + std::to_string(bootstrap_max) + " addresses");
    }
    for (const auto& address : addresses) {
        check_text("/bootstrap", address, bootstrap_size_max, problems);
    }
}

// An operator stops the cluster of anybody, and sees nothing else of it.
Outcome<Cluster> find_switched(Draft& draft, const Act& act, ClusterId id, Verb verb)
{
    auto own = find_own<Cluster>(draft, act, id);
    if (own || (verb != Verb::disable && verb != Verb::enable)) return own;
    auto cluster = draft.find<Cluster>(id);
    if (!cluster || !act.actors(cluster->organisation, Scope::org_write).contains(Actor::operator_))
        return own;
    return *std::move(cluster);
}

}  // namespace

Outcome<Cluster> register_cluster(Draft& draft, const Act& act, const NewCluster& input)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    const Actors registrars{Actor::admin, Actor::system};
    const auto may = check_actor(act, organisation, Scope::org_write, registrars, "an org_admin");
    if (!may) return refuse(may.error());
    const auto managed = check_managed(act, input.managed_by);
    if (!managed) return refuse(managed.error());
    Problems problems;
    check_name("/name", input.name, problems);
    check_bootstrap(input.bootstrap, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (const auto free = check_free(draft, organisation, Noun::cluster, input.name); !free) {
        return refuse(free.error());
    }
    Cluster cluster;
    begin(cluster, draft, act, organisation);
    cluster.name = input.name;
    cluster.bootstrap = input.bootstrap;
    cluster.security = input.security;
    cluster.managed_by = input.managed_by;
    draft.put(cluster);
    keep_secrets(draft, act, Noun::cluster, cluster.id.bits, input.secrets);
    draft.names("create", to_string(cluster.id));
    return cluster;
}

Outcome<Cluster> edit_cluster(Draft& draft,
                              const Act& act,
                              ClusterId id,
                              const ClusterChanges& changes)
{
    auto cluster = find_own<Cluster>(draft, act, id);
    if (!cluster) return cluster;
    const Actors editors{Actor::admin, Actor::system};
    const auto may =
        check_actor(act, cluster->organisation, Scope::org_write, editors, "an org_admin");
    if (!may) return refuse(may.error());
    if (const auto managed = check_managed(act, cluster->managed_by); !managed)
        return refuse(managed.error());
    if (cluster->state == ClusterState::deleted)
        return refuse(RefusalCode::not_found, to_string(id));
    const auto before = *cluster;
    cluster->bootstrap = changes.bootstrap.value_or(before.bootstrap);
    cluster->security = changes.security.value_or(before.security);
    Problems problems;
    check_bootstrap(cluster->bootstrap, problems);
    if (cluster->bootstrap != before.bootstrap && !changes.secrets) {
        const auto kept = secrets_of(draft, act, id);
        if (!kept) return refuse(RefusalCode::unavailable, kept.error().detail());
        if (!kept->empty()) {
            reject(
                problems,
                "/security",
                "say it again with its secrets: they do not go to other addresses by themselves");
        }
    }
    if (!problems.empty()) return refuse(invalid(problems));
    if (*cluster == before && !changes.secrets) return cluster;
    // One that is disabled stays so: to enable it is for whoever disabled it.
    if (cluster->state == ClusterState::verified) cluster->state = ClusterState::registered;
    cluster->observed.reset();
    draft.put_anew(*cluster);
    if (const auto& secrets = changes.secrets) {
        keep_secrets(draft, act, Noun::cluster, id.bits, *secrets);
    }
    draft.names("edit", to_string(id));
    return cluster;
}

Result<Secrets> secrets_of(Draft& draft, const Act& act, ClusterId id)
{
    return secrets_of(draft, act, Noun::cluster, id.bits);
}

Outcome<Cluster> verify_cluster(Draft& draft,
                                const Act& act,
                                ClusterId id,
                                const ObservedCluster& observed,
                                std::optional<std::uint64_t> asked)
{
    auto cluster = find_own<Cluster>(draft, act, id);
    if (!cluster) return cluster;
    if (asked && *asked != cluster->revision) {
        return refuse(RefusalCode::precondition_failed,
                      "the cluster was changed while it was asked: verify it again");
    }
    if (const auto may = check_managed(act, cluster->managed_by); !may) return refuse(may.error());
    const auto changed =
        change_state(*cluster, Verb::verify, act.actors(cluster->organisation, Scope::org_write));
    if (!changed) return refuse(changed.error());
    const bool again = !is_verified(draft, id);
    cluster->observed = observed;
    draft.put(*cluster);
    if (again) {
        if (const auto lifted = hold_users(draft, act, id, false); !lifted)
            return refuse(lifted.error());
    }
    draft.names(word_of(Verb::verify), to_string(id));
    return cluster;
}

Outcome<Cluster> change_cluster(Draft& draft, const Act& act, ClusterId id, Verb verb)
{
    auto cluster = find_switched(draft, act, id, verb);
    if (!cluster) return cluster;
    if (const auto may = check_managed(act, cluster->managed_by); !may) return refuse(may.error());
    const auto as = act.actors(cluster->organisation, Scope::org_write);
    if (cluster->barred && !as.contains(Actor::operator_)) {
        return refuse(RefusalCode::right_missing, "the operator has disabled this cluster");
    }
    const auto changed = change_state(*cluster, verb, as);
    if (!changed) return refuse(changed.error());
    const bool bars = verb == Verb::disable && !as.contains(Actor::admin);
    if (!*changed && cluster->barred == bars) return cluster;
    cluster->barred = bars;
    if (cluster->state == ClusterState::deleted) {
        auto users = users_of(draft, id);
        if (!users.empty()) {
            return refuse(Refusal{.code = RefusalCode::in_use,
                                  .detail = cluster->name + " is in use: end what is named first",
                                  .named = std::move(users)});
        }
        keep_secrets(draft, act, Noun::cluster, id.bits, {});
    }
    draft.put(*cluster);
    if (verb == Verb::disable) {
        if (const auto held = hold_users(draft, act, id, true); !held) return refuse(held.error());
    }
    draft.names(word_of(verb), to_string(id));
    return cluster;
}

}  // namespace strait::catalog
