#include "core/both.hpp"
#include "core/failpoint.hpp"
#include "links/shard/shard.hpp"
#include "links/store/link_batch.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

// How a transaction ends: the commit protocol of links.md 4.2, and what is done with records that
// the target refuses (4.5).
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto quiet_checkpoint = 60s;  // how often a position that moves without records is kept
constexpr auto look_interval = 200ms;   // how often a commit that waits looks around
constexpr auto sweep_interval = 5s;     // how often those are looked for
constexpr std::size_t removals_max = LinkView::prune_max;  // of a transaction, and a partition's
constexpr int prune_looks_max = 256;                       // partitions before a transaction

// True if that entry of the ledger is among the records.
bool says_of(std::span<const LinkRecord> records, const Gap& entry)
{
    return std::ranges::any_of(records, [&](const LinkRecord& record) {
        const auto* const gap = std::get_if<Gap>(&record);
        return gap != nullptr && gap->topic == entry.topic && gap->partition == entry.partition &&
               gap->id == entry.id;
    });
}

// An entry that somebody has acknowledged meanwhile is closed as that.
void close_arrived(std::vector<Gap>& pending, std::span<const Gap> arrived)
{
    for (auto& entry : pending) {
        const bool closes = entry.open && std::ranges::any_of(arrived, [&](const Gap& gap) {
                                return gap.topic == entry.topic &&
                                       gap.partition == entry.partition && gap.id == entry.id;
                            });
        if (!closes) continue;
        entry.to = entry.from;
        entry.open = false;
    }
}

}  // namespace

Clock::Time Shard::transaction_deadline(const Transaction& transaction) const
{
    const auto begun = transaction.empty() ? ports_.clock.now() : transaction.begun();
    return begun + config_.timeouts.transaction - TimeoutsConfig::reserve;
}

asio::awaitable<Result<void>> Shard::commit(Transaction& transaction)
{
    const auto removals = removals_due();
    if (!removals) co_return fail(removals.error());
    const bool sweep = ports_.clock.now() >= sweep_at_ || !gaps_.empty();
    if (transaction.empty() && !sweep && removals->empty()) co_return Result<void>{};
    if (const auto begun = begin(); !begun) co_return begun;
    if (auto reached = co_await reach("commit.begun", ports_.clock); !reached) co_return reached;
    const auto quiet = quiet_members(transaction);
    const auto is_lost = [](const Result<kafka::Delivered>& delivered) {
        return !delivered || delivered->failed;
    };
    auto [delivered, ids] =
        co_await both(deliver(transaction), ask_ids(transaction, quiet), is_lost);
    if (!delivered) co_return fail(delivered.error().within("flush"));
    if (auto& failed = delivered->failed) {
        co_return fail(co_await refused(transaction, *std::move(failed)));
    }
    if (const auto& refusal = transaction.refusal()) co_return fail(*refusal);
    if (!ids) co_return fail(ids.error());
    if (const auto same = fence(transaction, quiet, *ids); !same) co_return same;
    if (auto reached = co_await reach("commit.delivered", ports_.clock); !reached) {
        co_return reached;
    }
    const auto step = step_of(transaction, delivered->offsets, quiet, *removals);
    if (!step) co_return fail(step.error());
    const bool idle = step->moved.empty() && gaps_.empty() && removals->empty();
    if (idle) co_return co_await roll_back();
    auto finished = co_await finish(transaction_deadline(transaction), *step);
    if (finished) {
        note_written(transaction, delivered->offsets);
        measure(transaction);
        records_ += transaction.records();
        bytes_ += transaction.bytes();
    }
    co_return finished;
}

// Waits for the reports, but not for those of a topic that is not what it was: a deleted one would
// hold up every other partition of the shard until librdkafka gives it up.
asio::awaitable<Result<kafka::Delivered>> Shard::deliver(const Transaction& transaction)
{
    const auto deadline = transaction_deadline(transaction);
    for (;;) {
        const auto until = std::min(deadline, ports_.clock.now() + look_interval);
        auto delivered = co_await ports_.sink.flush(until);
        if (delivered || delivered.error().code() != Errc::timed_out) co_return delivered;
        if (until == deadline) co_return delivered;
        const bool changed = std::ranges::any_of(transaction.parts(), [&](const auto& each) {
            return rechecks_.contains(each.first->at());
        });
        if (changed) co_return fail(Errc::abort_required, "one of its topics changed");
    }
}

