#pragma once

#include "core/ids.hpp"
#include "core/object_reader.hpp"
#include "core/read_value.hpp"
#include "core/secret.hpp"
#include "core/secret_source.hpp"
#include "kafka/address_guard.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
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

// Files are named by absolute path: the reader of the configuration has resolved them. Instead of
// each there may be what stands in it: whoever asks over REST has no files here.
struct TlsConfig {
    std::string ca_file;  // neither: the system's trust store
    std::string cert_file;
    std::string key_file;
    Secret key_password;
    bool verify_hostname = true;
    std::string ca_pem{};
    std::string cert_pem{};
    Secret key_pem{};

    bool operator==(const TlsConfig&) const = default;
};

// Whether it shows one of its own: mutual TLS.
[[nodiscard]] inline bool has_certificate(const TlsConfig& tls)
{
    return !tls.cert_file.empty() || !tls.cert_pem.empty();
}

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
    std::optional<AddressGuard> guard;  // none: they may connect anywhere, as the file says

    bool operator==(const ClusterConfig&) const = default;
};

// Who we are to the cluster, for people who grant rights.
std::string principal_of(const ClusterConfig& cluster);

// What is wrong with "host:port", nothing if nothing is.
std::optional<Misfit> misfit_of_address(std::string_view address);

// Reads `security` into the cluster; what is wrong goes to the reader's problems. Without `secrets`
// it is that of a body, which holds its secrets itself: `password` where the file says
// `password_file`, and in `tls` PEM as `ca`, `cert` and `key`. The mechanism oauthbearer is for the
// file alone.
void read_security(ObjectReader& reader,
                   const SecretSource* secrets,
                   bool allow_insecure,
                   ClusterConfig& cluster);

// Reads one member of `clusters`, its key being `name`; what is wrong goes to the reader's
// problems. Secrets are read through `secrets`. `verify_hostname: false` is a problem unless
// `allow_insecure`, and a warning then; so is a protocol without TLS, always.
ClusterConfig read_cluster(const std::string& name,
                           ObjectReader& reader,
                           const SecretSource& secrets,
                           bool allow_insecure);

}  // namespace strait::kafka
