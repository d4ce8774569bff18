#pragma once

#include "core/clock.hpp"

#include <atomic>
#include <cstdint>

namespace strait::links {

// A token bucket for the bytes of one link, shared by its shards: it lets through `rate` bytes per
// second and bursts of what one second allows. Lock-free, so any thread may take.
class Throttle {
  public:
    // Without limit if `bytes_per_second` is 0.
    explicit Throttle(std::uint64_t bytes_per_second) noexcept : rate_{bytes_per_second} {}

    // Takes `bytes` and returns when they may go: now, or later if the bucket is spent. Always
    // takes, so a record larger than the bucket passes, and is paid for afterwards.
    Clock::Time take(std::uint64_t bytes, Clock::Time now) noexcept;

  private:
    std::uint64_t rate_;
    std::atomic<Clock::Time::rep> paid_until_{0};
};

}  // namespace strait::links
