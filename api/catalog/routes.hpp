#pragma once

#include "api/route.hpp"

#include <span>

// The routes of the catalog, one table for what belongs together.
namespace strait::api {

extern const std::span<const Route> people_routes;      // organisations, people, keys, the audit
extern const std::span<const Route> publishing_routes;  // clusters, products, offers, contracts
extern const std::span<const Route> access_routes;      // requests, agreements, subscriptions

}  // namespace strait::api
