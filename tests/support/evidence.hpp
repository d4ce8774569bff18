#pragma once

#include "core/ids.hpp"
#include "tests/support/checker.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/workload.hpp"

#include <vector>

namespace strait::testing {

// A topic and its mirror.
struct MirrorSides {
    ClientProperties source;
    ClientProperties target;
    TopicName source_topic;
    TopicName target_topic;
};

// Reads both sides read_committed and gives one piece of evidence for each partition of the source,
// in order, with all that brokers and producers know; the test adds what the link says of itself
// (until, gaps) and what the topic is (start, compacted).
std::vector<PartitionEvidence> gather_evidence(const MirrorSides& sides,
                                               const std::vector<ProducedRecord>& produced);

}  // namespace strait::testing
