#include "exchange/node.hpp"

#include "api/routes.hpp"
#include "catalog/commands/act.hpp"
#include "core/document.hpp"
#include "exchange/catalog_clusters.hpp"
#include "exchange/catalog_key.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t pool_threads_min = 16;  // also for links that come at run time
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

links::FileLinks links_of(const Configuration& configuration)
{
    return {{configuration.clusters, configuration.links}, configuration.link_spots};
}

// What only the next start takes over, as the file calls it.
std::vector<std::string> fixed_keys(const Configuration& before, const Configuration& after)
{
    std::vector<std::string> keys;
    const auto compare = [&](const char* key, const auto& one, const auto& other) {
        if (!(one == other)) keys.emplace_back(key);
    };
    compare("data_dir", before.data_dir, after.data_dir);
    compare("drain_time", before.drain_time, after.drain_time);
    compare("log", before.log, after.log);
    compare("ops", before.ops, after.ops);
    auto reloaded = after.api;
    reloaded.tls = before.api.tls;  // which a reload takes over
    if (after.api.tls.has_value() != before.api.tls.has_value()) reloaded.tls = after.api.tls;
    compare("api", before.api, reloaded);
    compare("catalog", before.catalog, after.catalog);
    compare("http", before.http, after.http);
    return keys;
}

std::vector<std::string> texts_of(const std::vector<Problem>& problems)
{
    std::vector<std::string> texts;
    texts.reserve(problems.size());
    for (const auto& problem : problems) texts.push_back(to_string(problem));
    return texts;
}

std::size_t shard_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

Node::Node(ConfigurationFile file,
           Configuration configuration,
           std::set<LinkName> take_over,
           DataDir data_dir)
    : file_{std::move(file)},
      configuration_{std::move(configuration)},
      data_dir_{std::move(data_dir)},
      logging_{configuration_.log},
      log_{logging_.make_logger("strait")},
      threads_{shard_threads(), pool_threads(configuration_)},
      ports_{threads_.ports(clock_, logging_, metrics_, data_dir_.install)},
      engine_{{{},  // open() knows them
               data_dir_.view(),
               data_dir_.operations(),
               configuration_.drain_time,
               take_over},
              ports_},
      links_{engine_, ports_, configuration_.drain_time},
      services_{engine_,
                metrics_,
                [this] { return ready(); },
                [this](std::string path, bool dry_run) { return apply(std::move(path), dry_run); },
                &links_},
      admin_router_{
          api::exchange_routes(), api::Door::admin, services_, logging_.make_logger("admin")},
      ops_router_{{api::ops_routes}, api::Door::ops, services_, logging_.make_logger("ops")},
      api_router_{api::exchange_routes(), api::Door::api, services_, logging_.make_logger("api")},
      admin_{ports_.control,
             admin_router_,
             clock_,
             configuration_.http,
             logging_.make_logger("admin")},
      ops_{ports_.control, ops_router_, clock_, configuration_.http, logging_.make_logger("ops")},
      api_{ports_.control, api_router_, clock_, configuration_.http, logging_.make_logger("api")},
      doors_{ports_.control},
      reconciling_{ports_.control},
      sampling_{metrics_.sample([this] { return samples(); })},
      take_over_{std::move(take_over)}
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
    auto wanted = links_.open(data_dir_.link_store(), links_of(configuration_));
    if (!wanted) return fail(wanted.error());
    for (const auto& name : take_over_) {
        if (links_.find(name)) continue;
        return fail(Errc::invalid_argument,
                    "--take-over: no link " + in_quotes(name.value()) + " in " + file_.path +
                        ", nor one that came at run time");
    }
    if (auto opened = engine_.open(*std::move(wanted)); !opened) return opened;
    if (auto opened = open_catalog(); !opened) return opened;
    if (auto opened = admin_.open(data_dir_.admin_socket()); !opened) return opened;
    if (auto opened = open_ops(); !opened) return opened;
    return open_api();
}

Result<void> Node::open_catalog()
{
    auto key = open_catalog_key(data_dir_, configuration_.catalog);
    if (!key) return fail(key.error());
    auto store = catalog::CatalogStore::open(data_dir_.catalog());
    if (!store) return fail(store.error());
    catalog_.emplace(*std::move(store), *std::move(key), ports_.pool, clock_);
    auto index = catalog::SearchIndex::open(data_dir_.search());
    if (!index) return fail(index.error().within("the search index"));
    discovery_.emplace(*catalog_, *std::move(index), ports_.pool);
    upkeep_.emplace(*catalog_, *discovery_, clock_, logging_.make_logger("catalog"));
    const auto config_of = cluster_configs(configuration_.catalog.cluster_networks);
    probe_.emplace(*catalog_, config_of, ports_);
    cluster_watch_.emplace(
        *catalog_, *probe_, ports_.control, clock_, logging_.make_logger("clusters"));
    reconciler_.emplace(*catalog_,
                        DataPlane{links_, engine_, config_of},
                        ports_.control,
                        clock_,
                        logging_.make_logger("reconciler"));
    services_.catalog = &*catalog_;
    services_.discovery = &*discovery_;
    services_.clusters = &*probe_;
    services_.cluster_guard = {configuration_.catalog.cluster_networks};
    services_.partner_join = configuration_.catalog.partner_join;
    services_.limiter = &limiter_;
    services_.limits = configuration_.api.limits;
    services_.url = configuration_.api.url;
    services_.page_key.resize(32);
    catalog::system_entropy()(
        {reinterpret_cast<std::uint8_t*>(services_.page_key.data()), services_.page_key.size()});
    return {};
}

