#include "bench/many_topics.hpp"

#include "bench/delivery_reports.hpp"
#include "bench/measurement.hpp"
#include "kafka/admin.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fmt/core.h>
#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace strait::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t created_at_once = 100;
constexpr auto answer_deadline = 60s;
constexpr auto write_deadline = 240s;
constexpr int poll_ms = 100;

// A cluster, to ask and to wait for its answer.
struct Asked {
    explicit Asked(const testing::KafkaCluster& cluster)
    {
        kafka::ClusterConfig config;
        config.bootstrap = {cluster.bootstrap()};
        config.admin_timeout = answer_deadline - 10s;  // so the answer comes, whatever it is
        const auto sink = std::make_shared<spdlog::sinks::null_sink_st>();
        admin = answer_of(kafka::Admin::open(io.get_executor(),
                                             pool.get_executor(),
                                             config,
                                             std::make_shared<spdlog::logger>("kafka", sink)));
    }

    template <class T>
    static T answer_of(Result<T> result)
    {
        if (!result) throw std::runtime_error{result.error().detail()};
        return *std::move(result);
    }

    template <class T>
    T answer(boost::asio::awaitable<Result<T>> question)
    {
        auto result = testing::run(io, std::move(question), answer_deadline);
        if (!result) throw std::runtime_error{"no answer"};
        return answer_of(*std::move(result));
    }

    boost::asio::io_context io{1};
    boost::asio::thread_pool pool{1};
    std::unique_ptr<kafka::Admin> admin;
};

}  // namespace

void create(const testing::KafkaCluster& cluster, const ManyTopics& topics)
{
    Asked asked{cluster};
    for (std::span rest{topics.names}; !rest.empty();) {
        const auto some = rest.first(std::min(rest.size(), created_at_once));
        rest = rest.subspan(some.size());
        std::vector<kafka::NewTopic> wanted;
        wanted.reserve(some.size());
        for (const auto& name : some) {
            wanted.push_back({name, static_cast<std::size_t>(topics.partitions), 1, {}});
        }
        for (const auto& [name, done] : asked.answer(asked.admin->create_topics(wanted))) {
            if (!done) throw std::runtime_error{name.value() + ": " + done.error().detail()};
        }
    }
}

// Waits for topics that do not show yet. Idempotence would let five requests through at a time, and
// librdkafka makes one for each partition.
void write_round(const testing::KafkaCluster& cluster, const ManyTopics& topics)
{
    auto properties = cluster.admin_properties();
    properties.insert({{"topic.metadata.propagation.max.ms", "240000"}});
    const auto client = testing::make_client(RD_KAFKA_PRODUCER, properties);
    DeliveryReports reports{client.get()};
    std::string value = "a record like any other";
    for (const auto& name : topics.names) {
        const kafka::TopicHandle topic{
            rd_kafka_topic_new(client.get(), name.value().c_str(), nullptr)};
        for (std::int32_t i = 0; i < topics.partitions; ++i) {
            queue_record(topic.get(), i, value);
        }
        reports.take(0ms);
    }
    reports.take_rest(write_deadline);
}

void await_records(const testing::KafkaCluster& cluster,
                   const ManyTopics& topics,
                   std::size_t records,
                   std::chrono::seconds deadline)
{
    auto properties = cluster.admin_properties();
    properties.insert({{"group.id", "bench-count"},
                       {"enable.auto.commit", "false"},
                       {"isolation.level", "read_committed"}});
    const auto client = testing::make_client(RD_KAFKA_CONSUMER, properties);
    const kafka::PartitionListHandle list{
        rd_kafka_topic_partition_list_new(static_cast<int>(topics.all_partitions()))};
    for (const auto& name : topics.names) {
        for (std::int32_t i = 0; i < topics.partitions; ++i) {
            rd_kafka_topic_partition_list_add(list.get(), name.value().c_str(), i)->offset =
                RD_KAFKA_OFFSET_BEGINNING;
        }
    }
    testing::require(rd_kafka_assign(client.get(), list.get()), "assign");
    const auto until = Clock::now() + deadline;
    for (std::size_t seen = 0; seen < records;) {
        const kafka::MessageHandle message{rd_kafka_consumer_poll(client.get(), poll_ms)};
        if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++seen;
        if (seen == records || Clock::now() < until) continue;
        throw std::runtime_error{fmt::format("{} of {} records are there", seen, records)};
    }
}

}  // namespace strait::bench
