#include "core/failpoint.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

// How a link ends as a mirror: promoted with nothing left at the source, or failed over where it
// is.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto still_time = 5s;  // that the source has to hold still

}  // namespace

bool Link::goes_without_source() const
{
    if (wish_) return wish_->order.desired == Desired::failed_over;
    return is_cut(order_.desired);
}

// Called by the claim, whose transaction carries what this returns. First no shard of any instance
// can commit any more, so the newest checkpoints are the cut; only then the groups, because their
// positions must not be beyond it.
asio::awaitable<Result<std::vector<LinkRecord>>> Link::cut(RunningLink& running,
                                                           const LinkOwner& found,
                                                           const LinkOwner& wanted,
                                                           Offset& end)
{
    const auto closed = co_await close_shards(running, found.shards, wanted.term, end);
    if (!closed) co_return fail(closed.error());
    end = *closed;
    if (auto reached = co_await reach("cut.closed", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    auto topics = setup_.view.topics();
    if (!topics) co_return fail(topics.error());
    const auto desired = wanted.order.desired;
    CutReport report;
    if (desired == Desired::promoted) {
        report.lost_records = 0;
        const auto ends = co_await ask_ends();
        if (!ends) co_return fail(ends.error());
        if (*ends != drained_) {
            end_wish(fail(Errc::conflict,
                          "the source went on while the link was cut off: stop its producers, and "
                          "promote again"));
            co_return fail(begin_again());
        }
    } else {
        report.lost_records = records_left(*topics);
        report.lost_ms = wish_ ? std::llround(wish_->lag_seconds * 1e3) : 0;
    }
    auto taken = co_await take_groups_along(running, desired, report);
    if (!taken) co_return fail(taken.error());
    if (auto reached = co_await reach("cut.grouped", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    cut_ = report;
    std::vector<LinkRecord> records;
    records.reserve(topics->size());
    for (auto& topic : *topics) {
        topic.released = true;
        records.emplace_back(std::move(topic));
    }
    co_return records;
}

// A failover takes along what it can; a promotion all, or it does not happen.
asio::awaitable<Result<void>> Link::take_groups_along(RunningLink& running,
                                                      Desired desired,
                                                      CutReport& report)
{
    const auto& config = setup_.config.groups;
    if (!config.enabled || (wish_ && !wish_->with_groups)) co_return Result<void>{};
    const bool promoted = desired == Desired::promoted;
    const auto synced =
        promoted ? co_await sync_groups(running) : co_await running.groups->sync_known(config);
    if (!synced && synced.error().code() == Errc::cancelled) co_return synced;
    std::string failed;
    for (const auto& group : running.groups->status()) {
        ++report.groups;
        if (!synced || !is_in_place(group.state)) ++report.groups_left;
        if (group.state == GroupSyncState::failed) failed = group.id.value() + ": " + group.reason;
    }
    report.rereads = running.groups->rereads();
    if (!synced) log_->warn("groups not taken along detail={:?}", synced.error().detail());
    if (!promoted || (synced && failed.empty())) co_return Result<void>{};
    end_wish(
        fail(Errc::unavailable,
             "consumer groups are not in place: " + (synced ? failed : synced.error().detail()) +
                 ": promote again, or --without-groups"));
    co_return fail(begin_again());
}

std::optional<std::int64_t> Link::records_left(const std::vector<TopicOwner>& topics) const
{
    std::int64_t left = 0;
    for (const auto& topic : topics) {
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

asio::awaitable<Result<Link::DrainedEnds>> Link::ask_ends()
{
    const Question link{running_.get()};
    if (!link) co_return fail(Errc::unavailable, "the link is not connected");
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (const auto& topic : topics_) {
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
asio::awaitable<Result<std::int64_t>> Link::left_to_drain(const DrainedEnds& ends)
{
    const auto now = co_await status();
    std::int64_t left = 0;
    std::size_t seen = 0;
    for (const auto& topic : now.topics) {
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

asio::awaitable<Result<bool>> Link::is_drained(std::string& how_far)
{
    const Question held{running_.get()};
    how_far = "the source does not answer";
    auto ends = co_await ask_ends();
    if (!ends && ends.error().code() == Errc::cancelled) co_return fail(ends.error());
    if (!ends) co_return false;
    const auto left = co_await left_to_drain(*ends);
    if (!left) co_return fail(left.error());
    const auto now = node_.clock.now();
    if (std::exchange(drained_, *std::move(ends)) != drained_ || *left > 0) drained_since_ = now;
    how_far = *left > 0 ? std::to_string(*left) + " records are not copied yet"
                        : "the source does not hold still";
    co_return now - drained_since_ >= still_time;
}

}  // namespace strait::links
