#include "core/failpoint.hpp"
#include "links/shard/shard.hpp"
#include "links/shard/shard_closing.hpp"
#include "links/store/offset_map.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

// What a target acknowledged and lost: how a shard notices, and how it makes certain what became of
// it before it writes anything behind.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto restore_deadline = 30s;

// True if an offset of the target comes before all that the newest generation counts.
bool is_before(const Checkpoint& position, Offset target)
{
    return position.block.runs.empty() && target < position.block.first_target;
}

}  // namespace

// What a target's broker acknowledged it may still lose when it dies, and what hangs of it then
// shares the fate of this producer's next transaction (ARCHITECTURE.md, known limits). So after a
// connection broke a new session looks first. One that has acknowledged no records yet goes on, or
// nothing would be copied past a broker that is never there.
bool Shard::may_have_lost() const
{
    return acknowledged_ && ports_.sink.disturbed() && !is_left_out(producer_recycling);
}

// Nothing of ours is under way once the producer is open. What is open in the log then belongs to
// others, or hangs, and would hide our own checkpoints for ever, or worse, be committed with what
// follows.
asio::awaitable<Result<void>> Shard::settle_log()
{
    if (at_least_once()) co_return Result<void>{};
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
    if (at_least_once()) co_return true;
    if (const auto lost = lost_.find(member.mirror.target()); lost != lost_.end()) {
        const auto from = lost->second;
        lost_.erase(lost);
        const auto position = stored_position(member.mirror.mirror());
        if (!position) co_return fail(position.error());
        // A log that was cut is not for us to judge, but for the verdict.
        const auto& known = *position;
        if (known && known->target_id == facts.target_id &&
            known->block.next_target <= facts.target_end) {
            auto gone_back = co_await go_back(member, *known, from);
            if (!gone_back) lost_.emplace(member.mirror.target(), from);
            if (!gone_back) co_return fail(gone_back.error());
        }
    }
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
    const bool counted = known && known->target_id == facts.target_id &&
                         known->block.next_target > facts.target_stable;
    // What hangs before the newest generation begins is counted by none: go_back() was here.
    const bool given_up =
        counted && known->generation > Generation{0} && is_before(*known, facts.target_stable);
    if (counted && !given_up) {
        const auto settled = co_await settle_hidden(member, *known, facts);
        if (!settled) co_return fail(settled.error());
        if (*settled) co_return false;
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

// A transaction hides what our checkpoints say the target has. It is somebody else's, or its marker
// is lost: then the target has these records in no sense that a reader knows of, and the partition
// goes back to the first of them. False if what hangs is only to be ended.
asio::awaitable<Result<bool>> Shard::settle_hidden(Member& member,
                                                   Checkpoint position,
                                                   PartitionFacts facts)
{
    member.leftovers = Leftovers::unknown;
    const auto first = first_hidden(position, facts.target_stable);
    if (!first) co_return fail(first.error());
    if (!*first || ++member.hidden < hidden_max) {
        const auto later = start_later(
            member, "target_lso_stuck: " + open_transaction_text(member.mirror.target()), 1s);
        if (!later) co_return fail(later.error());
        co_return true;
    }
    if (facts.target_end < position.block.next_target) co_return false;  // for the verdict to judge
    const auto gone_back = co_await go_back(member, std::move(position), facts.target_stable);
    if (!gone_back) co_return fail(gone_back.error());
    co_return true;
}

// The source offset of our record at that offset of the target, if it is of the newest generation.
Result<std::optional<Offset>> Shard::first_hidden(const Checkpoint& position, Offset target) const
{
    const auto found =
        translate(ports_.view, position.source_id, position.partition, Direction::inverse, target);
    if (!found) return fail(found.error());
    const bool ours =
        found->status == Translation::Status::exact && found->generation == position.generation;
    return ours ? found->offset : std::nullopt;
}

// Committed before what hangs is ended, so that it is not taken for copied whatever happens between
// the two. A generation of its own, because the records get other offsets at the target.
asio::awaitable<Result<void>> Shard::go_back(Member& member, Checkpoint position, Offset lost)
{
    const auto first = first_hidden(position, lost);
    if (!first) co_return fail(first.error());
    const auto& to = *first;
    if (!to) co_return Result<void>{};
    ports_.log.warn("the target acknowledged records and lost them: copied again partition={} "
                    "from={} to={}",
                    to_string(member.mirror.at()),
                    to->value(),
                    position.block.next_source.value());
    position.generation = Generation{position.generation.value() + 1};
    position.block = block_at(*to, position.block.next_target);
    position.from_log_start = false;
    position.epoch = LeaderEpoch{-1};
    position.shard = settings_.number;
    position.session = session_;
    position.txn_no = TxnNo{txn_no_.value() + 1};
    position.touched = 1;
    position.seq = PartitionSeq{position.seq.value() + 1};
    position.wall_time_ms = ports_.clock.wall_ms();
    if (auto begun = begin(); !begun) co_return begun;
    auto written = co_await finish(ports_.clock.now() + restore_deadline, {{position}, {}});
    if (!written) co_return fail(written.error().within("going back"));
    co_return start_later(member, "");
}

// The view knows a transaction that the target acknowledged and whose checkpoints it does not have.
// They are written once more, and with them, where readers do not see the records, that these are
// copied again. So the view is never ahead, and every shard mends its own.
asio::awaitable<Result<void>> Shard::restore(Acknowledged lost)
{
    auto checkpoints = ports_.view.checkpoints_of(lost);
    if (!checkpoints) co_return fail(checkpoints.error());
    const auto expected = ends_of(*checkpoints);
    if (!expected) co_return fail(expected.error());
    auto seen = co_await look_at(*expected);
    if (!seen && seen.error().code() == Errc::forbidden) {
        ports_.log.warn("what the target lost cannot be told from what it shows, and is all copied "
                        "again detail={:?}",
                        seen.error().detail());
        seen.emplace();
        for (const auto& [at, end] : *expected) seen->hidden.insert(at);
    }
    if (!seen) co_return fail(seen.error());
    if (!seen->unknown.empty()) {
        co_return fail(Errc::unavailable,
                       "the target lost checkpoints, and does not tell what it has of " +
                           to_string(*seen->unknown.begin()));
    }
    const auto& hidden = seen->hidden;
    suspicious_ = false;
    const auto names = names_of_topics();
    if (!names) co_return fail(names.error());
    std::vector<Checkpoint> unseen;
    std::set<TopicPartition> sources;
    for (const auto& of : *checkpoints) {
        const auto& [source, target] = names->at(of.source_id);
        sources.insert({source, of.partition});
        if (hidden.contains({target, of.partition})) unseen.push_back(of);
    }
    auto starts = co_await starts_again(std::move(unseen));
    if (!starts) co_return fail(starts.error());
    std::ranges::move(*starts, std::back_inserter(*checkpoints));

    session_ = Session{session_.value() + 1};
    const TxnNo txn_no{txn_no_.value() + 1};
    Step step{{ShardSession{settings_.link, settings_.number, session_, txn_no, settings_.node}},
              {}};
    const auto gaps = ports_.view.gaps();
    if (!gaps) co_return fail(gaps.error());
    const auto touched = touched_of(checkpoints->size());
    for (auto& of : *checkpoints) {
        of.session = session_;
        of.txn_no = txn_no;
        of.touched = touched;
        step.records.emplace_back(std::move(of));
    }
    for (const auto& gap : *gaps) {
        if (sources.contains({gap.topic, gap.partition})) step.records.emplace_back(gap);
    }
    ports_.log.warn("the target acknowledged a transaction and lost its checkpoints txn_no={} "
                    "restored={} copied_again={}",
                    lost.txn_no.value(),
                    sources.size() - starts->size(),
                    starts->size());
    if (auto begun = begin(); !begun) co_return begun;
    const auto written = co_await finish(ports_.clock.now() + restore_deadline, step);
    if (!written) co_return fail(written.error().within("restoring checkpoints"));
    co_return Result<void>{};
}

// Checkpoints with which the partitions of these go back to what the log says of them: each begins
// a generation, because its records get other offsets at the target.
asio::awaitable<Result<std::vector<Checkpoint>>> Shard::starts_again(std::vector<Checkpoint> lost)
{
    std::vector<Checkpoint> starts;
    if (lost.empty()) co_return starts;
    std::map<std::pair<TopicId, Partition>, std::optional<Checkpoint>> kept;
    for (const auto& of : lost) kept.try_emplace({of.source_id, of.partition});
    const auto read = co_await ports_.link_log.read(
        Offset{0}, [&](std::span<const LinkRecord> records) -> Result<void> {
            for (const auto& record : records) {
                const auto* const of = std::get_if<Checkpoint>(&record);
                const auto found =
                    of != nullptr ? kept.find({of->source_id, of->partition}) : kept.end();
                if (found == kept.end()) continue;
                auto& newest = found->second;
                if (!newest || newest->seq < of->seq) newest = *of;
            }
            return {};
        });
    if (!read) co_return fail(read.error().within("looking for what came before"));

    for (auto& of : lost) {
        const auto& before = kept.at({of.source_id, of.partition});
        const bool goes_on = before && before->generation == of.generation;
        auto from = goes_on ? before->block.next_source : of.block.first_source;
        // Of several in one transaction the last one tells where it ends.
        if (!starts.empty() && starts.back().source_id == of.source_id &&
            starts.back().partition == of.partition) {
            from = std::min(from, starts.back().block.first_source);
            starts.pop_back();
        }
        of.block = block_at(from, of.block.next_target);
        of.from_log_start = false;
        of.epoch = LeaderEpoch{-1};
        starts.push_back(std::move(of));
    }
    for (auto& of : starts) {
        of.generation = Generation{of.generation.value() + 1};
        of.seq = PartitionSeq{of.seq.value() + 1};
        of.wall_time_ms = ports_.clock.wall_ms();
    }
    co_return starts;
}

// By the ids of all their incarnations: of the link's topics, whether they are handed over yet or
// not.
Result<std::map<TopicId, Shard::Names>> Shard::names_of_topics() const
{
    std::map<TopicId, Names> names;
    const auto add = [&](const TopicId& id, const auto& previous, const Names& of) {
        names.insert_or_assign(id, of);
        for (const auto& before : previous) names.insert_or_assign(before, of);
    };
    const auto owners = ports_.view.topics();
    if (!owners) return fail(owners.error());
    for (const auto& owner : *owners) {
        add(owner.source_id, owner.previous_ids, {owner.source, owner.target});
    }
    for (const auto& [at, member] : members_) {
        const auto& mirror = member.mirror.mirror();
        add(mirror.source_id, mirror.previous_ids, {at.topic, mirror.target});
    }
    return names;
}

// Where the records of these end at the target: those that have any.
Result<std::map<TopicPartition, Offset>> Shard::ends_of(
    const std::vector<Checkpoint>& checkpoints) const
{
    const auto names = names_of_topics();
    if (!names) return fail(names.error());
    std::map<TopicPartition, Offset> ends;
    for (const auto& of : checkpoints) {
        const auto known = names->find(of.source_id);
        if (known == names->end()) {
            return fail(Errc::corrupt, "local view: a checkpoint of a topic that is not ours");
        }
        if (of.block.runs.empty()) continue;
        ends[{known->second.target, of.partition}] = of.block.next_target;
    }
    return ends;
}

}  // namespace strait::links
