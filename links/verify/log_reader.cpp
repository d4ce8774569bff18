#include "links/verify/log_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace strait::links {

namespace asio = boost::asio;

Result<LogReader> LogReader::open(const ReaderPorts& ports)
{
    auto consumer = kafka::Consumer::open(ports.executor, ports.pool, ports.settings, ports.log);
    if (!consumer) return fail(consumer.error());
    return LogReader{*std::move(consumer)};
}

Result<void> LogReader::begin(const TopicPartition& at, Offset from)
{
    batch_ = {};
    if (std::exchange(assigned_, false)) {
        const std::array before{at_};
        if (auto left = consumer_->unassign(before); !left) return left;
    }
    at_ = at;
    next_ = from;
    const std::array start{kafka::StartAt{at, from}};
    if (auto assigned = consumer_->assign(start); !assigned) return assigned;
    assigned_ = true;
    return {};
}

asio::awaitable<Result<bool>> LogReader::read(Clock::Time until)
{
    batch_ = {};
    auto fetched = co_await consumer_->next(until);
    if (!fetched && fetched.error().code() == Errc::timed_out) co_return false;
    if (!fetched) co_return fail(fetched.error());
    if (auto* const batch = std::get_if<kafka::RecordBatch>(&*fetched)) {
        if (batch->at != at_) co_return false;
        batch_ = std::move(*batch);
        next_ = batch_.next();
        co_return true;
    }
    if (const auto* const end = std::get_if<kafka::EndOfPartition>(&*fetched)) {
        if (end->at != at_) co_return false;
        next_ = std::max(next_, end->offset);
        co_return true;
    }
    const auto& failure = std::get<kafka::PartitionFailure>(*fetched);
    const auto code = failure.error.code();
    if (failure.at != at_ || code == Errc::unavailable || code == Errc::timed_out) co_return false;
    co_return fail(failure.error.within(to_string(at_)));
}

}  // namespace strait::links
