#pragma once

#include "core/ids.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/seen_record.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace strait::testing {

// Who wrote a record, and as which of its records. Travels in the header `swl`, which survives
// tombstones and empty values.
struct RecordIdentity {
    std::uint64_t run = 0;  // of the workload: its seed
    std::uint32_t producer = 0;
    std::uint64_t seq = 0;

    auto operator<=>(const RecordIdentity&) const = default;
};

inline constexpr auto identity_header = "swl";

std::string to_string(const RecordIdentity& identity);

SeenHeader identity_as_header(const RecordIdentity& identity);

// Nothing if the record is not of a workload.
std::optional<RecordIdentity> identity_of(const NewRecord& record);

// xxh64 over timestamp, key, value and headers, with what is absent told from what is empty.
std::uint64_t content_digest(const NewRecord& record);

struct WorkloadOptions {
    std::uint64_t seed = 1;
    std::uint32_t producer = 0;
    TopicName topic;
    std::int32_t partitions = 1;
    std::uint32_t keys = 100;
    double null_key = 0.10;
    double null_value = 0.05;  // 0.4 for compacted topics, which also take no null keys
    double empty_value = 0.05;
    double abort = 0.10;  // of the transactions
    std::uint32_t headers_max = 20;
    std::uint32_t body_bytes_max = 16 * 1024;
    std::int64_t now_ms = 0;  // timestamps lie around it; 0: the time of construction
};

// What a topic needs in order to take such records: timestamps ahead, and none expired.
TopicConfigs workload_topic_configs();

// The records of one producer, a function of the options and of the time. Value:
//
//   value = "SWL1" run:u64 producer:u32 seq:u64 partition:u32 shape:u8 size:u32 xxh64(body):u64
//   body
//
// numbers big-endian. Each record goes to a partition of its own drawing; bodies are log-uniform in
// size, timestamps now, old or two hours ahead, headers have repeated, empty and absent parts.
class Workload {
  public:
    explicit Workload(WorkloadOptions options);

    [[nodiscard]] const WorkloadOptions& options() const noexcept { return options_; }

    NewRecord next();
    bool next_aborts();                           // the fate of the next transaction
    std::size_t next_size(std::size_t size_max);  // its number of records, 1 to size_max

  private:
    std::uint64_t draw() { return random_(); }
    std::uint64_t below(std::uint64_t bound) { return draw() % bound; }
    bool happens(double probability);
    std::optional<std::string> next_key();
    std::optional<std::string> next_value(Partition partition);
    std::vector<SeenHeader> next_headers();
    std::int64_t next_timestamp();

    WorkloadOptions options_;
    std::mt19937_64 random_;  // its numbers are the same everywhere, unlike the distributions'
    std::uint64_t seq_ = 0;
};

// True if the value is of a workload and its body is the one that was written.
bool is_intact(const std::string& value);

// One write as its producer knows it.
struct ProducedRecord {
    RecordIdentity identity;
    TopicPartition at;
    Outcome outcome = Outcome::unknown;
    Offset offset{-1};  // -1: not told
    std::uint64_t digest = 0;
};

// One line of JSON, for the log of a run.
std::string to_json(const ProducedRecord& record);

// Writes 1 to 100 records of the workload and says how each ended: as one transaction, committed or
// aborted, if the writer has a transactional id. Throws, with nothing written, if none can begin.
std::vector<ProducedRecord> produce_some(Workload& workload, KafkaWriter& writer);

// The same again until there are at least `count`; for brokers that stay.
std::vector<ProducedRecord> produce(Workload& workload, KafkaWriter& writer, std::size_t count);

}  // namespace strait::testing