void Shard::note_written(const Transaction& transaction, std::span<const Offset> offsets)
{
    written_.clear();
    for (const auto& [mirror, part] : transaction.parts()) {
        const auto targets = Transaction::targets_of(part, offsets);
        if (!targets.empty()) written_[mirror->target()] = {targets.front(), targets.back()};
    }
}

void Shard::measure(const Transaction& transaction) const
{
    if (transaction.empty()) return;
    const std::chrono::duration<double> transit = ports_.clock.now() - transaction.begun();
    ports_.instruments.transit_seconds.Observe(transit.count());
    const auto age_ms = ports_.clock.wall_ms() - transaction.oldest_ms();
    ports_.instruments.end_to_end_seconds.Observe(static_cast<double>(age_ms) / 1000);
}

// The partitions whose position is written with this transaction although it has no record of them:
// one that moved without records now and then only, and all of them with a gap. Those that do not
// fit any more follow with the next transaction, at once.
std::vector<Shard::Member*> Shard::quiet_members(const Transaction& transaction)
{
    std::vector<Member*> quiet;
    const auto now = ports_.clock.now();
    if (now < sweep_at_ && gaps_.empty()) return quiet;
    sweep_at_ = now + sweep_interval;
    std::set<TopicPartition> with_gaps;
    for (const auto& gap : gaps_) with_gaps.insert({gap.topic, gap.partition});
    auto count = transaction.parts().size();
    const auto now_ms = ports_.clock.wall_ms();
    for (auto& [at, member] : members_) {
        const auto& mirror = member.mirror;
        const bool late = now_ms - mirror.last_commit_ms() >= quiet_checkpoint / 1ms;
        const bool due = !mirror.stored() || late || !gaps_.empty();
        if (!mirror.active() || !mirror.moved() || !due) continue;
        if (transaction.parts().contains(&mirror)) continue;
        if (count >= Transaction::partitions_max && !with_gaps.contains(at)) {
            sweep_at_ = now;
            continue;
        }
        quiet.push_back(&member);
        ++count;
    }
    return quiet;
}

void Shard::prune(const TopicPartition& at, Offset target_log_start)
{
    const auto found = members_.find(at);
    if (found != members_.end() && found->second.mirror.active()) {
        log_starts_.insert_or_assign(at, target_log_start);
    }
}

// Tombstones of blocks that the target's retention has passed. They leave the view when they are
// committed and are found again until then, so an abort loses nothing; a partition is done with
// when none is found.
Result<std::vector<LinkRecord>> Shard::removals_due()
{
    std::vector<LinkRecord> removals;
    int looks = 0;
    for (auto next = log_starts_.begin(); next != log_starts_.end();) {
        if (removals.size() >= removals_max || ++looks > prune_looks_max) break;
        const auto at = next++;
        const auto before = removals.size();
        if (const auto member = members_.find(at->first); member != members_.end()) {
            const auto& mirror = member->second.mirror.mirror();
            auto ids = mirror.previous_ids;
            ids.push_back(mirror.source_id);
            for (const auto& id : ids) {
                const auto found = ports_.view.prune(id, mirror.source.partition, at->second);
                if (!found) return fail(found.error());
                removals.insert(removals.end(), found->begin(), found->end());
                if (removals.size() >= removals_max) break;
            }
        }
        if (removals.size() == before) log_starts_.erase(at);
    }
    return removals;
}

