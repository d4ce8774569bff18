#include "exchange/serve.hpp"

#include "api/listener.hpp"
#include "api/router.hpp"
#include "core/clock.hpp"
#include "core/logging.hpp"
#include "core/metrics.hpp"
#include "core/task_group.hpp"
#include "exchange/data_dir.hpp"
#include "exchange/node_threads.hpp"
#include "exchange/version.hpp"
#include "links/link_engine.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <sys/prctl.h>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto drain_time_max = 10s;
constexpr std::size_t pool_threads_min = 4;
constexpr std::size_t pool_threads_max = 64;

std::size_t pool_threads(const Configuration& configuration)
{
    std::size_t shards = 0;
    for (const auto& link : configuration.links) shards += link.shards;
    return std::clamp(shards + 2, pool_threads_min, pool_threads_max);
}

std::size_t shard_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

// What is made from the configuration, in the order of its making.
class Node {
  public:
    Node(Configuration configuration, const ServeOptions& options, DataDir data_dir)
        : configuration_{std::move(configuration)},
          data_dir_{std::move(data_dir)},
          logging_{configuration_.log},
          log_{logging_.make_logger("strait")},
          threads_{shard_threads(), pool_threads(configuration_)},
          ports_{threads_.ports(clock_, logging_, metrics_, data_dir_.install)},
          engine_{
              {configuration_.clusters, configuration_.links, data_dir_.view(), options.take_over},
              ports_},
          services_{engine_, metrics_, [this] { return engine_.ready(); }},
          admin_router_{api::admin_routes,
                        api::Caller::host_operator,
                        services_,
                        logging_.make_logger("api")},
          ops_router_{api::ops_routes, api::Caller::anyone, services_, logging_.make_logger("ops")},
          admin_{ports_.control, admin_router_, clock_, {}, logging_.make_logger("api")},
          ops_{ports_.control, ops_router_, clock_, {}, logging_.make_logger("ops")},
          doors_{ports_.control}
    {
    }

    Result<void> open()
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

    Result<void> run()
    {
        std::optional<Result<void>> end;
        auto& control = threads_.control();
        asio::co_spawn(
            control,
            watch_signals(),
            asio::bind_cancellation_slot(watching_.slot(), [](const std::exception_ptr& thrown) {
                if (thrown) std::rethrow_exception(thrown);
            }));
        asio::co_spawn(
            control,
            run_all(end),
            asio::bind_cancellation_slot(running_.slot(), [](const std::exception_ptr& thrown) {
                if (thrown) std::rethrow_exception(thrown);
            }));
        log_.info("serving version={} data_dir={} links={}",
                  version(),
                  data_dir_.folder.string(),
                  configuration_.links.size());
        control.run();
        log_.info("ended");
        return std::move(end).value_or(Result<void>{});
    }

  private:
    Result<void> open_ops()
    {
        const auto& listen = configuration_.ops.listen;
        if (!listen) {
            ops_closed_ = true;
            return {};
        }
        const asio::ip::tcp::endpoint at{asio::ip::make_address(listen->host), listen->port};
        if (auto opened = ops_.open(at); !opened) return fail(opened.error().within("ops.listen"));
        log_.info("ops listens address={} port={}", listen->host, ops_.port());
        return {};
    }

    asio::awaitable<void> run_all(std::optional<Result<void>>& end)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        doors_.spawn(admin_.run());
        if (!ops_closed_) doors_.spawn(ops_.run());
        end = co_await engine_.run();
        doors_.cancel();
        co_await doors_.join();
        watching_.emit(asio::cancellation_type::terminal);
    }

    asio::awaitable<void> watch_signals()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        asio::signal_set signals{threads_.control(), SIGTERM, SIGINT};
        const auto [failure, number] = co_await signals.async_wait(asio::as_tuple);
        if (failure) co_return;
        log_.info("ending signal={} drain_s={}", number, drain_time_max.count());
        engine_.drain();
        TaskGroup watches{ports_.control};
        watches.spawn(end_at_once(signals));
        if (co_await clock_.wait_until(clock_.now() + drain_time_max)) {
            log_.warn("not drained in time: what was not committed is copied again at the start");
            running_.emit(asio::cancellation_type::terminal);
            // Now only what librdkafka has under way is waited for, and not for ever.
            if (co_await clock_.wait_until(clock_.now() + drain_time_max)) std::_Exit(EXIT_FAILURE);
        }
        watches.cancel();
        co_await watches.join();
    }

    asio::awaitable<void> end_at_once(asio::signal_set& signals)
    {
        const auto [failure, number] = co_await signals.async_wait(asio::as_tuple);
        if (!failure) std::_Exit(128 + number);
    }

    Configuration configuration_;
    DataDir data_dir_;
    SystemClock clock_;
    Logging logging_;
    spdlog::logger log_;
    Metrics metrics_;
    NodeThreads threads_;
    links::NodePorts ports_;
    links::LinkEngine engine_;
    api::Services services_;
    api::Router admin_router_;
    api::Router ops_router_;
    api::Listener admin_;
    api::Listener ops_;
    TaskGroup doors_;
    asio::cancellation_signal running_;
    asio::cancellation_signal watching_;
    bool ops_closed_ = false;
};

}  // namespace

Result<void> serve(Configuration configuration, const ServeOptions& options)
{
    ::prctl(PR_SET_DUMPABLE, 0);  // secrets stay out of core files
    auto data_dir = open_data_dir(configuration.data_dir);
    if (!data_dir) return fail(data_dir.error());
    Node node{std::move(configuration), options, *std::move(data_dir)};
    if (auto opened = node.open(); !opened) return opened;
    return node.run();
}

}  // namespace strait::exchange
