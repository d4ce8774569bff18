#include "kafka/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancel_at.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>

#include <cerrno>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace strait::kafka {

namespace asio = boost::asio;

Result<Wakeup> Wakeup::open(const asio::any_io_executor& executor)
{
    const auto refuse = [](const boost::system::error_code& failure) {
        return fail(Errc::unavailable,
                    "eventfd: " + failure.message() +
                        "; if there are too many open files, raise the limit (ulimit -n, or "
                        "LimitNOFILE of the service)");
    };
    const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return refuse({errno, boost::system::system_category()});
    asio::posix::stream_descriptor eventfd{executor};
    boost::system::error_code failure;
    static_cast<void>(eventfd.assign(fd, failure));  // into `failure`
    if (failure) {
        ::close(fd);
        return refuse(failure);
    }
    return Wakeup{std::move(eventfd)};
}

// librdkafka must let go of the descriptor before it is closed: the number may be reused at once.
Wakeup::~Wakeup()
{
    for (auto* const queue : queues_) rd_kafka_queue_io_event_enable(queue, -1, nullptr, 0);
}

void Wakeup::watch(rd_kafka_queue_t* queue)
{
    const std::uint64_t one = 1;
    queues_.push_back(queue);
    rd_kafka_queue_io_event_enable(queue, eventfd_.native_handle(), &one, sizeof one);
}

asio::awaitable<bool> Wakeup::wait(Clock::Time deadline)
{
    std::uint64_t wakeups = 0;
    const auto [failure, size] = co_await eventfd_.async_read_some(
        asio::buffer(&wakeups, sizeof wakeups),
        asio::cancel_at(deadline, asio::as_tuple(asio::deferred)));
    co_return !failure;
}

}  // namespace strait::kafka
