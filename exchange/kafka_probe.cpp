#include "exchange/kafka_probe.hpp"

#include "links/source_watch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using api::ClusterSight;
using api::TopicListing;
using catalog::ObservedTopic;

namespace {

constexpr std::chrono::milliseconds answer_time_max = 8s;  // of one request: somebody waits

using Topics = std::map<std::string, ObservedTopic>;

// Counts itself for as long as it lives.
class Counted {
  public:
    explicit Counted(std::size_t& count) noexcept : count_{count} { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

  private:
    std::size_t& count_;
};

std::vector<TopicName> names_of(const std::vector<std::string>& topics)
{
    std::vector<TopicName> names;
    names.reserve(topics.size());
    for (const auto& topic : topics) names.emplace_back(topic);
    return names;
}

// Topics that are not there, or may not be seen, are left out. Without the right to see its configs
// a topic is shown as if it kept its records for ever.
asio::awaitable<Result<Topics>> describe(kafka::Admin& admin, std::vector<std::string> names)
{
    Topics topics;
    if (names.empty()) co_return topics;
    const auto described = co_await admin.describe_topics(names_of(names));
    if (!described) co_return fail(described.error());
    const auto configs = co_await admin.describe_configs(names_of(names));
    for (const auto& [name, found] : *described) {
        if (!found) continue;
        auto& topic = topics[name.value()];
        topic.topic_id = to_string(found->id);
        topic.partitions = static_cast<std::uint32_t>(found->partitions);
        topic.retention_ms = -1;
        if (!configs) continue;
        const auto config = configs->find(name);
        if (config == configs->end() || !config->second) continue;
        const auto retention = links::retention_of(*config->second);
        if (retention) topic.retention_ms = retention->count();
    }
    co_return topics;
}

}  // namespace

KafkaProbe::KafkaProbe(catalog::Catalog& catalog,
                       ClusterConfigOf config_of,
                       const links::NodePorts& node)
    : catalog_{catalog}, config_of_{std::move(config_of)}, node_{node}
{
}

asio::awaitable<Result<std::unique_ptr<kafka::Admin>>> KafkaProbe::connect(catalog::ClusterId id)
{
    using Config = Result<kafka::ClusterConfig>;
    const catalog::Caller system{.kind = catalog::Caller::Kind::system, .request_id = "probe"};
    const catalog::Catalog::Command<Config> question =
        [id, config_of = config_of_](catalog::Draft& draft,
                                     const catalog::Act& act) -> catalog::Outcome<Config> {
        const auto cluster = draft.find<catalog::Cluster>(id);
        return cluster ? config_of(draft, act, *cluster)
                       : Config{fail(Errc::not_found, "no such cluster")};
    };
    const auto asked = co_await catalog_.ask(system, question);
    if (!asked) co_return fail(Errc::unavailable, asked.error().detail);
    if (!*asked) co_return fail(asked->error());
    auto config = **asked;
    config.admin_timeout = std::min(config.admin_timeout, answer_time_max);
    co_return kafka::Admin::open(
        node_.control,
        node_.pool,
        config,
        std::make_shared<spdlog::logger>(node_.logging.make_logger("probe")));
}

asio::awaitable<Result<ClusterSight>> KafkaProbe::look_at(catalog::ClusterId id,
                                                          std::vector<std::string> topics)
{
    if (looks_ == looks_max) co_return fail(Errc::unavailable, "many clusters are being asked");
    const Counted counted{looks_};
    const auto admin = co_await connect(id);
    if (!admin) co_return fail(admin.error());
    const auto described = co_await (*admin)->describe_cluster();
    if (!described) co_return fail(described.error());
    auto found = co_await describe(**admin, std::move(topics));
    if (!found) co_return fail(found.error());
    ClusterSight sight;
    sight.cluster.cluster_id = described->id.value();
    sight.cluster.brokers = static_cast<std::uint32_t>(described->brokers);
    sight.cluster.checked_at = {node_.clock.wall_ms()};
    sight.topics = *std::move(found);
    co_return sight;
}

asio::awaitable<Result<TopicListing>> KafkaProbe::list_topics(catalog::ClusterId id,
                                                              std::string prefix)
{
    if (looks_ == looks_max) co_return fail(Errc::unavailable, "many clusters are being asked");
    const Counted counted{looks_};
    const auto admin = co_await connect(id);
    if (!admin) co_return fail(admin.error());
    const auto all = co_await (*admin)->list_topics();
    if (!all) co_return fail(all.error());
    std::vector<std::string> names;
    for (const auto& name : *all) {
        if (name.value().starts_with(prefix)) names.push_back(name.value());
    }
    std::ranges::sort(names);
    TopicListing listing{{}, names.size() > topics_max};
    names.resize(std::min(names.size(), topics_max));
    auto found = co_await describe(**admin, std::move(names));
    if (!found) co_return fail(found.error());
    listing.topics = *std::move(found);
    co_return listing;
}

}  // namespace strait::exchange
