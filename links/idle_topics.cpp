#include "links/idle_topics.hpp"

#include "links/clusters/cluster_survey.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace strait::links {

namespace {

constexpr int missed_max = 2;  // a topic may be briefly absent from a broker's answers

// What the link is told to leave out is no trouble.
bool is_wished(Obstacle obstacle)
{
    return obstacle == Obstacle::never_mirrored || obstacle == Obstacle::excluded ||
           obstacle == Obstacle::unmatched;
}

// Between two links in opposite directions each pattern matches the other's mirrors.
bool is_usual(Obstacle obstacle)
{
    return obstacle == Obstacle::loop || obstacle == Obstacle::mirror_of_mirror;
}

const PlannedTopic* find_planned(const LinkPlan& plan, const TopicName& source)
{
    const auto name = [](const PlannedTopic& planned) -> const TopicName& {
        return planned.source.name;
    };
    const auto found = std::ranges::lower_bound(plan.topics, source, {}, name);
    return found == plan.topics.end() || found->source.name != source ? nullptr : &*found;
}

// What came to it meanwhile is behind, too, and what became of it is seen only when it goes on.
MirrorTopic resting(const TopicOwner& owner, const PlannedTopic& found)
{
    auto topic = recalled(owner);
    if (identity_of(owner.source, found.source.id) == owner.source_id) {
        topic.partitions = std::max(topic.partitions, found.source.partitions);
    } else {
        topic.reason += "; at the source it is another topic by now";
    }
    return topic;
}

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
        if (owner.released) {  // whatever became of its source, and of the link's patterns
            missed_.erase(source);
            topics.push_back(recalled(owner));
            continue;
        }
        // What the link is told to leave out by now is not looked for.
        if (!is_mirrored(link_.topics.selection.decide(source, false))) {
            missed_.erase(source);
            continue;
        }
        const auto* const found = find_planned(plan, source);
        if (owner.is_paused()) {  // nobody looks for it until it goes on
            missed_.erase(source);
            auto& topic =
                topics.emplace_back(found != nullptr ? resting(owner, *found) : recalled(owner));
            const bool gone = found == nullptr && why_waiting(plan, source).empty();
            if (gone) topic.reason += "; it is not at the source";
            continue;
        }
        if (found != nullptr) {
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
        auto& topic = topics.emplace_back(nobodys(source));
        topic.standing = Standing::absent;
        topic.reason = text;
    }
    std::ranges::move(refused(plan, owners), std::back_inserter(topics));
    return topics;
}

// A topic that no owner record tells of.
MirrorTopic IdleTopics::nobodys(const TopicName& source) const
{
    MirrorTopic topic;
    topic.owner.source = source;
    topic.owner.target = renamed(link_.topics.rename, source).value_or(source);
    return topic;
}

std::vector<MirrorTopic> IdleTopics::refused(const LinkPlan& plan, const Owners& owners) const
{
    std::vector<MirrorTopic> topics;
    std::size_t by_pattern = 0;
    for (const auto& [source, outcome] : plan.topics) {
        const auto* const obstacle = std::get_if<NotMirrored>(&outcome);
        if (obstacle == nullptr || is_wished(obstacle->obstacle)) continue;
        const auto owner = owners.find(source.name);
        const auto why = obstacle->obstacle;
        if (why == Obstacle::released || why == Obstacle::paused) continue;  // shown already
        const auto selected = link_.topics.selection.decide(source.name, source.internal);
        if (owner == owners.end() && selected != Selected::by_literal) {
            if (is_usual(obstacle->obstacle) || ++by_pattern > refused_max) continue;
        }
        auto& topic = topics.emplace_back(nobodys(source.name));
        if (owner != owners.end()) {
            topic.owner = owner->second;
            topic.partitions = owner->second.partitions;
        }
        const bool passes = obstacle->obstacle == Obstacle::unclear_target;
        topic.standing = passes ? Standing::waiting : Standing::refused;
        topic.reason = std::string{to_string(obstacle->obstacle)} + ": " + obstacle->text;
    }
    return topics;
}

}  // namespace strait::links
