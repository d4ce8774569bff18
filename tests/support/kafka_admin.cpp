#include "tests/support/kafka_admin.hpp"

#include "tests/support/kafka_client.hpp"

#include <array>
#include <chrono>
#include <span>
#include <stdexcept>
#include <utility>

namespace strait::testing {
namespace {

using std::chrono::seconds;

constexpr seconds request_deadline{30};

template <class T, auto destroy>
using Handle = std::unique_ptr<T, kafka::Destroyer<destroy>>;

using NewTopicHandle = Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using DeleteTopicHandle = Handle<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using NewPartitionsHandle = Handle<rd_kafka_NewPartitions_t, rd_kafka_NewPartitions_destroy>;
using DeleteRecordsHandle = Handle<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;
using ConfigResourceHandle = Handle<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using TopicsHandle = Handle<rd_kafka_TopicCollection_t, rd_kafka_TopicCollection_destroy>;
using PartitionsHandle =
    Handle<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using OptionsHandle = Handle<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

void require_all(const rd_kafka_topic_result_t** results, std::size_t count, std::string_view doing)
{
    for (const auto* result : std::span{results, count}) {
        require(rd_kafka_topic_result_error(result), doing);
    }
}

// Asks again and again, without a pause: the answer takes a round trip.
template <class Condition>
void wait_for(Condition condition, std::string_view what)
{
    const auto end = std::chrono::steady_clock::now() + request_deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error{std::string{what} + " does not show"};
    }
}

struct Described {
    TopicId id;
    std::int32_t partitions = 0;
};

TopicId topic_id(const rd_kafka_Uuid_t* uuid)
{
    TopicId id;
    const std::array<std::uint64_t, 2> halves{
        static_cast<std::uint64_t>(rd_kafka_Uuid_most_significant_bits(uuid)),
        static_cast<std::uint64_t>(rd_kafka_Uuid_least_significant_bits(uuid))};
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        id.bytes.at(i) = static_cast<std::uint8_t>(halves.at(i / 8) >> (56U - 8U * (i % 8U)));
    }
    return id;
}

// Nothing if there is no such topic.
std::optional<Described> describe(rd_kafka_t* client,
                                  rd_kafka_queue_t* queue,
                                  const TopicName& topic)
{
    std::array<const char*, 1> names{topic.value().c_str()};
    const TopicsHandle topics{rd_kafka_TopicCollection_of_topic_names(names.data(), names.size())};
    rd_kafka_DescribeTopics(client, topics.get(), nullptr, queue);
    const auto event = await(queue, "describe topic");
    std::size_t count = 0;
    const auto* const* found = rd_kafka_DescribeTopics_result_topics(
        rd_kafka_event_DescribeTopics_result(event.get()), &count);
    const auto code = rd_kafka_error_code(rd_kafka_TopicDescription_error(found[0]));
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return {};
    require(code, "describe topic");
    std::size_t partitions = 0;
    rd_kafka_TopicDescription_partitions(found[0], &partitions);
    return Described{topic_id(rd_kafka_TopicDescription_topic_id(found[0])),
                     static_cast<std::int32_t>(partitions)};
}

bool has_no_leader_yet(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
           code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH;
}

// Nothing while the partition has no leader, as one of a topic that was just created.
std::optional<Offset> ask_offset(rd_kafka_t* client,
                                 rd_kafka_queue_t* queue,
                                 const TopicPartition& at,
                                 std::int64_t which,
                                 Isolation isolation)
{
    const PartitionsHandle asked{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(asked.get(), at.topic.value().c_str(), at.partition.value())
        ->offset = which;
    const OptionsHandle options{rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_LISTOFFSETS)};
    require(rd_kafka_AdminOptions_set_isolation_level(
                options.get(),
                isolation == Isolation::read_committed ? RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED
                                                       : RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED),
            "list offsets");
    rd_kafka_ListOffsets(client, asked.get(), options.get(), queue);
    const auto event = await(queue, "list offsets");
    std::size_t count = 0;
    const auto* const* found =
        rd_kafka_ListOffsets_result_infos(rd_kafka_event_ListOffsets_result(event.get()), &count);
    const auto* const answer = rd_kafka_ListOffsetsResultInfo_topic_partition(found[0]);
    if (has_no_leader_yet(answer->err)) return std::nullopt;
    require(answer->err, "list offsets of " + to_string(at));
    return Offset{answer->offset};
}

