#include "bench/latency_trace.hpp"

#include "bench/delivery_reports.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_client.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace strait::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto arrival_deadline = 60s;
constexpr auto report_deadline = 30s;
constexpr int poll_ms = 100;
constexpr std::size_t value_bytes = 256;

}  // namespace

// What a record carries is when it was written.
struct LatencyTrace::Threads {
    kafka::ClientHandle producer;
    kafka::ClientHandle consumer;
    TopicName topic;
    std::int32_t partitions = 1;
    int records_per_second = 1;

    std::vector<Traced> seen;
    std::atomic<std::size_t> seen_count{0};
    std::atomic<std::size_t> written{0};
    std::exception_ptr failure;  // of the writer
    std::jthread watcher;
    std::jthread writer;

    void write(const std::stop_token& stop);
    void watch(const std::stop_token& stop);
};

void LatencyTrace::Threads::write(const std::stop_token& stop)
{
    try {
        DeliveryReports reports{producer.get()};
        const kafka::TopicHandle to{
            rd_kafka_topic_new(producer.get(), topic.value().c_str(), nullptr)};
        std::array<char, value_bytes> value{};
        const auto begun = Clock::now();
        for (std::int64_t number = 0; !stop.stop_requested(); ++number) {
            std::this_thread::sleep_until(begun + number * 1'000'000us / records_per_second);
            const auto now = Clock::now();
            std::memcpy(value.data(), &now, sizeof now);
            const auto partition = static_cast<std::int32_t>(number % partitions);
            queue_record(to.get(), partition, {value.data(), value.size()});
            ++written;
            reports.take(0ms);
        }
        reports.take_rest(report_deadline);
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
}

void LatencyTrace::Threads::watch(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        const kafka::MessageHandle message{rd_kafka_consumer_poll(consumer.get(), poll_ms)};
        if (!message || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        if (message->len != value_bytes) continue;
        const auto now = Clock::now();
        Clock::time_point at;
        std::memcpy(&at, message->payload, sizeof at);
        seen.push_back({at, std::chrono::duration<double, std::milli>{now - at}.count()});
        ++seen_count;
    }
}

LatencyTrace::LatencyTrace(const testing::KafkaCluster& source,
                           const testing::KafkaCluster& target,
                           const TopicName& topic,
                           int records_per_second)
    : threads_{std::make_unique<Threads>()}
{
    auto& all = *threads_;
    all.topic = topic;
    all.records_per_second = records_per_second;
    testing::KafkaAdmin admin{target.admin_properties()};
    all.partitions = admin.partition_count(topic);
    auto reader = target.admin_properties();
    reader.insert({{"group.id", "bench-trace"},
                   {"enable.auto.commit", "false"},
                   {"isolation.level", "read_committed"},
                   {"fetch.queue.backoff.ms", "1"}});
    all.consumer = testing::make_client(RD_KAFKA_CONSUMER, reader);
    const kafka::PartitionListHandle list{rd_kafka_topic_partition_list_new(all.partitions)};
    for (std::int32_t i = 0; i < all.partitions; ++i) {
        rd_kafka_topic_partition_list_add(list.get(), topic.value().c_str(), i)->offset =
            admin.log_range({topic, Partition{i}}).end.value();
    }
    testing::require(rd_kafka_assign(all.consumer.get(), list.get()), "assign");
    auto writer = source.admin_properties();
    writer.insert({{"linger.ms", "0"}});
    all.producer = testing::make_client(RD_KAFKA_PRODUCER, writer);
    all.watcher = std::jthread{[&all](const std::stop_token& stop) { all.watch(stop); }};
    all.writer = std::jthread{[&all](const std::stop_token& stop) { all.write(stop); }};
}

LatencyTrace::~LatencyTrace() = default;

std::vector<Traced> LatencyTrace::finish()
{
    auto& all = *threads_;
    all.writer.request_stop();
    all.writer.join();
    if (all.failure) std::rethrow_exception(all.failure);
    const auto until = Clock::now() + arrival_deadline;
    while (all.seen_count < all.written && Clock::now() < until) pause(20ms);
    all.watcher.request_stop();
    all.watcher.join();
    if (all.seen_count < all.written) {
        throw std::runtime_error{fmt::format("{} of {} records of the trace are at the target",
                                             all.seen_count.load(),
                                             all.written.load())};
    }
    auto trace = std::move(all.seen);
    std::ranges::sort(trace, {}, &Traced::written);
    return trace;
}

std::vector<double> latencies_in(const Window& window, const std::vector<Traced>& trace)
{
    std::vector<double> latencies;
    for (const auto& record : trace) {
        const bool inside = record.written >= window.begin && record.written < window.end;
        if (inside) latencies.push_back(record.ms);
    }
    return latencies;
}

void write_trace(const std::filesystem::path& file,
                 const std::vector<Window>& windows,
                 const std::vector<Traced>& trace)
{
    if (windows.empty()) return;
    std::ofstream out{file};
    out << "second,window,records,p50_ms,p99_ms,max_ms\n";
    const auto begun = windows.front().begin;
    for (const auto& window : windows) {
        for (auto at = window.begin; at < window.end; at += 1s) {
            const auto some = latencies_in(
                {.name = {}, .begin = at, .end = std::min(at + 1s, window.end)}, trace);
            if (some.empty()) continue;
            out << fmt::format("{},{},{},{:.1f},{:.1f},{:.1f}\n",
                               std::chrono::floor<std::chrono::seconds>(at - begun).count(),
                               window.name,
                               some.size(),
                               percentile(some, 50),
                               percentile(some, 99),
                               percentile(some, 100));
        }
    }
    if (!out.flush()) throw std::runtime_error{"cannot write " + file.string()};
}

}  // namespace strait::bench
