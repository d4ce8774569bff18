#include "bench/delivery_reports.hpp"

#include "bench/measurement.hpp"

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

}  // namespace strait::bench
