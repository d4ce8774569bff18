#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {

enum class Isolation { read_committed, read_uncommitted };
enum class TimestampType { none, create_time, log_append_time };

// Absent and empty values are different things.
struct SeenHeader {
    std::string name;
    std::optional<std::string> value;

    bool operator==(const SeenHeader&) const = default;
};

// A record to be written, or the part of a record that a copy must keep.
struct NewRecord {
    TopicPartition at;
    std::int64_t timestamp_ms = 0;  // 0: the time of writing
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<SeenHeader> headers;

    bool operator==(const NewRecord&) const = default;
};

// A record as a plain client of Kafka reads it.
struct SeenRecord : NewRecord {
    Offset offset;
    TimestampType timestamp_type = TimestampType::none;

    bool operator==(const SeenRecord&) const = default;
};

}  // namespace strait::testing
