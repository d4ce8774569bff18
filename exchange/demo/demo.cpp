#include "exchange/demo/demo.hpp"

#include "core/task_group.hpp"
#include "exchange/demo/feed.hpp"
#include "exchange/demo/judge.hpp"
#include "exchange/demo/meter.hpp"
#include "exchange/demo/orders.hpp"
#include "exchange/demo/screen.hpp"
#include "exchange/demo/setup.hpp"
#include "exchange/demo/sides.hpp"
#include "exchange/node.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <ostream>
#include <string_view>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 100ms;  // one transaction, and what is written without
constexpr auto show_interval = 1s;
constexpr auto active_time_max = 30s;
constexpr auto catch_up_time_max = 60s;
constexpr auto drain_time_max = 10s;

class Demo {
  public:
    Demo(const DemoOptions& options, const DemoFolder& folder, Node& node, std::ostream& out)
        : options_{options},
          folder_{folder},
          node_{node},
          clock_{node.clock()},
          link_{node.configuration().links.front()},
          screen_{out, options.terminal},
          running_{node.ports().control}
    {
    }

    // True if everything was perfect; the text of what was not goes to `err`.
    asio::awaitable<bool> run(std::ostream& err);

  private:
    asio::awaitable<Result<void>> perform();
    asio::awaitable<Result<void>> prepare();
    asio::awaitable<Result<void>> start_link();
    asio::awaitable<Result<void>> show_at_work();
    asio::awaitable<void> feed(std::optional<Clock::Time> end, std::optional<Error>& failed);
    asio::awaitable<Result<Ends>> catch_up();
    asio::awaitable<Result<void>> judge();
    asio::awaitable<Result<void>> clean_up();
    asio::awaitable<void> run_node();
    asio::awaitable<void> watch_signals();
    asio::awaitable<Result<void>> pause(Clock::Time::duration time);

    const DemoOptions& options_;
    const DemoFolder& folder_;
    Node& node_;
    Clock& clock_;
    const links::LinkConfig& link_;
    DemoScreen screen_;
    TaskGroup running_;
    std::unique_ptr<DemoSide> source_;
    std::unique_ptr<DemoSide> target_;
    std::unique_ptr<OrderFeed> feed_;
    OrderEvents events_{20'240'229};
    std::string_view step_ = "starting";
    bool stopping_ = false;  // a signal came, or the time is over
    bool node_ended_ = true;
    bool perfect_ = false;
};

asio::awaitable<Result<void>> Demo::pause(Clock::Time::duration time)
{
    return clock_.wait_until(clock_.now() + time);
}

asio::awaitable<void> Demo::watch_signals()
{
    asio::signal_set signals{node_.control(), SIGTERM, SIGINT};
    const auto [failure, first] = co_await signals.async_wait(asio::as_tuple);
    if (failure) co_return;
    stopping_ = true;
    const auto [ended, second] = co_await signals.async_wait(asio::as_tuple);
    if (ended) co_return;
    screen_.say(fmt::format("\nended at once; what is left at both clusters: {}\n", topic_names()));
    folder_.remove();
    std::_Exit(128 + second);
}

asio::awaitable<void> Demo::run_node()
{
    node_ended_ = false;
    const auto ended = co_await node_.run();
    if (!ended) node_.log().error("the link ended detail={:?}", ended.error().detail());
    node_ended_ = true;
}

asio::awaitable<bool> Demo::run(std::ostream& err)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    TaskGroup signals{node_.ports().control};
    signals.spawn(watch_signals());
    const auto done = co_await perform();
    if (!done) {
        screen_.say("");
        err << failure_text(step_, done.error(), options_);
    }
    step_ = "cleaning up";
    const auto clean = co_await clean_up();
    if (!clean) err << failure_text(step_, clean.error(), options_);
    signals.cancel();
    co_await signals.join();
    co_return done&& clean&& perfect_;
}

asio::awaitable<Result<void>> Demo::perform()
{
    if (auto prepared = co_await prepare(); !prepared) co_return prepared;
    if (auto started = co_await start_link(); !started) co_return started;
    if (auto shown = co_await show_at_work(); !shown) co_return shown;
    co_return co_await judge();
}

