#pragma once

#include "kafka/client_settings.hpp"
#include "kafka/handle.hpp"
#include "kafka/record.hpp"

#include <librdkafka/rdkafka_mock.h>
#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {

using kafka::ClientHandle;
using kafka::ClientSettings;
using kafka::RecordBatch;

using MockHandle =
    std::unique_ptr<rd_kafka_mock_cluster_t, kafka::Destroyer<rd_kafka_mock_cluster_destroy>>;

// One broker in this process that several clients can share: the real protocol over loopback. Good
// for errors and races, not for what read_committed shows.
class MockCluster {
  public:
    MockCluster() : owner_{make_owner()}, cluster_{rd_kafka_mock_cluster_new(owner_.get(), 1)}
    {
        rd_kafka_mock_start_request_tracking(cluster_.get());
    }

    void create_topic(const std::string& name, int partitions)
    {
        rd_kafka_mock_topic_create(cluster_.get(), name.c_str(), partitions, 1);
    }

    // A new leader's epoch; all that is written from now on belongs to it.
    void elect(const std::string& name, int partition)
    {
        rd_kafka_mock_partition_set_leader(cluster_.get(), name.c_str(), partition, 1);
    }

    // The answers to the next requests of this kind.
    void fail_next(std::int16_t api, std::initializer_list<rd_kafka_resp_err_t> errors)
    {
        const std::vector<rd_kafka_resp_err_t> list{errors};
        rd_kafka_mock_push_request_errors_array(cluster_.get(), api, list.size(), list.data());
    }

    // How many requests of this kind have come.
    [[nodiscard]] std::size_t count(std::int16_t api)
    {
        std::size_t count = 0;
        auto** const requests = rd_kafka_mock_get_requests(cluster_.get(), &count);
        const std::span all{requests, count};
        const auto found = std::ranges::count(all, api, rd_kafka_mock_request_api_key);
        rd_kafka_mock_request_destroy_array(requests, count);
        return static_cast<std::size_t>(found);
    }

    // How long the broker takes to answer anything.
    void set_round_trip(int ms) { rd_kafka_mock_broker_set_rtt(cluster_.get(), 1, ms); }

    void stop_broker() { rd_kafka_mock_broker_set_down(cluster_.get(), 1); }

    [[nodiscard]] ClientSettings settings(ClientSettings more = {}) const
    {
        more["bootstrap.servers"] = rd_kafka_mock_cluster_bootstraps(cluster_.get());
        return more;
    }

  private:
    static ClientHandle make_owner()
    {
        auto* const conf = rd_kafka_conf_new();
        rd_kafka_conf_set(conf, "log_level", "0", nullptr, 0);
        return ClientHandle{rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0)};
    }

    ClientHandle owner_;
    MockHandle cluster_;
};

inline std::shared_ptr<spdlog::logger> silent()
{
    return std::make_shared<spdlog::logger>("kafka",
                                            std::make_shared<spdlog::sinks::null_sink_st>());
}

inline TopicPartition at(std::string topic, std::int32_t partition)
{
    return {.topic = TopicName{std::move(topic)}, .partition = Partition{partition}};
}

// Records with these values, and with what else makes a record.
inline RecordBatch batch_of(std::initializer_list<std::string_view> values)
{
    RecordBatch batch;
    for (const auto value : values) {
        batch.records.push_back({.offset = Offset{static_cast<std::int64_t>(batch.records.size())},
                                 .timestamp_ms = 1'700'000'000'000,
                                 .key = std::nullopt,
                                 .value = value,
                                 .headers = {}});
    }
    return batch;
}

}  // namespace strait::testing
