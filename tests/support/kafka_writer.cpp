#include "tests/support/kafka_writer.hpp"

#include "tests/support/kafka_client.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace strait::testing {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int transaction_call_ms = 60'000;
constexpr int calls_max = 20;
constexpr int connect_ms = 500;

ClientProperties writer_properties(ClientProperties properties, const std::string& transactional_id)
{
    properties.emplace("enable.idempotence", "true");
    properties.emplace("allow.auto.create.topics", "false");
    properties.emplace("linger.ms", "1");
    properties.emplace("message.max.bytes", "20000000");
    if (!transactional_id.empty()) properties.emplace("transactional.id", transactional_id);
    return properties;
}

// Without it librdkafka looks again for a coordinator after half a second.
void connect(rd_kafka_t* client)
{
    const rd_kafka_metadata_t* brokers = nullptr;
    if (rd_kafka_metadata(client, 0, nullptr, &brokers, connect_ms) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(brokers);
}

rd_kafka_vu_t bytes_of(rd_kafka_vtype_t type, const std::optional<std::string>& bytes)
{
    rd_kafka_vu_t part{};
    part.vtype = type;
    part.u.mem.ptr = bytes ? const_cast<char*>(bytes->data()) : nullptr;
    part.u.mem.size = bytes ? bytes->size() : 0;
    return part;
}

rd_kafka_headers_t* headers_of(const NewRecord& record)
{
    auto* const headers = rd_kafka_headers_new(record.headers.size());
    for (const auto& [name, value] : record.headers) {
        rd_kafka_header_add(headers,
                            name.data(),
                            static_cast<ssize_t>(name.size()),
                            value ? value->data() : nullptr,
                            value ? static_cast<ssize_t>(value->size()) : 0);
    }
    return headers;
}

rd_kafka_resp_err_t produce(rd_kafka_t* client, const NewRecord& record, std::size_t* number)
{
    rd_kafka_vu_t topic{};
    topic.vtype = RD_KAFKA_VTYPE_TOPIC;
    topic.u.cstr = record.at.topic.value().c_str();
    rd_kafka_vu_t partition{};
    partition.vtype = RD_KAFKA_VTYPE_PARTITION;
    partition.u.i32 = record.at.partition.value();
    rd_kafka_vu_t timestamp{};
    timestamp.vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    timestamp.u.i64 = record.timestamp_ms;
    rd_kafka_vu_t flags{};
    flags.vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    flags.u.i = RD_KAFKA_MSG_F_COPY;
    rd_kafka_vu_t opaque{};
    opaque.vtype = RD_KAFKA_VTYPE_OPAQUE;
    opaque.u.ptr = number;
    rd_kafka_vu_t headers{};
    headers.vtype = RD_KAFKA_VTYPE_HEADERS;
    headers.u.headers = headers_of(record);
    const std::array parts{topic,
                           partition,
                           timestamp,
                           flags,
                           opaque,
                           bytes_of(RD_KAFKA_VTYPE_KEY, record.key),
                           bytes_of(RD_KAFKA_VTYPE_VALUE, record.value),
                           headers};
    const kafka::ErrorHandle error{rd_kafka_produceva(client, parts.data(), parts.size())};
    if (error) rd_kafka_headers_destroy(headers.u.headers);
    return rd_kafka_error_code(error.get());
}

Delivery delivery_of(const rd_kafka_message_t& message)
{
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return {Outcome::ok, Offset{message.offset}};
    const bool never = rd_kafka_message_status(&message) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    return {never ? Outcome::fail : Outcome::unknown, Offset{-1}};
}

}  // namespace

std::string_view to_string(Outcome outcome) noexcept
{
    switch (outcome) {
        case Outcome::ok: return "ok";
        case Outcome::fail: return "fail";
        case Outcome::unknown: return "unknown";
    }
    std::unreachable();
}

KafkaWriter::KafkaWriter(ClientProperties properties, const std::string& transactional_id)
    : client_{make_client(RD_KAFKA_PRODUCER,
                          writer_properties(std::move(properties), transactional_id))},
      queue_{rd_kafka_queue_get_main(client_.get())},
      transactional_{!transactional_id.empty()}
{
    if (!transactional_) return;
    connect(client_.get());
    require(rd_kafka_init_transactions(client_.get(), transaction_call_ms), "init");
}

void KafkaWriter::begin()
{
    require(rd_kafka_begin_transaction(client_.get()), "begin");
    transaction_begin_ = deliveries_.size();
}

std::size_t KafkaWriter::send(const NewRecord& record)
{
    const auto number = deliveries_.size();
    deliveries_.emplace_back();
    numbers_.push_back(number);
    for (;;) {
        const auto code = produce(client_.get(), record, &numbers_.back());
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return number;
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            deliveries_[number].outcome = Outcome::fail;
            ++reported_;
            return number;
        }
        take_reports(100);
    }
}

void KafkaWriter::flush(std::chrono::milliseconds deadline)
{
    const auto end = Clock::now() + deadline;
    while (reported_ < deliveries_.size() && Clock::now() < end) take_reports(100);
}

Outcome KafkaWriter::commit()
{
    flush();
    for (int calls = 0; calls < calls_max; ++calls) {
        const kafka::ErrorHandle error{
            rd_kafka_commit_transaction(client_.get(), transaction_call_ms)};
        if (!error) return end(Outcome::ok);
        if (rd_kafka_error_txn_requires_abort(error.get()) != 0) return abort();
        if (rd_kafka_error_is_retriable(error.get()) == 0) break;
    }
    return end(Outcome::unknown);
}

Outcome KafkaWriter::abort()
{
    flush();
    for (int calls = 0; calls < calls_max; ++calls) {
        const kafka::ErrorHandle error{
            rd_kafka_abort_transaction(client_.get(), transaction_call_ms)};
        if (!error) return end(Outcome::fail);
        if (rd_kafka_error_is_retriable(error.get()) == 0) break;
    }
    return end(Outcome::unknown);
}

void KafkaWriter::take_reports(int wait_ms)
{
    const kafka::EventHandle event{rd_kafka_queue_poll(queue_.get(), wait_ms)};
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) return;
    while (const auto* message = rd_kafka_event_message_next(event.get())) {
        const auto number = *static_cast<const std::size_t*>(message->_private);
        deliveries_[number] = delivery_of(*message);
        ++reported_;
    }
}

// A transaction decides for its records; one whose own write failed stays failed.
Outcome KafkaWriter::end(Outcome outcome)
{
    for (auto i = transaction_begin_; i < deliveries_.size(); ++i) {
        auto& delivery = deliveries_[i];
        if (delivery.outcome == Outcome::ok || outcome == Outcome::fail) delivery.outcome = outcome;
    }
    transaction_begin_ = deliveries_.size();
    return outcome;
}

// The number that makes a producer idempotent takes it half a second to get, or a whole one. In its
// place one request at a time: what can be written twice is only what a broker that ends meanwhile
// had taken.
void write_all(const ClientProperties& properties, const std::vector<NewRecord>& records)
{
    auto quick = properties;
    quick.insert_or_assign("enable.idempotence", "false");
    quick.insert_or_assign("max.in.flight.requests.per.connection", "1");
    KafkaWriter writer{quick};
    for (const auto& record : records) writer.send(record);
    writer.flush();
    const auto fine = [](const Delivery& each) { return each.outcome == Outcome::ok; };
    if (!std::ranges::all_of(writer.deliveries(), fine))
        throw std::runtime_error{"a record could not be written"};
}

}  // namespace strait::testing
