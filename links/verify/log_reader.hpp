#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/consumer.hpp"
#include "links/clusters/visible_records.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace strait::links {

// Reads what committed readers see of one partition after the other, with a consumer of its own: no
// other notices. It holds one batch, and what its settings let it fetch ahead.
//
// Not thread-safe.
class LogReader {
  public:
    static Result<LogReader> open(const ReaderPorts& ports);

    // From there on, instead of what was read before: its records are gone.
    Result<void> begin(const TopicPartition& at, Offset from);

    // Reads on; true if something came: records(), or that there are none before next(). Nothing
    // remains of what was read before. Errc::out_of_range if the log begins later by now; what else
    // does not pass fails, too.
    boost::asio::awaitable<Result<bool>> read(Clock::Time until);

    [[nodiscard]] std::span<const kafka::Record> records() const { return batch_.records; }
    [[nodiscard]] Offset next() const noexcept { return next_; }
    [[nodiscard]] const TopicPartition& at() const noexcept { return at_; }

  private:
    explicit LogReader(std::unique_ptr<kafka::Consumer> consumer) : consumer_{std::move(consumer)}
    {
    }

    std::unique_ptr<kafka::Consumer> consumer_;
    bool assigned_ = false;
    TopicPartition at_;
    Offset next_;
    kafka::RecordBatch batch_;  // goes before the consumer
};

}  // namespace strait::links
