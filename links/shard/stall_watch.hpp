#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace strait::links {

// Notices partitions of a shard that do not get on although the source has more for them: those
// behind a batch that the consumer can not take, or that it forgot. Plain state, no I/O.
//
// Only what was looked at counts: a shard that is busy elsewhere, or a source that does not answer,
// makes no look, and after a long time without one every partition is given a new start.
class StallWatch {
  public:
    // What is known of an active partition.
    struct Look {
        TopicPartition at;
        Offset position;  // everything before it is at the target, or need not be
        Offset lso;       // of the source; reading goes no further
        Offset end;       // of its log
    };
    struct Findings {
        std::vector<TopicPartition> reassign;   // once
        std::vector<TopicPartition> halt;       // after that
        std::vector<TopicPartition> lso_stuck;  // nothing more can be read: a transaction is open
    };

    explicit StallWatch(Clock::Time::duration stall) noexcept;

    // `excused`: there is a reason why none of them gets on. A partition is excused by itself while
    // others fill the consumer: then it waits for its turn, but not for ever, because a source may
    // always have more of the others than can be read.
    Findings look(std::span<const Look> partitions, bool excused, Clock::Time now);

  private:
    struct Seen {
        Offset position;
        Clock::Time moved_at;     // or was excused
        Clock::Time turn_due_at;  // no longer excused by others from then on
        Offset lso;
        Clock::Time lso_moved_at;
        bool reassigned = false;
    };

    bool fills_the_consumer(const Look& partition) const;
    [[nodiscard]] Clock::Time turn_due(Clock::Time now) const;

    Clock::Time::duration stall_;
    std::map<TopicPartition, Seen> seen_;
    std::optional<Clock::Time> looked_at_;
};

}  // namespace strait::links
