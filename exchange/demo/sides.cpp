#include "exchange/demo/sides.hpp"

#include "kafka/consumer.hpp"
#include "kafka/producer.hpp"
#include "links/clusters/lane_settings.hpp"
#include "links/clusters/target_log.hpp"
#include "links/store/link_batch.hpp"
#include "links/store/link_record.hpp"

#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto first_answer_max = 5s;
constexpr auto silence_max = 30s;  // of a reader
constexpr auto poll_interval = 100ms;
constexpr auto change_time_max = 15s;

std::vector<TopicName> names()
{
    std::vector<TopicName> all;
    for (const auto& topic : demo_topics()) all.push_back(topic.name);
    return all;
}

}  // namespace

DemoSide::DemoSide(const links::NodePorts& node,
                   std::string_view name,
                   kafka::ClusterConfig cluster,
                   std::unique_ptr<kafka::Admin> admin)
    : node_{&node},
      name_{name},
      cluster_{std::move(cluster)},
      log_{std::make_shared<spdlog::logger>(node.logging.make_logger("demo"))},
      admin_{std::move(admin)}
{
}

Result<DemoSide> DemoSide::open(const links::NodePorts& node,
                                std::string_view name,
                                const kafka::ClusterConfig& cluster)
{
    auto log = std::make_shared<spdlog::logger>(node.logging.make_logger("demo"));
    auto admin = kafka::Admin::open(node.control, node.pool, cluster, std::move(log));
    if (!admin) return fail(admin.error().within(name));
    return DemoSide{node, name, cluster, *std::move(admin)};
}

asio::awaitable<Result<kafka::ClusterDescription>> DemoSide::describe()
{
    auto hurried = cluster_;
    hurried.admin_timeout = first_answer_max;
    const auto admin = kafka::Admin::open(node_->control, node_->pool, hurried, log_);
    if (!admin) co_return fail(admin.error().within(name_));
    auto found = co_await (*admin)->describe_cluster();
    if (found) co_return found;
    // What broke the connection says more than that no answer came.
    const auto trouble = (*admin)->trouble();
    const auto error = trouble ? *trouble : found.error();
    co_return fail(error.within(fmt::format("{} {}", name_, cluster_.bootstrap.front())));
}

asio::awaitable<Result<DemoSide::Topics>> DemoSide::present()
{
    Topics found;
    const auto described = co_await admin_->describe_topics(names());
    if (!described) co_return fail(described.error().within(name_));
    for (const auto& [name, topic] : *described) {
        if (topic) {
            found.emplace(name, topic->id);
        } else if (topic.error().code() != Errc::not_found) {
            co_return fail(topic.error().within(fmt::format("{} {}", name_, name.value())));
        }
    }
    co_return found;
}

asio::awaitable<Result<void>> DemoSide::refuse_existing()
{
    const auto found = co_await present();
    if (!found) co_return fail(found.error());
    if (found->empty()) co_return Result<void>{};
    co_return fail(Errc::conflict,
                   fmt::format("the topic {} is there already, at the {}: the demo writes only "
                               "into topics that it made itself",
                               found->begin()->first.value(),
                               name_));
}

asio::awaitable<Result<void>> DemoSide::create_topics()
{
    for (const auto& topic : demo_topics()) {
        kafka::NewTopic wanted;
        wanted.name = topic.name;
        wanted.partitions = topic.partitions;
        auto created = co_await admin_->create_topic(std::move(wanted));
        if (!created) co_return fail(created.error().within(topic.name.value()));
        own_.emplace(topic.name, std::nullopt);
    }
    const auto until = node_->clock.now() + change_time_max;
    while (true) {
        const auto found = co_await present();
        if (!found) co_return fail(found.error());
        for (const auto& [name, id] : *found) {
            const auto own = own_.find(name);
            if (own != own_.end() && !own->second) own->second = id;
        }
        if (found->size() == demo_topics().size()) co_return Result<void>{};
        if (node_->clock.now() > until) {
            co_return fail(Errc::timed_out, "the topics were created and do not show");
        }
        const auto next = node_->clock.now() + poll_interval;
        if (auto waited = co_await node_->clock.wait_until(next); !waited) co_return waited;
    }
}

asio::awaitable<Result<void>> DemoSide::delete_topics()
{
    const auto until = node_->clock.now() + change_time_max;
    while (true) {
        auto found = co_await present();
        if (!found) co_return fail(found.error());
        std::erase_if(*found, [&](const auto& topic) {
            const auto own = own_.find(topic.first);
            return own == own_.end() || own->second.value_or(topic.second) != topic.second;
        });
        if (found->empty()) co_return Result<void>{};
        if (node_->clock.now() > until) {
            co_return fail(Errc::timed_out, fmt::format("topics remain at the {}", name_));
        }
        for (const auto& [name, id] : *found) {
            auto deleted = co_await admin_->delete_topic(name);
            if (deleted || deleted.error().code() == Errc::not_found) continue;
            co_return fail(deleted.error().within(fmt::format("{} {}", name_, name.value())));
        }
        const auto next = node_->clock.now() + poll_interval;
        if (auto waited = co_await node_->clock.wait_until(next); !waited) co_return waited;
    }
}

