#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace strait::links {

// The ends of one partition of the source, as they were seen over time. Plain state.
class SourceWatch {
  public:
    using Seconds = std::chrono::duration<double>;

    explicit SourceWatch(Clock::Time first_seen) noexcept
        : caught_up_at_{first_seen}, lso_moved_at_{first_seen}, told_at_{first_seen}
    {
    }

    void take(Offset lso, Offset end, Clock::Time now) noexcept;

    // The link has everything up to the last stable offset.
    void caught_up(Clock::Time now) noexcept { caught_up_at_ = now; }

    [[nodiscard]] Offset lso() const noexcept { return lso_; }
    [[nodiscard]] Offset end() const noexcept { return end_; }

    // Since the lag was last 0, or the partition was first seen.
    [[nodiscard]] Seconds behind_for(Clock::Time now) const noexcept { return now - caught_up_at_; }

    // Since the ends were last told.
    [[nodiscard]] Seconds silent_for(Clock::Time now) const noexcept { return now - told_at_; }

    // For how long the last stable offset has not moved although there is more behind it: a
    // transaction that does not end, and hides what follows it. 0 without.
    [[nodiscard]] Seconds lso_age(Clock::Time now) const noexcept;

  private:
    Offset lso_;
    Offset end_;
    Clock::Time caught_up_at_;
    Clock::Time lso_moved_at_;
    Clock::Time told_at_;
};

// For how long a topic keeps its records; absent if time deletes none.
std::optional<std::chrono::milliseconds> retention_of(const kafka::TopicConfig& topic);

// How far behind a partition is in time: since its newest record here was written at the source,
// or since it was caught up, whichever is less. The record's clock may be wrong or ahead of ours.
double lag_seconds(SourceWatch::Seconds behind_for,
                   std::optional<std::int64_t> record_ms,
                   std::int64_t now_ms) noexcept;

// What is left of the source's retention before it takes what was not read yet: 1 for nothing used,
// 0 and below when it may be taken any moment. From the timestamp of the newest record here: what
// follows is not older, as far as the producers' clocks tell.
double retention_headroom(std::chrono::milliseconds retention,
                          std::int64_t record_ms,
                          std::int64_t now_ms) noexcept;

}  // namespace strait::links
