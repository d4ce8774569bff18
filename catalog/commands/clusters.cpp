#include "catalog/commands/clusters.hpp"

#include "catalog/commands/limits.hpp"

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

std::optional<Cluster> find_own(Draft& draft, const Act& act, ClusterId id)
{
    auto cluster = draft.find<Cluster>(id);
    const bool system = act.actor.kind == Principal::Kind::system;
    if (cluster && !system && cluster->organisation != act.organisation) return std::nullopt;
    return cluster;
}

}  // namespace

Outcome<Cluster> register_cluster(Draft& draft, const Act& act, const NewCluster& input)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    if (!act.actors(organisation, Scope::org_write).contains(Actor::admin)) {
        return refuse(RefusalCode::right_missing, "only an org_admin registers clusters");
    }
    Problems problems;
    check_name("/name", input.name, problems);
    if (input.bootstrap.empty() || input.bootstrap.size() > bootstrap_max) {
        problems.add(
            Spot{.place = "body", .pointer = "/bootstrap"}, "out_of_range", "1 to 32 addresses");
    }
    if (!problems.empty()) return refuse(invalid(problems));
    if (draft.has(Family::index, name_key(organisation, Noun::cluster, input.name))) {
        return refuse(RefusalCode::name_taken, "the name " + input.name + " is taken");
    }
    Cluster cluster;
    begin(cluster, draft, act, organisation);
    cluster.name = input.name;
    cluster.bootstrap = input.bootstrap;
    cluster.security = input.security;
    cluster.managed_by = input.managed_by;
    draft.put(cluster);
    draft.names("create", to_string(cluster.id));
    return cluster;
}

Outcome<Cluster> verify_cluster(Draft& draft,
                                const Act& act,
                                ClusterId id,
                                const ObservedCluster& observed)
{
    auto cluster = find_own(draft, act, id);
    if (!cluster) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed =
        change_state(*cluster, Verb::verify, act.actors(cluster->organisation, Scope::org_write));
    if (!changed) return refuse(changed.error());
    cluster->observed = observed;
    draft.put(*cluster);
    draft.names(word_of(Verb::verify), to_string(id));
    return *std::move(cluster);
}

Outcome<Cluster> change_cluster(Draft& draft, const Act& act, ClusterId id, Verb verb)
{
    auto cluster = find_own(draft, act, id);
    if (!cluster) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed =
        change_state(*cluster, verb, act.actors(cluster->organisation, Scope::org_write));
    if (!changed) return refuse(changed.error());
    if (!*changed) return *std::move(cluster);
    if (cluster->state == ClusterState::deleted) {
        auto users = users_of(draft, id);
        if (!users.empty()) {
            return refuse(Refusal{.code = RefusalCode::in_use,
                                  .detail = cluster->name + " is in use: end what is named first",
                                  .named = std::move(users)});
        }
    }
    draft.put(*cluster);
    draft.names(word_of(verb), to_string(id));
    return *std::move(cluster);
}

}  // namespace strait::catalog
