#include "links/clusters/copy_search.hpp"

#include "kafka/consumer.hpp"

#include <chrono>
#include <utility>
#include <variant>
#include <vector>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 20s;  // without anything that comes

}  // namespace

// Also of what an open transaction of somebody hides from other readers: ours are in none.
asio::awaitable<Result<Survey::Chains>> find_copies(Survey::Tails tails, ReaderPorts ports)
{
    Survey::Chains chains;
    ports.settings.insert_or_assign("isolation.level", "read_uncommitted");
    auto opened = kafka::Consumer::open(ports.executor, ports.pool, ports.settings, ports.log);
    if (!opened) co_return fail(opened.error());
    const auto& consumer = *opened;
    std::vector<kafka::StartAt> starts;
    starts.reserve(tails.size());
    for (const auto& [at, tail] : tails) starts.push_back({at, tail.from, LeaderEpoch{-1}});
    if (auto assigned = consumer->assign(starts); !assigned) co_return fail(assigned.error());

    const auto end = [&](Survey::Tails::iterator tail) {
        chains.emplace(tail->first, std::move(tail->second.chain));
        tails.erase(tail);
    };
    while (!tails.empty()) {
        const auto fetched = co_await consumer->next(ports.clock.now() + patience);
        if (!fetched) co_return fail(fetched.error().within("looking for copies at the target"));
        if (const auto* const batch = std::get_if<kafka::RecordBatch>(&*fetched)) {
            const auto tail = tails.find(batch->at);
            if (tail == tails.end()) continue;
            auto& [from, to, chain] = tail->second;
            for (const auto& record : batch->records) {
                if (record.offset < to) chain.take(record);
            }
            if (batch->next() >= to || chain.full()) end(tail);
        } else if (const auto* const last = std::get_if<kafka::EndOfPartition>(&*fetched)) {
            if (const auto tail = tails.find(last->at); tail != tails.end()) end(tail);
        } else {
            const auto& failure = std::get<kafka::PartitionFailure>(*fetched);
            const auto tail = tails.find(failure.at);
            if (tail == tails.end()) continue;
            const auto code = failure.error.code();
            if (code == Errc::unavailable || code == Errc::timed_out) continue;
            // Retention at the target has passed: what is gone is sent again, if it is not yet.
            if (code != Errc::out_of_range) {
                co_return fail(failure.error.within(to_string(failure.at)));
            }
            end(tail);
        }
    }
    co_return chains;
}

}  // namespace strait::links
