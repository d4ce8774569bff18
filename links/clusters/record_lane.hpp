#pragma once

#include "kafka/client_settings.hpp"
#include "links/shard/ports.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <spdlog/logger.h>

#include <memory>

// The lane that is built on librdkafka: records are read, decoded and written again.
namespace strait::links {

class RecordSource final : public ShardSource {
  public:
    static Result<std::unique_ptr<RecordSource>> open(const boost::asio::any_io_executor& executor,
                                                      const boost::asio::any_io_executor& pool,
                                                      const kafka::ClientSettings& settings,
                                                      std::shared_ptr<spdlog::logger> log);

    explicit RecordSource(std::unique_ptr<kafka::Consumer> consumer);

    Result<void> assign(std::span<const kafka::StartAt> partitions) override;
    Result<void> unassign(std::span<const TopicPartition> partitions) override;
    boost::asio::awaitable<Result<kafka::Fetched>> next(Clock::Time deadline) override;
    [[nodiscard]] std::optional<Error> trouble() const override;

  private:
    std::unique_ptr<kafka::Consumer> consumer_;
};

class RecordSink final : public ShardSink {
  public:
    RecordSink(boost::asio::any_io_executor executor,
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
    [[nodiscard]] bool disturbed() const override;
    [[nodiscard]] std::size_t queued_bytes() const override;
    [[nodiscard]] std::optional<Error> trouble() const override;

  private:
    boost::asio::any_io_executor executor_;
    boost::asio::any_io_executor pool_;
    kafka::ClientSettings settings_;
    std::shared_ptr<spdlog::logger> log_;
    std::unique_ptr<kafka::Producer> producer_;
};

}  // namespace strait::links
