#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "kafka/client_settings.hpp"
#include "kafka/cluster_config.hpp"
#include "kafka/producer.hpp"
#include "links/shard/ports.hpp"
#include "links/store/link_view.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <memory>
#include <vector>

namespace strait::links {

inline constexpr auto links_topic_name = "_strait.links";

// The admin clients of a link, and the thread that they belong to.
struct LinkAdmins {
    boost::asio::any_io_executor executor;
    kafka::Admin& source;
    kafka::Admin& target;
};

// Creates `_strait.links` at the target if it is not there, compacted and as durable as the cluster
// allows, and returns the number of its partitions. Errc::conflict if it is there and not
// compacted: then checkpoints would be deleted by time.
boost::asio::awaitable<Result<std::size_t>> ensure_links_topic(
    kafka::Admin& target, const kafka::LinksTopicConfig& config);

// Those of the link in a batch of `_strait.links`, before `end`. Other links share the partition:
// their values are neither ours to read nor to trip over. Errc::conflict for bytes that nobody can
// have written, with the remedy, and for a newer format.
Result<std::vector<LinkRecord>> records_of(const LinkName& link,
                                           const kafka::RecordBatch& batch,
                                           Offset end);

// Reads for the link as a whole what no shard reads: L and T records. A number that no shard has.
inline constexpr ShardNumber link_reader{0xFFFF'FFFF};

// What a TargetLog works with; `admins` and `clock` outlive it.
struct TargetLogPorts {
    boost::asio::any_io_executor executor;  // it belongs to this one
    boost::asio::any_io_executor pool;
    LinkAdmins& admins;  // asked on their own thread
    Clock& clock;
    std::shared_ptr<spdlog::logger> log;
};

// LinkLog over clients of its own: one for each read, and one for all that is appended. What is
// damaged at the target is Errc::conflict; Errc::corrupt comes from nothing but the view that a
// visitor writes to.
class TargetLog final : public LinkLog {
  public:
    TargetLog(LinkName link,
              TopicPartition place,
              kafka::ClientSettings reader,
              kafka::ClientSettings writer,
              TargetLogPorts ports);

    [[nodiscard]] TopicPartition place() const override { return place_; }
    boost::asio::awaitable<Result<Offset>> read(Offset from, Visitor visit) override;

    boost::asio::awaitable<Result<bool>> settled() override;

    struct Stable {
        Offset end;             // where the next read begins
        bool all_read = false;  // false: a transaction is open, and hides the rest
    };

    // As read(), but waits for nobody: up to the first transaction that is open.
    boost::asio::awaitable<Result<Stable>> read_stable(Offset from, Visitor visit);

    // Opens the client of append() before it is needed: it takes half a second until it may write.
    Result<void> open_writer();

    // Appends records that are no part of a transaction (T), waits until they are durable, and
    // takes them over into `view`. What others wrote before them is still to be read.
    boost::asio::awaitable<Result<void>> append(std::vector<LinkRecord> records, LinkView& view);

  private:
    struct Ends {
        Offset low;
        Offset stable;
        Offset high;
    };
    boost::asio::awaitable<Result<Ends>> ends();
    boost::asio::awaitable<Result<Ends>> ask_ends();
    [[nodiscard]] Result<Offset> begin(const Ends& ends, Offset from) const;
    boost::asio::awaitable<Result<void>> write(const std::vector<LinkRecord>& records);
    boost::asio::awaitable<Result<Offset>> read_to(Offset end, Offset from, Visitor visit);

    LinkName link_;
    TopicPartition place_;
    kafka::ClientSettings reader_;
    kafka::ClientSettings writer_;
    TargetLogPorts ports_;
    std::unique_ptr<kafka::Producer> producer_;
};

}  // namespace strait::links
