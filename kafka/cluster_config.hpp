#pragma once

#include "core/ids.hpp"
#include "core/object_reader.hpp"
#include "core/secret.hpp"
#include "core/secret_source.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strait::kafka {

enum class Protocol { plaintext, tls, sasl_plaintext, sasl_tls };
enum class Mechanism { plain, scram_sha_256, scram_sha_512, oauthbearer };

// The names of the file.
std::string_view to_string(Protocol protocol) noexcept;
std::string_view to_string(Mechanism mechanism) noexcept;

[[nodiscard]] constexpr bool has_tls(Protocol protocol) noexcept
{
    return protocol == Protocol::tls || protocol == Protocol::sasl_tls;
}

[[nodiscard]] constexpr bool has_sasl(Protocol protocol) noexcept
{
    return protocol == Protocol::sasl_plaintext || protocol == Protocol::sasl_tls;
}

// Files are named by absolute path: the reader of the configuration has resolved them.
struct TlsConfig {
    std::string ca_file;  // empty: the system's trust store
    std::string cert_file;
    std::string key_file;
    Secret key_password;
    bool verify_hostname = true;

    bool operator==(const TlsConfig&) const = default;
};

struct SaslConfig {
    Mechanism mechanism = Mechanism::scram_sha_512;
    std::string username;
    Secret password;

    bool operator==(const SaslConfig&) const = default;
};

struct OauthConfig {
    std::string token_url;
    std::string client_id;
    Secret client_secret;
    std::string scope;

    bool operator==(const OauthConfig&) const = default;
};

struct AdminLimits {
    std::uint32_t per_second = 20;
    std::uint32_t in_flight = 4;

    bool operator==(const AdminLimits&) const = default;
};

// How `_strait.links` is created on this cluster.
struct LinksTopicConfig {
    std::uint32_t partitions = 16;
    std::uint32_t replication_factor = 0;  // 0: the broker's default
    std::uint32_t min_insync_replicas = 2;

    bool operator==(const LinksTopicConfig&) const = default;
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

    bool operator==(const ClusterConfig&) const = default;
};

// Who we are to the cluster, for people who grant rights.
std::string principal_of(const ClusterConfig& cluster);

// Reads one member of `clusters`, its key being `name`; what is wrong goes to the reader's
// problems. Secrets are read through `secrets`. `verify_hostname: false` is a problem unless
// `allow_insecure`, and a warning then; so is a protocol without TLS, always.
ClusterConfig read_cluster(const std::string& name,
                           ObjectReader& reader,
                           const SecretSource& secrets,
                           bool allow_insecure);

}  // namespace strait::kafka
