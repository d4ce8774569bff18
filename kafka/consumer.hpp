#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/client_settings.hpp"
#include "kafka/record.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <variant>

namespace strait::kafka {

// Where to read on. The epoch is that of the record before `offset`: with it the broker says if
// its log was truncated below (KIP-320); -1 asks nothing.
struct StartAt {
    TopicPartition at;
    Offset offset;
    LeaderEpoch epoch{-1};
};

// Everything up to `offset` was read: the position may pass trailing markers and aborted records.
struct EndOfPartition {
    TopicPartition at;
    Offset offset;
};

// What a broker answers to the question of KIP-320: at or behind `end` its log has nothing that was
// written in `epoch` or before it.
struct EpochEnd {
    LeaderEpoch epoch;
    Offset end;

    bool operator==(const EpochEnd&) const = default;
};

// A partition is dead until it is assigned again, if the code is out_of_range, truncated, corrupt,
// forbidden or not_found, and may be if it is fatal; otherwise librdkafka goes on trying by itself.
// Errc::refused is one record, at `offset`, that can not be read; it reads on behind it.
// Without the right to DESCRIBE the topic there is no failure, only silence: ask
// Admin::describe_topics() first.
//
// One that was under way when the partition was taken away may arrive after the next assignment.
struct PartitionFailure {
    TopicPartition at;
    std::optional<Offset> offset;  // that the failure is about, where librdkafka says it
    Error error;
    std::optional<EpochEnd> epoch_end{};  // if it is truncated, and librdkafka says where
};

using Fetched = std::variant<RecordBatch, EndOfPartition, PartitionFailure>;

// Reads partitions that its owner assigns by hand; no group, no stored offsets, no silent reset.
// All partitions share one queue of at most `queued.max.messages.kbytes` and one more fetch.
//
// Not thread-safe: one executor, one next() at a time. Batches that it returned are released
// before it is destroyed: librdkafka would wait for them for ever. It is destroyed on `pool`.
class Consumer {
  public:
    static constexpr std::size_t batch_records_max = 1000;
    static constexpr std::size_t batch_bytes_max = 1 << 20;  // or one record

    // Errc::invalid_argument if librdkafka refuses the settings. Connects in the background.
    static Result<std::unique_ptr<Consumer>> open(const boost::asio::any_io_executor& executor,
                                                  const boost::asio::any_io_executor& pool,
                                                  const ClientSettings& settings,
                                                  std::shared_ptr<spdlog::logger> log);
    ~Consumer();

    // Adds partitions to those that are read, and asks for the epoch of each that has one. A log
    // that ends before the offset may be out_of_range before that is answered. One that is assigned
    // already is an error of ours.
    Result<void> assign(std::span<const StartAt> partitions);

    // Takes partitions away; nothing of them is returned after this, but what next() already
    // returned. Those that are not assigned are ignored.
    Result<void> unassign(std::span<const TopicPartition> partitions);

    // The next batch, end of partition or failure. Errc::cancelled after cancellation, and
    // Errc::timed_out at `deadline`; one that is over already still gets what is at hand.
    boost::asio::awaitable<Result<Fetched>> next(std::chrono::steady_clock::time_point deadline);

    // The newest failure of a connection, in the words of librdkafka and with our remedy; empty
    // while all is well (again). For status.
    [[nodiscard]] std::optional<Error> trouble() const;

    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;

  private:
    struct Client;
    explicit Consumer(std::unique_ptr<Client> client);

    std::unique_ptr<Client> client_;
};

}  // namespace strait::kafka
