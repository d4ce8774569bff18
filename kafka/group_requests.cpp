#include "kafka/group_requests.hpp"

#include "kafka/error.hpp"

#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace strait::kafka {

namespace {

using ListHandle = std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t,
                                   Destroyer<rd_kafka_ListConsumerGroupOffsets_destroy>>;
using AlterHandle = std::unique_ptr<rd_kafka_AlterConsumerGroupOffsets_t,
                                    Destroyer<rd_kafka_AlterConsumerGroupOffsets_destroy>>;
using DeleteHandle = std::unique_ptr<rd_kafka_DeleteConsumerGroupOffsets_t,
                                     Destroyer<rd_kafka_DeleteConsumerGroupOffsets_destroy>>;

// An epoch above the target's makes consumers loop on their metadata (links.md 7).
constexpr int no_epoch = -1;

GroupState state_of(rd_kafka_consumer_group_state_t state)
{
    const bool empty =
        state == RD_KAFKA_CONSUMER_GROUP_STATE_EMPTY || state == RD_KAFKA_CONSUMER_GROUP_STATE_DEAD;
    return empty ? GroupState::empty : GroupState::has_members;  // what is not known may have some
}

rd_kafka_topic_partition_t& add(rd_kafka_topic_partition_list_t& list, const TopicPartition& at)
{
    return *rd_kafka_topic_partition_list_add(
        &list, at.topic.value().c_str(), at.partition.value());
}

std::span<const rd_kafka_topic_partition_t> partitions_of(const rd_kafka_group_result_t& group)
{
    const auto* const list = rd_kafka_group_result_partitions(&group);
    if (list == nullptr) return {};
    return {list->elems, static_cast<std::size_t>(list->cnt)};
}

// The one group that was asked for, in an answer whose list this accessor returns.
template <class Answer>
Result<const rd_kafka_group_result_t*> group_in(
    const Answer* answer,
    const rd_kafka_group_result_t** (*list)(const Answer*, std::size_t*),
    std::string_view right)
{
    std::size_t count = 0;
    const auto* const* const groups = list(answer, &count);
    if (count == 0) return fail(Errc::unavailable, "the coordinator did not answer");
    if (const auto* const error = rd_kafka_group_result_error(*groups)) {
        return fail(translated(rd_kafka_error_code(error), rd_kafka_error_string(error), right));
    }
    return *groups;
}

Result<void> changed(Result<const rd_kafka_group_result_t*> group, std::string_view right)
{
    if (!group) return fail(group.error());
    for (const auto& at : partitions_of(**group)) {
        if (at.err != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(translated(at.err, "", right));
    }
    return {};
}

}  // namespace

AdminRequest list_groups_request()
{
    return {.op = RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, .send = rd_kafka_ListConsumerGroups};
}

AdminRequest list_group_offsets_request(const GroupName& group)
{
    ListHandle list{rd_kafka_ListConsumerGroupOffsets_new(group.value().c_str(), nullptr)};
    return {.op = RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
            .send =
                [list = std::move(list)](auto* client, const auto* options, auto* queue) {
                    auto* one = list.get();
                    rd_kafka_ListConsumerGroupOffsets(client, &one, 1, options, queue);
                },
            .stable_offsets = true};
}

AdminRequest alter_group_offsets_request(const GroupName& group, const GroupOffsets& offsets)
{
    const PartitionListHandle partitions{
        rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size()))};
    for (const auto& [at, committed] : offsets) {
        auto& added = add(*partitions, at);
        added.offset = committed.offset.value();
        rd_kafka_topic_partition_set_leader_epoch(&added, no_epoch);
        if (committed.metadata.empty()) continue;
        const auto size = committed.metadata.size();
        added.metadata = rd_kafka_mem_malloc(nullptr, size);  // goes with the list
        std::memcpy(added.metadata, committed.metadata.data(), size);
        added.metadata_size = size;
    }
    AlterHandle alter{
        rd_kafka_AlterConsumerGroupOffsets_new(group.value().c_str(), partitions.get())};
    return {.op = RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS,
            .send = [alter = std::move(alter)](auto* client, const auto* options, auto* queue) {
                auto* one = alter.get();
                rd_kafka_AlterConsumerGroupOffsets(client, &one, 1, options, queue);
            }};
}

AdminRequest delete_group_offsets_request(const GroupName& group,
                                          const std::set<TopicPartition>& partitions)
{
    const PartitionListHandle list{
        rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size()))};
    for (const auto& at : partitions) add(*list, at);
    DeleteHandle handle{rd_kafka_DeleteConsumerGroupOffsets_new(group.value().c_str(), list.get())};
    return {.op = RD_KAFKA_ADMIN_OP_DELETECONSUMERGROUPOFFSETS,
            .send = [handle = std::move(handle)](auto* client, const auto* options, auto* queue) {
                auto* one = handle.get();
                rd_kafka_DeleteConsumerGroupOffsets(client, &one, 1, options, queue);
            }};
}

GroupListing groups_in(rd_kafka_event_t& answer)
{
    const auto* const result = rd_kafka_event_ListConsumerGroups_result(&answer);
    std::size_t count = 0;
    std::size_t failures = 0;
    const auto* const* const found = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    rd_kafka_ListConsumerGroups_result_errors(result, &failures);
    GroupListing listing;
    listing.complete = failures == 0;
    for (const auto* const group : std::span{found, count}) {
        listing.groups.emplace(GroupName{rd_kafka_ConsumerGroupListing_group_id(group)},
                               state_of(rd_kafka_ConsumerGroupListing_state(group)));
    }
    return listing;
}

Result<GroupOffsets> group_offsets_in(rd_kafka_event_t& answer)
{
    const auto* const result = rd_kafka_event_ListConsumerGroupOffsets_result(&answer);
    const auto group =
        group_in(result, rd_kafka_ListConsumerGroupOffsets_result_groups, "DESCRIBE");
    if (!group) return fail(group.error());
    GroupOffsets offsets;
    for (const auto& at : partitions_of(**group)) {
        if (at.err != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(translated(at.err, "", "DESCRIBE"));
        if (at.offset < 0) continue;  // never committed there
        std::string metadata;
        if (at.metadata != nullptr) {
            metadata.assign(static_cast<const char*>(at.metadata), at.metadata_size);
        }
        offsets.emplace(TopicPartition{TopicName{at.topic}, Partition{at.partition}},
                        GroupOffset{Offset{at.offset}, std::move(metadata)});
    }
    return offsets;
}

Result<void> group_change_in(rd_kafka_event_t& answer)
{
    if (rd_kafka_event_type(&answer) == RD_KAFKA_EVENT_ALTERCONSUMERGROUPOFFSETS_RESULT) {
        return changed(group_in(rd_kafka_event_AlterConsumerGroupOffsets_result(&answer),
                                rd_kafka_AlterConsumerGroupOffsets_result_groups,
                                "READ"),
                       "READ");
    }
    return changed(group_in(rd_kafka_event_DeleteConsumerGroupOffsets_result(&answer),
                            rd_kafka_DeleteConsumerGroupOffsets_result_groups,
                            "DELETE"),
                   "READ");
}

}  // namespace strait::kafka
