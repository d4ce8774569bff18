#include "core/failpoint.hpp"
#include "links/clusters/cluster_survey.hpp"
#include "links/clusters/lane_settings.hpp"
#include "links/clusters/visible_records.hpp"
#include "links/config/reverse_link.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <utility>

// How mirroring turns around after a cut: the link that was cut off compares both clusters, and the
// one that mirrors back takes over its topics, positions and consumer groups.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

using Topics = kafka::EachResult<TopicName, kafka::TopicDescription>;
using Ends = kafka::EachResult<TopicPartition, Offset>;

// How many partitions it has; absent if it is not there, or another one than it was.
Result<std::optional<std::size_t>> partitions_of(const Topics& topics,
                                                 const TopicName& name,
                                                 const TopicId& known)
{
    const auto found = topics.find(name);
    if (found == topics.end()) return fail(Errc::unavailable, name.value() + ": no answer");
    const auto& topic = found->second;
    if (!topic && topic.error().code() != Errc::not_found) {
        return fail(topic.error().within(name.value()));
    }
    if (!topic || identity_of(name, topic->id) != known) return std::nullopt;
    return topic->partitions;
}

Result<Offset> end_in(const Ends& ends, const TopicPartition& at)
{
    const auto found = ends.find(at);
    if (found == ends.end()) return fail(Errc::unavailable, to_string(at) + ": no answer");
    if (!found->second) return fail(found->second.error().within(to_string(at)));
    return *found->second;
}

// What was taken over once goes on where it is: to begin again would copy it twice.
bool is_mirrored_already(const std::vector<TopicOwner>& known, const TopicOwner& owner)
{
    const auto found = std::ranges::find(known, owner.source, &TopicOwner::source);
    return found != known.end() && !found->released && found->source_id == owner.source_id &&
           found->target_id == owner.target_id;
}

// A partition of the new target that goes on; absent if all hold still.
Result<std::optional<TopicPartition>> find_moved(const Reversal& reversal, const Ends& ends)
{
    for (const auto& [owner, partitions, whole, replaces] : reversal.topics) {
        for (const auto& each : partitions) {
            TopicPartition at{owner.target, each.partition};
            const auto end = end_in(ends, at);
            if (!end) return fail(end.error());
            if (*end != each.target_end) return std::optional{std::move(at)};
        }
    }
    return std::optional<TopicPartition>{};
}

std::map<TopicPartition, kafka::OffsetQuery> queries_for(const Reversal& reversal,
                                                         TopicName TopicOwner::* side,
                                                         kafka::OffsetQuery query)
{
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (const auto& topic : reversal.topics) {
        for (const auto& each : topic.partitions) {
            if (side == &TopicOwner::source && !each.at_source) continue;
            queries.emplace(TopicPartition{topic.owner.*side, each.partition}, query);
        }
    }
    return queries;
}

// What the source loses to retention meanwhile is no gap of a topic that begins with what it has.
asio::awaitable<Result<void>> begin_at_log_starts(RunningLink& running, Reversal& reversal)
{
    Reversal begun;
    std::ranges::copy_if(reversal.topics, std::back_inserter(begun.topics), &ReversedTopic::whole);
    const auto starts = co_await running.source->list_offsets(
        queries_for(begun, &TopicOwner::source, kafka::EarliestOffset{}),
        kafka::Isolation::read_uncommitted);
    if (!starts) co_return fail(starts.error().within("source"));
    for (auto& [owner, partitions, whole, replaces] : reversal.topics) {
        for (auto& each : partitions) {
            if (!whole || !each.at_source) continue;
            const auto start = end_in(*starts, {owner.source, each.partition});
            if (!start) co_return fail(start.error().within("source"));
            each.start = each.source = *start;
        }
    }
    co_return Result<void>{};
}

// What lies in these at the target, of groups, is of topics that are no more.
std::set<TopicName> rebuilt_targets(const Reversal& reversal)
{
    std::set<TopicName> targets;
    for (const auto& topic : reversal.topics) {
        if (topic.whole) targets.insert(topic.owner.target);
    }
    return targets;
}

}  // namespace

