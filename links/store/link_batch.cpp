#include "links/store/link_batch.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {

kafka::RecordBatch batch_of(std::span<const LinkRecord> records, std::int64_t wall_ms)
{
    using Texts = std::vector<std::pair<std::string, std::optional<std::string>>>;
    auto texts = std::make_shared<Texts>();
    for (const auto& record : records) {
        texts->emplace_back(encode_key(key_of(record)), encode_value(record));
    }
    kafka::RecordBatch batch;
    for (const auto& [key, value] : *texts) {
        kafka::Record record;
        record.timestamp_ms = wall_ms;
        record.key = key;
        record.value = value;
        batch.records.push_back(std::move(record));
    }
    batch.memory = std::move(texts);
    return batch;
}

}  // namespace strait::links
