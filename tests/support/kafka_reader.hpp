#pragma once

#include "core/ids.hpp"
#include "kafka/handle.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/seen_record.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <vector>

namespace strait::testing {

// A consumer of all partitions of one topic, from their log starts. Its position never jumps: when
// it is out of range, that is an error. Not thread-safe.
class KafkaReader {
  public:
    // Throws std::runtime_error if the topic is not there.
    KafkaReader(ClientProperties properties, TopicName topic, Isolation isolation);
    ~KafkaReader();
    KafkaReader(const KafkaReader&) = delete;
    KafkaReader& operator=(const KafkaReader&) = delete;

    // The next record of any partition; nothing if none came within the time. A broker that is away
    // is waited for; what cannot mend itself throws std::runtime_error.
    std::optional<SeenRecord> next(std::chrono::milliseconds wait);

    // True while it has seen all there was when the broker last answered, in every partition.
    [[nodiscard]] bool at_end() const noexcept { return ended_.size() == partitions_; }

  private:
    kafka::ClientHandle client_;
    TopicName topic_;
    std::size_t partitions_ = 0;
    std::set<Partition> ended_;
};

// All records of a topic up to its end (under read_committed: its last stable offset) by partition,
// then offset. Throws std::runtime_error if it is not there by the deadline.
std::vector<SeenRecord> read_all(const ClientProperties& properties,
                                 const TopicName& topic,
                                 Isolation isolation = Isolation::read_committed,
                                 std::chrono::seconds deadline = std::chrono::seconds{120});

}  // namespace strait::testing
