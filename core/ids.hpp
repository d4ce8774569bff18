#pragma once

#include "core/named.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace strait {

using ClusterName = Named<struct ClusterNameTag, std::string>;  // a key of `clusters` in the file
using ClusterId = Named<struct ClusterIdTag, std::string>;      // what the brokers call themselves
using InstallId = Named<struct InstallIdTag, std::string>;      // of one data_dir, for life
using LinkName = Named<struct LinkNameTag, std::string>;
using TopicName = Named<struct TopicNameTag, std::string>;
using GroupName = Named<struct GroupNameTag, std::string>;  // of consumers

using Partition = Named<struct PartitionTag, std::int32_t>;
using Offset = Named<struct OffsetTag, std::int64_t>;
using LeaderEpoch = Named<struct LeaderEpochTag, std::int32_t>;  // -1: unknown
using ShardNumber = Named<struct ShardNumberTag, std::uint32_t>;

using Term = Named<struct TermTag, std::uint32_t>;  // one life of a link in one process
using Generation = Named<struct GenerationTag, std::uint32_t>;
using Session = Named<struct SessionTag, std::uint64_t>;  // one life of a shard's producer
using TxnNo = Named<struct TxnNoTag, std::uint64_t>;      // per shard, without holes
using PartitionSeq = Named<struct PartitionSeqTag, std::uint64_t>;  // per partition, without holes

// The id that Kafka gives a topic when it is created (KIP-516): a topic deleted and created again
// under its name has another. All zero where the broker knows no topic ids.
struct TopicId {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] bool known() const noexcept { return *this != TopicId{}; }

    auto operator<=>(const TopicId&) const = default;
};

struct TopicPartition {
    TopicName topic;
    Partition partition;

    auto operator<=>(const TopicPartition&) const = default;
};

// True for what a file may call a cluster or a link: 1 to 40 of a-z, 0-9 and "-". Such names become
// parts of transactional ids, labels and URLs.
bool is_config_name(std::string_view name) noexcept;

// As Kafka's own tools print them: 22 characters of base64url, and "orders-3".
std::string to_string(const TopicId& id);
std::string to_string(const TopicPartition& at);

}  // namespace strait
