#pragma once

#include "core/error.hpp"
#include "kafka/admin.hpp"
#include "kafka/handle.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strait::kafka {

// One request of librdkafka's admin interface, ready to be sent: the operation, and what it asks.
struct AdminRequest {
    using Send = std::move_only_function<void(
        rd_kafka_t*, const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;

    rd_kafka_admin_op_t op;
    Send send;
    Isolation isolation = Isolation::read_uncommitted;  // of list_offsets
    bool stable_offsets = false;                        // of a group's offsets
    std::string_view right{};                           // that it needs on the cluster, if known
};

// Errc::invalid_argument if librdkafka refuses the argument itself.
AdminRequest describe_cluster_request();
AdminRequest describe_topics_request(std::vector<TopicName> topics);
AdminRequest describe_configs_request(std::span<const TopicName> topics);
Result<AdminRequest> create_partitions_request(const TopicName& topic, std::size_t total);
AdminRequest delete_topic_request(const TopicName& topic);
Result<AdminRequest> alter_configs_request(const std::map<TopicName, ConfigChanges>& changes);
AdminRequest delete_records_request(const TopicPartition& at, Offset before);
AdminRequest list_offsets_request(const std::map<TopicPartition, OffsetQuery>& queries,
                                  Isolation isolation);

// Those that librdkafka itself refuses are not part of the request.
struct CreateTopicsRequest {
    AdminRequest request;
    std::size_t topics = 0;
    EachResult<TopicName, void> refused;
};
CreateTopicsRequest create_topics_request(const std::vector<NewTopic>& topics);

// What is in an answer. REQUIRES: `answer` is one to the request of the same name, without error.
ClusterDescription cluster_in(const rd_kafka_event_t& answer);
EachResult<TopicName, TopicDescription> topics_in(const rd_kafka_event_t& answer);
EachResult<TopicName, TopicConfig> configs_in(const rd_kafka_event_t& answer);
EachResult<TopicName, void> created_topics_in(const rd_kafka_event_t& answer);
EachResult<TopicName, void> changed_configs_in(const rd_kafka_event_t& answer);
EachResult<TopicPartition, Offset> offsets_in(const rd_kafka_event_t& answer);

// Of one partition; -1 if it has no record so late. Of a broker that went away while it was asked,
// librdkafka reports success, and an invalid offset: Errc::unavailable.
Result<Offset> offset_in(const rd_kafka_topic_partition_t& answer);

// The one thing that a request changed: the failure, if it did not.
Result<void> change_in(rd_kafka_event_t& answer);

}  // namespace strait::kafka
