#include "links/link.hpp"
#include "links/running_link.hpp"

#include <map>
#include <utility>
#include <vector>

// What a link looks at in both clusters while it runs.
namespace strait::links {

namespace asio = boost::asio;

// Looks for topics that were created again at either side, and has their partitions compared with
// what they are now: a position that happens to fit the new incarnation raises no error by itself.
// True if the link has to look at its topics again.
asio::awaitable<bool> Link::ids_changed(RunningLink& running)
{
    std::vector<TopicName> sources;
    std::vector<TopicName> targets;
    for (const auto& topic : topics_) {
        if (topic.partitions == 0) continue;  // nobody's yet
        sources.push_back(topic.owner.source);
        targets.push_back(topic.owner.target);
    }
    const auto at_source = co_await running.source->describe_ids(std::move(sources));
    const auto at_target = co_await running.target->describe_ids(std::move(targets));
    if (!at_source || !at_target) co_return false;

    const auto look = running.ids.look(topics_, *at_source, *at_target);
    for (const auto* const topic : look.differing) {
        for (const auto& mirror : topic->mirrors()) {
            running.host_of(mirror.source).recheck(mirror.source);
        }
    }
    co_return look.news;
}

// Tells the shards where the logs of their targets start: the offset map ends there.
asio::awaitable<void> Link::prune(RunningLink& running)
{
    std::map<TopicPartition, TopicPartition> sources;  // by target
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (const auto& topic : topics_) {
        for (const auto& mirror : topic.mirrors()) {
            const TopicPartition target{mirror.target, mirror.source.partition};
            sources.emplace(target, mirror.source);
            queries.emplace(target, kafka::EarliestOffset{});
        }
    }
    if (queries.empty()) co_return;
    const auto starts = co_await running.target->list_offsets(std::move(queries),
                                                              kafka::Isolation::read_uncommitted);
    if (!starts) {
        log_->warn("offset map not pruned error={} detail={:?}",
                   to_string(starts.error().code()),
                   starts.error().detail());
        co_return;
    }
    for (const auto& [target, start] : *starts) {
        const auto source = sources.find(target);
        if (!start || source == sources.end()) continue;
        running.host_of(source->second).prune(source->second, *start);
    }
}

// For how long the source keeps what was not read yet. Of a topic whose configs we may not see
// nothing is known; the others do not wait for it.
asio::awaitable<void> Link::ask_retention(RunningLink& running)
{
    std::vector<TopicName> names;
    for (const auto& topic : topics_) {
        const bool there =
            topic.standing == Standing::mirrored || topic.standing == Standing::waiting;
        if (there) names.push_back(topic.owner.source);
    }
    if (names.empty()) co_return;
    const auto configs = co_await running.source->describe_configs(std::move(names));
    if (!configs) co_return;
    retention_.clear();
    for (const auto& [topic, config] : *configs) {
        const auto time = config ? retention_of(*config) : std::nullopt;
        if (time) retention_.emplace(topic, *time);
    }
}

}  // namespace strait::links
