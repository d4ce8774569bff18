#pragma once

#include "core/ids.hpp"
#include "kafka/group.hpp"
#include "kafka/handle.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/seen_record.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strait::testing {

// A consumer group, seen from one of its consumers. Not thread-safe. Every failure throws
// std::runtime_error with the broker's words.
class KafkaGroup {
  public:
    KafkaGroup(ClientProperties properties, const GroupName& name);
    ~KafkaGroup();
    KafkaGroup(const KafkaGroup&) = delete;
    KafkaGroup& operator=(const KafkaGroup&) = delete;

    // As an administrator: while the group has no members.
    void commit(const kafka::GroupOffsets& offsets);
    [[nodiscard]] kafka::GroupOffsets committed(const std::set<TopicPartition>& partitions);

    // The whole group, which has no members.
    void destroy();

    // Becomes a member, and waits for its partitions.
    void join(const TopicName& topic);
    void leave();

    // The next record of what it has; nothing if none came within the time.
    std::optional<SeenRecord> next(std::chrono::milliseconds wait);

    // Commits what next() has returned.
    void commit();

  private:
    GroupName name_;
    kafka::ClientHandle client_;
    bool joined_ = false;
};

}  // namespace strait::testing
