#include "exchange/reconciler/reconciler.hpp"

#include "catalog/commands/subscriptions.hpp"
#include "core/document.hpp"
#include "core/task_group.hpp"
#include "exchange/reconciler/mirror_usage.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using catalog::Act;
using catalog::Draft;
using catalog::Subscription;
using catalog::SubscriptionId;
using catalog::SubscriptionState;

namespace {

constexpr auto tick = 50ms;              // somebody waits for an end
constexpr auto ending_interval = 100ms;  // between two looks at the links of a subscription
constexpr auto starting_interval = 250ms;
constexpr auto running_interval = 5s;
constexpr auto told_interval = 10s;   // of what does not make it ready
constexpr auto count_interval = 10s;  // of what was copied
constexpr auto last_count_max = 60s;  // that an end waits for it
constexpr std::chrono::milliseconds provisioning_time_max = std::chrono::days{7};

catalog::Caller the_system()
{
    return {.kind = catalog::Caller::Kind::system, .request_id = "reconciler"};
}

Clock::Time::duration interval_of(const Subscription& subscription)
{
    if (subscription.state == SubscriptionState::terminating) return ending_interval;
    return subscription.state == SubscriptionState::provisioning
               ? Clock::Time::duration{starting_interval}
               : running_interval;
}

bool is_ready(const std::vector<catalog::Condition>& conditions)
{
    const auto ready =
        std::ranges::find(conditions, catalog::ConditionType::ready, &catalog::Condition::type);
    return ready != conditions.end() && ready->status;
}

}  // namespace

Reconciler::Reconciler(catalog::Catalog& catalog,
                       DataPlane plane,
                       asio::any_io_executor control,
                       Clock& clock,
                       spdlog::logger log)
    : catalog_{catalog},
      plane_{std::move(plane)},
      control_{std::move(control)},
      clock_{clock},
      log_{std::move(log)},
      feed_{catalog, std::move(plane_.config_of)}
{
}

// Two tasks: whoever waits for a link must not keep another one from being told to stop.
asio::awaitable<void> Reconciler::run()
{
    TaskGroup tasks{control_};
    tasks.spawn(follow_catalog());
    tasks.spawn(follow_links());
    co_await tasks.join();
}

asio::awaitable<void> Reconciler::follow_catalog()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    do {
        const bool news = co_await take_over_news();
        if (news || !told_ || now() >= next_end_) co_await make_links();
    } while (co_await clock_.wait_until(clock_.now() + tick));
}

asio::awaitable<bool> Reconciler::take_over_news()
{
    bool any = false;
    while (looked_at_ != catalog_.revision()) {
        const auto revision = catalog_.revision();
        const auto news = co_await feed_.catch_up();
        note("catalog", news ? "" : news.error().detail);
        if (!news) co_return any;
        any = any || *news;
        if (!*news) looked_at_ = revision;
    }
    co_return any;
}

// Also notes when time alone changes it.
links::LinkSet Reconciler::wanted_links(Timestamp at)
{
    links::LinkSet wanted;
    next_end_ = {std::numeric_limits<std::int64_t>::max()};
    const auto& clusters = feed_.clusters();
    for (const auto& [id, mirrored] : feed_.mirrored()) {
        const auto ends_at = mirrored.subscription.ends_at;
        if (ends_at > at) next_end_ = std::min(next_end_, ends_at);
        auto links = links_of(mirrored, clusters, at);
        wanted.links.insert(wanted.links.end(), links.begin(), links.end());
    }
    for (const auto& [id, cluster] : clusters) wanted.clusters.emplace(cluster.name, cluster);
    return wanted;
}

// What fails is tried again with the next look.
asio::awaitable<void> Reconciler::make_links()
{
    auto wanted = wanted_links(now());
    const bool same = told_ && told_->links == wanted.links && told_->clusters == wanted.clusters;
    if (same) co_return;
    told_.reset();
    auto followed = co_await plane_.links.follow_catalog(wanted);
    note("links", followed ? "" : followed.error().error.detail());
    if (!followed) co_return;
    left_out_ = *std::move(followed);
    for (const auto& [link, reason] : left_out_) note("link " + link.value(), reason);
    told_ = std::move(wanted);
}

asio::awaitable<void> Reconciler::follow_links()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    while (co_await clock_.wait_until(clock_.now() + tick)) {
        std::vector<SubscriptionId> due;
        std::erase_if(watched_,
                      [&](const auto& each) { return !feed_.mirrored().contains(each.first); });
        for (const auto& [id, mirrored] : feed_.mirrored()) {
            if (watched_[id].look_next <= clock_.now()) due.push_back(id);
        }
        for (const auto& id : due) co_await look_at(id);
    }
}

asio::awaitable<void> Reconciler::look_at(SubscriptionId id)
{
    const auto found = feed_.mirrored().find(id);
    if (!told_ || found == feed_.mirrored().end()) co_return;
    const auto mirrored = found->second;  // the feed goes on meanwhile
    const auto& subscription = mirrored.subscription;
    watched_[id].look_next = clock_.now() + interval_of(subscription);
    const auto reports = co_await reports_of(id);
    if (subscription.state == SubscriptionState::terminating) {
        if (have_ended(reports)) co_await finish(subscription, reports);
        co_return;
    }
    const bool too_long =
        subscription.state == SubscriptionState::provisioning &&
        now().unix_ms - subscription.created_at.unix_ms > provisioning_time_max.count();
    if (too_long) co_return co_await give_up(id);
    if (auto& watched = watched_[id]; watched.count_next <= clock_.now()) {
        watched.count_next = clock_.now() + count_interval;
        static_cast<void>(co_await count_usage(subscription, reports));
    }
    co_await tell_conditions(subscription, conditions_of(subscription, reports, now()));
}

