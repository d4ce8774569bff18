#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace strait::kafka {

// Where a consumer group stands in one partition.
struct GroupOffset {
    Offset offset;
    std::string metadata;  // of whoever committed it; at most 4,096 bytes

    bool operator==(const GroupOffset&) const = default;
};

using GroupOffsets = std::map<TopicPartition, GroupOffset>;

// A broker takes offsets from outside only for a group without members.
enum class GroupState : std::uint8_t { empty, has_members };

// The groups of consumers that we may see. Where a broker did not answer some may be missing.
struct GroupListing {
    std::map<GroupName, GroupState> groups;
    bool complete = true;
};

}  // namespace strait::kafka
