#pragma once

#include "api/handler.hpp"
#include "core/network.hpp"
#include "core/object_reader.hpp"
#include "core/secret.hpp"
#include "core/secret_source.hpp"
#include "exchange/listen_address.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strait::exchange {

// What the public door is known by, in PEM.
struct ServerTls {
    std::string certificate;  // with the chain that leads to its root
    Secret key;

    bool operator==(const ServerTls&) const = default;
};

// The public door: `api` of the file.
struct ApiConfig {
    std::optional<ListenAddress> listen;  // absent: closed
    std::string url;  // where others reach it, without a slash at its end; empty: as it listens
    std::optional<ServerTls> tls;  // required for all but the loopback addresses
    api::RateLimits limits;

    bool operator==(const ApiConfig&) const = default;
};

// `catalog` of the file.
struct CatalogConfig {
    std::optional<Secret> secret_key;  // absent: that of data_dir, which the first start makes
    std::vector<Network> cluster_networks{};  // where clusters may be that are not public
    bool partner_join = false;                // organisations come by invitations of others

    bool operator==(const CatalogConfig&) const = default;
};

// Read what stands there, and report what is wrong with it; the files that it names are read as
// well.
ApiConfig read_api(ObjectReader& reader, const SecretSource& secrets);
CatalogConfig read_catalog(ObjectReader& reader, const SecretSource& secrets);

}  // namespace strait::exchange
