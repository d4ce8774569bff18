#pragma once

#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "kafka/record.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Records that were never mirrored, on their way to a topic of their own: what their copies say of
// where they were, and what that topic has to be like. Pure.
namespace strait::links {

// Where a log is, or was: the name of a topic alone does not tell it from one that was made again.
struct OriginLog {
    ClusterId cluster;
    std::string topic_id;  // as it is written
    TopicPartition at;

    auto operator<=>(const OriginLog&) const = default;
};

struct Origin {
    OriginLog log;
    Offset offset;

    bool operator==(const Origin&) const = default;
};

// Those of the records of `log` that lie before an offset, for a partition of another topic: behind
// their own headers those that name their origin, strait.cluster, strait.topic, strait.topic_id,
// strait.partition and strait.offset, all of them texts. Not longer than the records; without any
// if there is none.
kafka::RecordBatch with_origin(std::span<const kafka::Record> records,
                               const OriginLog& log,
                               const TopicPartition& to,
                               Offset before);

// What the last headers of a record say; absent if it was not salvaged.
std::optional<Origin> origin_of(const kafka::Record& record);

// Up to which offset each log is salvaged. Each is copied in its order, so all before it is.
using Salvaged = std::map<OriginLog, Offset>;

void take_over(Salvaged& salvaged, const kafka::Record& record);

// A topic that keeps what it gets for ever, whatever the time of the record, with the partitions
// and replicas of another one. `record_limits`: of the topics that they come from; `known`: the
// configs of a topic of that cluster.
kafka::NewTopic salvage_topic(const TopicName& name,
                              const kafka::TopicDescription& like,
                              const std::vector<std::string>& record_limits,
                              const kafka::TopicConfig& known);

}  // namespace strait::links
