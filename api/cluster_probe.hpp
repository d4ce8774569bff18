#pragma once

#include "catalog/records/cluster.hpp"
#include "catalog/records/product.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace strait::api {

// What a cluster showed when it was asked.
struct ClusterSight {
    catalog::ObservedCluster cluster;
    std::map<std::string, catalog::ObservedTopic> topics;  // of those asked for, what there is
};

// The topics of a cluster that begin so, by name.
struct TopicListing {
    std::map<std::string, catalog::ObservedTopic> topics;
    bool truncated = false;  // there are more of them
};

// Asks a cluster of the catalog itself. A seam: the exchange has the clients. Ends within some
// seconds, with the error of the brokers or of the way there; Errc::not_found for a cluster that
// there is not.
//
// Not thread-safe: control thread.
class ClusterProbe {
  public:
    static constexpr std::size_t topics_max = 1'000;  // in one listing

    virtual ~ClusterProbe() = default;

    virtual boost::asio::awaitable<Result<ClusterSight>> look_at(
        catalog::ClusterId id, std::vector<std::string> topics) = 0;
    virtual boost::asio::awaitable<Result<TopicListing>> list_topics(catalog::ClusterId id,
                                                                     std::string prefix) = 0;
};

}  // namespace strait::api
