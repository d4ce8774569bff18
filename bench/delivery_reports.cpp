#include "bench/delivery_reports.hpp"

#include "bench/measurement.hpp"
#include "tests/support/kafka_client.hpp"

#include <stdexcept>
#include <string>

namespace strait::bench {

using namespace std::chrono_literals;

void DeliveryReports::take(std::chrono::milliseconds wait)
{
    auto wait_ms = static_cast<int>(wait.count());
    while (const kafka::EventHandle event{rd_kafka_queue_poll(queue_.get(), wait_ms)}) {
        wait_ms = 0;
        while (const auto* const report = rd_kafka_event_message_next(event.get())) {
            if (report->err != RD_KAFKA_RESP_ERR_NO_ERROR) ++failures_;
        }
    }
}

void DeliveryReports::take_rest(std::chrono::milliseconds deadline)
{
    const auto until = Clock::now() + deadline;
    while (rd_kafka_outq_len(producer_) > 0 && Clock::now() < until) take(10ms);
    if (const auto missing = rd_kafka_outq_len(producer_); missing > 0) {
        throw std::runtime_error{std::to_string(missing) + " records were not written in time"};
    }
    if (failures_ > 0) {
        throw std::runtime_error{std::to_string(failures_) + " records were not written"};
    }
}

void queue_record(rd_kafka_topic_t* topic, std::int32_t partition, std::string_view value)
{
    // librdkafka copies it: the pointer is not written through.
    auto* const bytes = const_cast<char*>(value.data());
    if (rd_kafka_produce(
            topic, partition, RD_KAFKA_MSG_F_COPY, bytes, value.size(), nullptr, 0, nullptr) != 0) {
        testing::require(rd_kafka_last_error(), "produce");
    }
}

}  // namespace strait::bench
