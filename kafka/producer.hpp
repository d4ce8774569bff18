#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/client_settings.hpp"
#include "kafka/record.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace strait::kafka {

// What became of the records appended since begin(), in the order of append().
struct Delivered {
    struct Failed {
        std::size_t index;  // of the first record that failed for its own sake, else of the first
        Error error;
        bool alone = false;  // it was not even queued; else it may have failed with its batch
    };

    std::vector<Offset> offsets;  // complete only if nothing failed
    std::optional<Failed> failed;
};

// Appends to one cluster exactly once, in transactions (KIP-98), or, without a transactional.id in
// the settings, idempotently and at once. Every record names its partition.
//
// Results carry the classes of links.md 4.3: Errc::fatal (destroy this producer), abort_required
// (abort the transaction), unavailable and timed_out (the same call again), and for records
// too_large and refused. A commit that did not return success is unknown, whatever its code.
//
// Not thread-safe: one executor, one call at a time. Calls that block in librdkafka, and
// its end, run on `pool`.
class Producer {
  public:
    using Time = std::chrono::steady_clock::time_point;

    static Result<std::unique_ptr<Producer>> open(const boost::asio::any_io_executor& executor,
                                                  const boost::asio::any_io_executor& pool,
                                                  const ClientSettings& settings,
                                                  std::shared_ptr<spdlog::logger> log);
    ~Producer();

    // Aborts what a predecessor with the same transactional.id left open, and fences it.
    boost::asio::awaitable<Result<void>> init_transactions(Time deadline);

    Result<void> begin();

    // Queues the records of `batch` for this partition, in order, copying them. Waits while the
    // queue is full, or while 4 times `batch.size` of this partition are not reported yet. A batch
    // goes out when it is full, after `linger.ms`, or with send_now() or flush(). Errc::cancelled
    // after cancellation, Errc::fatal as everywhere; any other error says that a record has failed,
    // of this batch or of one before it, and that nothing more is taken: flush() names the record.
    // After an error the transaction can only be aborted.
    boost::asio::awaitable<Result<void>> append(const TopicPartition& to, const RecordBatch& batch);

    // Lets batches go out that are not full yet. Returns at once.
    void send_now();

    // Waits for the report of every record appended since begin(), or since the last flush() of a
    // producer without transactions. After a failure in a transaction it does not wait for what
    // will never be sent.
    boost::asio::awaitable<Result<Delivered>> flush(Time deadline);

    boost::asio::awaitable<Result<void>> commit(Time deadline);

    // Waits, bounded, for what is queued before it aborts: librdkafka must not be aborted while the
    // transaction's first request is unanswered (reliability.md 6).
    boost::asio::awaitable<Result<void>> abort(Time deadline);

    // True if a request to the cluster timed out or a connection broke since begin(): then a
    // delayed EndTxn may still be under way, and this producer must not begin again (KIP-890).
    [[nodiscard]] bool disturbed() const;

    // Bytes that are queued and not yet reported.
    [[nodiscard]] std::size_t queued_bytes() const noexcept;

    // As Consumer::trouble().
    [[nodiscard]] std::optional<Error> trouble() const;

    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;

  private:
    struct Client;
    explicit Producer(std::unique_ptr<Client> client);

    std::unique_ptr<Client> client_;
};

}  // namespace strait::kafka
