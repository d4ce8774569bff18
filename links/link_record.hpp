#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/gap.hpp"
#include "links/offset_block.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace strait::links {

// L: who a link belongs to. Its absence means that the link has never run.
struct LinkOwner {
    LinkName link;
    InstallId install;
    ClusterId source_cluster;
    std::uint32_t shards =
        0;  // with which it last ran: all of these ids are fenced before a change

    bool operator==(const LinkOwner&) const = default;
};

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
    LinkName link;
    TopicName source;
    TopicName target;
    TopicId source_id;
    TopicId target_id;
    ClusterId source_cluster;

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
    std::uint32_t touched = 0;  // number of C records in this transaction
    PartitionSeq seq;
    LeaderEpoch epoch{-1};  // of the record before block.next_source
    TopicId target_id;
    bool from_log_start = false;  // the generation began at the first offset that the source had
    OffsetBlock block;            // its next_source and next_target are the position
    std::int64_t wall_time_ms = 0;

    bool operator==(const Checkpoint&) const = default;
};

// One record of the compacted topic `_strait.links` of the target (links.md 4.2); G is a Gap.
using LinkRecord = std::variant<LinkOwner, ShardSession, TopicOwner, Gap, Checkpoint>;

}  // namespace strait::links