Offset list_offset(rd_kafka_t* client,
                   rd_kafka_queue_t* queue,
                   const TopicPartition& at,
                   std::int64_t which,
                   Isolation isolation)
{
    std::optional<Offset> found;
    wait_for(
        [&] {
            found = ask_offset(client, queue, at, which, isolation);
            return found.has_value();
        },
        "a leader of " + to_string(at));
    return *found;
}

}  // namespace

KafkaAdmin::KafkaAdmin(const ClientProperties& properties)
    : client_{make_client(RD_KAFKA_PRODUCER, properties)}, queue_{rd_kafka_queue_new(client_.get())}
{
}

void KafkaAdmin::create_topic(const TopicName& topic,
                              std::int32_t partitions,
                              const TopicConfigs& configs)
{
    std::array<char, 512> reason{};
    const NewTopicHandle wanted{
        rd_kafka_NewTopic_new(topic.value().c_str(), partitions, -1, reason.data(), reason.size())};
    if (!wanted) throw std::runtime_error{reason.data()};
    create(wanted.get(), topic, configs);
}

void KafkaAdmin::create_topic(const TopicName& topic,
                              const Placement& placement,
                              const TopicConfigs& configs)
{
    std::array<char, 512> reason{};
    const NewTopicHandle wanted{rd_kafka_NewTopic_new(topic.value().c_str(),
                                                      static_cast<int>(placement.size()),
                                                      -1,
                                                      reason.data(),
                                                      reason.size())};
    if (!wanted) throw std::runtime_error{reason.data()};
    for (std::size_t i = 0; i < placement.size(); ++i) {
        auto brokers = placement[i];
        const auto code = rd_kafka_NewTopic_set_replica_assignment(wanted.get(),
                                                                   static_cast<std::int32_t>(i),
                                                                   brokers.data(),
                                                                   brokers.size(),
                                                                   reason.data(),
                                                                   reason.size());
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error{reason.data()};
    }
    create(wanted.get(), topic, configs);
}

void KafkaAdmin::create(rd_kafka_NewTopic_t* wanted,
                        const TopicName& topic,
                        const TopicConfigs& configs)
{
    for (const auto& [name, value] : configs) {
        rd_kafka_NewTopic_set_config(wanted, name.c_str(), value.c_str());
    }
    std::array<rd_kafka_NewTopic_t*, 1> all{wanted};
    rd_kafka_CreateTopics(client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "create topic");
    std::size_t count = 0;
    const auto** results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count);
    require_all(results, count, "create topic " + topic.value());
    wait_for([&] { return find_topic_id(topic).has_value(); }, "the topic");
}

void KafkaAdmin::delete_topic(const TopicName& topic)
{
    const DeleteTopicHandle wanted{rd_kafka_DeleteTopic_new(topic.value().c_str())};
    std::array<rd_kafka_DeleteTopic_t*, 1> all{wanted.get()};
    rd_kafka_DeleteTopics(client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "delete topic");
    std::size_t count = 0;
    const auto** results = rd_kafka_DeleteTopics_result_topics(
        rd_kafka_event_DeleteTopics_result(event.get()), &count);
    require_all(results, count, "delete topic " + topic.value());
    wait_for([&] { return !find_topic_id(topic).has_value(); }, "the deletion");
}

void KafkaAdmin::add_partitions(const TopicName& topic, std::int32_t total)
{
    std::array<char, 512> reason{};
    const NewPartitionsHandle wanted{rd_kafka_NewPartitions_new(
        topic.value().c_str(), static_cast<std::size_t>(total), reason.data(), reason.size())};
    if (!wanted) throw std::runtime_error{reason.data()};
    std::array<rd_kafka_NewPartitions_t*, 1> all{wanted.get()};
    rd_kafka_CreatePartitions(client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "add partitions");
    std::size_t count = 0;
    const auto** results = rd_kafka_CreatePartitions_result_topics(
        rd_kafka_event_CreatePartitions_result(event.get()), &count);
    require_all(results, count, "add partitions to " + topic.value());
    wait_for([&] { return partition_count(topic) == total; }, "the partition");
}

