#pragma once

#include "core/ids.hpp"
#include "tests/support/kafka_cluster.hpp"

#include <string_view>

namespace strait::testing {

// The single-node clusters that all tests of a program share, started by the first that asks and
// ended after the last test. Tests keep apart by topic names of their own, and leave the brokers
// as they are: one that kills or configures brokers makes a KafkaCluster for itself.
class SharedClusters {
  public:
    static KafkaCluster& source();
    static KafkaCluster& target();
};

// A name that no other test of this program uses: "orders-17".
TopicName unique_topic(std::string_view stem);

}  // namespace strait::testing
