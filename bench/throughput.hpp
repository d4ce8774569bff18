#pragma once

#include "bench/replicator.hpp"
#include "tests/support/kafka_admin.hpp"

#include <cstddef>
#include <cstdint>

namespace strait::bench {

// What lies in the source when a peer starts.
struct Backlog {
    std::int64_t records = 0;
    std::size_t record_bytes = 0;
    std::int32_t partitions = 0;
};

struct Throughput {
    double seconds = 0;  // of the measured part
    double records = 0;
    double megabytes = 0;      // of values, 10^6
    double cpu_seconds = 0;    // of the replicator
    std::int64_t markers = 0;  // control records that all of the backlog cost

    [[nodiscard]] double cpu_per_gigabyte() const { return cpu_seconds * 1000 / megabytes; }
    [[nodiscard]] double megabytes_per_second() const { return megabytes / seconds; }
    [[nodiscard]] double records_per_second() const { return records / seconds; }
};

// Watches a peer copy the whole backlog, and measures from 40 % to 95 % of it: before, connections
// and code are warmed up. Throws std::runtime_error if the peer ends or stands still.
Throughput watch_throughput(Replicator& peer, testing::KafkaAdmin& target, const Backlog& backlog);

}  // namespace strait::bench
