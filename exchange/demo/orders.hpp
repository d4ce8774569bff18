#pragma once

#include "core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace strait::exchange {

struct DemoTopic {
    TopicName name;
    std::size_t partitions = 0;
};

// The topics of the demo, at both sides.
const std::vector<DemoTopic>& demo_topics();

struct OrderRecord {
    TopicPartition at;
    std::string key;
    std::optional<std::string> value;  // absent: the order is to be forgotten
    std::vector<std::pair<std::string, std::string>> headers;
    std::int64_t timestamp_ms = 0;
};

// Records that are written together.
struct OrderStep {
    enum class Ending {
        plain,   // without a transaction
        commit,  // orders and their payments: all or none
        abort,   // the same, and the bank said no
    };
    Ending ending = Ending::plain;
    std::vector<OrderRecord> records;
};

// What a shop tells its event bus: orders and payments in transactions, some of which fail, then
// shipments, and at last tombstones. The same seed and times give the same records.
class OrderEvents {
  public:
    explicit OrderEvents(std::uint32_t seed) : random_{seed} {}

    OrderStep next(std::int64_t wall_ms);

  private:
    void check_out(OrderStep& step, std::int64_t wall_ms);
    void ship(OrderStep& step, std::int64_t wall_ms);
    std::uint32_t below(std::uint32_t bound);

    std::minstd_rand random_;
    std::uint64_t steps_ = 0;
    std::uint64_t orders_ = 0;     // numbered from 1
    std::uint64_t shipped_ = 0;    // up to this number
    std::uint64_t forgotten_ = 0;  // up to this number
};

}  // namespace strait::exchange
