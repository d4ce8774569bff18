#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/group.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace strait::links {

// What we put down at the target for a group in one partition, and what it stands for.
struct WrittenMark {
    kafka::GroupOffset target;
    Offset source;             // everything before it is behind the group's position there
    std::int64_t wall_ms = 0;  // when

    bool operator==(const WrittenMark&) const = default;
};

struct GroupMark {
    kafka::GroupOffset source;           // as it was read there last
    std::optional<WrittenMark> written;  // absent: nothing yet

    bool operator==(const GroupMark&) const = default;
};

// What a link remembers of one consumer group. Without it the positions that it wrote could not be
// told from those of consumers, and a failover without the source would not know where the group
// was.
struct GroupMarks {
    std::int64_t read_ms = 0;                   // of the wall clock: when the source was read last
    std::map<TopicPartition, GroupMark> marks;  // by the partition of the source

    bool operator==(const GroupMarks&) const = default;
};

// A part of the local view, in its format (view_keys.hpp).
std::string encode(const GroupMarks& marks);
Result<GroupMarks> decode_group_marks(std::string_view bytes);  // Errc::corrupt

}  // namespace strait::links