asio::awaitable<Result<Reversal>> Link::survey_reversal(Divergence divergence)
{
    const Question link{running_.get()};
    if (!link || !link->link_log) co_return fail(Errc::unavailable, "the link is not connected");
    const auto owners = own_topics();
    if (!owners) co_return fail(owners.error());
    std::vector<TopicName> originals;
    std::vector<TopicName> mirrors;
    for (const auto& owner : *owners) {
        originals.push_back(owner.source);
        mirrors.push_back(owner.target);
    }
    const auto at_source = co_await link->source->describe_topics(std::move(originals));
    if (!at_source) co_return fail(at_source.error().within("source"));
    const auto at_target = co_await link->target->describe_topics(std::move(mirrors));
    if (!at_target) co_return fail(at_target.error().within("target"));

    Reversal reversal;
    std::vector<ReversedTopic> unmade;
    for (const auto& owner : *owners) {
        const auto original = partitions_of(*at_source, owner.source, owner.source_id);
        if (!original) co_return fail(original.error().within("source"));
        const auto mirror = partitions_of(*at_target, owner.target, owner.target_id);
        if (!mirror) co_return fail(mirror.error().within("target"));
        const auto& here = *original;
        const auto& there = *mirror;
        if (here && there) {
            reversal.topics.push_back(turned(owner, link->clusters.target.id, *there, *here));
        } else if (there && divergence == Divergence::rebuild) {
            unmade.push_back(turned(owner, link->clusters.target.id, *there, *there));
        } else {
            reversal.left_out.push_back(owner.source.value() + " at the " +
                                        (here ? "target" : "source") +
                                        " is not the topic any more that was mirrored");
        }
    }
    if (auto compared = co_await compare_with_source(reversal); !compared) {
        co_return fail(compared.error());
    }
    if (divergence == Divergence::rebuild) {
        auto added = co_await add_rebuilds(reversal, std::move(unmade));
        if (!added) co_return fail(added.error());
    }
    auto groups = setup_.view.remembered();
    if (!groups) co_return fail(groups.error());
    reversal.groups = *std::move(groups);
    co_return reversal;
}

Result<void> Link::set_agreement(const TopicOwner& owner,
                                 ReversedPartition& partition,
                                 const Stretch& old_log,
                                 Offset start) const
{
    const auto known = setup_.view.position(owner.target_id, partition.partition);
    if (!known) return fail(known.error());
    const auto& cut = *known;
    // Where nothing has come yet, nothing was to be mirrored if the link began at the end.
    const bool later = static_cast<std::uint32_t>(partition.partition.value()) >= owner.partitions;
    const bool none = !later && std::holds_alternative<kafka::LatestOffset>(setup_.config.start);
    partition.start = start;
    partition.target_start = old_log.from;
    partition.source = cut ? cut->block.next_target : start;
    partition.agreed = cut ? cut->block.next_source : none ? old_log.to : old_log.from;
    // What is gone between our last record and the log's start is the marker of our last commit.
    if (start.value() == partition.source.value() + 1) partition.source = start;
    partition.target_end = old_log.to;
    partition.missing = std::max<std::int64_t>(0, partition.agreed.value() - old_log.to.value());
    return {};
}

// Where both agree the checkpoints say; what is behind them at the source is looked at, because
// offsets may be those of markers and of aborted records.
asio::awaitable<Result<void>> Link::compare_with_source(Reversal& reversal)
{
    const Question link{running_.get()};
    if (!link) co_return fail(Errc::unavailable, "the link is not connected");
    using enum kafka::Isolation;
    const auto old_source = &TopicOwner::target;
    const auto latest = queries_for(reversal, old_source, kafka::LatestOffset{});
    const auto stable = co_await link->source->list_offsets(latest, read_committed);
    if (!stable) co_return fail(stable.error().within("source"));
    const auto ends = co_await link->source->list_offsets(latest, read_uncommitted);
    if (!ends) co_return fail(ends.error().within("source"));
    const auto old_starts = co_await link->source->list_offsets(
        queries_for(reversal, old_source, kafka::EarliestOffset{}), read_uncommitted);
    if (!old_starts) co_return fail(old_starts.error().within("source"));
    const auto starts = co_await link->target->list_offsets(
        queries_for(reversal, &TopicOwner::source, kafka::EarliestOffset{}), read_uncommitted);
    if (!starts) co_return fail(starts.error().within("target"));

    std::map<TopicPartition, Stretch> tails;
    for (auto& [owner, partitions, whole, replaces] : reversal.topics) {
        for (auto& each : partitions) {
            const TopicPartition at{owner.target, each.partition};
            const auto lso = end_in(*stable, at);
            const auto end = end_in(*ends, at);
            const auto old_start = end_in(*old_starts, at);
            const auto start = each.at_source ? end_in(*starts, {owner.source, each.partition})
                                              : Result<Offset>{Offset{}};
            for (const auto* const answer : {&lso, &end, &old_start, &start}) {
                if (!*answer) co_return fail(answer->error());
            }
            if (*lso < *end) {
                co_return fail(Errc::conflict,
                               "a transaction is open at " + to_string(at) + " of " +
                                   setup_.source.name.value() +
                                   ": end its producer, or wait until it times out");
            }
            if (auto set = set_agreement(owner, each, {*old_start, *end}, *start); !set) {
                co_return set;
            }
            each.tail = std::max(each.agreed, *old_start);
            if (each.tail < *end) tails.emplace(at, Stretch{each.tail, *end});
        }
    }
    const auto counts = co_await count_visible(
        std::move(tails),
        {node_.control, node_.pool, log_reader_settings(setup_.source), node_.clock, log_});
    if (!counts) co_return fail(counts.error().within("source"));
    reversal.counted = counts->complete;
    for (auto& [owner, partitions, whole, replaces] : reversal.topics) {
        for (auto& each : partitions) {
            const auto found = counts->records.find({owner.target, each.partition});
            if (found != counts->records.end()) each.diverged = found->second;
        }
    }
    if (reversal.counted || reversal.diverged() > 0) co_return Result<void>{};
    co_return fail(Errc::timed_out, "the source did not show in time what lies behind the cut");
}

