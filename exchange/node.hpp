#pragma once

#include "api/handler.hpp"
#include "api/listener.hpp"
#include "api/router.hpp"
#include "catalog/catalog.hpp"
#include "catalog/discovery.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/logging.hpp"
#include "core/metrics.hpp"
#include "core/task_group.hpp"
#include "exchange/catalog_upkeep.hpp"
#include "exchange/cluster_watch.hpp"
#include "exchange/configuration.hpp"
#include "exchange/configuration_file.hpp"
#include "exchange/data_dir.hpp"
#include "exchange/kafka_probe.hpp"
#include "exchange/node_threads.hpp"
#include "exchange/reconciler/reconciler.hpp"
#include "links/configured_links.hpp"
#include "links/link_engine.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <spdlog/logger.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strait::exchange {

// What is made from a configuration: threads, links and doors. Its owner runs control(), in which
// everything but the data plane happens.
//
// Not thread-safe: control thread.
class Node {
  public:
    // `file`: that of the configuration, to be read again. `take_over`: links that an installation
    // owned which is gone for good.
    Node(ConfigurationFile file,
         Configuration configuration,
         std::set<LinkName> take_over,
         DataDir data_dir);

    ~Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    // Opens the catalog, the links' stores and the doors; fails if another process has them, and if
    // a link that came at run time does not fit to the file.
    Result<void> open();

    // REQUIRES: open() has succeeded. Serves until drain() has let the links commit what they read,
    // or until cancellation.
    boost::asio::awaitable<Result<void>> run();

    // Reads the file again and makes its links true, each within `drain_time`; see
    // api::ApplyConfig. Another file than ours can only be tried: the next start would read ours.
    boost::asio::awaitable<api::Answered<api::ConfigChanges>> apply(std::string path, bool dry_run);

    // The same with our own file, for a signal: what became of it goes to the log.
    boost::asio::awaitable<void> reload();

    // The links have until cancellation, and the doors, which close when the links have ended,
    // until `deadline` for the requests that had begun. From now on we are not ready.
    void drain(Clock::Time deadline);

    // True once the links have ended.
    [[nodiscard]] bool links_ended() const noexcept { return links_ended_; }

    [[nodiscard]] boost::asio::io_context& control() noexcept { return threads_.control(); }
    [[nodiscard]] const Configuration& configuration() const noexcept { return configuration_; }
    [[nodiscard]] const links::NodePorts& ports() const noexcept { return ports_; }
    [[nodiscard]] links::LinkEngine& engine() noexcept { return engine_; }
    [[nodiscard]] Clock& clock() noexcept { return clock_; }
    [[nodiscard]] spdlog::logger& log() noexcept { return log_; }

  private:
    Result<void> open_catalog();
    Result<void> open_ops();
    Result<void> open_api();
    Result<void> use_tls(const ApiConfig& config);
    void take_over_tls(const ApiConfig& wanted);
    [[nodiscard]] std::vector<SampledMetric> samples() const;
    [[nodiscard]] Result<std::string> ready() const;

    ConfigurationFile file_;
    Configuration configuration_;
    DataDir data_dir_;
    SystemClock clock_;
    Logging logging_;
    spdlog::logger log_;
    Metrics metrics_;
    NodeThreads threads_;
    links::NodePorts ports_;
    links::LinkEngine engine_;
    links::ConfiguredLinks links_;
    std::optional<catalog::Catalog> catalog_;  // since open(), as the next
    std::optional<catalog::Discovery> discovery_;
    std::optional<CatalogUpkeep> upkeep_;
    std::optional<KafkaProbe> probe_;
    std::optional<ClusterWatch> cluster_watch_;
    std::optional<Reconciler> reconciler_;
    api::RateLimiter limiter_{clock_};
    api::Services services_;
    api::Router admin_router_;
    api::Router ops_router_;
    api::Router api_router_;
    api::Listener admin_;
    api::Listener ops_;
    api::Listener api_;
    TaskGroup doors_;
    TaskGroup reconciling_;  // until the links end
    Metrics::Sampling sampling_;
    bool ops_closed_ = false;
    bool api_closed_ = false;
    bool links_ended_ = false;
    std::set<LinkName> take_over_;
    std::optional<Clock::Time> drained_by_;  // set while we drain
};

}  // namespace strait::exchange
