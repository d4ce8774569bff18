#include "links/mirror_topic.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace strait::links {

bool is_settled(Standing standing) noexcept
{
    switch (standing) {
        case Standing::mirrored:
        case Standing::gone:
        case Standing::absent:
        case Standing::refused:
        case Standing::paused:
        case Standing::released: return true;
        case Standing::waiting:
        case Standing::missing: return false;
    }
    std::unreachable();
}

std::vector<Mirror> MirrorTopic::mirrors() const
{
    std::vector<Mirror> mirrors;
    for (std::size_t i = 0; i < partitions; ++i) {
        Mirror mirror;
        mirror.source = {owner.source, Partition{static_cast<std::int32_t>(i)}};
        mirror.target = owner.target;
        mirror.source_id = owner.source_id;
        mirror.previous_ids = owner.previous_ids;
        mirror.target_id = owner.target_id;
        mirror.from_log_start = i >= owner.partitions;
        mirror.left = i + left >= partitions;
        mirrors.push_back(std::move(mirror));
    }
    return mirrors;
}

MirrorTopic recalled(TopicOwner owner)
{
    MirrorTopic topic{.owner = std::move(owner), .reason = {}};
    if (topic.owner.released) {
        topic.standing = Standing::released;
        const bool failed_over = topic.owner.order.desired == Desired::failed_over;
        topic.reason = std::string{failed_over ? "it was failed over" : "it was promoted"} +
                       " by itself: an ordinary topic of the target";
    } else {
        topic.partitions = topic.owner.partitions;
    }
    if (topic.owner.is_paused()) {
        const auto& words = topic.owner.order.reason;
        topic.standing = Standing::paused;
        topic.reason = "paused by itself" + (words.empty() ? "" : ": " + words);
    }
    return topic;
}

}  // namespace strait::links
