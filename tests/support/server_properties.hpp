#pragma once

#include "tests/support/kafka_cluster.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace strait::testing {

struct NodePlan {
    int id = 0;
    std::uint16_t client_port = 0;
    std::uint16_t tls_port = 0;
    std::uint16_t proxied_port = 0;  // where it listens, and
    std::uint16_t proxy_port = 0;    // where clients are told to connect instead
    std::uint16_t controller_port = 0;
    std::filesystem::path folder;
};

inline constexpr auto admin_user = "admin";
inline constexpr auto admin_password = "admin-secret";

// server.properties of one node of a cluster: small, and quick to show what a broker otherwise does
// by the minute. A property given in the options wins.
std::string server_properties(const KafkaClusterOptions& options,
                              const std::vector<NodePlan>& nodes,
                              const NodePlan& node);

}  // namespace strait::testing
