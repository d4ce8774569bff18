#pragma once

#include "core/document.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"
#include "kafka/cluster_config.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <expected>
#include <map>
#include <string>

// `security` of a cluster as REST has it (read_security() without a source), apart from its
// secrets: those are kept elsewhere than the rest, and never shown again. Pure.
namespace strait::kafka {

// By the member that it is: "sasl.password", "tls.key", "tls.key_password".
using ClusterSecrets = std::map<std::string, Secret>;

struct ClusterSecurity {
    boost::json::object open;  // without secrets
    ClusterSecrets secrets;

    bool operator==(const ClusterSecurity&) const = default;
};

inline constexpr std::size_t security_bytes_max = 128 << 10;  // as JSON, certificates included

// Checks it, and takes its secrets out. What is wrong is said with pointers below "/security".
std::expected<ClusterSecurity, Problems> split_security(const boost::json::object& security);

// Puts the secrets back, into `cluster`. Errc::invalid_argument for what does not go together,
// without a word of what the secrets are.
Result<ClusterConfig> with_security(ClusterConfig cluster, const ClusterSecurity& security);

}  // namespace strait::kafka
