#include "kafka/admin_requests.hpp"

#include "kafka/error.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <ranges>
#include <utility>

namespace strait::kafka {

namespace {

using TopicsHandle =
    std::unique_ptr<rd_kafka_TopicCollection_t, Destroyer<rd_kafka_TopicCollection_destroy>>;
using NewTopicHandle = std::unique_ptr<rd_kafka_NewTopic_t, Destroyer<rd_kafka_NewTopic_destroy>>;
using NewPartitionsHandle =
    std::unique_ptr<rd_kafka_NewPartitions_t, Destroyer<rd_kafka_NewPartitions_destroy>>;
using DeleteTopicHandle =
    std::unique_ptr<rd_kafka_DeleteTopic_t, Destroyer<rd_kafka_DeleteTopic_destroy>>;
using DeleteRecordsHandle =
    std::unique_ptr<rd_kafka_DeleteRecords_t, Destroyer<rd_kafka_DeleteRecords_destroy>>;
using ResourceHandle =
    std::unique_ptr<rd_kafka_ConfigResource_t, Destroyer<rd_kafka_ConfigResource_destroy>>;

using Reason = std::array<char, 512>;

constexpr int chosen_by_broker = -1;

ResourceHandle resource_of(const TopicName& topic)
{
    return ResourceHandle{
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.value().c_str())};
}

Result<NewTopicHandle> new_topic_of(const NewTopic& topic)
{
    Reason reason{};
    const int replicas =
        topic.replication_factor ? static_cast<int>(*topic.replication_factor) : chosen_by_broker;
    NewTopicHandle handle{rd_kafka_NewTopic_new(topic.name.value().c_str(),
                                                static_cast<int>(topic.partitions),
                                                replicas,
                                                reason.data(),
                                                reason.size())};
    if (!handle) return fail(Errc::invalid_argument, reason.data());
    for (const auto& [name, value] : topic.configs) {
        rd_kafka_NewTopic_set_config(handle.get(), name.c_str(), value.c_str());
    }
    return handle;
}

std::int64_t spec_of(const OffsetQuery& query)
{
    if (std::holds_alternative<EarliestOffset>(query)) return RD_KAFKA_OFFSET_SPEC_EARLIEST;
    if (std::holds_alternative<LatestOffset>(query)) return RD_KAFKA_OFFSET_SPEC_LATEST;
    return std::max<std::int64_t>(std::get<OffsetAtTime>(query).timestamp_ms, 0);
}

}  // namespace

AdminRequest describe_cluster_request()
{
    return {.op = RD_KAFKA_ADMIN_OP_DESCRIBECLUSTER, .send = rd_kafka_DescribeCluster};
}

AdminRequest describe_topics_request(std::vector<TopicName> topics)
{
    std::ranges::sort(topics);
    const auto repeated = std::ranges::unique(topics);
    topics.erase(repeated.begin(), repeated.end());  // librdkafka refuses to be asked twice
    std::vector<const char*> names;
    names.reserve(topics.size());
    for (const auto& topic : topics) names.push_back(topic.value().c_str());
    TopicsHandle list{rd_kafka_TopicCollection_of_topic_names(names.data(), names.size())};
    return {.op = RD_KAFKA_ADMIN_OP_DESCRIBETOPICS,
            .send = [list = std::move(list)](auto* client, const auto* options, auto* queue) {
                rd_kafka_DescribeTopics(client, list.get(), options, queue);
            }};
}

AdminRequest describe_configs_request(std::span<const TopicName> topics)
{
    std::vector<ResourceHandle> resources;
    resources.reserve(topics.size());
    for (const auto& topic : topics) resources.push_back(resource_of(topic));
    return {
        .op = RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
        .send = [resources = std::move(resources)](auto* client, const auto* options, auto* queue) {
            std::vector<rd_kafka_ConfigResource_t*> list;
            for (const auto& resource : resources) list.push_back(resource.get());
            rd_kafka_DescribeConfigs(client, list.data(), list.size(), options, queue);
        }};
}

