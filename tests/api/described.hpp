#pragma once

#include "api/handler.hpp"

namespace strait::testing {

// That /openapi.json says of both what they are: the route knows such an answer, and the bodies are
// as their schemas, here without any member that those do not name. Of a request that is refused,
// only its answer is looked at.
void expect_described(const api::Request& request, const api::Response& response);

}  // namespace strait::testing
