#pragma once

#include "kafka/record.hpp"
#include "links/shard/partition_mirror.hpp"

#include <cstdint>
#include <vector>

namespace strait::links {

// What the tests of partitions and transactions copy: partitions of `orders` to `oslo.orders`.

inline Mirror mirror_of(std::int32_t partition = 0)
{
    Mirror mirror;
    mirror.source = {TopicName{"orders"}, Partition{partition}};
    mirror.target = TopicName{"oslo.orders"};
    mirror.source_id = TopicId{{1}};
    mirror.target_id = TopicId{{2}};
    return mirror;
}

inline kafka::RecordBatch batch_at(const std::vector<std::int64_t>& offsets,
                                   std::int32_t partition = 0)
{
    kafka::RecordBatch batch;
    batch.at = mirror_of(partition).source;
    batch.epoch = LeaderEpoch{7};
    for (const auto offset : offsets) {
        kafka::Record record;
        record.offset = Offset{offset};
        record.key = "key";
        record.value = "value";
        batch.records.push_back(record);
    }
    return batch;
}

}  // namespace strait::links
