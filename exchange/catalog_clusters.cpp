#include "exchange/catalog_clusters.hpp"

#include "catalog/commands/clusters.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace strait::exchange {

ClusterName link_name(const catalog::Cluster& cluster)
{
    if (cluster.managed_by == catalog::ManagedBy::config) return ClusterName{cluster.name};
    auto name = to_string(cluster.id);
    std::ranges::replace(name, '_', '-');
    return ClusterName{std::move(name)};
}

Result<kafka::ClusterConfig> cluster_config(const catalog::Cluster& cluster,
                                            const kafka::ClusterSecrets& secrets,
                                            const std::vector<Network>& networks)
{
    if (cluster.state == catalog::ClusterState::deleted) {
        return fail(Errc::unavailable, "it was removed");
    }
    for (const auto& address : cluster.bootstrap) {
        const auto misfit = kafka::misfit_of_address(address);
        if (misfit) return fail(Errc::invalid_argument, "bootstrap: " + misfit->text);
    }
    kafka::ClusterConfig config;
    config.name = link_name(cluster);
    config.bootstrap = cluster.bootstrap;
    if (cluster.managed_by == catalog::ManagedBy::config) return config;  // the file says the rest
    config.guard = kafka::AddressGuard{networks};
    return kafka::with_security(std::move(config), {.open = cluster.security, .secrets = secrets});
}

ClusterConfigOf cluster_configs(std::vector<Network> networks)
{
    return [networks = std::move(networks)](
               catalog::Draft& draft,
               const catalog::Act& act,
               const catalog::Cluster& cluster) -> Result<kafka::ClusterConfig> {
        const auto secrets = catalog::secrets_of(draft, act, cluster.id);
        if (!secrets) return fail(secrets.error());
        return cluster_config(cluster, *secrets, networks);
    };
}

}  // namespace strait::exchange
