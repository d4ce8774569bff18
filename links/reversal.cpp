#include "links/reversal.hpp"

#include "links/shard/shard.hpp"

#include <algorithm>
#include <utility>

namespace strait::links {

namespace {

// The next checkpoint of that partition: an empty block where both clusters agree. Of one that is
// copied whole the map before leads to a topic that is no more: nothing may be looked up there.
Checkpoint begin_at(const TopicOwner& owner,
                    const ReversedPartition& partition,
                    const std::optional<Checkpoint>& before,
                    bool whole)
{
    Checkpoint next;
    next.link = owner.link;
    next.source_id = owner.source_id;
    next.partition = partition.partition;
    next.target_id = owner.target_id;
    next.from_log_start = whole;
    next.block = block_at(whole && before ? Offset{} : partition.source, partition.target_end);
    skip_to(next.block, partition.source);
    if (!before) return next;
    next.generation = Generation{before->generation.value() + 1};
    next.seq = PartitionSeq{before->seq.value() + 1};
    return next;
}

// The source has lost nothing; what differs is at the target.
Gap divergence_gap(const TopicOwner& owner, const ReversedPartition& partition, std::uint64_t id)
{
    Gap gap;
    gap.link = owner.link;
    gap.id = id;
    gap.topic = owner.source;
    gap.old_id = owner.source_id;
    gap.new_id = owner.source_id;
    gap.partition = partition.partition;
    gap.cause = GapCause::diverged;
    gap.from = partition.source;
    gap.to = partition.source;
    gap.target = std::min(partition.agreed, partition.target_end);
    gap.policy = GapPolicy::skip;
    return gap;
}

std::uint64_t newest_gap(const std::vector<Gap>& gaps, const TopicPartition& at)
{
    std::uint64_t newest = 0;
    for (const auto& gap : gaps) {
        if (TopicPartition{gap.topic, gap.partition} == at) newest = std::max(newest, gap.id);
    }
    return newest;
}

}  // namespace

bool Reversal::differs(const ReversedPartition& partition) const
{
    const bool unknown = !counted && partition.tail < partition.target_end;
    return partition.diverged > 0 || partition.missing > 0 || unknown;
}

bool Reversal::copies_whole() const { return std::ranges::any_of(topics, &ReversedTopic::whole); }

std::int64_t Reversal::diverged() const
{
    std::int64_t count = 0;
    for (const auto& topic : topics) {
        for (const auto& partition : topic.partitions) count += partition.diverged;
    }
    return count;
}

std::int64_t Reversal::missing() const
{
    std::int64_t count = 0;
    for (const auto& topic : topics) {
        for (const auto& partition : topic.partitions) count += partition.missing;
    }
    return count;
}

std::string Reversal::first_difference() const
{
    for (const auto& topic : topics) {
        for (const auto& each : topic.partitions) {
            if (each.diverged == 0 && each.missing == 0) continue;
            return to_string(TopicPartition{topic.owner.target, each.partition}) + " from offset " +
                   std::to_string(each.diverged > 0 ? each.agreed.value()
                                                    : each.target_end.value()) +
                   " on";
        }
    }
    return "";
}

ReversedTopic turned(TopicOwner owner,
                     ClusterId source_cluster,
                     std::size_t at_source,
                     std::size_t at_target)
{
    std::swap(owner.source, owner.target);
    std::swap(owner.source_id, owner.target_id);
    owner.link = {};
    owner.source_cluster = std::move(source_cluster);
    // Those that come to the source alone begin at their first offset, whatever `start` says.
    owner.partitions = static_cast<std::uint32_t>(std::min(at_source, at_target));
    owner.previous_ids.clear();
    owner.mirror_again();
    ReversedTopic topic{std::move(owner), {}};
    topic.partitions.reserve(at_target);
    for (std::size_t i = 0; i < at_target; ++i) {
        topic.partitions.push_back(
            {.partition = Partition{static_cast<std::int32_t>(i)}, .at_source = i < at_source});
    }
    return topic;
}

void begin_whole(ReversedTopic& topic, const TopicId& target_id, const std::vector<Offset>& ends)
{
    const auto at_source = static_cast<std::size_t>(std::ranges::count_if(
        topic.partitions, [](const ReversedPartition& each) { return each.at_source; }));
    topic.replaces = false;
    topic.owner.target_id = target_id;
    topic.owner.partitions = static_cast<std::uint32_t>(std::min(at_source, ends.size()));
    std::vector<ReversedPartition> partitions;
    partitions.reserve(ends.size());
    for (std::size_t i = 0; i < ends.size(); ++i) {
        auto& each = partitions.emplace_back(
            ReversedPartition{.partition = Partition{static_cast<std::int32_t>(i)}});
        each.at_source = i < at_source;
        if (i < topic.partitions.size()) each.start = topic.partitions[i].start;
        each.source = each.start;
        each.agreed = each.tail = each.target_start = each.target_end = ends[i];
    }
    topic.partitions = std::move(partitions);
}

Result<std::string> find_beyond(const Reversal& reversal,
                                const LinkView& view,
                                const LinkName& link)
{
    for (const auto& [owner, partitions, whole, replaces] : reversal.topics) {
        for (const auto& each : partitions) {
            if (!each.at_source || (whole && !replaces)) continue;
            const auto known = view.position(owner.source_id, each.partition);
            if (!known) return fail(known.error());
            const auto& newest = *known;
            if (!newest || newest->block.next_source <= each.source) continue;
            return "link " + link.value() + " has mirrored " +
                   to_string(TopicPartition{owner.source, each.partition}) +
                   " beyond that cut: resume it, or reverse that link";
        }
    }
    return "";
}

Result<std::vector<LinkRecord>> records_of(const Reversal& reversal,
                                           const LinkView& view,
                                           const LinkOwner& link,
                                           std::int64_t now_ms)
{
    const auto known = view.topics();
    if (!known) return fail(known.error());
    const auto gaps = view.gaps();
    if (!gaps) return fail(gaps.error());
    auto beyond = find_beyond(reversal, view, link.link);
    if (!beyond) return fail(beyond.error());
    if (!beyond->empty()) return fail(Errc::conflict, *std::move(beyond));
    std::vector<LinkRecord> records;
    std::map<ShardNumber, std::vector<Checkpoint>> by_shard;
    for (auto [owner, partitions, whole, replaces] : reversal.topics) {
        owner.link = link.link;
        const auto earlier = std::ranges::find(*known, owner.source, &TopicOwner::source);
        const bool same = earlier != known->end() && earlier->source_id == owner.source_id;
        if (same) owner.previous_ids = earlier->previous_ids;
        records.emplace_back(owner);
        for (const auto& each : partitions) {
            if (!each.at_source) continue;
            const TopicPartition at{owner.source, each.partition};
            const auto before = view.position(owner.source_id, each.partition);
            if (!before) return fail(before.error());
            const auto next = begin_at(owner, each, *before, whole);
            by_shard[shard_of(at, link.shards)].push_back(next);
            if (each.diverged == 0 && each.missing == 0) continue;
            auto gap = divergence_gap(owner, each, newest_gap(*gaps, at) + 1);
            gap.generation = next.generation;
            gap.wall_time_ms = now_ms;
            records.emplace_back(std::move(gap));
        }
    }
    for (auto& [number, checkpoints] : by_shard) {
        const auto state = view.state_of(number);
        if (!state) return fail(state.error());
        const auto& newest = *state;
        for (auto& checkpoint : checkpoints) {
            checkpoint.shard = number;
            checkpoint.session = first_session(link.term);
            checkpoint.txn_no = TxnNo{newest ? newest->txn_no.value() + 1 : 1};
            checkpoint.touched = static_cast<std::uint32_t>(checkpoints.size());
            checkpoint.wall_time_ms = now_ms;
            records.emplace_back(checkpoint);
        }
    }
    return records;
}

}  // namespace strait::links