asio::awaitable<std::vector<MirrorReport>> Reconciler::reports_of(SubscriptionId id)
{
    std::vector<LinkName> names;
    const auto mirrored = feed_.mirrored().find(id);
    if (mirrored != feed_.mirrored().end()) {
        for (const auto& link : links_of(mirrored->second, feed_.clusters(), now())) {
            names.push_back(link.name);
        }
    }
    std::vector<MirrorReport> reports;
    reports.reserve(names.size());
    for (const auto& name : names) {
        auto status = co_await plane_.running.status(name);
        auto& report = reports.emplace_back(MirrorReport{.link = name});
        if (status) report.status = *std::move(status);
    }
    if (reports.empty()) reports.emplace_back();  // there should be one
    co_return reports;
}

// Whether all of it is counted. Nothing is lost by a failure: whoever counts next begins where this
// was counted to.
asio::awaitable<bool> Reconciler::count_usage(Subscription subscription,
                                              const std::vector<MirrorReport>& reports)
{
    bool whole = true;
    for (const auto& report : reports) {
        if (!report.status) continue;
        catalog::Outcome<bool> more{true};
        while (more && *more) more = co_await count_beyond(subscription, report.link);
        note("usage", more ? "" : more.error().detail);
        whole = whole && more;
    }
    co_return whole;
}

// False if there was no more to count.
asio::awaitable<catalog::Outcome<bool>> Reconciler::count_beyond(Subscription subscription,
                                                                 LinkName link)
{
    using Counted = std::vector<catalog::CountedUpTo>;
    const catalog::Catalog::Command<Counted> question =
        [id = subscription.id](Draft& draft, const Act&) -> catalog::Outcome<Counted> {
        auto counted = catalog::counted_up_to(draft.reader(), id);
        if (counted) return *std::move(counted);
        return catalog::refuse(catalog::RefusalCode::unavailable, counted.error().detail());
    };
    const auto counted = co_await catalog_.ask(the_system(), question);
    if (!counted) co_return catalog::refuse(counted.error());
    const auto mirrored = co_await plane_.running.mirrored(link, known_to(*counted));
    if (!mirrored) {
        co_return catalog::refuse(catalog::RefusalCode::unavailable, mirrored.error().detail());
    }
    auto reports = usage_of(subscription, *mirrored);
    if (reports.empty()) co_return false;
    if (!subscription.first_record_at && has_records(reports)) {
        co_await tell("first record", [id = subscription.id](Draft& draft, const Act& act) {
            return catalog::note_first_record(draft, act, id);
        });
    }
    const auto told = co_await catalog_.count(std::move(reports));
    if (!told) co_return catalog::refuse(told.error());
    co_return mirrored->size() == links::LinkDirectory::ranges_max;
}

// What was copied is counted first: its link goes with it. That it has ended is worth more than
// what cannot be counted.
asio::awaitable<void> Reconciler::finish(Subscription subscription,
                                         std::vector<MirrorReport> reports)
{
    if (!co_await count_usage(subscription, reports)) {
        auto& last = watched_[subscription.id].count_last;
        if (!last) last = clock_.now() + last_count_max;
        if (clock_.now() < *last) co_return;
        log_.warn("ends with usage that is not counted subscription={}",
                  to_string(subscription.id));
    }
    const auto end = end_of(subscription, reports);
    co_await tell("end", [id = subscription.id, end](Draft& draft, const Act& act) {
        return catalog::finish_subscription(draft, act, id, end.last_offsets, end.last_byte_at);
    });
}

asio::awaitable<void> Reconciler::give_up(SubscriptionId id)
{
    co_await tell("end", [id](Draft& draft, const Act& act) {
        return catalog::end_subscription(draft, act, id, catalog::Verb::fail);
    });
}

// At once what makes it ready or ends that; the rest not all the time.
asio::awaitable<void> Reconciler::tell_conditions(Subscription subscription,
                                                  std::vector<catalog::Condition> conditions)
{
    const auto& before = subscription.conditions;
    if (conditions == before) co_return;
    const auto id = subscription.id;
    auto& watched = watched_[id];
    const bool urgent = before.empty() || is_ready(before) != is_ready(conditions);
    if (!urgent && clock_.now() < watched.tell_next) co_return;
    watched.tell_next = clock_.now() + told_interval;
    co_await tell("conditions", [id, conditions](Draft& draft, const Act& act) {
        return catalog::report_conditions(draft, act, id, conditions);
    });
}

// What was not taken is said again with the next look: meanwhile the subscription may have become
// another.
asio::awaitable<void> Reconciler::tell(std::string what,
                                       catalog::Catalog::Command<Subscription> command)
{
    const auto told = co_await catalog_.execute(the_system(), std::move(command));
    note(what, told ? "" : told.error().detail);
}

// A cause is logged when it changes.
void Reconciler::note(const std::string& what, const std::string& failure)
{
    auto& known = failures_[what];
    if (known == failure) return;
    if (failure.empty()) {
        log_.info("goes on what={:?}", what);
        failures_.erase(what);
        return;
    }
    log_.warn("does not go on what={:?} detail={:?}", what, failure);
    known = failure;
}

std::vector<SampledMetric> Reconciler::samples() const
{
    using enum SampledMetric::Kind;
    return {{"strait_subscriptions_mirrored",
             "kafka_mirror subscriptions that have not ended",
             gauge,
             {{{}, static_cast<double>(feed_.mirrored().size())}}},
            {"strait_subscriptions_without_link",
             "whose link does not fit to the others",
             gauge,
             {{{}, static_cast<double>(left_out_.size())}}}};
}

}  // namespace strait::exchange
