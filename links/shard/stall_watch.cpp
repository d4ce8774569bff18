#include "links/shard/stall_watch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace strait::links {

namespace {

using namespace std::chrono_literals;

constexpr Clock::Time::duration pause_min = 10s;  // between two looks, before it starts anew
constexpr int turn_stalls_max = 10;               // to wait for a turn

}  // namespace

StallWatch::StallWatch(Clock::Time::duration stall) noexcept : stall_{stall} {}

// It moved since the last look, and has more to read than that.
bool StallWatch::fills_the_consumer(const Look& partition) const
{
    const auto before = seen_.find(partition.at);
    if (before == seen_.end()) return false;
    const auto moved = partition.position.value() - before->second.position.value();
    return moved > 0 && partition.lso.value() - partition.position.value() > moved;
}

Clock::Time StallWatch::turn_due(Clock::Time now) const { return now + turn_stalls_max * stall_; }

StallWatch::Findings StallWatch::look(std::span<const Look> partitions,
                                      bool excused,
                                      Clock::Time now)
{
    const auto before = std::exchange(looked_at_, now);
    if (before && now - *before > std::max(pause_min, stall_ / 4)) seen_.clear();
    const bool queued = std::ranges::any_of(
        partitions, [this](const Look& partition) { return fills_the_consumer(partition); });

    Findings found;
    std::map<TopicPartition, Seen> seen;
    for (const auto& partition : partitions) {
        const Seen fresh{partition.position, now, turn_due(now), partition.lso, now};
        const auto known = seen_.find(partition.at);
        auto& it =
            seen.emplace(partition.at, known == seen_.end() ? fresh : known->second).first->second;
        if (partition.lso != it.lso || partition.end == partition.lso) {
            it.lso = partition.lso;
            it.lso_moved_at = now;
        }
        if (now - it.lso_moved_at >= stall_) found.lso_stuck.push_back(partition.at);

        if (partition.position != it.position || partition.position >= partition.lso) {
            it = {partition.position, now, turn_due(now), it.lso, it.lso_moved_at};
        } else if (excused) {
            it.moved_at = now;
            it.turn_due_at = turn_due(now);
        } else if (queued && now < it.turn_due_at) {
            it.moved_at = now;
        }
        if (now - it.moved_at < stall_) continue;
        it.moved_at = now;
        it.turn_due_at = turn_due(now);
        (it.reassigned ? found.halt : found.reassign).push_back(partition.at);
        it.reassigned = true;
    }
    seen_ = std::move(seen);
    return found;
}

}  // namespace strait::links
