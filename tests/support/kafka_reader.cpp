#include "tests/support/kafka_reader.hpp"

#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_client.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace strait::testing {
namespace {

using Clock = std::chrono::steady_clock;
using MessageHandle =
    std::unique_ptr<rd_kafka_message_t, kafka::Destroyer<rd_kafka_message_destroy>>;
using PartitionsHandle = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                         kafka::Destroyer<rd_kafka_topic_partition_list_destroy>>;
using MetadataHandle =
    std::unique_ptr<const rd_kafka_metadata_t, kafka::Destroyer<rd_kafka_metadata_destroy>>;

constexpr int metadata_ms = 30'000;

ClientProperties reader_properties(ClientProperties properties, Isolation isolation)
{
    properties.emplace("group.id", "strait-test-reader");  // never used, but assign() asks for one
    properties.emplace("enable.auto.commit", "false");
    properties.emplace("enable.auto.offset.store", "false");
    properties.emplace("enable.partition.eof", "true");
    properties.emplace("auto.offset.reset", "error");
    properties.emplace("allow.auto.create.topics", "false");
    properties.emplace("check.crcs", "true");
    properties.emplace("fetch.wait.max.ms", "20");
    properties.emplace("fetch.queue.backoff.ms", "10");
    properties.emplace("reconnect.backoff.max.ms", "500");
    properties.emplace(
        "isolation.level",
        isolation == Isolation::read_committed ? "read_committed" : "read_uncommitted");
    return properties;
}

std::optional<std::string> copied(const void* bytes, std::size_t size)
{
    if (bytes == nullptr) return std::nullopt;
    return std::string{static_cast<const char*>(bytes), size};
}

std::vector<SeenHeader> headers_of(const rd_kafka_message_t& message)
{
    std::vector<SeenHeader> found;
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return found;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        found.push_back({name, copied(value, size)});
    }
    return found;
}

TimestampType translated(rd_kafka_timestamp_type_t type)
{
    switch (type) {
        case RD_KAFKA_TIMESTAMP_NOT_AVAILABLE: return TimestampType::none;
        case RD_KAFKA_TIMESTAMP_CREATE_TIME: return TimestampType::create_time;
        case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME: return TimestampType::log_append_time;
    }
    std::unreachable();
}

SeenRecord record_of(const rd_kafka_message_t& message, const TopicName& topic)
{
    SeenRecord record;
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    record.at = {topic, Partition{message.partition}};
    record.timestamp_ms = rd_kafka_message_timestamp(&message, &type);
    record.timestamp_type = translated(type);
    record.key = copied(message.key, message.key_len);
    record.value = copied(message.payload, message.len);
    record.headers = headers_of(message);
    record.offset = Offset{message.offset};
    return record;
}

std::size_t count_partitions(rd_kafka_t* client, const TopicName& topic)
{
    const kafka::TopicHandle handle{rd_kafka_topic_new(client, topic.value().c_str(), nullptr)};
    const rd_kafka_metadata_t* metadata = nullptr;
    require(rd_kafka_metadata(client, 0, handle.get(), &metadata, metadata_ms), "metadata");
    const MetadataHandle owned{metadata};
    require(metadata->topics[0].err, "metadata of " + topic.value());
    return static_cast<std::size_t>(metadata->topics[0].partition_cnt);
}

// Of the brokers being away, or of a leader that moves: it mends itself.
bool is_passing(rd_kafka_resp_err_t code)
{
    static constexpr std::array lasting{RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET,
                                        RD_KAFKA_RESP_ERR__BAD_MSG,
                                        RD_KAFKA_RESP_ERR__FATAL,
                                        RD_KAFKA_RESP_ERR__AUTHENTICATION,
                                        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                                        RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART};
    return std::ranges::find(lasting, code) == lasting.end();
}

}  // namespace

KafkaReader::KafkaReader(ClientProperties properties, TopicName topic, Isolation isolation)
    : properties_{std::move(properties)},
      client_{make_client(RD_KAFKA_CONSUMER, reader_properties(properties_, isolation))},
      topic_{std::move(topic)}
{
    rd_kafka_poll_set_consumer(client_.get());
    partitions_ = count_partitions(client_.get(), topic_);
    const PartitionsHandle all{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add_range(
        all.get(), topic_.value().c_str(), 0, static_cast<std::int32_t>(partitions_) - 1);
    for (int i = 0; i < all->cnt; ++i) all->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
    require(rd_kafka_assign(client_.get(), all.get()), "assign");
}

KafkaReader::~KafkaReader() { rd_kafka_consumer_close(client_.get()); }

std::optional<SeenRecord> KafkaReader::next(std::chrono::milliseconds wait)
{
    const MessageHandle message{
        rd_kafka_consumer_poll(client_.get(), static_cast<int>(wait.count()))};
    if (!message) return std::nullopt;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        positions_[Partition{message->partition}] = Offset{message->offset};
        return std::nullopt;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (is_passing(message->err)) return std::nullopt;
        throw std::runtime_error{topic_.value() + ": " + rd_kafka_message_errstr(message.get())};
    }
    positions_[Partition{message->partition}] = Offset{message->offset + 1};
    return record_of(*message, topic_);
}

KafkaReader::Ends KafkaReader::ends() const
{
    KafkaAdmin admin{properties_};
    Ends ends;
    for (std::int32_t i = 0; std::cmp_less(i, partitions_); ++i) {
        ends[Partition{i}] = admin.log_range({topic_, Partition{i}}).end;
    }
    return ends;
}

bool KafkaReader::has_passed(const Ends& ends) const
{
    return std::ranges::all_of(ends, [&](const auto& each) {
        const auto found = positions_.find(each.first);
        return found != positions_.end() && found->second >= each.second;
    });
}

void read_each(const ClientProperties& properties,
               const TopicName& topic,
               const std::function<void(SeenRecord)>& visit,
               Isolation isolation,
               std::chrono::seconds deadline)
{
    const auto until = Clock::now() + deadline;
    KafkaReader reader{properties, topic, isolation};
    const auto ends = reader.ends();
    while (!reader.has_passed(ends)) {
        if (Clock::now() > until) throw std::runtime_error{topic.value() + " cannot be read"};
        if (auto record = reader.next(std::chrono::milliseconds{100})) visit(*std::move(record));
    }
}

std::vector<SeenRecord> read_all(const ClientProperties& properties,
                                 const TopicName& topic,
                                 Isolation isolation,
                                 std::chrono::seconds deadline)
{
    std::vector<SeenRecord> records;
    const auto keep = [&](SeenRecord record) { records.push_back(std::move(record)); };
    read_each(properties, topic, keep, isolation, deadline);
    std::ranges::sort(records, {}, [](const SeenRecord& each) {
        return std::tuple{each.at.partition, each.offset};
    });
    return records;
}

}  // namespace strait::testing
