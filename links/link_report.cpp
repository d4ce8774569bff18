#include "links/link.hpp"
#include "links/running_link.hpp"
#include "links/store/offset_map.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

// What a link says of itself: status and translation.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr double headroom_min = 0.2;  // of the source's retention: below it a warning
constexpr auto status_interval = 2s;  // what metrics show is at most so old
constexpr auto silence_max = 10s;     // of the source, until its ends count as unknown

// A topic is where its least advanced partition is; only all of them make it active.
MirrorState state_of(const std::vector<PartitionStatus>& partitions)
{
    for (const auto state : {MirrorState::halted,
                             MirrorState::source_gone,
                             MirrorState::starting,
                             MirrorState::paused,
                             MirrorState::promoted,
                             MirrorState::failed_over}) {
        const bool any = std::ranges::any_of(
            partitions, [&](const auto& partition) { return partition.state == state; });
        if (any) return state;
    }
    return partitions.empty() ? MirrorState::starting : MirrorState::active;
}

bool is_at_rest(MirrorState state)
{
    return state == MirrorState::paused || state == MirrorState::promoted ||
           state == MirrorState::failed_over;
}

std::string first_reason(const std::vector<PartitionStatus>& partitions)
{
    const auto found = std::ranges::find_if(
        partitions, [](const auto& partition) { return !partition.reason.empty(); });
    return found == partitions.end() ? "" : found->reason;
}

}  // namespace

asio::awaitable<void> Link::watch_status()
{
    do {
        last_status_ = co_await status();
        warn_of_retention(last_status_);
    } while (co_await node_.clock.wait_until(node_.clock.now() + status_interval));
}

LinkStatus Link::bare_status() const
{
    LinkStatus status;
    status.name = setup_.config.name;
    status.managed_by = setup_.config.managed_by;
    status.delivery = setup_.config.delivery;
    status.state = verb_state_.value_or(state_);
    status.reason = reason_;
    status.desired = order().desired;
    status.settled = has_settled();
    status.groups_enabled = setup_.config.groups.enabled;
    status.source.cluster = setup_.source.name;
    status.target.cluster = setup_.target.name;
    if (const auto ledger = setup_.view.gaps()) {
        status.gaps_total = ledger->size();
        status.gaps_open = static_cast<std::uint64_t>(
            std::ranges::count_if(*ledger, [](const Gap& gap) { return gap.open; }));
        status.gaps_unacknowledged =
            static_cast<std::uint64_t>(std::ranges::count_if(*ledger, &Gap::is_news));
        for (const auto& gap : *ledger) {
            auto& [entries, offsets] = status.gaps_by_cause[gap.cause];
            ++entries;
            offsets += static_cast<std::uint64_t>(gap.to.value() - gap.from.value());
        }
    }
    return status;
}

asio::awaitable<LinkStatus> Link::status()
{
    auto status = bare_status();
    if (const Question link{running_.get()}) {
        status.source.cluster_id = link->clusters.source.id;
        status.target.cluster_id = link->clusters.target.id;
        status.acls = link->acl_trouble;
        const auto at_source = link->source->trouble();
        const auto at_target = link->target->trouble();
        status.source.reachable = link->source_reachable && !at_source;
        status.target.reachable = !at_target;
        for (const auto& [side, trouble] :
             {std::pair{"source: ", &at_source}, std::pair{"target: ", &at_target}}) {
            if (*trouble && status.reason.empty()) status.reason = side + (*trouble)->detail();
        }
    }
    auto [sum, each] = co_await ask_shards();
    if (status.reason.empty() && sum.trouble) status.reason = *sum.trouble;
    status.transactions_committed = sum.committed;
    status.transactions_aborted = sum.aborted;
    status.shards = std::move(each);
    status.producers_recycled = sum.recycled;
    status.records_committed = sum.records;
    status.bytes_committed = sum.bytes;
    status.buffer_bytes = sum.buffer_bytes;
    for (const auto& topic : topics_) {
        auto& shown = status.topics.emplace_back(topic_status(topic, sum));
        for (const auto& partition : shown.partitions) {
            status.lag_records += partition.lag_records.value_or(0);
            status.lag_seconds = std::max(status.lag_seconds, partition.lag_seconds);
        }
    }
    if (const Question link{running_.get()}; link && link->groups) {
        status.groups = link->groups->status();
        status.group_commits = link->groups->commits();
    }
    const auto mean = sum.records == 0 ? 0 : sum.bytes / sum.records;
    status.lag_bytes_estimate = status.lag_records * static_cast<std::int64_t>(mean);
    co_return status;
}

