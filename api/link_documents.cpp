#include "api/link_documents.hpp"

#include "api/wire_time.hpp"

namespace strait::api {

namespace {

std::optional<std::int64_t> value_of(const std::optional<Offset>& offset)
{
    return offset ? std::optional{offset->value()} : std::nullopt;
}

SideDocument document_of(const links::SideStatus& side)
{
    return {side.cluster.value(), side.cluster_id.value(), side.reachable};
}

PartitionDocument document_of(const links::PartitionStatus& partition)
{
    const auto& last = partition.last_commit_ms;
    return {.id = partition.id.value(),
            .state = std::string{to_string(partition.state)},
            .reason = partition.reason,
            .lane = "record",
            .next_source_offset = value_of(partition.next_source),
            .source_lso = value_of(partition.source_lso),
            .source_end = value_of(partition.source_end),
            .next_target_offset = value_of(partition.next_target),
            .lag = partition.lag_records,
            .last_commit = last ? std::optional{rfc3339(*last)} : std::nullopt,
            .runs = partition.runs};
}

TopicDocument document_of(const links::TopicStatus& topic)
{
    TopicDocument document{.source = topic.source.value(),
                           .target = topic.target.value(),
                           .state = std::string{to_string(topic.state)},
                           .reason = topic.reason,
                           .identity = topic.identity_inferred ? "inferred" : "topic_id",
                           .partitions = {},
                           .configs = topic.configs};
    for (const auto& one : topic.partitions) document.partitions.push_back(document_of(one));
    return document;
}

GroupDocument document_of(const links::GroupStatus& group)
{
    return {.id = group.id.value(),
            .state = std::string{to_string(group.state)},
            .reason = group.reason,
            .staleness_s = group.staleness_seconds,
            .rereads = group.rereads};
}

}  // namespace

LinkDocument document_of(const links::LinkStatus& link)
{
    return {.name = link.name.value(),
            .managed_by = std::string{to_string(link.managed_by)},
            .state = std::string{to_string(link.state)},
            .reason = link.reason,
            .delivery = std::string{to_string(link.delivery)},
            .delivery_caveat = std::string{caveat_of(link.delivery)},
            .source = document_of(link.source),
            .target = document_of(link.target),
            .lag = {link.lag_records, link.lag_bytes_estimate, link.lag_seconds},
            .transactions = {link.transactions_committed,
                             link.transactions_aborted,
                             link.producers_recycled},
            .gaps = {link.gaps_open, link.gaps_unacknowledged, link.gaps_total},
            .acls = link.acls};
}

LinkStatusDocument status_document_of(const links::LinkStatus& link)
{
    LinkStatusDocument document{
        document_of(link), {}, {}, {link.lag_records, link.lag_seconds, link.rereads()}};
    for (const auto& topic : link.topics) document.topics.push_back(document_of(topic));
    for (const auto& group : link.groups) document.groups.push_back(document_of(group));
    return document;
}

GapDocument document_of(const links::Gap& gap)
{
    return {.id = gap.id,
            .topic = gap.topic.value(),
            .old_topic_id = to_string(gap.old_id),
            .new_topic_id = to_string(gap.new_id),
            .partition = gap.partition.value(),
            .generation = gap.generation.value(),
            .cause = std::string{to_string(gap.cause)},
            .from = gap.from.value(),
            .to = gap.to.value(),
            .target_offset = gap.target.value(),
            .epoch = gap.epoch.value(),
            .policy = std::string{to_string(gap.policy)},
            .open = gap.open,
            .time = rfc3339(gap.wall_time_ms),
            .acknowledged_by = gap.acknowledged_by};
}

TranslatedDocument document_of(const links::TranslatedPosition& position)
{
    const auto& translation = position.translation;
    return {.topic = position.topic.value(),
            .partition = position.partition.value(),
            .offset = value_of(translation.offset),
            .status = std::string{to_string(translation.status)},
            .generation = translation.generation.value(),
            .as_of_txn = translation.as_of_txn.value(),
            .not_replicated = translation.not_replicated};
}

}  // namespace strait::api
