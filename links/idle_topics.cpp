#include "links/idle_topics.hpp"

#include <algorithm>

namespace strait::links {

namespace {

constexpr int missed_max = 2;  // a topic may be briefly absent from one answer

}  // namespace

std::vector<MirrorTopic> IdleTopics::find(const LinkPlan& plan, const Owners& owners)
{
    std::vector<MirrorTopic> topics;
    for (const auto& [source, owner] : owners) {
        const bool there = std::ranges::any_of(
            plan.topics, [&](const auto& planned) { return planned.source.name == source; });
        auto& missed = missed_[source];
        missed = there ? 0 : missed + 1;
        if (there) continue;
        auto& topic = topics.emplace_back();
        topic.owner = owner;
        topic.partitions = owner.partitions;
        topic.standing = missed >= missed_max ? Standing::gone : Standing::missing;
    }
    // A topic of ours that left is missing; what never came is shown as well, with what to do.
    for (const auto& [source, text] : plan.absent) {
        if (owners.contains(source)) continue;
        auto& topic = topics.emplace_back();
        topic.owner.source = source;
        topic.owner.target = renamed(link_.topics.rename, source).value_or(source);
        topic.standing = Standing::absent;
        topic.reason = text;
    }
    return topics;
}

}  // namespace strait::links
