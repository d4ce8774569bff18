#pragma once

#include "core/ids.hpp"
#include "core/secret.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace strait::kafka {

enum class Protocol { plaintext, tls, sasl_plaintext, sasl_tls };
enum class Mechanism { plain, scram_sha_256, scram_sha_512, oauthbearer };

// Files are named by absolute path: the reader of the configuration has resolved them.
struct TlsConfig {
    std::string ca_file;  // empty: the system's trust store
    std::string cert_file;
    std::string key_file;
    Secret key_password;
    bool verify_hostname = true;
};

struct SaslConfig {
    Mechanism mechanism = Mechanism::scram_sha_512;
    std::string username;
    Secret password;
};

struct OauthConfig {
    std::string token_url;
    std::string client_id;
    Secret client_secret;
    std::string scope;
};

struct AdminLimits {
    std::uint32_t per_second = 20;
    std::uint32_t in_flight = 4;
};

// How `_strait.links` is created on this cluster.
struct LinksTopicConfig {
    std::uint32_t partitions = 16;
    std::uint32_t replication_factor = 0;  // 0: the broker's default
    std::uint32_t min_insync_replicas = 2;
};

// One entry of `clusters` (links.md 1). The defaults here are those of the file.
struct ClusterConfig {
    ClusterName name;
    std::vector<std::string> bootstrap;  // 1 to 32 host:port
    ClusterId cluster_id;                // guard; empty: any
    std::string client_id = "strait";
    std::string rack;
    std::chrono::milliseconds socket_timeout{10'000};
    std::chrono::milliseconds admin_timeout{30'000};
    Protocol protocol = Protocol::plaintext;
    TlsConfig tls;
    SaslConfig sasl;
    OauthConfig oauth;
    AdminLimits admin;
    LinksTopicConfig links_topic;
};

}  // namespace strait::kafka