// The checkpoints of all that moved, the gaps that were found, and the tombstones of what is
// forgotten.
Result<Shard::Step> Shard::step_of(const Transaction& transaction,
                                   std::span<const Offset> offsets,
                                   std::span<Member* const> quiet,
                                   std::span<const LinkRecord> removals)
{
    Step step;
    std::vector<Gap> dead_letters;
    std::vector<Gap> closed;
    const TransactionId id{settings_.link, settings_.number, session_, TxnNo{txn_no_.value() + 1}};
    const auto now_ms = ports_.clock.wall_ms();
    const auto add = [&](const PartitionMirror& mirror,
                         const Transaction::Part& part,
                         std::span<const Offset> targets) -> Result<void> {
        auto some = mirror.checkpoints(id, part.copied, targets);
        if (!some) return fail(some.error());
        if (!some->empty()) {
            const auto foreign = mirror.foreign_writes(targets);
            step.moved.push_back({mirror.at(), some->size(), {part.newest_ms, foreign}});
            for (auto gap : members_.at(mirror.at()).open_gaps) {
                if (!arrived_after_all(gap, mirror.position(), some->back())) continue;
                gap.to = gap.from;
                gap.open = false;
                closed.push_back(std::move(gap));
            }
        }
        std::ranges::move(*some, std::back_inserter(step.records));
        return {};
    };
    for (const auto& [mirror, part] : transaction.parts()) {
        const auto targets = Transaction::targets_of(part, offsets);
        if (auto added = add(*mirror, part, targets); !added) {
            return fail(compare_again(mirror->at(), added.error()));
        }
        if (!part.dead_letter) continue;
        const auto& letter = members_.at(mirror->at()).dead_letter;
        assert(letter);
        dead_letters.push_back(letter->gap);
    }
    for (const auto* const member : quiet) {
        if (!member->mirror.active()) continue;  // since its topic's id was asked for
        if (auto added = add(member->mirror, {}, {}); !added) return fail(added.error());
    }

    for (auto& record : step.records) {
        auto& checkpoint = std::get<Checkpoint>(record);
        checkpoint.touched = touched_of(step.records.size());
        checkpoint.wall_time_ms = now_ms;
    }
    if (step.records.empty()) {
        step.records.emplace_back(
            ShardSession{settings_.link, settings_.number, session_, id.txn_no, settings_.node});
    }
    forget_unpassed(step);
    close_arrived(gaps_, closed);
    step.records.insert(step.records.end(), gaps_.begin(), gaps_.end());
    for (auto& gap : dead_letters) {
        auto entry = ledger_entry(std::move(gap));
        if (!entry) return fail(entry.error());
        if (auto& noted = *entry) step.records.emplace_back(*std::move(noted));
    }
    // What was given up in the end, instead of arriving, is said alone.
    std::erase_if(closed, [&](const Gap& gap) { return says_of(step.records, gap); });
    step.records.insert(step.records.end(), closed.begin(), closed.end());
    step.records.insert(step.records.end(), removals.begin(), removals.end());
    return step;
}

// The target went on below what it had: it was created again, or cut. The partition's next start
// finds out which.
Error Shard::compare_again(const TopicPartition& at, const Error& cause)
{
    auto taken_out = start_later(members_.at(at), cause.detail());
    if (!taken_out) return taken_out.error();
    return Error{Errc::abort_required, cause.detail()};
}

// Steps 5 to 7 of a transaction: the checkpoints, the commit, and only then the view.
asio::awaitable<Result<void>> Shard::finish(Clock::Time deadline, const Step& step)
{
    const auto first = co_await write(deadline, step);
    if (!first) co_return fail(first.error());
    if (auto noted = note_commit(step, *first); !noted) co_return noted;
    if (auto reached = co_await reach("commit.viewed", ports_.clock); !reached) {
        co_return fail(Errc::fatal, reached.error().detail());
    }
    co_return Result<void>{};
}

// Returns where the records begin in the log, all reported.
asio::awaitable<Result<Offset>> Shard::append_to_log(Clock::Time deadline,
                                                     std::span<const LinkRecord> records)
{
    const auto batch = batch_of(records, ports_.clock.wall_ms());
    if (auto appended = co_await ports_.sink.append(ports_.link_log.place(), batch); !appended) {
        co_return fail(appended.error().within("checkpoint"));
    }
    const auto delivered = co_await ports_.sink.flush(deadline);
    if (!delivered) co_return fail(delivered.error().within("checkpoint"));
    if (const auto& failed = delivered->failed) {
        const auto& error = failed->error;
        const auto code = error.code() == Errc::fatal ? Errc::fatal : Errc::abort_required;
        co_return fail(Error{code, error.detail()}.within("checkpoint"));
    }
    assert(delivered->offsets.size() >= records.size());  // the data come before them
    co_return *std::prev(delivered->offsets.end(), std::ssize(records));
}

