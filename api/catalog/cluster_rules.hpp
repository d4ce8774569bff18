#pragma once

#include "catalog/declared/apply.hpp"
#include "kafka/address_guard.hpp"

#include <string>
#include <string_view>
#include <vector>

// What of a cluster only somebody who knows Kafka can say, before the catalog has it.
namespace strait::api {

inline constexpr std::string_view address_refused = "address_refused";

// Whether they are addresses, `host:port`, and if they are literal ones, whether the guard lets
// through to them (`address_refused`). Names are looked at at each connect.
Problems check_addresses(const kafka::AddressGuard& guard,
                         const std::vector<std::string>& bootstrap);

// For clusters that are declared. They hold the guard.
catalog::ClusterRules cluster_rules(const kafka::AddressGuard& guard);

}  // namespace strait::api
