#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "exchange/demo/orders.hpp"
#include "kafka/cluster_config.hpp"
#include "kafka/producer.hpp"
#include "links/link.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace strait::exchange {

// What was written so far. Aborted records lie in the log, and no reader of committed ones sees
// them.
struct FeedCounts {
    std::uint64_t records = 0;  // without aborted ones
    std::uint64_t records_aborted = 0;
    std::uint64_t transactions = 0;  // committed
    std::uint64_t transactions_aborted = 0;
};

// Writes the demo's records to the source: through a transactional producer and one without.
//
// Not thread-safe: control thread. What it is opened with outlives it.
class OrderFeed {
  public:
    // `name` becomes part of the transactional.id.
    static boost::asio::awaitable<Result<std::unique_ptr<OrderFeed>>> open(
        const links::NodePorts& node, kafka::ClusterConfig source, std::string name);

    // Returns when the records are in the log, or the first error.
    boost::asio::awaitable<Result<void>> write(OrderStep step);

    [[nodiscard]] const FeedCounts& counts() const noexcept { return counts_; }

    // The offset of each partition's last record that is not aborted.
    [[nodiscard]] const std::map<TopicPartition, Offset>& last() const noexcept { return last_; }

  private:
    using Producer = std::unique_ptr<kafka::Producer>;

    OrderFeed(const links::NodePorts& node, Producer plain, Producer transactional);

    const links::NodePorts& node_;
    Producer plain_;
    Producer transactional_;
    FeedCounts counts_;
    std::map<TopicPartition, Offset> last_;
};

}  // namespace strait::exchange
