#include "kafka/consumer.hpp"

#include "kafka/error.hpp"
#include "kafka/library_client.hpp"
#include "kafka/message_buffer.hpp"
#include "kafka/wakeup.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <utility>

namespace strait::kafka {

namespace asio = boost::asio;

namespace {

constexpr int batches_per_turn_max = 16;

std::optional<Offset> offset_of(const rd_kafka_message_t& message)
{
    if (message.offset < 0) return std::nullopt;
    return Offset{message.offset};
}

// As of the newest answer to a fetch; no question to the broker.
Offset high_watermark(rd_kafka_t* client, const rd_kafka_message_t& message)
{
    std::int64_t low = -1;
    std::int64_t high = -1;
    rd_kafka_get_watermark_offsets(
        client, rd_kafka_topic_name(message.rkt), message.partition, &low, &high);
    return Offset{std::max<std::int64_t>(high, -1)};
}

template <class Partitions, class Add>
PartitionListHandle list_of(const Partitions& partitions, Add add)
{
    PartitionListHandle list{
        rd_kafka_topic_partition_list_new(static_cast<int>(std::size(partitions)))};
    for (const auto& partition : partitions) add(*list, partition);
    return list;
}

PartitionListHandle start_list(std::span<const StartAt> partitions)
{
    return list_of(partitions, [](auto& to, const StartAt& start) {
        auto* const added = rd_kafka_topic_partition_list_add(
            &to, start.at.topic.value().c_str(), start.at.partition.value());
        added->offset = start.offset.value();
        rd_kafka_topic_partition_set_leader_epoch(added, start.epoch.value());
    });
}

}  // namespace

struct Consumer::Client {
    LibraryClient library;
    QueueHandle messages;
    Wakeup wakeup;
    MessageBuffer buffer{{.records_max = batch_records_max, .bytes_max = batch_bytes_max}};
    std::set<TopicPartition> assigned;
    int batches_this_turn = 0;

    Client(LibraryClient opened, Wakeup wakes)
        : library{std::move(opened)},
          messages{rd_kafka_queue_get_consumer(library.handle.get())},
          wakeup{std::move(wakes)}
    {
        wakeup.watch(messages.get());
        wakeup.watch(library.main.get());
    }

    std::optional<Fetched> take();
    std::optional<Fetched> take_event();
    void ask_epochs(std::span<const StartAt> partitions) const;
};

// Empty if nothing is there.
std::optional<Fetched> Consumer::Client::take()
{
    for (;;) {
        if (buffer.empty()) {
            while (library.poll()) {
            }
            buffer.fill(messages.get());
            if (buffer.empty()) return std::nullopt;
        }
        if (auto fetched = take_event()) return fetched;
    }
}

// Empty if the first message concerns no partition.
std::optional<Fetched> Consumer::Client::take_event()
{
    const auto code = buffer.front().err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        library.log.works();
        if (auto error = unreadable(buffer.front())) {
            const auto message = buffer.pop_front();
            return PartitionFailure{.at = partition_of(*message),
                                    .offset = offset_of(*message),
                                    .error = *std::move(error)};
        }
        const auto end = high_watermark(library.handle.get(), buffer.front());
        auto batch = buffer.pop_batch();
        batch.high_watermark = end;
        return batch;
    }
    const auto message = buffer.pop_front();
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        library.log.works();
        return EndOfPartition{.at = partition_of(*message), .offset = Offset{message->offset}};
    }
    const auto* const words = rd_kafka_message_errstr(message.get());
    const std::string text = words == nullptr ? "" : words;
    // About the group that assignments by hand need and that nobody joins, or about a connection.
    if (message->rkt == nullptr || message->partition < 0) {
        library.log.error(code, text, library.clock.now());
        return std::nullopt;
    }
    PartitionFailure failure{.at = partition_of(*message),
                             .offset = offset_of(*message),
                             .error = translated(code, text, "READ")};
    if (failure.error.code() == Errc::truncated) failure.epoch_end = epoch_end_in(text);
    return failure;
}

