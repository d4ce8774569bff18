#include "links/clusters/record_lane.hpp"

#include <utility>

namespace strait::links {

namespace asio = boost::asio;

Result<std::unique_ptr<RecordSource>> RecordSource::open(const asio::any_io_executor& executor,
                                                         const asio::any_io_executor& pool,
                                                         const kafka::ClientSettings& settings,
                                                         std::shared_ptr<spdlog::logger> log)
{
    auto consumer = kafka::Consumer::open(executor, pool, settings, std::move(log));
    if (!consumer) return fail(consumer.error().within("source"));
    return std::make_unique<RecordSource>(*std::move(consumer));
}

RecordSource::RecordSource(std::unique_ptr<kafka::Consumer> consumer)
    : consumer_{std::move(consumer)}
{
}

Result<void> RecordSource::assign(std::span<const kafka::StartAt> partitions)
{
    return consumer_->assign(partitions);
}

Result<void> RecordSource::unassign(std::span<const TopicPartition> partitions)
{
    return consumer_->unassign(partitions);
}

asio::awaitable<Result<kafka::Fetched>> RecordSource::next(Clock::Time deadline)
{
    return consumer_->next(deadline);
}

std::optional<Error> RecordSource::trouble() const { return consumer_->trouble(); }

RecordSink::RecordSink(asio::any_io_executor executor,
                       asio::any_io_executor pool,
                       kafka::ClientSettings settings,
                       std::shared_ptr<spdlog::logger> log)
    : executor_{std::move(executor)},
      pool_{std::move(pool)},
      settings_{std::move(settings)},
      log_{std::move(log)}
{
}

asio::awaitable<Result<void>> RecordSink::open(Clock::Time deadline)
{
    producer_.reset();
    auto opened = kafka::Producer::open(executor_, pool_, settings_, log_);
    if (!opened) co_return fail(opened.error().within("target"));
    producer_ = *std::move(opened);
    co_return co_await producer_->init_transactions(deadline);
}

Result<void> RecordSink::begin() { return producer_->begin(); }

asio::awaitable<Result<void>> RecordSink::append(const TopicPartition& to,
                                                 const kafka::RecordBatch& batch)
{
    return producer_->append(to, batch);
}

void RecordSink::send_now() { producer_->send_now(); }

asio::awaitable<Result<kafka::Delivered>> RecordSink::flush(Clock::Time deadline)
{
    return producer_->flush(deadline);
}

asio::awaitable<Result<void>> RecordSink::commit(Clock::Time deadline)
{
    return producer_->commit(deadline);
}

asio::awaitable<Result<void>> RecordSink::abort(Clock::Time deadline)
{
    return producer_->abort(deadline);
}

bool RecordSink::disturbed() const { return producer_->disturbed(); }

std::size_t RecordSink::queued_bytes() const { return producer_ ? producer_->queued_bytes() : 0; }

std::optional<Error> RecordSink::trouble() const
{
    return producer_ ? producer_->trouble() : std::nullopt;
}

}  // namespace strait::links
