#pragma once

#include "core/ids.hpp"
#include "tests/support/kafka_cluster.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace strait::bench {

// Topics of the same number of partitions, at the source and, under the same names, at the target.
struct ManyTopics {
    std::vector<TopicName> names;
    std::int32_t partitions = 1;  // of each

    [[nodiscard]] std::size_t all_partitions() const
    {
        return names.size() * static_cast<std::size_t>(partitions);
    }
};

// All of these throw std::runtime_error with the words of the brokers.

// They may not show yet when it returns.
void create(const testing::KafkaCluster& cluster, const ManyTopics& topics);

// One record into each partition.
void write_round(const testing::KafkaCluster& cluster, const ManyTopics& topics);

// Returns when a read_committed consumer has seen so many records in all of the partitions
// together, from their beginning on.
void await_records(const testing::KafkaCluster& cluster,
                   const ManyTopics& topics,
                   std::size_t records,
                   std::chrono::seconds deadline);

}  // namespace strait::bench
