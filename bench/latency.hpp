#pragma once

#include "bench/replicator.hpp"
#include "tests/support/kafka_cluster.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace strait::bench {

struct LatencyPlan {
    std::int32_t partitions = 1;
    std::size_t record_bytes = 1024;
    int records_per_second = 100;
    std::chrono::milliseconds time{10'000};
};

// Writes records at a fixed rate and says for each, in milliseconds, how much later a
// read_committed consumer of the target had it than one of the source. REQUIRES: the peer has
// copied all there was. Throws std::runtime_error if records do not arrive.
std::vector<double> measure_latency(const Replicator& peer,
                                    const testing::KafkaCluster& source,
                                    const testing::KafkaCluster& target,
                                    const TopicName& topic,
                                    const LatencyPlan& plan);

}  // namespace strait::bench
