#pragma once

#include "core/ids.hpp"
#include "tests/support/kafka_cluster.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace strait::bench {

struct SourceLoad {
    TopicName topic;
    std::int32_t partitions = 4;
    std::size_t record_bytes = 1024;
    std::int64_t records = 0;
    std::string codec = "none";
};

// Words in no order, of which lz4 leaves about half: as records of businesses are. A record is a
// part of it.
const std::string& words_to_write();

// Writes the load into a topic that exists, in batches of up to 1 MiB. Throws std::runtime_error.
void write_load(const testing::ClientProperties& cluster, const SourceLoad& load);

}  // namespace strait::bench
