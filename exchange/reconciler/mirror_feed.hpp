#pragma once

#include "catalog/catalog.hpp"
#include "catalog/records/cluster.hpp"
#include "core/error.hpp"
#include "exchange/catalog_clusters.hpp"
#include "exchange/reconciler/mirror_links.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace strait::exchange {

// The subscriptions of the kind kafka_mirror that have not ended, and all clusters, as the catalog
// says it: read once as a whole, then change by change.
//
// Not thread-safe: control thread. The catalog outlives it.
class MirrorFeed {
  public:
    MirrorFeed(catalog::Catalog& catalog, ClusterConfigOf config_of)
        : catalog_{catalog}, config_of_{std::move(config_of)}
    {
    }

    // Reads what is new. False if there was nothing.
    boost::asio::awaitable<catalog::Outcome<bool>> catch_up();

    using Mirrored = std::map<catalog::SubscriptionId, MirroredSubscription>;

    [[nodiscard]] const Mirrored& mirrored() const noexcept { return mirrored_; }
    // Those that links can use.
    [[nodiscard]] const SubscribedClusters& clusters() const noexcept { return clusters_; }

  private:
    // What there was to read, up to a revision.
    struct News {
        std::uint64_t revision = 0;
        bool whole = false;  // and there is nothing besides
        std::vector<MirroredSubscription> mirrored;
        std::vector<catalog::SubscriptionId> ended;
        std::map<catalog::ClusterId, Result<kafka::ClusterConfig>> clusters;
    };

    static catalog::Outcome<News> read(catalog::Draft& draft,
                                       const catalog::Act& act,
                                       std::optional<std::uint64_t> seen,
                                       const ClusterConfigOf& config_of);

    catalog::Catalog& catalog_;
    ClusterConfigOf config_of_;
    std::optional<std::uint64_t> seen_;  // the revision
    Mirrored mirrored_;
    SubscribedClusters clusters_;
};

}  // namespace strait::exchange
