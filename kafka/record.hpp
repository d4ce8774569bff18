#pragma once

#include "core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace strait::kafka {

// Names may repeat, and order counts. Absent and empty values are different, here as in Kafka.
struct Header {
    std::string_view name;
    std::optional<std::string_view> value;

    bool operator==(const Header&) const = default;
};

// One record as it is copied. The views are valid as long as `memory` of its batch.
struct Record {
    Offset offset;
    std::int64_t timestamp_ms = 0;  // of creation or of append, as the topic has it; -1: none
    std::optional<std::string_view> key;
    std::optional<std::string_view> value;
    std::vector<Header> headers;

    // Key, value and headers: what metrics and limits count.
    [[nodiscard]] std::size_t bytes() const noexcept
    {
        std::size_t sum = (key ? key->size() : 0) + (value ? value->size() : 0);
        for (const auto& [name, content] : headers) {
            sum += name.size() + (content ? content->size() : 0);
        }
        return sum;
    }
};

// Consecutive records of one partition. Never empty; offsets rise, with holes where the source was
// compacted, where a transaction aborted and where control markers lie.
struct RecordBatch {
    TopicPartition at;
    LeaderEpoch epoch{-1};      // of the last record
    Offset high_watermark{-1};  // of the partition, when this was fetched or later; -1: not known
    std::vector<Record> records;
    std::shared_ptr<const void> memory;  // immutable; what the views point into

    [[nodiscard]] Offset first() const { return records.front().offset; }
    [[nodiscard]] Offset next() const { return Offset{records.back().offset.value() + 1}; }
};

}  // namespace strait::kafka
