#pragma once

#include "api/cluster_probe.hpp"
#include "catalog/catalog.hpp"
#include "exchange/catalog_clusters.hpp"
#include "kafka/admin.hpp"
#include "links/link.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace strait::exchange {

// ClusterProbe with a client of its own for each question. Errc::unavailable for one more than
// `looks_max` at a time.
class KafkaProbe final : public api::ClusterProbe {
  public:
    static constexpr std::size_t looks_max = 8;

    // Both outlive it.
    KafkaProbe(catalog::Catalog& catalog, ClusterConfigOf config_of, const links::NodePorts& node);

    boost::asio::awaitable<Result<api::ClusterSight>> look_at(
        catalog::ClusterId id, std::vector<std::string> topics) override;
    boost::asio::awaitable<Result<api::TopicListing>> list_topics(catalog::ClusterId id,
                                                                  std::string prefix) override;

  private:
    boost::asio::awaitable<Result<std::unique_ptr<kafka::Admin>>> connect(catalog::ClusterId id);

    catalog::Catalog& catalog_;
    ClusterConfigOf config_of_;
    const links::NodePorts& node_;
    std::size_t looks_ = 0;
};

}  // namespace strait::exchange
