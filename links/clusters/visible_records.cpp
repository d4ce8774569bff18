#include "links/clusters/visible_records.hpp"

#include "kafka/consumer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 10s;
constexpr auto counting_time_max = 15s;  // somebody waits for the answer

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

asio::awaitable<Result<VisibleCounts>> count_visible(std::map<TopicPartition, Stretch> stretches,
                                                     ReaderPorts ports)
{
    VisibleCounts counts;
    if (stretches.empty()) co_return counts;
    auto opened = kafka::Consumer::open(ports.executor, ports.pool, ports.settings, ports.log);
    if (!opened) co_return fail(opened.error());
    const auto& consumer = *opened;
    std::vector<kafka::StartAt> starts;
    starts.reserve(stretches.size());
    for (const auto& [at, stretch] : stretches) {
        starts.push_back({at, stretch.from, LeaderEpoch{-1}});
        counts.records.emplace(at, 0);
    }
    if (auto assigned = consumer->assign(starts); !assigned) co_return fail(assigned.error());

    const auto until = ports.clock.now() + counting_time_max;
    while (!stretches.empty()) {
        const auto fetched = co_await consumer->next(until);
        counts.complete = fetched || fetched.error().code() != Errc::timed_out;
        if (!counts.complete) break;
        if (!fetched) co_return fail(fetched.error());
        if (const auto* const batch = std::get_if<kafka::RecordBatch>(&*fetched)) {
            const auto asked = stretches.find(batch->at);
            if (asked == stretches.end()) continue;
            const auto to = asked->second.to;
            counts.records.at(batch->at) += std::ranges::count_if(
                batch->records, [&](const auto& record) { return record.offset < to; });
            if (batch->next() >= to) stretches.erase(asked);
        } else if (const auto* const end = std::get_if<kafka::EndOfPartition>(&*fetched)) {
            stretches.erase(end->at);
        } else {
            const auto& failure = std::get<kafka::PartitionFailure>(*fetched);
            co_return fail(failure.error.within(to_string(failure.at)));
        }
    }
    co_return counts;
}

}  // namespace strait::links
