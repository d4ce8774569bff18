#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/handle.hpp"

#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace strait::kafka {

// What a client of librdkafka says about itself besides its answers: log lines, and errors of its
// connections. Writes the lines to `log`, but of one facility at most one a minute, and remembers
// whether anything is wrong.
class ClientLog {
  public:
    using Time = Clock::Time;

    static constexpr std::chrono::seconds line_interval{60};

    // librdkafka repeats an error that lasts every 30 s, and after at most 10 s between two tries
    // to connect: one that was not repeated for longer than both is over.
    static constexpr std::chrono::seconds trouble_lasts{45};

    explicit ClientLog(std::shared_ptr<spdlog::logger> log) : log_{std::move(log)} {}

    // Takes an event of the main queue if it is a log line or an error.
    void take(rd_kafka_event_t& event, Time now);

    void line(int level, const std::string& facility, std::string_view text, Time now);
    void error(rd_kafka_resp_err_t code, const std::string& text, Time now);

    // The cluster has answered.
    void works() noexcept { trouble_.reset(); }

    // The newest failure to connect or to log in that is not over.
    [[nodiscard]] std::optional<Error> trouble(Time now) const;

    // True if a connection broke or a request timed out since calm().
    [[nodiscard]] bool disturbed() const noexcept { return disturbed_; }

    // Why the transaction failed as a whole, and what to do about it, since calm(). Empty if it did
    // not: the reports of its records say only that they were purged.
    [[nodiscard]] const std::string& transaction_failure() const noexcept { return transaction_; }

    // The partition that kept a transaction from beginning at the broker, since calm(). No report
    // names it: the records of all partitions were purged.
    struct Unwritable {
        TopicPartition at;
        Error error;
    };
    [[nodiscard]] const std::optional<Unwritable>& unwritable() const noexcept
    {
        return unwritable_;
    }

    // A transaction begins.
    void calm() noexcept
    {
        disturbed_ = false;
        transaction_.clear();
        unwritable_.reset();
    }

  private:
    struct Facility {
        Time quiet_until;
        std::uint64_t suppressed = 0;
    };
    struct Trouble {
        Error error;
        Time until;
    };

    std::shared_ptr<spdlog::logger> log_;
    std::map<std::string, Facility> facilities_;
    std::optional<Trouble> trouble_;
    bool disturbed_ = false;
    std::string transaction_;
    std::optional<Unwritable> unwritable_;
};

}  // namespace strait::kafka
