#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/acl.hpp"
#include "links/store/delivery.hpp"
#include "links/store/desired.hpp"
#include "links/store/gap.hpp"
#include "links/store/offset_block.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace strait::links {

// Said by a verb, or by the configuration before the link's first start: the target keeps it, and
// it is stronger than the configuration from then on.
struct Order {
    static constexpr std::size_t reason_bytes_max = 1'000;

    Desired desired = Desired::running;
    std::string reason;         // the operator's words; may be empty
    std::int64_t since_ms = 0;  // of the wall clock; 0: since the link's first start

    bool operator==(const Order&) const = default;
};

// L: who a link belongs to, and since when. Its absence means that the link has never run.
struct LinkOwner {
    LinkName link;
    InstallId install;
    ClusterId source_cluster;
    std::uint32_t shards = 0;  // with which it runs: all of them are closed before there are others
    Term term;                 // one more with each start of the link, in whichever process
    Order order;
    Delivery delivery = Delivery::exactly_once;  // never another: positions are read accordingly

    bool operator==(const LinkOwner&) const = default;
};

// What every session of a term is above, and every session of the terms before it below. So of two
// instances the one that claimed the link last wins on every shard, whoever fences whom first.
Session first_session(Term term);

// S: the newest life of a shard's producer. A higher session than one's own: somebody took over.
struct ShardSession {
    LinkName link;
    ShardNumber shard;
    Session session;
    TxnNo txn_no;  // of the newest transaction that had no C of its own
    std::string node;

    bool operator==(const ShardSession&) const = default;
};

// T: a mirror topic belongs to a link. What loop prevention and adoption of targets go by.
struct TopicOwner {
    static constexpr std::size_t previous_ids_max = 64;

    LinkName link;
    TopicName source;
    TopicName target;
    TopicId source_id;
    TopicId target_id;
    ClusterId source_cluster;
    std::uint32_t partitions = 0;       // when it began; later ones start at their first offset
    std::vector<TopicId> previous_ids;  // of the source's earlier incarnations, newest first
    bool released = false;              // an ordinary topic: it was promoted or failed over
    Order order{};                      // of this topic alone, besides that of its link

    // True if it rests whatever its link does.
    [[nodiscard]] bool is_paused() const { return !released && order.desired == Desired::paused; }

    void mirror_again()
    {
        released = false;
        order = {};
    }

    bool operator==(const TopicOwner&) const = default;
};

// C: checkpoint and offset-map block in one. The one with the highest `seq` is the position of its
// partition; those with a lower block.first_source are the map before it.
struct Checkpoint {
    LinkName link;
    TopicId source_id;
    Partition partition;
    Generation generation;

    ShardNumber shard;
    Session session;
    TxnNo txn_no;
    std::uint32_t touched = 0;  // number of C records in this transaction; 1 where there are none,
                                // and each stands for itself
    PartitionSeq seq;
    LeaderEpoch epoch{-1};  // of the record before block.next_source
    TopicId target_id;
    bool from_log_start = false;  // the generation began at the first offset that the source had
    OffsetBlock block;            // its next_source and next_target are the position
    std::int64_t wall_time_ms = 0;

    bool operator==(const Checkpoint&) const = default;
};

// A: the link has made that ACL at the target, or is about to: it may remove what is noted so, and
// nothing else.
struct AclOwner {
    LinkName link;
    kafka::Acl acl;  // literal
    std::int64_t wall_time_ms = 0;

    bool operator==(const AclOwner&) const = default;
};

// What the records of `_strait.links` are compacted by.
struct OwnerKey {
    LinkName link;

    bool operator==(const OwnerKey&) const = default;
};

struct SessionKey {
    LinkName link;
    ShardNumber shard;

    bool operator==(const SessionKey&) const = default;
};

struct TopicKey {
    LinkName link;
    TopicName source;

    bool operator==(const TopicKey&) const = default;
};

struct GapKey {
    LinkName link;
    TopicName topic;
    Partition partition;
    std::uint64_t id = 0;

    bool operator==(const GapKey&) const = default;
};

struct BlockKey {
    LinkName link;
    TopicId source_id;
    Partition partition;
    Generation generation;
    Offset first_source;

    bool operator==(const BlockKey&) const = default;
};

struct AclKey {
    LinkName link;
    kafka::Acl acl;  // literal

    bool operator==(const AclKey&) const = default;
};

using RecordKey = std::variant<OwnerKey, SessionKey, TopicKey, GapKey, BlockKey, AclKey>;

// A tombstone: the record of this key is no more.
struct Removal {
    RecordKey key;

    bool operator==(const Removal&) const = default;
};

// One record of the compacted topic `_strait.links` of the target (links.md 4.2); G is a Gap.
using LinkRecord =
    std::variant<LinkOwner, ShardSession, TopicOwner, Gap, Checkpoint, AclOwner, Removal>;

RecordKey key_of(const LinkRecord& record);
const LinkName& link_of(const LinkRecord& record);

// FORMAT 1 of keys and values. These bytes outlive the program that wrote them: never change what
// is here; another layout is another format, and old ones are read for ever.
//
// A key is u8 type, u8 1, text link, then
//   'L'
//   'S'  u32 shard
//   'T'  text source topic
//   'G'  text topic, u32 partition, u64 id
//   'C'  16 bytes source topic id, u32 partition, u32 generation, u64 first source offset
//   'A'  u8 resource, text name of the resource, text principal, text host, u8 operation,
//        u8 permission, in the numbers of kafka/acl.hpp; the pattern is literal
//
// A value is absent (a tombstone), or u8 format (1; of an L up to 4, of a T up to 3), fields, u32
// CRC-32C of all before it. Fields:
//   'L'  text install id, text source cluster id, u32 shards, u32 term, u8 desired, text reason,
//        u64 since (format 1 ends before desired; 2 knows running and paused only), u8 delivery
//        (from format 4 on, which is written of at_least_once only)
//   'S'  u64 session, u64 txn_no, text node
//   'T'  text target topic, 16 bytes source id, 16 bytes target id, text source cluster id,
//        u32 partitions, u32 number of previous source ids, at most 64, and those, of 16 bytes,
//        u8 released (format 1 ends before it), u8 desired, text reason, u64 since (2 ends before
//        them)
//   'G'  16 bytes old id, 16 bytes new id, u32 generation, u8 cause, u8 policy, u8 open,
//        u64 from, u64 to, u64 target, u32 epoch, u64 wall time, text acknowledged by
//   'C'  u32 shard, u64 session, u64 txn_no, u32 touched, u64 seq, u32 epoch, 16 bytes target id,
//        u8 from log start, u64 wall time, the block in its own format
//   'A'  u64 wall time
//
// Fixed widths are big-endian, negative numbers in two's complement. A text is a varint length and
// that many bytes. Causes and policies are numbered from 0 in the order of gap.hpp.
std::string encode_key(const RecordKey& key);
std::optional<std::string> encode_value(const LinkRecord& record);

// Errc::corrupt for what these cannot have written; Errc::conflict for a newer format or type.
Result<RecordKey> decode_key(std::string_view key);
Result<LinkRecord> decode_record(std::string_view key, std::optional<std::string_view> value);
Result<Checkpoint> decode_checkpoint(const BlockKey& key, std::string_view value);

// Where the records of a link are, in a topic of this many partitions. As fixed as the formats.
Partition links_partition(const LinkName& link, std::int32_t partitions);

}  // namespace strait::links
