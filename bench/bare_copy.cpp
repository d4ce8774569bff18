#include "bench/delivery_reports.hpp"
#include "bench/measurement.hpp"
#include "bench/replicator.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_client.hpp"

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace strait::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto transaction_time = 500ms;  // as long as there is more to copy
constexpr auto linger = 10ms;             // between two commits otherwise, at least
constexpr std::size_t transaction_records_max = 50'000;
constexpr int call_ms = 30'000;
constexpr auto report_wait = 10ms;  // while the queue is full
constexpr auto deadline = 30s;      // of a transaction's reports

kafka::ClientHandle make_source(const std::string& bootstrap)
{
    return testing::make_client(RD_KAFKA_CONSUMER,
                                {{"bootstrap.servers", bootstrap},
                                 {"group.id", "bench-copy"},
                                 {"enable.auto.commit", "false"},
                                 {"enable.auto.offset.store", "false"},
                                 {"isolation.level", "read_committed"},
                                 {"check.crcs", "true"},
                                 {"queued.max.messages.kbytes", "65536"},
                                 {"queued.min.messages", "1000000"},
                                 {"fetch.message.max.bytes", "4194304"},
                                 {"fetch.queue.backoff.ms", "10"}});
}

kafka::ClientHandle make_target(const std::string& bootstrap, const std::string& codec)
{
    auto client = testing::make_client(RD_KAFKA_PRODUCER,
                                       {{"bootstrap.servers", bootstrap},
                                        {"transactional.id", "bench-copy"},
                                        {"linger.ms", "5"},
                                        {"batch.size", "1048576"},
                                        {"batch.num.messages", "100000"},
                                        {"queue.buffering.max.kbytes", "131072"},
                                        {"queue.buffering.max.messages", "0"},
                                        {"compression.codec", codec}});
    testing::require(rd_kafka_init_transactions(client.get(), call_ms), "init_transactions");
    return client;
}

void assign_from_start(rd_kafka_t* source, const std::string& topic, std::int32_t partitions)
{
    const kafka::PartitionListHandle list{rd_kafka_topic_partition_list_new(partitions)};
    for (std::int32_t i = 0; i < partitions; ++i) {
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    }
    testing::require(rd_kafka_assign(source, list.get()), "assign");
}

struct Target {
    kafka::ClientHandle client;
    DeliveryReports reports{client.get()};
    kafka::TopicHandle topic;
    std::size_t records = 0;  // in the open transaction
    Clock::time_point begun;
    Clock::time_point committed{};
};

void forward(Target& target, const rd_kafka_message_t& message)
{
    testing::require(message.err, "consume");
    std::array<rd_kafka_vu_t, 7> vus{};
    vus[0].vtype = RD_KAFKA_VTYPE_RKT;
    vus[0].u.rkt = target.topic.get();
    vus[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    vus[1].u.i32 = message.partition;
    vus[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    vus[2].u.i = RD_KAFKA_MSG_F_COPY;
    vus[3].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    vus[3].u.i64 = rd_kafka_message_timestamp(&message, nullptr);
    vus[4].vtype = RD_KAFKA_VTYPE_KEY;
    vus[4].u.mem.ptr = message.key;
    vus[4].u.mem.size = message.key_len;
    vus[5].vtype = RD_KAFKA_VTYPE_VALUE;
    vus[5].u.mem.ptr = message.payload;
    vus[5].u.mem.size = message.len;
    for (;;) {
        const kafka::ErrorHandle error{
            rd_kafka_produceva(target.client.get(), vus.data(), vus.size() - 1)};
        if (!error) break;
        testing::require(rd_kafka_error_code(error.get()) == RD_KAFKA_RESP_ERR__QUEUE_FULL
                             ? RD_KAFKA_RESP_ERR_NO_ERROR
                             : rd_kafka_error_code(error.get()),
                         "produce");
        target.reports.take(report_wait);
    }
    ++target.records;
}

void begin_if_needed(Target& target)
{
    if (target.records > 0) return;
    testing::require(rd_kafka_begin_transaction(target.client.get()), "begin_transaction");
    target.begun = Clock::now();
}

// `more`: the source had something to give when it was asked last.
bool is_due(const Target& target, bool more)
{
    if (target.records == 0) return false;
    const auto now = Clock::now();
    return now - target.begun >= transaction_time || target.records >= transaction_records_max ||
           (!more && now - target.committed >= linger);
}

void commit(Target& target)
{
    target.committed = Clock::now();
    target.reports.take_rest(deadline);
    testing::require(rd_kafka_commit_transaction(target.client.get(), call_ms),
                     "commit_transaction");
    target.records = 0;
}

}  // namespace

Replicator start_bare_copy(const Job& job)
{
    auto folder = std::make_unique<testing::TempFolder>("bench-copy");
    Replicator peer{"copy", TopicName{"copy." + job.topic.value()}, std::move(folder)};
    testing::KafkaAdmin source{{{"bootstrap.servers", job.source}}};
    testing::KafkaAdmin target{{{"bootstrap.servers", job.target}}};
    const auto partitions = source.partition_count(job.topic);
    target.create_topic(peer.target(), partitions);
    peer.run({"/proc/self/exe",
              "--bare-copy",
              job.source,
              job.target,
              job.topic.value(),
              peer.target().value(),
              std::to_string(partitions),
              job.codec});
    return peer;
}

int run_bare_copy(const std::vector<std::string>& words)
{
    const auto source = make_source(words.at(0));
    auto producer = make_target(words.at(1), words.at(5));
    Target target{.client = std::move(producer), .topic = {}, .begun = {}};
    target.topic.reset(rd_kafka_topic_new(target.client.get(), words.at(3).c_str(), nullptr));
    assign_from_start(source.get(), words.at(2), std::stoi(words.at(4)));
    const kafka::QueueHandle messages{rd_kafka_queue_get_consumer(source.get())};

    std::array<rd_kafka_message_t*, 1000> batch{};
    for (;;) {
        const int wait_ms = target.records > 0 ? 2 : 100;
        const auto count =
            rd_kafka_consume_batch_queue(messages.get(), wait_ms, batch.data(), batch.size());
        for (ssize_t i = 0; i < count; ++i) {
            const kafka::MessageHandle message{batch.at(static_cast<std::size_t>(i))};
            begin_if_needed(target);
            forward(target, *message);
        }
        target.reports.take(0ms);
        if (is_due(target, count > 0)) commit(target);
    }
}

}  // namespace strait::bench
