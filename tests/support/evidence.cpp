#include "tests/support/evidence.hpp"

#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace strait::testing {

std::vector<PartitionEvidence> gather_evidence(const MirrorSides& sides,
                                               const std::vector<ProducedRecord>& produced)
{
    KafkaAdmin admin{sides.source};
    std::vector<PartitionEvidence> all(
        static_cast<std::size_t>(admin.partition_count(sides.source_topic)));
    const auto of = [&](const TopicPartition& at) -> PartitionEvidence& {
        return all.at(static_cast<std::size_t>(at.partition.value()));
    };
    for (std::int32_t number = 0; std::cmp_less(number, all.size()); ++number) {
        const TopicPartition source{sides.source_topic, Partition{number}};
        auto& evidence = of(source);
        evidence.source = source;
        evidence.target = {sides.target_topic, Partition{number}};
        evidence.source_log_start = admin.log_range(source).start;
    }
    for (auto& record : read_all(sides.source, sides.source_topic)) {
        of(record.at).source_records.push_back(std::move(record));
    }
    for (auto& record : read_all(sides.target, sides.target_topic)) {
        of(record.at).target_records.push_back(std::move(record));
    }
    for (const auto& record : produced) {
        if (record.at.topic == sides.source_topic) of(record.at).produced.push_back(record);
    }
    return all;
}

}  // namespace strait::testing
