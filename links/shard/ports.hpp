#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/consumer.hpp"
#include "kafka/producer.hpp"
#include "kafka/record.hpp"
#include "links/shard/source_stamp.hpp"
#include "links/store/link_record.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

// What a shard needs of its two clusters. These are the seams of the engine: a lane implements the
// source and the sink, a test stands in for all of them. The unit is a batch, not a record.
namespace strait::links {

// The partitions of the source cluster that one shard reads; kafka/consumer.hpp has the contract.
class ShardSource {
  public:
    virtual ~ShardSource() = default;

    virtual Result<void> assign(std::span<const kafka::StartAt> partitions) = 0;
    virtual Result<void> unassign(std::span<const TopicPartition> partitions) = 0;
    virtual boost::asio::awaitable<Result<kafka::Fetched>> next(Clock::Time deadline) = 0;
    [[nodiscard]] virtual std::optional<Error> trouble() const = 0;
};

// The transactions of one shard at the target cluster; kafka/producer.hpp has the contract.
class ShardSink {
  public:
    virtual ~ShardSink() = default;

    // Begins a new life: the producer of the one before is destroyed, and fenced.
    virtual boost::asio::awaitable<Result<void>> open(Clock::Time deadline) = 0;

    virtual Result<void> begin() = 0;
    virtual boost::asio::awaitable<Result<void>> append(const TopicPartition& to,
                                                        const kafka::RecordBatch& batch) = 0;
    virtual void send_now() = 0;
    virtual boost::asio::awaitable<Result<kafka::Delivered>> flush(Clock::Time deadline) = 0;
    virtual boost::asio::awaitable<Result<void>> commit(Clock::Time deadline) = 0;
    virtual boost::asio::awaitable<Result<void>> abort(Clock::Time deadline) = 0;
    [[nodiscard]] virtual bool disturbed() const = 0;
    [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
    [[nodiscard]] virtual std::optional<Error> trouble() const = 0;
};

// The link's partition of `_strait.links` at the target.
class LinkLog {
  public:
    using Visitor = std::function<Result<void>(std::span<const LinkRecord>)>;

    virtual ~LinkLog() = default;

    // Where its records are appended.
    [[nodiscard]] virtual TopicPartition place() const = 0;

    // Shows every committed record from `from` to the end, in order, and returns that end: the
    // high watermark at the time of the call. It waits for transactions that are open below it,
    // because their outcome is part of the truth (links.md, trap 5). Errc::conflict for records of
    // a newer format, for damaged ones, and when the log ends before `from`.
    virtual boost::asio::awaitable<Result<Offset>> read(Offset from, Visitor visit) = 0;

    // True if no transaction is open below the end, of whomever.
    virtual boost::asio::awaitable<Result<bool>> settled() = 0;
};

// What a source partition has.
struct SourceEnds {
    Offset lso;  // all that can be read lies before it
    Offset end;  // high watermark

    bool operator==(const SourceEnds&) const = default;
};

// One partition and its mirror, as the link wants it.
struct Mirror {
    TopicPartition source;
    TopicName target;
    TopicId source_id;                  // of the incarnation that is to be mirrored
    std::vector<TopicId> previous_ids;  // of those that were mirrored before it, newest first
    TopicId target_id;
    bool from_log_start = false;  // a partition added to a topic that is mirrored already
    bool left = false;            // the source's topic has fewer partitions now

    bool operator==(const Mirror&) const = default;
};

// What both clusters say of one partition at one moment.
struct PartitionFacts {
    TopicId source_id;
    TopicId target_id;
    Offset source_low;    // the first offset that there is
    Offset source_end;    // high watermark
    Offset source_start;  // where the link's `start` falls
    Offset target_low;
    Offset target_stable;   // where the first open transaction begins, or target_end
    Offset target_end;      // high watermark
    bool at_source = true;  // false: the topic has fewer partitions, and no such offsets
};

// Questions to both clusters that are not part of the data path.
class Survey {
  public:
    using Facts = std::map<TopicPartition, Result<PartitionFacts>>;  // by source
    using Ids = std::map<TopicName, Result<TopicId>>;

    virtual ~Survey() = default;

    virtual boost::asio::awaitable<Result<Facts>> facts(std::vector<Mirror> mirrors) = 0;

    // Where the logs of partitions at the target end, and where the first open transaction begins.
    struct TargetEnds {
        Offset stable;
        Offset end;  // high watermark
    };
    using Ends = std::map<TopicPartition, Result<TargetEnds>>;
    virtual boost::asio::awaitable<Result<Ends>> target_ends(std::set<TopicPartition> targets) = 0;

    // Whether readers of committed records see each of these of the target, one in each partition;
    // without those that do not answer. REQUIRES: no open transaction begins before them.
    // Errc::forbidden without the right to READ.
    virtual boost::asio::awaitable<Result<std::map<TopicPartition, bool>>> visible(
        std::map<TopicPartition, Offset> records) = 0;

    // A stretch of a partition of the target, and what is to be found in it.
    struct Tail {
        Offset from;
        Offset to;
        CopyChain chain;
    };
    using Tails = std::map<TopicPartition, Tail>;
    using Chains = std::map<TopicPartition, CopyChain>;

    // The same chains, each with the copies that lie in its stretch, or with as many as it takes.
    virtual boost::asio::awaitable<Result<Chains>> find_copies(Tails tails) = 0;

    // The ids of source topics, requested after the call: the fence of every commit. It ends by the
    // deadline, or by `client.admin_timeout`.
    virtual boost::asio::awaitable<Result<Ids>> source_ids(std::set<TopicName> topics,
                                                           Clock::Time deadline) = 0;

    // Raises the target topic's `max.message.bytes` to that of the source, or to the link's
    // `limits.record` if that is less. Errc::too_large if it is there already, and Errc::forbidden
    // without the right to.
    virtual boost::asio::awaitable<Result<void>> raise_record_limit(TopicName source,
                                                                    TopicName target) = 0;
};

}  // namespace strait::links
