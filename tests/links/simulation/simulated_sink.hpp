#pragma once

#include "tests/links/simulation/simulated_source.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace strait::links::simulation {

// The producer of one shard.
class Sink final : public ShardSink {
  public:
    Sink(Turns& turns, ShardNumber number) : turns_{turns}, number_{number} {}
    ~Sink() override { turns_.world.at_work.erase(this); }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    asio::awaitable<Result<void>> open(Clock::Time deadline) override;
    Result<void> begin() override;
    asio::awaitable<Result<void>> append(const TopicPartition& to,
                                         const kafka::RecordBatch& batch) override;
    void send_now() override {}
    asio::awaitable<Result<kafka::Delivered>> flush(Clock::Time deadline) override;
    asio::awaitable<Result<void>> commit(Clock::Time deadline) override;
    asio::awaitable<Result<void>> abort(Clock::Time deadline) override;
    [[nodiscard]] bool disturbed() const override
    {
        const auto& world = turns_.world;
        return world.in_transactions() && (disturbed_ || deaths_ != world.target.deaths());
    }
    [[nodiscard]] std::size_t queued_bytes() const override { return queued_.size(); }
    [[nodiscard]] std::optional<Error> trouble() const override { return std::nullopt; }

  private:
    struct Queued {
        TopicPartition to;
        Content content;
        bool failed = false;  // told so, and never sent
    };

    [[nodiscard]] bool fenced() const
    {
        return turns_.world.in_transactions() && epoch_ != turns_.world.target.epoch(number_);
    }
    [[nodiscard]] bool refuses(const Queued& record, int remainder) const;
    Result<void> fail_at(std::size_t index, Error error, bool alone = false);
    void send();
    asio::awaitable<Result<void>> end(Target::Outcome outcome);

    Turns& turns_;
    ShardNumber number_;
    int epoch_ = -1;
    bool begun_ = false;
    bool disturbed_ = false;
    int deaths_ = 0;     // of the target's brokers, when the transaction was begun
    bool late_ = false;  // an EndTxn of this producer may still arrive
    std::vector<Queued> queued_;
    std::vector<Offset> delivered_;
    std::optional<kafka::Delivered::Failed> failed_;
};

}  // namespace strait::links::simulation
