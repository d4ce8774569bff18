#pragma once

#include "api/cluster_probe.hpp"
#include "catalog/catalog.hpp"
#include "core/clock.hpp"
#include "core/task_group.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strait::exchange {

// Looks at the clusters of the catalog, and tells the catalog what they show: a cluster that
// answers is verified, and a topic that a version names is seen, so that it can be published. Soon
// after either was named, and again every few minutes.
//
// Not thread-safe: control thread. What it is given outlives it.
class ClusterWatch {
  public:
    ClusterWatch(catalog::Catalog& catalog,
                 api::ClusterProbe& probe,
                 const boost::asio::any_io_executor& control,
                 Clock& clock,
                 spdlog::logger log);

    // Until cancellation.
    boost::asio::awaitable<void> run();

  private:
    struct Watched {
        Clock::Time look_next{};
        std::chrono::milliseconds delay{};  // since it does not answer
        std::string trouble;                // that was logged last
        bool looking = false;
    };

    // A topic as a version names it.
    struct Named {
        catalog::ProductId product;
        catalog::OutputPort port;
        catalog::Semver version;
    };
    struct Task {
        catalog::Cluster cluster;
        std::vector<Named> ports;
    };

    boost::asio::awaitable<void> take_over_news();
    boost::asio::awaitable<void> look_at(catalog::ClusterId id);
    boost::asio::awaitable<std::chrono::milliseconds> look(catalog::ClusterId id);
    boost::asio::awaitable<bool> tell(Task task, api::ClusterSight sight);
    void note(catalog::ClusterId id, const std::string& trouble);
    static catalog::Outcome<Task> task_of(catalog::Draft& draft, catalog::ClusterId id);

    catalog::Catalog& catalog_;
    api::ClusterProbe& probe_;
    Clock& clock_;
    spdlog::logger log_;
    TaskGroup looks_;
    std::optional<std::uint64_t> seen_;       // the revision of what was taken over
    std::optional<std::uint64_t> looked_at_;  // that of the catalog then
    std::map<catalog::ClusterId, Watched> watched_;
};

}  // namespace strait::exchange
