#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/record.hpp"
#include "links/shard/mirror_state.hpp"
#include "links/shard/partition_verdict.hpp"
#include "links/shard/ports.hpp"
#include "links/store/link_record.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {

// A record as the offset map remembers it.
struct Copied {
    Offset source;
    std::uint64_t digest = 0;  // xxh3-64 over key, value, headers and timestamp
};

// Which transaction a checkpoint belongs to.
struct TransactionId {
    LinkName link;
    ShardNumber shard;
    Session session;
    TxnNo txn_no;
};

std::uint64_t digest_of(const kafka::Record& record);

// That of a block with one more record.
std::uint64_t extended_digest(std::uint64_t block, std::uint64_t record);

// One partition of a shard: what is committed, what was read since, and whether it goes on. Plain
// state without I/O: the shard tells it what happened. The truth is at the target, so after a
// failure the shard makes a new one from the checkpoints.
//
// Not thread-safe: its shard's.
class PartitionMirror {
  public:
    explicit PartitionMirror(Mirror mirror);

    // Begins as the verdict says; `position` is what the verdict was made from.
    void start(const Verdict& verdict,
               const std::optional<Checkpoint>& position,
               const PartitionFacts& facts);

    // What is known of it before start(), and shown while it can not start.
    void remember(const Checkpoint& position);

    // The batch was read, and is in the current transaction. Errc::data_loss if it begins below
    // what was read before, and then nothing changes.
    Result<void> read(const kafka::RecordBatch& batch);

    // The source's log ends there, or did a moment ago: that of the topic of this name.
    void heard(Offset end) noexcept { heard_end_ = std::max(heard_end_, end); }

    // The source topic's id was asked for after all that was heard of its ends, and is
    // position().source_id: it was that all the while.
    void confirm() noexcept { source_end_ = std::max(source_end_, heard_end_); }

    // Nothing more is before `offset` at the source.
    void passed(Offset offset);

    // What is before `offset` and was not read is given up, for the ledger to say.
    void gave_up_to(Offset offset);

    // All that the source has from there on was read, up to what comes next.
    [[nodiscard]] Offset unbroken_from() const noexcept { return unbroken_from_; }

    // The target has more of it than the position says: up to there.
    void found(Offset next, LeaderEpoch epoch);

    // The checkpoints of a transaction in which `copied` went to `targets`, in the order of both:
    // one, or several where blocks filled up; none if nothing moved. Without `touched` and time,
    // which the shard knows. Errc::data_loss if the target's offsets are not above those before.
    [[nodiscard]] Result<std::vector<Checkpoint>> checkpoints(
        const TransactionId& transaction,
        std::span<const Copied> copied,
        std::span<const Offset> targets) const;

    // What else the transaction did, for committed().
    struct Effects {
        std::optional<std::int64_t> newest_ms{};  // timestamp of its newest record
        std::uint64_t foreign_writes = 0;
    };

    // REQUIRES: these are what checkpoints() gave, and not empty.
    void committed(std::span<const Checkpoint> checkpoints, const Effects& effects);

    // How many target offsets between the last record and these, the next ones, are neither markers
    // of ours nor records that we gave up: others write to the mirror. Never too many; what others
    // wrote before start() is not told.
    [[nodiscard]] std::uint64_t foreign_writes(std::span<const Offset> targets) const;

    // So many records of a transaction that did not commit may be in the target's log.
    void gave_up(std::size_t records) noexcept;

    // Forgets what was read since the last commit; the caller assigns the partition again.
    void aborted();

    // Out of the data path until start(): `halted`, `source_gone`, or `starting` when it is tried
    // again. What is in the current transaction stays there.
    void stop(MirrorState state, std::string reason);

    // REQUIRES: active(). What an operator should know although it goes on; empty: nothing.
    void alert(std::string reason) { reason_ = std::move(reason); }

    [[nodiscard]] const Mirror& mirror() const noexcept { return mirror_; }
    [[nodiscard]] TopicPartition target() const { return {mirror_.target, at().partition}; }
    [[nodiscard]] const TopicPartition& at() const noexcept { return mirror_.source; }
    [[nodiscard]] MirrorState state() const noexcept { return state_; }
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
    [[nodiscard]] bool active() const noexcept { return state_ == MirrorState::active; }

    // The committed position; what start() was given until the first commit.
    [[nodiscard]] const Checkpoint& position() const noexcept { return position_; }
    [[nodiscard]] kafka::StartAt resume_at() const;

    // The target has all below that there is: the committed position, and beyond it what was passed
    // without a record. What lag is measured from.
    [[nodiscard]] Offset caught_up_to() const noexcept;

    // The highest confirmed end of the source's log: what is lost of an incarnation that is gone
    // lies before it.
    [[nodiscard]] Offset source_end() const noexcept { return source_end_; }
    [[nodiscard]] bool confirmed() const noexcept { return heard_end_ <= source_end_; }

    // True if the position moved without a record, or is not stored at all yet.
    [[nodiscard]] bool moved() const noexcept;
    [[nodiscard]] bool stored() const noexcept { return stored_; }
    // When the position was stored, by the wall clock; 0 if it never was.
    [[nodiscard]] std::int64_t last_commit_ms() const noexcept { return position_.wall_time_ms; }
    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }
    [[nodiscard]] std::uint64_t foreign_writes() const noexcept { return foreign_writes_; }

    // Of the newest record that was copied, or else when the position was stored; absent if neither
    // is known.
    [[nodiscard]] std::optional<std::int64_t> newest_ms() const noexcept;

  private:
    Mirror mirror_;
    MirrorState state_ = MirrorState::starting;
    std::string reason_;
    Checkpoint position_;
    Offset read_;  // the next source offset, uncommitted records included
    Offset unbroken_from_;
    Offset heard_end_;   // of the source's log, if it is still that of this incarnation
    Offset source_end_;  // of this incarnation for sure
    LeaderEpoch epoch_{-1};
    bool uncommitted_ = false;  // records were read since the last commit
    bool stored_ = false;
    std::uint64_t runs_ = 0;
    std::optional<std::int64_t> newest_ms_;  // of what was copied since start()
    std::int64_t own_offsets_ = 0;  // at most so many of the target's next ones hold no record
    std::uint64_t foreign_writes_ = 0;
};

}  // namespace strait::links
