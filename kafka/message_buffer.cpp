#include "kafka/message_buffer.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace strait::kafka {

namespace {

std::optional<std::string_view> view_of(const void* bytes, std::size_t size)
{
    if (bytes == nullptr) return std::nullopt;
    return std::string_view{static_cast<const char*>(bytes), size};
}

std::vector<Header> headers_of(const rd_kafka_message_t& message)
{
    std::vector<Header> headers;
    rd_kafka_headers_t* list = nullptr;
    if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
    headers.resize(rd_kafka_header_cnt(list));
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        rd_kafka_header_get_all(list, i, &name, &value, &size);
        headers[i] = {.name = name, .value = view_of(value, size)};
    }
    return headers;
}

Record record_of(const rd_kafka_message_t& message)
{
    return {.offset = Offset{message.offset},
            .timestamp_ms = rd_kafka_message_timestamp(&message, nullptr),
            .key = view_of(message.key, message.key_len),
            .value = view_of(message.payload, message.len),
            .headers = headers_of(message)};
}

std::size_t bytes_of(const rd_kafka_message_t& message) { return message.len + message.key_len; }

bool same_partition(const rd_kafka_message_t& a, const rd_kafka_message_t& b)
{
    return a.partition == b.partition && a.rkt == b.rkt;
}

}  // namespace

std::optional<Error> unreadable(const rd_kafka_message_t& message)
{
    rd_kafka_headers_t* list = nullptr;
    const auto code = rd_kafka_message_headers(&message, &list);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NOENT) {
        return std::nullopt;
    }
    return Error{Errc::refused,
                 "librdkafka cannot read its headers, of which it takes 100000 at most [" +
                     std::string{rd_kafka_err2name(code)} + "]"};
}

TopicPartition partition_of(const rd_kafka_message_t& message)
{
    return {.topic = TopicName{rd_kafka_topic_name(message.rkt)},
            .partition = Partition{message.partition}};
}

void MessageBuffer::fill(rd_kafka_queue_t* queue)
{
    std::vector<rd_kafka_message_t*> taken(limits_.records_max);
    const auto count = rd_kafka_consume_batch_queue(queue, 0, taken.data(), taken.size());
    taken.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    messages_.clear();
    for (auto* const message : taken) messages_.emplace_back(message);
    at_ = 0;
}

MessageHandle MessageBuffer::pop_front() { return std::move(messages_[at_++]); }

std::size_t MessageBuffer::end_of_batch() const
{
    const auto& first = front();
    auto bytes = bytes_of(first);
    auto end = at_ + 1;
    while (end < messages_.size() && end - at_ < limits_.records_max) {
        const auto& message = *messages_[end];
        bytes += bytes_of(message);
        if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR || !same_partition(first, message)) break;
        if (bytes > limits_.bytes_max || unreadable(message)) break;
        ++end;
    }
    return end;
}

RecordBatch MessageBuffer::pop_batch()
{
    const auto at = [&](std::size_t i) {
        return std::make_move_iterator(messages_.begin() + static_cast<std::ptrdiff_t>(i));
    };
    const auto end = end_of_batch();
    auto memory = std::make_shared<std::vector<MessageHandle>>(at(at_), at(end));
    at_ = end;

    RecordBatch batch;
    batch.at = partition_of(*memory->front());
    batch.epoch = LeaderEpoch{rd_kafka_message_leader_epoch(memory->back().get())};
    batch.records.reserve(memory->size());
    for (const auto& message : *memory) batch.records.push_back(record_of(*message));
    batch.memory = std::move(memory);
    return batch;
}

void MessageBuffer::drop(std::span<const TopicPartition> partitions)
{
    const auto dropped = [&](const MessageHandle& message) {
        return message->rkt != nullptr &&
               std::ranges::find(partitions, partition_of(*message)) != partitions.end();
    };
    messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    std::erase_if(messages_, dropped);
}

}  // namespace strait::kafka
