#pragma once

#include "kafka/record.hpp"
#include "links/store/link_record.hpp"

#include <cstdint>
#include <span>

namespace strait::links {

// Records of `_strait.links` as one batch, so that they go the way of all records.
kafka::RecordBatch batch_of(std::span<const LinkRecord> records, std::int64_t wall_ms);

}  // namespace strait::links
