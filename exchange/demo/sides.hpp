#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "exchange/demo/orders.hpp"
#include "exchange/demo/verdict.hpp"
#include "kafka/admin.hpp"
#include "kafka/cluster_config.hpp"
#include "links/link.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
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

    // Errc::conflict for one that somebody else made meanwhile.
    boost::asio::awaitable<Result<void>> create_topics();

    // Of the topics that are there now those that are our own, by their ids: created here, or by
    // the link that forget_link() was called with. Returns when they are gone.
    boost::asio::awaitable<Result<void>> delete_topics();

    // Whether there is something to delete.
    [[nodiscard]] bool has_own_topics() const noexcept { return !own_.empty(); }

    // The last stable offset of each partition.
    boost::asio::awaitable<Result<Ends>> ends();

    // Every committed record below `ends`.
    boost::asio::awaitable<Result<Prints>> read(Ends ends);

    // Tombstones for all that `link` wrote into `_strait.links` of `target`. The mirror topics that
    // it put itself down as the owner of are the target's own from then on.
    static boost::asio::awaitable<Result<void>> forget_link(DemoSide& source,
                                                            DemoSide& target,
                                                            const links::LinkConfig& link);

    [[nodiscard]] const kafka::ClusterConfig& cluster() const noexcept { return cluster_; }

  private:
    DemoSide(const links::NodePorts& node,
             std::string_view name,
             kafka::ClusterConfig cluster,
             std::unique_ptr<kafka::Admin> admin);

    using Topics = std::map<TopicName, TopicId>;

    boost::asio::awaitable<Result<Topics>> present();

    const links::NodePorts* node_;
    std::string_view name_;
    kafka::ClusterConfig cluster_;
    std::shared_ptr<spdlog::logger> log_;
    std::unique_ptr<kafka::Admin> admin_;
    std::map<TopicName, std::optional<TopicId>> own_;  // without an id while it does not show
};

}  // namespace strait::exchange
