#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/handle.hpp"
#include "kafka/record.hpp"

#include <librdkafka/rdkafka.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace strait::kafka {

// Messages taken off librdkafka's queue in one go, which is cheap, and given away piece by piece.
class MessageBuffer {
  public:
    // How much one batch, and one visit to the queue, may take.
    struct Limits {
        std::size_t records_max;
        std::size_t bytes_max;
    };

    explicit MessageBuffer(Limits limits) : limits_{limits} {}

    // REQUIRES: empty(). Takes what waits in `queue`; an error means that there is nothing.
    void fill(rd_kafka_queue_t* queue);

    [[nodiscard]] bool empty() const noexcept { return at_ == messages_.size(); }

    // REQUIRES: !empty().
    [[nodiscard]] const rd_kafka_message_t& front() const { return *messages_[at_]; }
    MessageHandle pop_front();

    // REQUIRES: front() is a record, and not unreadable(). The records of its partition that
    // follow, up to the limits or the first unreadable one; without the high watermark, which is
    // the client's to know.
    RecordBatch pop_batch();

    // Forgets what is left of these partitions.
    void drop(std::span<const TopicPartition> partitions);

  private:
    [[nodiscard]] std::size_t end_of_batch() const;

    Limits limits_;
    std::vector<MessageHandle> messages_;
    std::size_t at_ = 0;
};

// Why a record can not be copied as it is: librdkafka does not read its headers. Empty if it does,
// or if there are none.
std::optional<Error> unreadable(const rd_kafka_message_t& message);

// REQUIRES: `message` names a topic.
TopicPartition partition_of(const rd_kafka_message_t& message);

}  // namespace strait::kafka
