#pragma once

#include "links/link_directory.hpp"
#include "links/link_status.hpp"
#include "links/store/gap.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strait::api {

// What /v1/links answers with (links.md 8). The members are the wire names; there is no other place
// for them, and the command line reads its answers through the same structs. Answers may grow.

struct PartitionDocument {
    std::int32_t id = 0;
    std::string state;
    std::string reason;
    std::string lane;
    std::optional<std::int64_t> next_source_offset;  // both: null until it is known
    std::optional<std::int64_t> source_lso;
    std::optional<std::int64_t> source_end;
    std::optional<std::int64_t> next_target_offset;
    std::optional<std::int64_t> lag;
    std::optional<std::string> last_commit;  // RFC 3339, UTC
    std::uint64_t runs = 0;
};
BOOST_DESCRIBE_STRUCT(PartitionDocument,
                      (),
                      (id,
                       state,
                       reason,
                       lane,
                       next_source_offset,
                       source_lso,
                       source_end,
                       next_target_offset,
                       lag,
                       last_commit,
                       runs))

struct TopicDocument {
    std::string source;
    std::string target;
    std::string state;
    std::string reason;
    std::string identity;  // topic_id, or inferred where the brokers know none
    std::vector<PartitionDocument> partitions;
    std::string configs{};  // why they could not be kept, or empty
};
BOOST_DESCRIBE_STRUCT(TopicDocument,
                      (),
                      (source, target, state, reason, configs, identity, partitions))

struct SideDocument {
    std::string cluster;
    std::string cluster_id;
    bool reachable = false;
};
BOOST_DESCRIBE_STRUCT(SideDocument, (), (cluster, cluster_id, reachable))

struct LagDocument {
    std::int64_t records = 0;
    std::int64_t bytes_estimate = 0;
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(LagDocument, (), (records, bytes_estimate, seconds))

struct TransactionsDocument {
    std::uint64_t committed = 0;
    std::uint64_t aborted = 0;
    std::uint64_t recycled = 0;
};
BOOST_DESCRIBE_STRUCT(TransactionsDocument, (), (committed, aborted, recycled))

struct GapsDocument {
    std::uint64_t open = 0;            // halt a partition
    std::uint64_t unacknowledged = 0;  // of records that the target will never have
    std::uint64_t total = 0;
};
BOOST_DESCRIBE_STRUCT(GapsDocument, (), (open, unacknowledged, total))

// A link as the list shows it.
struct LinkDocument {
    std::string name;
    std::string managed_by;  // config, api or catalog: who may change and delete it
    std::string state;
    std::string reason;
    std::string delivery;
    std::string delivery_caveat{};  // what readers of the target have to know about it, or empty
    SideDocument source;
    SideDocument target;
    LagDocument lag;
    TransactionsDocument transactions;
    GapsDocument gaps;
    std::string acls{};  // why those of the mirrors could not be kept, or empty
};
BOOST_DESCRIBE_STRUCT(LinkDocument,
                      (),
                      (name,
                       managed_by,
                       state,
                       reason,
                       delivery,
                       delivery_caveat,
                       source,
                       target,
                       lag,
                       transactions,
                       gaps,
                       acls))

struct GroupDocument {
    std::string id;
    std::string state;
    std::string reason;
    double staleness_s = 0;
    std::int64_t rereads = 0;
};
BOOST_DESCRIBE_STRUCT(GroupDocument, (), (id, state, reason, staleness_s, rereads))

// What a failover now would cost.
struct FailoverNowDocument {
    std::int64_t lost_records = 0;
    double lost_seconds = 0;
    std::int64_t rereads = 0;
};
BOOST_DESCRIBE_STRUCT(FailoverNowDocument, (), (lost_records, lost_seconds, rereads))

struct LinkStatusDocument : LinkDocument {
    std::vector<TopicDocument> topics;
    std::vector<GroupDocument> groups;
    FailoverNowDocument failover_now;
};
BOOST_DESCRIBE_STRUCT(LinkStatusDocument, (LinkDocument), (topics, groups, failover_now))

struct GapDocument {
    std::uint64_t id = 0;
    std::string topic;
    std::string old_topic_id;
    std::string new_topic_id;
    std::int32_t partition = 0;
    std::uint32_t generation = 0;
    std::string cause;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::int64_t target_offset = 0;
    std::int32_t epoch = -1;
    std::string policy;
    bool open = false;
    std::string time;  // RFC 3339, UTC
    std::string acknowledged_by;
};
BOOST_DESCRIBE_STRUCT(GapDocument,
                      (),
                      (id,
                       topic,
                       old_topic_id,
                       new_topic_id,
                       partition,
                       generation,
                       cause,
                       from,
                       to,
                       target_offset,
                       epoch,
                       policy,
                       open,
                       time,
                       acknowledged_by))

struct TranslatedDocument {
    std::string topic;
    std::int32_t partition = 0;
    std::optional<std::int64_t> offset;
    std::string status;
    std::uint32_t generation = 0;
    std::uint64_t as_of_txn = 0;
    std::int64_t not_replicated = 0;
};
BOOST_DESCRIBE_STRUCT(TranslatedDocument,
                      (),
                      (topic, partition, offset, status, generation, as_of_txn, not_replicated))

struct PositionDocument {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(PositionDocument, (), (topic, partition, offset))

// The body of POST /v1/links/{}:translate.
struct TranslateDocument {
    std::string direction;
    std::vector<PositionDocument> positions;
};
BOOST_DESCRIBE_STRUCT(TranslateDocument, (), (direction, positions))

// What the lists are wrapped in.
template <class T>
struct ItemsDocument {
    std::vector<T> items;
};
BOOST_DESCRIBE_STRUCT(ItemsDocument<LinkDocument>, (), (items))
BOOST_DESCRIBE_STRUCT(ItemsDocument<GapDocument>, (), (items))

struct TranslatedPositionsDocument {
    std::vector<TranslatedDocument> positions;
};
BOOST_DESCRIBE_STRUCT(TranslatedPositionsDocument, (), (positions))

LinkDocument document_of(const links::LinkStatus& link);
LinkStatusDocument status_document_of(const links::LinkStatus& link);
GapDocument document_of(const links::Gap& gap);
TranslatedDocument document_of(const links::TranslatedPosition& position);

}  // namespace strait::api
