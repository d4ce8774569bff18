#include "links/salvage.hpp"

#include "links/config/topic_configs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace strait::links {

namespace {

constexpr std::array<std::string_view, 5> names{
    "strait.cluster", "strait.topic", "strait.topic_id", "strait.partition", "strait.offset"};
constexpr std::int64_t headers_bytes = 1024;  // more than they take

// What the views of such a batch point into.
struct Texts {
    std::array<std::string, 4> of_log;
    std::vector<std::string> offsets;
};

template <class T>
std::optional<T> number_in(std::string_view text)
{
    T number{};
    const auto* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end || number < 0) return std::nullopt;
    return number;
}

}  // namespace

kafka::RecordBatch with_origin(std::span<const kafka::Record> records,
                               const OriginLog& log,
                               const TopicPartition& to,
                               Offset before)
{
    auto texts = std::make_shared<Texts>();
    texts->of_log = {log.cluster.value(),
                     log.at.topic.value(),
                     log.topic_id,
                     std::to_string(log.at.partition.value())};
    texts->offsets.reserve(records.size());  // so that none of them moves
    kafka::RecordBatch copies;
    copies.at = to;
    copies.records.reserve(records.size());
    for (const auto& record : records) {
        if (record.offset >= before) break;
        const auto& offset = texts->offsets.emplace_back(std::to_string(record.offset.value()));
        auto& copy = copies.records.emplace_back(record);
        copy.headers.reserve(record.headers.size() + names.size());
        for (std::size_t i = 0; i < texts->of_log.size(); ++i) {
            copy.headers.push_back({names.at(i), texts->of_log.at(i)});
        }
        copy.headers.push_back({names.back(), offset});
    }
    copies.memory = std::move(texts);
    return copies;
}

std::optional<Origin> origin_of(const kafka::Record& record)
{
    if (record.headers.size() < names.size()) return std::nullopt;
    const auto* const first = record.headers.data() + (record.headers.size() - names.size());
    std::array<std::string, names.size()> texts;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& [name, value] = first[i];
        if (name != names.at(i) || !value) return std::nullopt;
        texts.at(i) = *value;
    }
    const auto partition = number_in<std::int32_t>(texts[3]);
    const auto offset = number_in<std::int64_t>(texts[4]);
    if (!partition || !offset) return std::nullopt;
    return Origin{{ClusterId{texts[0]}, texts[2], {TopicName{texts[1]}, Partition{*partition}}},
                  Offset{*offset}};
}

void take_over(Salvaged& salvaged, const kafka::Record& record)
{
    const auto origin = origin_of(record);
    if (!origin) return;
    auto& next = salvaged[origin->log];
    next = std::max(next, Offset{origin->offset.value() + 1});
}

kafka::NewTopic salvage_topic(const TopicName& name,
                              const kafka::TopicDescription& like,
                              const std::vector<std::string>& record_limits,
                              const kafka::TopicConfig& known)
{
    kafka::NewTopic topic{.name = name,
                          .partitions = like.partitions,
                          .replication_factor = like.replication_factor,
                          .configs = {{std::string{cleanup_config}, "delete"},
                                      {"retention.ms", "-1"},
                                      {"retention.bytes", "-1"},
                                      {"message.timestamp.type", "CreateTime"}}};
    std::int64_t largest = 0;
    for (const auto& text : record_limits) {
        largest = std::max(largest, number_in<std::int64_t>(text).value_or(0));
    }
    if (largest > 0) {
        constexpr std::int64_t limit = std::numeric_limits<std::int32_t>::max();
        topic.configs.emplace(record_limit_config,
                              std::to_string(std::min(largest + headers_bytes, limit)));
    }
    // A record is as old, or as new, as it is. Brokers before 3.6 do not know these.
    for (const auto* const bound :
         {"message.timestamp.before.max.ms", "message.timestamp.after.max.ms"}) {
        if (!known.contains(bound)) continue;
        topic.configs.emplace(bound, std::to_string(std::numeric_limits<std::int64_t>::max()));
    }
    return topic;
}

}  // namespace strait::links
