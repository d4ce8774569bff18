#pragma once

#include "catalog/records/record.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strait::catalog {

BOOST_DEFINE_ENUM_CLASS(ManagedBy, api, config)

// What was seen when the cluster was asked last.
struct ObservedCluster {
    std::string cluster_id;
    std::uint32_t brokers = 0;
    Timestamp checked_at;
    boost::json::object unknown{};

    bool operator==(const ObservedCluster&) const = default;
};
BOOST_DESCRIBE_STRUCT(ObservedCluster, (), (cluster_id, brokers, checked_at))

// A Kafka cluster of an organisation. `security` is that of a cluster in the configuration file,
// without its secrets.
struct Cluster : Record<Noun::cluster, ClusterState> {
    std::string name;
    std::vector<std::string> bootstrap;
    boost::json::object security;
    ManagedBy managed_by = ManagedBy::api;
    bool barred = false;  // disabled by the operator, who alone enables it again
    std::optional<ObservedCluster> observed;

    bool operator==(const Cluster&) const = default;
};
BOOST_DESCRIBE_STRUCT(Cluster,
                      (Record<Noun::cluster, ClusterState>),
                      (name, bootstrap, security, managed_by, barred, observed))

}  // namespace strait::catalog
