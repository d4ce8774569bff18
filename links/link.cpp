#include "links/link.hpp"

#include "core/backoff.hpp"
#include "core/failpoint.hpp"
#include "core/task_group.hpp"
#include "links/clusters/cluster_survey.hpp"
#include "links/clusters/lane_settings.hpp"
#include "links/running_link.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 250ms;
constexpr auto halted_retry = 10s;

// The state of a link that copies nothing because it was told so.
std::optional<MirrorState> resting_state(Desired desired)
{
    switch (desired) {
        case Desired::running: return std::nullopt;
        case Desired::paused: return MirrorState::paused;
        case Desired::promoted: return MirrorState::promoted;
        case Desired::failed_over: return MirrorState::failed_over;
    }
    std::unreachable();
}

// How many partitions have a position, or had when the link began.
std::size_t positions_of(const LinkView& view, const TopicOwner& owner)
{
    for (std::size_t count = owner.partitions;; ++count) {
        const Partition next{static_cast<std::int32_t>(count)};
        const auto position = view.position(owner.source_id, next);
        if (!position || !*position) return count;
    }
}

asio::awaitable<void> keep_end(ShardHost& host, std::optional<Error>& ended)
{
    const auto end = co_await host.run();
    ended = end ? Error{Errc::cancelled} : end.error();
}

}  // namespace

Link::Link(LinkSetup setup, const NodePorts& node)
    : setup_{std::move(setup)},
      node_{node},
      log_{std::make_shared<spdlog::logger>(
          node.logging.make_logger("links/" + setup_.config.name.value()))}
{
    if (const auto owner = setup_.view.owner()) {
        const auto& found = *owner;
        if (found) order_ = found->order;
    }
    recall_topics();
    last_status_ = bare_status();
}

// Until they are looked at: what belongs to none of our topics is not ours to keep.
void Link::recall_topics()
{
    topics_.clear();
    const auto owners = setup_.view.topics();
    if (!owners) return;
    for (const auto& owner : *owners) {
        if (is_cut(order_.desired)) {
            topics_.push_back({.owner = owner, .partitions = owner.partitions, .reason = {}});
        } else {
            auto& topic = topics_.emplace_back(recalled(owner));
            if (topic.partitions > 0) topic.partitions = positions_of(setup_.view, owner);
        }
    }
}

Link::~Link() { end_wish(fail(Errc::cancelled)); }

void Link::drain()
{
    draining_ = true;
    if (!running_) return;
    running_->preparing.cancel();
    for (const auto& host : running_->hosts) host->drain();
}

void Link::adapt(const LinkConfig& config)
{
    setup_.config.metrics_per_partition = config.metrics_per_partition;
    setup_.config.metrics_per_group = config.metrics_per_group;
    setup_.config.groups = config.groups;
    setup_.config.config_sync = config.config_sync;
    setup_.config.acl_sync = config.acl_sync;
    new_topics_ = config.topics;
    if (running_) running_->look_again = true;
    if (setup_.config.desired == config.desired) return;
    setup_.config.desired = config.desired;
    wish_for_desired();
    try_at_once();
}

asio::awaitable<Error> Link::run()
{
    Backoff backoff{1s, 10s, node_.seed};
    for (;;) {
        const auto began = node_.clock.now();
        const auto error = co_await run_once();
        if (error.code() == Errc::cancelled || error.code() == Errc::corrupt) co_return error;
        if (draining_) co_return Error{Errc::cancelled};
        if (std::exchange(begin_again_, false)) continue;

        note_failure(error);
        if (node_.clock.now() - began > backoff.delay_max()) backoff.reset();
        // Whoever was replaced stays away: coming back would only replace the successor.
        const auto delay = error.code() == Errc::fenced     ? Clock::Time::duration{24h}
                           : error.code() == Errc::conflict ? Clock::Time::duration{halted_retry}
                                                            : backoff.next();
        if (!co_await wait_before_next(node_.clock.now() + delay)) co_return Error{Errc::cancelled};
    }
}

