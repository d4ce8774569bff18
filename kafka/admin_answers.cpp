#include "kafka/admin_requests.hpp"
#include "kafka/error.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace strait::kafka {

namespace {

std::string text_of(const char* words) { return words == nullptr ? "" : words; }

// The list that one of librdkafka's accessors returns.
template <class Answer, class Item>
std::span<const Item* const> items_of(const Answer* answer,
                                      const Item** (*list)(const Answer*, std::size_t*))
{
    std::size_t count = 0;
    const auto* const items = list(answer, &count);
    return {items, count};
}

// Big-endian, as in Kafka's protocol.
TopicId to_topic_id(const rd_kafka_Uuid_t* uuid)
{
    TopicId id;
    if (uuid == nullptr) return id;
    auto high = static_cast<std::uint64_t>(rd_kafka_Uuid_most_significant_bits(uuid));
    auto low = static_cast<std::uint64_t>(rd_kafka_Uuid_least_significant_bits(uuid));
    for (std::size_t i = 8; i-- > 0; high >>= 8U, low >>= 8U) {
        id.bytes[i] = static_cast<std::uint8_t>(high);
        id.bytes[i + 8] = static_cast<std::uint8_t>(low);
    }
    return id;
}

Result<TopicDescription> to_description(const rd_kafka_TopicDescription_t& topic)
{
    if (const auto* const error = rd_kafka_TopicDescription_error(&topic);
        rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(
            translated(rd_kafka_error_code(error), rd_kafka_error_string(error), "DESCRIBE"));
    }
    TopicDescription description{
        .name = TopicName{rd_kafka_TopicDescription_name(&topic)},
        .id = to_topic_id(rd_kafka_TopicDescription_topic_id(&topic)),
        .internal = rd_kafka_TopicDescription_is_internal(&topic) != 0,
    };
    const auto partitions = items_of(&topic, rd_kafka_TopicDescription_partitions);
    description.partitions = partitions.size();
    if (!partitions.empty()) {
        description.replication_factor =
            items_of(partitions.front(), rd_kafka_TopicPartitionInfo_replicas).size();
    }
    return description;
}

// What is left of an entry when the topic's own value is taken away.
std::optional<std::string> inherited_by(const rd_kafka_ConfigEntry_t& entry)
{
    for (const auto* const synonym : items_of(&entry, rd_kafka_ConfigEntry_synonyms)) {
        const auto* const value = rd_kafka_ConfigEntry_value(synonym);
        if (value == nullptr) continue;
        if (rd_kafka_ConfigEntry_source(synonym) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG) {
            continue;
        }
        return value;
    }
    return std::nullopt;
}

Result<TopicConfig> to_config(const rd_kafka_ConfigResource_t& resource)
{
    if (const auto code = rd_kafka_ConfigResource_error(&resource)) {
        const auto text = text_of(rd_kafka_ConfigResource_error_string(&resource));
        return fail(translated(code, text, "DESCRIBE_CONFIGS"));
    }
    TopicConfig config;
    for (const auto* const entry : items_of(&resource, rd_kafka_ConfigResource_configs)) {
        const bool own =
            rd_kafka_ConfigEntry_source(entry) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
        const auto* const value = rd_kafka_ConfigEntry_value(entry);
        config[rd_kafka_ConfigEntry_name(entry)] = {
            .value = text_of(value),
            .is_default = !own,
            .sensitive = value == nullptr || rd_kafka_ConfigEntry_is_sensitive(entry) == 1,
            .inherited = own || value == nullptr ? inherited_by(*entry) : value};
    }
    return config;
}

Result<void> changed_topic(const rd_kafka_topic_result_t& topic, std::string_view right)
{
    if (const auto code = rd_kafka_topic_result_error(&topic)) {
        const auto text = text_of(rd_kafka_topic_result_error_string(&topic));
        return fail(translated(code, text, right));
    }
    return {};
}

Result<void> changed_topics(std::span<const rd_kafka_topic_result_t* const> topics,
                            std::string_view right)
{
    for (const auto* const topic : topics) {
        if (auto changed = changed_topic(*topic, right); !changed) return changed;
    }
    return {};
}

Result<void> changed_config(const rd_kafka_ConfigResource_t& resource)
{
    if (const auto code = rd_kafka_ConfigResource_error(&resource)) {
        const auto text = text_of(rd_kafka_ConfigResource_error_string(&resource));
        return fail(translated(code, text, "ALTER_CONFIGS"));
    }
    return {};
}

Result<void> changed_partitions(const rd_kafka_topic_partition_list_t& partitions)
{
    for (const auto& at : std::span{partitions.elems, static_cast<std::size_t>(partitions.cnt)}) {
        if (at.err != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(translated(at.err, "", "DELETE"));
    }
    return {};
}

}  // namespace

ClusterDescription cluster_in(const rd_kafka_event_t& answer)
{
    return {.id = ClusterId{text_of(rd_kafka_DescribeCluster_result_cluster_id(&answer))},
            .brokers = items_of(&answer, rd_kafka_DescribeCluster_result_nodes).size()};
}

EachResult<TopicName, TopicDescription> topics_in(const rd_kafka_event_t& answer)
{
    EachResult<TopicName, TopicDescription> each;
    for (const auto* const topic : items_of(&answer, rd_kafka_DescribeTopics_result_topics)) {
        each.emplace(TopicName{rd_kafka_TopicDescription_name(topic)}, to_description(*topic));
    }
    return each;
}

EachResult<TopicName, TopicConfig> configs_in(const rd_kafka_event_t& answer)
{
    EachResult<TopicName, TopicConfig> each;
    for (const auto* const topic : items_of(&answer, rd_kafka_DescribeConfigs_result_resources)) {
        each.emplace(TopicName{rd_kafka_ConfigResource_name(topic)}, to_config(*topic));
    }
    return each;
}

EachResult<TopicName, void> created_topics_in(const rd_kafka_event_t& answer)
{
    EachResult<TopicName, void> each;
    for (const auto* const topic : items_of(&answer, rd_kafka_CreateTopics_result_topics)) {
        each.emplace(TopicName{rd_kafka_topic_result_name(topic)}, changed_topic(*topic, "CREATE"));
    }
    return each;
}

EachResult<TopicName, void> changed_configs_in(const rd_kafka_event_t& answer)
{
    EachResult<TopicName, void> each;
    for (const auto* const resource :
         items_of(&answer, rd_kafka_IncrementalAlterConfigs_result_resources)) {
        each.emplace(TopicName{rd_kafka_ConfigResource_name(resource)}, changed_config(*resource));
    }
    return each;
}

Result<Offset> offset_in(const rd_kafka_topic_partition_t& answer)
{
    if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(translated(answer.err, "", "DESCRIBE"));
    if (answer.offset == RD_KAFKA_OFFSET_INVALID) {
        return fail(Errc::unavailable, "the partition's leader did not answer");
    }
    return Offset{answer.offset};
}

EachResult<TopicPartition, Offset> offsets_in(const rd_kafka_event_t& answer)
{
    EachResult<TopicPartition, Offset> each;
    for (const auto* const item : items_of(&answer, rd_kafka_ListOffsets_result_infos)) {
        const auto& found = *rd_kafka_ListOffsetsResultInfo_topic_partition(item);
        const TopicPartition at{.topic = TopicName{found.topic},
                                .partition = Partition{found.partition}};
        each.emplace(at, offset_in(found));
    }
    return each;
}

Result<void> change_in(rd_kafka_event_t& answer)
{
    switch (rd_kafka_event_type(&answer)) {
        case RD_KAFKA_EVENT_CREATEPARTITIONS_RESULT:
            return changed_topics(items_of(rd_kafka_event_CreatePartitions_result(&answer),
                                           rd_kafka_CreatePartitions_result_topics),
                                  "ALTER");
        case RD_KAFKA_EVENT_DELETETOPICS_RESULT:
            return changed_topics(items_of(rd_kafka_event_DeleteTopics_result(&answer),
                                           rd_kafka_DeleteTopics_result_topics),
                                  "DELETE");
        case RD_KAFKA_EVENT_DELETERECORDS_RESULT:
            return changed_partitions(*rd_kafka_DeleteRecords_result_offsets(&answer));
        default: return fail(Errc::fatal, "librdkafka answered another question");
    }
}

}  // namespace strait::kafka