// librdkafka compares an epoch with the broker's log when the leader's epoch is new to it, and
// after a seek; not when a partition of a topic that it knows is assigned.
void Consumer::Client::ask_epochs(std::span<const StartAt> partitions) const
{
    std::vector<StartAt> asked;
    std::ranges::copy_if(partitions, std::back_inserter(asked), [](const StartAt& start) {
        return start.epoch >= LeaderEpoch{0};
    });
    if (asked.empty()) return;

    // A seek concerns what has been started. A partition that is still to be stopped, because it
    // was unassigned just now, keeps the others from that; it is behind us when this has its
    // answer.
    rd_kafka_topic_partition_list_t* all = nullptr;
    rd_kafka_assignment(library.handle.get(), &all);
    const PartitionListHandle answered{all};
    const auto list = start_list(asked);
    const ErrorHandle ignored{rd_kafka_seek_partitions(library.handle.get(), list.get(), 0)};
}

Consumer::Consumer(std::unique_ptr<Client> client) : client_{std::move(client)} {}
Consumer::~Consumer() = default;

Result<std::unique_ptr<Consumer>> Consumer::open(const asio::any_io_executor& executor,
                                                 const asio::any_io_executor& pool,
                                                 const ClientSettings& settings,
                                                 std::shared_ptr<spdlog::logger> log)
{
    auto completed = settings;
    completed.emplace("group.id", "strait-assigns-by-hand");
    auto library = open_client(RD_KAFKA_CONSUMER, completed, 0, pool, std::move(log));
    if (!library) return fail(library.error());
    auto wakeup = Wakeup::open(executor);
    if (!wakeup) return fail(std::move(wakeup).error());
    return std::unique_ptr<Consumer>{
        new Consumer{std::make_unique<Client>(*std::move(library), *std::move(wakeup))}};
}

Result<void> Consumer::assign(std::span<const StartAt> partitions)
{
    for (const auto& start : partitions) {
        if (client_->assigned.contains(start.at)) {
            return fail(Errc::conflict, to_string(start.at) + " is assigned already");
        }
    }
    const auto list = start_list(partitions);
    if (const ErrorHandle error{
            rd_kafka_incremental_assign(client_->library.handle.get(), list.get())}) {
        return fail(
            translated(rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get())));
    }
    for (const auto& start : partitions) client_->assigned.insert(start.at);
    client_->ask_epochs(partitions);
    return {};
}

Result<void> Consumer::unassign(std::span<const TopicPartition> partitions)
{
    std::vector<TopicPartition> leaving;
    for (const auto& at : partitions) {
        if (client_->assigned.erase(at) > 0) leaving.push_back(at);
    }
    client_->buffer.drop(leaving);
    if (leaving.empty()) return {};
    const auto list = list_of(leaving, [](auto& to, const TopicPartition& at) {
        rd_kafka_topic_partition_list_add(&to, at.topic.value().c_str(), at.partition.value());
    });
    if (const ErrorHandle error{
            rd_kafka_incremental_unassign(client_->library.handle.get(), list.get())}) {
        return fail(
            translated(rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get())));
    }
    return {};
}

asio::awaitable<Result<Fetched>> Consumer::next(std::chrono::steady_clock::time_point deadline)
{
    for (bool waited = true;;) {
        const auto caller = co_await asio::this_coro::cancellation_state;
        if (caller.cancelled() != asio::cancellation_type::none) co_return fail(Errc::cancelled);

        if (++client_->batches_this_turn > batches_per_turn_max) {
            client_->batches_this_turn = 0;
            co_await asio::post(asio::deferred);
        }
        if (auto fetched = client_->take()) co_return *std::move(fetched);
        if (!waited) co_return fail(Errc::timed_out);

        client_->batches_this_turn = 0;
        waited = co_await client_->wakeup.wait(deadline);
    }
}

std::optional<Error> Consumer::trouble() const
{
    auto& library = client_->library;
    return library.log.trouble(library.clock.now());
}

}  // namespace strait::kafka