asio::awaitable<Result<void>> Demo::prepare()
{
    const auto& ports = node_.ports();
    const auto& clusters = node_.configuration().clusters;
    step_ = "connecting";
    for (auto* const side : {&source_, &target_}) {
        const bool is_source = side == &source_;
        const auto& cluster = clusters.at(is_source ? link_.source : link_.target);
        auto opened = DemoSide::open(ports, is_source ? "source" : "target", cluster);
        if (!opened) co_return fail(opened.error());
        *side = std::make_unique<DemoSide>(*std::move(opened));
    }
    auto source = co_await source_->describe();
    if (!source) co_return fail(source.error());
    auto target = co_await target_->describe();
    if (!target) co_return fail(target.error());
    if (source->id == target->id) {
        co_return fail(Errc::conflict, "both addresses lead to the cluster " + source->id.value());
    }
    screen_.say(header_text(options_, *source, *target));

    step_ = "making the demo's topics";
    for (auto* const side : {source_.get(), target_.get()}) {
        if (auto absent = co_await side->refuse_existing(); !absent) co_return absent;
    }
    if (auto made = co_await source_->create_topics(); !made) co_return made;
    auto feed = co_await OrderFeed::open(ports, source_->cluster(), "strait-" + link_.name.value());
    if (!feed) co_return fail(feed.error());
    feed_ = *std::move(feed);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Demo::start_link()
{
    step_ = "starting the link";
    const auto from = clock_.now();
    running_.spawn(run_node());
    while (!stopping_) {
        if (auto waited = co_await pause(tick); !waited) co_return waited;
        const auto status = co_await node_.engine().status(link_.name);
        if (!status) co_return fail(status.error());
        const bool active =
            status->topics.size() == demo_topics().size() &&
            std::ranges::all_of(status->topics, [](const links::TopicStatus& topic) {
                return topic.state == links::MirrorState::active;
            });
        if (active) break;
        if (status->state == links::MirrorState::halted || clock_.now() - from > active_time_max) {
            co_return fail(Errc::unavailable,
                           status->reason.empty() ? "the link is not active yet" : status->reason);
        }
    }
    const std::chrono::duration<double> took = clock_.now() - from;
    screen_.say(
        fmt::format("  link    {}, active after {:.1f} s\n", link_.name.value(), took.count()));
    screen_.say(commands_text(options_, link_.name, folder_.path()));
    co_return Result<void>{};
}

asio::awaitable<void> Demo::feed(std::optional<Clock::Time> end, std::optional<Error>& failed)
{
    auto next = clock_.now();
    while (!stopping_) {
        for (int i = 0; i < 2; ++i) {
            const auto written = co_await feed_->write(events_.next(clock_.wall_ms()));
            if (written) continue;
            failed = written.error();
            co_return;
        }
        next = std::max(next + tick, clock_.now());
        if (const auto waited = co_await clock_.wait_until(next); !waited) co_return;
        if (end && clock_.now() >= *end) stopping_ = true;
    }
}

asio::awaitable<Result<void>> Demo::show_at_work()
{
    step_ = "writing orders";
    DemoMeter meter{{*source_, *feed_, node_.engine(), link_.name, clock_}};
    std::optional<Clock::Time> end;
    if (options_.run_time) end = meter.begun() + *options_.run_time;
    std::optional<Error> failed;
    TaskGroup feeding{node_.ports().control};
    feeding.spawn(feed(end, failed));
    auto next_show = meter.begun() + show_interval;
    while (!stopping_ && !failed) {
        const auto now = clock_.now();
        if (now >= next_show) {
            screen_.show(co_await meter.read());
            next_show = clock_.now() + show_interval;
        }
        if (const auto waited = co_await pause(tick); !waited) break;
    }
    stopping_ = true;
    co_await feeding.join();
    if (failed) co_return fail(*failed);
    if (feed_->counts().records == 0)
        co_return fail(Errc::cancelled, "ended before the first record");
    screen_.show(co_await meter.read());
    co_return Result<void>{};
}

asio::awaitable<Result<Ends>> Demo::catch_up()
{
    const auto ends = co_await source_->ends();
    if (!ends) co_return fail(ends.error());
    const auto from = clock_.now();
    while (true) {
        const auto status = co_await node_.engine().status(link_.name);
        if (!status) co_return fail(status.error());
        const auto lag = lag_of(*status, *ends);
        if (lag == 0) co_return *ends;
        if (clock_.now() - from > catch_up_time_max || node_ended_) {
            co_return fail(Errc::timed_out,
                           fmt::format("the link is still {} offsets behind{}{}",
                                       lag,
                                       status->reason.empty() ? "" : ": ",
                                       status->reason));
        }
        if (auto waited = co_await pause(tick); !waited) co_return fail(waited.error());
    }
}

asio::awaitable<Result<void>> Demo::judge()
{
    step_ = "waiting until the link has caught up";
    screen_.say("\nno more orders; waiting for lag 0, then both sides are read\n");
    auto ends = co_await catch_up();
    if (!ends) co_return fail(ends.error());

    step_ = "reading both clusters";
    const auto verdict = co_await exchange::judge(
        {*source_, *target_, node_.engine(), link_.name}, *std::move(ends), feed_->counts());
    if (!verdict) co_return fail(verdict.error());
    perfect_ = verdict->perfect();
    screen_.say("\n" + verdict->text());
    co_return Result<void>{};
}

// In any case, and as far as it gets: what was made is removed.
asio::awaitable<Result<void>> Demo::clean_up()
{
    if (!node_ended_) {
        const auto until = clock_.now() + drain_time_max;
        node_.drain(until);
        while (!node_ended_ && clock_.now() < until) {
            if (const auto waited = co_await pause(tick); !waited) break;
        }
        running_.cancel();
    }
    co_await running_.join();
    feed_.reset();
    if (!source_ || !source_->has_own_topics()) co_return Result<void>{};
    if (options_.keep) {
        screen_.say("\nkept at both clusters: " + topic_names() +
                    "; delete them before the next demo\n");
        co_return Result<void>{};
    }
    const auto forgotten = co_await DemoSide::forget_link(*source_, *target_, link_);
    const auto at_source = co_await source_->delete_topics();
    const auto at_target = co_await target_->delete_topics();
    for (const auto* const result : {&forgotten, &at_source, &at_target}) {
        if (!*result) co_return fail(result->error());
    }
    screen_.say("\nremoved at both clusters: " + topic_names() +
                "\nleft at the target: _strait.links, where links keep their checkpoints; "
                "those of this one are gone\n");
    co_return Result<void>{};
}

ExitCode run_in(const DemoOptions& options,
                const DemoFolder& folder,
                std::ostream& out,
                std::ostream& err)
{
    auto data_dir = open_data_dir(folder.path());
    if (!data_dir) {
        err << failure_text("starting", data_dir.error(), options);
        return ExitCode::failure;
    }
    auto configuration = demo_configuration(options, *data_dir);
    Node node{{}, std::move(configuration), {}, *std::move(data_dir)};
    if (const auto opened = node.open(); !opened) {
        err << failure_text("starting", opened.error(), options);
        return ExitCode::failure;
    }
    Demo demo{options, folder, node, out};
    bool perfect = false;
    asio::co_spawn(
        node.control(), demo.run(err), [&](const std::exception_ptr& thrown, bool result) {
            if (thrown) std::rethrow_exception(thrown);
            perfect = result;
        });
    node.control().run();
    return perfect ? ExitCode::ok : ExitCode::failure;
}

}  // namespace

ExitCode run_demo(const DemoOptions& options, std::ostream& out, std::ostream& err)
{
    for (const auto& address : {options.source, options.target}) {
        if (const auto misfit = misfit_of(address)) {
            err << "error: " << *misfit << "\n";
            return ExitCode::usage;
        }
    }
    const auto folder = DemoFolder::make();
    if (!folder) {
        err << failure_text("starting", folder.error(), options);
        return ExitCode::failure;
    }
    return run_in(options, **folder, out, err);
}

}  // namespace strait::exchange
