#include "api/wire_time.hpp"

#include "core/units.hpp"

namespace strait::api {

std::string rfc3339(std::int64_t wall_ms) { return written(Timestamp{wall_ms}); }

}  // namespace strait::api