// A cause is logged when it changes.
void Link::note_failure(const Error& error)
{
    const bool operators = error.code() == Errc::conflict || error.code() == Errc::fenced;
    if (operators) end_wish(fail(error));
    const auto waiting = resting_state(order().desired).value_or(MirrorState::starting);
    const auto state = operators ? MirrorState::halted : waiting;
    if (failure_ != error.detail()) {
        log_->log(operators ? spdlog::level::err : spdlog::level::warn,
                  "link does not run state={} error={} detail={:?}",
                  to_string(state),
                  to_string(error.code()),
                  error.detail());
    }
    failure_ = error.detail();
    show(state, error.detail());
}

// False if the link is to end.
asio::awaitable<bool> Link::wait_before_next(Clock::Time until)
{
    while (!draining_ && !std::exchange(try_again_, false) && node_.clock.now() < until) {
        if (!co_await node_.clock.wait_until(node_.clock.now() + tick)) co_return false;
    }
    co_return !draining_;
}

void Link::show(MirrorState state, std::string reason)
{
    state_ = state;
    reason_ = std::move(reason);
    last_status_ = bare_status();
}

asio::awaitable<Error> Link::run_once()
{
    take_topics();
    wish_for_desired();
    auto opened = RunningLink::open(setup_, node_, log_);
    if (!opened) co_return opened.error();
    running_ = *std::move(opened);
    auto error = co_await run_connected(*running_);
    if (co_await end(*running_)) error = Error{Errc::cancelled};
    running_.reset();
    co_return error;
}

asio::awaitable<Error> Link::run_connected(RunningLink& running)
{
    if (draining_) co_return Error{Errc::cancelled};
    // A task of its own: a link that copies nothing yet has nothing to drain.
    Result<void> prepared = fail(Errc::cancelled);
    running.preparing.spawn(prepare(running, prepared));
    co_await running.preparing.join();
    if (wish_ && (prepared || prepared.error().code() == Errc::cancelled)) co_return begin_again();
    if (!prepared) co_return prepared.error();
    if (!running.source_asked && !is_cut(order_.desired)) {
        // Topics were failed over, and whoever goes on needs to know the source.
        release_ = co_await release_configs(running);
        co_return begin_again();
    }
    const auto resting = resting_state(order_.desired);
    if (resting) co_return co_await rest(running, *resting);
    if (state_ == MirrorState::paused) show(MirrorState::starting, "");
    start_shards(running);
    log_->info("started term={} shards={}", term_.value(), setup_.config.shards);
    co_return co_await follow(running);
}

asio::awaitable<void> Link::prepare(RunningLink& running, Result<void>& prepared)
{
    prepared = co_await connect(running);
    if (prepared) prepared = co_await claim(running);
}

// Who is there: both clusters under the ids that the configuration may guard. After a cut the
// source is only remembered.
asio::awaitable<Result<void>> Link::connect(RunningLink& running)
{
    if (auto reached = co_await reach("link.connecting", node_.clock); !reached) co_return reached;
    Result<kafka::ClusterDescription> source = kafka::ClusterDescription{};
    if (goes_without_source()) {
        const auto owner = setup_.view.owner();
        if (!owner) co_return fail(owner.error());
        const auto& known = *owner;
        if (known) source->id = known->source_cluster;
    } else {
        running.source_asked = true;
        source = co_await running.source->describe_cluster();
        if (!source) co_return fail(source.error().within("source " + setup_.source.name.value()));
    }
    auto target = co_await running.target->describe_cluster();
    if (!target) co_return fail(target.error().within("target " + setup_.target.name.value()));
    for (const auto& [cluster, found] :
         {std::pair{&setup_.source, &source->id}, std::pair{&setup_.target, &target->id}}) {
        if (cluster->cluster_id == ClusterId{} || cluster->cluster_id == *found) continue;
        if (*found == ClusterId{} && !running.source_asked) continue;  // the target knows it
        co_return fail(Errc::conflict,
                       "cluster " + cluster->name.value() + " has id " + found->value() +
                           ", and its cluster_id in the configuration is " +
                           cluster->cluster_id.value());
    }
    const auto partitions = co_await ensure_links_topic(*running.target, setup_.target.links_topic);
    if (!partitions) co_return fail(partitions.error());
    running.connected({*std::move(source), *std::move(target), kafka::principal_of(setup_.source)},
                      *partitions);
    if (auto opened = open_groups(running); !opened) co_return opened;
    co_return running.link_log->open_writer();
}

