#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/block_cursor.hpp"
#include "links/store/gap.hpp"
#include "links/store/group_marks.hpp"
#include "links/store/link_record.hpp"
#include "links/store/view_keys.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strait::links {

// The newest life and transaction of a shard, from its S and C records.
struct ShardState {
    ShardNumber shard;
    Session session;            // the highest
    std::string node;           // that wrote its S; empty if that was not seen
    TxnNo txn_no;               // the newest transaction
    std::uint32_t touched = 0;  // C records that it wrote
    std::uint32_t seen = 0;     // and those of them that are here

    [[nodiscard]] bool torn() const { return seen < touched; }

    bool operator==(const ShardState&) const = default;
};

// The newest transaction of a shard, as the target acknowledged it, and from where on it has to be
// found there. What is acknowledged can still be lost (ARCHITECTURE.md, known limits).
struct Acknowledged {
    ShardNumber shard;
    Session session;
    TxnNo txn_no;
    Offset from;

    // True if the record is a part of it.
    [[nodiscard]] bool shown_by(const LinkRecord& record) const;

    // True if the record is a part of another one that has its place: of its number or a later one.
    [[nodiscard]] bool is_replaced_by(const LinkRecord& record) const;

    bool operator==(const Acknowledged&) const = default;
};

// What is known here of one link's records in `_strait.links`. Borrows the LocalView it is from.
//
// Reads: any thread, at any time. Writes: one thread at a time per shard number and per partition,
// so shards apply their own transactions without waiting for each other. Errc::corrupt for bytes
// that do not read back (LocalView::condemn), Errc::unavailable for a full or failing disk.
class LinkView {
  public:
    static constexpr std::size_t prune_max = 1'000;

    // Takes over records of this link in the order in which they were read or written, and notes
    // that the shard has seen everything of the topic's partition before `applied`: all or nothing.
    // Records that were taken over before, or that are older than what is here, change nothing, so
    // any stretch of the topic may be read again. Those of other links are left out.
    //
    // What is acknowledged() stays so until `applied` is another offset than before.
    Result<void> apply(ShardNumber shard, std::span<const LinkRecord> records, Offset applied);

    // The same for a transaction that the shard has just committed, and whose records of the topic
    // begin at `first`: from there on it is read again. REQUIRES: an S or C record comes first.
    Result<void> apply_committed(ShardNumber shard,
                                 std::span<const LinkRecord> records,
                                 Offset first);

    // From where the shard has to read; of several the lowest. Absent: from the start.
    [[nodiscard]] Result<std::optional<Offset>> applied(ShardNumber shard) const;
    [[nodiscard]] Result<std::optional<Offset>> applied_min(std::uint32_t shards) const;

    // What the target has to show when it is read again; if it does not, this view is ahead of it.
    // At most one of each shard.
    [[nodiscard]] Result<std::vector<Acknowledged>> acknowledged() const;

    // The checkpoints of that transaction, those of one partition together and in their order.
    // REQUIRES: it is the newest of its shard.
    [[nodiscard]] Result<std::vector<Checkpoint>> checkpoints_of(const Acknowledged& newest) const;

    // The newest checkpoints.
    [[nodiscard]] Result<std::optional<Checkpoint>> position(const TopicId& topic,
                                                             Partition partition) const;
    [[nodiscard]] Result<std::vector<Checkpoint>> positions() const;

    [[nodiscard]] Result<std::optional<LinkOwner>> owner() const;
    [[nodiscard]] Result<std::vector<TopicOwner>> topics() const;
    [[nodiscard]] Result<std::vector<Gap>> gaps() const;  // oldest first
    [[nodiscard]] Result<std::vector<AclOwner>> acls() const;

    // The newest S of a shard: cheap, where state_of() looks at the position of every partition.
    [[nodiscard]] Result<std::optional<ShardSession>> session_of(ShardNumber shard) const;

    // As of one moment, whatever is applied meanwhile; absent if the shard never wrote. One that is
    // torn() committed a transaction of which a part is missing.
    [[nodiscard]] Result<std::optional<ShardState>> state_of(ShardNumber shard) const;

    // Notes where the target's log starts, and returns what is to be forgotten of the blocks before
    // it: at most prune_max tombstones, for the next transaction. They go when they are applied.
    // The first block of a generation stays, because it says where the generation began, and so
    // does the position. A write, by the partition's thread.
    Result<std::vector<Removal>> prune(const TopicId& topic,
                                       Partition partition,
                                       Offset target_log_start);

    // What is remembered of the consumer groups. Not a part of `_strait.links`: a view that is made
    // again has forgotten it. Empty marks are forgotten. Control thread.
    Result<void> remember(const GroupName& group, const GroupMarks& marks);
    [[nodiscard]] Result<std::map<GroupName, GroupMarks>> remembered() const;

    // What the source said last of its configs that are held at the target, until a promotion sets
    // them there; empty if it has said nothing yet. One thread writes.
    Result<void> keep_held_values(const TopicName& source, const HeldValues& held);
    [[nodiscard]] Result<HeldValues> held_values(const TopicName& source) const;

    // Forgets the link: everything has to be read again. No other write meanwhile.
    Result<void> clear();

    // For translation: the newest block of a partition, and a walk through all of them.
    [[nodiscard]] Result<std::optional<PartitionHead>> head(const TopicId& topic,
                                                            Partition partition) const;
    [[nodiscard]] BlockCursor blocks(const TopicId& topic, Partition partition) const;

  private:
    friend class LocalView;

    LinkView(const ViewDatabase& database, std::uint32_t number, LinkName name);

    [[nodiscard]] MirrorPrefix mirror(const TopicId& topic, Partition partition) const;
    [[nodiscard]] Result<std::optional<ShardState>> count_newest(ShardNumber shard) const;
    [[nodiscard]] Result<std::vector<Checkpoint>> of_one_transaction(
        const Checkpoint& newest) const;

    ViewDatabase database_;
    std::uint32_t number_;
    LinkName name_;
};

}  // namespace strait::links
