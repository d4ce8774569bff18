#include "links/claim_watch.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <span>
#include <utility>
#include <vector>

// What a link looks at in both clusters while it runs.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto ends_interval = 2s;
constexpr std::chrono::milliseconds claim_interval_min{1'000};  // each look opens a client
constexpr auto prune_interval = 10min;      // besides once when a partition starts
constexpr auto retention_interval = 10min;  // of the source's topics, and whenever there are others
constexpr auto look_interval = 250ms;       // how soon that is noticed

}  // namespace

asio::awaitable<void> Link::watch_ids(RunningLink& running)
{
    const auto interval = setup_.config.timeouts.id_check;
    while (co_await node_.clock.wait_until(node_.clock.now() + interval)) {
        if (draining_) co_return;
        if (co_await ids_changed(running)) running.look_again = true;
    }
}

// Who cannot read the log cannot say that it was replaced, and asks again.
asio::awaitable<void> Link::watch_claim(RunningLink& running)
{
    const auto interval = std::max(setup_.config.timeouts.id_check, claim_interval_min);
    ClaimWatch watch{term_};
    auto from = running.claimed_from;
    while (co_await node_.clock.wait_until(node_.clock.now() + interval)) {
        auto looked = watch;  // each record is to be taken once
        const auto read = co_await running.link_log->read_stable(
            from, [&](std::span<const LinkRecord> records) -> Result<void> {
                looked.take(records);
                return {};
            });
        if (!read) continue;
        from = read->end;
        watch = looked;
        running.claim_ended = watch.end();
        if (running.claim_ended) co_return;
    }
}

asio::awaitable<void> Link::watch_ends(RunningLink& running)
{
    do {
        running.source_reachable = (co_await refresh_ends(running)).has_value();
    } while (co_await node_.clock.wait_until(node_.clock.now() + ends_interval));
}

asio::awaitable<void> Link::watch_retention(RunningLink& running)
{
    auto next = node_.clock.now();
    do {
        if (draining_) co_return;
        const auto now = node_.clock.now();
        if (!std::exchange(running.topics_changed, false) && now < next) continue;
        co_await ask_retention(running);
        next = now + retention_interval;
    } while (co_await node_.clock.wait_until(node_.clock.now() + look_interval));
}

asio::awaitable<void> Link::watch_log_starts(RunningLink& running)
{
    while (co_await node_.clock.wait_until(node_.clock.now() + prune_interval)) {
        if (draining_) co_return;
        co_await prune(running);
    }
}

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

asio::awaitable<Result<void>> Link::refresh_ends(RunningLink& running)
{
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (const auto& topic : topics_) {
        if (topic.standing == Standing::missing || topic.standing == Standing::gone) continue;
        for (std::size_t i = 0; i + topic.left < topic.partitions; ++i) {
            queries.emplace(
                TopicPartition{topic.owner.source, Partition{static_cast<std::int32_t>(i)}},
                kafka::LatestOffset{});
        }
    }
    if (queries.empty()) co_return Result<void>{};
    const auto stable =
        co_await running.source->list_offsets(queries, kafka::Isolation::read_committed);
    if (!stable) co_return fail(stable.error());
    const auto high =
        co_await running.source->list_offsets(queries, kafka::Isolation::read_uncommitted);
    if (!high) co_return fail(high.error());

    const auto now = node_.clock.now();
    std::map<TopicPartition, SourceEnds> told;
    for (const auto& [at, lso] : *stable) {
        const auto end = high->find(at);
        if (!lso || end == high->end() || !end->second) continue;
        ends_.try_emplace(at, now).first->second.take(*lso, *end->second, now);
        told.emplace(at, SourceEnds{*lso, *end->second});
    }
    if (told.empty()) co_return fail(Errc::unavailable, "no leader of a source topic answered");
    for (const auto& host : running.hosts) host->tell_ends(told);
    const auto shards = (co_await ask_shards()).sum;
    for (auto& [at, watch] : ends_) {
        const auto found = shards.partitions.find(at);
        if (found == shards.partitions.end()) continue;
        if (found->second.next_source >= watch.lso()) watch.caught_up(now);
    }
    co_return Result<void>{};
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
        const bool there = topic.standing == Standing::mirrored ||
                           topic.standing == Standing::waiting ||
                           topic.standing == Standing::paused;
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
