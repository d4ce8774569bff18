#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/cluster.hpp"
#include "catalog/store/draft.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/network.hpp"
#include "kafka/cluster_config.hpp"
#include "kafka/cluster_security.hpp"

#include <functional>
#include <vector>

// The clusters of the catalog as the data plane connects to them.
namespace strait::exchange {

// What the links call it: one of the file as the file does, every other by its id with "-" for "_".
ClusterName link_name(const catalog::Cluster& cluster);

// With what the catalog keeps sealed of it. Its brokers have to be at public addresses, or in one
// of these networks, unless the file names it. Errc::unavailable for one that is not to be
// connected to, because it was removed; Errc::invalid_argument if it says what nobody can connect
// with.
Result<kafka::ClusterConfig> cluster_config(const catalog::Cluster& cluster,
                                            const kafka::ClusterSecrets& secrets,
                                            const std::vector<Network>& networks);

// How the data plane connects to a cluster of the catalog; why it cannot. In a command or a
// question of the system, which may see its secrets; any thread.
using ClusterConfigOf = std::function<Result<kafka::ClusterConfig>(
    catalog::Draft&, const catalog::Act&, const catalog::Cluster&)>;

// By cluster_config(), with the secrets that the catalog keeps.
ClusterConfigOf cluster_configs(std::vector<Network> networks);

}  // namespace strait::exchange
