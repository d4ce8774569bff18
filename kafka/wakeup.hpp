#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <librdkafka/rdkafka.h>

#include <utility>
#include <vector>

namespace strait::kafka {

// Waits until something arrives in one of several librdkafka queues. librdkafka's threads run none
// of our code: they write to an eventfd, and wait() reads it on our executor.
//
// librdkafka writes once per period in which nobody polls: poll every watched queue until it is
// empty before each wait().
//
// Not thread-safe: one executor, one wait() at a time. The queues outlive it.
class Wakeup {
  public:
    // Errc::unavailable when the process is out of file descriptors.
    static Result<Wakeup> open(const boost::asio::any_io_executor& executor);
    ~Wakeup();

    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;
    Wakeup(Wakeup&&) = default;  // before the first wait()
    Wakeup& operator=(Wakeup&&) = delete;

    void watch(rd_kafka_queue_t* queue);

    // True if something may have arrived; false at `deadline` or when the caller was cancelled.
    boost::asio::awaitable<bool> wait(Clock::Time deadline);

  private:
    explicit Wakeup(boost::asio::posix::stream_descriptor eventfd) : eventfd_{std::move(eventfd)} {}

    std::vector<rd_kafka_queue_t*> queues_;
    boost::asio::posix::stream_descriptor eventfd_;
};

}  // namespace strait::kafka
