#pragma once

#include "api/route.hpp"

#include <span>

namespace strait::api {

// What tells callers of the API itself: GET /openapi.json and GET /problems/{code}.
extern const std::span<const Route> reference_routes;

}  // namespace strait::api