asio::awaitable<Result<Ends>> DemoSide::ends()
{
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (const auto& topic : demo_topics()) {
        for (std::size_t i = 0; i < topic.partitions; ++i) {
            queries.emplace(TopicPartition{topic.name, Partition{static_cast<std::int32_t>(i)}},
                            kafka::LatestOffset{});
        }
    }
    const auto answers = co_await admin_->list_offsets(queries, kafka::Isolation::read_committed);
    if (!answers) co_return fail(answers.error().within(name_));
    Ends ends;
    for (const auto& [at, end] : *answers) {
        if (!end) {
            co_return fail(end.error().within(fmt::format("{} {}", name_, to_string(at))));
        }
        ends.emplace(at, *end);
    }
    co_return ends;
}

asio::awaitable<Result<Prints>> DemoSide::read(Ends ends)
{
    Prints prints;
    std::vector<kafka::StartAt> starts;
    std::set<TopicPartition> open;
    for (const auto& [at, end] : ends) {
        prints[at];
        if (end == Offset{0}) continue;
        starts.push_back({at, Offset{0}, LeaderEpoch{-1}});
        open.insert(at);
    }
    const auto consumer = kafka::Consumer::open(
        node_->control, node_->pool, links::log_reader_settings(cluster_), log_);
    if (!consumer) co_return fail(consumer.error());
    if (auto assigned = (*consumer)->assign(starts); !assigned) co_return fail(assigned.error());

    while (!open.empty()) {
        const auto fetched = co_await (*consumer)->next(node_->clock.now() + silence_max);
        if (!fetched) co_return fail(fetched.error().within(fmt::format("reading the {}", name_)));
        if (const auto* const failure = std::get_if<kafka::PartitionFailure>(&*fetched)) {
            co_return fail(failure->error.within(to_string(failure->at)));
        }
        if (const auto* const end = std::get_if<kafka::EndOfPartition>(&*fetched)) {
            if (end->offset >= ends.at(end->at)) open.erase(end->at);
            continue;
        }
        const auto& batch = std::get<kafka::RecordBatch>(*fetched);
        auto& into = prints.at(batch.at);
        for (const auto& record : batch.records) into.push_back(print_of(record));
        if (batch.next() >= ends.at(batch.at)) open.erase(batch.at);
    }
    co_return prints;
}

asio::awaitable<Result<void>> DemoSide::forget_link(DemoSide& source,
                                                    DemoSide& target,
                                                    const links::LinkConfig& link)
{
    const TopicName topic{links::links_topic_name};
    const auto described = co_await target.admin_->describe_topics({topic});
    if (!described) co_return fail(described.error());
    const auto found = described->find(topic);
    if (found == described->end() || !found->second) co_return Result<void>{};
    const auto count = static_cast<std::int32_t>(found->second->partitions);

    const auto& node = *target.node_;
    links::LinkAdmins admins{node.control, *source.admin_, *target.admin_};
    links::TargetLog log{link.name,
                         {topic, links::links_partition(link.name, count)},
                         links::log_reader_settings(target.cluster_),
                         links::log_writer_settings(target.cluster_, link),
                         {node.control, node.pool, admins, node.clock, target.log_}};
    std::map<std::string, links::LinkRecord> removals;
    const auto read = co_await log.read(Offset{0}, [&](std::span<const links::LinkRecord> records) {
        for (const auto& record : records) {
            auto key = links::key_of(record);
            auto bytes = links::encode_key(key);
            removals.insert_or_assign(std::move(bytes), links::Removal{std::move(key)});
            const auto* const owner = std::get_if<links::TopicOwner>(&record);
            if (owner != nullptr) target.own_.insert_or_assign(owner->target, owner->target_id);
        }
        return Result<void>{};
    });
    if (!read) co_return fail(read.error());
    if (removals.empty()) co_return Result<void>{};
    std::vector<links::LinkRecord> tombstones;
    tombstones.reserve(removals.size());
    for (auto& [key, removal] : removals) tombstones.push_back(std::move(removal));

    // Not through the log, which would take them over into the view of a link that has ended.
    const TopicPartition place = log.place();
    const auto producer = kafka::Producer::open(
        node.control, node.pool, links::log_writer_settings(target.cluster_, link), target.log_);
    if (!producer) co_return fail(producer.error());
    const auto batch = links::batch_of(tombstones, node.clock.wall_ms());
    if (auto appended = co_await (*producer)->append(place, batch); !appended) co_return appended;
    const auto delivered = co_await (*producer)->flush(node.clock.now() + change_time_max);
    if (!delivered) co_return fail(delivered.error());
    if (const auto& failed = delivered->failed) co_return fail(failed->error);
    co_return Result<void>{};
}

}  // namespace strait::exchange
