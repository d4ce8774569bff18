#include "kafka/request_limiter.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancel_at.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace strait::kafka {

namespace asio = boost::asio;

RequestPace::RequestPace(std::uint32_t per_second) { change(per_second); }

void RequestPace::change(std::uint32_t per_second)
{
    interval_ = Clock::Time::duration{std::chrono::seconds{1}} / std::max(per_second, 1U);
}

std::optional<Clock::Time> RequestPace::take(Clock::Time now, Clock::Time deadline)
{
    const auto used_up_to = std::max(used_up_to_, now) + interval_;
    const auto start = used_up_to - std::chrono::seconds{1};
    if (start > deadline) return std::nullopt;
    used_up_to_ = used_up_to;
    return start;
}

RequestLimiter::RequestLimiter(const asio::any_io_executor& executor,
                               AdminLimits limits,
                               Clock& clock)
    : clock_{clock},
      in_flight_max_{std::max(limits.in_flight, 1U)},
      pace_{limits.per_second},
      left_{executor, Clock::Time::max()}
{
}

void RequestLimiter::change(AdminLimits limits)
{
    in_flight_max_ = std::max(limits.in_flight, 1U);
    pace_.change(limits.per_second);
}

void RequestLimiter::leave()
{
    --in_flight_;
    left_.cancel_one();
}

asio::awaitable<Result<RequestLimiter::Permit>> RequestLimiter::enter(Clock::Time deadline,
                                                                      Paced paced)
{
    const auto caller = co_await asio::this_coro::cancellation_state;
    while (in_flight_ >= in_flight_max_) {
        co_await left_.async_wait(asio::cancel_at(deadline, asio::as_tuple(asio::deferred)));
        const bool cancelled = caller.cancelled() != asio::cancellation_type::none;
        if (!cancelled && clock_.now() < deadline) continue;
        // Who wakes for a place but does not take it passes it on.
        if (in_flight_ < in_flight_max_) left_.cancel_one();
        co_return cancelled ? fail(Errc::cancelled) : fail(Errc::timed_out, "admin.in_flight");
    }
    ++in_flight_;
    Permit permit{this};
    if (paced == Paced::no) co_return permit;
    const auto now = clock_.now();
    const auto start = pace_.take(now, deadline);
    if (!start) co_return fail(Errc::timed_out, "admin.per_second");
    if (*start > now) {
        if (auto waited = co_await clock_.wait_until(*start); !waited) {
            co_return fail(waited.error());
        }
    }
    co_return permit;
}

}  // namespace strait::kafka
