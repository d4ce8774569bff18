#pragma once

#include "api/router.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace strait::api {

// What OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1) says of these routes, but for those that only the
// host may ask for. The same tables are always the same document.
boost::json::object openapi_document(const Router::Routes& routes);

// "suspend_organisation" for POST /v1/organisations/{organisation}:suspend.
std::string operation_id(const Route& route);

// The codes of problems that the route may answer with, those of its form included.
std::vector<ProblemCode> problems_of(const Route& route);

}  // namespace strait::api
