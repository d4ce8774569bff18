#pragma once

#include "kafka/handle.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace strait::bench {

// The delivery reports of a producer, which arrive as events of its main queue. Not thread-safe;
// the producer outlives it.
class DeliveryReports {
  public:
    explicit DeliveryReports(rd_kafka_t* producer)
        : producer_{producer}, queue_{rd_kafka_queue_get_main(producer)}
    {
    }

    // Takes those that are there, after waiting for the first one at most so long.
    void take(std::chrono::milliseconds wait);

    // Takes all that are due. rd_kafka_flush() cannot: with reports as events it only waits for
    // somebody else to take them. Throws std::runtime_error when some are still missing by the
    // deadline, or when one of them, or one before, says that its record was not written.
    void take_rest(std::chrono::milliseconds deadline);

  private:
    rd_kafka_t* producer_;
    kafka::QueueHandle queue_;
    std::size_t failures_ = 0;
};

// Appends a record without key to the producer's queue. Throws std::runtime_error if it is refused.
void queue_record(rd_kafka_topic_t* topic, std::int32_t partition, std::string_view value);

}  // namespace strait::bench