void KafkaAdmin::alter_configs(const TopicName& topic, const TopicConfigs& configs)
{
    change_configs(topic, {configs.begin(), configs.end()});
}

void KafkaAdmin::reset_config(const TopicName& topic, const std::string& name)
{
    change_configs(topic, {{name, std::nullopt}});
}

KafkaAdmin::Config KafkaAdmin::config(const TopicName& topic, const std::string& name)
{
    const ConfigResourceHandle asked{
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.value().c_str())};
    std::array<rd_kafka_ConfigResource_t*, 1> all{asked.get()};
    rd_kafka_DescribeConfigs(client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "describe configs");
    std::size_t count = 0;
    const auto** topics = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event.get()), &count);
    for (const auto* found : std::span{topics, count}) {
        require(rd_kafka_ConfigResource_error(found), "describe configs of " + topic.value());
        std::size_t entries = 0;
        const auto** configs = rd_kafka_ConfigResource_configs(found, &entries);
        for (const auto* entry : std::span{configs, entries}) {
            if (rd_kafka_ConfigEntry_name(entry) != name) continue;
            const bool own =
                rd_kafka_ConfigEntry_source(entry) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
            return {rd_kafka_ConfigEntry_value(entry), own};
        }
    }
    throw std::runtime_error{topic.value() + " has no config " + name};
}

void KafkaAdmin::change_configs(const TopicName& topic, const std::vector<Change>& changes)
{
    const ConfigResourceHandle wanted{
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.value().c_str())};
    for (const auto& [name, value] : changes) {
        require(
            rd_kafka_ConfigResource_add_incremental_config(
                wanted.get(),
                name.c_str(),
                value ? RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET : RD_KAFKA_ALTER_CONFIG_OP_TYPE_DELETE,
                value ? value->c_str() : nullptr),
            "alter configs");
    }
    std::array<rd_kafka_ConfigResource_t*, 1> all{wanted.get()};
    rd_kafka_IncrementalAlterConfigs(client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "alter configs");
    std::size_t count = 0;
    const auto** results = rd_kafka_IncrementalAlterConfigs_result_resources(
        rd_kafka_event_IncrementalAlterConfigs_result(event.get()), &count);
    for (const auto* result : std::span{results, count}) {
        require(rd_kafka_ConfigResource_error(result), "alter configs of " + topic.value());
    }
}

void KafkaAdmin::delete_records(const TopicPartition& at, Offset before)
{
    const PartitionsHandle where{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(where.get(), at.topic.value().c_str(), at.partition.value())
        ->offset = before.value();
    const DeleteRecordsHandle wanted{rd_kafka_DeleteRecords_new(where.get())};
    std::array<rd_kafka_DeleteRecords_t*, 1> all{wanted.get()};
    rd_kafka_DeleteRecords(client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "delete records");
    const auto* const results =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
    require(results->elems[0].err, "delete records of " + to_string(at));
}

std::optional<TopicId> KafkaAdmin::find_topic_id(const TopicName& topic)
{
    const auto described = describe(client_.get(), queue_.get(), topic);
    return described ? std::optional{described->id} : std::nullopt;
}

std::int32_t KafkaAdmin::partition_count(const TopicName& topic)
{
    const auto described = describe(client_.get(), queue_.get(), topic);
    return described ? described->partitions : 0;
}

LogRange KafkaAdmin::log_range(const TopicPartition& at, Isolation isolation)
{
    auto* const queue = queue_.get();
    return {list_offset(client_.get(), queue, at, RD_KAFKA_OFFSET_SPEC_EARLIEST, isolation),
            list_offset(client_.get(), queue, at, RD_KAFKA_OFFSET_SPEC_LATEST, isolation)};
}

}  // namespace strait::testing
