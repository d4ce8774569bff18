#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "kafka/cluster_config.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace strait::kafka {

// When a request may start: `per_second` at once, and from then on as many a second.
class RequestPace {
  public:
    explicit RequestPace(std::uint32_t per_second);

    void change(std::uint32_t per_second);

    // Takes the next place: at or before `now` if it is free already. None, and nothing is taken,
    // if it comes after `deadline`.
    std::optional<Clock::Time> take(Clock::Time now, Clock::Time deadline);

  private:
    Clock::Time::duration interval_{};
    Clock::Time used_up_to_;
};

// Lets requests through, so many a second and so many at a time, in the order in which they came.
//
// Not thread-safe: one executor. Outlives its permits.
class RequestLimiter {
  public:
    struct Leave {
        void operator()(RequestLimiter* limiter) const { limiter->leave(); }
    };
    using Permit = std::unique_ptr<RequestLimiter, Leave>;  // for the time of one request

    RequestLimiter(const boost::asio::any_io_executor& executor, AdminLimits limits, Clock& clock);

    // From the next request on.
    void change(AdminLimits limits);

    enum class Paced : bool { yes, no };  // no: only so many at a time

    // Errc::timed_out if there is no place by `deadline`, Errc::cancelled after cancellation.
    boost::asio::awaitable<Result<Permit>> enter(Clock::Time deadline, Paced paced = {});

  private:
    void leave();

    Clock& clock_;
    std::uint32_t in_flight_max_;
    std::uint32_t in_flight_ = 0;
    RequestPace pace_;
    boost::asio::steady_timer left_;  // never expires; cancelled to wake the first who waits
};

}  // namespace strait::kafka
