#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"

#include <atomic>
#include <cstdint>
#include <optional>

namespace strait::links {

// A token bucket: it lets through `rate` tokens per second and bursts of what one second allows.
// Lock-free, so any thread may take.
class TokenBucket {
  public:
    // Without limit if `per_second` is 0.
    explicit TokenBucket(std::uint64_t per_second) noexcept : rate_{per_second} {}

    // Takes `tokens` and returns when they may go: now, or later if the bucket is spent. Always
    // takes, so what is larger than the bucket passes, and is paid for afterwards.
    Clock::Time take(std::uint64_t tokens, Clock::Time now) noexcept;

  private:
    std::uint64_t rate_;
    std::atomic<Clock::Time::rep> paid_until_{0};
};

// What holds the records of one link to its limits, shared by its shards. Any thread may take.
class Throttle {
  public:
    // Without limit where there is none.
    Throttle(std::optional<ByteRate> bandwidth, std::optional<RecordRate> records) noexcept
        : bytes_{bandwidth ? bandwidth->per_second.value : 0},
          records_{records ? records->per_second : 0}
    {
    }

    // Takes from both buckets, and returns when that may go.
    Clock::Time take(std::uint64_t bytes, std::uint64_t records, Clock::Time now) noexcept;

  private:
    TokenBucket bytes_;
    TokenBucket records_;
};

}  // namespace strait::links
