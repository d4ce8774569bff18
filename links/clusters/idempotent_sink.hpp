#pragma once

#include "kafka/client_settings.hpp"
#include "links/shard/ports.hpp"
#include "links/store/delivery.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <spdlog/logger.h>

#include <memory>

namespace strait::links {

// A sink for targets without transactions: an idempotent producer. What is appended is in the log
// once it is reported, and readers see it before commit(), which has nothing left to do. An abort
// takes nothing back: it ends the producer, and what of it is in the log only the log knows.
// Whoever wrote before is not fenced.
class IdempotentSink final : public ShardSink {
  public:
    IdempotentSink(boost::asio::any_io_executor executor,
                   boost::asio::any_io_executor pool,
                   kafka::ClientSettings settings,
                   std::shared_ptr<spdlog::logger> log);

    boost::asio::awaitable<Result<void>> open(Clock::Time deadline) override;

    // REQUIRES for all that follow: open() has succeeded.
    Result<void> begin() override;
    boost::asio::awaitable<Result<void>> append(const TopicPartition& to,
                                                const kafka::RecordBatch& batch) override;
    void send_now() override;
    boost::asio::awaitable<Result<kafka::Delivered>> flush(Clock::Time deadline) override;
    boost::asio::awaitable<Result<void>> commit(Clock::Time deadline) override;
    boost::asio::awaitable<Result<void>> abort(Clock::Time deadline) override;
    [[nodiscard]] bool disturbed() const override { return false; }  // nothing ends what follows
    [[nodiscard]] std::size_t queued_bytes() const override;
    [[nodiscard]] std::optional<Error> trouble() const override;

  private:
    boost::asio::any_io_executor executor_;
    boost::asio::any_io_executor pool_;
    kafka::ClientSettings settings_;
    std::shared_ptr<spdlog::logger> log_;
    std::unique_ptr<kafka::Producer> producer_;
    bool appended_ = false;  // since begin()
};

// The sink of a link that delivers so.
std::unique_ptr<ShardSink> make_sink(Delivery delivery,
                                     boost::asio::any_io_executor executor,
                                     boost::asio::any_io_executor pool,
                                     kafka::ClientSettings settings,
                                     std::shared_ptr<spdlog::logger> log);

}  // namespace strait::links
