#include "links/link_engine.hpp"

#include "core/backoff.hpp"
#include "core/document.hpp"
#include "links/link_metrics.hpp"

#include <cassert>
#include <chrono>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 250ms;

}  // namespace

LinkEngine::LinkEngine(EngineConfig config, const NodePorts& node)
    : config_{std::move(config)},
      node_{node},
      log_{node.logging.make_logger("links")},
      sampling_{node.metrics.sample([this] {
          std::vector<LinkSample> samples;
          for (const auto& link : config_.links) {
              const auto found = links_.find(link.name);
              if (found == links_.end()) continue;
              samples.push_back({found->second->last_status(), link.metrics_per_partition});
          }
          return sampled(samples);
      })}
{
    for (const auto& [name, cluster] : config_.clusters) {
        limiters_.emplace(
            name, std::make_unique<kafka::RequestLimiter>(node.control, cluster.admin, node.clock));
    }
}

Result<void> LinkEngine::open()
{
    auto opened = LocalView::open(config_.view_folder);
    if (!opened) return fail(opened.error());
    if (opened->rebuilt) {
        log_.warn("local view is read again from the targets reason={:?}", opened->reason);
    }
    return make_links(view_.emplace(std::move(opened->view)));
}

Result<void> LinkEngine::make_links(LocalView& view)
{
    for (const auto& config : config_.links) {
        auto own = view.link(config.name);
        if (!own) return fail(own.error());
        links_.insert_or_assign(
            config.name,
            std::make_unique<Link>(LinkSetup{config,
                                             config_.clusters.at(config.source),
                                             config_.clusters.at(config.target),
                                             *limiters_.at(config.source),
                                             *limiters_.at(config.target),
                                             *own,
                                             config_.take_over.contains(config.name)},
                                   node_));
    }
    return {};
}

asio::awaitable<Result<void>> LinkEngine::run()
{
    Backoff backoff{1s, 60s, node_.seed};  // a disk that damages or refuses all that is written
    for (auto began = node_.clock.now(); co_await run_links(); began = node_.clock.now()) {
        if (node_.clock.now() - began > backoff.delay_max()) backoff.reset();
        do {
            links_.clear();
            view_.reset();
            const auto opened = open();
            unopened_ = opened ? std::nullopt : std::optional{opened.error()};
            if (unopened_ && unopened_->code() == Errc::conflict) co_return fail(*unopened_);
            if (unopened_) log_.error("local view is tried again detail={:?}", unopened_->detail());
            if (!co_await pause(node_.clock.now() + backoff.next())) co_return Result<void>{};
        } while (unopened_);
    }
    co_return Result<void>{};
}

// False if the engine is to end.
asio::awaitable<bool> LinkEngine::pause(Clock::Time until)
{
    while (!draining_ && node_.clock.now() < until) {
        if (!co_await node_.clock.wait_until(node_.clock.now() + tick)) co_return false;
    }
    co_return !draining_;
}

void LinkEngine::end_links(TaskGroup& all)
{
    for (const auto& [name, link] : links_) link->drain();  // so that none begins again
    all.cancel();
}

// Ends all links when a view that takes no more can be opened again.
asio::awaitable<void> LinkEngine::watch_view(TaskGroup& all, bool& has_room)
{
    assert(view_);
    for (bool told = false; co_await node_.clock.wait_until(node_.clock.now() + tick);) {
        if (!view_->stopped()) continue;
        if (!told) {
            log_.error("local view takes no more until there is room folder={:?}",
                       config_.view_folder.string());
        }
        told = true;
        if (!view_->has_room()) continue;
        has_room = true;
        end_links(all);
        co_return;
    }
}

// Runs one link to its end; a damaged view ends all of them.
asio::awaitable<void> LinkEngine::run_link(Link& link,
                                           TaskGroup& all,
                                           std::optional<Error>& damaged)
{
    auto error = co_await link.run();
    if (error.code() != Errc::corrupt) co_return;
    damaged = std::move(error);
    end_links(all);
}

// True if they have to be made again, because the view is opened again.
asio::awaitable<bool> LinkEngine::run_links()
{
    std::optional<Error> damaged;
    bool has_room = false;
    TaskGroup tasks{node_.control};
    TaskGroup watch{node_.control};
    for (const auto& [name, link] : links_) tasks.spawn(run_link(*link, tasks, damaged));
    watch.spawn(watch_view(tasks, has_room));
    if (draining_) drain();
    co_await tasks.join();
    watch.cancel();
    co_await watch.join();
    if (draining_) co_return false;
    if (has_room) log_.info("local view is opened again");
    if (!damaged) co_return has_room;
    assert(view_);
    log_.error("local view is given up detail={:?}", damaged->detail());
    if (const auto condemned = view_->condemn(damaged->detail()); !condemned) {
        log_.error("local view cannot be set aside detail={:?}", condemned.error().detail());
    }
    co_return true;
}

void LinkEngine::drain()
{
    draining_ = true;
    for (const auto& [name, link] : links_) link->drain();
}

Result<std::string> LinkEngine::ready() const
{
    if (unopened_) return fail(*unopened_);
    std::string lines;
    for (const auto& [name, link] : links_) {
        const auto& status = link->last_status();
        if (status.state == MirrorState::active) continue;
        const auto line = "link " + name.value() + " is " + std::string{to_string(status.state)} +
                          (status.reason.empty() ? "" : ": " + status.reason);
        if (status.state == MirrorState::starting) return fail(Errc::unavailable, line);
        lines += escaped(line) + "\n";
    }
    return lines;
}

asio::awaitable<std::vector<LinkStatus>> LinkEngine::list()
{
    std::vector<LinkStatus> all;
    for (const auto& config : config_.links) {
        auto status = co_await this->status(config.name);
        if (!status) continue;
        status->topics.clear();
        all.push_back(*std::move(status));
    }
    std::ranges::sort(all, {}, &LinkStatus::name);
    co_return all;
}

Result<Link*> LinkEngine::find(const LinkName& link)
{
    const auto found = links_.find(link);
    if (found == links_.end() && unopened_) return fail(*unopened_);
    if (found == links_.end()) return fail(Errc::not_found, "no link '" + link.value() + "'");
    return found->second.get();
}

asio::awaitable<Result<LinkStatus>> LinkEngine::status(LinkName link)
{
    const auto found = find(link);
    if (!found) co_return fail(found.error());
    co_return co_await (*found)->status();
}

asio::awaitable<Result<std::vector<Gap>>> LinkEngine::gaps(LinkName link)
{
    const auto found = find(link);
    if (!found) co_return fail(found.error());
    co_return (*found)->gaps();
}

asio::awaitable<Result<std::vector<TranslatedPosition>>> LinkEngine::translate(
    LinkName link, Direction direction, std::vector<Position> positions)
{
    if (positions.size() > positions_max) {
        co_return fail(Errc::invalid_argument,
                       "at most " + std::to_string(positions_max) + " positions at a time");
    }
    const auto found = find(link);
    if (!found) co_return fail(found.error());
    co_return co_await (*found)->translate(direction, std::move(positions));
}

}  // namespace strait::links
