#include "core/failpoint.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>
#include <string>
#include <utility>

// How a link ends as a mirror: promoted with nothing left at the source, or failed over where it
// is.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto still_time = 5s;  // that the source has to hold still

bool concerns(const std::set<TopicName>& topics, const TopicName& topic)
{
    return topics.empty() || topics.contains(topic);
}

}  // namespace

bool Link::goes_without_source() const
{
    if (wish_) return wish_->order.desired == Desired::failed_over;
    return is_cut(order_.desired);
}

// Called by the claim, whose transaction carries what this returns, with the wish that asks for it.
// First no shard of any instance can commit any more, so the newest checkpoints are the cut; only
// then the groups, because their positions must not be beyond it.
asio::awaitable<Result<std::vector<LinkRecord>>> Link::cut(RunningLink& running,
                                                           const LinkOwner& found,
                                                           const LinkOwner& wanted,
                                                           std::shared_ptr<Wish> wish,
                                                           Offset& end)
{
    const auto closed = co_await close_shards(running, found.shards, wanted.term, end);
    if (!closed) co_return fail(closed.error());
    end = *closed;
    const auto& chosen = wish->details.topics;
    log_->info("cutting off desired={} topics={}",
               to_string(wish->order.desired),
               chosen.empty() ? "all" : std::to_string(chosen.size()));
    if (auto reached = co_await reach("cut.closed", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    auto topics = setup_.view.topics();
    if (!topics) co_return fail(topics.error());
    std::erase_if(*topics, [&](const TopicOwner& topic) {
        return !concerns(chosen, topic.source) || (!chosen.empty() && topic.released);
    });
    CutReport report;
    if (wish->order.desired != Desired::failed_over) {
        report.lost_records = 0;
        const auto ends = co_await ask_ends(chosen);
        if (!ends) co_return fail(ends.error());
        if (*ends != drained_) {
            co_return fail(give_up_cut(
                wish,
                Error{Errc::conflict,
                      "the source went on while the link was cut off: stop its producers, and "
                      "promote again"}));
        }
    } else {
        report.lost_records = records_left(*topics);
        report.lost_ms = std::llround(wish->lag_seconds * 1e3);
    }
    auto taken = co_await take_groups_along(running, wish, report);
    if (!taken) co_return fail(taken.error());
    if (auto reached = co_await reach("cut.grouped", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    cut_ = report;
    cut_of_ = chosen;
    release_.reset();
    std::vector<LinkRecord> records;
    records.reserve(topics->size());
    for (auto& topic : *topics) {
        if (!chosen.empty()) topic.order = wish->order;
        if (topic.is_paused()) topic.order = {};
        topic.released = true;
        records.emplace_back(std::move(topic));
    }
    co_return records;
}

// The wish ends with the reason, and the link runs on.
Error Link::give_up_cut(const std::shared_ptr<Wish>& wish, Error reason)
{
    if (wish && !wish->outcome) wish->outcome = fail(std::move(reason));
    if (wish_ == wish) wish_.reset();
    return begin_again();
}

// A failover takes along what it can. A promotion needs to know of every group; those that live at
// the target stay as they are there.
asio::awaitable<Result<void>> Link::take_groups_along(RunningLink& running,
                                                      const std::shared_ptr<Wish>& wish,
                                                      CutReport& report)
{
    const auto& config = setup_.config.groups;
    if (!config.enabled || !wish->details.with_groups) co_return Result<void>{};
    if (auto left = leave_groups(running, wish.get()); !left) co_return left;
    const bool promoted = wish->order.desired != Desired::failed_over;
    auto synced =
        promoted ? co_await sync_groups(running) : co_await running.groups->sync_known(config);
    if (!synced && synced.error().code() == Errc::cancelled) co_return synced;
    if (synced && promoted && !running.groups->complete()) {
        synced = fail(Errc::unavailable, "the source did not show all groups");
    }
    std::string failed;
    for (const auto& group : running.groups->status()) {
        ++report.groups;
        if (!synced || !is_in_place(group.state)) ++report.groups_left;
        if (group.state == GroupSyncState::failed) failed = group.id.value() + ": " + group.reason;
    }
    report.rereads = running.groups->rereads();
    if (!synced) log_->warn("groups not taken along detail={:?}", synced.error().detail());
    if (!promoted || (synced && failed.empty())) co_return Result<void>{};
    co_return fail(give_up_cut(
        wish,
        Error{Errc::unavailable,
              "consumer groups are not in place: " + (synced ? failed : synced.error().detail()) +
                  ": promote again, or --without-groups"}));
}

std::optional<std::int64_t> Link::records_left(const std::vector<TopicOwner>& topics) const
{
    std::int64_t left = 0;
    for (const auto& topic : topics) {
        if (topic.released) continue;  // nothing of it was to be copied
        for (std::uint32_t i = 0;; ++i) {
            const TopicPartition at{topic.source, Partition{static_cast<std::int32_t>(i)}};
            const auto stored = setup_.view.position(topic.source_id, at.partition);
            const auto ends = ends_.find(at);
            const bool known = ends != ends_.end();
            const auto position = stored.value_or(std::nullopt);
            if (!known && !position && i >= topic.partitions) break;
            if (!known) return std::nullopt;
            const auto next = position ? position->block.next_source : Offset{0};
            left += std::max<std::int64_t>(0, ends->second.lso().value() - next.value());
        }
    }
    return left;
}

Result<bool> Link::keeps_topics(Desired desired, const std::set<TopicName>& topics) const
{
    const auto owners = setup_.view.topics();
    if (!owners) return fail(owners.error());
    const auto kept = [&](const TopicOwner& owner) {
        if (is_cut(desired)) return owner.released;
        return owner.is_paused() == (desired == Desired::paused);
    };
    const auto count = std::ranges::count_if(*owners, [&](const TopicOwner& owner) {
        return topics.contains(owner.source) && kept(owner);
    });
    return static_cast<std::size_t>(count) == topics.size();
}

// By their names at the source: those at the target.
Result<std::map<TopicName, TopicName>> Link::released_topics() const
{
    auto owners = setup_.view.topics();
    if (!owners) return fail(owners.error());
    std::map<TopicName, TopicName> released;
    for (auto& owner : *owners) {
        if (owner.released) released.emplace(std::move(owner.source), std::move(owner.target));
    }
    return released;
}

asio::awaitable<Result<Link::DrainedEnds>> Link::ask_ends(std::set<TopicName> topics)
{
    const Question link{running_.get()};
    if (!link) co_return fail(Errc::unavailable, "the link is not connected");
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (const auto& topic : topics_) {
        if (!concerns(topics, topic.owner.source)) continue;
        for (const auto& mirror : topic.mirrors()) {
            if (!mirror.left) queries.emplace(mirror.source, kafka::LatestOffset{});
        }
    }
    DrainedEnds ends;
    if (queries.empty()) co_return ends;
    using enum kafka::Isolation;
    const auto stable = co_await link->source->list_offsets(queries, read_committed);
    if (!stable) co_return fail(stable.error().within("source"));
    const auto high = co_await link->source->list_offsets(std::move(queries), read_uncommitted);
    if (!high) co_return fail(high.error().within("source"));
    for (const auto& [at, lso] : *stable) {
        const auto end = high->find(at);
        if (!lso) co_return fail(lso.error().within("source " + to_string(at)));
        if (end == high->end() || !end->second) {
            co_return fail(Errc::unavailable, "source " + to_string(at) + ": no answer");
        }
        ends.emplace(at, SourceEnds{*lso, *end->second});
    }
    co_return ends;
}

// Offsets that are not copied yet, or hidden by an open transaction.
asio::awaitable<Result<std::int64_t>> Link::left_to_drain(std::set<TopicName> topics,
                                                          const DrainedEnds& ends)
{
    const auto now = co_await status();
    std::int64_t left = 0;
    std::size_t seen = 0;
    for (const auto& chosen : topics) {
        const auto found = std::ranges::find(now.topics, chosen, &TopicStatus::source);
        const bool mirrored =
            found != now.topics.end() && (found->is_released() || !found->partitions.empty());
        if (!mirrored) {
            co_return fail(Errc::conflict,
                           "the link does not mirror " + chosen.value() +
                               " any more: include it, and promote it again");
        }
    }
    for (const auto& topic : now.topics) {
        if (!concerns(topics, topic.source)) continue;
        if (topic.state == MirrorState::halted || topic.paused_alone) {
            co_return fail(Errc::conflict,
                           topic.source.value() + " is " + std::string{to_string(topic.state)} +
                               ": " + topic.reason);
        }
        for (const auto& partition : topic.partitions) {
            const TopicPartition at{topic.source, partition.id};
            if (partition.state == MirrorState::halted ||
                partition.state == MirrorState::source_gone) {
                co_return fail(Errc::conflict,
                               to_string(at) + " is " + std::string{to_string(partition.state)} +
                                   ": " + partition.reason);
            }
            const auto end = ends.find(at);
            if (end == ends.end()) continue;
            ++seen;
            const auto next = partition.next_source.value_or(Offset{0});
            left += std::max<std::int64_t>(0, end->second.end.value() - next.value());
            if (partition.state != MirrorState::active) left = std::max<std::int64_t>(left, 1);
        }
    }
    co_return seen == ends.size() ? left : std::max<std::int64_t>(left, 1);
}

// Topics and partitions that came meanwhile count as well: so once the source holds still, all of
// its topics are looked at once more.
asio::awaitable<Result<bool>> Link::is_drained(std::set<TopicName> topics, std::string& how_far)
{
    const Question link{running_.get()};
    how_far = "the source does not answer";
    if (!link || !link->discovered) co_return false;
    auto ends = co_await ask_ends(topics);
    if (!ends && ends.error().code() == Errc::cancelled) co_return fail(ends.error());
    if (!ends) co_return false;
    const auto left = co_await left_to_drain(topics, *ends);
    if (!left) co_return fail(left.error());
    const auto now = node_.clock.now();
    const bool moved = drained_ != *ends;
    drained_ = *std::move(ends);
    if (moved || *left > 0) drained_since_ = now;
    how_far = *left > 0 ? std::to_string(*left) + " records are not copied yet"
                        : "the source does not hold still";
    if (now - drained_since_ < still_time) co_return false;
    how_far = "its topics are looked at once more";
    if (link->looked_since > drained_since_) co_return true;
    link->look_again = true;
    co_return false;
}

}  // namespace strait::links
