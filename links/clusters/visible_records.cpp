#include "links/clusters/visible_records.hpp"

#include "kafka/consumer.hpp"

#include <chrono>
#include <utility>
#include <variant>
#include <vector>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 10s;

}  // namespace

asio::awaitable<Result<std::map<TopicPartition, bool>>> find_visible(
    std::map<TopicPartition, Offset> records, ReaderPorts ports)
{
    std::map<TopicPartition, bool> visible;
    if (records.empty()) co_return visible;
    auto opened = kafka::Consumer::open(ports.executor, ports.pool, ports.settings, ports.log);
    if (!opened) co_return fail(opened.error());
    const auto& consumer = *opened;
    std::vector<kafka::StartAt> starts;
    starts.reserve(records.size());
    for (const auto& [at, offset] : records) starts.push_back({at, offset, LeaderEpoch{-1}});
    if (auto assigned = consumer->assign(starts); !assigned) co_return fail(assigned.error());

    const auto until = ports.clock.now() + patience;
    while (!records.empty()) {
        const auto fetched = co_await consumer->next(until);
        if (!fetched && fetched.error().code() == Errc::timed_out) break;
        if (!fetched) co_return fail(fetched.error());
        if (const auto* const batch = std::get_if<kafka::RecordBatch>(&*fetched)) {
            const auto asked = records.find(batch->at);
            if (asked == records.end()) continue;
            visible.emplace(batch->at, batch->first() == asked->second);
            records.erase(asked);
        } else if (const auto* const end = std::get_if<kafka::EndOfPartition>(&*fetched)) {
            if (records.erase(end->at) > 0) visible.emplace(end->at, false);
        } else {
            const auto& failure = std::get<kafka::PartitionFailure>(*fetched);
            const auto code = failure.error.code();
            if (code == Errc::forbidden) co_return fail(failure.error);
            // What is deleted, or cut off, is not for this question to judge.
            const bool gone = code == Errc::out_of_range || code == Errc::not_found ||
                              code == Errc::truncated || code == Errc::corrupt;
            if (gone && records.erase(failure.at) > 0) visible.emplace(failure.at, true);
        }
    }
    co_return visible;
}

}  // namespace strait::links
