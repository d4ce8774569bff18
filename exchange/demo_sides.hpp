#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "exchange/demo_orders.hpp"
#include "exchange/demo_verdict.hpp"
#include "kafka/admin.hpp"
#include "kafka/cluster_config.hpp"
#include "links/link.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace strait::exchange {

using Prints = std::map<TopicPartition, std::vector<RecordPrint>>;
using Ends = std::map<TopicPartition, Offset>;

// One of the demo's two clusters: its topics, and what they hold.
//
// Not thread-safe: control thread. `node` outlives it.
class DemoSide {
  public:
    // `name`: "source" or "target", for errors.
    static Result<DemoSide> open(const links::NodePorts& node,
                                 std::string_view name,
                                 const kafka::ClusterConfig& cluster);

    // Who is there. Fails after a few seconds, with what broke the connection.
    boost::asio::awaitable<Result<kafka::ClusterDescription>> describe();

    // Errc::conflict if one of the demo's topics is there already.
    boost::asio::awaitable<Result<void>> refuse_existing();

    boost::asio::awaitable<Result<void>> create_topics();

    // Returns when they are gone; those that were never there are fine.
    boost::asio::awaitable<Result<void>> delete_topics();

    // The last stable offset of each partition.
    boost::asio::awaitable<Result<Ends>> ends();

    // Every committed record below `ends`.
    boost::asio::awaitable<Result<Prints>> read(Ends ends);

    // Tombstones for all that `link` wrote into `_strait.links` of `target`.
    static boost::asio::awaitable<Result<void>> forget_link(DemoSide& source,
                                                            DemoSide& target,
                                                            const links::LinkConfig& link);

    [[nodiscard]] const kafka::ClusterConfig& cluster() const noexcept { return cluster_; }

  private:
    DemoSide(const links::NodePorts& node,
             std::string_view name,
             kafka::ClusterConfig cluster,
             std::unique_ptr<kafka::Admin> admin);

    boost::asio::awaitable<Result<std::vector<TopicName>>> present();

    const links::NodePorts* node_;
    std::string_view name_;
    kafka::ClusterConfig cluster_;
    std::shared_ptr<spdlog::logger> log_;
    std::unique_ptr<kafka::Admin> admin_;
};

}  // namespace strait::exchange
