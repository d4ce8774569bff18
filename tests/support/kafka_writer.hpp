#pragma once

#include "core/ids.hpp"
#include "kafka/handle.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/seen_record.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {

// How a write ended: ok must appear, fail must not, unknown may appear once. A time-out is unknown.
enum class Outcome { ok, fail, unknown };

std::string_view to_string(Outcome outcome) noexcept;

struct Delivery {
    Outcome outcome = Outcome::unknown;
    Offset offset{-1};  // -1: not told
};

// Writes records, idempotently or in transactions, and knows how each write ended. Not thread-safe.
class KafkaWriter {
  public:
    // In transactions if the id is not empty; then it fences the writer that had it before. Throws
    // std::runtime_error with the broker's words.
    explicit KafkaWriter(ClientProperties properties, const std::string& transactional_id = {});

    [[nodiscard]] bool transactional() const noexcept { return transactional_; }

    // Only in transactions. Throws if the writer is fenced.
    void begin();

    // The number of the record, from 0: its place in deliveries().
    std::size_t send(const NewRecord& record);

    // Waits for every report; those that do not come by the deadline stay unknown.
    void flush(std::chrono::milliseconds deadline = std::chrono::seconds{60});

    // Ends the transaction, and says how. After `unknown` the writer is good for nothing; a new one
    // of its transactional id can go on.
    Outcome commit();
    Outcome abort();

    [[nodiscard]] const std::vector<Delivery>& deliveries() const noexcept { return deliveries_; }

  private:
    void take_reports(int wait_ms);
    Outcome end(Outcome outcome);

    std::deque<std::size_t> numbers_;  // what librdkafka hands back with a report stays where it is
    kafka::ClientHandle client_;
    kafka::QueueHandle queue_;
    bool transactional_ = false;
    std::size_t reported_ = 0;
    std::size_t transaction_begin_ = 0;
    std::vector<Delivery> deliveries_;
};

// Writes all of them without transactions; throws if one of them failed.
void write_all(const ClientProperties& properties, const std::vector<NewRecord>& records);

}  // namespace strait::testing
