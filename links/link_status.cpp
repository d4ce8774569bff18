#include "links/link_status.hpp"

#include <algorithm>

namespace strait::links {

const PartitionStatus* find_partition(const LinkStatus& link, const TopicPartition& at)
{
    const auto topic = std::ranges::find(link.topics, at.topic, &TopicStatus::source);
    if (topic == link.topics.end()) return nullptr;
    const auto found = std::ranges::find(topic->partitions, at.partition, &PartitionStatus::id);
    return found == topic->partitions.end() ? nullptr : &*found;
}

void complete_position(PartitionStatus& partition, const std::optional<Checkpoint>& stored)
{
    if (stored) {
        const auto& block = stored->block;
        partition.next_source = std::max(partition.next_source, std::optional{block.next_source});
        partition.next_target = std::max(partition.next_target, std::optional{block.next_target});
    } else if (partition.state == MirrorState::starting && partition.next_source == Offset{}) {
        partition.next_source.reset();
        partition.next_target.reset();
    }
}

std::int64_t LinkStatus::rereads() const
{
    std::int64_t sum = 0;
    for (const auto& group : groups) sum += group.rereads;
    return sum;
}

}  // namespace strait::links