Result<void> Node::open_api()
{
    const auto& listen = configuration_.api.listen;
    if (!listen) {
        api_closed_ = true;
        return {};
    }
    const asio::ip::tcp::endpoint at{asio::ip::make_address(listen->host), listen->port};
    if (!configuration_.api.tls && !at.address().is_loopback()) {
        return fail(Errc::invalid_argument, "api.listen: keys would cross the network in clear");
    }
    if (auto ready = use_tls(configuration_.api); !ready) return ready;
    if (auto opened = api_.open(at); !opened) return fail(opened.error().within("api.listen"));
    if (services_.url.empty()) {
        const auto* const scheme = configuration_.api.tls ? "https://" : "http://";
        services_.url = scheme + to_string(ListenAddress{listen->host, api_.port()});
    }
    return {};
}

Result<void> Node::use_tls(const ApiConfig& config)
{
    if (!config.tls) return {};
    auto tls = api::make_tls(config.tls->certificate, config.tls->key.reveal());
    if (!tls) return fail(tls.error().within("api.tls"));
    api_.use_tls(*std::move(tls));
    return {};
}

// Whether there is TLS at all is for the next start.
void Node::take_over_tls(const ApiConfig& wanted)
{
    auto& ours = configuration_.api.tls;
    if (!ours || !wanted.tls || ours == wanted.tls) return;
    if (const auto taken = use_tls(wanted); !taken) {
        log_.error("certificate not taken over detail={:?}", taken.error().detail());
        return;
    }
    ours = wanted.tls;
    log_.info("certificate taken over");
}

std::vector<SampledMetric> Node::samples() const
{
    using enum SampledMetric::Kind;
    auto all = door_metrics({{"admin", admin_}, {"ops", ops_}, {"api", api_}});
    if (!catalog_) return all;
    const auto add = [&](auto kind, const char* name, const char* help, std::uint64_t value) {
        all.push_back({name, help, kind, {{{}, static_cast<double>(value)}}});
    };
    if (reconciler_) std::ranges::move(reconciler_->samples(), std::back_inserter(all));
    add(counter, "strait_catalog_revision", "of the last command", catalog_->revision());
    add(counter, "strait_http_limited_total", "told to wait", limiter_.refused());
    add(gauge, "strait_catalog_commands", "waiting or running", catalog_->commands());
    add(gauge, "strait_catalog_questions", "the same of questions", catalog_->questions());
    return all;
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
    reconciling_.cancel();
    engine_.drain();
}

Result<std::string> Node::ready() const
{
    if (drained_by_) return fail(Errc::unavailable, "the program is ending");
    return engine_.ready();
}

asio::awaitable<api::Answered<api::ConfigChanges>> Node::apply(std::string path, bool dry_run)
{
    auto file = file_;
    if (path != file.path && !dry_run) {
        co_return api::refuse(Error{Errc::conflict,
                                    "this node serves " + in_quotes(file.path) +
                                        ", and would be back to it at its next start: change that "
                                        "file, or try this one with --dry-run"});
    }
    file.path = std::move(path);
    std::error_code failure;
    if (!std::filesystem::is_regular_file(file.path,
                                          failure)) {  // a pipe could hold us up for ever
        co_return api::refuse(
            Error{Errc::invalid_argument, in_quotes(file.path) + " is not a regular file"});
    }
    const auto wanted = file.read(true);
    if (!wanted) co_return api::refuse(wanted.error());
    if (!dry_run) take_over_tls(wanted->api);  // whatever becomes of the links
    auto changes = co_await links_.apply(links_of(*wanted), dry_run);
    if (!changes) co_return api::refuse(changes.error());
    if (!dry_run) {
        configuration_.clusters = wanted->clusters;
        configuration_.links = wanted->links;
    }
    co_return api::ConfigChanges{
        *std::move(changes), fixed_keys(configuration_, *wanted), texts_of(wanted->warnings)};
}

asio::awaitable<void> Node::reload()
{
    const auto changes = co_await apply(file_.path, false);
    if (!changes) {
        log_.error(
            "configuration not taken over file={} detail={:?}", file_.path, changes.error().detail);
        co_return;
    }
    log_.info(
        "configuration taken over file={} links_changed={}", file_.path, changes->links.size());
    for (const auto& warning : changes->warnings) log_.warn("configuration {}", warning);
    for (const auto& key : changes->at_next_start) {
        log_.warn("configuration key needs a restart key={}", key);
    }
}

asio::awaitable<Result<void>> Node::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    if (upkeep_) doors_.spawn(upkeep_->run());
    if (cluster_watch_) reconciling_.spawn(cluster_watch_->run());
    if (reconciler_) reconciling_.spawn(reconciler_->run());
    doors_.spawn(admin_.run());
    if (!ops_closed_) doors_.spawn(ops_.run());
    if (!api_closed_) doors_.spawn(api_.run());
    auto end = co_await engine_.run();
    links_ended_ = true;
    if (drained_by_) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(*drained_by_ - clock_.now());
        for (auto* const door : {&admin_, &ops_, &api_}) door->limit_drain(std::max(left, 0ms));
    }
    reconciling_.cancel();
    co_await reconciling_.join();
    doors_.cancel();
    co_await doors_.join();
    co_return end;
}

}  // namespace strait::exchange
