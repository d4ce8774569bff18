#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "kafka/cluster_config.hpp"
#include "kafka/request_limiter.hpp"
#include "links/link.hpp"
#include "links/operations.hpp"
#include "links/sync/fence_plan.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strait::links {

struct FenceCount {
    std::size_t topics = 0;
    std::size_t shared = 0;
};

// Keeps everybody from writing to topics of a source, by ACLs, and lets them write again. Which
// ones are ours is noted in the operation, on the disk, before they are made; those that were there
// before are never removed. Where two operations fence the same topic, it is open again with the
// last of them.
//
// Not thread-safe: control thread. What it is given outlives it. One call at a time does its work,
// the others wait; all are cancellable.
class SourceFences {
  public:
    struct Access {
        kafka::ClusterConfig cluster;
        kafka::RequestLimiter* limiter = nullptr;
    };
    // Nothing if the configuration has no such cluster any more.
    using FindCluster = std::function<std::optional<Access>(const ClusterName&)>;

    SourceFences(Operations& operations, const NodePorts& node, FindCluster find);

    // What raise() would do of a new operation.
    boost::asio::awaitable<Result<FencePlan>> plan(ClusterName cluster, std::set<TopicName> topics);

    // Fences those that are not; true if it was one or more. Errc::forbidden without an authorizer
    // or a right, Errc::conflict for a topic without any ACL. After a failure some may be fenced.
    boost::asio::awaitable<Result<bool>> raise(OperationId id,
                                               ClusterName cluster,
                                               std::set<TopicName> topics);

    // Takes back what the operation has made; of how many topics. After a failure some of it may be
    // left, and noted.
    boost::asio::awaitable<Result<std::size_t>> lift(OperationId id);

    // The same of all operations of a link.
    boost::asio::awaitable<Result<std::size_t>> lift_all(LinkName link, ClusterName cluster);

    // What lift_all() would open, and what stays fenced because another link wants it as well.
    [[nodiscard]] FenceCount count(const LinkName& link, const ClusterName& cluster) const;

  private:
    struct Turn;

    boost::asio::awaitable<Result<void>> wait_for_turn();
    Result<std::unique_ptr<kafka::Admin>> open(const ClusterName& cluster);
    boost::asio::awaitable<Result<FencePlan>> look(kafka::Admin& admin,
                                                   std::set<TopicName> topics,
                                                   std::set<TopicName> noted,
                                                   std::set<TopicName> shared);
    [[nodiscard]] std::set<TopicName> fenced_by_others(OperationId id,
                                                       const ClusterName& cluster) const;

    Operations& operations_;
    const NodePorts& node_;
    FindCluster find_;
    std::shared_ptr<spdlog::logger> log_;
    bool busy_ = false;
};

// For people: why topics without any ACL are not fenced.
std::string refusal_of(const FencePlan& plan);

}  // namespace strait::links