// Returns where the records of the step begin in the log.
asio::awaitable<Result<Offset>> Shard::write(Clock::Time deadline, const Step& step)
{
    const auto first = at_least_once() ? co_await append_in_parts(deadline, step.records)
                                       : co_await append_to_log(deadline, step.records);
    if (!first) co_return first;
    if (may_have_lost()) {
        co_return fail(Errc::abort_required, "a connection to the target broke");
    }

    if (auto reached = co_await reach("commit.checkpointed", ports_.clock); !reached) {
        co_return fail(reached.error());
    }

    const auto started = ports_.clock.now();
    const auto committed = co_await ports_.sink.commit(started + config_.timeouts.transaction);
    const auto took = ports_.clock.now() - started;
    ports_.instruments.commit_seconds.Observe(std::chrono::duration<double>{took}.count());
    if (!committed) {
        const bool cancelled = committed.error().code() == Errc::cancelled;
        co_return fail(cancelled ? Errc::cancelled : Errc::fatal,
                       "commit unknown: " + committed.error().detail());
    }
    begun_ = false;
    if (auto reached = co_await reach("commit.committed", ports_.clock); !reached) {
        co_return fail(Errc::fatal, "commit unknown: " + reached.error().detail());
    }
    // No request is sent twice before the whole of its time is over, so the announcement of a
    // session may take a little longer: where every end is slow nothing else would ever be
    // committed.
    note_end(took, settings_.recycle_after * (step.moved.empty() ? 3 : 2) / 2);
    co_return first;
}

Result<void> Shard::note_commit(const Step& step, Offset first)
{
    txn_no_ = TxnNo{txn_no_.value() + 1};
    committed_at_ = ports_.clock.now();
    ++committed_;
    aborts_in_a_row_ = 0;
    abort_backoff_.reset();
    trouble_.reset();
    std::erase_if(gaps_, [&](const Gap& gap) {
        return std::ranges::find(step.records, LinkRecord{gap}) != step.records.end();
    });
    auto applied = ports_.view.apply_committed(settings_.number, step.records, first);
    if (!applied) {
        // The target has the transaction, so nothing may go on from what is remembered here: only
        // a new session, from what the target says.
        const auto code = applied.error().code() == Errc::corrupt ? Errc::corrupt : Errc::fatal;
        return fail(code, applied.error().detail());
    }

    const bool announced = step.moved.empty() && step.records.size() == 1;
    acknowledged_ = acknowledged_ || !announced;
    std::vector<Member*> again;
    std::size_t at_record = 0;
    for (const auto& [at, count, effects] : step.moved) {
        auto& member = members_.at(at);
        std::vector<Checkpoint> checkpoints;
        for (const auto end = at_record + count; at_record < end; ++at_record) {
            checkpoints.push_back(std::get<Checkpoint>(step.records[at_record]));
        }
        if (effects.foreign_writes > 0 && member.mirror.foreign_writes() == 0) {
            ports_.log.warn("others write to the mirror partition={} target={}",
                            to_string(at),
                            to_string(member.mirror.target()));
        }
        std::erase_if(member.open_gaps, [&](const Gap& gap) {
            return arrived_after_all(gap, member.mirror.position(), checkpoints.back());
        });
        member.mirror.committed(checkpoints, effects);
        member.lost_end = Offset{};
        member.out_of_range = 0;
        member.refusals.reset();
        const auto next = member.mirror.position().block.next_source;
        if (member.skipped && next >= member.skipped->to) member.skipped.reset();
        if (member.isolation && next >= member.isolation->until) member.isolation.reset();
        if (member.dead_letter && next >= member.dead_letter->gap.to) member.dead_letter.reset();
        if (member.reassign && member.mirror.active()) again.push_back(&member);
    }
    return reassign(again);
}

}  // namespace strait::links
