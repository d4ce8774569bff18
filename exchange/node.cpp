#include "exchange/node.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t pool_threads_min = 4;
constexpr std::size_t pool_threads_max = 64;

std::size_t pool_threads(const Configuration& configuration)
{
    std::size_t shards = 0;
    for (const auto& link : configuration.links) shards += link.shards;
    return std::clamp(shards + 2, pool_threads_min, pool_threads_max);
}

using Doors = std::vector<std::pair<std::string, const api::Listener&>>;

std::vector<SampledMetric> door_metrics(const Doors& doors)
{
    using enum SampledMetric::Kind;
    SampledMetric open{"strait_http_connections", "open now, of http.connections", gauge, {}};
    SampledMetric refused{"strait_http_connections_refused_total",
                          "turned away because http.connections were open",
                          counter,
                          {}};
    for (const auto& [name, door] : doors) {
        open.samples.push_back({{{"door", name}}, static_cast<double>(door.connections())});
        refused.samples.push_back({{{"door", name}}, static_cast<double>(door.refused())});
    }
    return {std::move(open), std::move(refused)};
}

std::size_t shard_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

Node::Node(Configuration configuration, std::set<LinkName> take_over, DataDir data_dir)
    : configuration_{std::move(configuration)},
      data_dir_{std::move(data_dir)},
      logging_{configuration_.log},
      log_{logging_.make_logger("strait")},
      threads_{shard_threads(), pool_threads(configuration_)},
      ports_{threads_.ports(clock_, logging_, metrics_, data_dir_.install)},
      engine_{
          {configuration_.clusters, configuration_.links, data_dir_.view(), std::move(take_over)},
          ports_},
      services_{engine_, metrics_, [this] { return ready(); }},
      admin_router_{
          api::admin_routes, api::Caller::host_operator, services_, logging_.make_logger("api")},
      ops_router_{api::ops_routes, api::Caller::anyone, services_, logging_.make_logger("ops")},
      admin_{
          ports_.control, admin_router_, clock_, configuration_.http, logging_.make_logger("api")},
      ops_{ports_.control, ops_router_, clock_, configuration_.http, logging_.make_logger("ops")},
      doors_{ports_.control},
      sampling_{
          metrics_.sample([this] { return door_metrics({{"admin", admin_}, {"ops", ops_}}); })}
{
}

Result<void> Node::open()
{
    for (const auto& warning : configuration_.warnings) {
        log_.warn("configuration place={} code={} detail={:?}",
                  warning.place,
                  warning.code,
                  warning.text);
    }
    if (auto opened = engine_.open(); !opened) return opened;
    if (auto opened = admin_.open(data_dir_.admin_socket()); !opened) return opened;
    return open_ops();
}

Result<void> Node::open_ops()
{
    const auto& listen = configuration_.ops.listen;
    if (!listen) {
        ops_closed_ = true;
        return {};
    }
    const asio::ip::tcp::endpoint at{asio::ip::make_address(listen->host), listen->port};
    if (auto opened = ops_.open(at); !opened) return fail(opened.error().within("ops.listen"));
    return {};
}

void Node::drain(Clock::Time deadline)
{
    drained_by_ = deadline;
    engine_.drain();
}

Result<std::string> Node::ready() const
{
    if (drained_by_) return fail(Errc::unavailable, "the program is ending");
    return engine_.ready();
}

asio::awaitable<Result<void>> Node::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    doors_.spawn(admin_.run());
    if (!ops_closed_) doors_.spawn(ops_.run());
    auto end = co_await engine_.run();
    links_ended_ = true;
    if (drained_by_) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(*drained_by_ - clock_.now());
        for (auto* const door : {&admin_, &ops_}) door->limit_drain(std::max(left, 0ms));
    }
    doors_.cancel();
    co_await doors_.join();
    co_return end;
}

}  // namespace strait::exchange
