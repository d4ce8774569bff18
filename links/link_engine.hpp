#pragma once

#include "core/error.hpp"
#include "core/metrics.hpp"
#include "core/task_group.hpp"
#include "kafka/cluster_config.hpp"
#include "kafka/request_limiter.hpp"
#include "links/config/link_config.hpp"
#include "links/link.hpp"
#include "links/link_directory.hpp"
#include "links/store/local_view.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strait::links {

struct EngineConfig {
    std::map<ClusterName, kafka::ClusterConfig> clusters;
    std::vector<LinkConfig> links;  // each names clusters that are there
    std::filesystem::path view_folder;
    std::set<LinkName> take_over;  // links that another installation owned
};

// All links of this node, and their common view.
//
// Not thread-safe: control thread. What it is given outlives it.
class LinkEngine final : public LinkDirectory {
  public:
    LinkEngine(EngineConfig config, const NodePorts& node);

    // Opens the view; Errc::conflict if another process has it.
    Result<void> open();

    // REQUIRES: open() has succeeded. Runs the links until cancellation, or until drain() has let
    // them commit what they read. A damaged view is set aside, and read again from the targets; one
    // whose disk was full is opened again when there is room. Both more and more slowly if that
    // goes on. Errc::conflict if another process took the view meanwhile.
    boost::asio::awaitable<Result<void>> run();

    void drain();

    // Succeeds once every link has connected, or has a reason why it waits for an operator: with a
    // line for each that does not copy, none if all do.
    [[nodiscard]] Result<std::string> ready() const;

    boost::asio::awaitable<std::vector<LinkStatus>> list() override;
    boost::asio::awaitable<Result<LinkStatus>> status(LinkName link) override;
    boost::asio::awaitable<Result<std::vector<Gap>>> gaps(LinkName link) override;
    boost::asio::awaitable<Result<std::vector<TranslatedPosition>>> translate(
        LinkName link, Direction direction, std::vector<Position> positions) override;

  private:
    Result<void> make_links(LocalView& view);
    boost::asio::awaitable<bool> run_links();
    boost::asio::awaitable<void> watch_view(TaskGroup& all, bool& has_room);
    boost::asio::awaitable<bool> pause(Clock::Time until);
    void end_links(TaskGroup& all);
    boost::asio::awaitable<void> run_link(Link& link,
                                          TaskGroup& all,
                                          std::optional<Error>& damaged);
    Result<Link*> find(const LinkName& link);

    EngineConfig config_;
    const NodePorts& node_;
    spdlog::logger log_;
    std::map<ClusterName, std::unique_ptr<kafka::RequestLimiter>> limiters_;
    std::optional<LocalView> view_;
    std::optional<Error> unopened_;  // why there is no view, and so no link
    std::map<LinkName, std::unique_ptr<Link>> links_;
    bool draining_ = false;
    Metrics::Sampling sampling_;
};

}  // namespace strait::links
