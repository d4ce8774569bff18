#pragma once

#include "core/ids.hpp"
#include "kafka/handle.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/seen_record.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
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

    // Where each partition's log ends, open transactions included. Throws std::runtime_error.
    using Ends = std::map<Partition, Offset>;
    [[nodiscard]] Ends ends() const;

    // True once it has seen all that lies below.
    [[nodiscard]] bool has_passed(const Ends& ends) const;

  private:
    ClientProperties properties_;
    kafka::ClientHandle client_;
    TopicName topic_;
    std::size_t partitions_ = 0;
    Ends positions_;
};

// Shows all records of a topic up to its end at the time of the call, each partition in order.
// Under read_committed it waits for what is open there: a committed transaction, too, is shown only
// when its markers are written, some time after its producer was told. Throws std::runtime_error if
// it is not at the end by the deadline.
void read_each(const ClientProperties& properties,
               const TopicName& topic,
               const std::function<void(SeenRecord)>& visit,
               Isolation isolation = Isolation::read_committed,
               std::chrono::seconds deadline = std::chrono::seconds{120});

// The same records by partition, then offset.
std::vector<SeenRecord> read_all(const ClientProperties& properties,
                                 const TopicName& topic,
                                 Isolation isolation = Isolation::read_committed,
                                 std::chrono::seconds deadline = std::chrono::seconds{120});

}  // namespace strait::testing
