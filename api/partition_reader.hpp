#pragma once

#include "core/ids.hpp"
#include "core/object_reader.hpp"

#include <cstdint>
#include <string_view>

namespace strait::api {

// `topic` and `partition` of a body.
TopicPartition read_partition(ObjectReader& reader);

// Reports what is missing, no number, or below 0.
std::int64_t read_count(ObjectReader& reader, std::string_view name);

}  // namespace strait::api