void Link::start_shards(RunningLink& running)
{
    for (std::uint32_t i = 0; i < setup_.config.shards; ++i) {
        const ShardNumber number{i};
        auto log = std::make_shared<spdlog::logger>(node_.logging.make_logger(
            "links/" + setup_.config.name.value() + "/shard-" + std::to_string(i)));
        const auto home =
            (XXH64(setup_.config.name.value().data(), setup_.config.name.value().size(), 0) + i) %
            node_.shards.size();
        running.hosts.push_back(
            std::make_unique<ShardHost>(node_.shards[home],
                                        ShardSettings{setup_.config.name,
                                                      number,
                                                      term_,
                                                      node_.node,
                                                      node_.seed + i,
                                                      setup_.target.socket_timeout / 2},
                                        sink_settings(setup_.target, setup_.config, number),
                                        *running.around,
                                        std::move(log)));
        running.ended.emplace_back();
    }
    for (std::size_t i = 0; i < running.hosts.size(); ++i) {
        if (draining_) running.hosts[i]->drain();
        running.tasks.spawn(keep_end(*running.hosts[i], running.ended[i]));
    }
}

// The life of a link that runs, until a shard ends for good. What is asked of the clusters are
// tasks of their own: one cluster that does not answer must not hide what the other says.
asio::awaitable<Error> Link::follow(RunningLink& running)
{
    auto& tasks = running.tasks;
    tasks.spawn(watch_topics(running));
    tasks.spawn(watch_ids(running));
    if (setup_.config.delivery == Delivery::at_least_once) tasks.spawn(watch_claim(running));
    tasks.spawn(watch_ends(running));
    tasks.spawn(watch_retention(running));
    tasks.spawn(watch_log_starts(running));
    tasks.spawn(watch_groups(running));
    tasks.spawn(watch_configs(running));
    tasks.spawn(watch_acls(running));
    tasks.spawn(watch_release(running));
    tasks.spawn(watch_status());
    for (;;) {
        if (const auto ended = end_of_following(running)) co_return *ended;
        const auto waited = co_await node_.clock.wait_until(node_.clock.now() + tick);
        if (!waited) co_return waited.error();
    }
}

// The next claim takes the order to the target.
Error Link::begin_again()
{
    begin_again_ = true;
    return Error{Errc::unavailable, "an order is taken to the target"};
}

std::optional<Error> Link::end_of_following(const RunningLink& running)
{
    auto ended = running.ended_for_good(draining_ || wish_ != nullptr);
    const bool of_itself = ended && ended->code() != Errc::cancelled;
    if (of_itself || draining_) return ended;
    if (wish_ && (ended || node_.clock.now() >= wish_->deadline)) return begin_again();
    if (running.claim_ended) return running.claim_ended;
    return ended ? ended : running.discovery_ended;
}

// The life of a link that copies nothing: while it is paused what waits at the source is watched,
// and after a cut the source is nobody's concern.
asio::awaitable<Error> Link::rest(RunningLink& running, MirrorState state)
{
    show(state, order_.reason);
    log_->info("{} term={} reason={:?}", to_string(state), term_.value(), order_.reason);
    if (state == MirrorState::paused) {
        running.tasks.spawn(watch_ends(running));
        running.tasks.spawn(watch_retention(running));
    }
    running.tasks.spawn(watch_status());
    running.tasks.spawn(watch_release(running));
    for (;;) {
        if (draining_) co_return Error{Errc::cancelled};
        if (wish_) co_return begin_again();
        const auto waited = co_await node_.clock.wait_until(node_.clock.now() + tick);
        if (!waited) co_return waited.error();
    }
}

// Ends the shards, and waits for whoever asks something of the link, however far it has come. True
// if we were cancelled meanwhile, which nothing after this notices any more.
asio::awaitable<bool> Link::end(RunningLink& running)
{
    running.ending = true;
    running.tasks.cancel();
    co_await running.tasks.join();
    const auto caller = co_await asio::this_coro::cancellation_state;
    bool cancelled = caller.cancelled() != asio::cancellation_type::none;
    if (cancelled) co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    while (running.questions > 0) {
        if (co_await node_.clock.wait_until(node_.clock.now() + tick)) continue;
        cancelled = true;
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    }
    for (const auto& host : running.hosts) co_await host->end();
    co_return cancelled;
}

}  // namespace strait::links
