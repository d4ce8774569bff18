#include "exchange/serve.hpp"

#include "core/task_group.hpp"
#include "core/units.hpp"
#include "exchange/data_dir.hpp"
#include "exchange/node.hpp"
#include "exchange/process.hpp"
#include "exchange/version.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>

#include <sys/time.h>
#include <unistd.h>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A link takes about 200, most of them connections to brokers and files of the local view.
constexpr std::uint64_t files_min = 1'024;

// They end a program by default, and say nothing.
constexpr std::array ignored_signals{SIGUSR1, SIGUSR2};

[[noreturn]] void leave(int) { ::_exit(EXIT_FAILURE); }

// Ends the process after that time, whichever thread waits for what then.
void leave_after(std::chrono::milliseconds time)
{
    std::signal(SIGALRM, leave);
    const auto s = std::chrono::floor<std::chrono::seconds>(time);
    const std::chrono::microseconds us = time - s;
    const ::itimerval once{.it_interval = {}, .it_value = {s.count(), us.count()}};
    ::setitimer(ITIMER_REAL, &once, nullptr);
}

// A node's life until a signal ends it.
class Service {
  public:
    explicit Service(Node& node) : node_{node} {}

    Result<void> run()
    {
        std::optional<Result<void>> end;
        auto& control = node_.control();
        asio::co_spawn(
            control,
            watch_signals(),
            asio::bind_cancellation_slot(watching_.slot(), [](const std::exception_ptr& thrown) {
                if (thrown) std::rethrow_exception(thrown);
            }));
        asio::co_spawn(
            control,
            run_node(end),
            asio::bind_cancellation_slot(running_.slot(), [](const std::exception_ptr& thrown) {
                if (thrown) std::rethrow_exception(thrown);
            }));
        node_.log().info("serving version={} data_dir={} links={}",
                         version(),
                         node_.configuration().data_dir,
                         node_.configuration().links.size());
        control.run();
        node_.log().info("ended");
        return std::move(end).value_or(Result<void>{});
    }

  private:
    asio::awaitable<void> run_node(std::optional<Result<void>>& end)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        end = co_await node_.run();
        watching_.emit(asio::cancellation_type::terminal);
    }

    asio::awaitable<void> watch_signals()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        asio::signal_set signals{node_.control(), SIGTERM, SIGINT};
        TaskGroup watches{node_.ports().control};
        watches.spawn(ignore_signals());
        watches.spawn(reload_on_signal());
        co_await end_on_signal(signals, watches);
        watches.cancel();
        co_await watches.join();
    }

    asio::awaitable<void> ignore_signals()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        asio::signal_set signals{node_.control()};
        for (const int number : ignored_signals) signals.add(number);
        while (true) {
            const auto [failure, number] = co_await signals.async_wait(asio::as_tuple);
            if (failure) co_return;
            node_.log().warn("signal ignored signal={} detail={:?}",
                             number,
                             "SIGHUP reads the configuration again; SIGTERM and SIGINT end us");
        }
    }

    asio::awaitable<void> reload_on_signal()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        asio::signal_set signals{node_.control(), SIGHUP};
        while (true) {
            const auto [failure, number] = co_await signals.async_wait(asio::as_tuple);
            if (failure) co_return;
            co_await node_.reload();
        }
    }

    asio::awaitable<void> end_on_signal(asio::signal_set& signals, TaskGroup& watches)
    {
        const auto [failure, number] = co_await signals.async_wait(asio::as_tuple);
        if (failure) co_return;
        auto& log = node_.log();
        auto& clock = node_.clock();
        const auto time = node_.configuration().drain_time;
        log.info("ending signal={} drain_time={}", number, written(time));
        leave_after(time);
        const auto deadline = clock.now() + time * 4 / 5;
        node_.drain(deadline);
        watches.spawn(end_at_once(signals));
        if (co_await clock.wait_until(deadline)) {
            if (!node_.links_ended()) {
                log.warn("not drained in time: what was not committed is copied at the next start");
            }
            // From here on only what librdkafka has under way is waited for.
            running_.emit(asio::cancellation_type::terminal);
            static_cast<void>(co_await clock.wait_until(Clock::Time::max()));
        }
    }

    asio::awaitable<void> end_at_once(asio::signal_set& signals)
    {
        const auto [failure, number] = co_await signals.async_wait(asio::as_tuple);
        if (!failure) std::_Exit(128 + number);
    }

    Node& node_;
    asio::cancellation_signal running_;
    asio::cancellation_signal watching_;
};

}  // namespace

Result<void> serve(Configuration configuration, const ServeOptions& options)
{
    for (const int number : ignored_signals) std::signal(number, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);  // all of them until they are watched
    const auto files_max = raise_file_limit();
    auto data_dir = open_data_dir(configuration.data_dir);
    if (!data_dir) return fail(data_dir.error());
    Node node{options.file, std::move(configuration), options.take_over, *std::move(data_dir)};
    if (files_max < files_min) {
        node.log().warn("few files may be open limit={} detail={:?}",
                        files_max,
                        "a link needs about 200: raise the hard limit, which is LimitNOFILE in a "
                        "unit of systemd");
    }
    if (auto opened = node.open(); !opened) return opened;
    return Service{node}.run();
}

}  // namespace strait::exchange
