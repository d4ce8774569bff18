#pragma once

#include "tests/links/simulation/simulation.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

namespace strait::links::simulation {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Every port waits for its turn before and after it does something: there the process can die.
struct Turns {
    World& world;
    asio::io_context io{1};
    bool cancelled = false;
    int after_cancel = 0;

    // True if the process has been cancelled meanwhile.
    asio::awaitable<bool> next()
    {
        co_await asio::post(io, asio::use_awaitable);
        if (cancelled) ++after_cancel;
        EXPECT_LT(after_cancel, 10) << "goes on after it was cancelled";
        co_return cancelled;
    }

    void pass(Clock::Time until) const { world.now = std::max(world.now, until); }
};

struct SimulatedClock final : Clock {
    explicit SimulatedClock(Turns& of) : turns{of} {}
    Turns& turns;

    [[nodiscard]] Time now() const override { return turns.world.now; }
    [[nodiscard]] std::int64_t wall_ms() const override { return now().time_since_epoch() / 1ms; }

    asio::awaitable<Result<void>> wait_until(Time when) override
    {
        if (co_await turns.next()) co_return fail(Errc::cancelled);
        turns.pass(when);
        co_return Result<void>{};
    }
};

class Source final : public ShardSource {
  public:
    explicit Source(Turns& turns) : turns_{turns} {}

    Result<void> assign(std::span<const kafka::StartAt> partitions) override
    {
        for (const auto& start : partitions) {
            const auto added =
                assigned_.try_emplace(start.at, Reading{start.offset.value(), start.epoch.value()});
            ++turns_.world.assigned[start.at];
            EXPECT_TRUE(added.second) << "assigned already: " << to_string(start.at);
        }
        return {};
    }

    Result<void> unassign(std::span<const TopicPartition> partitions) override
    {
        for (const auto& at : partitions) assigned_.erase(at);
        return {};
    }

    asio::awaitable<Result<kafka::Fetched>> next(Clock::Time deadline) override;
    [[nodiscard]] std::optional<Error> trouble() const override { return std::nullopt; }

  private:
    struct Reading {
        std::int64_t next = 0;
        std::int32_t epoch = -1;
        std::int64_t told_end = -1;
    };

    std::optional<kafka::Fetched> fetch(const TopicPartition& at, Reading& reading);
    [[nodiscard]] bool unreadable(const SourceLog::Record& record) const
    {
        return record.content % 3 == 2 && turns_.world.refused.contains(record.content);
    }
    kafka::PartitionFailure truncated(const TopicPartition& at,
                                      const Reading& reading,
                                      const SourceLog& log);
    kafka::RecordBatch read(const TopicPartition& at, Reading& reading, const SourceLog& log);

    Turns& turns_;
    std::map<TopicPartition, Reading> assigned_;
};

}  // namespace strait::links::simulation
