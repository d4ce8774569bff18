#include "tests/support/kafka_group.hpp"

#include "tests/support/kafka_client.hpp"
#include "tests/support/wait.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;
using kafka::PartitionListHandle;

constexpr int answer_ms = 30'000;

ClientProperties group_properties(ClientProperties properties, const GroupName& name)
{
    properties["group.id"] = name.value();
    properties["enable.auto.commit"] = "false";
    properties["auto.offset.reset"] = "earliest";
    properties["isolation.level"] = "read_committed";
    properties["allow.auto.create.topics"] = "false";
    properties["fetch.wait.max.ms"] = "20";
    return properties;
}

PartitionListHandle make_list(std::size_t size)
{
    return PartitionListHandle{rd_kafka_topic_partition_list_new(static_cast<int>(size))};
}

std::size_t assigned(rd_kafka_t* client)
{
    rd_kafka_topic_partition_list_t* list = nullptr;
    require(rd_kafka_assignment(client, &list), "assignment");
    return static_cast<std::size_t>(PartitionListHandle { list } -> cnt);
}

}  // namespace

KafkaGroup::KafkaGroup(ClientProperties properties, const GroupName& name)
    : name_{name},
      client_{make_client(RD_KAFKA_CONSUMER, group_properties(std::move(properties), name))}
{
    rd_kafka_poll_set_consumer(client_.get());
}

KafkaGroup::~KafkaGroup() { leave(); }

void KafkaGroup::commit(const kafka::GroupOffsets& offsets)
{
    const auto list = make_list(offsets.size());
    for (const auto& [at, committed] : offsets) {
        auto* const added = rd_kafka_topic_partition_list_add(
            list.get(), at.topic.value().c_str(), at.partition.value());
        added->offset = committed.offset.value();
        const auto& metadata = committed.metadata;
        if (metadata.empty()) continue;
        added->metadata = rd_kafka_mem_malloc(client_.get(), metadata.size());
        std::memcpy(added->metadata, metadata.data(), metadata.size());
        added->metadata_size = metadata.size();
    }
    require(rd_kafka_commit(client_.get(), list.get(), 0), "commit of offsets");
}

kafka::GroupOffsets KafkaGroup::committed(const std::set<TopicPartition>& partitions)
{
    const auto list = make_list(partitions.size());
    for (const auto& at : partitions) {
        rd_kafka_topic_partition_list_add(
            list.get(), at.topic.value().c_str(), at.partition.value());
    }
    require(rd_kafka_committed(client_.get(), list.get(), answer_ms), "committed offsets");
    kafka::GroupOffsets offsets;
    for (const auto& at : std::span{list->elems, static_cast<std::size_t>(list->cnt)}) {
        require(at.err, "committed offset");
        if (at.offset < 0) continue;
        offsets.emplace(TopicPartition{TopicName{at.topic}, Partition{at.partition}},
                        kafka::GroupOffset{
                            Offset{at.offset},
                            std::string{static_cast<const char*>(at.metadata), at.metadata_size}});
    }
    return offsets;
}

void KafkaGroup::destroy()
{
    using Handle =
        std::unique_ptr<rd_kafka_DeleteGroup_t, kafka::Destroyer<rd_kafka_DeleteGroup_destroy>>;
    const Handle wanted{rd_kafka_DeleteGroup_new(name_.value().c_str())};
    const kafka::QueueHandle queue{rd_kafka_queue_new(client_.get())};
    std::array<rd_kafka_DeleteGroup_t*, 1> all{wanted.get()};
    rd_kafka_DeleteGroups(client_.get(), all.data(), all.size(), nullptr, queue.get());
    const kafka::EventHandle answer{rd_kafka_queue_poll(queue.get(), answer_ms)};
    if (!answer) throw std::runtime_error{"no answer to the deletion of a group"};
    require(rd_kafka_event_error(answer.get()), "delete group");
}

void KafkaGroup::join(const TopicName& topic)
{
    const auto list = make_list(1);
    rd_kafka_topic_partition_list_add(list.get(), topic.value().c_str(), RD_KAFKA_PARTITION_UA);
    require(rd_kafka_subscribe(client_.get(), list.get()), "subscribe");
    joined_ = true;
    // What comes with the assignment is given back: the position is that of the last commit.
    const bool there = wait_for([&] {
        next(100ms);
        return assigned(client_.get()) > 0;
    });
    if (!there) throw std::runtime_error{"the group assigns nothing of " + topic.value()};
}

void KafkaGroup::leave()
{
    if (!std::exchange(joined_, false)) return;
    rd_kafka_consumer_close(client_.get());
}

std::optional<SeenRecord> KafkaGroup::next(std::chrono::milliseconds wait)
{
    const kafka::MessageHandle message{
        rd_kafka_consumer_poll(client_.get(), static_cast<int>(wait.count()))};
    if (!message) return std::nullopt;
    require(message->err, "consume");
    SeenRecord record;
    record.at = {TopicName{rd_kafka_topic_name(message->rkt)}, Partition{message->partition}};
    record.offset = Offset{message->offset};
    if (message->payload != nullptr) {
        record.value = std::string{static_cast<const char*>(message->payload), message->len};
    }
    return record;
}

void KafkaGroup::commit() { require(rd_kafka_commit(client_.get(), nullptr, 0), "commit"); }

}  // namespace strait::testing