CreateTopicsRequest create_topics_request(const std::vector<NewTopic>& topics)
{
    std::vector<NewTopicHandle> handles;
    handles.reserve(topics.size());
    EachResult<TopicName, void> refused;
    for (const auto& topic : topics) {
        auto handle = new_topic_of(topic);
        if (handle) {
            handles.push_back(*std::move(handle));
        } else {
            refused.emplace(topic.name, fail(handle.error()));
        }
    }
    const auto count = handles.size();
    return {.request = {.op = RD_KAFKA_ADMIN_OP_CREATETOPICS,
                        .send =
                            [handles = std::move(handles)](
                                auto* client, const auto* options, auto* queue) {
                                std::vector<rd_kafka_NewTopic_t*> list;
                                list.reserve(handles.size());
                                for (const auto& topic : handles) list.push_back(topic.get());
                                rd_kafka_CreateTopics(
                                    client, list.data(), list.size(), options, queue);
                            }},
            .topics = count,
            .refused = std::move(refused)};
}

Result<AdminRequest> create_partitions_request(const TopicName& topic, std::size_t total)
{
    Reason reason{};
    NewPartitionsHandle handle{
        rd_kafka_NewPartitions_new(topic.value().c_str(), total, reason.data(), reason.size())};
    if (!handle) return fail(Errc::invalid_argument, reason.data());
    return AdminRequest{
        .op = RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
        .send = [handle = std::move(handle)](auto* client, const auto* options, auto* queue) {
            auto* one = handle.get();
            rd_kafka_CreatePartitions(client, &one, 1, options, queue);
        }};
}

AdminRequest delete_topic_request(const TopicName& topic)
{
    DeleteTopicHandle handle{rd_kafka_DeleteTopic_new(topic.value().c_str())};
    return {.op = RD_KAFKA_ADMIN_OP_DELETETOPICS,
            .send = [handle = std::move(handle)](auto* client, const auto* options, auto* queue) {
                auto* one = handle.get();
                rd_kafka_DeleteTopics(client, &one, 1, options, queue);
            }};
}

Result<AdminRequest> alter_configs_request(const std::map<TopicName, ConfigChanges>& changes)
{
    std::vector<ResourceHandle> resources;
    resources.reserve(changes.size());
    for (const auto& [topic, values] : changes) {
        auto& resource = resources.emplace_back(resource_of(topic));
        for (const auto& [name, value] : values) {
            const ErrorHandle error{rd_kafka_ConfigResource_add_incremental_config(
                resource.get(),
                name.c_str(),
                value ? RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET : RD_KAFKA_ALTER_CONFIG_OP_TYPE_DELETE,
                value ? value->c_str() : nullptr)};
            if (error) return fail(Errc::invalid_argument, rd_kafka_error_string(error.get()));
        }
    }
    return AdminRequest{
        .op = RD_KAFKA_ADMIN_OP_INCREMENTALALTERCONFIGS,
        .send = [resources = std::move(resources)](auto* client, const auto* options, auto* queue) {
            std::vector<rd_kafka_ConfigResource_t*> list;
            for (const auto& resource : resources) list.push_back(resource.get());
            rd_kafka_IncrementalAlterConfigs(client, list.data(), list.size(), options, queue);
        }};
}

AdminRequest delete_records_request(const TopicPartition& at, Offset before)
{
    const PartitionListHandle list{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(list.get(), at.topic.value().c_str(), at.partition.value())
        ->offset = before.value();
    DeleteRecordsHandle handle{rd_kafka_DeleteRecords_new(list.get())};
    return {.op = RD_KAFKA_ADMIN_OP_DELETERECORDS,
            .send = [handle = std::move(handle)](auto* client, const auto* options, auto* queue) {
                auto* one = handle.get();
                rd_kafka_DeleteRecords(client, &one, 1, options, queue);
            }};
}

AdminRequest list_offsets_request(const std::map<TopicPartition, OffsetQuery>& queries,
                                  Isolation isolation)
{
    PartitionListHandle list{rd_kafka_topic_partition_list_new(static_cast<int>(queries.size()))};
    for (const auto& [at, query] : queries) {
        rd_kafka_topic_partition_list_add(
            list.get(), at.topic.value().c_str(), at.partition.value())
            ->offset = spec_of(query);
    }
    return {.op = RD_KAFKA_ADMIN_OP_LISTOFFSETS,
            .send =
                [list = std::move(list)](auto* client, const auto* options, auto* queue) {
                    rd_kafka_ListOffsets(client, list.get(), options, queue);
                },
            .isolation = isolation};
}

}  // namespace strait::kafka
