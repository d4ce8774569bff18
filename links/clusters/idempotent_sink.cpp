#include "links/clusters/idempotent_sink.hpp"

#include "links/clusters/record_lane.hpp"

#include <chrono>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// An abort waits for what is under way, because what comes later comes twice; not to its deadline.
constexpr auto reports_reserve = 10s;

}  // namespace

IdempotentSink::IdempotentSink(asio::any_io_executor executor,
                               asio::any_io_executor pool,
                               kafka::ClientSettings settings,
                               std::shared_ptr<spdlog::logger> log)
    : executor_{std::move(executor)},
      pool_{std::move(pool)},
      settings_{std::move(settings)},
      log_{std::move(log)}
{
}

// Connects by itself: what is appended before waits.
asio::awaitable<Result<void>> IdempotentSink::open(Clock::Time)
{
    producer_.reset();
    auto opened = kafka::Producer::open(executor_, pool_, settings_, log_);
    if (!opened) co_return fail(opened.error().within("target"));
    producer_ = *std::move(opened);
    appended_ = false;
    co_return Result<void>{};
}

Result<void> IdempotentSink::begin()
{
    appended_ = false;
    return {};
}

asio::awaitable<Result<void>> IdempotentSink::append(const TopicPartition& to,
                                                     const kafka::RecordBatch& batch)
{
    appended_ = true;
    return producer_->append(to, batch);
}

void IdempotentSink::send_now() { producer_->send_now(); }

asio::awaitable<Result<kafka::Delivered>> IdempotentSink::flush(Clock::Time deadline)
{
    return producer_->flush(deadline);
}

asio::awaitable<Result<void>> IdempotentSink::commit(Clock::Time) { co_return Result<void>{}; }

asio::awaitable<Result<void>> IdempotentSink::abort(Clock::Time deadline)
{
    if (!appended_) co_return Result<void>{};
    const auto flushed = co_await producer_->flush(deadline - reports_reserve);
    if (!flushed && flushed.error().code() == Errc::cancelled) co_return fail(Errc::cancelled);
    co_return co_await open(deadline);
}

std::size_t IdempotentSink::queued_bytes() const
{
    return producer_ ? producer_->queued_bytes() : 0;
}

std::optional<Error> IdempotentSink::trouble() const
{
    return producer_ ? producer_->trouble() : std::nullopt;
}

std::unique_ptr<ShardSink> make_sink(Delivery delivery,
                                     asio::any_io_executor executor,
                                     asio::any_io_executor pool,
                                     kafka::ClientSettings settings,
                                     std::shared_ptr<spdlog::logger> log)
{
    switch (delivery) {
        case Delivery::exactly_once:
            return std::make_unique<RecordSink>(
                std::move(executor), std::move(pool), std::move(settings), std::move(log));
        case Delivery::at_least_once:
            return std::make_unique<IdempotentSink>(
                std::move(executor), std::move(pool), std::move(settings), std::move(log));
    }
    std::unreachable();
}

}  // namespace strait::links
