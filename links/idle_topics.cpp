#include "links/idle_topics.hpp"

#include <algorithm>
#include <utility>

namespace strait::links {

namespace {

constexpr int missed_max = 2;  // a topic may be briefly absent from a broker's answers

}  // namespace

IdleTopics::IdleTopics(const LinkConfig& link, std::string source_user)
    : link_{link}, source_user_{std::move(source_user)}
{
}

// Empty if the source says that there is no such topic.
std::string IdleTopics::why_waiting(const LinkPlan& plan, const TopicName& source) const
{
    const auto found = plan.undescribed.find(source);
    if (found == plan.undescribed.end()) return "the source was not asked for it yet";
    const auto& error = found->second;
    if (error.code() == Errc::not_found) return "";
    if (error.code() != Errc::forbidden) return error.within("source").detail();
    return source_user_ + " may not DESCRIBE it at the source: grant DESCRIBE; " + error.detail();
}

std::vector<MirrorTopic> IdleTopics::find(const LinkPlan& plan, const Owners& owners)
{
    std::vector<MirrorTopic> topics;
    for (const auto& [source, owner] : owners) {
        const bool there = std::ranges::binary_search(
            plan.topics, source, {}, [](const PlannedTopic& planned) -> const TopicName& {
                return planned.source.name;
            });
        if (there) {
            missed_.erase(source);
            continue;
        }
        auto& topic = topics.emplace_back();
        topic.owner = owner;
        topic.partitions = owner.partitions;
        topic.standing = Standing::waiting;
        topic.reason = why_waiting(plan, source);
        if (!topic.reason.empty()) continue;
        const bool sure = ++missed_[source] >= missed_max;
        topic.standing = sure ? Standing::gone : Standing::missing;
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
