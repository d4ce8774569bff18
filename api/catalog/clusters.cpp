#include "catalog/commands/clusters.hpp"

#include "api/catalog/cluster_rules.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/lists.hpp"
#include "api/catalog/records.hpp"
#include "api/cluster_probe.hpp"
#include "catalog/inputs/publishing_inputs.hpp"
#include "kafka/cluster_security.hpp"

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::api {

namespace {

namespace http = boost::beast::http;
using catalog::Cluster;

// Where it is reached is for those who look after it; the other members know it by its name.
Shown shown_to_members(const Cluster& cluster, const catalog::Act& act)
{
    const auto as = act.actors(cluster.organisation, catalog::Scope::org_write);
    if (as.contains(catalog::Actor::admin)) return shown(cluster, act);
    return {{{"id", to_string(cluster.id)},
             {"organisation", to_string(cluster.organisation)},
             {"state", to_string(cluster.state)},
             {"revision", cluster.revision},
             {"name", cluster.name}},
            cluster.revision};
}

std::optional<Refusal> refusal_of(const kafka::AddressGuard& guard,
                                  const std::vector<std::string>& bootstrap)
{
    const auto problems = check_addresses(guard, bootstrap);
    if (problems.empty()) return std::nullopt;
    const auto& first = problems.list().front();
    if (first.code != address_refused) return Refusal{problems};
    return Refusal{"address-refused", first.text};
}

// What the cluster says of how it is reached, with its secrets apart.
template <class Input>
Answered<Input> split(Input input, const boost::json::object& security)
{
    auto parts = kafka::split_security(security);
    if (!parts) return refuse(parts.error());
    input.security = std::move(parts->open);
    input.secrets = std::move(parts->secrets);
    return input;
}

boost::asio::awaitable<Answered<Cluster>> find_own_cluster(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::cluster>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<Cluster> question = [id = *id](catalog::Draft& draft, const catalog::Act& act) {
        return find_concerning<Cluster>(draft, act, id);
    };
    co_return co_await ask(services, call, question);
}

// Not in the words of the client: those name the addresses that names stand for.
Refusal unreachable(const Error& error)
{
    const auto why = [&]() -> std::string {
        switch (error.code()) {
            case Errc::unauthenticated: return "the brokers refuse its credentials";
            case Errc::forbidden: return "a right is missing: " + error.detail();
            case Errc::unavailable:
            case Errc::timed_out:
                return "no broker answered in time: is it there, is it Kafka, is `security` as it "
                       "is there, and is its address one that catalog.cluster_networks allows?";
            default: return "it does not answer as a cluster does";
        }
    }();
    return {"cluster-unreachable", why};
}

boost::json::object shown_topic(const std::string& name, const catalog::ObservedTopic& topic)
{
    auto body = catalog::to_json(topic, catalog::Purpose::shown).as_object();
    body.emplace("name", name);
    return body;
}

}  // namespace

Handled list_clusters(Services& services, const Call& call)
{
    return list_named<Cluster, shown_to_members>(services, call);
}

Handled show_cluster(Services& services, const Call& call)
{
    return show_own<Cluster, shown_to_members>(services, call);
}

Handled create_cluster(Services& services, const Call& call)
{
    auto read = read_body<catalog::NewCluster>(call);
    if (!read) co_return std::unexpected{read.error()};
    if (auto refused = refusal_of(services.cluster_guard, read->bootstrap)) {
        co_return refuse(*std::move(refused));
    }
    const auto input = split(*read, read->security);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [input = *input](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto made = catalog::register_cluster(draft, act, input);
        if (!made) return catalog::refuse(made.error());
        auto answer = shown(*made, act);
        answer.created = true;
        return answer;
    };
    co_return co_await carry_out(services, call, command);
}

Handled edit_cluster(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::cluster>(call);
    if (!id) co_return std::unexpected{id.error()};
    if (auto refused = unseen(call)) co_return refuse(*std::move(refused));
    auto changes = read_body<catalog::ClusterChanges>(call);
    if (!changes) co_return std::unexpected{changes.error()};
    if (const auto& bootstrap = changes->bootstrap) {
        if (auto refused = refusal_of(services.cluster_guard, *bootstrap)) {
            co_return refuse(*std::move(refused));
        }
    }
    if (const auto security = changes->security) changes = split(*changes, *security);
    if (!changes) co_return std::unexpected{changes.error()};
    const Command<Cluster> command = [id = *id, changes = *changes](catalog::Draft& draft,
                                                                    const catalog::Act& act) {
        return catalog::edit_cluster(draft, act, id, changes);
    };
    co_return co_await carry_out(services, call, shown_by<Cluster>(call, *id, command));
}

// Asks the cluster first: what was seen is what the command stores.
Handled verify_cluster(Services& services, const Call& call)
{
    const auto asked = co_await find_own_cluster(services, call);
    if (!asked) co_return std::unexpected{asked.error()};
    const auto reason = read_reason(call);
    if (!reason) co_return std::unexpected{reason.error()};
    assert(services.clusters != nullptr);
    const auto seen = co_await services.clusters->look_at(asked->id, {});
    if (!seen) co_return refuse(unreachable(seen.error()));
    const Command<Cluster> command =
        [id = asked->id, revision = asked->revision, seen = seen->cluster, reason = *reason](
            catalog::Draft& draft, const catalog::Act& act) {
            draft.because(reason);
            return catalog::verify_cluster(draft, act, id, seen, revision);
        };
    co_return co_await carry_out(services, call, shown_by<Cluster>(call, asked->id, command));
}

Handled list_cluster_topics(Services& services, const Call& call)
{
    const auto cluster = co_await find_own_cluster(services, call);
    if (!cluster) co_return std::unexpected{cluster.error()};
    assert(services.clusters != nullptr);
    const auto listed =
        co_await services.clusters->list_topics(cluster->id, std::string{call.parameter("prefix")});
    if (!listed) co_return refuse(unreachable(listed.error()));
    boost::json::array items;
    for (const auto& [name, topic] : listed->topics) items.push_back(shown_topic(name, topic));
    co_return catalog_response(
        services,
        http::status::ok,
        boost::json::object{{"items", std::move(items)}, {"truncated", listed->truncated}});
}

}  // namespace strait::api
