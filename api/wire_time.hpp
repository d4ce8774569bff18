#pragma once

#include <cstdint>
#include <string>

namespace strait::api {

// A time as every answer shows it: RFC 3339, UTC, to the millisecond.
std::string rfc3339(std::int64_t wall_ms);

}  // namespace strait::api
