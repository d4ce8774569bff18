#pragma once

#include "kafka/address_guard.hpp"
#include "kafka/cluster_config.hpp"

#include <map>
#include <optional>
#include <string>

namespace strait::kafka {

// What a client of librdkafka is configured with. Values may be secrets: never printed. What is
// made of the settings of a cluster goes on with its guard.
struct ClientSettings : std::map<std::string, std::string> {
    using map::map;

    std::optional<AddressGuard> guard;  // where it may connect to; none: anywhere

    bool operator==(const ClientSettings&) const = default;
};

// The settings that every client of `cluster` shares: addresses, timeouts, TLS, SASL. The caller
// adds those of its role; names are librdkafka's (CONFIGURATION.md).
ClientSettings client_settings(const ClusterConfig& cluster);

// Why librdkafka takes no client with this setting, in its own words; empty if it does. Of the
// value alone: what depends on other settings shows when a client is opened.
std::optional<std::string> why_refused(const std::string& name, const std::string& value);

// The version of librdkafka that is linked, not that of the header.
std::string library_version();

}  // namespace strait::kafka
