#include "bench/latency.hpp"

#include "bench/delivery_reports.hpp"
#include "bench/measurement.hpp"
#include "bench/source_load.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_client.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

namespace strait::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto arrival_deadline = 30s;
constexpr int poll_ms = 100;

// Notes when each record of a number below `count` is seen, from the end of a topic on.
class Witness {
  public:
    Witness(const testing::KafkaCluster& cluster,
            const TopicName& topic,
            std::int32_t partitions,
            std::size_t count)
        : seen_at_(count)
    {
        auto properties = cluster.admin_properties();
        properties.insert({{"group.id", "bench-witness"},
                           {"enable.auto.commit", "false"},
                           {"isolation.level", "read_committed"},
                           {"fetch.queue.backoff.ms", "1"}});
        client_ = testing::make_client(RD_KAFKA_CONSUMER, properties);
        testing::KafkaAdmin admin{cluster.admin_properties()};
        const kafka::PartitionListHandle list{rd_kafka_topic_partition_list_new(partitions)};
        for (std::int32_t i = 0; i < partitions; ++i) {
            rd_kafka_topic_partition_list_add(list.get(), topic.value().c_str(), i)->offset =
                admin.log_range({topic, Partition{i}}).end.value();
        }
        testing::require(rd_kafka_assign(client_.get(), list.get()), "assign");
        thread_ = std::jthread{[this](const std::stop_token& stop) { watch(stop); }};
    }

    [[nodiscard]] std::size_t count() const { return count_; }

    // REQUIRES: every one was seen.
    const std::vector<Clock::time_point>& finish()
    {
        thread_.request_stop();
        thread_.join();
        return seen_at_;
    }

  private:
    void watch(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            const kafka::MessageHandle message{rd_kafka_consumer_poll(client_.get(), poll_ms)};
            if (!message || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
            std::uint64_t number = 0;
            if (message->len < sizeof number) continue;
            std::memcpy(&number, message->payload, sizeof number);
            if (number >= seen_at_.size() || seen_at_[number] != Clock::time_point{}) continue;
            seen_at_[number] = Clock::now();
            ++count_;
        }
    }

    kafka::ClientHandle client_;
    std::vector<Clock::time_point> seen_at_;
    std::atomic<std::size_t> count_{0};
    std::jthread thread_;  // last: it uses all of the above
};

void write_at_rate(const testing::KafkaCluster& source,
                   const TopicName& name,
                   const LatencyPlan& plan,
                   std::size_t count)
{
    auto properties = source.admin_properties();
    properties.insert({{"linger.ms", "0"}});
    const auto client = testing::make_client(RD_KAFKA_PRODUCER, properties);
    DeliveryReports reports{client.get()};
    const kafka::TopicHandle topic{rd_kafka_topic_new(client.get(), name.value().c_str(), nullptr)};
    auto value = words_to_write().substr(0, std::max(plan.record_bytes, sizeof(std::uint64_t)));
    const auto begun = Clock::now();
    for (std::uint64_t number = 0; number < count; ++number) {
        const auto due = begun + number * 1'000'000us / plan.records_per_second;
        std::this_thread::sleep_until(due);
        std::memcpy(value.data(), &number, sizeof number);
        const auto partition = static_cast<std::int32_t>(number) % plan.partitions;
        queue_record(topic.get(), partition, value);
        reports.take(0ms);
    }
    reports.take_rest(10s);
}

void wait_for(const Witness& witness, std::size_t count, const std::string& place)
{
    const auto deadline = Clock::now() + arrival_deadline;
    while (witness.count() < count) {
        if (Clock::now() > deadline) {
            throw std::runtime_error{"records of the latency run are missing at the " + place};
        }
        pause(20ms);
    }
}

}  // namespace

std::vector<double> measure_latency(const Replicator& peer,
                                    const testing::KafkaCluster& source,
                                    const testing::KafkaCluster& target,
                                    const TopicName& topic,
                                    const LatencyPlan& plan)
{
    const auto count = static_cast<std::size_t>(plan.records_per_second * (plan.time / 1s));
    Witness before{source, topic, plan.partitions, count};
    Witness after{target, peer.target(), plan.partitions, count};
    pause(500ms);  // both fetch by now
    write_at_rate(source, topic, plan, count);
    wait_for(before, count, "source");
    wait_for(after, count, "target");

    const auto& left = before.finish();
    const auto& arrived = after.finish();
    std::vector<double> added;
    added.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        added.push_back(std::chrono::duration<double, std::milli>{arrived[i] - left[i]}.count());
    }
    return added;
}

}  // namespace strait::bench
