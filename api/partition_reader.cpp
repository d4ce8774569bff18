#include "api/partition_reader.hpp"

#include <string>
#include <utility>

namespace strait::api {

TopicPartition read_partition(ObjectReader& reader)
{
    TopicName topic{reader.required<std::string>("topic")};
    const auto partition = reader.required<std::int32_t>("partition");
    if (partition < 0) reader.reject("partition", "out_of_range", "it is below 0");
    return {std::move(topic), Partition{partition}};
}

std::int64_t read_count(ObjectReader& reader, std::string_view name)
{
    const auto count = reader.required<std::int64_t>(name);
    if (count < 0) reader.reject(name, "out_of_range", "it is below 0");
    return count;
}

}  // namespace strait::api
