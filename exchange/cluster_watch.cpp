#include "exchange/cluster_watch.hpp"

#include "catalog/commands/clusters.hpp"
#include "catalog/commands/products.hpp"
#include "exchange/catalog_news.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using catalog::Act;
using catalog::Cluster;
using catalog::ClusterId;
using catalog::ClusterState;
using catalog::Draft;
using catalog::Family;
using catalog::Noun;
using catalog::Outcome;
using catalog::ProductVersion;

namespace {

constexpr auto tick = 200ms;
constexpr std::size_t looks_max = 4;  // at a time; the doors may ask as well
constexpr std::chrono::milliseconds interval = 5min;
constexpr std::chrono::milliseconds delay_min = 1s;
constexpr std::chrono::milliseconds delay_max = 60s;

catalog::Caller the_system()
{
    return {.kind = catalog::Caller::Kind::system, .request_id = "clusters"};
}

bool is_watched(const Cluster& cluster)
{
    return cluster.state == ClusterState::registered || cluster.state == ClusterState::verified;
}

// A topic of it may still be published or delivered.
bool is_current(const ProductVersion& version)
{
    return version.state != catalog::VersionState::retired;
}

bool is_news(const Cluster& cluster, const catalog::ObservedCluster& seen)
{
    const auto& before = cluster.observed;
    return cluster.state == ClusterState::registered || !before ||
           before->cluster_id != seen.cluster_id || before->brokers != seen.brokers;
}

}  // namespace

ClusterWatch::ClusterWatch(catalog::Catalog& catalog,
                           api::ClusterProbe& probe,
                           const asio::any_io_executor& control,
                           Clock& clock,
                           spdlog::logger log)
    : catalog_{catalog}, probe_{probe}, clock_{clock}, log_{std::move(log)}, looks_{control}
{
}

asio::awaitable<void> ClusterWatch::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    do {
        if (looked_at_ != catalog_.revision()) co_await take_over_news();
        auto looking =
            std::ranges::count_if(watched_, [](const auto& each) { return each.second.looking; });
        for (auto& [id, watched] : watched_) {
            if (std::cmp_equal(looking, looks_max)) break;
            if (watched.looking || clock_.now() < watched.look_next) continue;
            watched.looking = true;
            ++looking;
            looks_.spawn(look_at(id));
        }
    } while (co_await clock_.wait_until(clock_.now() + tick));
    looks_.cancel();
    co_await looks_.join();
}

// Whatever was named just now is looked at at once.
asio::awaitable<void> ClusterWatch::take_over_news()
{
    struct Named {
        std::uint64_t revision = 0;
        std::vector<ClusterId> clusters;
    };
    const auto revision = catalog_.revision();
    const catalog::Catalog::Command<Named> question = [seen = seen_](Draft& draft,
                                                                     const Act&) -> Outcome<Named> {
        constexpr std::array all{Noun::cluster};
        constexpr std::array changed{Noun::cluster, Noun::version};
        const auto news =
            seen ? catalog_news(draft, seen, changed) : catalog_news(draft, seen, all);
        if (!news) return catalog::refuse(news.error());
        Named named{news->revision, {}};
        for (const auto& [noun, id] : news->records) {
            if (noun == Noun::cluster) named.clusters.push_back({id});
            if (noun != Noun::version) continue;
            const auto version = draft.find<ProductVersion>({id});
            if (!version) continue;
            for (const auto& port : version->ports) named.clusters.push_back(port.cluster);
        }
        return named;
    };
    const auto named = co_await catalog_.ask(the_system(), question);
    if (!named) co_return;  // a disk that does not answer is told of by what asks it
    for (const auto& id : named->clusters) watched_[id].look_next = {};
    if (seen_ == named->revision) looked_at_ = revision;
    seen_ = named->revision;
}

asio::awaitable<void> ClusterWatch::look_at(ClusterId id)
{
    const auto began = clock_.now();
    const auto delay = co_await look(id);
    const auto found = watched_.find(id);
    if (found == watched_.end()) co_return;
    auto& watched = found->second;
    watched.looking = false;
    if (delay == 0ms) {
        watched_.erase(found);  // until it is named again
    } else if (watched.look_next <= began) {
        watched.look_next = clock_.now() + delay;
    }
}

// Looks and tells; when to look again, 0 for not at all.
asio::awaitable<std::chrono::milliseconds> ClusterWatch::look(ClusterId id)
{
    const catalog::Catalog::Command<Task> question = [id](Draft& draft, const Act&) {
        return task_of(draft, id);
    };
    const auto task = co_await catalog_.ask(the_system(), question);
    if (!task) co_return delay_max;
    if (!is_watched(task->cluster)) co_return 0ms;
    std::vector<std::string> topics;
    topics.reserve(task->ports.size());
    for (const auto& named : task->ports) topics.push_back(named.port.topic);
    const auto sight = co_await probe_.look_at(id, std::move(topics));
    note(id, sight ? "" : sight.error().detail());
    auto& delay = watched_[id].delay;
    const bool done = sight && co_await tell(*task, *sight);
    if (done) {
        delay = 0ms;
        co_return interval;
    }
    delay = std::clamp(delay * 2, delay_min, delay_max);
    co_return delay;
}

Outcome<ClusterWatch::Task> ClusterWatch::task_of(Draft& draft, ClusterId id)
{
    Task task;
    const auto cluster = draft.find<Cluster>(id);
    if (!cluster) return task;
    task.cluster = *cluster;
    const auto prefix = catalog::reference_key(id.bits, Noun::version);
    for (const auto& version : draft.all_below<ProductVersion>(Family::index, prefix)) {
        if (!is_current(version)) continue;
        for (const auto& port : version.ports) {
            if (port.cluster == id) task.ports.push_back({version.product, port, version.version});
        }
    }
    return task;
}

// False if a topic is not there yet, or the catalog did not take it.
asio::awaitable<bool> ClusterWatch::tell(Task task, api::ClusterSight sight)
{
    bool done = true;
    if (is_news(task.cluster, sight.cluster)) {
        const catalog::Catalog::Command<Cluster> verify =
            [asked = task.cluster, seen = sight.cluster](Draft& draft, const Act& act) {
                return catalog::verify_cluster(draft, act, asked.id, seen, asked.revision);
            };
        const auto verified = co_await catalog_.execute(the_system(), verify);
        done = verified.has_value();
    }
    for (const auto& named : task.ports) {
        const auto seen = sight.topics.find(named.port.topic);
        if (seen == sight.topics.end()) {
            done = false;
            continue;
        }
        if (named.port.observed == seen->second) continue;
        const catalog::Catalog::Command<ProductVersion> observe =
            [named, topic = seen->second](Draft& draft, const Act& act) {
                return catalog::observe_port(
                    draft, act, named.product, named.version, named.port.alias, topic);
            };
        const auto observed = co_await catalog_.execute(the_system(), observe);
        done = done && observed.has_value();
    }
    co_return done;
}

// A cause is logged when it changes.
void ClusterWatch::note(ClusterId id, const std::string& trouble)
{
    auto& known = watched_[id].trouble;
    if (known == trouble) return;
    known = trouble;
    if (trouble.empty())
        log_.info("cluster answers cluster={}", to_string(id));
    else
        log_.warn("cluster does not answer cluster={} detail={:?}", to_string(id), trouble);
}

}  // namespace strait::exchange
