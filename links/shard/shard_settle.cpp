#include "links/shard/shard.hpp"
#include "links/shard/shard_closing.hpp"
#include "links/store/offset_map.hpp"

#include <chrono>
#include <string>
#include <utility>

// What a target acknowledged and lost: how a shard notices, and how it makes certain what became of
// it before it writes anything behind.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// What a target's broker acknowledged it may still lose when it dies, and what hangs of it then
// shares the fate of this producer's next transaction (ARCHITECTURE.md, known limits). So after a
// connection broke a new session looks first. One that has acknowledged no records yet goes on, or
// nothing would be copied past a broker that is never there.
bool Shard::may_have_lost() const { return acknowledged_ && ports_.sink.disturbed(); }

// Nothing of ours is under way once the producer is open. What is open in the log then belongs to
// others, or hangs, and would hide our own checkpoints for ever, or worse, be committed with what
// follows.
asio::awaitable<Result<void>> Shard::settle_log()
{
    const auto settled = co_await ports_.link_log.settled();
    if (!settled) co_return fail(settled.error());
    if (*settled) co_return Result<void>{};
    const auto place = ports_.link_log.place();
    if (auto ended = co_await end_leftovers(place); !ended) co_return ended;
    const auto now = co_await ports_.link_log.settled();
    if (now && !*now) trouble_ = open_transaction_text(place);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Shard::end_leftovers(TopicPartition place)
{
    const auto at = to_string(place);
    ShardSession record{settings_.link, settings_.number, session_, txn_no_, settings_.node};
    const auto ended = co_await links::end_leftovers(
        ports_.sink, std::move(place), std::move(record), ports_.clock);
    if (!ended) co_return fail(ended.error().within("ending what hangs"));
    // As long as the announcement of a session may take: see finish().
    note_end(ended->took, settings_.recycle_after * 3 / 2);
    if (recycle_) co_return fail(Errc::unavailable, "recycled: a late request could still arrive");
    const auto& unwritten = ended->unwritten;
    if (unwritten) co_return fail(Errc::refused, unwritten->detail());
    ports_.log.info("a transaction was open at={}: ended, if it was ours", at);
    co_return Result<void>{};
}

// Records of ours may hang at the target, as in the log: what our checkpoints do not know of is
// ended before anything is written behind it, or it would be committed too. False if the partition
// can not start yet.
asio::awaitable<Result<bool>> Shard::settle(Member& member, PartitionFacts facts)
{
    const auto before = std::exchange(member.leftovers, Leftovers::none);
    const bool open = facts.target_stable < facts.target_end;
    if (before == Leftovers::none || !open) co_return true;
    if (before == Leftovers::ended) {
        ports_.log.warn("readers of the mirror wait partition={} detail={:?}",
                        to_string(member.mirror.at()),
                        open_transaction_text(member.mirror.target()));
        co_return true;
    }
    const auto position = stored_position(member.mirror.mirror());
    if (!position) co_return fail(position.error());
    const auto& known = *position;
    if (known && known->target_id == facts.target_id &&
        known->block.next_target > facts.target_stable) {
        const auto waits = wait_for_marker(member, *known, facts.target_stable);
        if (!waits) co_return fail(waits.error());
        co_return false;
    }
    auto ended = co_await end_leftovers(member.mirror.target());
    if (!ended && ended.error().code() != Errc::refused) co_return fail(ended.error());
    member.leftovers = ended ? Leftovers::ended : Leftovers::unknown;
    // The target's log ends elsewhere now, so it is looked at again.
    const auto later =
        ended ? start_later(member, "") : start_later(member, ended.error().detail(), retry_wait);
    if (!later) co_return fail(later.error());
    co_return false;
}

// A transaction hides what our checkpoints say the target has. It is somebody else's, or of ours
// and ends any moment, or its marker is lost: then the target has these records in no sense that a
// reader knows of.
Result<void> Shard::wait_for_marker(Member& member, const Checkpoint& position, Offset open_at)
{
    member.leftovers = Leftovers::unknown;
    const auto& mirror = member.mirror.mirror();
    const auto first =
        translate(ports_.view, position.source_id, position.partition, Direction::inverse, open_at);
    if (!first) return fail(first.error());
    const bool ours =
        first->status == Translation::Status::exact && first->generation == position.generation;
    if (!ours || ++member.hidden < hidden_max) {
        return start_later(
            member, "target_lso_stuck: " + open_transaction_text(member.mirror.target()), 1s);
    }
    member.mirror.remember(position);
    const auto next = position.block.next_source;
    const auto from = first->offset.value_or(next);
    return halt(member,
                gap_of(mirror, position, GapCause::target_lost, from, next),
                "target_lost: the target acknowledged what it holds from offset " +
                    std::to_string(open_at.value()) +
                    " on, and did not commit it: " + open_transaction_text(member.mirror.target()) +
                    "; then delete the topic there, and set policies.on_target_lost to restart");
}

}  // namespace strait::links
