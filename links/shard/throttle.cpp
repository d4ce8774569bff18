#include "links/shard/throttle.hpp"

#include <algorithm>
#include <chrono>

namespace strait::links {

Clock::Time TokenBucket::take(std::uint64_t tokens, Clock::Time now) noexcept
{
    if (rate_ == 0) return now;
    using Duration = Clock::Time::duration;
    const auto burst = std::chrono::duration_cast<Duration>(std::chrono::seconds{1});
    const std::chrono::duration<double> seconds{static_cast<double>(tokens) /
                                                static_cast<double>(rate_)};
    const auto cost = std::chrono::duration_cast<Duration>(seconds);

    const auto full = (now - burst).time_since_epoch().count();
    auto before = paid_until_.load(std::memory_order_relaxed);
    Clock::Time::rep after = 0;
    do {
        after = std::max(before, full) + cost.count();
    } while (!paid_until_.compare_exchange_weak(before, after, std::memory_order_relaxed));
    return std::max(now, Clock::Time{Duration{after}});
}

Clock::Time Throttle::take(std::uint64_t bytes, std::uint64_t records, Clock::Time now) noexcept
{
    return std::max(bytes_.take(bytes, now), records_.take(records, now));
}

}  // namespace strait::links