TopicStatus Link::topic_status(const MirrorTopic& topic, const ShardStatus& shards) const
{
    TopicStatus status;
    status.source = topic.owner.source;
    status.target = topic.owner.target;
    status.identity_inferred = topic.identity_inferred;
    status.paused_alone = topic.owner.is_paused();
    if (running_ && running_->configs) {
        const auto* const trouble = running_->configs->trouble(topic.owner.source);
        if (trouble != nullptr) status.configs = trouble->reason;
    }
    for (std::size_t i = 0; i < topic.partitions; ++i) {
        const TopicPartition at{topic.owner.source, Partition{static_cast<std::int32_t>(i)}};
        const auto found = shards.partitions.find(at);
        auto& partition = status.partitions.emplace_back();
        if (found != shards.partitions.end()) partition = found->second;
        partition.id = at.partition;
        if (topic.standing == Standing::paused) {
            partition.state = MirrorState::paused;
            partition.reason = topic.reason;
        }
        if (is_at_rest(state_)) partition.state = state_;
        if (partition.state != MirrorState::active) {
            const auto stored = setup_.view.position(topic.owner.source_id, at.partition);
            complete_position(partition, stored.value_or(std::nullopt));
        }
        const auto ends = ends_.find(at);
        if (ends == ends_.end()) continue;
        add_ends(ends->second, at, partition);
    }
    status.state = state_of(status.partitions);
    if (topic.standing == Standing::refused) status.state = MirrorState::halted;
    if (topic.standing == Standing::released) status.state = MirrorState::promoted;
    const bool failed_over = topic.owner.order.desired == Desired::failed_over;
    if (failed_over) status.state = MirrorState::failed_over;  // whatever its link did later
    status.reason = topic.reason.empty() ? first_reason(status.partitions) : topic.reason;
    return status;
}

void Link::add_ends(const SourceWatch& ends,
                    const TopicPartition& at,
                    PartitionStatus& partition) const
{
    const auto now = node_.clock.now();
    const auto now_ms = node_.clock.wall_ms();
    partition.source_lso = ends.lso();
    partition.source_end = ends.end();
    partition.lso_age_seconds = ends.lso_age(now).count();
    if (partition.next_source) {
        partition.lag_records =
            std::max<std::int64_t>(0, ends.lso().value() - partition.next_source->value());
    }
    const bool behind = partition.lag_records > 0;
    // While the source is silent nobody knows what it has got: as if it were behind since then.
    const bool unknown =
        partition.state == MirrorState::active && ends.silent_for(now) > silence_max;
    if (behind || unknown) {
        partition.lag_seconds =
            links::lag_seconds(ends.behind_for(now), partition.newest_ms, now_ms);
    }
    const auto retention = retention_.find(at.topic);
    if (retention == retention_.end()) return;
    if (!behind) {
        partition.retention_headroom = 1;
    } else if (partition.newest_ms) {
        partition.retention_headroom =
            links::retention_headroom(retention->second, *partition.newest_ms, now_ms);
    }
}

// Said once when the source's retention comes close, and again after it was far.
void Link::warn_of_retention(const LinkStatus& status)
{
    for (const auto& topic : status.topics) {
        for (const auto& partition : topic.partitions) {
            const TopicPartition at{topic.source, partition.id};
            const auto& headroom = partition.retention_headroom;
            if (!headroom || *headroom >= headroom_min) {
                short_of_time_.erase(at);
            } else if (short_of_time_.insert(at).second) {
                log_->warn("retention is close partition={} headroom={:.2f} lag_records={}",
                           to_string(at),
                           *headroom,
                           partition.lag_records.value_or(0));
            }
        }
    }
}

asio::awaitable<Link::Shards> Link::ask_shards()
{
    Shards shards;
    auto& sum = shards.sum;
    const Question link{running_.get()};
    if (!link) co_return shards;
    for (const auto& host : link->hosts) {
        auto& one = shards.each.emplace_back();
        auto shard = co_await host->status();
        if (!shard) continue;
        one = {shard->committed, shard->aborted};
        sum.partitions.merge(shard->partitions);
        sum.committed += shard->committed;
        sum.aborted += shard->aborted;
        sum.recycled += shard->recycled;
        sum.records += shard->records;
        sum.bytes += shard->bytes;
        sum.buffer_bytes += shard->buffer_bytes;
        if (!sum.trouble) sum.trouble = std::move(shard->trouble);
    }
    co_return shards;
}

}  // namespace strait::links