bool Link::keeps_pair(const TopicName& source, const TopicName& target) const
{
    const auto& topics = setup_.config.topics;
    return is_mirrored(topics.selection.decide(source, false)) &&
           renamed(topics.rename, source) == target;
}

Result<std::vector<TopicOwner>> Link::own_topics() const
{
    auto topics = setup_.view.topics();
    if (!topics) return topics;
    std::erase_if(*topics, [this](const TopicOwner& owner) {
        return !keeps_pair(owner.source, owner.target);
    });
    return topics;
}

Result<bool> Link::mirrors_back(const std::vector<TopicOwner>& topics) const
{
    if (is_cut(order().desired)) return false;
    const auto own = setup_.view.topics();
    if (!own) return fail(own.error());
    std::size_t back = 0;
    for (const auto& cut : topics) {
        const auto found = std::ranges::find(*own, cut.target, &TopicOwner::source);
        if (found == own->end() || !keeps_pair(cut.target, cut.source)) continue;
        if (found->released) return false;
        ++back;
    }
    return back > 0;
}

// Called by the claim, whose transaction carries what this returns. What is not part of it, the
// configs and what is known of groups, is the same if it is done again.
asio::awaitable<Result<std::vector<LinkRecord>>> Link::turn_around(RunningLink& running,
                                                                   const LinkOwner& wanted,
                                                                   std::shared_ptr<Wish> wish,
                                                                   Reversal reversal)
{
    auto known = setup_.view.topics();
    if (!known) co_return fail(known.error());
    std::erase_if(reversal.topics, [&](const ReversedTopic& topic) {
        return !keeps_pair(topic.owner.source, topic.owner.target) ||
               is_mirrored_already(*known, topic.owner);
    });
    const auto ends = co_await running.target->list_offsets(
        queries_for(reversal, &TopicOwner::target, kafka::LatestOffset{}),
        kafka::Isolation::read_uncommitted);
    if (!ends) co_return fail(ends.error().within("target"));
    const auto moved = find_moved(reversal, *ends);
    if (!moved) co_return fail(moved.error().within("target"));
    if (const auto& at = *moved) {
        co_return fail(give_up_cut(
            wish,
            Error{Errc::conflict,
                  "records came to " + to_string(*at) + " of " + setup_.target.name.value() +
                      " meanwhile: stop its producers there, and reverse again"}));
    }
    std::vector<TopicPair> pairs;
    GroupSync::Mirrored mirrored;
    for (const auto& [owner, partitions, whole, replaces] : reversal.topics) {
        pairs.push_back({owner.source, owner.target});
        mirrored.emplace(owner.source, owner.target);
    }
    const auto synced =
        co_await running.configs->pass(std::move(pairs), synced_configs(setup_.config));
    if (!synced) co_return fail(synced.error());
    for (const auto& [source, target] : mirrored) {
        const auto* const trouble = running.configs->trouble(source);
        if (trouble == nullptr || !trouble->unclear) continue;
        co_return fail(Errc::unavailable, "configs of " + target.value() + ": " + trouble->reason);
    }
    auto begun = co_await begin_at_log_starts(running, reversal);
    if (!begun) co_return fail(begun.error());
    auto taken = co_await running.groups->take_over(
        std::move(reversal.groups), mirrored, rebuilt_targets(reversal));
    if (!taken) co_return fail(taken.error());
    if (auto reached = co_await reach("reverse.prepared", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    auto records = records_of(reversal, setup_.view, wanted, node_.clock.wall_ms());
    if (!records && records.error().code() == Errc::conflict) {
        co_return fail(give_up_cut(wish, records.error()));
    }
    if (!records) co_return records;
    // What is left out is for the policies to decide, as before the cut.
    for (auto& owner : *known) {
        const bool reversed = std::ranges::any_of(reversal.topics, [&](const ReversedTopic& topic) {
            return topic.owner.source == owner.source;
        });
        if (reversed || !owner.released) continue;
        owner.mirror_again();
        records->emplace_back(owner);
    }
    cut_.reset();
    release_.reset();
    co_return records;
}

}  // namespace strait::links
